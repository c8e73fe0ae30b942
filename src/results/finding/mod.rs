//! What a check can find, as values: counts, ratios, times with their unit in the name, targets and limits. Sentences are
//! written from them elsewhere.

mod answers;
mod connections;
mod instrument;
mod load;
mod machine;
mod precision;
mod service;
mod tolerance;

pub(crate) use answers::{AnswersFinding, ShownPercentile};
pub(crate) use connections::ConnectionsFinding;
pub(crate) use instrument::InstrumentFinding;
pub(crate) use load::{LatenessLimit, LoadFinding, QueueCause};
pub(crate) use machine::{MachineFinding, SpoiledPercentile};
pub(crate) use precision::PrecisionFinding;
pub(crate) use service::{LevelChange, ServiceFinding};
pub(crate) use tolerance::LargerOf;

use serde::{Deserialize, Serialize};

/// What a check found, by subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "kebab-case")]
pub enum Finding {
    /// The answers: missing, failed, throttled, from another Region.
    Answers(AnswersFinding),
    /// The load: calls late, queued or never made.
    Load(LoadFinding),
    /// The machine that measured.
    Machine(MachineFinding),
    /// The service: whether it stayed the same while it was measured.
    Service(ServiceFinding),
    /// Connections and the requests on them.
    Connections(ConnectionsFinding),
    /// The instrument: whether it finds again what is known.
    Instrument(InstrumentFinding),
    /// How much the numbers support.
    Precision(PrecisionFinding),
}

impl Finding {
    /// The texts in it that come from outside of this program.
    pub(crate) fn foreign_texts(&self) -> [&str; 2] {
        match self {
            Self::Answers(AnswersFinding::RegionsDiffer {
                header_region,
                token_region,
                ..
            }) => [header_region, token_region],
            _ => ["", ""],
        }
    }
}

impl From<AnswersFinding> for Finding {
    fn from(finding: AnswersFinding) -> Self {
        Self::Answers(finding)
    }
}

impl From<LoadFinding> for Finding {
    fn from(finding: LoadFinding) -> Self {
        Self::Load(finding)
    }
}

impl From<MachineFinding> for Finding {
    fn from(finding: MachineFinding) -> Self {
        Self::Machine(finding)
    }
}

impl From<ServiceFinding> for Finding {
    fn from(finding: ServiceFinding) -> Self {
        Self::Service(finding)
    }
}

impl From<ConnectionsFinding> for Finding {
    fn from(finding: ConnectionsFinding) -> Self {
        Self::Connections(finding)
    }
}

impl From<InstrumentFinding> for Finding {
    fn from(finding: InstrumentFinding) -> Self {
        Self::Instrument(finding)
    }
}

impl From<PrecisionFinding> for Finding {
    fn from(finding: PrecisionFinding) -> Self {
        Self::Precision(finding)
    }
}
