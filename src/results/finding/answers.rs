//! Findings about the answers.

use serde::{Deserialize, Serialize};

use crate::plan::TargetId;

/// What the checks of the answers can find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum AnswersFinding {
    /// Every target gave answers.
    EveryTargetAnswered {
        /// Targets of the run.
        targets: u64,
    },
    /// No target gave an answer that counts.
    NoTargetAnswered,
    /// Some targets gave no answer that counts.
    SomeTargetsSilent {
        /// How many.
        silent: u64,
        /// Targets of the run.
        targets: u64,
        /// The first of them.
        first: TargetId,
    },
    /// No target gave an answer that failures could bias.
    NothingToBias,
    /// No call failed on a target that answers.
    NoneFailed,
    /// Calls failed.
    SomeFailed {
        /// Failed calls of the target with the largest share of them.
        failed: u64,
        /// That target's calls.
        issued: u64,
        /// `failed / issued`.
        ratio: f64,
        /// That target.
        worst: TargetId,
        /// Its highest percentile that is shown.
        highest_shown: Option<ShownPercentile>,
        /// The lowest percentile that is shown and that is a failure among all calls, as a share; absent where there is none.
        reached_from: Option<f64>,
    },
    /// STS throttled no call.
    NoneThrottled,
    /// STS throttled calls.
    SomeThrottled {
        /// Throttled calls of the endpoint with the largest share of them.
        throttled: u64,
        /// That endpoint's calls.
        issued: u64,
        /// `throttled / issued`.
        ratio: f64,
        /// Above this ratio the numbers are those of a throttled endpoint.
        limit_ratio: f64,
        /// A target of that endpoint.
        worst: TargetId,
        /// Other endpoints with throttled calls.
        more_endpoints: u64,
    },
    /// The Region in the issued session tokens agrees with the one in the header.
    RegionsAgree {
        /// Answers with a session token.
        answers: u64,
    },
    /// The Region in issued session tokens is another than the one in the header.
    RegionsDiffer {
        /// Answers with a session token.
        answers: u64,
        /// Those of them with two Regions.
        differing: u64,
        /// A target of the endpoint with the most frequent pair of Regions.
        worst: TargetId,
        /// The Region in that pair's header.
        header_region: String,
        /// The Region in that pair's session token.
        token_region: String,
        /// Answers with that pair.
        calls: u64,
    },
    /// Calls were answered with the request id of an earlier answer.
    AnswersRepeat {
        /// Such calls of the target with the largest share of them.
        repeated: u64,
        /// That target's calls.
        issued: u64,
        /// That target.
        worst: TargetId,
        /// Other targets with such answers.
        more_targets: u64,
    },
}

/// A percentile of the answers, beside the same of all calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ShownPercentile {
    /// Which one, as a share.
    pub percentile: f64,
    /// Of the answers, ns.
    pub answers_ns: f64,
    /// Of all calls, where a failed one counts as never answered, ns; absent where that is a failure.
    pub all_calls_ns: Option<f64>,
}
