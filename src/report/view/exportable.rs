//! The numbers for other programs: those that the answers support and no check forbids, with their names and descriptions.

use crate::judge::{Claims, Percentile, Row};
use crate::plan::Level;

use super::report::Report;
use crate::report::escape::terminal as printable;
use crate::report::words::numbers::{count, percent_as_set, plural, span};

/// A percentile of one target.
pub(crate) struct Exported<'a> {
    /// The target.
    pub row: &'a Row,
    /// Which percentile.
    pub level: Level,
    /// Its value and interval, ns.
    pub percentile: &'a Percentile,
}

/// The percentiles of `levels` that can be exported, in the order of the rows, and a remark when a check forbids some.
pub(crate) fn percentiles<'a>(
    report: &Report<'a>,
    levels: &[Level],
) -> (Vec<Exported<'a>>, Vec<String>) {
    let supported = report.summary.rows.iter().flat_map(|row| {
        levels.iter().filter_map(move |&level| {
            row.service_time.estimate(level).map(|percentile| Exported {
                row,
                level,
                percentile,
            })
        })
    });
    let (kept, forbidden): (Vec<_>, Vec<_>) =
        supported.partition(|exported| stands(report, exported.row, exported.level));
    (kept, remark(report, forbidden.len(), "percentile"))
}

/// Whether no check forbids that percentile for claims about this target alone.
pub(crate) fn stands(report: &Report<'_>, row: &Row, level: Level) -> bool {
    report
        .summary
        .forbidden(row.target, level, Claims::OneEndpoint)
        .is_none()
}

/// Whether no check forbids any time of this target for claims about it alone.
pub(crate) fn all_stand(report: &Report<'_>, row: &Row) -> bool {
    let checks = &report.summary.checks;
    !checks
        .iter()
        .any(|check| check.forbids(row.target, 1.0, Claims::OneEndpoint))
}

/// A remark that `number` things were left out, if any.
pub(crate) fn remark(report: &Report<'_>, number: usize, what: &str) -> Vec<String> {
    let text = || {
        format!(
            "run {}: {} left out, a check calls them invalid",
            report.run.header.run_id,
            plural(number as u64, what)
        )
    };
    (number > 0).then(text).into_iter().collect()
}

/// Where the run was measured; the name of a simulated place says that it is simulated.
pub(crate) fn vantage(report: &Report<'_>) -> String {
    let name: String = printable(&report.run.header.vantage.name)
        .chars()
        .take(MAX_VANTAGE)
        .collect();
    if report.simulation.is_some() {
        format!("{name} (simulated)")
    } else {
        name
    }
}

/// `vantage/endpoint/operation/connection`.
pub(crate) fn name(report: &Report<'_>, row: &Row) -> String {
    format!(
        "{}/{}/{}/{}",
        vantage(report),
        printable(&row.endpoint),
        row.operation,
        row.connection
    )
}

/// What a reader who sees only the number needs: its interval, its answers, the run, and whether that was simulated.
pub(crate) fn about(report: &Report<'_>, exported: &Exported<'_>) -> Vec<String> {
    let Exported {
        row,
        level,
        percentile,
    } = exported;
    let interval = percentile.interval;
    let ends = span(interval.low, interval.high);
    let answers = count(row.service_time.count);
    let mut lines = vec![
        format!(
            "{level} of {answers} answers, {} interval {ends}",
            percent_as_set(interval.confidence)
        ),
        format!(
            "stsbench {} run {}",
            printable(&report.run.header.tool.version),
            printable(&report.run.header.run_id)
        ),
    ];
    if let Some(simulation) = &report.simulation {
        lines.push(format!("SIMULATED: {}", printable(simulation)));
    }
    lines
}

/// Nanoseconds in milliseconds, exact to the nanosecond.
pub(crate) fn milliseconds(nanoseconds: f64) -> f64 {
    nanoseconds.round() / 1e6
}

/// Nanoseconds in seconds, exact to the nanosecond.
pub(crate) fn seconds(nanoseconds: f64) -> f64 {
    nanoseconds.round() / 1e9
}

/// Most characters of a vantage's name: at four bytes each, a name with all that follows stays within Bencher's 1,024.
const MAX_VANTAGE: usize = 200;
