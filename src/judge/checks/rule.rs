//! What a check goes by, and how its findings are made.

use std::borrow::Cow;

use super::input::CheckInput;
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::{Level, TargetId};
use crate::results::Finding;
use crate::results::finding::LargerOf;

/// What a check goes by, known before any run.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `V1` to `V18`; `None` for a check that stands beside the rules.
    pub(crate) number: Option<&'static str>,
    /// Stable name.
    pub(crate) name: &'static str,
    /// What is computed, with its unit.
    pub(crate) formula: &'static str,
    /// From where on it warns and refuses.
    pub(crate) threshold: &'static str,
    /// Examines a run: no finding where the check does not apply, several where targets differ.
    pub(crate) examine: fn(&CheckInput<'_>) -> Vec<Check>,
}

impl Rule {
    /// What it found for the run as a whole.
    pub(crate) fn found(&self, verdict: CheckVerdict, finding: impl Into<Finding>) -> Check {
        Check {
            rule: self.number.map(Cow::Borrowed),
            formula: Cow::Borrowed(self.formula),
            threshold: Cow::Borrowed(self.threshold),
            finding: Some(finding.into()),
            ..Check::new(self.name, verdict, String::new())
        }
    }

    /// It could not tell, for the reason given.
    pub(crate) fn unknown(&self, reason: impl Into<Finding>) -> Vec<Check> {
        vec![self.found(CheckVerdict::Unknown, reason)]
    }
}

/// Whether a time of the run is beyond a limit that is relative to the target's p50; one without a p50 has no such limit.
pub(crate) fn against_median(
    row: &Row,
    value_ns: f64,
    warn: LargerOf,
    refuse: LargerOf,
) -> CheckVerdict {
    let beyond = |limit: LargerOf| {
        let median = row.service_time.percentile(Level::P50);
        median.is_some_and(|median| value_ns > limit.of(median))
    };
    match (beyond(refuse), beyond(warn)) {
        (true, _) => CheckVerdict::Invalid,
        (false, true) => CheckVerdict::Warn,
        (false, false) => CheckVerdict::Ok,
    }
}

/// The gravest of the targets' verdicts and the targets that have it, none where nothing is wrong. Where all have it all are
/// named, since a finding about every target is still not one about the run as a whole.
pub(crate) fn gravest(
    verdicts: impl IntoIterator<Item = (TargetId, CheckVerdict)>,
) -> (CheckVerdict, Vec<TargetId>) {
    let verdicts: Vec<_> = verdicts.into_iter().collect();
    let worst = verdicts
        .iter()
        .map(|(_, verdict)| *verdict)
        .max()
        .unwrap_or(CheckVerdict::Ok);
    let whose = verdicts
        .iter()
        .filter(|(_, verdict)| *verdict == worst && worst > CheckVerdict::Unknown);
    (worst, whose.map(|(target, _)| *target).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_verdict_is_about_those_who_have_it() {
        use CheckVerdict::{Invalid, Ok, Warn};
        let of =
            |verdicts: &[CheckVerdict]| gravest((0..).map(TargetId).zip(verdicts.iter().copied()));
        assert_eq!(
            of(&[Ok, Invalid, Warn, Invalid]),
            (Invalid, vec![TargetId(1), TargetId(3)])
        );
        assert_eq!(
            of(&[Warn, Warn]),
            (Warn, vec![TargetId(0), TargetId(1)]),
            "everybody"
        );
        assert_eq!(of(&[Ok, Ok, Warn]), (Warn, vec![TargetId(2)]));
        assert_eq!(
            (of(&[Ok, Ok]), of(&[])),
            ((Ok, Vec::new()), (Ok, Vec::new()))
        );
    }
}
