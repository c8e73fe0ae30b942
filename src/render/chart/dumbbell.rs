//! How much faster is each regional endpoint than the global one? The medians of both as the ends of a bar.

use crate::compare::{Place, Row, Summary};
use crate::operation::Operation;
use crate::results::Run;

use super::super::Theme;
use super::ChartError;
use super::axis::{LogAxis, Span};
use super::canvas::{Align, Canvas, Lettering, Point, Stroke};
use super::frame::{Frame, Swatch};
use super::panel::{NO_DATA, Panel, Rows, heading, picture_width, side_by_side, upright_ticks};
use super::view::{Lane, Soundness, View};
use super::words;

/// The chart of one operation as SVG.
///
/// # Errors
/// [`ChartError::NoData`] when no call of the operation succeeded.
pub fn svg(run: &Run, summary: &Summary, operation: Operation, theme: Theme) -> Result<String, ChartError> {
    let no_data = || ChartError::NoData { chart: super::Chart::Dumbbell, operation };
    let view = View::of(run, summary, operation).ok_or_else(no_data)?;
    let lanes: Vec<&Lane<'_>> = match view.regional().count() {
        0 => view.lanes.iter().collect(),
        _ => view.regional().collect(),
    };
    let rows = Rows::of(lanes.iter().copied());
    let width = picture_width(view.connections.len());
    let panels = side_by_side(&view, width, rows.before, 0.0);
    let medians = view.rows().filter_map(|row| row.service_time.percentiles[0]);
    let axis = LogAxis::over(medians, Span { from: 0.0, to: 1.0 }).ok_or_else(no_data)?;
    let height = HEAD + rows.height * lanes.len() as f64 + FOOT;
    let frame = Frame::around(&view, width, title(&view), subtitle(&view), key(&view, theme));
    Ok(frame.picture(height, theme, |canvas, top| {
        for (row, lane) in lanes.iter().enumerate() {
            rows.name(canvas, lane, top + HEAD + rows.middle(row));
        }
        for &panel in &panels {
            let axis = axis.placed(Span { from: panel.left + LABEL_ROOM, to: panel.right - LABEL_ROOM });
            let drawing = Drawing { view: &view, lanes: &lanes, rows: &rows, axis };
            drawing.panel(canvas, panel, top);
        }
    }))
}

/// Room for the panel's name and the global endpoint's median above the rows, px.
const HEAD: f64 = 50.0;
/// Room for the ticks, px.
const FOOT: f64 = 26.0;
/// Room at either side for the label of the outermost point, px.
const LABEL_ROOM: f64 = 92.0;
const RADIUS: f64 = 5.5;

fn title(view: &View<'_>) -> String {
    let Some(fastest) = view.regional().find(|lane| lane.median(view.leading()).is_some()) else {
        return "How fast does the global endpoint answer?".to_owned();
    };
    let row = fastest.over(view.leading());
    if view.soundness() == Soundness::Invalid || row.is_none() {
        return "Regional endpoints against the global one".to_owned();
    }
    match (view.global(), row.and_then(|row| view.ratio(row))) {
        (Some(global), Some(ratio)) if ratio >= 1.005 => {
            format!("{} answers {} than {}", fastest.name, words::against_global(ratio), global.name)
        }
        (Some(global), Some(_)) => format!("No regional endpoint answers faster than {}", global.name),
        (_, None) => format!("{} answers fastest", fastest.name),
        (None, Some(_)) => "Regional endpoints against the global one".to_owned(),
    }
}

fn subtitle(view: &View<'_>) -> Vec<String> {
    let finding = super::view::described(view.leading()).0.to_lowercase();
    vec![
        format!("{}, median (p50) service time", view.operation.api_name()),
        format!("order and title: {finding} connections"),
        "log scale, lower is better".to_owned(),
    ]
}

fn key(view: &View<'_>, theme: Theme) -> Vec<(Swatch, String)> {
    let palette = theme.palette();
    let mut key = Vec::new();
    if view.regional().next().is_some() {
        key.push((Swatch::Disc(palette.regional[0]), "the row's regional endpoint".to_owned()));
    }
    if let Some(global) = view.global() {
        key.push((Swatch::Disc(palette.global), format!("{} endpoint, the same in every row", global.name)));
    }
    key
}

struct Drawing<'a> {
    view: &'a View<'a>,
    lanes: &'a [&'a Lane<'a>],
    rows: &'a Rows,
    axis: LogAxis,
}

impl Drawing<'_> {
    fn panel(&self, canvas: &mut Canvas<'_>, panel: Panel, top: f64) {
        let (first, bottom) = (top + HEAD, top + HEAD + self.rows.height * self.lanes.len() as f64);
        heading(canvas, panel, top + 8.0);
        let ticks: Vec<(f64, String)> =
            self.axis.ticks(TICK_ROOM).into_iter().map(|tick| (self.axis.at(tick), words::tick(tick))).collect();
        upright_ticks(canvas, &ticks, first, bottom);
        let global = self.global(canvas, panel, top, bottom);
        for (row, lane) in self.lanes.iter().enumerate() {
            self.row(canvas, panel, lane, first + self.rows.middle(row), global);
        }
    }

    /// Draws the global endpoint's median through all rows and says where it stands.
    fn global(&self, canvas: &mut Canvas<'_>, panel: Panel, top: f64, bottom: f64) -> Option<f64> {
        let palette = canvas.palette();
        let global = self.view.global().filter(|_| self.view.regional().next().is_some())?;
        let y = top + 34.0;
        let Some(median) = global.median(panel.connection) else {
            let text = format!("{}: {NO_DATA}", global.name);
            canvas.text(&text, (panel.right, y), Align::End, Lettering::LABEL, palette.muted);
            return None;
        };
        let x = self.axis.at(median);
        canvas.line(&[(x, top + HEAD - 6.0), (x, bottom)], Stroke { colour: palette.global, width: 1.2 });
        let text = format!("{} {}", global.name, words::duration(median));
        let half = Lettering::STRONG.width(&text) / 2.0;
        let middle = x.min(panel.right - half).max(panel.left + half);
        canvas.text(&text, (middle, y), Align::Middle, Lettering::STRONG, palette.text);
        Some(x)
    }

    fn row(&self, canvas: &mut Canvas<'_>, panel: Panel, lane: &Lane<'_>, y: f64, global: Option<f64>) {
        let palette = canvas.palette();
        let measured = lane.over(panel.connection).and_then(|row| Some((row, row.service_time.percentiles[0]?)));
        let Some((row, median)) = measured else {
            canvas.text(NO_DATA, (panel.left, y), Align::Start, Lettering::NOTE, palette.muted);
            return;
        };
        let point: Point = (self.axis.at(median), y);
        if let Some(x) = global {
            canvas.line(&[point, (x, y)], Stroke { colour: palette.bar, width: 2.5 });
            canvas.disc((x, y), RADIUS - 1.0, palette.global);
        }
        let colour = match lane.place {
            Place::Global => palette.global,
            Place::Regional => palette.regional[0],
        };
        canvas.disc(point, RADIUS, colour);
        self.label(canvas, row, point, median, global);
    }

    /// Says how the row compares, at the side of its point that is free.
    fn label(&self, canvas: &mut Canvas<'_>, row: &Row, point: Point, median: f64, global: Option<f64>) {
        let palette = canvas.palette();
        let text = match global.and_then(|_| self.view.ratio(row)) {
            Some(ratio) => words::against_global(ratio),
            None => words::duration(median),
        };
        let (x, align) = match global {
            Some(x) if point.0 <= x => (point.0 - RADIUS - 6.0, Align::End),
            _ => (point.0 + RADIUS + 6.0, Align::Start),
        };
        canvas.text(&text, (x, point.1), align, Lettering::LABEL, palette.text);
    }
}

/// Room for one tick's label, px.
const TICK_ROOM: f64 = 46.0;
