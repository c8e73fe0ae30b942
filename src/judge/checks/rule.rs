//! What each check goes by, and a finding of it.

use std::borrow::Cow;

use crate::judge::{Check, CheckVerdict};
use crate::plan::TargetId;

/// What a check goes by, known before any run.
#[derive(Debug)]
pub(super) struct Rule {
    /// `V1` to `V18`; `None` for a check that stands beside the rules.
    pub(super) number: Option<&'static str>,
    /// Stable name.
    pub(super) name: &'static str,
    /// What is computed, with its unit.
    pub(super) formula: &'static str,
    /// From where on it warns and refuses.
    pub(super) threshold: &'static str,
}

impl Rule {
    /// What came of it for the run as a whole.
    pub(super) fn found(&self, verdict: CheckVerdict, text: impl Into<String>) -> Check {
        Check {
            rule: self.number.map(Cow::Borrowed),
            formula: Cow::Borrowed(self.formula),
            threshold: Cow::Borrowed(self.threshold),
            ..Check::new(self.name, verdict, text.into())
        }
    }

    /// Nothing came of it, because the run or the system does not tell.
    pub(super) fn unknown(&self, why: &str) -> Vec<Check> {
        vec![self.found(CheckVerdict::Unknown, why)]
    }
}

/// The gravest of the targets' verdicts, and whose it is: nobody's where nothing is wrong. All of them are named too, since
/// a finding about every target is still none about the run as a whole.
pub(super) fn gravest(
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
