//! What an emulator is to be: one value, also a TOML file, checked before anything is opened.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use sts_model::Operation;
use time::OffsetDateTime;

use crate::clock;
use crate::config::built_in;
use crate::config::callers::CallerSpec;
use crate::config::link::{GlobalServing, Link, TlsVersion};
use crate::config::path::PathSpec;
use crate::iam::federation::{OidcProviderSpec, SamlProviderSpec};
use crate::iam::identities::{AccountSpec, RoleSpec, UserSpec};
use crate::service::faults::FaultSpec;
use crate::service::latency;
use crate::service::latency::LatencySpec;
use crate::service::quota::Quota;
use crate::service::service_time::ServiceTime;
use crate::wire::dns::zone::DnsSpec;

/// The whole description of an emulator. Every field has a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmulatorConfig {
    /// The Region that the emulator is seen from.
    pub vantage: String,
    /// Callers that see it from other Regions, by their addresses. Not over the kernel link.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<CallerSpec>,
    /// Fixes service times and faults, and with [`clock`](Self::clock) ids and credentials too.
    pub seed: u64,
    /// Where the emulator's clock stands still, such as `2026-01-01T00:00:00Z`; left out, it is this machine's. Then the same
    /// requests in the same order at an endpoint get the same answers, byte for byte: what is otherwise random in them follows
    /// from [`seed`](Self::seed). By this clock answers are dated, sessions end, and MFA codes and identity tokens are judged.
    /// A signature may be dated by it or by this machine's. The secrets of users stay random, unless they are pinned, and so
    /// do the keys of TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// A selector of AWS's endpoints, such as `global,default`.
    pub endpoints: String,
    /// Which Region serves the global endpoint.
    pub global_endpoint: GlobalServing,
    /// The port of every endpoint's TLS address; 0 is any free one. At 443 the emulator's names and its DNS are all that a
    /// client needs; ports below 1024 need a right (CAP_NET_BIND_SERVICE). Where all endpoints share one address, it is that of
    /// the first one's TLS; its plaintext and the other endpoints follow, two ports each. Not over the kernel link.
    pub listen_port: u16,
    /// The first endpoint's address; the others follow it. On loopback, or, for callers of other hosts, in 198.18.0.0/15, which
    /// is for benchmarks (RFC 2544). Any other address is shared by all endpoints and answers whoever reaches it; that needs
    /// [`i_know_it_is_not_aws`](Self::i_know_it_is_not_aws). Not over the kernel link.
    pub listen_address: Ipv4Addr,
    /// Where `GET /_stsbench/ready` is answered with 200 as soon as every endpoint is served; STS itself answers at every path
    /// of its endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_listen: Option<SocketAddr>,
    /// Allows addresses that other machines reach.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub i_know_it_is_not_aws: bool,
    /// The longest that a client may take over a TLS handshake, or over a request that it has begun, beyond a few of its
    /// round trips; then the connection is closed. Unit: milliseconds, 1–600,000.
    pub client_deadline_ms: u64,
    /// Connections without a request that are kept, over all endpoints; with one more, the one that has been idle for longest is
    /// closed. 1–1,000,000.
    pub idle_connections: u32,
    /// The longest that a connection is kept without a request. Unit: milliseconds, 1–86,400,000.
    pub idle_deadline_ms: u64,
    /// The emulator's DNS.
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

impl Default for EmulatorConfig {
    fn default() -> Self {
        Self {
            vantage: "eu-central-1".to_owned(),
            callers: Vec::new(),
            seed: 0,
            clock: None,
            endpoints: "global,default".to_owned(),
            global_endpoint: GlobalServing::LegacyUsEast1,
            listen_port: 0,
            listen_address: Ipv4Addr::new(127, 0, 1, 1),
            ready_listen: None,
            i_know_it_is_not_aws: false,
            client_deadline_ms: 10_000,
            idle_connections: 16_384,
            idle_deadline_ms: 900_000,
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

impl EmulatorConfig {
    /// The service time of `operation`.
    pub fn service_time(&self, operation: Operation) -> ServiceTime {
        // No figures are public. Who is asked for least works least; a provider's signature takes longest.
        let median_ms = match operation {
            Operation::GetCallerIdentity
            | Operation::GetAccessKeyInfo
            | Operation::DecodeAuthorizationMessage => 4.0,
            Operation::GetSessionToken | Operation::GetFederationToken => 6.0,
            Operation::AssumeRole
            | Operation::AssumeRoot
            | Operation::GetDelegatedAccessToken
            | Operation::GetScopedCredentials => 9.0,
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

    /// Where the clock stands still, if it does; a time that is none has been refused before.
    pub(crate) fn fixed_clock(&self) -> Option<OffsetDateTime> {
        clock::read_extended(self.clock.as_deref()?)
    }

    /// What ids and credentials follow from, if they follow from anything.
    pub(crate) fn entropy_seed(&self) -> Option<u64> {
        self.clock.as_ref().map(|_| self.seed)
    }

    /// The service time of each operation at `endpoint`.
    pub(crate) fn service_times(&self, endpoint: &str) -> BTreeMap<Operation, ServiceTime> {
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
}
