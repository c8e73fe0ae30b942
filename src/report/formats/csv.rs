//! `summary.csv` and `comparison.csv`: integers in nanoseconds, absent values as empty cells. The last column of both,
//! `simulated`, is `true` when the service was simulated, so that no row can be taken for a measurement of AWS.

use crate::judge::{Comparison, Figures, Row};
use crate::plan::{Level, Target};
use crate::results::csv_cell;
use crate::sample::Phase;

use crate::report::escape::terminal as printable;
use crate::report::view::report::Report;
use crate::report::words::certificate;
use crate::report::words::numbers::column_name;

/// One row per target, in the plan's order. Times are service times: percentiles of all calls, the rest of the answers.
///
/// The columns are `endpoint,region,operation,connection`, the counts, `mean_ns`, `stddev_ns`, `min_ns`, each percentile
/// with the ends of its interval (p99.9 without), `max_ns`, the mean of each phase, `served_by` (Region=calls, separated by
/// semicolons), `rank_low,rank_high`, p50 and p99 of the client's overhead and lateness, the verdict of the
/// host's `certificate`, and `simulated`. An interval is empty without support, its upper end also where it is unbounded.
pub(crate) fn summary_csv(report: &Report<'_>) -> String {
    let mut rows = vec![summary_header()];
    rows.extend(
        report
            .summary
            .rows
            .iter()
            .map(|row| summary_row(report, row)),
    );
    write(rows)
}

/// One row per regional target and percentile that could be compared with the global endpoint's, in the plan's order.
///
/// `ratio` is global over candidate, `difference_ns` global minus candidate, `verdict` one of the words of
/// [`crate::judge::Verdict`]. The word follows from `ratio_low` and `ratio_high`, and *equivalent* from `equivalence_low` and
/// `equivalence_high`, beside the ratios `margin_low` and `margin_high` from which on a difference matters. Intervals are empty where there is none. Pairs that could not be compared come last, with
/// empty numbers.
pub fn comparison_csv(report: &Report<'_>) -> String {
    let mut rows = vec![COMPARISON_HEADER.map(str::to_owned).to_vec()];
    rows.extend(report.summary.comparisons.iter().map(|comparison| {
        let (ratio, difference) = (comparison.ratio, comparison.difference);
        let mut row = vec![
            text(&comparison.endpoint),
            comparison.operation.to_string(),
            comparison.connection.to_string(),
            column_name(comparison.level),
            fraction(Some(ratio.value)),
            fraction(ratio.interval.map(|i| i.low)),
            fraction(ratio.interval.map(|i| i.high)),
            integer(Some(difference.value)),
            integer(difference.interval.map(|i| i.low)),
            integer(difference.interval.map(|i| i.high)),
            comparison.verdict.as_str().to_owned(),
            fraction(Some(comparison.confidence)),
            comparison.together.to_string(),
        ];
        row.extend(decided_by(comparison));
        row.extend([certified(report), simulated(report)]);
        row.extend(planned(report));
        row
    }));
    rows.extend(report.summary.uncompared.iter().map(|pair| {
        let mut row = vec![
            text(&pair.endpoint),
            pair.operation.to_string(),
            pair.connection.to_string(),
            column_name(pair.level),
        ];
        row.resize(row.len() + NUMBERS_OF_A_COMPARISON, String::new());
        row.push(pair.verdict.as_str().to_owned());
        row.extend([const { String::new() }; 6]);
        row.extend([certified(report), simulated(report)]);
        row.extend(planned(report));
        row
    }));
    write(rows)
}

/// The columns of `comparison.csv`.
const COMPARISON_HEADER: [&str; 22] = [
    "endpoint",
    "operation",
    "connection",
    "percentile",
    "ratio",
    "ratio_low",
    "ratio_high",
    "difference_ns",
    "difference_low_ns",
    "difference_high_ns",
    "verdict",
    "confidence",
    "together",
    "equivalence_low",
    "equivalence_high",
    "margin_low",
    "margin_high",
    CERTIFICATE,
    SIMULATED,
    "planned_confidence",
    "planned_margin_ratio",
    "planned_margin_ns",
];

/// Ratio and difference with the ends of their intervals.
const NUMBERS_OF_A_COMPARISON: usize = 6;
const CERTIFICATE: &str = "certificate";
const SIMULATED: &str = "simulated";
/// The percentiles with an interval, by name and share; p99.9 follows without.
const WITH_INTERVAL: [Level; 4] = [Level::P50, Level::P90, Level::P95, Level::P99];

/// The percentiles of client overhead and lateness.
const CLIENT_PERCENTILES: [Level; 2] = [Level::P50, Level::P99];

fn summary_header() -> Vec<String> {
    let mut header: Vec<String> =
        "endpoint,region,operation,connection,issued,succeeded,faults,failures,throttled,\
                                   mean_ns,stddev_ns,min_ns"
            .split(',')
            .map(str::to_owned)
            .collect();
    for level in WITH_INTERVAL {
        let name = column_name(level);
        header.extend(["", "_low", "_high"].map(|end| format!("{name}{end}_ns")));
    }
    header.extend(["p999_ns", "max_ns"].map(str::to_owned));
    header.extend(Phase::ALL.map(|phase| format!("{}_mean_ns", phase.as_str())));
    header.extend(["served_by", "rank_low", "rank_high"].map(str::to_owned));
    header.extend(["client_overhead", "lateness"].iter().flat_map(|name| {
        CLIENT_PERCENTILES.map(|level| format!("{name}_{}_ns", column_name(level)))
    }));
    header.extend([CERTIFICATE, SIMULATED].map(str::to_owned));
    header
}

fn summary_row(report: &Report<'_>, row: &Row) -> Vec<String> {
    let Target { endpoint, .. } = report.run.plan.target(row.target);
    let (counts, figures): (_, &Figures) = (&row.counts, &row.service_time);
    let mut cells = vec![
        text(&endpoint.name),
        text(&endpoint.region),
        row.operation.to_string(),
        row.connection.to_string(),
        counts.issued.to_string(),
        counts.succeeded.to_string(),
        counts.faults.to_string(),
        counts.failures.to_string(),
        counts.throttled.to_string(),
        integer(figures.mean),
        integer(figures.stddev),
        integer(figures.min),
    ];
    for level in WITH_INTERVAL {
        let interval = figures
            .estimate(level)
            .map(|percentile| percentile.interval);
        let (low, high) = (interval.map(|i| i.low), interval.map(|i| i.high));
        cells.extend([figures.percentile(level), low, high].map(integer));
    }
    cells.extend([
        integer(figures.percentile(Level::P999)),
        integer(figures.max),
    ]);
    cells.extend(row.phase_means.map(integer));
    let served: Vec<String> = row
        .served_by
        .iter()
        .map(|(region, calls)| format!("{region}={calls}"))
        .collect();
    let rank = |end: Option<usize>| end.map(|rank| rank.to_string()).unwrap_or_default();
    cells.extend([
        text(&served.join(";")),
        rank(row.rank.map(|rank| rank.low)),
        rank(row.rank.map(|rank| rank.high)),
    ]);
    for figures in [&row.client_overhead, &row.lateness] {
        cells.extend(CLIENT_PERCENTILES.map(|level| integer(figures.percentile(level))));
    }
    cells.extend([certified(report), simulated(report)]);
    cells
}

/// A cell that neither a spreadsheet takes for a formula nor a CI system for a command.
fn text(text: &str) -> String {
    csv_cell(&printable(text)).into_owned()
}

/// What *equivalent* was read from, and the ratios that do not matter: the ends of an interval, and of the margin.
pub(crate) fn decided_by(comparison: &Comparison) -> [String; 4] {
    let [low, high] = comparison.margin.ratios();
    [
        comparison.equivalence.map(|interval| interval.low),
        comparison.equivalence.map(|interval| interval.high),
        Some(low),
        Some(high),
    ]
    .map(fraction)
}

/// The measure that was set before the run, which is not always the one that it is judged by.
fn planned(report: &Report<'_>) -> [String; 3] {
    let judging = &report.run.plan.judging;
    let planned = report.planned_judging.unwrap_or(judging);
    [
        fraction(Some(planned.confidence)),
        fraction(Some(planned.margin_ratio)),
        planned.margin.as_nanos().to_string(),
    ]
}

/// The verdict of the host's certificate, or `none`.
fn certified(report: &Report<'_>) -> String {
    certificate::word(report.run.conditions.certificate.as_ref()).to_owned()
}

fn simulated(report: &Report<'_>) -> String {
    report.run.header.vantage.simulation.is_some().to_string()
}

pub(crate) fn integer(value: Option<f64>) -> String {
    value
        .filter(|v| v.is_finite())
        .map(|v| format!("{v:.0}"))
        .unwrap_or_default()
}

pub(crate) fn fraction(value: Option<f64>) -> String {
    value
        .filter(|v| v.is_finite())
        .map(|v| format!("{v:.6}"))
        .unwrap_or_default()
}

pub(crate) fn write(rows: Vec<Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row)
            .expect("memory takes any row, and all rows are of one length");
    }
    String::from_utf8(writer.into_inner().expect("memory needs no flushing"))
        .expect("written from strings")
}
