//! FILE: a run on disk: one versioned JSON file, the raw samples, a journal for the case that the run is cut off. It
//! computes no statistics and knows no format for people.

mod below;
mod certificate;
mod check;
mod error;
mod id;
mod cell;
mod directory;
mod sample_row;
mod samples;
mod series;
mod hgrm;
mod hlog;
mod read;
mod journal;
mod merge;
mod part;
mod plausible;
mod precision;
mod write;
mod writer;
mod window;
#[cfg(test)]
mod fixture;

pub use below::{Found, MAX_FILES_BELOW, runs_below};
pub use cell::csv_cell;
pub use certificate::{CERTIFICATE_FILE, Certificate, Host, Item, Subject, Verdict};
pub use check::{Check, CheckVerdict, Claims, Reach};
pub use directory::{Directory, OutputFile, Overwrite};
pub use error::ResultsError;
pub use hgrm::percentile_distribution;
pub use hlog::log as interval_log;
pub use id::run_id;
pub use journal::recover;
pub use merge::{MergeError, Merger, merge};
pub use part::{PartKind, part_name};
pub use precision::{PrecisionOutcome, Reached};
pub use read::{MAX_RUN_BYTES, read};
pub use sample_row::COLUMNS as SAMPLE_COLUMNS;
pub use window::{Window, moment};
pub use write::{RUN_FILE, to_json, write};
pub use writer::{Writer, clear};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::health::Health;
use crate::plan::Plan;
use crate::record::{Histogram, Pace, Series};

/// Version of the JSON form that this build writes.
pub const SCHEMA_VERSION: u32 = 1;

/// What a run measured and cannot be made again from anything else: no file is written in its place by name.
pub const MEASURED: [&str; 3] = [write::RUN_FILE, samples::FILE_NAME, journal::FILE_NAME];

/// A run: enough to recompute and redraw every number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`SCHEMA_VERSION`] of the writer.
    pub schema_version: u32,
    /// Unique: `yyyymmdd-hhmmss-` and eight hexadecimal digits; a window or stage adds a hyphen and its number.
    pub run_id: String,
    /// What measured.
    pub tool: Tool,
    /// From where.
    pub vantage: Vantage,
    /// As whom.
    pub caller: Option<Caller>,
    /// When the epoch was, RFC 3339 in UTC.
    pub started_at: String,
    /// From the epoch to the last answer, ns.
    pub elapsed_ns: u64,
    /// Whether the plan was carried out to its end.
    pub completion: Completion,
    /// What was planned.
    pub plan: Plan,
    /// What was measured, in the order of the plan's targets.
    #[serde(deserialize_with = "series::deserialize")]
    pub series: Vec<Series>,
    /// What signing one request cost, ns.
    pub signing: Histogram,
    /// How the calls of an open load with random arrivals were spaced; absent for other loads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// Share of one core that the measuring thread used, 0–1, when the system tells; the highest of several windows.
    pub measuring_cpu_ratio: Option<f64>,
    /// The part of it that was spent with nothing but watching the clock before sends, 0–1.
    #[serde(default)]
    pub spin_cpu_ratio: Option<f64>,
    /// What the measuring machine did meanwhile; absent where nobody watched, as in a run that was recovered.
    #[serde(default)]
    pub health: Option<Health>,
    /// What the self-test said about the instrument on this host, when it had been asked.
    #[serde(default)]
    pub certificate: Option<Certificate>,
    /// By how much the service's clock is ahead of this machine's, s; negative when it is behind; absent where no answer
    /// told, before the run or in it.
    #[serde(default)]
    pub service_clock_ahead_seconds: Option<i64>,
    /// The stretches of time that were measured, when there were several; empty for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Window>,
    /// How the run chose its length, when it had to become precise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionOutcome>,
    /// What the run says against itself, as it was judged when it was written; whoever reads the run judges anew.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// What was noticed on the way, in order of time.
    pub notices: Vec<Notice>,
}

/// The program that measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `stsbench`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// From where a run measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vantage {
    /// The user's name for the place, or the host's.
    pub name: String,
    /// Present when the service was simulated; then every output says so.
    pub simulation: Option<Simulation>,
}

/// The fleet that a simulated run called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// The Region that the fleet was seen from.
    pub region: String,
    /// Seed of the fleet's service times.
    pub seed: u64,
    /// How distance was simulated: `kernel`, where every packet was delayed; `bytes`, where the bytes of a connection were
    /// delayed but TCP's own handshake was not; or `undelayed`.
    pub link: String,
    /// Why it was not the kernel link, when that was asked for if possible.
    #[serde(default)]
    pub why_not_kernel: Option<String>,
    /// What was injected, by endpoint name.
    pub injected: Vec<Injected>,
    /// Requests that the fleet saw, when it could still say.
    pub requests_seen: Option<u64>,
}

/// What the fleet injected at one endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Injected {
    /// The endpoint's name.
    pub endpoint: String,
    /// Round trip, ns.
    pub round_trip_ns: u64,
    /// Median of the service time by operation, under its AWS CLI name, ns.
    pub service_time_median_ns: BTreeMap<String, u64>,
}

/// Who called, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Last four digits of the account behind stars, or the whole with `--show-identity`.
    pub account: String,
    /// The ARN with account and user masked, or the whole with `--show-identity`.
    pub arn: String,
    /// The key's first and last four characters.
    pub access_key: String,
    /// Where the credentials were found.
    pub source: String,
}

/// Whether the plan was carried out to its end, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completion {
    /// To its end.
    Complete,
    /// Stopped early by a signal or by the loss of its credentials; what was measured is here.
    Interrupted,
    /// Rebuilt from the journal of a run that was cut off.
    Recovered,
}

/// Something that a reader of the numbers should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When, ns since the epoch; 0 before the first request.
    pub at_ns: u64,
    /// One sentence, safe to show.
    pub text: String,
}
