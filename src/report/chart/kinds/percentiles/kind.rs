//! The chart: what it shows, and where its panels stand.

use crate::plan::{ConnectionMode, Level};
use crate::report::chart::chosen;
use crate::report::chart::drawing::axis::{LogAxis, NinesAxis, Span};
use crate::report::chart::drawing::frame::{Frame, MARGIN, Swatch};
use crate::report::chart::drawing::panel::{emphasis, room_for};
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::View;
use crate::report::words::chart::fill;

use super::curve::{FASTEST, PercentileCurve, common_level, curves, shown};
use super::panel::{BETWEEN_LABELS, CLOSEST_TIMES, CurvePanel, HEAD, LEADER};

/// The chart.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "percentiles",
    question: "How slow are the slow calls?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Height,
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
        ChartOption::Top,
    ],
    draw: Draw::Runs(draw),
};

const PLOT: f64 = 200.0;
const LEAST_PLOT: f64 = 90.0;
const FOOT: f64 = 44.0;
/// Room for the labels of the times, px, unless they are wider.
const TICK_ROOM: f64 = 58.0;
/// Least distance of two names at the right, px: those of a lower picture would touch.
const LEAST_BETWEEN_LABELS: f64 = 14.0;
/// The longest label, as a share of the picture's width.
const LONGEST_LABEL: f64 = 0.3;
/// What is left of a longer name where the time stands beside it, px: more than AWS's names take.
const LONGEST_NAME: f64 = 120.0;
/// Narrower curves cannot be read, px.
const LEAST_WIDTH: f64 = 120.0;

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let curves = curves(&view);
    if curves.is_empty() {
        return Err(ChartError::NoData {
            kind: KIND.name,
            operation: view.operation,
        });
    }
    let frame = Frame::around(
        &view,
        view.words().percentiles_title.to_owned(),
        what(&view, &curves),
        key(&view, &curves),
    );
    let panels = view.connections.len() as f64;
    let others = HEAD + FOOT;
    let [usual, least] = heights(&view, &curves).map(|plot| (others + plot) * panels);
    let room = frame.room(usual, least)?;
    let plot = room / panels - others;
    let longest = curves.iter().map(|curve| curve.count).max().unwrap_or(0);
    let labels = room_for_labels(&view, &curves);
    let (left, right) = (
        MARGIN + room_for_times(&view, &curves, plot),
        spec.look.width - MARGIN - labels - LEADER,
    );
    ChartError::require_width(spec.look.width, right - left, LEAST_WIDTH, 1.0)?;
    Ok(frame.picture(room, |canvas, top| {
        for (number, &connection) in view.connections.iter().enumerate() {
            let upper = top + (others + plot) * number as f64 + HEAD;
            let panel = CurvePanel {
                view: &view,
                connection,
                level: level_of(&curves, connection),
                nines: NinesAxis::supporting(
                    longest,
                    Span {
                        from: left,
                        to: right,
                    },
                ),
                times: times(&curves, connection, (upper, upper + plot)),
                x: (left, right),
                y: (upper, upper + plot),
                labels,
            };
            canvas.group(connection.as_str(), None, |canvas| {
                panel.draw(canvas, &curves);
            });
        }
    }))
}

/// The usual and the least height of a panel's data, px: so that the names beside them have room.
fn heights(view: &View<'_>, curves: &[PercentileCurve<'_>]) -> [f64; 2] {
    let gaps = |connection: &ConnectionMode| {
        let own = curves.iter().filter(|it| it.connection == *connection);
        own.count().saturating_sub(1) as f64
    };
    let gaps = view.connections.iter().map(gaps).fold(0.0, f64::max);
    [
        PLOT.max(gaps * BETWEEN_LABELS),
        LEAST_PLOT.max(gaps * LEAST_BETWEEN_LABELS),
    ]
}

/// Room for the names and times at the right, px: a share of the width, but in a narrow picture at least every time with
/// as much of its name as distinguishes it from the others.
fn room_for_labels(view: &View<'_>, curves: &[PercentileCurve<'_>]) -> f64 {
    let widest = |width: &dyn Fn(&PercentileCurve<'_>) -> f64| {
        let widths = curves.iter().map(width);
        widths.fold(0.0, f64::max)
    };
    let level = |curve: &PercentileCurve<'_>| level_of(curves, curve.connection);
    let whole = widest(&|curve| emphasis(curve.place).width(&curve.label(view, level(curve))));
    let least = widest(&|curve| {
        let lettering = emphasis(curve.place);
        let name = lettering.width(curve.name).min(LONGEST_NAME);
        name + lettering.width(&curve.time(view, level(curve)))
    });
    whole.min(LONGEST_LABEL * view.spec.look.width).max(least)
}

/// The percentile of the numbers beside the names over that kind of connection.
fn level_of(curves: &[PercentileCurve<'_>], connection: ConnectionMode) -> Level {
    let own = curves.iter().filter(|curve| curve.connection == connection);
    common_level(&own.collect::<Vec<_>>())
}

/// Room for the labels of the times in panels of `plot` px, px.
fn room_for_times(view: &View<'_>, curves: &[PercentileCurve<'_>], plot: f64) -> f64 {
    let connections = view.connections.iter();
    let labels: Vec<String> = connections
        .flat_map(|&connection| {
            let times = times(curves, connection, (0.0, plot));
            view.ticks(&times.ticks(CLOSEST_TIMES))
        })
        .collect();
    room_for(labels.iter().map(String::as_str), TICK_ROOM)
}

/// The times over one kind of connection, from the upper edge to the lower one.
fn times(
    curves: &[PercentileCurve<'_>],
    connection: ConnectionMode,
    (upper, lower): (f64, f64),
) -> LogAxis {
    let span = Span {
        from: lower,
        to: upper,
    };
    let own = curves.iter().filter(|curve| curve.connection == connection);
    LogAxis::over(own.flat_map(PercentileCurve::extremes), span)
        .unwrap_or_else(|| LogAxis::empty(span))
}

fn what(view: &View<'_>, curves: &[PercentileCurve<'_>]) -> Vec<String> {
    let words = view.words();
    let mut parts = vec![fill(words.by_percentile, &[view.operation.api_name()])];
    let is_drawn = |name: &str| curves.iter().any(|curve| curve.name == name);
    let some = view.lanes.iter().filter(|lane| is_drawn(lane.name)).count();
    let numbers = [some, view.lanes.len()].map(|number| number.to_string());
    let selection = &view.spec.selection;
    let is_asked_for = selection.top.is_some() || !selection.endpoints.is_empty();
    if some < view.lanes.len() && (is_asked_for || shown(view).len() == view.lanes.len()) {
        parts.push(fill(words.of_endpoints, &[&numbers[0], &numbers[1]]));
    } else if some < view.lanes.len() {
        let rule = match view.global() {
            Some(_) => words.rule_with_global,
            None => words.rule,
        };
        let rule = fill(rule, &[&FASTEST.to_string()]);
        parts.push(fill(
            words.some_endpoints,
            &[&numbers[0], &numbers[1], &rule],
        ));
    }
    parts.extend(chosen::silent(view));
    if curves.iter().any(|curve| !curve.bars.is_empty()) {
        parts.push(fill(words.bars, &[&view.confidence()]));
    }
    parts.push(words.dashed.to_owned());
    parts.push(format!("{}, {}", words.log_scale, words.lower_is_better));
    parts
}

fn key(view: &View<'_>, curves: &[PercentileCurve<'_>]) -> Vec<(Swatch, String)> {
    let (palette, words) = (view.palette(), view.words());
    let mut key = Vec::new();
    if curves.iter().any(|curve| !curve.limits.is_empty()) {
        key.push((Swatch::Limit(palette.failure), words.gate_limit.to_owned()));
    }
    if curves.iter().any(PercentileCurve::is_forbidden) {
        key.push((
            Swatch::Forbidden(palette.bar, palette.failure),
            words.check_forbids.to_owned(),
        ));
    }
    key
}
