//! The chart: which panels it has and where they stand.

use std::cmp::Reverse;

use crate::judge::{Place, Row};
use crate::report::chart::drawing::frame::{Frame, MARGIN, Swatch};
use crate::report::chart::drawing::marks::DataMark;
use crate::report::chart::drawing::panel::room_for;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::fill;
use crate::results::certain_block_times;

use super::panel::{FOOT, Panel, TICK_ROOM};

/// The chart.
pub(crate) const KIND: ChartKind = ChartKind {
    name: "timeline",
    question: "Do repeated calls take the same time?",
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

/// Height of the data of one panel, px.
const PLOT: f64 = 104.0;
const LEAST_PLOT: f64 = 48.0;
/// Between panels side by side, px.
const GAP: f64 = 20.0;
/// Below this width the panels of an endpoint stand one below the other, px.
const ROOMY: f64 = 600.0;

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let lanes = lanes(&view);
    let columns = if spec.look.width < ROOMY {
        1
    } else {
        view.connections.len()
    };
    let cells: Vec<(&Lane<'_>, &Row)> = lanes
        .iter()
        .flat_map(|lane| {
            let rows = view.connections.iter().filter_map(|&kind| lane.over(kind));
            rows.map(move |row| (*lane, row))
        })
        .collect();
    let panels: Vec<_> = cells
        .iter()
        .filter_map(|&(lane, row)| Panel::of(&view, lane, row))
        .collect();
    if panels.iter().all(Panel::is_empty) {
        return Err(ChartError::NoData {
            kind: KIND.name,
            operation: view.operation,
        });
    }
    let frame = Frame::around(
        &view,
        view.words().timeline_title.to_owned(),
        what(&view, &lanes, &cells),
        key(&view, &panels),
    );
    let rows = panels.len().div_ceil(columns) as f64;
    let width = (spec.look.width - 2.0 * MARGIN - GAP * (columns as f64 - 1.0)) / columns as f64;
    let beside = |plot: f64| {
        let ticks = panels.iter().flat_map(|panel| panel.ticks((0.0, plot)));
        let labels: Vec<String> = ticks.map(|(_, label)| label).collect();
        room_for(labels.iter().map(String::as_str), TICK_ROOM)
    };
    let heads = panels.iter().map(|panel| panel.head(width - beside(PLOT)));
    let head = heads.fold(0.0, f64::max);
    let others = head + FOOT;
    let room = frame.room((others + PLOT) * rows, (others + LEAST_PLOT) * rows)?;
    let plot = room / rows - others;
    let beside = beside(plot);
    Ok(frame.picture(room, |canvas, top| {
        for (number, panel) in panels.iter().enumerate() {
            let left = MARGIN + (width + GAP) * (number % columns) as f64;
            let upper = top + (others + plot) * (number / columns) as f64 + head;
            panel.draw(canvas, (left + beside, left + width), (upper, upper + plot));
        }
    }))
}

/// Most endpoints that are shown because they failed.
const MOST_FAILING: usize = 2;

/// The global endpoint, that of the place or else the fastest, and those that failed most; or those that were asked for.
pub(crate) fn lanes<'v, 'a>(view: &'v View<'a>) -> Vec<&'v Lane<'a>> {
    let selection = &view.spec.selection;
    let local = view.regional().find(|lane| view.is_local(lane));
    let fastest = view.regional().next();
    let regional: Vec<&Lane<'_>> = match selection.top {
        Some(top) => view.regional().take(top).collect(),
        None if selection.endpoints.is_empty() => {
            let usual = local.or(fastest);
            let failed =
                |lane: &&Lane<'_>| -> u64 { lane.rows().map(|row| row.counts.failed()).sum() };
            let is_other = |lane: &&Lane<'_>| usual.is_none_or(|usual| usual.name != lane.name);
            let mut failing: Vec<&Lane<'_>> = view
                .regional()
                .filter(|lane| is_other(lane) && failed(lane) > 0)
                .collect();
            failing.sort_by_key(|lane| Reverse(failed(lane)));
            failing.truncate(MOST_FAILING);
            usual.into_iter().chain(failing).collect()
        }
        None => view.regional().collect(),
    };
    view.global().into_iter().chain(regional).collect()
}

/// What is shown: the operation, and how many of the endpoints.
pub(crate) fn shown(view: &View<'_>, lanes: &[&Lane<'_>]) -> Vec<String> {
    let words = view.words();
    let mut parts = vec![fill(words.single_calls, &[view.operation.api_name()])];
    if lanes.len() < view.lanes.len() {
        let numbers = [lanes.len(), view.lanes.len()].map(|number| number.to_string());
        parts.push(fill(words.of_endpoints, &[&numbers[0], &numbers[1]]));
    }
    parts
}

fn what(view: &View<'_>, lanes: &[&Lane<'_>], cells: &[(&Lane<'_>, &Row)]) -> Vec<String> {
    let words = view.words();
    let mut parts = shown(view, lanes);
    parts.push(words.own_scale.to_owned());
    let strides = cells.iter().filter_map(|&(_, row)| view.series(row));
    let stride = strides.map(|series| series.trace.stride).max().unwrap_or(1);
    if stride > 1 {
        parts.push(fill(words.one_in, &[&view.count(stride)]));
    }
    parts
}

fn key(view: &View<'_>, panels: &[Panel<'_, '_>]) -> Vec<(Swatch, String)> {
    let (palette, words) = (view.palette(), view.words());
    let mark = DataMark {
        place: Place::Regional,
        connection: view.leading(),
        colour: palette.regional[0],
    };
    let band = fill(words.median_band, &[&view.confidence()]);
    let mut key = vec![
        (Swatch::Disc(mark.colour), words.call.to_owned()),
        (Swatch::Band(palette.text), band),
    ];
    if !certain_block_times(view.run).is_empty() {
        key.push((Swatch::Block(palette.shade), words.blocks.to_owned()));
    }
    if view.run.windows_in_time().len() > 1 {
        key.push((Swatch::Limit(palette.bar), words.windows.to_owned()));
    }
    if panels.iter().any(Panel::has_failures) {
        let redialled = panels.iter().any(Panel::has_redialled);
        let word = if redialled {
            words.failed_or_redialled
        } else {
            words.failed_call
        };
        key.push((Swatch::Cross(palette.failure), word.to_owned()));
    }
    if panels.iter().any(|it| it.is_forbidden() && !it.is_empty()) {
        key.push((Swatch::Disc(palette.bar), words.check_forbids.to_owned()));
    }
    key
}
