//! The chart: its words, its height, its parts.

use crate::judge::{Place, Verdict};
use crate::report::chart::drawing::axis::{LogAxis, Span};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::marks::DataMark;
use crate::report::chart::drawing::panel::{
    NOTE, note_below, unit_behind, upright_ticks, without_unit,
};
use crate::report::chart::fold::Fold;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::title::finding;
use crate::report::chart::view::View;
use crate::report::words::chart::time_unit::TimeUnit;
use crate::report::words::chart::{connection, fill};

use super::columns::{Columns, ROOMY};
use super::rows::{Rows, sides};
use super::ties::Ties;

/// The chart.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "endpoints",
    question: "How much faster is each Regional endpoint than the global one?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Height,
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
        ChartOption::Top,
        ChartOption::Percentile,
    ],
    draw: Draw::Runs(draw),
};

/// Endpoints that are shown where more of them would be folded.
const USUAL_TOP: usize = 10;
/// Room for the heading above the rows, px.
const HEAD: f64 = 24.0;
/// Room for the ticks below them, px.
const FOOT: f64 = 24.0;
/// Height of a row, px.
const ROW: f64 = 26.0;
const LEAST_ROW: f64 = 17.0;
/// Room for one tick's label, px.
const TICK_ROOM: f64 = 27.0;
/// How far an interval without end reaches on the axis, as a multiple of its percentile.
const BEYOND: f64 = 1.4;
/// The least length of the axis, px.
const LEAST_PLOT: f64 = 60.0;

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let fold = Fold::of(&view, USUAL_TOP);
    let ties = Ties::of(&view, &fold.shown);
    let unit = TimeUnit::of_all(fold.rows().filter_map(|row| view.time(row)));
    let (columns, span) = layout(&view, &fold, ties.room(), unit)?;
    let axis = axis(&view, &fold, span).ok_or(ChartError::NoData {
        kind: KIND.name,
        operation: view.operation,
    })?;
    let frame = Frame::around(
        &view,
        finding(&view, &fold.shown),
        what(&view, &fold),
        key(&view, &fold, !ties.is_empty()),
    );
    let note = fold.note(&view);
    let others = HEAD + FOOT + note.as_ref().map_or(0.0, |_| NOTE);
    let rows = fold.shown.len() as f64;
    let room = frame.room(others + ROW * rows, others + LEAST_ROW * rows)?;
    let rows = Rows {
        view: &view,
        lanes: &fold.shown,
        columns: &columns,
        unit,
        axis,
        height: (room - others) / rows,
    };
    Ok(frame.picture(room, |canvas, top| {
        let (first, last) = (
            top + HEAD,
            top + HEAD + rows.height * fold.shown.len() as f64,
        );
        rows.shade(canvas, first);
        let ticks = axis.ticks(TICK_ROOM);
        let places = ticks.iter().map(|&tick| axis.at(tick));
        let mut ticks: Vec<_> = places.zip(view.ticks(&ticks)).collect();
        let unit = without_unit(&mut ticks);
        canvas.group("axis", None, |canvas| {
            upright_ticks(canvas, &ticks, first, last);
            unit_behind(canvas, &ticks, unit.as_deref(), last);
        });
        columns.headings(canvas, &view, top + HEAD / 2.0);
        rows.draw(canvas, first);
        ties.draw(canvas, columns.ties, |row| first + rows.middle(row));
        if let Some(note) = &note {
            note_below(canvas, note, last + FOOT, spec.look.width);
        }
    }))
}

/// The columns and what they leave for the axis: without those of a wide picture where they would leave too little.
fn layout(
    view: &View<'_>,
    fold: &Fold<'_, '_>,
    ties: f64,
    unit: TimeUnit,
) -> Result<(Columns, Span), ChartError> {
    let width = view.spec.look.width;
    let [left, right] = sides(view, &fold.shown, unit);
    let of = |is_roomy: bool| {
        let columns = Columns::of(view, &fold.shown, (ties, unit), is_roomy);
        let span = Span {
            from: columns.plot.0 + left,
            to: columns.plot.1 - right,
        };
        (columns, span)
    };
    let length = |span: &Span| span.to - span.from;
    let wide = (width >= ROOMY).then(|| of(true));
    let wide = wide.filter(|(_, span)| length(span) >= LEAST_PLOT);
    let (columns, span) = wide.unwrap_or_else(|| of(false));
    ChartError::require_width(width, length(&span), LEAST_PLOT, 1.0)?;
    Ok((columns, span))
}

/// An axis that shows every time with its interval: one cut off would look narrower than it is.
fn axis(view: &View<'_>, fold: &Fold<'_, '_>, span: Span) -> Option<LogAxis> {
    let rows = || fold.shown.iter().flat_map(|lane| lane.rows());
    let times = rows()
        .filter_map(|row| row.service_time.estimate(view.level()))
        .flat_map(|time| {
            // An interval without end has room for its arrow.
            let high = match time.interval.high {
                high if high.is_finite() => high,
                _ => time.value * BEYOND,
            };
            [time.value, time.interval.low, high]
        });
    let limits = rows().flat_map(|row| view.limits_of_level(row));
    LogAxis::close_over(times.chain(limits), span)
}

fn what(view: &View<'_>, fold: &Fold<'_, '_>) -> Vec<String> {
    let words = view.words();
    let mut parts = vec![
        fill(
            words.time_per_call,
            &[view.operation.api_name(), &view.level_name()],
        ),
        format!("{}, {}", words.log_scale, words.lower_is_better),
        fill(words.whiskers, &[&view.confidence()]),
    ];
    let is_any = |wanted: &[Verdict]| {
        let mut found = fold.rows().filter_map(|row| view.comparison(row));
        found.any(|found| wanted.contains(&found.verdict))
    };
    if is_any(&[Verdict::Equivalent]) {
        parts.push(words.same_means.to_owned());
    }
    if is_any(&[Verdict::SlightlyFaster, Verdict::SlightlySlower]) {
        parts.push(words.unproven_means.to_owned());
    }
    parts
}

fn key(view: &View<'_>, fold: &Fold<'_, '_>, tied: bool) -> Vec<(Swatch, String)> {
    let (palette, words) = (view.palette(), view.words());
    let has = |place| fold.shown.iter().any(|lane| lane.place == place);
    let place = if has(Place::Regional) {
        Place::Regional
    } else {
        Place::Global
    };
    let mark = |place, connection| {
        Swatch::Mark(DataMark {
            place,
            connection,
            colour: match place {
                Place::Global => palette.global,
                Place::Regional | Place::Twin => palette.regional[0],
            },
        })
    };
    let mut key: Vec<_> = view
        .connections
        .iter()
        .map(|&kind| {
            let word = connection(view.language(), kind).to_owned();
            (mark(place, kind), word)
        })
        .collect();
    if has(Place::Global) && place == Place::Regional {
        key.push((
            mark(Place::Global, view.leading()),
            words.global_endpoint.to_owned(),
        ));
    }
    if tied {
        key.push((Swatch::Bracket(palette.muted), words.tied.to_owned()));
    }
    if fold.rows().any(|row| !view.limits_of_level(row).is_empty()) {
        key.push((Swatch::Limit(palette.failure), words.gate_limit.to_owned()));
    }
    if fold.rows().any(|row| view.is_grey(row)) {
        key.push((Swatch::Disc(palette.bar), words.check_forbids.to_owned()));
    }
    key
}
