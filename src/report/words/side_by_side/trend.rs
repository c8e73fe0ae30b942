//! Runs over time, in sentences.

use crate::judge::{
    Creep, Episode, FailedCalls, History, HistoryOutcome, MoreFailures, RunChange, TargetChange,
    Trend, TrendLine, VantageChange,
};
use crate::plan::{Group, TargetName};

use crate::report::words::names::{caption, target};
use crate::report::words::numbers::{duration, percent_of, plural, ratio};

/// What the runs come to, in one sentence.
pub(crate) fn title(trend: &Trend) -> String {
    let runs = plural(trend.runs.len() as u64, "run");
    if !trend.is_judged() {
        let least = History::LEAST_RUNS + 1;
        return if trend.runs.len() < least {
            format!("{runs} side by side; from {least} on each is judged against those before it")
        } else {
            format!("{runs} side by side; none could be judged against those before it")
        };
    }
    let of = |wanted: HistoryOutcome| {
        let is = move |line: &&TrendLine| line.latest().is_some_and(|at| at.outcome == wanted);
        trend.lines.iter().filter(is)
    };
    let slower: Vec<&TrendLine> = of(HistoryOutcome::Slower).collect();
    if let [first, more @ ..] = slower.as_slice() {
        let by = first.latest().and_then(|at| at.change);
        let by = by.map(|change| format!(", {} of what was expected", ratio(change.ratio)));
        let more = match more.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        return format!(
            "{} is slower than before{}{more}; {runs}",
            target(&first.name()),
            by.unwrap_or_default()
        );
    }
    if let Some(failing) = trend.lines.iter().find(|line| line.fails_more()) {
        return format!(
            "{} fails more often than before; {runs}",
            target(&failing.name())
        );
    }
    let (steady, once) = (
        of(HistoryOutcome::Steady).count() as u64,
        of(HistoryOutcome::BeyondOnce).count() as u64,
    );
    match once {
        0 => format!(
            "none of {} is slower than before; {runs}",
            plural(steady, "target")
        ),
        once => format!(
            "{once} of {} beyond the limit for the first time; {runs}",
            plural(steady + once, "target")
        ),
    }
}

/// That an endpoint fails more often than before: `eu-west-1 …: 34 % of the calls of this run failed, 2.1 % before, in two runs
/// in a row`.
pub(crate) fn fails_more(name: &TargetName, failures: &MoreFailures) -> String {
    let share = |calls: FailedCalls| percent_of(calls.failed, calls.of);
    let lasting = if failures.in_a_row {
        ", and it failed more often in the run before already"
    } else {
        "; the next run decides"
    };
    format!(
        "{}: {} of its calls failed, {} in earlier runs{lasting}",
        target(name),
        share(failures.now),
        share(failures.before)
    )
}

/// That the vantage changed, and no endpoint.
pub(crate) fn vantage_changed(change: &VantageChange) -> String {
    let group = Group {
        operation: change.operation,
        connection: change.connection,
    };
    let whose = "that is the network or the machine that measures, and no endpoint";
    match change.difference {
        Some(difference) => format!(
            "the vantage changed: all endpoints of {} together took {} {} than was expected; {whose}",
            caption(group),
            duration(difference.abs()),
            if difference < 0.0 { "less" } else { "more" },
        ),
        None => format!(
            "the vantage changed: all endpoints of {} together took {} of what was expected (limit {}); {whose}",
            caption(group),
            ratio(change.ratio),
            ratio(change.limit_ratio)
        ),
    }
}

/// That an endpoint has crept up.
pub(crate) fn crept(name: &TargetName, creep: &Creep) -> String {
    format!(
        "{}: has become slower little by little: its latest {} runs took {} of what the oldest third did, beside the other \
         endpoints (limit {})",
        target(name),
        History::LEAST_RUNS,
        ratio(creep.ratio),
        ratio(creep.limit_ratio)
    )
}

/// What a run did not have in common with the one before it.
pub(crate) fn run_change(change: &RunChange) -> String {
    match change {
        RunChange::Version { from, to } => format!("stsbench {from} → {to}"),
        RunChange::Setting(setting) => format!("the {setting} changed"),
    }
}

/// What changed of a target.
pub(crate) fn target_change(change: &TargetChange) -> String {
    match change {
        TargetChange::ServedBy { from, to } => format!("served by {from} → {to}"),
        TargetChange::Addresses => {
            "answered from other addresses: another front end or route".to_owned()
        }
    }
}

/// That an endpoint was slower from one run on, beside the date of that run.
pub(crate) fn episode(trend: &Trend, line: &TrendLine, episode: Episode) -> String {
    let name = target(&line.name());
    if episode.last + 1 == trend.runs.len() {
        format!("{name}: slower from here on")
    } else {
        let last = &trend.runs[episode.last].started_at;
        format!("{name}: slower from here to {last}")
    }
}

/// What a row says of its endpoint in the latest run.
pub(crate) fn outcome(line: &TrendLine) -> &'static str {
    line.latest().map_or("", |at| at.outcome.as_str())
}

/// How to read it.
pub(crate) const LEGEND: &str = "Each bar is the p50 of one run, the oldest left, from the endpoint's least to its most; less than 10 % \
     of difference draws low. A dot is a run without a p50. “vs global” is the global endpoint's p50 over this one's in the latest run: above 1 \
     this endpoint is faster.";

/// That nothing is judged yet.
pub(crate) fn too_few(trend: &Trend) -> Option<String> {
    (!trend.is_judged()).then(|| {
        format!(
            "described, not judged: an endpoint needs a p50 in {} earlier runs, with at least {} endpoints in each",
            History::LEAST_RUNS,
            History::LEAST_ENDPOINTS
        )
    })
}
