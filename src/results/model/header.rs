//! Which run it is: what measured, from where, as whom and when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::place::{LocalRegion, NameSource, PlaceFact};

/// Version of the JSON form that this build writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Which run this is.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
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
    /// What was taken out of it since it was measured.
    pub redaction: Redaction,
}

/// What was taken out of a run since it was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// Nothing.
    #[default]
    None,
    /// What identifies the author or their network: place, caller, addresses, names of their own, exact times. Every output says so.
    Identity,
}

impl Redaction {
    /// Whether nothing was taken out.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::None
    }
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
    /// The user's name for the place, or what else names it.
    pub name: String,
    /// Where the name comes from; `None` in runs of versions that did not say it, which looked for no Region either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_source: Option<NameSource>,
    /// The Region that an AWS SDK there would call, when one was configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_region: Option<LocalRegion>,
    /// What the machine said about where it was, whatever the name; the same in all parts of a merged run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<PlaceFact>,
    /// Present when the service was simulated; then every output says so.
    pub simulation: Option<Simulation>,
}

/// The emulator that a simulated run called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// The Region from which the emulator was called.
    pub region: String,
    /// Seed of the emulator's service times.
    pub seed: u64,
    /// How distance was simulated: `kernel`, where every packet was delayed; `bytes`, where the bytes of a connection were
    /// delayed but TCP's own handshake was not; or `undelayed`.
    pub link: String,
    /// Why it was not the kernel link, when that was the first choice.
    #[serde(default)]
    pub why_not_kernel: Option<String>,
    /// What was injected, by endpoint name.
    pub injected: Vec<Injected>,
    /// Requests that the emulator received, when it could still be asked.
    pub requests_seen: Option<u64>,
}

/// What the emulator injected at one endpoint.
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
