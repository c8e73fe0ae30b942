//! How often an endpoint's calls fail, beside those before.

use crate::judge::failed_calls::FailedCalls;
use crate::plan::TargetName;

use super::outcome::{History, MoreFailures};
use super::past::Past;

/// Of the latest of these runs, the oldest first. The run before is the latest that began at least [`History::APART`] earlier.
pub(super) fn more_failures(runs: &[&Past], name: &TargetName) -> Option<MoreFailures> {
    let (present, past) = runs.split_last()?;
    let now = *present.failed.get(name)?;
    let past = &past[past.len().saturating_sub(History::WINDOW)..];
    let of = |run: &&Past| run.failed.get(name).copied();
    let is_before = |run: &&&Past| run.started + History::APART <= present.started;
    let last = past.iter().rev().find(is_before);
    let older = past
        .iter()
        .filter(|run| last.is_some_and(|last| run.started < last.started));
    let older: FailedCalls = older.filter_map(of).sum();
    let is_more = |calls: FailedCalls, before| calls.more_than(before, CHANCE);
    let last_is_more = last.and_then(of).is_some_and(|last| is_more(last, older));
    let before = if last_is_more {
        older
    } else {
        past.iter().filter_map(of).sum()
    };
    is_more(now, before).then_some(MoreFailures {
        now,
        before,
        in_a_row: last_is_more,
    })
}

/// How often an unchanged endpoint is found to fail more: as rarely as it lies beyond the limit of its p50.
const CHANCE: f64 = 0.002;
