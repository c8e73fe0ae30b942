//! What a fleet is to be: one value, also a TOML file, checked before anything is opened.

mod mistakes;

pub use mistakes::{Mistake, SpecError};

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use sts_model::Operation;
use sts_model::{Activation, Catalog, Endpoint, Region, Scope, Selector};

use super::dns::DnsSpec;
use super::faults::FaultSpec;
use super::federation::{OidcProviderSpec, SamlProviderSpec};
use super::identities::{AccountSpec, RoleSpec, UserSpec};
use super::latency::{self, LatencySpec};
use super::path::PathSpec;
use super::quota::Quota;
use super::service_time::ServiceTime;
use super::{built_in, geography};
use mistakes::Mistakes;

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
    /// Where service times differ from that or change.
    pub latency: Vec<LatencySpec>,
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
            latency: Vec::new(),
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
        if self.is_global() {
            &self.endpoint.signing_region
        } else {
            &self.endpoint.region
        }
    }

    /// The same endpoint at its second address, if it has one in `spec`.
    pub(super) fn second(&self, spec: &FleetSpec) -> Option<Self> {
        if self.endpoint.scope == Scope::Global && spec.global_endpoint == GlobalServing::ByResolver
        {
            return Some(self.for_amazons_resolver(spec));
        }
        let millis = for_endpoint(&spec.second_rtt_ms, &self.endpoint.name)?;
        let round_trip = if spec.link == Link::Undelayed {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(millis / 1e3)
        };
        Some(Self {
            round_trip,
            ..self.clone()
        })
    }
}

impl Placement {
    /// The global endpoint as those meet it who ask Amazon's resolver.
    fn for_amazons_resolver(&self, spec: &FleetSpec) -> Self {
        let Some(vantage) =
            Region::named(&spec.vantage).filter(|region| region.activation == Activation::Default)
        else {
            return self.clone();
        };
        let given = for_endpoint(&spec.second_rtt_ms, &self.endpoint.name);
        let round_trip = match given {
            _ if spec.link == Link::Undelayed => Duration::ZERO,
            Some(millis) => Duration::from_secs_f64(millis / 1e3),
            None => geography::round_trip(vantage, vantage),
        };
        Self {
            served_by: vantage.name.to_owned(),
            round_trip,
            ..self.clone()
        }
    }
}

impl FleetSpec {
    /// The service time of `operation`.
    pub fn service_time(&self, operation: Operation) -> ServiceTime {
        // No figures are public. Who is asked for least works least; a provider's signature takes longest.
        let median_ms = match operation {
            Operation::GetCallerIdentity
            | Operation::GetAccessKeyInfo
            | Operation::DecodeAuthorizationMessage => 4.0,
            Operation::GetSessionToken | Operation::GetFederationToken => 6.0,
            Operation::AssumeRole | Operation::AssumeRoot | Operation::GetDelegatedAccessToken => {
                9.0
            }
            Operation::GetWebIdentityToken => 11.0,
            Operation::AssumeRoleWithWebIdentity | Operation::AssumeRoleWithSaml => 14.0,
        };
        let default = ServiceTime {
            median_ms,
            sigma: 0.25,
        };
        self.service_time
            .get(&operation)
            .copied()
            .unwrap_or(default)
    }

    /// The service time of each operation at `endpoint`.
    pub(super) fn service_times(&self, endpoint: &str) -> BTreeMap<Operation, ServiceTime> {
        let at = |operation| {
            latency::base(
                &self.latency,
                endpoint,
                operation,
                self.service_time(operation),
            )
        };
        Operation::ALL
            .map(|operation| (operation, at(operation)))
            .into()
    }

    /// The endpoints and where they are, after everything in the spec has been checked.
    pub(super) fn placements(&self) -> Result<Vec<Placement>, SpecError> {
        let vantage = Region::named(&self.vantage)
            .ok_or_else(|| SpecError::Vantage(self.vantage.escape_debug().to_string()))?;
        let endpoints = Catalog::default().select(&self.endpoints.parse::<Selector>()?)?;
        let mut found = Mistakes::default();
        self.check(&endpoints, &mut found);
        if let Some(first) = found.0.into_iter().next() {
            return Err(first.error);
        }
        let place = |endpoint: Endpoint| {
            let served_by = self.served_by(&endpoint, vantage);
            let round_trip = self.round_trip(&endpoint, vantage, &served_by);
            let path = for_endpoint(&self.path, &endpoint.name)
                .copied()
                .unwrap_or_default();
            let newest_tls = for_endpoint(&self.newest_tls, &endpoint.name)
                .copied()
                .unwrap_or_default();
            Placement {
                endpoint,
                served_by,
                round_trip,
                path,
                newest_tls,
            }
        };
        Ok(endpoints.into_iter().map(place).collect())
    }

    fn served_by(&self, endpoint: &Endpoint, vantage: &Region) -> String {
        if endpoint.scope != Scope::Global {
            return endpoint.region.clone();
        }
        let local = self.global_endpoint == GlobalServing::LocalServing
            && vantage.activation == Activation::Default;
        if local {
            vantage.name.to_owned()
        } else {
            endpoint.signing_region.clone()
        }
    }

    fn round_trip(&self, endpoint: &Endpoint, vantage: &Region, served_by: &str) -> Duration {
        if self.link == Link::Undelayed {
            return Duration::ZERO;
        }
        match (
            for_endpoint(&self.rtt_ms, &endpoint.name),
            Region::named(served_by),
        ) {
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
}

/// What `map` says for the endpoint called `name`, or for every one.
fn for_endpoint<'a, T>(map: &'a BTreeMap<String, T>, name: &str) -> Option<&'a T> {
    map.get(name).or_else(|| map.get("*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(toml: &str) -> String {
        let spec: FleetSpec = toml::from_str(toml).expect(toml);
        spec.placements().expect_err(toml).to_string()
    }

    #[test]
    fn the_default_fleet_is_seen_from_frankfurt_with_the_global_endpoint_far_away() {
        let placements = FleetSpec::default()
            .placements()
            .expect("the default is a fleet");
        let named = |name: &str| {
            placements
                .iter()
                .find(|p| p.endpoint.name == name)
                .expect(name)
        };
        assert_eq!(placements.len(), 18);
        assert_eq!(named("global").served_by, "us-east-1");
        assert_eq!(named("global").round_trip, named("us-east-1").round_trip);
        assert_eq!(
            named("eu-central-1").round_trip,
            geography::OWN_REGION_ROUND_TRIP
        );
    }

    #[test]
    fn local_serving_brings_the_global_endpoint_home_from_default_regions_only() {
        let served_by = |vantage: &str| {
            let spec = FleetSpec {
                vantage: vantage.to_owned(),
                global_endpoint: GlobalServing::LocalServing,
                endpoints: "global".to_owned(),
                ..FleetSpec::default()
            };
            spec.placements().expect("a fleet")[0].served_by.clone()
        };
        assert_eq!(served_by("eu-west-1"), "eu-west-1");
        assert_eq!(served_by("eu-south-1"), "us-east-1");
    }

    #[test]
    fn by_resolver_the_global_endpoint_has_two_addresses_in_two_regions() {
        let spec = |vantage: &str| FleetSpec {
            vantage: vantage.to_owned(),
            global_endpoint: GlobalServing::ByResolver,
            endpoints: "global,us-west-2".to_owned(),
            ..FleetSpec::default()
        };
        let served = |vantage: &str| {
            let spec = spec(vantage);
            let placements = spec.placements().expect("a fleet");
            assert_eq!(placements[1].second(&spec), None, "only the global one");
            let second = placements[0].second(&spec).expect("for Amazon's resolver");
            (
                placements[0].served_by.clone(),
                second.served_by,
                second.round_trip < placements[0].round_trip,
            )
        };
        assert_eq!(
            served("eu-west-1"),
            ("us-east-1".to_owned(), "eu-west-1".to_owned(), true)
        );
        assert_eq!(
            served("eu-south-1"),
            ("us-east-1".to_owned(), "us-east-1".to_owned(), false)
        );
    }

    #[test]
    fn given_round_trips_replace_geography() {
        let spec: FleetSpec =
            toml::from_str("rtt_ms = { \"*\" = 20, global = 180.5 }").expect("the documented form");
        let placements = spec.placements().expect("a fleet");
        for placement in placements {
            let expected = if placement.endpoint.name == "global" {
                180_500
            } else {
                20_000
            };
            assert_eq!(
                placement.round_trip,
                Duration::from_micros(expected),
                "{}",
                placement.endpoint.name
            );
        }
    }

    #[test]
    fn wrong_specs_name_the_field() {
        for (toml, complaint) in [
            (
                "vantage = \"eu-nowhere-1\"",
                "fleet vantage: unknown Region \"eu-nowhere-1\"",
            ),
            (
                "rtt_ms = { nowhere = 1 }",
                "fleet rtt_ms: no selected endpoint is called \"nowhere\"",
            ),
            (
                "rtt_ms = { global = nan }",
                "fleet rtt_ms of global: must be 0 to 60000",
            ),
            (
                "path = { global = { loss = 0.1 } }",
                "fleet path: the kernel link alone can do that, and link is bytes",
            ),
            (
                "link = \"kernel\"\npath = { global = { loss = 1.1 } }",
                "fleet path of global: loss must be 0 to 1",
            ),
            (
                "link = \"auto\"\npath = { global = { queue_bytes = 9 } }",
                "queue_bytes must be 1500 or more",
            ),
            (
                "link = \"kernel\"\npath = { nowhere = {} }",
                "fleet path: no selected endpoint is called \"nowhere\"",
            ),
            (
                "newest_tls = { nowhere = \"1.2\" }",
                "fleet newest_tls: no selected endpoint is called \"nowhere\"",
            ),
            ("users = []", "fleet users: must be 1 to 511"),
            (
                "dns = { ttl_seconds = 700000 }",
                "fleet dns: ttl_seconds must be 0 to 604800",
            ),
            (
                "dns = { delay_ms = nan }",
                "fleet dns: delay_ms must be 0 to 60000",
            ),
            (
                "listen_address = \"192.0.2.1\"",
                "fleet listen_address: must be in 127.0.0.0/8",
            ),
            (
                "listen_address = \"127.255.255.250\"",
                "fleet listen_address: must be in 127.0.0.0/8",
            ),
            (
                "link = \"kernel\"\nlisten_port = 443",
                "fleet listen_address: the kernel link has addresses",
            ),
            (
                "quota = { burst = 0 }",
                "fleet quota: burst must be 1 to 1000000",
            ),
            (
                "[[latency]]\nendpoints = [\"nowhere\"]\nlaw = { kind = \"constant\", ms = 1 }",
                "fleet latency: no selected endpoint is called \"nowhere\"",
            ),
            (
                "[[latency]]\nendpoints = [\"*\"]\nlaw = { kind = \"steps\", steps = [] }",
                "fleet latency 1: steps must be one or more",
            ),
            (
                "[service_time.get-caller-identity]\nmedian_ms = -1\nsigma = 0",
                "must be 0 to 60000",
            ),
        ] {
            let found = refusal(toml);
            assert!(found.contains(complaint), "{toml}: {found}");
        }
        assert!(
            toml::from_str::<FleetSpec>("newest_tls = { global = \"1.1\" }").is_err(),
            "no such version here"
        );
        assert!(
            toml::from_str::<FleetSpec>("vantge = \"x\"").is_err(),
            "misspelt fields are refused"
        );
    }
}
