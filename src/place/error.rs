//! Why the place is not known: a value was given that cannot be right.

use sts_model::Region;
use thiserror::Error;

use crate::credentials::CallerWords;

use super::source::{NameSource, RegionSource};

/// As many characters as a run keeps of the name of a place.
pub(crate) const MOST_CHARACTERS: usize = 64;

/// What a Region's name can be; it is a part of host names.
pub(crate) const REGION_NAMES: &str =
    "allowed: 1 to 63 lower-case letters, digits and hyphens, such as";

/// A Region or a name that was given and cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// A Region that cannot be part of a host name.
    #[error(
        "{}: {value:?} is not a Region; {REGION_NAMES} {}",
        said_by(source_name, *options),
        meant(value)
    )]
    Region {
        /// Those of who asks.
        options: CallerWords,
        /// Where it was found.
        source_name: RegionSource,
        /// What was found there, shortened.
        value: String,
    },
    /// A Region that AWS does not have, nor ever will under such a name.
    #[error("{source_name}: AWS has no Region {value}{hint}")]
    NoSuchRegion {
        /// Where it was found.
        source_name: RegionSource,
        /// What was found there.
        value: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
    },
    /// One of these, and where in a file it stands.
    #[error("{error}; it stands in {place}")]
    InFile {
        /// What is wrong.
        error: Box<PlaceError>,
        /// The line and the file.
        place: String,
    },
    /// The profile that may say the Region cannot be read.
    #[error(
        "{reason}; so the Region of this place is not known: correct the line, or give {} or AWS_REGION",
        options.region()
    )]
    UnreadProfile {
        /// Those of who asks.
        options: CallerWords,
        /// Why not.
        reason: String,
    },
    /// A place that was to be compared with where the machine is, and has no name of its own.
    #[error(
        "--require-vantage compares the name of the place with where this machine is; give it with --vantage or STSBENCH_VANTAGE"
    )]
    NotGiven,
    /// The machine is somewhere else.
    #[error("--require-vantage: this is not {wanted:?}: {observed}; nothing was sent")]
    Elsewhere {
        /// The name of the place.
        wanted: String,
        /// What the machine says.
        observed: String,
    },
    /// A name that a report cannot show.
    #[error(
        "{source_name}: allowed: 1 to {MOST_CHARACTERS} characters, more than blanks and none of them a control character"
    )]
    Name {
        /// Where it was found.
        source_name: NameSource,
    },
}

impl PlaceError {
    /// The same in the words of who has these options.
    pub(super) fn for_options(self, options: CallerWords) -> Self {
        match self {
            Self::Region {
                source_name, value, ..
            } => Self::Region {
                options,
                source_name,
                value,
            },
            other => other,
        }
    }
}

/// Where a Region was found, in the words of who asks.
fn said_by(source: &RegionSource, options: CallerWords) -> String {
    match source {
        RegionSource::Option => options.region().to_owned(),
        other => other.to_string(),
    }
}

/// The Region that somebody meant who wrote a city or capital letters; one to go by for anything else.
fn meant(value: &str) -> &'static str {
    let lower = value.trim().to_ascii_lowercase();
    let named = Region::named(&lower).or_else(|| Region::in_city(value));
    named.map_or("eu-central-1", |region| region.name)
}
