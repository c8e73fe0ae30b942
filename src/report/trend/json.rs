//! Runs over time for programs: versioned JSON, integer nanoseconds, `null` for unknown values.

use serde::Serialize;

use crate::judge::{Trend, TrendLine, TrendPoint, TrendRun};
use crate::plan::ConnectionMode;
use crate::report::formats::json::text::indented;
use crate::report::words::side_by_side::trend::{
    run_change, target_change, title, vantage_changed,
};
use sts_model::Operation;

/// The trend as JSON, indented, with a line end.
pub(crate) fn trend_json(trend: &Trend, left_out: &[String]) -> String {
    let document = Document {
        schema: "stsbench-trend",
        schema_version: VERSION,
        title: title(trend),
        simulated: trend.simulation.is_some(),
        vantage: &trend.vantage,
        judged: trend.is_judged(),
        runs: trend.runs.iter().map(run).collect(),
        targets: trend.lines.iter().map(|line| target(trend, line)).collect(),
        notices: left_out,
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
    /// Whether some run could be held against those before it.
    judged: bool,
    runs: Vec<OfRun<'a>>,
    targets: Vec<OfTarget<'a>>,
    notices: &'a [String],
}

#[derive(Serialize)]
struct OfRun<'a> {
    run_id: &'a str,
    started_at: &'a str,
    version: &'a str,
    changes: Vec<String>,
    vantage: Vec<String>,
}

#[derive(Serialize)]
struct OfTarget<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    outcome: &'static str,
    slower: Vec<Slower<'a>>,
    /// One for each of `runs`.
    points: Vec<Point>,
}

#[derive(Serialize)]
struct Slower<'a> {
    from_run: &'a str,
    to_run: &'a str,
    lasts: bool,
}

#[derive(Serialize)]
struct Point {
    p50_ns: Option<u64>,
    p50_low_ns: Option<u64>,
    p50_high_ns: Option<u64>,
    /// Global over this one: above 1 this one is faster.
    ratio: Option<f64>,
    ratio_low: Option<f64>,
    ratio_high: Option<f64>,
    expected_ns: Option<u64>,
    limit_ns: Option<u64>,
    outcome: &'static str,
    changes: Vec<String>,
}

fn run(run: &TrendRun) -> OfRun<'_> {
    OfRun {
        run_id: &run.run_id,
        started_at: &run.started_at,
        version: &run.version,
        changes: run.changes.iter().map(run_change).collect(),
        vantage: run.shifts.iter().map(vantage_changed).collect(),
    }
}

fn target<'a>(trend: &'a Trend, line: &'a TrendLine) -> OfTarget<'a> {
    let id = |run: usize| trend.runs[run].run_id.as_str();
    OfTarget {
        endpoint: &line.endpoint,
        operation: line.operation,
        connection: line.connection,
        outcome: line.latest().map_or("", |at| at.outcome.as_str()),
        slower: line
            .episodes
            .iter()
            .map(|episode| Slower {
                from_run: id(episode.first),
                to_run: id(episode.last),
                lasts: episode.last + 1 == trend.runs.len(),
            })
            .collect(),
        points: line.points.iter().map(point).collect(),
    }
}

fn point(point: &TrendPoint) -> Point {
    // An interval without an upper end has none in JSON.
    let whole = |value: f64| value.is_finite().then_some(value.round() as u64);
    let finite = |value: f64| value.is_finite().then_some(value);
    let (p50, ratio) = (point.p50, point.ratio);
    let ends = ratio.and_then(|ratio| ratio.interval);
    Point {
        p50_ns: p50.and_then(|p50| whole(p50.value)),
        p50_low_ns: p50.and_then(|p50| whole(p50.interval.low)),
        p50_high_ns: p50.and_then(|p50| whole(p50.interval.high)),
        ratio: ratio.and_then(|ratio| finite(ratio.value)),
        ratio_low: ends.and_then(|ends| finite(ends.low)),
        ratio_high: ends.and_then(|ends| finite(ends.high)),
        expected_ns: point.change.and_then(|change| whole(change.expected)),
        limit_ns: point.limit().and_then(whole),
        outcome: point.outcome.as_str(),
        changes: point.changes.iter().map(target_change).collect(),
    }
}
