//! The rules by which single values of a foreign file are judged.

use crate::plan::{Plan, TargetId};
use crate::results::model::limits::MAX_TEXT_BYTES;
use crate::results::model::window::moment;

/// The sum, unless it is larger than a count can be.
pub(super) fn sum(counts: impl IntoIterator<Item = u64>) -> Option<u64> {
    counts.into_iter().try_fold(0, u64::checked_add)
}

/// Refuses, for that reason, what does not hold.
pub(super) fn require(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

/// Names become file names and table cells, so those of a foreign file must keep the grammar of ours.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// No run was measured before.
pub(crate) const FIRST_YEAR: i32 = 1970;

/// Whether the text is an RFC 3339 date on which a run can have been measured.
pub(crate) fn is_date_of_a_run(text: &str) -> bool {
    moment(text).is_some_and(|moment| moment.year() >= FIRST_YEAR)
}

/// Texts are shown, so those of a foreign file must be short and plain.
pub(super) fn check_text(text: &str) -> Result<(), String> {
    let plain = text.len() <= MAX_TEXT_BYTES && !text.chars().any(char::is_control);
    // Precision does not cut what Debug shows.
    let beginning: String = text.chars().take(40).collect();
    require(plain, || {
        format!("a text that is long or has control characters: {beginning:?}")
    })
}

/// Whether the plan has that target.
pub(super) fn is_planned(target: TargetId, plan: &Plan) -> bool {
    usize::from(target.0) < plan.targets.len()
}
