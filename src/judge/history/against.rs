//! Sets a run against those before it.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::judge::between::{BetweenError, RunNotice, Setting, future};
use crate::judge::row::{Place, Row};
use crate::judge::side::Side;
use crate::judge::summarise::rows_and_checks;
use crate::plan::{Group, TargetName};
use crate::results::{AcceptedLevel, Run};

use super::group::GroupHistory;
use super::outcome::{History, HistoryLine, HistoryOutcome};
use super::past::Past;

/// Sets `candidate` against earlier runs, which may come in any order; later ones and the candidate itself are left out.
/// `accepted` are the levels that a person has accepted as normal, `now` is the current date.
///
/// # Errors
/// [`BetweenError::Invalid`] when the candidate is.
pub(crate) fn against_history(
    candidate: &Run,
    mut past: Vec<Past>,
    accepted: &[AcceptedLevel],
    now: OffsetDateTime,
) -> Result<History, BetweenError> {
    let present = Past::unchecked(candidate)?;
    let mut notices = Vec::new();
    notices.extend(future(Side::Candidate, candidate, now));
    past.retain(|run| run.started <= present.started && run.run_id != present.run_id);
    past.sort_by(|a, b| {
        a.started
            .cmp(&b.started)
            .then_with(|| a.run_id.cmp(&b.run_id))
    });
    past.dedup_by(|a, b| a.run_id == b.run_id);
    past.drain(..past.len().saturating_sub(History::READ));
    notices.extend(settings_notices(&past));

    let (mut rows, _) = rows_and_checks(candidate);
    let targets = rows.len();
    // A twin tests its run, and as a second control would count its endpoint twice.
    rows.retain(|row| row.place != Place::Twin);
    let mut lines: Vec<Option<HistoryLine>> = vec![None; targets];
    let mut vantage = Vec::new();
    for group in Group::distinct(rows.iter().map(Row::group)) {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.group() == group).collect();
        let names = rows.iter().map(|row| row.name()).collect();
        let history = GroupHistory::of(names, &past, &present, accepted);
        vantage.extend(history.vantage_change(history.latest(), group));
        for (position, row) in rows.iter().enumerate() {
            lines[usize::from(row.target.0)] = Some(history.line(position));
        }
    }
    let gone = not_measured(&rows, &past);
    let counted = past.len().saturating_sub(History::WINDOW);
    Ok(History {
        runs: past
            .into_iter()
            .skip(counted)
            .map(|run| run.run_id)
            .collect(),
        lines: lines.into_iter().flatten().chain(gone).collect(),
        vantage,
        notices,
    })
}

/// What the latest earlier run measured and the candidate, with these rows, did not.
fn not_measured(rows: &[Row], past: &[Past]) -> Vec<HistoryLine> {
    let Some(latest) = past.last() else {
        return Vec::new();
    };
    let measured: Vec<TargetName> = rows.iter().map(Row::name).collect();
    let gone = latest
        .medians
        .keys()
        .filter(|name| !measured.contains(name));
    gone.map(|name| HistoryLine {
        endpoint: name.endpoint.clone(),
        operation: name.group.operation,
        connection: name.group.connection,
        p50: None,
        runs: past
            .iter()
            .rev()
            .take(History::WINDOW)
            .filter(|run| run.medians.contains_key(name))
            .count(),
        change: None,
        outcome: HistoryOutcome::NotMeasured,
        slower_since: None,
        creep: None,
        failed: None,
        failures: None,
    })
    .collect()
}

fn settings_notices(past: &[Past]) -> impl Iterator<Item = RunNotice> {
    let mut runs: BTreeMap<Setting, usize> = BTreeMap::new();
    past.iter()
        .flat_map(|run| &run.other)
        .for_each(|setting| *runs.entry(*setting).or_default() += 1);
    runs.into_iter()
        .map(|(setting, runs)| RunNotice::OtherSettingBefore { setting, runs })
}
