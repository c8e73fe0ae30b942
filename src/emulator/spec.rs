//! What a fleet is to be: one value, also a TOML file, checked before anything is opened.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::catalog::{Activation, Catalog, Endpoint, Region, Scope, Selector, SelectorError};
use crate::operation::Operation;

use super::dns::DnsSpec;
use super::faults::FaultSpec;
use super::federation::{OidcProviderSpec, SamlProviderSpec};
use super::identities::{AccountSpec, Complaint, MAX_ENTITIES, RoleSpec, UserSpec};
use super::path::PathSpec;
use super::quota::Quota;
use super::service_time::ServiceTime;
use super::{built_in, geography};

/// The whole description of a simulated fleet. Every field has a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FleetSpec {
    /// The Region that the fleet is seen from.
    pub vantage: String,
    /// Fixes service times and faults; request ids and secrets stay random.
    pub seed: u64,
    /// A selector of AWS's endpoints, such as `global,default`.
    pub endpoints: String,
    /// Which Region serves the global endpoint.
    pub global_endpoint: GlobalServing,
    /// The port of every endpoint's TLS address; 0 is any free one. At 443 the fleet's names and its DNS are all that a
    /// client needs; ports below 1024 need a right (CAP_NET_BIND_SERVICE). Not over the kernel link.
    pub listen_port: u16,
    /// The first endpoint's address on loopback; the others follow it. Not over the kernel link.
    pub listen_address: Ipv4Addr,
    /// The fleet's DNS.
    pub dns: DnsSpec,
    /// Whether and how distance delays.
    pub link: Link,
    /// Round trips that replace those of geography, by endpoint name; `*` is every one without its own. Unit:
    /// milliseconds, 0–60,000.
    pub rtt_ms: BTreeMap<String, f64>,
    /// Endpoints with a second address, as a name with several has, and the round trip to it. Unit: milliseconds, 0–60,000.
    pub second_rtt_ms: BTreeMap<String, f64>,
    /// What the kernel link does to packets besides delaying them, by endpoint name; `*` is every one without its own.
    pub path: BTreeMap<String, PathSpec>,
    /// The newest version of TLS that an endpoint speaks, by name; `*` is every one without its own. Left out: TLS 1.3.
    pub newest_tls: BTreeMap<String, TlsVersion>,
    /// How long the service works on a request, by operation; operations left out keep their default.
    pub service_time: BTreeMap<Operation, ServiceTime>,
    /// The request quota per account and Region.
    pub quota: Quota,
    /// Accounts that are not like any other.
    pub accounts: Vec<AccountSpec>,
    /// Who can sign; at least one.
    pub users: Vec<UserSpec>,
    /// What can be assumed.
    pub roles: Vec<RoleSpec>,
    /// OpenID Connect providers that accounts trust.
    pub oidc_providers: Vec<OidcProviderSpec>,
    /// SAML providers that accounts trust.
    pub saml_providers: Vec<SamlProviderSpec>,
    /// What goes wrong on purpose.
    pub faults: Vec<FaultSpec>,
    /// A directory for CloudTrail's records of the calls, a file for each Region; none are kept when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit: Option<PathBuf>,
}

impl Default for FleetSpec {
    fn default() -> Self {
        Self {
            vantage: "eu-central-1".to_owned(),
            seed: 0,
            endpoints: "global,default".to_owned(),
            global_endpoint: GlobalServing::LegacyUsEast1,
            listen_port: 0,
            listen_address: Ipv4Addr::new(127, 0, 1, 1),
            dns: DnsSpec::default(),
            link: Link::Bytes,
            rtt_ms: BTreeMap::new(),
            second_rtt_ms: BTreeMap::new(),
            path: BTreeMap::new(),
            newest_tls: BTreeMap::new(),
            service_time: BTreeMap::new(),
            quota: Quota::default(),
            accounts: built_in::accounts(),
            users: built_in::users(),
            roles: built_in::roles(),
            oidc_providers: built_in::oidc_providers(),
            saml_providers: built_in::saml_providers(),
            faults: Vec::new(),
            audit: None,
        }
    }
}

/// Which Region serves `sts.amazonaws.com` (AWS has had both since April 2025, by the caller's Region and resolver).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GlobalServing {
    /// us-east-1, as for every caller that does not ask the Amazon resolver.
    #[serde(rename = "legacy-us-east-1")]
    LegacyUsEast1,
    /// The vantage Region when it is enabled by default, otherwise us-east-1.
    #[serde(rename = "local-serving")]
    LocalServing,
    /// Each of both at an address of its own: the fleet's DNS tells the local one to those who ask its Amazon resolver, and
    /// us-east-1's to all others.
    #[serde(rename = "by-resolver")]
    ByResolver,
}

/// How the distance between client and endpoint is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// [`Self::Kernel`] where the system lets, otherwise [`Self::Bytes`]. A fleet that runs has one of the others.
    Auto,
    /// Every packet is delayed between two network namespaces, TCP's handshake included. Linux, with CAP_NET_ADMIN and
    /// CAP_SYS_ADMIN.
    Kernel,
    /// Every byte is delayed in user space; the kernel's TCP handshake is not.
    Bytes,
    /// Nothing is delayed: what is measured is loopback and the service time.
    Undelayed,
}

impl Link {
    /// Every variant.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Kernel, Self::Bytes, Self::Undelayed];

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Kernel => "kernel",
            Self::Bytes => "bytes",
            Self::Undelayed => "undelayed",
        }
    }
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TlsVersion {
    /// RFC 5246: a full handshake takes two round trips.
    #[serde(rename = "1.2")]
    V12,
    /// RFC 8446: a handshake takes one.
    #[default]
    #[serde(rename = "1.3")]
    V13,
}

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

/// A selected endpoint with its place in the simulated world.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placement {
    pub endpoint: Endpoint,
    /// The Region that serves its calls.
    pub served_by: String,
    pub round_trip: Duration,
    pub path: PathSpec,
    pub newest_tls: TlsVersion,
}

impl Placement {
    /// Whether it is the global endpoint.
    pub(super) fn is_global(&self) -> bool {
        self.endpoint.scope == Scope::Global
    }

    /// The Region in which CloudTrail records its calls: us-east-1 for the global endpoint, wherever it is served.
    pub(super) fn recorded_in(&self) -> &str {
        if self.is_global() { &self.endpoint.signing_region } else { &self.endpoint.region }
    }

    /// The same endpoint at its second address, if it has one in `spec`.
    pub(super) fn second(&self, spec: &FleetSpec) -> Option<Self> {
        if self.endpoint.scope == Scope::Global && spec.global_endpoint == GlobalServing::ByResolver {
            return Some(self.for_amazons_resolver(spec));
        }
        let millis = for_endpoint(&spec.second_rtt_ms, &self.endpoint.name)?;
        let round_trip =
            if spec.link == Link::Undelayed { Duration::ZERO } else { Duration::from_secs_f64(millis / 1e3) };
        Some(Self { round_trip, ..self.clone() })
    }
}

impl Placement {
    /// The global endpoint as those meet it who ask Amazon's resolver.
    fn for_amazons_resolver(&self, spec: &FleetSpec) -> Self {
        let Some(vantage) = Region::named(&spec.vantage).filter(|region| region.activation == Activation::Default)
        else {
            return self.clone();
        };
        let given = for_endpoint(&spec.second_rtt_ms, &self.endpoint.name);
        let round_trip = match given {
            _ if spec.link == Link::Undelayed => Duration::ZERO,
            Some(millis) => Duration::from_secs_f64(millis / 1e3),
            None => geography::round_trip(vantage, vantage),
        };
        Self { served_by: vantage.name.to_owned(), round_trip, ..self.clone() }
    }
}

impl FleetSpec {
    /// The service time of `operation`.
    pub fn service_time(&self, operation: Operation) -> ServiceTime {
        // No figures are public. Who is asked for least works least; a provider's signature takes longest.
        let median_ms = match operation {
            Operation::GetCallerIdentity | Operation::GetAccessKeyInfo | Operation::DecodeAuthorizationMessage => 4.0,
            Operation::GetSessionToken | Operation::GetFederationToken => 6.0,
            Operation::AssumeRole | Operation::AssumeRoot | Operation::GetDelegatedAccessToken => 9.0,
            Operation::GetWebIdentityToken => 11.0,
            Operation::AssumeRoleWithWebIdentity | Operation::AssumeRoleWithSaml => 14.0,
        };
        let default = ServiceTime { median_ms, sigma: 0.25 };
        self.service_time.get(&operation).copied().unwrap_or(default)
    }

    /// The endpoints and where they are, after everything in the spec has been checked.
    pub(super) fn placements(&self) -> Result<Vec<Placement>, SpecError> {
        let vantage =
            Region::named(&self.vantage).ok_or_else(|| SpecError::Vantage(self.vantage.escape_debug().to_string()))?;
        let endpoints = Catalog::default().select(&self.endpoints.parse::<Selector>()?)?;
        let mut found = Mistakes::default();
        self.check(&endpoints, &mut found);
        if let Some(first) = found.0.into_iter().next() {
            return Err(first.error);
        }
        let place = |endpoint: Endpoint| {
            let served_by = self.served_by(&endpoint, vantage);
            let round_trip = self.round_trip(&endpoint, vantage, &served_by);
            let path = for_endpoint(&self.path, &endpoint.name).copied().unwrap_or_default();
            let newest_tls = for_endpoint(&self.newest_tls, &endpoint.name).copied().unwrap_or_default();
            Placement { endpoint, served_by, round_trip, path, newest_tls }
        };
        Ok(endpoints.into_iter().map(place).collect())
    }

    fn served_by(&self, endpoint: &Endpoint, vantage: &Region) -> String {
        if endpoint.scope != Scope::Global {
            return endpoint.region.clone();
        }
        let local = self.global_endpoint == GlobalServing::LocalServing && vantage.activation == Activation::Default;
        if local { vantage.name.to_owned() } else { endpoint.signing_region.clone() }
    }

    fn round_trip(&self, endpoint: &Endpoint, vantage: &Region, served_by: &str) -> Duration {
        if self.link == Link::Undelayed {
            return Duration::ZERO;
        }
        match (for_endpoint(&self.rtt_ms, &endpoint.name), Region::named(served_by)) {
            (Some(millis), _) => Duration::from_secs_f64(millis / 1e3),
            (None, Some(region)) => geography::round_trip(vantage, region),
            (None, None) => geography::UNPLACED_ROUND_TRIP,
        }
    }

    /// The address of the endpoint listening at `position`; `None` beyond 127.255.255.254.
    pub(super) fn listen_address(&self, position: usize) -> Option<Ipv4Addr> {
        let position = u32::try_from(position).ok()?;
        let address = Ipv4Addr::from_bits(self.listen_address.to_bits().checked_add(position)?);
        (address.is_loopback() && address != Ipv4Addr::new(127, 255, 255, 255)).then_some(address)
    }

    fn listen_complaint(&self, endpoints: usize) -> Option<&'static str> {
        let moved = self.listen_port != 0 || self.listen_address != Self::default().listen_address;
        // Each endpoint can have two addresses.
        let room = self.listen_address(0).is_some() && self.listen_address(2 * endpoints).is_some();
        if !room {
            Some("must be in 127.0.0.0/8, with room behind it for every endpoint")
        } else if moved && matches!(self.link, Link::Kernel | Link::Auto) {
            Some("the kernel link has addresses and ports of its own; link must be bytes or undelayed")
        } else {
            None
        }
    }

    /// Everything that is wrong with the spec, in the order of its fields.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut found = Mistakes::default();
        if Region::named(&self.vantage).is_none() {
            found.add(["vantage"], SpecError::Vantage(self.vantage.escape_debug().to_string()));
        }
        let selected = self.endpoints.parse::<Selector>().and_then(|selector| Catalog::default().select(&selector));
        match selected {
            Ok(endpoints) => self.check(&endpoints, &mut found),
            Err(error) => found.add(["endpoints"], SpecError::Endpoints(error)),
        }
        found.0
    }

    fn check(&self, endpoints: &[Endpoint], found: &mut Mistakes) {
        let known = |name: &String| name == "*" || endpoints.iter().any(|endpoint| endpoint.name == *name);
        for (field, trips) in [("rtt_ms", &self.rtt_ms), ("second_rtt_ms", &self.second_rtt_ms)] {
            for (name, millis) in trips {
                found.endpoint(field, name, known(name));
                let complaint = (!(0.0..=60_000.0).contains(millis)).then_some("must be 0 to 60000");
                found.range([field, name], format!("{field} of {name}"), complaint);
            }
        }
        let clean = self.path.is_empty() || matches!(self.link, Link::Auto | Link::Kernel);
        let complaint = format!("the kernel link alone can do that, and link is {}", self.link.name());
        found.range(["path"], "path".to_owned(), (!clean).then_some(complaint.as_str()));
        for (name, path) in &self.path {
            found.endpoint("path", name, known(name));
            found.range(["path", name], format!("path of {name}"), path.complaint());
        }
        for name in self.newest_tls.keys() {
            found.endpoint("newest_tls", name, known(name));
        }
        found.range(["dns"], "dns".to_owned(), self.dns.complaint());
        found.range(["listen_address"], "listen_address".to_owned(), self.listen_complaint(endpoints.len()));
        for (operation, time) in &self.service_time {
            found.range(
                ["service_time", operation.cli_name()],
                format!("service_time of {operation}"),
                time.complaint(),
            );
        }
        found.range(["quota"], "quota".to_owned(), self.quota.complaint());
        self.check_identities(found);
        for (position, fault) in self.faults.iter().enumerate() {
            let place = ["faults", &position.to_string()];
            for name in fault.endpoints.iter().filter(|name| !known(name)) {
                found.add(place, SpecError::unknown("faults", name));
            }
            found.range(place, format!("fault {}", position + 1), fault.complaint());
        }
    }

    fn check_identities(&self, found: &mut Mistakes) {
        let users_ok = (1..=MAX_ENTITIES).contains(&self.users.len());
        found.range(["users"], "users".to_owned(), (!users_ok).then_some("must be 1 to 511"));
        let roles_ok = self.roles.len() <= MAX_ENTITIES;
        found.range(["roles"], "roles".to_owned(), (!roles_ok).then_some("must be at most 511"));
        found.entries("accounts", self.accounts.iter().map(|one| ((one.id.as_str(), ""), one.complaints())));
        found.entries(
            "users",
            self.users.iter().map(|one| ((one.account.as_str(), one.name.as_str()), one.complaints())),
        );
        found.entries(
            "roles",
            self.roles.iter().map(|one| ((one.account.as_str(), one.name.as_str()), one.complaints())),
        );
        found.entries(
            "oidc_providers",
            self.oidc_providers.iter().map(|one| ((one.account.as_str(), one.url.as_str()), one.complaints())),
        );
        found.entries(
            "saml_providers",
            self.saml_providers.iter().map(|one| ((one.account.as_str(), one.name.as_str()), one.complaints())),
        );
    }
}

impl SpecError {
    fn unknown(field: &'static str, name: &str) -> Self {
        Self::UnknownEndpoint { field, name: name.escape_debug().to_string() }
    }
}

/// Mistakes, as they are found.
#[derive(Default)]
struct Mistakes(Vec<Mistake>);

impl Mistakes {
    fn add<const N: usize>(&mut self, place: [&str; N], error: SpecError) {
        self.0.push(Mistake { place: place.map(str::to_owned).into(), error });
    }

    fn range<const N: usize>(&mut self, place: [&str; N], field: String, complaint: Option<&str>) {
        if let Some(complaint) = complaint {
            self.add(place, SpecError::Range { field, complaint: complaint.to_owned() });
        }
    }

    fn endpoint(&mut self, field: &'static str, name: &str, is_known: bool) {
        if !is_known {
            self.add([field, name], SpecError::unknown(field, name));
        }
    }

    /// The entries of a table of accounts or of what is in them: each with its identity, which must be its own, and its
    /// complaints.
    fn entries<'a>(&mut self, table: &str, entries: impl Iterator<Item = ((&'a str, &'a str), Vec<Complaint>)>) {
        let singular = table.strip_suffix('s').unwrap_or(table);
        let mut seen = BTreeSet::new();
        for (position, (identity, complaints)) in entries.enumerate() {
            let (index, label) = (position.to_string(), format!("{singular} {}", position + 1));
            for (field, rule) in complaints {
                self.range([table, &index, field], format!("{label} {field}"), Some(&rule));
            }
            let again = !seen.insert(identity);
            self.range([table, &index], label, again.then_some("is there twice"));
        }
    }
}

/// What `map` says for the endpoint called `name`, or for every one.
fn for_endpoint<'a, T>(map: &'a BTreeMap<String, T>, name: &str) -> Option<&'a T> {
    map.get(name).or_else(|| map.get("*"))
}

#[cfg(test)]
mod tests;
