//! What to do next: values, the most useful first.

use std::time::Duration;

use crate::judge::{Check, CheckVerdict, MoreRounds, Summary};
use crate::plan::{Draft, Level, Load, Preset, Service};
use crate::results::{Completion, Run};
use sts_model::{Endpoint, Scope};

use super::decision::{Decision, GlobalComparison, median};

/// Something to do next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Next<'a> {
    /// A check forbids numbers, and says what to do.
    Repeat {
        /// Which check.
        check: &'a Check,
    },
    /// The run was cut short.
    Finish,
    /// Calls failed.
    Failures,
    /// More rounds decide.
    MoreRounds(MoreRounds),
    /// A percentile that people expect needs more.
    Percentile {
        /// Which one.
        level: Level,
        /// What it takes.
        needs: Needs,
    },
    /// One stretch of time says nothing about another.
    OtherHours,
}

/// What a percentile takes that is not shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Needs {
    /// A run by name, and how long it takes.
    Preset {
        /// Which one.
        preset: Preset,
        /// How long it takes.
        time: Duration,
    },
    /// So many rounds in all, and how long that takes.
    Rounds {
        /// Rounds in all.
        rounds: u64,
        /// How long they take.
        time: Duration,
    },
    /// A load that lasts so long in all.
    Time(Duration),
}

/// What to do next after that run, the most useful first.
pub(crate) fn next<'a>(run: &Run, summary: &'a Summary, decision: &Decision<'_>) -> Vec<Next<'a>> {
    let mut steps = Vec::new();
    if run.measured.completion != Completion::Complete {
        steps.push(Next::Finish);
    }
    let invalid = summary.checks.iter().find(|check| {
        check.verdict == CheckVerdict::Invalid
            && !matches!(check.name.as_ref(), "no-data" | "error-bias")
    });
    steps.extend(invalid.map(|check| Next::Repeat { check }));
    if summary.rows.iter().any(|row| row.counts.failed() > 0) {
        steps.push(Next::Failures);
    }
    if let Decision::AgainstGlobal(versus) = decision
        && let GlobalComparison::Compared(comparison) = versus.outcome
    {
        steps.extend(comparison.more_rounds.map(Next::MoreRounds));
    }
    steps.extend(p99(run, summary));
    if run.measured.windows.is_empty() {
        steps.push(Next::OtherHours);
    }
    steps
}

/// What the p99 takes of the endpoint that lacks most, where no endpoint has one and failures do not stand in its place.
fn p99<'a>(run: &Run, summary: &Summary) -> Option<Next<'a>> {
    let level = Level::P99;
    let rows = || {
        summary
            .rows
            .iter()
            .filter(|row| median(row).is_finite() && !row.service_time.is_never(level))
    };
    if rows().any(|row| row.service_time.percentile(level).is_some()) {
        return None;
    }
    let row = rows().max_by_key(|row| row.service_time.missing(level))?;
    let missing = row.service_time.missing(level)?;
    let needed = row.calls().saturating_add(missing);
    // Answers that follow one another say less than independent ones: the preset has as many more as that takes.
    let least = match run.plan.load {
        Load::Audit { .. } => Preset::P99.extent().rounds.unwrap_or_default().into(),
        Load::Open { .. } | Load::Closed { .. } => 0,
    };
    let all = needed.max(least);
    let times = all as f64 / row.calls().max(1) as f64;
    let measured = Duration::from_nanos(run.measuring_ns());
    let time = Duration::try_from_secs_f64(measured.as_secs_f64() * times).ok()?;
    let needs = match run.plan.load {
        Load::Audit { .. } => match preset_length(run, needed) {
            Some(time) => Needs::Preset {
                preset: Preset::P99,
                time,
            },
            None => Needs::Rounds { rounds: all, time },
        },
        Load::Open { .. } | Load::Closed { .. } => Needs::Time(time),
    };
    Some(Next::Percentile { level, needs })
}

/// How long the preset for p99 takes where that run was measured; `None` where it would not do: it measures something else,
/// too little, or nobody knows which Region is near.
fn preset_length(run: &Run, rounds: u64) -> Option<Duration> {
    let extent = Preset::P99.extent();
    let vantage = &run.header.vantage;
    let knows_place = vantage.simulation.is_some() || vantage.local_region.is_some();
    let mut targets = run.plan.targets.iter();
    let measures_it = targets.any(|it| Some(it.call.operation()) == extent.operation)
        && run
            .plan
            .targets
            .iter()
            .all(|it| extent.connections.contains(&it.connection));
    let endpoints: Vec<Endpoint> = run.plan.endpoints().into_iter().cloned().collect();
    let has_global = endpoints.iter().any(|it| it.scope == Scope::Global);
    let suffices = rounds <= u64::from(extent.rounds?);
    if !(knows_place && measures_it && has_global && suffices) {
        return None;
    }
    let service = if vantage.simulation.is_some() {
        Service::Simulated
    } else {
        Service::Shared
    };
    // A round is as long as the calls to one endpoint take, however many endpoints there are.
    let originals = endpoints
        .into_iter()
        .filter(|it| it.twin_of.is_none())
        .take(1);
    let draft = Draft::of_preset(Preset::P99, originals.collect(), service);
    Some(draft.plan().ok()?.length())
}
