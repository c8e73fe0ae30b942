//! How a request ended.

use sts_model::FaultCode;

use super::failure::{Failure, FailureKind};
use super::timing::Phase;

/// How a request ended. A request that failed is data, never an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The operation's own answer.
    Success,
    /// STS reported an error in its own form.
    Fault(FaultCode),
    /// No answer, or none that STS would give.
    Failure(Failure),
}

impl Outcome {
    /// `success`, `fault` or `failure`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fault(_) => "fault",
            Self::Failure(_) => "failure",
        }
    }

    /// The fault's or failure's code, such as `aws.Throttling` or `tcp.refused`; empty for a success.
    pub fn code(&self) -> String {
        match self {
            Self::Success => String::new(),
            Self::Fault(code) => format!("{FAULT_PREFIX}{code}"),
            Self::Failure(failure) => failure.kind.as_str().to_owned(),
        }
    }

    /// The phase that a failure ended in; `None` for everything else.
    pub fn failed_phase(&self) -> Option<Phase> {
        match self {
            Self::Success | Self::Fault(_) => None,
            Self::Failure(failure) => Some(failure.phase),
        }
    }

    /// The outcome with that [`class`](Self::class), [`code`](Self::code) and [`failed_phase`](Self::failed_phase);
    /// `None` when they do not fit together.
    pub fn named(class: &str, code: &str, failed_phase: Option<Phase>) -> Option<Self> {
        match (class, code, failed_phase) {
            ("success", "", None) => Some(Self::Success),
            ("fault", code, None) => Some(Self::Fault(FaultCode::from(
                code.strip_prefix(FAULT_PREFIX)?,
            ))),
            ("failure", code, Some(phase)) => {
                let kind = *FailureKind::ALL.iter().find(|kind| kind.as_str() == code)?;
                Some(Self::Failure(Failure { phase, kind }))
            }
            _ => None,
        }
    }
}

/// What the codes of faults begin with, in files and tables.
pub(crate) const FAULT_PREFIX: &str = "aws.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_known_by_its_names() {
        let failures = FailureKind::ALL.iter().map(|&kind| {
            Outcome::Failure(Failure {
                phase: Phase::Tls,
                kind,
            })
        });
        let faults = FaultCode::KNOWN
            .iter()
            .chain(&["BrandNew"])
            .map(|&code| Outcome::Fault(FaultCode::from(code)));
        for outcome in failures.chain(faults).chain([Outcome::Success]) {
            let named = Outcome::named(outcome.class(), &outcome.code(), outcome.failed_phase());
            assert_eq!(named, Some(outcome));
        }
        for (class, code, phase) in [
            ("success", "aws.Throttling", None),
            ("success", "", Some(Phase::Dns)),
            ("fault", "Throttling", None),
            ("failure", "tcp.refused", None),
            ("failure", "tcp.nonsense", Some(Phase::Connect)),
            ("", "", None),
        ] {
            assert_eq!(
                Outcome::named(class, code, phase),
                None,
                "{class} {code} {phase:?}"
            );
        }
    }
}
