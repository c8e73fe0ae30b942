//! Findings about the instrument: whether it finds again what is known.

use serde::{Deserialize, Serialize};

use crate::plan::TargetId;
use crate::results::model::certificate::ItemVerdict;

/// What the checks of the instrument can find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum InstrumentFinding {
    /// No endpoint is called twice.
    NoTwin,
    /// An endpoint and its twin have answers in too few blocks to be compared.
    TwinUntested {
        /// Blocks that it takes.
        blocks: u64,
    },
    /// An endpoint against itself under an alias.
    Twin {
        /// The twin of the pair that is least by chance.
        worst: TargetId,
        /// The twin's p50 / the original's.
        ratio: f64,
        /// The lower end of the ratio's interval.
        low_ratio: f64,
        /// The upper end of the ratio's interval.
        high_ratio: f64,
        /// Pairs that were compared.
        pairs: u64,
    },
    /// The simulated service injected no delay that was measured.
    NothingInjected,
    /// A measured median against the delay that was injected.
    InjectedDelay {
        /// The target that is farthest off.
        worst: TargetId,
        /// Its p50 − the injected delay, ns.
        excess_ns: f64,
        /// What is let pass either way, ns.
        limit_ns: f64,
    },
    /// There is no certificate of this host.
    NoCertificate,
    /// What the self-test in the run's certificate found of known delays.
    Certified {
        /// The item's verdict.
        verdict: ItemVerdict,
    },
    /// The kernel stamped no packet.
    NoneStamped,
    /// The kernel stamped the packets of some answers only.
    SomeStamped {
        /// Answers with the kernel's timestamps.
        stamped: u64,
        /// Answers.
        answers: u64,
        /// At least this ratio is wanted.
        limit_ratio: f64,
    },
    /// The kernel stamped the packets of the answers.
    AllStamped {
        /// Answers with the kernel's timestamps.
        stamped: u64,
        /// Answers.
        answers: u64,
    },
}
