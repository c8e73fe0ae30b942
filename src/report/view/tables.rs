//! The rows of a report: one table per operation and kind of connection.

use std::collections::BTreeMap;

use crate::judge::{Claims, Figures, Percentile, Place, Row, Summary};
use crate::plan::{Group, Level, Load};
use crate::results::Run;

use super::served_by::in_order;
use super::table::{Column, Content, Line, Soundness, Table};
use crate::report::words::names::caption;
use crate::report::words::numbers::{
    NOTHING, count, duration, percent_of, plural, span, time_with_span,
};
use crate::report::words::verdicts::verdict_cell;

/// The columns of every table of the run: those in which at least one row has a value.
pub(crate) fn columns(run: &Run, summary: &Summary) -> Vec<Column> {
    let supported = |level: Level| {
        let supports =
            |figures: &Figures| figures.percentile(level).is_some() || figures.is_never(level);
        summary.rows.iter().any(|row| supports(&row.service_time))
    };
    let levels: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|&level| level == Level::P50 || supported(level))
        .collect();
    let mut columns = vec![
        Column::Endpoint,
        Column::ServiceTime(Level::P50),
        Column::Interval,
    ];
    if summary.rows.iter().any(|row| row.place == Place::Global)
        && summary.rows.iter().any(|row| row.place == Place::Regional)
    {
        columns.push(Column::AgainstGlobal);
    }
    if summary.rows.iter().any(|row| row.rank.is_some()) {
        columns.push(Column::Rank);
    }
    // An open load has two times for each call; they stand side by side because their difference matters.
    let from_schedule = matches!(run.plan.load, Load::Open { .. });
    if from_schedule {
        columns.push(Column::ResponseTime(Level::P50));
    }
    for &level in levels.iter().skip(1) {
        columns.push(Column::ServiceTime(level));
        if from_schedule {
            columns.push(Column::ResponseTime(level));
        }
    }
    columns.extend([Column::Answers, Column::Errors]);
    if summary.rows.iter().any(|row| !row.served_by.is_empty()) {
        columns.push(Column::ServedBy);
    }
    columns
}

/// The percentiles that people expect and no row supports.
pub(crate) fn unsupported(columns: &[Column]) -> Vec<Level> {
    Level::COMPARED
        .into_iter()
        .filter(|&level| !columns.contains(&Column::ServiceTime(level)))
        .collect()
}

/// One table per operation and kind of connection, in the plan's order of operations.
pub(crate) fn tables(summary: &Summary, columns: &[Column]) -> Vec<Table> {
    Group::distinct(summary.rows.iter().map(Row::group))
        .into_iter()
        .map(|group| {
            let mut rows: Vec<&Row> = summary
                .rows
                .iter()
                .filter(|row| row.group() == group)
                .collect();
            rows.sort_by(|a, b| order(a).total_cmp(&order(b)));
            Table {
                group,
                caption: caption(group),
                columns: columns.to_vec(),
                lines: rows
                    .into_iter()
                    .map(|row| line(summary, row, columns))
                    .collect(),
            }
        })
        .collect()
}

fn order(row: &Row) -> f64 {
    row.service_time
        .percentile(Level::P50)
        .unwrap_or(if row.service_time.count > 0 {
            f64::MAX
        } else {
            f64::INFINITY
        })
}

fn line(summary: &Summary, row: &Row, columns: &[Column]) -> Line {
    let content = if row.service_time.count == 0 {
        Content::NoData(reason([row]))
    } else {
        Content::Cells(
            columns
                .iter()
                .skip(1)
                .map(|&column| cell(summary, row, column))
                .collect(),
        )
    };
    let soundness = match summary.forbidden(row.target, Level::P50, Claims::OneEndpoint) {
        Some(_) => Soundness::Invalid,
        None => Soundness::Sound,
    };
    Line {
        place: row.place,
        endpoint: row.endpoint.clone(),
        content,
        soundness,
    }
}

fn cell(summary: &Summary, row: &Row, column: Column) -> String {
    match column {
        Column::Endpoint => row.endpoint.clone(),
        Column::ServiceTime(level) => time(summary, row, &row.service_time, level),
        Column::ResponseTime(level) => time(summary, row, &row.response_time, level),
        Column::Interval => interval(&row.service_time),
        Column::AgainstGlobal => against_global(summary, row),
        Column::Rank => match row.rank {
            None => NOTHING.to_owned(),
            Some(rank) => rank.to_string(),
        },
        Column::Answers => count(row.counts.succeeded),
        Column::Errors => match row.counts.failed() {
            0 => "0".to_owned(),
            failed => format!(
                "{} ({})",
                count(failed),
                percent_of(failed, row.counts.issued)
            ),
        },
        Column::ServedBy => served_by(row),
    }
}

fn time(summary: &Summary, row: &Row, figures: &Figures, level: Level) -> String {
    let forbidden = summary
        .forbidden(row.target, level, Claims::OneEndpoint)
        .is_some();
    match (figures.percentile(level), figures.missing(level)) {
        (Some(nanoseconds), _) if forbidden => format!(
            "{FORBIDDEN} {}",
            beside_interval(nanoseconds, figures, level)
        ),
        (Some(nanoseconds), _) if figures.is_thin(level) => {
            format!("{THIN} {}", beside_interval(nanoseconds, figures, level))
        }
        (Some(nanoseconds), _) => beside_interval(nanoseconds, figures, level),
        // Answers enough, which are worth too little: more of the same need not help.
        (None, Some(_)) if forbidden && figures.count >= level.answers_needed() => {
            format!("{FORBIDDEN} {NOTHING}")
        }
        (None, Some(missing)) => format!("{NOTHING} needs {} more", count(missing)),
        (None, None) => format!("{NOTHING} a failure"),
    }
}

/// A percentile with the digits of the interval in the same line; only the median has one.
fn beside_interval(nanoseconds: f64, figures: &Figures, level: Level) -> String {
    match figures.estimate(level).filter(|_| level == Level::P50) {
        Some(Percentile { interval, .. }) => {
            time_with_span(nanoseconds, interval.low, interval.high).0
        }
        None => duration(nanoseconds),
    }
}

fn interval(figures: &Figures) -> String {
    let interval = figures
        .estimate(Level::P50)
        .map(|percentile| span(percentile.interval.low, percentile.interval.high));
    interval.unwrap_or_else(|| NOTHING.to_owned())
}

/// Before a number that a check forbids.
pub(crate) const FORBIDDEN: &str = "✗";
/// Before a percentile with few answers beyond it.
pub(crate) const THIN: &str = "≈";

fn against_global(summary: &Summary, row: &Row) -> String {
    let comparison = summary
        .comparisons
        .iter()
        .find(|c| c.candidate == row.target && c.level == Level::P50);
    match (row.place, comparison) {
        (Place::Global, _) => "baseline".to_owned(),
        (Place::Twin, _) => "a twin".to_owned(),
        (Place::Regional, None) => {
            let obstacle = summary
                .uncompared
                .iter()
                .find(|pair| pair.candidate == row.target);
            obstacle
                .map_or(NOTHING, |pair| pair.verdict.as_str())
                .to_owned()
        }
        (Place::Regional, Some(comparison)) => verdict_cell(comparison),
    }
}

fn served_by(row: &Row) -> String {
    let regions = in_order(&row.served_by);
    let all = regions
        .iter()
        .fold(0_u64, |sum, (_, calls)| sum.saturating_add(*calls));
    let share = |region: &str, calls: u64| format!("{region} {}", percent_of(calls, all));
    match regions.as_slice() {
        [] => NOTHING.to_owned(),
        [(region, _)] => (*region).to_owned(),
        &[(first, calls), (second, others)] => {
            format!("{}, {}", share(first, calls), share(second, others))
        }
        &[(first, calls), ref rest @ ..] => {
            format!("{}, {} others", share(first, calls), rest.len())
        }
    }
}

/// Why an endpoint has no numbers in these rows together.
pub(crate) fn reason<'a>(rows: impl IntoIterator<Item = &'a Row>) -> String {
    let (mut issued, mut withheld, mut failed) = (0_u64, 0_u64, 0_u64);
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows {
        let counts = &row.counts;
        issued = issued.saturating_add(counts.issued);
        withheld = withheld.saturating_add(counts.withheld);
        failed = failed.saturating_add(counts.failed());
        for (code, number) in &counts.codes {
            let sum = codes.entry(code.as_str()).or_default();
            *sum = sum.saturating_add(*number);
        }
    }
    if issued == 0 {
        return match withheld {
            0 => "nothing was sent".to_owned(),
            withheld => format!("nothing was sent, {} withheld", plural(withheld, "call")),
        };
    }
    if failed == 0 {
        return format!(
            "{} found another kind of connection",
            plural(issued, "call")
        );
    }
    // Among equally frequent codes the first by name, so that the same run gives the same text.
    let commonest = codes
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
    let code = commonest.map_or(String::new(), |(code, _)| format!(": {code}"));
    format!(
        "{} of {} failed{code}",
        count(failed),
        plural(issued, "call")
    )
}
