//! WHERE: every partition, Region and STS endpoint, and selecting them by pattern.
//!
//! Regions and the patterns of hosts stand in a generated table (`scripts/regions`), which tests hold against the AWS SDK's
//! own endpoint rules; no URL pattern is written by hand. This module never touches the network, the clock or a file.

mod origin;
mod region;
mod regions;
mod lookup;
mod endpoint;
mod resolve;
mod constructed;
mod custom;
mod selector;
mod located;
mod select;

pub use constructed::Constructed;
pub use custom::SigningRegionError;
pub use endpoint::{Endpoint, InvalidEndpointName, Scope};
pub use origin::{Origin, OriginError, Scheme, without_secrets};
pub use region::{Activation, Coordinates, Partition, Region};
pub use regions::{PARTITIONS, REGION_TABLE_DATE, REGION_TABLE_SOURCE, REGIONS};
pub use resolve::ResolveError;
pub(crate) use resolve::resolve;
pub use select::Catalog;
pub use selector::{Selector, SelectorError};
