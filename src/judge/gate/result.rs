//! What became of gates.

/// A gate and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GateResult {
    /// The condition as written.
    pub gate: String,
    /// The gravest outcome of its claims.
    pub outcome: GateOutcome,
    /// What it says of each target that it selects, or of each pair.
    pub claims: Vec<GateClaim>,
}

/// A gate applied to one target, or to one pair of targets.
#[derive(Debug, Clone, PartialEq)]
pub struct GateClaim {
    /// Endpoint (or two), operation and kind of connection, as in sentences.
    pub subject: String,
    /// Whether the claim is proven.
    pub outcome: GateOutcome,
    /// The statistic with its interval, the limit, the number of answers, and the effect, in one sentence.
    pub text: String,
    /// About how many more answers of each side would decide an inconclusive claim.
    pub more_samples: Option<u64>,
}

/// What became of a gate, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateOutcome {
    /// The interval lies within the limit.
    Proven,
    /// The interval holds the limit: more answers are needed.
    Inconclusive,
    /// The interval lies beyond the limit.
    Violated,
    /// A check forbids the numbers.
    Invalid,
}

impl GateOutcome {
    /// As in files and sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Inconclusive => "inconclusive",
            Self::Violated => "violated",
            Self::Invalid => "invalid",
        }
    }
}
