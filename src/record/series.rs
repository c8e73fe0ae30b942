//! What is kept of one target.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::plan::TargetId;
use crate::sample::{FAULT_PREFIX, Lookup};
use sts_model::FaultCode;

use super::histogram::Histogram;
use super::recent_ids::RepeatedIds;
use super::trace::Trace;

/// Everything that is kept of one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Whose it is.
    pub target: TargetId,
    /// All measured calls by how they ended; warm-up counts only in its own field.
    pub counts: Counts,
    /// Intended send to end of answer, successes.
    pub response_time: Histogram,
    /// Actual send to end of answer, successes.
    pub service_time: Histogram,
    /// Actual send to failure, faults and failures.
    pub failed_time: Histogram,
    /// Actual minus intended send without the wait for a busy connection, all measured calls.
    pub lateness: Histogram,
    /// What the program's own clock would have added to the service time; one value for each success that the kernel's
    /// clock timed.
    #[serde(default)]
    pub client_overhead: Histogram,
    /// Wait for a turn on a busy connection, those measured calls that had to.
    #[serde(default)]
    pub queued: Histogram,
    /// Each phase of the successes, in [`crate::sample::Phase::ALL`]'s order; a phase that never happened is empty.
    pub phases: Vec<Histogram>,
    /// The same in blocks of equal length, by number.
    pub blocks: Vec<Block>,
    /// Calls that each Region says it answered; at most 64 names, the rest under `other`.
    pub served_by: BTreeMap<String, u64>,
    /// Calls by the Region of origin in the session token that they were answered with; at most 64 names, the rest under
    /// `other`.
    #[serde(default)]
    pub origins: BTreeMap<String, u64>,
    /// Calls that two witnesses disagree about, by what each says; of at most 64 pairs.
    #[serde(default)]
    pub contradictions: Vec<Contradiction>,
    /// Calls whose answer had the request id of an earlier one.
    #[serde(default, skip_serializing_if = "RepeatedIds::is_none")]
    pub repeated_ids: RepeatedIds,
    /// What the resolver returned before connections were opened, those of the warm-up included.
    #[serde(default)]
    pub lookups: Lookups,
    /// Calls that each remote address answered; at most 64, the rest under `other`.
    pub remotes: BTreeMap<String, u64>,
    /// Some of the calls in order of time, thinned evenly so that the number stays bounded.
    pub trace: Trace,
}

/// Calls of which the answer's header names one Region and the session token in it another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    /// The header's.
    pub served_by: String,
    /// The token's.
    pub origin: String,
    /// How many.
    pub calls: u64,
}

/// Look-ups of an endpoint's name, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookups {
    /// Those that gave an address.
    pub answered: u64,
    /// Fewest addresses in one answer.
    pub fewest_addresses: u16,
    /// Most addresses in one answer.
    pub most_addresses: u16,
    /// Shortest time for which an answer may be kept, s; absent where the resolver does not tell.
    pub shortest_ttl_seconds: Option<u32>,
    /// Longest such time, s.
    pub longest_ttl_seconds: Option<u32>,
}

impl Lookups {
    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.answered == 0 || other.answered == 0 {
            return if self.answered == 0 { other } else { self };
        }
        let ttls = |a: Option<u32>, b: Option<u32>| a.into_iter().chain(b);
        Self {
            answered: self.answered.saturating_add(other.answered),
            fewest_addresses: self.fewest_addresses.min(other.fewest_addresses),
            most_addresses: self.most_addresses.max(other.most_addresses),
            shortest_ttl_seconds: ttls(self.shortest_ttl_seconds, other.shortest_ttl_seconds).min(),
            longest_ttl_seconds: ttls(self.longest_ttl_seconds, other.longest_ttl_seconds).max(),
        }
    }
}

impl From<Lookup> for Lookups {
    fn from(lookup: Lookup) -> Self {
        Self {
            answered: 1,
            fewest_addresses: lookup.addresses,
            most_addresses: lookup.addresses,
            shortest_ttl_seconds: lookup.ttl_seconds,
            longest_ttl_seconds: lookup.ttl_seconds,
        }
    }
}

/// One block of one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// From 0.
    pub number: u16,
    /// Calls by how they ended.
    pub counts: Counts,
    /// Intended send to end of answer, successes.
    pub response_time: Histogram,
    /// Actual send to end of answer, successes.
    pub service_time: Histogram,
    /// The remote addresses that were connected; at most 64.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub remotes: BTreeSet<String>,
}

/// Calls by how they ended. `issued` = `succeeded` + `faults` + `failures` + `redialled`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Measured calls that were sent or tried.
    pub issued: u64,
    /// Answered by the operation's own answer.
    pub succeeded: u64,
    /// Answered by an STS error.
    pub faults: u64,
    /// Not answered.
    pub failures: u64,
    /// Succeeded over another kind of connection than the target's (a warm one that had to dial); kept among the samples
    /// and left out of the histograms, because kinds are never mixed.
    pub redialled: u64,
    /// Faults that ask for fewer requests; part of `faults`.
    pub throttled: u64,
    /// Planned but deliberately not sent, because the endpoint had been slowed down or stopped; not part of `issued`.
    pub withheld: u64,
    /// Calls of the warm-up, however they ended; not part of `issued`.
    pub warmup: u64,
    /// Calls of the warm-up that were not answered; part of `warmup`.
    pub warmup_failures: u64,
    /// Faults and failures by code; at most 64 codes, the rest under `other`.
    pub codes: BTreeMap<String, u64>,
}

impl Counts {
    /// Calls that brought no answer of the operation: an STS error, or nothing.
    pub fn failed(&self) -> u64 {
        self.faults.saturating_add(self.failures)
    }

    /// Calls whose key or signature was refused.
    pub fn refused_keys(&self) -> u64 {
        let is_about_keys = |code: &str| {
            let code = code
                .strip_prefix(FAULT_PREFIX)
                .map(|code| FaultCode::from(code.to_owned()));
            code.is_some_and(|code| code.is_about_credentials() && code != FaultCode::AccessDenied)
        };
        let codes = self.codes.iter().filter(|(code, _)| is_about_keys(code));
        codes.map(|(_, calls)| calls).sum()
    }
}

/// Most names that one map keeps apart: what comes from the network must not grow without bound.
pub(super) const MAX_NAMES: usize = 64;
/// What counts under no name of its own.
pub(crate) const OTHER: &str = "other";
