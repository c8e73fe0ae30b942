//! One table: the endpoints of an operation over one kind of connection, each with its time on a common axis.

use serde::Serialize;
use sts_model::Region;

use crate::judge::{Comparison, Place, Row, Summary};
use crate::plan::Level;
use crate::report::view::overview::foremost::is_local;
use crate::report::view::report::Report;
use crate::report::view::served_by::in_order;
use crate::report::view::table::{Column, Content, Line, Soundness, Table};
use crate::report::words::numbers::{duration, tick, time_with_span};
use crate::report::words::page;
use crate::report::words::verdicts::verdict_cell;
use crate::results::Claims;

use super::plot::{Axis, Tick, rounds, short, time_tick};

/// The endpoints of one group, laid out.
pub(crate) struct EndpointTable<'a> {
    /// What the rows have in common, as a heading.
    pub(crate) caption: &'a str,
    /// The columns after name and picture.
    pub(crate) columns: Vec<Heading>,
    /// The lines of the grid behind each picture, in per cent of its width.
    pub(crate) grid: Vec<Tick>,
    /// The end of the pictures' axis, such as `300 ms`.
    pub(crate) end: String,
    /// Where the global endpoint's p50 stands on it.
    pub(crate) global: Option<String>,
    /// Sorted by p50.
    pub(crate) lines: Vec<EndpointLine<'a>>,
}

/// The head of a column.
pub(crate) struct Heading {
    pub(crate) title: String,
    /// Whether it holds words rather than numbers.
    pub(crate) is_text: bool,
    /// Which percentile it is of, where the unit can be chosen.
    pub(crate) level: Option<usize>,
    /// What it shows of the chosen percentile: `interval` or `against`.
    pub(crate) follows: Option<&'static str>,
}

/// One endpoint.
pub(crate) struct EndpointLine<'a> {
    pub(crate) name: &'a str,
    /// Its city, or who served the global endpoint.
    pub(crate) detail: Option<String>,
    /// That a check forbids its p50.
    pub(crate) forbidden: Option<String>,
    /// Which side it is on, and whether a check forbids its p50.
    pub(crate) class: String,
    pub(crate) strip: Option<Strip>,
    pub(crate) cells: &'a [String],
    /// Why there are no cells.
    pub(crate) reason: Option<&'a str>,
}

/// A time with its interval on the axis, in per cent of its length.
pub(crate) struct Strip {
    pub(crate) at: String,
    pub(crate) low: String,
    pub(crate) high: String,
    /// The same in words.
    pub(crate) spoken: String,
}

/// What the script knows of an endpoint.
#[derive(Serialize)]
pub(crate) struct EndpointData<'a> {
    name: &'a str,
    /// `global`, `own`, `regional` or `twin`.
    role: &'static str,
    /// Answers behind the percentiles.
    n: u64,
    /// One for each level of [`Level::COMPARED`].
    levels: Vec<Option<LevelData>>,
}

/// A percentile: its value and the ends of its interval, µs, `null` where there is no upper one; the interval as text, and how
/// it compares with the global endpoint's.
#[derive(Serialize)]
struct LevelData(i64, i64, Option<i64>, String, String);

impl<'a> EndpointTable<'a> {
    /// The table with the rows of `report` that it shows, in its order.
    pub(crate) fn of(report: &'a Report<'a>, table: &'a Table) -> Self {
        let rows = rows(report, table);
        let median = |row: &Row| row.service_time.percentile(Level::P50);
        let longest = rows.iter().filter_map(|row| {
            let p50 = row.service_time.estimate(Level::P50)?;
            Some(
                p50.value
                    .max(finite(p50.interval.high).unwrap_or(p50.value)),
            )
        });
        let axis = Axis {
            low: 0.0,
            high: longest.fold(1.0, f64::max),
        };
        let global = rows.iter().find(|row| row.place == Place::Global);
        let grid = rounds(axis.high);
        Self {
            caption: &table.caption,
            columns: table.columns.iter().skip(1).map(|c| heading(*c)).collect(),
            end: tick(*grid.last().unwrap_or(&0.0)),
            grid: grid
                .into_iter()
                .map(|time| time_tick(time, axis.place(time, 100.0)))
                .collect(),
            global: global
                .and_then(|row| median(row))
                .map(|time| short(axis.place(time, 100.0))),
            lines: table
                .lines
                .iter()
                .zip(rows)
                .map(|(line, row)| endpoint(report, line, row, axis))
                .collect(),
        }
    }
}

/// The rows of the table's lines, in their order.
pub(crate) fn rows<'a>(report: &Report<'a>, table: &Table) -> Vec<&'a Row> {
    let summary: &'a Summary = report.summary;
    let row = |line: &Line| {
        summary
            .rows
            .iter()
            .find(|row| row.group() == table.group && row.endpoint == line.endpoint)
    };
    table.lines.iter().filter_map(row).collect()
}

/// What each row of the table is to the script.
pub(crate) fn data<'a>(report: &Report<'_>, rows: &[&'a Row]) -> Vec<EndpointData<'a>> {
    let level = |row: &Row, level: Level| {
        let estimate = row.service_time.estimate(level)?;
        let (low, high) = (estimate.interval.low, estimate.interval.high);
        let (_, span) = time_with_span(estimate.value, low, high);
        let comparison = comparison(report.summary, row, level);
        Some(LevelData(
            microseconds(estimate.value),
            microseconds(low),
            finite(high).map(microseconds),
            span,
            comparison.map_or_else(String::new, verdict_cell),
        ))
    };
    let endpoint = |row: &&'a Row| EndpointData {
        name: &row.endpoint,
        role: role(report, row),
        n: row.service_time.count,
        levels: Level::COMPARED.iter().map(|&of| level(row, of)).collect(),
    };
    rows.iter().map(endpoint).collect()
}

/// That a check forbids its p50, so that it is grey, and which one.
pub(crate) fn forbidden(report: &Report<'_>, row: &Row) -> Option<String> {
    let found = report
        .summary
        .forbidden(row.target, Level::P50, Claims::OneEndpoint);
    found.map(|check| page::forbidden(&check.title()))
}

/// How its curve or its dots look.
pub(crate) fn class(report: &Report<'_>, row: &Row) -> String {
    let unsound = forbidden(report, row).map_or("", |_| " unsound");
    format!("line-{}{unsound}", role(report, row))
}

/// What the endpoint is to the reader of the page.
pub(crate) fn role(report: &Report<'_>, row: &Row) -> &'static str {
    match row.place {
        Place::Global => "global",
        Place::Twin => "twin",
        Place::Regional if is_local(report.run, row) => "own",
        Place::Regional => "regional",
    }
}

fn heading(column: Column) -> Heading {
    let follows = match column {
        Column::Interval => Some("interval"),
        Column::AgainstGlobal => Some("against"),
        _ => None,
    };
    let level = match column {
        Column::ServiceTime(level) => Some(level.index()),
        _ => None,
    };
    Heading {
        title: column.title(),
        is_text: column.is_text() || column == Column::AgainstGlobal,
        level,
        follows,
    }
}

fn endpoint<'a>(report: &Report<'a>, line: &'a Line, row: &'a Row, axis: Axis) -> EndpointLine<'a> {
    let role = role(report, row);
    let (cells, reason) = match &line.content {
        Content::NoData(reason) => (&[][..], Some(reason.as_str())),
        Content::Cells(texts) => (texts.as_slice(), None),
    };
    let unsound = match line.soundness {
        Soundness::Sound => "",
        Soundness::Invalid => " unsound",
    };
    EndpointLine {
        name: &line.endpoint,
        detail: detail(row),
        forbidden: forbidden(report, row),
        class: format!("{role}{unsound}"),
        strip: strip(report, row, axis),
        cells,
        reason,
    }
}

/// The city of the endpoint's Region, or who served the global endpoint first of all.
fn detail(row: &Row) -> Option<String> {
    match row.place {
        Place::Global => in_order(&row.served_by)
            .first()
            .map(|(region, _)| format!("served by {region}")),
        Place::Regional | Place::Twin => {
            let region = Region::named(&row.region)?;
            region.city.map(str::to_owned)
        }
    }
}

fn strip(report: &Report<'_>, row: &Row, axis: Axis) -> Option<Strip> {
    let p50 = row.service_time.estimate(Level::P50)?;
    let place = |time: f64| short(axis.place(time, 100.0));
    Some(Strip {
        at: place(p50.value),
        low: place(p50.interval.low),
        high: place(finite(p50.interval.high).unwrap_or(axis.high)),
        spoken: format!(
            "{}: {}{}",
            row.endpoint,
            page::spoken(
                &row.service_time,
                Level::P50,
                report.run.plan.judging.confidence
            ),
            forbidden(report, row).map_or_else(String::new, |why| format!(", {why}"))
        ),
    })
}

fn comparison<'s>(summary: &'s Summary, row: &Row, level: Level) -> Option<&'s Comparison> {
    summary
        .comparisons
        .iter()
        .find(|found| found.candidate == row.target && found.level == level)
}

/// A time for the script: in µs, whole.
pub(crate) fn microseconds(nanoseconds: f64) -> i64 {
    (nanoseconds / 1e3).round() as i64
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// A p50 for a caption.
pub(crate) fn p50(row: &Row) -> Option<String> {
    row.service_time.percentile(Level::P50).map(duration)
}
