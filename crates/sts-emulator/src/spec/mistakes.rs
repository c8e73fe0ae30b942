//! What is wrong with a fleet's description: everything at once, each mistake with its place in the file.

use std::collections::BTreeSet;

use thiserror::Error;

use sts_model::{Catalog, Endpoint, Region, Selector, SelectorError};

use super::super::federation::{certificate_complaint, key_complaint};
use super::super::identities::{Complaint, MAX_ENTITIES};
use super::{FleetSpec, Link};

/// Why a spec describes no fleet.
#[derive(Debug, Error)]
pub enum SpecError {
    /// The selector of endpoints is wrong.
    #[error("fleet endpoints: {0}")]
    Endpoints(#[from] SelectorError),
    /// No Region has that name.
    #[error("fleet vantage: unknown Region {0:?}")]
    Vantage(String),
    /// A name that none of the selected endpoints has.
    #[error("fleet {field}: no selected endpoint is called {name:?}")]
    UnknownEndpoint {
        /// Where the name stands.
        field: &'static str,
        /// The name.
        name: String,
    },
    /// A value out of its range.
    #[error("fleet {field}: {complaint}")]
    Range {
        /// Where the value stands.
        field: String,
        /// The rule that it breaks.
        complaint: String,
    },
}

/// Something in the spec that breaks a rule, and where.
#[derive(Debug)]
pub struct Mistake {
    /// The way to it from the top of the file: names of fields, keys of tables, numbers of entries counted from 0.
    pub place: Vec<String>,
    /// The rule.
    pub error: SpecError,
}

impl FleetSpec {
    /// Everything that is wrong with the spec, in the order of its fields.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut found = Mistakes::default();
        if Region::named(&self.vantage).is_none() {
            found.add(
                ["vantage"],
                SpecError::Vantage(self.vantage.escape_debug().to_string()),
            );
        }
        let selected = self
            .endpoints
            .parse::<Selector>()
            .and_then(|selector| Catalog::default().select(&selector));
        match selected {
            Ok(endpoints) => self.check(&endpoints, &mut found),
            Err(error) => found.add(["endpoints"], SpecError::Endpoints(error)),
        }
        found.0
    }

    pub(super) fn check(&self, endpoints: &[Endpoint], found: &mut Mistakes) {
        let known =
            |name: &String| name == "*" || endpoints.iter().any(|endpoint| endpoint.name == *name);
        for (field, trips) in [
            ("rtt_ms", &self.rtt_ms),
            ("second_rtt_ms", &self.second_rtt_ms),
        ] {
            for (name, millis) in trips {
                found.endpoint(field, name, known(name));
                let complaint =
                    (!(0.0..=60_000.0).contains(millis)).then_some("must be 0 to 60000");
                found.range([field, name], format!("{field} of {name}"), complaint);
            }
        }
        let clean = self.path.is_empty() || matches!(self.link, Link::Auto | Link::Kernel);
        let complaint = format!(
            "the kernel link alone can do that, and link is {}",
            self.link.name()
        );
        found.range(
            ["path"],
            "path".to_owned(),
            (!clean).then_some(complaint.as_str()),
        );
        for (name, path) in &self.path {
            found.endpoint("path", name, known(name));
            found.range(["path", name], format!("path of {name}"), path.complaint());
        }
        for name in self.newest_tls.keys() {
            found.endpoint("newest_tls", name, known(name));
        }
        found.range(["dns"], "dns".to_owned(), self.dns.complaint());
        found.range(
            ["listen_address"],
            "listen_address".to_owned(),
            self.listen_complaint(endpoints.len()),
        );
        for (operation, time) in &self.service_time {
            found.range(
                ["service_time", operation.cli_name()],
                format!("service_time of {operation}"),
                time.complaint(),
            );
        }
        found.range(["quota"], "quota".to_owned(), self.quota.complaint());
        self.check_identities(found);
        let faults = self
            .faults
            .iter()
            .map(|fault| (&fault.endpoints, fault.complaint()));
        let laws = self
            .latency
            .iter()
            .map(|law| (&law.endpoints, law.complaint()));
        let entry = |field, noun| {
            move |(position, (names, complaint))| (field, noun, position, names, complaint)
        };
        let entries = faults.enumerate().map(entry("faults", "fault"));
        for (field, noun, position, names, complaint) in
            entries.chain(laws.enumerate().map(entry("latency", "latency")))
        {
            let place = [field, &position.to_string()];
            for name in names.iter().filter(|name| !known(name)) {
                found.add(place, SpecError::unknown(field, name));
            }
            found.range(place, format!("{noun} {}", position + 1), complaint);
        }
    }

    fn check_identities(&self, found: &mut Mistakes) {
        let users_ok = (1..=MAX_ENTITIES).contains(&self.users.len());
        found.range(
            ["users"],
            "users".to_owned(),
            (!users_ok).then_some("must be 1 to 511"),
        );
        let roles_ok = self.roles.len() <= MAX_ENTITIES;
        found.range(
            ["roles"],
            "roles".to_owned(),
            (!roles_ok).then_some("must be at most 511"),
        );
        found.entries(
            "accounts",
            self.accounts
                .iter()
                .map(|one| ((one.id.as_str(), ""), one.complaints())),
        );
        found.entries(
            "users",
            self.users
                .iter()
                .map(|one| ((one.account.as_str(), one.name.as_str()), one.complaints())),
        );
        found.entries(
            "roles",
            self.roles
                .iter()
                .map(|one| ((one.account.as_str(), one.name.as_str()), one.complaints())),
        );
        found.entries(
            "oidc_providers",
            self.oidc_providers.iter().map(|one| {
                let mut complaints = one.complaints();
                complaints.extend(key_complaint(one).map(|rule| ("jwks", rule)));
                ((one.account.as_str(), one.url.as_str()), complaints)
            }),
        );
        found.entries(
            "saml_providers",
            self.saml_providers.iter().map(|one| {
                let mut complaints = one.complaints();
                complaints.extend(certificate_complaint(one).map(|rule| ("certificate", rule)));
                ((one.account.as_str(), one.name.as_str()), complaints)
            }),
        );
    }

    fn listen_complaint(&self, endpoints: usize) -> Option<&'static str> {
        let moved = self.listen_port != 0 || self.listen_address != Self::default().listen_address;
        // Each endpoint can have two addresses.
        let room = self.listen_address(0).is_some() && self.listen_address(2 * endpoints).is_some();
        if !room {
            Some("must be in 127.0.0.0/8, with room behind it for every endpoint")
        } else if moved && matches!(self.link, Link::Kernel | Link::Auto) {
            Some(
                "the kernel link has addresses and ports of its own; link must be bytes or undelayed",
            )
        } else {
            None
        }
    }
}

impl SpecError {
    fn unknown(field: &'static str, name: &str) -> Self {
        Self::UnknownEndpoint {
            field,
            name: name.escape_debug().to_string(),
        }
    }
}

/// Mistakes, as they are found.
#[derive(Default)]
pub(super) struct Mistakes(pub(super) Vec<Mistake>);

impl Mistakes {
    fn add<const N: usize>(&mut self, place: [&str; N], error: SpecError) {
        self.0.push(Mistake {
            place: place.map(str::to_owned).into(),
            error,
        });
    }

    fn range<const N: usize>(&mut self, place: [&str; N], field: String, complaint: Option<&str>) {
        if let Some(complaint) = complaint {
            self.add(
                place,
                SpecError::Range {
                    field,
                    complaint: complaint.to_owned(),
                },
            );
        }
    }

    fn endpoint(&mut self, field: &'static str, name: &str, is_known: bool) {
        if !is_known {
            self.add([field, name], SpecError::unknown(field, name));
        }
    }

    /// The entries of a table of accounts or of what is in them: each with its identity, which must be its own, and its
    /// complaints.
    fn entries<'a>(
        &mut self,
        table: &str,
        entries: impl Iterator<Item = ((&'a str, &'a str), Vec<Complaint>)>,
    ) {
        let singular = table.strip_suffix('s').unwrap_or(table);
        let mut seen = BTreeSet::new();
        for (position, (identity, complaints)) in entries.enumerate() {
            let (index, label) = (position.to_string(), format!("{singular} {}", position + 1));
            for (field, rule) in complaints {
                self.range(
                    [table, &index, field],
                    format!("{label} {field}"),
                    Some(&rule),
                );
            }
            let again = !seen.insert(identity);
            self.range([table, &index], label, again.then_some("is there twice"));
        }
    }
}
