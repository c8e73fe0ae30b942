//! The Region of this machine and the name of the place that is measured from, each with its source.
//!
//! `PlaceSearch::find` takes the first Region that is given or configured: `--region`, `AWS_REGION`,
//! `AWS_DEFAULT_REGION`, the profile's `region`, the metadata of the container, the metadata of the instance. It is the
//! Region that an AWS SDK here would call. A simulated run takes the option, the variables and then its own vantage.
//!
//! It must never measure anything, and never read a credential.

mod error;
mod find;
mod machine;
mod observed;
mod region;
mod source;
mod surroundings;
mod vantage;

pub use error::PlaceError;
pub(crate) use error::{MOST_CHARACTERS, REGION_NAMES};
pub use find::MeasuringPlace;
pub(crate) use find::{MetadataUse, Observation, PlaceSearch};
pub use observed::{PlaceFact, PlaceKind};
pub use region::LocalRegion;
pub(crate) use region::is_label as is_region_name;
pub use source::{NameSource, RegionSource};
pub(crate) use vantage::is_vantage_name;
pub use vantage::{EphemeralHost, VantageName};
