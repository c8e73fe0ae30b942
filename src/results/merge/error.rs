//! Why runs cannot be one.

use thiserror::Error;

use crate::results::model::limits::{MAX_BLOCKS, MAX_CALLS};

/// Why runs cannot be one run.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MergeError {
    /// No run at all.
    #[error("there is no run to merge")]
    Nothing,
    /// Runs that did not measure the same.
    #[error("runs {one} and {other} cannot be one: {what} differs")]
    Different {
        /// What differs.
        what: &'static str,
        /// A run's id.
        one: String,
        /// The other's.
        other: String,
    },
    /// Runs that were measured at the same time, so that they got in each other's way.
    #[error("runs {one} and {other} cannot be one: both were measured at {at}")]
    Overlap {
        /// The earlier run's id.
        one: String,
        /// The later one's.
        other: String,
        /// When the later one started.
        at: String,
    },
    /// Runs of several windows, some of which are the same measurement.
    #[error(
        "windows {one} and {other} are the same measurement under two ids; merge the single runs, each of them once"
    )]
    Copied {
        /// Its id in the runs before.
        one: String,
        /// Its id in this one.
        other: String,
    },
    /// More blocks than a run can have.
    #[error("the runs have {blocks} blocks together, and a run has at most {MAX_BLOCKS}")]
    TooManyBlocks {
        /// How many there were when that became clear.
        blocks: usize,
    },
    /// More calls than a run can have.
    #[error("the runs have more than {MAX_CALLS} calls together, the most that a run has")]
    TooManyCalls,
    /// A run that was measured at no time.
    #[error("run {run_id} was started at {started_at:?}, which is not an RFC 3339 date")]
    Undated {
        /// The run's id.
        run_id: String,
        /// What stands in the date's place.
        started_at: String,
    },
}
