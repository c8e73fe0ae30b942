//! A run on disk: one versioned JSON file, the raw samples, a journal for the case that the run is cut off. It
//! computes no statistics and knows no format for people.

mod accepted;
mod bundle;
mod check;
mod error;
pub(crate) mod finding;
mod hdr;
mod json;
mod merge;
mod model;
mod read;
mod save;
mod store;
#[cfg(test)]
#[path = "small_run_tests.rs"]
pub(crate) mod small_run;

pub(crate) use accepted::{AcceptedLevel, Baselines, NamedBaseline};
pub(crate) use bundle::contents::is_file_name;
pub(crate) use bundle::manifest::ListedFile;
pub(crate) use bundle::read::Bundle;
pub(crate) use bundle::samples::{SamplesFound, add_samples};
pub(crate) use bundle::write::BundleWriter;
pub(crate) use check::moved;
pub use check::{Check, CheckVerdict, Claims, Reach};
pub use error::ResultsError;
pub(crate) use finding::Finding;
pub(crate) use hdr::hgrm::percentile_distribution;
pub(crate) use hdr::hlog::log as interval_log;
pub use merge::error::MergeError;
pub(crate) use merge::merger::Merger;
pub(crate) use model::block_times::certain_block_times;
pub use model::certificate::{Certificate, Host, Item, ItemVerdict, Subject};
pub use model::conditions::Conditions;
pub(crate) use model::digest::{histograms_sha256, sha256};
pub use model::header::{
    Caller, Header, Injected, Redaction, SCHEMA_VERSION, Simulation, Tool, Vantage,
};
pub use model::id::run_id;
pub(crate) use model::limits::MAX_RUN_BYTES;
pub use model::measured::{Completion, Measured};
pub use model::notice::Notice;
pub use model::precision::{PrecisionOutcome, Reached};
pub use model::run::Run;
pub use model::window::Window;
pub(crate) use model::window::moment;
pub(crate) use read::discover::{FoundRun, each_once, found_run, runs_at};
pub(crate) use read::recover::recover;
#[cfg(any(test, fuzzing))]
pub(crate) use read::run::from_json as run_from_json;
pub use read::run::read;
pub(crate) use read::run::{from_json, run_bytes};
pub(crate) use read::validate::is_name as is_run_id;
pub(crate) use save::{readable_json, write};
pub(crate) use store::csv_cell::csv_cell;
pub use store::directory::{Directory, Overwrite};
pub(crate) use store::journal::FILE_NAME as JOURNAL_FILE;
pub(crate) use store::output_file::OutputFile;
pub(crate) use store::part::{PartKind, part_name};
pub use store::run::{RUN_FILE, to_json};
#[cfg(any(test, fuzzing))]
pub(crate) use store::samples::FILE_NAME as SAMPLES_FILE;
pub use store::writer::Writer;
pub(crate) use store::writer::{RUN_FILES, clear, holds_journal, holds_other_run};
