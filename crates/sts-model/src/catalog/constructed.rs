//! Hosts that the SDK's rules give and AWS's tables do not.

use super::endpoint::{Endpoint, Scope};
use super::region::{Activation, Region};

/// Why a host may not exist: the SDK's rules make a name for every Region and variant, also where AWS has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constructed {
    /// A Region that the table lacks.
    UnknownRegion,
    /// A Region without a published STS endpoint.
    AnnouncedRegion,
    /// AWS lists no FIPS host there.
    Fips,
}

impl Endpoint {
    /// Why the host may not exist; `None` where AWS's tables list it, and of URLs that the user gave.
    pub fn constructed(&self) -> Option<Constructed> {
        if matches!(self.scope, Scope::Custom | Scope::Global) {
            return None;
        }
        let Some(region) = Region::named(&self.region) else {
            return Some(Constructed::UnknownRegion);
        };
        if region.activation == Activation::Announced {
            Some(Constructed::AnnouncedRegion)
        } else if matches!(self.scope, Scope::Fips | Scope::FipsDualStack) && !region.listed_fips {
            Some(Constructed::Fips)
        } else {
            None
        }
    }
}
