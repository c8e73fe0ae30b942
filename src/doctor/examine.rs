//! The examination: which probe comes when.

use std::path::Path;

use crate::notice::{DoctorFinding, DoctorSubject};
use sts_model::{Endpoint, Region};

use super::caller::Examined;
use super::examination::{Connectivity, Examination};
use super::{machine, network, permissions};

impl Examination {
    /// What is found, by subject.
    pub(crate) fn findings(&self) -> Vec<DoctorFinding> {
        let lookup = (self.reach == Connectivity::Online).then(|| {
            let callee = self.callee.as_ref().ok();
            network::NameLookup::start(self.resolver, self.region(), callee)
        });
        let examined = Examined::of(self);
        let mut found = examined.findings;
        found.extend(self.place_findings());
        match lookup {
            Some(lookup) => found.extend(lookup.findings()),
            None => found.push(offline(DoctorSubject::Resolver)),
        }
        found.extend(network::variables());
        found.extend(permissions::findings(
            &self.operations,
            examined.principal,
            examined.temporary,
        ));
        found.push(self.opt_in());
        found.push(machine::kernel_clock());
        found.extend(machine::noise(Path::new("/")));
        found
    }

    fn region(&self) -> Option<&str> {
        let place = self.place.as_ref().ok()?;
        place.region.as_ref().map(|region| region.name.as_str())
    }

    fn place_findings(&self) -> Vec<DoctorFinding> {
        let place = match &self.place {
            Ok(place) => place,
            Err(error) => return vec![DoctorFinding::BadPlace(error.to_string())],
        };
        let region = match &place.region {
            Some(region) => DoctorFinding::Region {
                name: region.name.clone(),
                source: region.source.to_string(),
                known: region.is_known(),
            },
            None => DoctorFinding::NoRegion,
        };
        let fleeting = place.vantage.ephemeral();
        let fleeting = fleeting.map(|_| DoctorFinding::EphemeralName(place.vantage.text.clone()));
        std::iter::once(region).chain(fleeting).collect()
    }

    fn opt_in(&self) -> DoctorFinding {
        if self.endpoints.is_empty() {
            return DoctorFinding::NotChecked {
                subject: DoctorSubject::OptIn,
                why: "which endpoints a run would call depends on the Region, which is not known",
            };
        }
        let is_opt_in = |endpoint: &&Endpoint| Region::has_to_be_enabled(&endpoint.region);
        let found = self.endpoints.iter().filter(is_opt_in);
        let names: Vec<String> = found.map(|endpoint| endpoint.name.clone()).collect();
        if names.is_empty() {
            DoctorFinding::NoOptIn(self.endpoints.len())
        } else {
            DoctorFinding::OptIn(names)
        }
    }
}

/// That nothing may be sent.
fn offline(subject: DoctorSubject) -> DoctorFinding {
    DoctorFinding::NotChecked {
        subject,
        why: "--offline sends nothing",
    }
}
