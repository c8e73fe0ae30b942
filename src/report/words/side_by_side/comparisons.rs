//! Why runs and targets are not compared, or only with care, in sentences.

use crate::judge::{Matched, Obstacle, RunNotice};

use crate::report::words::judging::margin;
use crate::report::words::numbers::percent_of;

/// Why two targets cannot be compared, as the end of a sentence.
pub(crate) fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::NoAnswers { endpoint } => format!("{endpoint} gave no answer that counts"),
        Obstacle::FailuresReach {
            endpoint: Some(endpoint),
        } => format!("so many calls to {endpoint} failed that this percentile is a failure"),
        Obstacle::FailuresReach { endpoint: None } => {
            "so many calls failed that this percentile is a failure".to_owned()
        }
        Obstacle::NotTogether => {
            "the two were called at different times, and a change over time cannot be told from a difference between them; \
             call them in the same rounds"
                .to_owned()
        }
        Obstacle::TooFewAnswers {
            endpoint,
            missing_answers,
        } => format!("{endpoint} needs about {missing_answers} more answers"),
        Obstacle::TooFewBlocks { least_blocks } => {
            format!("needs answers of both in at least {least_blocks} blocks")
        }
        Obstacle::TooFewWindows => "needs answers of both in at least five windows".to_owned(),
        Obstacle::Forbidden { check } => format!("the check {check} forbids it"),
    }
}

/// What runs that were measured one after the other come to.
pub(crate) const NO_VERDICT: &str = "No verdict: the runs were measured one after the other";

/// What runs that are only described come to.
pub(crate) const DESCRIBED: &str = "numbers side by side, nothing judged: every difference includes what changed between the two times";

/// That a target's calls fail more often in the candidate, and how often: `34 % of the calls fail, 0.0 % in the baseline`.
pub(crate) fn fails_more(target: &Matched) -> Option<String> {
    let [Some(baseline), Some(candidate)] = target.failed else {
        return None;
    };
    target.fails_more.then(|| {
        format!(
            "{} of the calls fail, {} in the baseline",
            percent_of(candidate.failed, candidate.of),
            percent_of(baseline.failed, baseline.of)
        )
    })
}

/// What to know before believing a comparison.
pub(crate) fn notice(notice: &RunNotice) -> String {
    match notice {
        RunNotice::DatedInFuture {
            side,
            run_id,
            started_at,
        } => format!(
            "the {side} {run_id} is dated in the future, {started_at}; one of the clocks is wrong"
        ),
        RunNotice::OtherSetting(setting) => {
            format!(
                "the {setting} of the two runs is not the same; it may be what is compared here"
            )
        }
        RunNotice::OtherMargin {
            baseline,
            candidate,
        } => format!(
            "judged by the candidate's margin of {} (the baseline's plan had {})",
            margin(candidate),
            margin(baseline)
        ),
        RunNotice::OtherSettingBefore { setting, runs } => format!(
            "the {setting} of {runs} earlier runs is not the candidate's; that may be what has changed"
        ),
    }
}
