//! The identity of a run: where, as whom and when it was measured.

use std::collections::BTreeMap;

use sts_model::Operation;

use crate::place::{LocalRegion, NameSource, RegionSource};
use crate::results::{Header, Injected, Redaction, Simulation, Tool, Vantage};

use super::endpoint::{Names, is_public_region};
use super::moment::{Shift, as_id};
use super::pseudonyms::WORD;

/// The header. `vantage` stands for the name of the place, and `ids` is what the run's id ends with.
pub(super) fn header(
    header: &Header,
    names: &mut Names,
    shift: Shift,
    vantage: String,
    ids: &str,
) -> Header {
    let Header {
        schema_version,
        run_id: _,
        tool: measured_by,
        vantage: place,
        caller: _,
        started_at,
        redaction: _,
    } = header;
    let started_at = shift.of(started_at);
    Header {
        schema_version: *schema_version,
        run_id: format!("{}-{ids}", as_id(&started_at)),
        tool: tool(measured_by),
        vantage: self::vantage(place, names, vantage),
        caller: None,
        started_at,
        redaction: Redaction::Identity,
    }
}

/// The program, and the number of its version without what may follow it.
pub(super) fn tool(tool: &Tool) -> Tool {
    let Tool { name: _, version } = tool;
    let number = version.find(|c: char| !c.is_ascii_digit() && c != '.');
    let number = &version[..number.unwrap_or(version.len())];
    // Four numbers may be an address.
    let is_version = number.split('.').count() <= 3 && number.len() <= 11;
    Tool {
        name: "stsbench".to_owned(),
        version: if is_version { number } else { "0" }.to_owned(),
    }
}

/// How distance was simulated, in this program's own words.
pub(super) fn link(link: &str) -> String {
    let known = LINKS.iter().find(|known| **known == link);
    known.map_or(WORD, |known| known).to_owned()
}

fn vantage(vantage: &Vantage, names: &mut Names, name: String) -> Vantage {
    let Vantage {
        name: _,
        name_source: source,
        local_region: region,
        observed: _,
        simulation: simulated,
    } = vantage;
    Vantage {
        name,
        name_source: source.as_ref().map(name_source),
        local_region: region.as_ref().and_then(local_region),
        observed: Vec::new(),
        simulation: simulated.as_ref().map(|one| simulation(one, names)),
    }
}

/// Where the name came from, which says that a Region was looked for. A variable could name a company's CI system.
fn name_source(source: &NameSource) -> NameSource {
    match source {
        NameSource::Option => NameSource::Option,
        NameSource::Variable(_) => NameSource::Variable(WORD.to_owned()),
        NameSource::Region => NameSource::Region,
        NameSource::Simulation => NameSource::Simulation,
        NameSource::Host => NameSource::Host,
    }
}

/// The Region of the place, which the decision is about, where AWS has published it.
fn local_region(region: &LocalRegion) -> Option<LocalRegion> {
    let LocalRegion { name, source } = region;
    let source = match source {
        RegionSource::Option => RegionSource::Option,
        RegionSource::Variable(variable) if VARIABLES.contains(&variable.as_str()) => {
            RegionSource::Variable(variable.clone())
        }
        RegionSource::Variable(_) => RegionSource::Variable(WORD.to_owned()),
        RegionSource::Profile(_) => RegionSource::Profile(WORD.to_owned()),
        RegionSource::ContainerMetadata => RegionSource::ContainerMetadata,
        RegionSource::InstanceMetadata => RegionSource::InstanceMetadata,
        RegionSource::Simulation => RegionSource::Simulation,
    };
    is_public_region(name).then(|| LocalRegion {
        name: name.clone(),
        source,
    })
}

fn simulation(simulation: &Simulation, names: &mut Names) -> Simulation {
    let Simulation {
        region,
        seed,
        link: by,
        why_not_kernel: why,
        injected: delays,
        requests_seen,
    } = simulation;
    Simulation {
        region: names.region(region),
        seed: *seed,
        link: link(by),
        why_not_kernel: why.as_ref().map(|_| WORD.to_owned()),
        injected: delays.iter().map(|one| injected(one, names)).collect(),
        requests_seen: *requests_seen,
    }
}

fn injected(injected: &Injected, names: &mut Names) -> Injected {
    let Injected {
        endpoint,
        round_trip_ns,
        service_time_median_ns,
    } = injected;
    let known = service_time_median_ns
        .iter()
        .filter(|(operation, _)| Operation::named(operation).is_some());
    Injected {
        endpoint: names.endpoint_name(endpoint),
        round_trip_ns: *round_trip_ns,
        service_time_median_ns: known
            .map(|(operation, ns)| (operation.clone(), *ns))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// The variables in which AWS's tools look for the Region.
const VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
const LINKS: [&str; 3] = ["kernel", "bytes", "undelayed"];
