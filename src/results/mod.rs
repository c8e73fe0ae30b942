//! FILE: a run on disk: one versioned JSON file, the raw samples, a journal for the case that the run is cut off. It
//! computes no statistics and knows no format for people.

mod check;
mod error;
pub mod finding;
mod hdr;
mod json;
mod merge;
mod model;
mod read;
mod store;
#[cfg(test)]
#[path = "small_run_tests.rs"]
mod small_run;

pub use check::{Check, CheckVerdict, Claims, Reach};
pub use error::ResultsError;
pub use finding::Finding;
pub use hdr::hgrm::percentile_distribution;
pub use hdr::hlog::log as interval_log;
pub use merge::error::MergeError;
pub use merge::merger::{Merger, merge};
pub use model::certificate::{Certificate, Host, Item, Subject, Verdict};
pub use model::conditions::Conditions;
pub use model::header::{Caller, Header, Injected, SCHEMA_VERSION, Simulation, Tool, Vantage};
pub use model::id::run_id;
pub use model::limits::MAX_RUN_BYTES;
pub use model::measured::{Completion, Measured};
pub use model::notice::Notice;
pub use model::precision::{PrecisionOutcome, Reached};
pub use model::run::Run;
pub use model::window::{Window, moment};
pub use read::discover::{Found, MAX_FILES_BELOW, runs_below};
pub use read::recover::recover;
pub use read::run::read;
pub use store::certificate::CERTIFICATE_FILE;
pub use store::csv_cell::csv_cell;
pub use store::directory::{Directory, Overwrite};
pub use store::output_file::OutputFile;
pub use store::part::{PartKind, part_name};
pub use store::run::{RUN_FILE, to_json, write};
pub use store::sample_row::COLUMNS as SAMPLE_COLUMNS;
pub use store::writer::{MEASURED, Writer, clear};
