//! Whether repeated calls take the same time: some calls of a few endpoints in the order in which they were made.

use serde::Serialize;

use crate::judge::{Place, Row};
use crate::record::{Series, TracePoint};
use crate::report::view::report::Report;
use crate::report::words::numbers::duration_as_set;
use crate::report::words::page;

use super::curves::{HEIGHT, WIDTH, notable, steps};
use super::endpoints::{class, forbidden, microseconds, p50, role};
use super::plot::{Axis, Tick, crosses, dots, rounds, short, time_tick};

/// The calls of the two endpoints that the decision is about, drawn.
pub(crate) struct TimelinePlot {
    pub(crate) series: Vec<Dots>,
    pub(crate) times: Vec<Tick>,
    pub(crate) clock: Vec<Tick>,
    /// What one dot stands for.
    pub(crate) stride: String,
}

/// The calls of one endpoint.
pub(crate) struct Dots {
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) path: String,
    pub(crate) median: Option<String>,
    /// That a check forbids it.
    pub(crate) forbidden: Option<String>,
    /// Crosses for the calls that failed, and how many there are.
    pub(crate) failed: Option<(String, String)>,
}

/// What the script knows of some endpoints' calls.
#[derive(Serialize)]
pub(crate) struct TimelineData {
    /// Position among the rows of the group.
    row: usize,
    /// When each call was due, since the start, 10 ms, in [`steps`].
    at: Vec<i64>,
    /// What it took, µs; `null` where it failed.
    times: Vec<Option<i64>>,
}

/// How many of the fastest endpoints are drawn beside the global one.
const FASTEST: usize = 3;
/// Calls that are kept of one endpoint, at most.
const MOST_CALLS: usize = 256;

/// The calls of the notable endpoints.
pub(crate) fn data(report: &Report<'_>, rows: &[&Row]) -> Vec<TimelineData> {
    let of = |row: usize| {
        let calls = calls(report, rows[row]);
        let due: Vec<i64> = calls
            .iter()
            .map(|call| (call.at_ns / 10_000_000) as i64)
            .collect();
        TimelineData {
            row,
            at: steps(&due),
            times: calls
                .iter()
                .map(|call| call.service_time_ns.map(|time| microseconds(time as f64)))
                .collect(),
        }
    };
    let shown = notable(report, rows).into_iter();
    // Those after the fastest lie far above the others, and say little about them.
    let near = |&row: &usize| row < FASTEST || rows[row].place != Place::Regional;
    shown.filter(near).map(of).collect()
}

/// The calls to the global endpoint and to that of this place, or else to the fastest; `None` where none was answered.
pub(crate) fn plot(report: &Report<'_>, rows: &[&Row]) -> Option<TimelinePlot> {
    let marked = |row: &&&Row| ["global", "own"].contains(&role(report, row));
    let mut shown: Vec<&Row> = rows.iter().filter(marked).copied().collect();
    if shown.len() < 2 {
        shown.extend(rows.iter().find(|row| !marked(row)));
    }
    let shown: Vec<(&Row, Vec<TracePoint>)> = shown
        .into_iter()
        .map(|row| (row, calls(report, row)))
        .collect();
    let all = || shown.iter().flat_map(|(_, calls)| calls);
    let longest = all().filter_map(|call| call.service_time_ns).max()?;
    let last = all().map(|call| call.at_ns).max()?.max(1);
    let times = Axis {
        low: 0.0,
        high: longest as f64 * 1.05,
    };
    let clock = Axis {
        low: 0.0,
        high: last as f64,
    };
    let down = |time: f64| HEIGHT - times.place(time, HEIGHT);
    let across = |time: f64| clock.place(time, WIDTH);
    let drawn = |(row, calls): &(&Row, Vec<TracePoint>)| {
        let answered = calls.iter().filter_map(|call| {
            let time = call.service_time_ns? as f64;
            Some((across(call.at_ns as f64), down(time)))
        });
        Dots {
            name: row.endpoint.clone(),
            class: class(report, row),
            path: dots(answered),
            forbidden: forbidden(report, row),
            failed: failed(calls, across),
            median: p50(row),
        }
    };
    let stride = rows.iter().filter_map(|row| series(report, row));
    Some(TimelinePlot {
        series: shown.iter().map(drawn).collect(),
        times: rounds(times.high)
            .into_iter()
            .map(|time| time_tick(time, down(time)))
            .collect(),
        clock: rounds(clock.high)
            .into_iter()
            .map(|time| Tick {
                at: short(across(time)),
                text: match time {
                    0.0 => "0".to_owned(),
                    later => duration_as_set(later),
                },
            })
            .collect(),
        stride: page::stride(stride.map(stride_of).max().unwrap_or(1)),
    })
}

/// The calls that have no time, as crosses at the upper edge, and how many there are.
fn failed(calls: &[TracePoint], across: impl Fn(f64) -> f64) -> Option<(String, String)> {
    let failed: Vec<f64> = calls
        .iter()
        .filter(|call| call.service_time_ns.is_none())
        .map(|call| across(call.at_ns as f64))
        .collect();
    let said = page::failed(failed.len());
    (!failed.is_empty()).then(|| (crosses(failed), said))
}

/// Some of the calls to an endpoint, evenly thinned.
fn calls(report: &Report<'_>, row: &Row) -> Vec<TracePoint> {
    let Some(series) = series(report, row) else {
        return Vec::new();
    };
    let points = &series.trace.points;
    points.iter().step_by(thinned(points)).copied().collect()
}

fn stride_of(series: &Series) -> u64 {
    series.trace.stride * thinned(&series.trace.points) as u64
}

fn thinned(points: &[TracePoint]) -> usize {
    points.len().div_ceil(MOST_CALLS).max(1)
}

fn series<'a>(report: &Report<'a>, row: &Row) -> Option<&'a Series> {
    let all: &'a [Series] = &report.run.measured.series;
    all.iter().find(|series| series.target == row.target)
}
