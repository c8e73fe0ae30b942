//! Comparisons for programs: versioned JSON, integer nanoseconds, `null` for unknown values.

use serde::Serialize;

use crate::judge::{
    Between, Comparison, Design, Estimate, History, HistoryLine, Matched, MoreRounds, Standing,
    VantageChange,
};
use crate::plan::ConnectionMode;
use crate::report::formats::json::text::indented;
use crate::results::Run;
use sts_model::Operation;

use super::compared::Compared;
use crate::report::formats::json::gates::{Gated, gated};
use crate::report::words::side_by_side::comparisons as words;

/// The comparison as JSON, indented, with a line end.
pub(crate) fn compared_json(compared: Compared<'_>) -> String {
    let (judged, baseline) = match compared {
        Compared::Runs {
            baseline, between, ..
        } => (Judged::Runs(runs(between)), Some(About::of(baseline))),
        Compared::History { history, .. } => (Judged::History(before(history)), None),
    };
    let candidate = compared.candidate();
    let document = Document {
        schema: "stsbench-comparison",
        schema_version: VERSION,
        title: compared.sheet().title,
        simulated: candidate.header.vantage.simulation.is_some(),
        vantage: &candidate.header.vantage.name,
        baseline,
        candidate: About::of(candidate),
        judged,
        gates: compared
            .gates()
            .iter()
            .map(|gate| gated(gate, &compared.runs()))
            .collect(),
        notices: compared.notices(),
    };
    indented(&document)
}

/// Version of this schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    schema_version: u32,
    title: String,
    simulated: bool,
    vantage: &'a str,
    baseline: Option<About<'a>>,
    candidate: About<'a>,
    #[serde(flatten)]
    judged: Judged<'a>,
    gates: Vec<Gated<'a>>,
    notices: Vec<String>,
}

#[derive(Serialize)]
struct About<'a> {
    run_id: &'a str,
    started_at: &'a str,
}

impl<'a> About<'a> {
    fn of(run: &'a Run) -> Self {
        Self {
            run_id: &run.header.run_id,
            started_at: &run.header.started_at,
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "against", rename_all = "kebab-case")]
enum Judged<'a> {
    Runs(Runs<'a>),
    History(Before<'a>),
}

#[derive(Serialize)]
struct Runs<'a> {
    design: DesignName,
    confidence: Option<f64>,
    targets: Vec<OfTarget<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
enum DesignName {
    Blocks { blocks: usize },
    Windows { windows: usize },
    Sequential,
    Described,
}

#[derive(Serialize)]
struct OfTarget<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    baseline_p50_ns: Option<u64>,
    candidate_p50_ns: Option<u64>,
    baseline_failed: Option<u64>,
    candidate_failed: Option<u64>,
    baseline_calls: Option<u64>,
    candidate_calls: Option<u64>,
    fails_more: bool,
    verdict: &'static str,
    reason: Option<String>,
    /// Of runs that were measured one after the other.
    #[serde(flatten)]
    change: Option<OfChange>,
    percentiles: Vec<OfPercentile>,
}

#[derive(Serialize)]
struct OfChange {
    /// Candidate over baseline, by p50.
    change_ratio: f64,
    /// The median of that over the endpoints of the operation and kind of connection.
    common_change_ratio: Option<f64>,
    relative_change_ratio: Option<f64>,
}

#[derive(Serialize)]
struct OfPercentile {
    percentile: String,
    /// Baseline over candidate.
    ratio: f64,
    ratio_low: Option<f64>,
    ratio_high: Option<f64>,
    equivalence_low: Option<f64>,
    equivalence_high: Option<f64>,
    margin_low: f64,
    margin_high: Option<f64>,
    difference_ns: i64,
    difference_low_ns: Option<i64>,
    difference_high_ns: Option<i64>,
    verdict: &'static str,
    reason: Option<String>,
    more_rounds: Option<u64>,
}

#[derive(Serialize)]
struct Before<'a> {
    runs: &'a [String],
    targets: Vec<Line<'a>>,
    vantage_changes: Vec<Shift>,
}

#[derive(Serialize)]
struct Line<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    p50_ns: Option<u64>,
    expected_ns: Option<u64>,
    /// The p50 over the expected one: the inverse of the ratio of two runs.
    change_ratio: Option<f64>,
    limit_ratio: Option<f64>,
    runs: usize,
    outcome: &'static str,
    slower_since: Option<&'a str>,
    /// The latest runs over the oldest, of an endpoint that has become slower little by little.
    creep_ratio: Option<f64>,
    creep_limit_ratio: Option<f64>,
    /// In this run.
    failed: Option<u64>,
    calls: Option<u64>,
    fails_more: bool,
}

#[derive(Serialize)]
struct Shift {
    operation: Operation,
    connection: ConnectionMode,
    change_ratio: f64,
    limit_ratio: f64,
    /// Where a constant time explains the change better than a factor.
    change_ns: Option<i64>,
}

fn runs(between: &Between) -> Runs<'_> {
    Runs {
        design: match between.design {
            Design::Blocks { blocks } => DesignName::Blocks { blocks },
            Design::Windows { windows } => DesignName::Windows { windows },
            Design::Sequential => DesignName::Sequential,
            Design::Described => DesignName::Described,
        },
        confidence: between.confidence,
        targets: between.targets.iter().map(target).collect(),
    }
}

fn target(target: &Matched) -> OfTarget<'_> {
    let (verdict, reason, percentiles) = match &target.standing {
        Standing::NoBaseline => ("no baseline", None, Vec::new()),
        Standing::NoCandidate => ("no candidate", None, Vec::new()),
        Standing::Changed { .. } => ("no verdict", None, Vec::new()),
        Standing::Uncompared(obstacle) => (
            obstacle.verdict.as_str(),
            Some(words::obstacle(&obstacle.reason)),
            Vec::new(),
        ),
        Standing::Compared(comparisons) => {
            let first = comparisons.first();
            let verdict = first.map_or("inconclusive", |comparison| comparison.verdict.as_str());
            let reason = first
                .and_then(|comparison| comparison.reason.as_ref())
                .map(words::obstacle);
            (
                verdict,
                reason,
                comparisons.iter().map(percentile).collect(),
            )
        }
    };
    let [baseline_p50_ns, candidate_p50_ns] = target.p50.map(whole);
    let [baseline_failed, candidate_failed] = target.failed.map(|calls| Some(calls?.failed));
    let [baseline_calls, candidate_calls] = target.failed.map(|calls| Some(calls?.of));
    let change = match target.standing {
        Standing::Changed {
            ratio,
            common,
            relative,
        } => Some(OfChange {
            change_ratio: ratio,
            common_change_ratio: common,
            relative_change_ratio: relative,
        }),
        _ => None,
    };
    OfTarget {
        endpoint: &target.endpoint,
        operation: target.operation,
        connection: target.connection,
        baseline_p50_ns,
        candidate_p50_ns,
        baseline_failed,
        candidate_failed,
        baseline_calls,
        candidate_calls,
        fails_more: target.fails_more,
        verdict,
        reason,
        change,
        percentiles,
    }
}

fn percentile(comparison: &Comparison) -> OfPercentile {
    let ends = |estimate: Estimate| {
        estimate
            .interval
            .filter(|i| i.low.is_finite() && i.high.is_finite())
    };
    let (ratio, difference) = (ends(comparison.ratio), ends(comparison.difference));
    let [margin_low, margin_high] = comparison.margin.ratios();
    OfPercentile {
        percentile: comparison.level.to_string(),
        ratio: comparison.ratio.value,
        ratio_low: ratio.map(|i| i.low),
        ratio_high: ratio.map(|i| i.high),
        equivalence_low: comparison.equivalence.map(|i| i.low),
        equivalence_high: comparison.equivalence.map(|i| i.high),
        margin_low,
        margin_high: margin_high.is_finite().then_some(margin_high),
        difference_ns: comparison.difference.value.round() as i64,
        difference_low_ns: difference.map(|i| i.low.round() as i64),
        difference_high_ns: difference.map(|i| i.high.round() as i64),
        verdict: comparison.verdict.as_str(),
        reason: comparison.reason.as_ref().map(words::obstacle),
        more_rounds: comparison.more_rounds.map(MoreRounds::number),
    }
}

fn before(history: &History) -> Before<'_> {
    let shift = |change: &VantageChange| Shift {
        operation: change.operation,
        connection: change.connection,
        change_ratio: change.ratio,
        limit_ratio: change.limit_ratio,
        change_ns: change.difference.map(|ns| ns.round() as i64),
    };
    Before {
        runs: &history.runs,
        targets: history.lines.iter().map(line).collect(),
        vantage_changes: history.vantage.iter().map(shift).collect(),
    }
}

fn line(line: &HistoryLine) -> Line<'_> {
    Line {
        endpoint: &line.endpoint,
        operation: line.operation,
        connection: line.connection,
        p50_ns: whole(line.p50),
        expected_ns: whole(line.change.map(|change| change.expected)),
        change_ratio: line.change.map(|change| change.ratio),
        limit_ratio: line.change.map(|change| change.limit_ratio),
        runs: line.runs,
        outcome: line.outcome.as_str(),
        slower_since: line.slower_since.as_deref(),
        creep_ratio: line.creep.map(|creep| creep.ratio),
        creep_limit_ratio: line.creep.map(|creep| creep.limit_ratio),
        failed: line.failed.map(|calls| calls.failed),
        calls: line.failed.map(|calls| calls.of),
        fails_more: line.fails_more(),
    }
}

fn whole(value: Option<f64>) -> Option<u64> {
    value.filter(|v| v.is_finite()).map(|v| v.round() as u64)
}
