//! What AWS's tables say of partitions and Regions: the types of the generated table.

use serde::{Deserialize, Serialize};

/// A group of Regions that shares accounts, credentials and a DNS suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// AWS's identifier, as in ARNs: `aws`, `aws-cn`, …
    pub id: &'static str,
    /// What the names of its Regions begin with, before a word and a number: `eu` for `eu-central-1`.
    pub(super) region_prefixes: &'static [&'static str],
    /// The name that stands for the partition where a Region is expected, such as `aws-global`.
    pub pseudo_region: Option<&'static str>,
    /// The endpoint without a Region in its name; only the commercial partition has one.
    pub(super) global_endpoint: Option<GlobalEndpoint>,
    /// The hosts of its Regions.
    pub(super) hosts: HostPatterns,
}

/// An endpoint without a Region in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GlobalEndpoint {
    /// Its host.
    pub host: &'static str,
    /// The Region in the credential scope of requests to it.
    pub signing_region: &'static str,
}

/// The host of each variant of a Region's endpoint, with `{region}` for the Region's name; `None` where the partition lacks
/// the variant. All of them are signed for the Region itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostPatterns {
    /// Of the plain endpoint.
    pub regional: &'static str,
    /// With FIPS 140 validated cryptography.
    pub fips: Option<&'static str>,
    /// Over IPv4 and IPv6.
    pub dual_stack: Option<&'static str>,
    /// Both of the above.
    pub fips_dual_stack: Option<&'static str>,
}

impl Partition {
    /// Whether it has an STS endpoint without a Region in its name.
    pub fn has_global_endpoint(&self) -> bool {
        self.global_endpoint.is_some()
    }
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

impl Coordinates {
    /// The great-circle distance by the haversine formula (R. W. Sinnott, "Virtues of the Haversine", 1984). Unit: km,
    /// 0 to 20,016.
    pub fn kilometres_to(self, other: Self) -> f64 {
        let (latitude, other_latitude) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_latitude = ((other_latitude - latitude) / 2.0).sin();
        let half_longitude = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let haversine =
            half_latitude.powi(2) + latitude.cos() * other_latitude.cos() * half_longitude.powi(2);
        2.0 * EARTH_RADIUS_KM * haversine.sqrt().min(1.0).asin()
    }
}

/// The mean radius of the Earth (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.0;

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
    /// The city or area that the coordinates stand for, such as `Frankfurt`; of us-west-2, which has no city, `Oregon`.
    pub city: Option<&'static str>,
}
