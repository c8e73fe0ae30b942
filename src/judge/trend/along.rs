//! Runs along their time.

use crate::judge::history::{GroupHistory, HistoryOutcome, Judged, Past, VantageChange};
use crate::plan::{Group, TargetName};
use crate::results::AcceptedLevel;

use super::changes;
use super::observed::{Observed, ObservedTarget};
use super::outcome::{Episode, Trend, TrendLine, TrendPoint, TrendRun};

/// The runs, which may come in any order, along their time. `accepted` are the levels that a person has accepted as normal.
/// `None` of no run at all.
pub(crate) fn trend(mut runs: Vec<Observed>, accepted: &[AcceptedLevel]) -> Option<Trend> {
    runs.sort_by(|a, b| {
        let order = a.past.started.cmp(&b.past.started);
        order.then_with(|| a.past.run_id.cmp(&b.past.run_id))
    });
    runs.dedup_by(|a, b| a.past.run_id == b.past.run_id);
    runs.drain(..runs.len().saturating_sub(Trend::MOST_RUNS));
    let (present, before) = runs.split_last()?;
    let past: Vec<Past> = before.iter().map(|run| run.past.clone()).collect();

    let mut shifts: Vec<Vec<VantageChange>> = vec![Vec::new(); runs.len()];
    let mut lines: Vec<Option<TrendLine>> = vec![None; present.targets.len()];
    let names = || present.targets.iter().map(|target| target.name.clone());
    for group in Group::distinct(names().map(|name| name.group)) {
        let (places, of_group): (Vec<usize>, Vec<TargetName>) = names()
            .enumerate()
            .filter(|(_, name)| name.group == group)
            .unzip();
        let history = GroupHistory::of(of_group.clone(), &past, &present.past, accepted);
        for (run, shifts) in shifts.iter_mut().enumerate() {
            shifts.extend(history.vantage_change(run, group));
        }
        for (position, (place, name)) in places.into_iter().zip(&of_group).enumerate() {
            let judged = (0..runs.len()).map(|run| history.judged(run, position));
            let mut line = line(&runs, name, judged.collect());
            line.creep = history.creep(position);
            line.failures = history.failures(position);
            lines[place] = Some(line);
        }
    }
    let gone = gone(&runs, present).into_iter().map(|name| {
        let judged = runs.iter().map(|_| not_judged()).collect();
        line(&runs, &name, judged)
    });
    Some(Trend {
        vantage: present.vantage.name.clone(),
        simulation: present.vantage.simulation.clone(),
        answered_here: runs.iter().any(|run| run.answered_here),
        lines: lines.into_iter().flatten().chain(gone).collect(),
        runs: described(&runs, shifts),
    })
}

/// The targets that only earlier runs have, those of later runs first.
fn gone(runs: &[Observed], present: &Observed) -> Vec<TargetName> {
    let mut gone: Vec<TargetName> = Vec::new();
    for target in runs.iter().rev().flat_map(|run| &run.targets) {
        if present.target(&target.name).is_none() && !gone.contains(&target.name) {
            gone.push(target.name.clone());
        }
    }
    gone
}

/// Of an endpoint that the latest run has no more.
fn not_judged() -> Judged {
    Judged {
        runs: 0,
        change: None,
        outcome: HistoryOutcome::NotMeasured,
        since: None,
    }
}

fn line(runs: &[Observed], name: &TargetName, judged: Vec<Judged>) -> TrendLine {
    let episodes = episodes(&judged);
    let mut before: Option<&ObservedTarget> = None;
    let mut place = None;
    let points = runs.iter().zip(judged).map(|(run, judged)| {
        let target = run.target(name);
        let changes = before
            .zip(target)
            .map_or_else(Vec::new, |(before, target)| {
                changes::of_target(before, target)
            });
        before = target.or(before);
        place = target.map(|target| target.place).or(place);
        TrendPoint {
            p50: target.and_then(|target| target.p50),
            ratio: target.and_then(|target| target.ratio),
            change: judged.change,
            outcome: match target {
                Some(_) => judged.outcome,
                None => HistoryOutcome::NotMeasured,
            },
            changes,
        }
    });
    let points = points.collect();
    TrendLine {
        endpoint: name.endpoint.clone(),
        operation: name.group.operation,
        connection: name.group.connection,
        place: place.unwrap_or(crate::judge::Place::Regional),
        points,
        episodes,
        creep: None,
        failures: None,
    }
}

/// The stretches of runs in which the endpoint was slower than before them.
fn episodes(judged: &[Judged]) -> Vec<Episode> {
    let mut episodes: Vec<Episode> = Vec::new();
    for (run, judged) in judged.iter().enumerate() {
        match (judged.since, episodes.last_mut()) {
            (Some(first), Some(episode)) if episode.first == first => episode.last = run,
            (Some(first), _) => episodes.push(Episode { first, last: run }),
            (None, _) => {}
        }
    }
    episodes
}

fn described(runs: &[Observed], shifts: Vec<Vec<VantageChange>>) -> Vec<TrendRun> {
    let mut before: Option<&Observed> = None;
    let described = runs.iter().zip(shifts).map(|(run, shifts)| {
        let changes = before.map_or_else(Vec::new, |before| changes::of_run(before, run));
        before = Some(run);
        TrendRun {
            run_id: run.past.run_id.clone(),
            started: run.past.started,
            started_at: run.started_at.clone(),
            version: run.version.clone(),
            shifts,
            changes,
        }
    });
    described.collect()
}
