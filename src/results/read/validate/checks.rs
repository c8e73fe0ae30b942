//! Whether the stored checks can be shown.

use crate::results::check::Check;
use crate::results::finding::Finding;
use crate::results::model::run::Run;

use super::rules::{is_planned, require};

const MAX_CHECKS: usize = 256;
/// A check's sentence can name several targets.
const MAX_CHECK_BYTES: usize = 4096;

/// Every stored check.
pub(super) fn check_checks(run: &Run) -> Result<(), String> {
    require(run.checks.len() <= MAX_CHECKS, || {
        format!("{} checks", run.checks.len())
    })?;
    run.checks
        .iter()
        .enumerate()
        .try_for_each(|(number, check)| {
            let named = || format!("check {number} ({})", check.name.escape_debug());
            check_one(check, run).map_err(|reason| format!("{}: {reason}", named()))
        })
}

fn check_one(check: &Check, run: &Run) -> Result<(), String> {
    let rule = check.rule.as_deref().unwrap_or_default();
    let texts = [
        &check.name,
        rule,
        &check.formula,
        &check.threshold,
        &check.text,
    ];
    let found = check.finding.as_ref().map(Finding::foreign_texts);
    for text in texts.into_iter().chain(found.unwrap_or_default()) {
        let plain = text.len() <= MAX_CHECK_BYTES && !text.chars().any(char::is_control);
        require(plain, || {
            "a text that is long or has control characters".to_owned()
        })?;
    }
    require(check.statistic.is_none_or(f64::is_finite), || {
        "a statistic that is no number".to_owned()
    })?;
    let (targets, from) = (&check.reach.targets, check.reach.from_percentile);
    let planned = targets.len() <= run.plan.targets.len()
        && targets.iter().all(|target| is_planned(*target, &run.plan));
    require(planned, || "a target that is not planned".to_owned())?;
    require(from.is_none_or(|from| (0.0..=1.0).contains(&from)), || {
        format!("the percentile {from:?}")
    })
}
