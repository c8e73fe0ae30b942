//! WHERE: every partition, Region and STS endpoint, and selecting them by pattern.
//!
//! Hosts and signing Regions come from the AWS SDK's own endpoint rules; no URL pattern is written here. The Region
//! table is generated (`scripts/regions`). This module never touches the network, the clock or a file.

mod origin;
mod regions;
mod resolve;
mod selector;

pub use origin::{Origin, OriginError, Scheme};
pub use regions::{PARTITIONS, REGIONS, TABLE_DATE, TABLE_SOURCE};
pub use resolve::ResolveError;
pub use selector::{Selector, SelectorError, matches_glob};

use std::fmt;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// A group of Regions that shares accounts, credentials and a DNS suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// AWS's identifier, as in ARNs: `aws`, `aws-cn`, …
    pub id: &'static str,
    /// The pseudo-Region through which the SDK names the global endpoint; only the commercial partition has one.
    pub global_region: Option<&'static str>,
}

/// Whether an account can use a Region without asking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// Enabled in every account.
    Default,
    /// The account has to enable the Region first; STS is switched on with it.
    OptIn,
    /// Named in AWS's tables but without a published STS endpoint; selected only by its exact name.
    Announced,
}

impl Activation {
    /// As in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::OptIn => "opt-in",
            Self::Announced => "announced",
        }
    }
}

/// A point on the globe, at metropolitan precision (± 50 km).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

/// One AWS Region as AWS's tables name it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// The name that requests are signed with, such as `eu-central-1`.
    pub name: &'static str,
    /// The name for people, such as `Europe (Frankfurt)`.
    pub description: &'static str,
    /// The partition's identifier.
    pub partition: &'static str,
    /// Whether accounts have the Region without asking.
    pub activation: Activation,
    /// Whether AWS lists a FIPS host; the SDK's rules build a name for every Region, which need not exist.
    pub listed_fips: bool,
    /// Where the Region is, when that is public.
    pub coordinates: Option<Coordinates>,
}

impl Region {
    /// The Region of that exact name.
    pub fn named(name: &str) -> Option<&'static Region> {
        REGIONS.iter().find(|region| region.name == name)
    }
}

/// Which of a Region's STS endpoints this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The one endpoint without a Region in its name.
    Global,
    /// A Region's plain endpoint.
    Regional,
    /// A Region's endpoint with FIPS 140 validated cryptography.
    Fips,
    /// A Region's endpoint that answers over IPv4 and IPv6.
    DualStack,
    /// Both of the above.
    FipsDualStack,
    /// A URL given by the user.
    Custom,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "global",
            Self::Regional => "regional",
            Self::Fips => "fips",
            Self::DualStack => "dualstack",
            Self::FipsDualStack => "fips-dualstack",
            Self::Custom => "custom",
        })
    }
}

/// One STS endpoint: a name for people and files, and where and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Unique within a plan; `[a-z0-9-]{1,64}`, so that it can be a file name and a table cell.
    pub name: String,
    /// Scheme, host and port; the host is the signed `Host` header and the TLS server name.
    pub origin: Origin,
    /// AWS's identifier of the partition.
    pub partition: String,
    /// The Region that the endpoint belongs to; `aws-global` for the global one.
    pub region: String,
    /// The Region in the signature's credential scope.
    pub signing_region: String,
    /// Which of the Region's endpoints this is.
    pub scope: Scope,
    /// A loopback address that stands for the host, as curl's `--resolve`; `None` asks DNS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
    /// The name of the endpoint that this one is a second time, under an alias, so that a run can compare the two and see
    /// what it makes of no difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<String>,
}

impl Endpoint {
    /// An endpoint that the user gives by URL, after [`Origin::parse`] and the host rules have let it pass.
    ///
    /// The signing Region is that of AWS's own endpoint when the host is one, the Region called `name` when there is
    /// one, and `us-east-1` otherwise.
    ///
    /// # Errors
    /// [`SelectorError::Name`] when `name` breaks the grammar of endpoint names.
    pub fn custom(name: &str, origin: Origin) -> Result<Self, SelectorError> {
        if !is_endpoint_name(name) {
            return Err(SelectorError::Name(name.escape_debug().to_string()));
        }
        let known = resolve::known_host(origin.host());
        let region = Region::named(name).map_or("us-east-1", |region| region.name);
        Ok(Self {
            name: name.to_owned(),
            partition: known
                .as_ref()
                .map_or("aws", |e| e.partition.as_str())
                .to_owned(),
            region: known
                .as_ref()
                .map_or(region, |e| e.region.as_str())
                .to_owned(),
            signing_region: known
                .as_ref()
                .map_or(region, |e| e.signing_region.as_str())
                .to_owned(),
            scope: Scope::Custom,
            origin,
            address: None,
            twin_of: None,
        })
    }

    /// The same endpoint a second time, as `<name>-twin`.
    ///
    /// # Errors
    /// [`SelectorError::Name`] when that is longer than a name can be.
    pub fn twin(&self) -> Result<Self, SelectorError> {
        let name = format!("{}-twin", self.name);
        if !is_endpoint_name(&name) {
            return Err(SelectorError::Name(name));
        }
        Ok(Self {
            name,
            twin_of: Some(self.name.clone()),
            ..self.clone()
        })
    }

    /// The name under which this endpoint is called without an alias: requests to one original reach one service.
    pub fn original(&self) -> &str {
        self.twin_of.as_deref().unwrap_or(&self.name)
    }

    /// Whether the host is one of AWS's own STS endpoints in any partition, Region or variant.
    pub fn is_aws_host(host: &str) -> bool {
        resolve::known_host(host).is_some()
    }
}

/// Everything that can be selected: AWS's endpoints and the user's own.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Endpoints by URL, in the order in which they were given; their names shadow AWS's.
    pub custom: Vec<Endpoint>,
    /// Regions beyond the table that the user vouches for; the SDK's rules build their hosts.
    pub extra_regions: Vec<String>,
}

impl Catalog {
    /// The endpoints that `selector` names, each once, in the selector's order.
    ///
    /// # Errors
    /// [`SelectorError`] when a term matches nothing (with the nearest right word) or the SDK's rules refuse a Region.
    pub fn select(&self, selector: &Selector) -> Result<Vec<Endpoint>, SelectorError> {
        selector::select(self, selector)
    }
}

/// Whether `name` can name an endpoint: `[a-z0-9-]{1,64}`.
fn is_endpoint_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
