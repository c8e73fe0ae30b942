//! The chart: which curves it has, what it says, and where its panels stand.

use crate::plan::{ConnectionMode, Level};
use crate::report::chart::drawing::axis::Span;
use crate::report::chart::drawing::canvas::Lettering;
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::room_for;
use crate::report::chart::drawing::plots::panes::{Pane, across};
use crate::report::chart::drawing::plots::signed::SignedAxis;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::saving::Saved;
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::title::depends_on_failures;
use crate::report::chart::view::View;
use crate::report::view::table::Soundness;
use crate::report::words::chart::fill;
use crate::report::words::chart::kinds::difference::{DifferenceWords, words};
use crate::report::words::chart::kinds::whiskers::whiskers;
use crate::report::words::numbers;

use super::curve::{DifferenceCurve, curves};
use super::drawing::{Drawing, HEAD, ticks};

/// The chart.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "difference",
    question: "How much time does a Regional endpoint save, on slow calls too?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Height,
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw: Draw::Runs(draw),
};

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let curves = curves(KIND.name, &view, runs[0].summary)?;
    if curves.iter().all(|curve| curve.points.is_empty()) {
        return Err(uncompared());
    }
    let words = words(spec.wording.language);
    let frame = Frame::around(
        &view,
        title(&view, &curves, words),
        what(&view, &curves, words),
        key(&view, &curves, words),
    );
    let is_stacked = is_stacked(&view);
    let rows = if is_stacked {
        view.connections.len() as f64
    } else {
        1.0
    };
    let others = HEAD + FOOT;
    let usual = if is_stacked { STACKED_PLOT } else { PLOT };
    let room = frame.room((others + usual) * rows, (others + LEAST_PLOT) * rows)?;
    let plot = room / rows - others;
    let before = room_for_ticks(&view, &curves, plot);
    let panes = panes(&view, before, is_stacked);
    Ok(frame.picture(room, |canvas, top| {
        for (row, pane) in panes {
            let top = top + (others + plot) * row;
            let shown: Vec<&DifferenceCurve<'_>> = curves
                .iter()
                .filter(|curve| curve.connection == pane.connection)
                .collect();
            let Some(axis) = axis(&shown, (top + HEAD, top + HEAD + plot)) else {
                continue;
            };
            let sheet = Drawing {
                pane,
                axis,
                upper: top + HEAD,
                lower: top + HEAD + plot,
                language: spec.wording.language,
                words,
            };
            sheet.draw(canvas, &shown);
        }
    }))
}

/// Why there is no picture when no endpoint is compared.
pub(crate) fn uncompared() -> ChartError {
    ChartError::Nothing {
        kind: KIND.name,
        reason: "no endpoint of the selection is compared with the global one".to_owned(),
    }
}

/// The axis of the curves between these edges; `None` without a value.
fn axis(curves: &[&DifferenceCurve<'_>], (upper, lower): (f64, f64)) -> Option<SignedAxis> {
    let points = curves.iter().flat_map(|curve| &curve.points);
    let span = Span {
        from: lower,
        to: upper,
    };
    SignedAxis::around(points.map(|point| (point.value(), point.interval())), span)
}

/// Room for the labels of the differences in panels of `plot` px, px.
fn room_for_ticks(view: &View<'_>, curves: &[DifferenceCurve<'_>], plot: f64) -> f64 {
    let of_kind = |&connection: &ConnectionMode| {
        let curves = curves.iter();
        let shown: Vec<_> = curves.filter(|it| it.connection == connection).collect();
        axis(&shown, (0.0, plot))
    };
    let axes = view.connections.iter().filter_map(of_kind);
    let ticks = axes.flat_map(|axis| ticks(axis, view.language()));
    let labels: Vec<String> = ticks.map(|(_, label)| label).collect();
    room_for(labels.iter().map(String::as_str), TICK_ROOM)
}

/// Whether each panel has a row of its own, because they would be too narrow to read side by side.
fn is_stacked(view: &View<'_>) -> bool {
    let side_by_side = across(&view.connections, view.spec.look.width, TICK_ROOM, AFTER);
    side_by_side.iter().any(|pane| pane.width() < LEAST_PANE)
}

/// The panels, each with its row: with `before` px for ticks.
fn panes(view: &View<'_>, before: f64, is_stacked: bool) -> Vec<(f64, Pane)> {
    let width = view.spec.look.width;
    let in_row = if is_stacked {
        1
    } else {
        view.connections.len().max(1)
    };
    let rows = view.connections.chunks(in_row).enumerate();
    let panes = rows.flat_map(|(row, connections)| {
        let panes = across(connections, width, before, AFTER).into_iter();
        panes.map(move |pane| (row as f64, pane))
    });
    panes.collect()
}

/// Longer names are cut, px.
const LONGEST_NAME: f64 = 200.0;
/// Narrower panels cut their labels, px.
const LEAST_PANE: f64 = 190.0;
/// Nothing stands at the right of a panel, px.
const AFTER: f64 = 0.0;
const PLOT: f64 = 260.0;
const STACKED_PLOT: f64 = 180.0;
const LEAST_PLOT: f64 = 120.0;
const FOOT: f64 = 46.0;
/// Room for the labels of the differences, px, unless they are wider.
const TICK_ROOM: f64 = 58.0;

fn endpoints(curves: &[DifferenceCurve<'_>]) -> usize {
    let numbers = curves.iter().map(|curve| curve.position + 1);
    numbers.max().unwrap_or(0)
}

/// What the first endpoint saves by the median and by the highest percentile that tells it apart, where that may be claimed.
pub(crate) fn title(
    view: &View<'_>,
    curves: &[DifferenceCurve<'_>],
    words: &DifferenceWords,
) -> String {
    let language = view.spec.wording.language;
    let claim = || {
        let of_leading = |curve: &&DifferenceCurve<'_>| curve.connection == view.leading();
        let curve = curves.iter().find(of_leading)?;
        if depends_on_failures(view, curve.lane) {
            return None;
        }
        let mut apart = curve.points.iter().filter(|point| point.is_significant());
        let median = apart.next().filter(|point| point.level() == Level::P50)?;
        let saves = median.value() >= 0.0;
        let time = |point: &Saved<'_>| language.number(&numbers::duration(point.value().abs()));
        let claim = fill(
            if saves { words.saves } else { words.costs },
            &[curve.lane.name, &time(median)],
        );
        let tail = apart.rfind(|point| (point.value() >= 0.0) == saves);
        let tail = tail.map(|point| {
            let level = language.number(&point.level().to_string());
            fill(words.and_at, &[&time(point), &level])
        });
        Some(claim + &tail.unwrap_or_default())
    };
    match view.soundness() {
        Soundness::Sound => claim().unwrap_or_else(|| words.question.to_owned()),
        Soundness::Invalid => words.question.to_owned(),
    }
}

/// What is shown, in parts.
pub(crate) fn what(
    view: &View<'_>,
    curves: &[DifferenceCurve<'_>],
    words: &DifferenceWords,
) -> Vec<String> {
    let mut parts = vec![fill(words.what, &[view.operation.api_name()])];
    let (some, all) = (endpoints(curves), view.regional().count());
    if some < all {
        let numbers = [some, all].map(|number| number.to_string());
        parts.push(fill(words.of_endpoints, &[&numbers[0], &numbers[1]]));
    }
    parts.push(words.above_zero.to_owned());
    let mut points = curves.iter().flat_map(|curve| &curve.points);
    let confidence = points.find_map(|point| point.confidence());
    parts.extend(
        confidence.map(|(confidence, together)| {
            whiskers(view.spec.wording.language, confidence, together)
        }),
    );
    parts
}

fn key(
    view: &View<'_>,
    curves: &[DifferenceCurve<'_>],
    words: &DifferenceWords,
) -> Vec<(Swatch, String)> {
    let palette = view.spec.look.appearance.palette();
    let mut key = Vec::new();
    for of_one in curves.chunk_by(|a, b| a.position == b.position) {
        let name = Lettering::NOTE.fit_name(of_one[0].lane.name, LONGEST_NAME);
        key.push((Swatch::Disc(palette.regional[of_one[0].position]), name));
    }
    let mut points = curves.iter().flat_map(|curve| &curve.points);
    if points.any(|point| point.is_forbidden) {
        key.push((Swatch::Disc(palette.bar), words.grey.to_owned()));
    }
    key
}
