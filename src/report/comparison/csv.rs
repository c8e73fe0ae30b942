//! Comparisons as CSV: integers in nanoseconds, absent values as empty cells, `simulated` in the last column.

use crate::judge::{Estimate, FailedCalls, HistoryLine, Matched, Standing};
use crate::results::csv_cell;

use super::compared::Compared;
use crate::report::escape::terminal as clean;
use crate::report::formats::csv::{decided_by, fraction, integer, write};
use crate::report::words::numbers::column_name;

/// One row per target; against another run, one per target and percentile, with the columns of `comparison.csv` behind
/// the p50 of either side.
pub(crate) fn compared_csv(compared: Compared<'_>) -> String {
    let simulated = compared
        .candidate()
        .header
        .vantage
        .simulation
        .is_some()
        .to_string();
    let (header, rows): (&str, Vec<Vec<String>>) = match compared {
        Compared::Runs { between, .. } if !between.design.decides() => {
            (SEQUENTIAL, between.targets.iter().map(change).collect())
        }
        Compared::Runs { between, .. } => (RUNS, between.targets.iter().flat_map(target).collect()),
        Compared::History { history, .. } => (HISTORY, history.lines.iter().map(line).collect()),
    };
    let mut all = vec![header.split(',').map(str::to_owned).collect()];
    all.extend(rows.into_iter().map(|mut row| {
        row.push(simulated.clone());
        row
    }));
    write(all)
}

/// `ratio` is baseline over candidate, as in `comparison.csv`: above 1 the candidate is faster.
const RUNS: &str = "endpoint,operation,connection,baseline_p50_ns,candidate_p50_ns,percentile,ratio,ratio_low,ratio_high,\
                    difference_ns,difference_low_ns,difference_high_ns,verdict,\
                    equivalence_low,equivalence_high,margin_low,margin_high,baseline_failed,candidate_failed,simulated";
/// `change_ratio` is candidate over baseline: above 1 the candidate took longer.
const SEQUENTIAL: &str = "endpoint,operation,connection,baseline_p50_ns,candidate_p50_ns,change_ratio,common_change_ratio,\
                          relative_change_ratio,outcome,baseline_failed,candidate_failed,simulated";
/// `change_ratio` is the p50 over the expected one: above 1 the endpoint is slower than it was.
const HISTORY: &str = "endpoint,operation,connection,p50_ns,expected_ns,change_ratio,limit_ratio,runs,outcome,failed,calls,simulated";

/// The target's name and the p50 of either side.
fn begin(target: &Matched) -> Vec<String> {
    let [baseline, candidate] = target.p50.map(integer);
    vec![
        csv_cell(&clean(&target.endpoint)).into_owned(),
        target.operation.to_string(),
        target.connection.to_string(),
        baseline,
        candidate,
    ]
}

/// Of runs that were measured one after the other.
fn change(target: &Matched) -> Vec<String> {
    let (ratios, outcome) = match &target.standing {
        Standing::Changed {
            ratio,
            common,
            relative,
        } => ([Some(*ratio), *common, *relative], "no verdict"),
        Standing::Uncompared(obstacle) => ([None; 3], obstacle.verdict.as_str()),
        Standing::NoBaseline => ([None; 3], "no baseline"),
        Standing::NoCandidate => ([None; 3], "no candidate"),
        Standing::Compared(_) => ([None; 3], ""),
    };
    [
        begin(target),
        ratios.map(fraction).to_vec(),
        vec![outcome.to_owned()],
        failed(target),
    ]
    .concat()
}

/// The failed calls of either side.
fn failed(target: &Matched) -> Vec<String> {
    let text = |calls: Option<FailedCalls>| {
        calls.map_or_else(String::new, |calls| calls.failed.to_string())
    };
    target.failed.map(text).to_vec()
}

fn target(target: &Matched) -> Vec<Vec<String>> {
    let begin = begin(target);
    let ends = |estimate: Estimate, text: fn(Option<f64>) -> String| {
        let interval = estimate.interval;
        [
            Some(estimate.value),
            interval.map(|i| i.low),
            interval.map(|i| i.high),
        ]
        .map(text)
    };
    let without = |percentile: String, word: &str| {
        [
            &begin[..],
            &[percentile],
            &[const { String::new() }; 6],
            &[word.to_owned()],
            &[const { String::new() }; 4],
            &failed(target),
        ]
        .concat()
    };
    match &target.standing {
        Standing::NoBaseline => vec![without(String::new(), "no baseline")],
        Standing::NoCandidate => vec![without(String::new(), "no candidate")],
        Standing::Changed { .. } => vec![without(String::new(), "no verdict")],
        Standing::Uncompared(obstacle) => {
            vec![without(
                column_name(obstacle.level),
                obstacle.verdict.as_str(),
            )]
        }
        Standing::Compared(comparisons) => comparisons
            .iter()
            .map(|comparison| {
                let percentile = column_name(comparison.level);
                let (ratio, difference) = (
                    ends(comparison.ratio, fraction),
                    ends(comparison.difference, integer),
                );
                let verdict = comparison.verdict.as_str().to_owned();
                let decided_by = decided_by(comparison);
                [
                    &begin[..],
                    &[percentile],
                    &ratio,
                    &difference,
                    &[verdict],
                    &decided_by,
                    &failed(target),
                ]
                .concat()
            })
            .collect(),
    }
}

fn line(line: &HistoryLine) -> Vec<String> {
    let change = line.change.as_ref();
    vec![
        csv_cell(&clean(&line.endpoint)).into_owned(),
        line.operation.to_string(),
        line.connection.to_string(),
        integer(line.p50),
        integer(change.map(|change| change.expected)),
        fraction(change.map(|change| change.ratio)),
        fraction(change.map(|change| change.limit_ratio)),
        line.runs.to_string(),
        line.outcome.as_str().to_owned(),
        line.failed
            .map_or_else(String::new, |calls| calls.failed.to_string()),
        line.failed
            .map_or_else(String::new, |calls| calls.of.to_string()),
    ]
}
