//! Runs over time as CSV: one row for each target of each run, the oldest first.

use crate::judge::{Trend, TrendLine, TrendRun};
use crate::report::escape::terminal as clean;
use crate::report::formats::csv::{fraction, integer, write};
use crate::report::words::side_by_side::trend::{run_change, target_change};
use crate::results::csv_cell;

/// `ratio` is the global endpoint's p50 over this one's: above 1 this one is faster. `change_ratio` is the p50 over the expected
/// one: above 1 it is slower than it was.
const HEADER: &str = "run_id,started_at,endpoint,operation,connection,p50_ns,p50_low_ns,p50_high_ns,ratio,ratio_low,ratio_high,\
                      expected_ns,change_ratio,limit_ratio,outcome,changes,simulated";

/// One row for each target of each run that called it.
pub(crate) fn trend_csv(trend: &Trend) -> String {
    let mut rows = vec![HEADER.split(',').map(str::to_owned).collect()];
    for (at, run) in trend.runs.iter().enumerate() {
        let called = trend
            .lines
            .iter()
            .filter(|line| line.points[at].outcome != crate::judge::HistoryOutcome::NotMeasured);
        rows.extend(called.map(|line| row(trend, run, line, at)));
    }
    write(rows)
}

fn row(trend: &Trend, run: &TrendRun, line: &TrendLine, at: usize) -> Vec<String> {
    let point = &line.points[at];
    let p50 = point.p50;
    let ratio = point.ratio;
    let ends = ratio.and_then(|ratio| ratio.interval);
    let change = point.change;
    let changes: Vec<String> = run
        .changes
        .iter()
        .map(run_change)
        .chain(point.changes.iter().map(target_change))
        .collect();
    let text = |text: &str| csv_cell(&clean(text)).into_owned();
    vec![
        text(&run.run_id),
        text(&run.started_at),
        text(&line.endpoint),
        line.operation.to_string(),
        line.connection.to_string(),
        integer(p50.map(|p50| p50.value)),
        integer(p50.map(|p50| p50.interval.low)),
        integer(p50.map(|p50| p50.interval.high)),
        fraction(ratio.map(|ratio| ratio.value)),
        fraction(ends.map(|ends| ends.low)),
        fraction(ends.map(|ends| ends.high)),
        integer(change.map(|change| change.expected)),
        fraction(change.map(|change| change.ratio)),
        fraction(change.map(|change| change.limit_ratio)),
        point.outcome.as_str().to_owned(),
        text(&changes.join("; ")),
        trend.simulation.is_some().to_string(),
    ]
}
