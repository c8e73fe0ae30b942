//! How much faster is each regional endpoint than the global one? The medians of both as the ends of a bar.

use crate::judge::{Place, Row};

use crate::plan::{ConnectionMode, Level};
use crate::report::chart::drawing::axis::{LogAxis, Span};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::{
    NO_DATA, Panel, Rows, heading, side_by_side, upright_ticks,
};
use crate::report::chart::drawing::theme::Theme;
use crate::report::chart::kind::{ChartError, ChartKind, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::view::table::Soundness;
use crate::report::words::{numbers, verdicts};

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "endpoints",
    question: "How much faster is each regional endpoint than the global one?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw,
};

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    svg(&view).ok_or(ChartError::NoData {
        kind: KIND.name,
        operation: view.operation,
    })
}

fn svg(view: &View<'_>) -> Option<String> {
    let theme = view.spec.look.appearance.theme;
    let lanes: Vec<&Lane<'_>> = match view.regional().count() {
        0 => view.lanes.iter().collect(),
        _ => view.regional().collect(),
    };
    let rows = Rows::of(lanes.iter().copied());
    let width = view.spec.look.width;
    let panels = side_by_side(view, width, rows.before, 0.0);
    let tie_room = view
        .connections
        .iter()
        .map(|&c| tied_rows(view, &lanes, c))
        .map(|t| tie_lanes(&t))
        .max()
        .unwrap_or(0);
    let tie_room = TIE_GAP * tie_room as f64;
    // Intervals count too: one cut off by the axis would look narrower than it is.
    let medians = view
        .rows()
        .filter_map(|row| row.service_time.estimate(Level::P50));
    let shown =
        medians.flat_map(|median| [median.value, median.interval.low, median.interval.high]);
    let axis = LogAxis::close_over(shown, Span { from: 0.0, to: 1.0 })?;
    let labels = lanes.iter().flat_map(|lane| {
        view.connections
            .iter()
            .filter_map(|&c| label(view, lane.over(c)?))
    });
    let widest = labels
        .map(|text| Lettering::LABEL.width(&text))
        .fold(0.0, f64::max);
    let room = RADIUS + LABEL_GAP + widest + 6.0;
    let head = if compared(view).is_some() {
        HEAD_WITH_GLOBAL
    } else {
        HEAD
    };
    let height = head + rows.height * lanes.len() as f64 + FOOT;
    let frame = Frame::around(
        view,
        title(view),
        subtitle(view, tie_room > 0.0),
        key(view, theme),
    );
    Some(frame.picture(height, |canvas, top| {
        rows.draw(canvas, &lanes, top + head, width);
        for &panel in &panels {
            let span = Span {
                from: panel.left + 2.0 * RADIUS,
                to: panel.right - room - tie_room,
            };
            let drawing = Drawing {
                view,
                lanes: &lanes,
                rows: &rows,
                axis: axis.placed(span),
                head,
            };
            drawing.panel(canvas, panel, top);
        }
    }))
}

/// Room for the panel's name above the rows, px.
const HEAD: f64 = 30.0;
/// Room for the panel's name and the global endpoint's median, px.
const HEAD_WITH_GLOBAL: f64 = 50.0;
/// Room for the ticks, px.
const FOOT: f64 = 26.0;
/// Between a point and its label, px.
const LABEL_GAP: f64 = 6.0;
const RADIUS: f64 = 5.5;

fn title(view: &View<'_>) -> String {
    let leading = view.leading();
    let measured = view.regional().any(|lane| lane.median(leading).is_some());
    match (view.claim(), view.soundness()) {
        _ if !measured => "How fast does the global endpoint answer?".to_owned(),
        (_, Soundness::Invalid) if view.global().is_none() => {
            "How fast do regional endpoints answer?".to_owned()
        }
        (_, Soundness::Invalid) | (None, _) => {
            "Regional endpoints against the global one".to_owned()
        }
        (Some(claim), Soundness::Sound) => claim,
    }
}

fn subtitle(view: &View<'_>, tied: bool) -> Vec<String> {
    let mut parts = vec![format!(
        "{}, median (p50) service time",
        view.operation.api_name()
    )];
    if view.connections.len() > 1 && view.regional().count() > 1 {
        parts.push(format!("sorted by {} connections", view.leading()));
    }
    parts.push(format!("bars are {} intervals", view.confidence()));
    if tied {
        parts.push("joined at the right: no significant difference".to_owned());
    }
    parts.push("log scale, lower is better".to_owned());
    parts
}

/// What the two colours mean, where both are seen.
fn key(view: &View<'_>, theme: Theme) -> Vec<(Swatch, String)> {
    let palette = theme.palette();
    match compared(view) {
        Some(global) => vec![
            (
                Swatch::Disc(palette.regional[0]),
                "regional endpoint of the row".to_owned(),
            ),
            (
                Swatch::Disc(palette.global),
                format!("{} endpoint, the same in every row", global.name),
            ),
        ],
        None => Vec::new(),
    }
}

/// The global endpoint, where there are others to compare with it.
fn compared<'v, 'a>(view: &'v View<'a>) -> Option<&'v Lane<'a>> {
    view.global().filter(|_| view.regional().next().is_some())
}

struct Drawing<'a> {
    view: &'a View<'a>,
    lanes: &'a [&'a Lane<'a>],
    rows: &'a Rows,
    axis: LogAxis,
    /// Room above the rows, px.
    head: f64,
}

impl Drawing<'_> {
    fn panel(&self, canvas: &mut Canvas, panel: Panel, top: f64) {
        let first = top + self.head;
        let bottom = first + self.rows.height * self.lanes.len() as f64;
        heading(canvas, panel, top + 8.0);
        let ticks: Vec<(f64, String)> = self
            .axis
            .ticks(TICK_ROOM)
            .into_iter()
            .map(|tick| (self.axis.at(tick), numbers::tick(tick)))
            .collect();
        upright_ticks(canvas, &ticks, first, bottom);
        let global = self.global(canvas, panel, top, bottom);
        for (row, lane) in self.lanes.iter().enumerate() {
            self.row(canvas, panel, lane, first + self.rows.middle(row), global);
        }
        self.ties(canvas, panel, first);
    }

    /// Draws the global endpoint's median through all rows and says where it stands.
    fn global(&self, canvas: &mut Canvas, panel: Panel, top: f64, bottom: f64) -> Option<f64> {
        let palette = canvas.palette();
        let global = compared(self.view)?;
        let y = top + 34.0;
        let Some(median) = global.median(panel.connection) else {
            let text = format!("{}: {}", global.name, missing(global, panel.connection));
            canvas.text(
                &text,
                (panel.right, y),
                Align::End,
                Lettering::LABEL,
                palette.muted,
            );
            return None;
        };
        let x = self.axis.at(median);
        canvas.line(
            &[(x, top + self.head - 6.0), (x, bottom)],
            Stroke {
                colour: palette.global,
                width: 1.2,
            },
        );
        let text = format!("{} {}", global.name, numbers::duration(median));
        let half = Lettering::STRONG.width(&text) / 2.0;
        let middle = x.min(panel.right - half).max(panel.left + half);
        canvas.text(
            &text,
            (middle, y),
            Align::Middle,
            Lettering::STRONG,
            palette.text,
        );
        Some(x)
    }

    /// Joins rows that cannot be distinguished, at the panel's right edge.
    fn ties(&self, canvas: &mut Canvas, panel: Panel, first: f64) {
        let palette = canvas.palette();
        for (lane, rows) in tied_rows(self.view, self.lanes, panel.connection) {
            let x = panel.right - TIE_GAP * lane as f64;
            let y = |row: &usize| first + self.rows.middle(*row);
            let ends: Vec<Point> = rows
                .first()
                .into_iter()
                .chain(rows.last())
                .map(|row| (x, y(row)))
                .collect();
            canvas.line(
                &ends,
                Stroke {
                    colour: palette.muted,
                    width: 1.2,
                },
            );
            rows.iter()
                .for_each(|row| canvas.disc((x, y(row)), 2.2, palette.muted));
        }
    }

    /// The interval around the median, drawn over its point.
    fn interval(&self, canvas: &mut Canvas, row: &Row, y: f64) {
        let Some(interval) = row
            .service_time
            .estimate(Level::P50)
            .map(|percentile| percentile.interval)
        else {
            return;
        };
        let stroke = Stroke {
            colour: canvas.palette().text,
            width: 1.2,
        };
        let (low, high) = (self.axis.at(interval.low), self.axis.at(interval.high));
        canvas.line(&[(low, y), (high, y)], stroke);
        for x in [low, high] {
            canvas.line(&[(x, y - CAP), (x, y + CAP)], stroke);
        }
    }

    fn row(&self, canvas: &mut Canvas, panel: Panel, lane: &Lane<'_>, y: f64, global: Option<f64>) {
        let palette = canvas.palette();
        let measured = lane
            .over(panel.connection)
            .and_then(|row| Some((row, row.service_time.percentile(Level::P50)?)));
        let Some((row, median)) = measured else {
            canvas.text(
                missing(lane, panel.connection),
                (panel.left, y),
                Align::Start,
                Lettering::NOTE,
                palette.muted,
            );
            return;
        };
        let point: Point = (self.axis.at(median), y);
        if let Some(x) = global {
            canvas.line(
                &[point, (x, y)],
                Stroke {
                    colour: palette.bar,
                    width: 2.5,
                },
            );
            canvas.disc((x, y), RADIUS - 1.0, palette.global);
        }
        let colour = match (self.view.soundness_of(row), lane.place) {
            (Soundness::Invalid, _) => palette.muted,
            (Soundness::Sound, Place::Global) => palette.global,
            (Soundness::Sound, Place::Regional | Place::Twin) => palette.regional[0],
        };
        canvas.disc(point, RADIUS, colour);
        self.interval(canvas, row, y);
        let Some(text) = label(self.view, row) else {
            return;
        };
        let high = row
            .service_time
            .estimate(Level::P50)
            .map_or(point.0, |percentile| self.axis.at(percentile.interval.high));
        let x = beside(point.0, high, global);
        canvas.text(&text, (x, y), Align::Start, Lettering::LABEL, palette.text);
    }
}

/// Where a label begins that stands clear of its point at `x`, of the upper end of the interval around it, and of the global
/// endpoint's point, to which a bar leads: on one side in all rows, so that the points have the rest of the panel.
fn beside(x: f64, high: f64, global: Option<f64>) -> f64 {
    let points = global.map_or(x, |global| global.max(x)) + RADIUS;
    points.max(high) + LABEL_GAP
}

/// The label of a row: how it compares, or its own median where there is nothing to compare it with.
fn label(view: &View<'_>, row: &Row) -> Option<String> {
    let median = row.service_time.percentile(Level::P50)?;
    Some(match view.comparison(row) {
        Some(found) => verdicts::verdict_cell(found),
        None => numbers::duration(median),
    })
}

/// The sets of rows that cannot be distinguished, each with a lane of its own beside those that it overlaps.
fn tied_rows(
    view: &View<'_>,
    lanes: &[&Lane<'_>],
    connection: ConnectionMode,
) -> Vec<(usize, Vec<usize>)> {
    let mut ends: Vec<usize> = Vec::new();
    let row_of = |name: &str| lanes.iter().position(|lane| lane.name == name);
    let mut sets: Vec<Vec<usize>> = view
        .ties(connection)
        .into_iter()
        .map(|set| {
            let mut rows: Vec<usize> = set.into_iter().filter_map(row_of).collect();
            rows.sort_unstable();
            rows
        })
        .filter(|rows| rows.len() > 1)
        .collect();
    sets.sort();
    sets.into_iter()
        .map(|rows| {
            let lane = ends
                .iter()
                .position(|&end| end < rows[0])
                .unwrap_or(ends.len());
            ends.resize(ends.len().max(lane + 1), 0);
            ends[lane] = rows[rows.len() - 1];
            (lane, rows)
        })
        .collect()
}

/// How many lanes the sets take.
fn tie_lanes(sets: &[(usize, Vec<usize>)]) -> usize {
    sets.iter().map(|(lane, _)| lane + 1).max().unwrap_or(0)
}

/// Half the height of an interval's ends, px.
const CAP: f64 = 3.5;
/// Between two lines that join rows, px.
const TIE_GAP: f64 = 7.0;
/// Room for one tick's label, px.
const TICK_ROOM: f64 = 46.0;

/// Why a lane has no median.
fn missing(lane: &Lane<'_>, connection: ConnectionMode) -> &'static str {
    match lane.over(connection) {
        Some(row) if row.service_time.is_never(Level::P50) => "most calls failed",
        Some(row) if row.service_time.count > 0 => "too few answers",
        _ => NO_DATA,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stands_beside_its_interval_and_never_in_it() {
        let aside = RADIUS + LABEL_GAP;
        assert_eq!(beside(100.0, 101.0, None), 100.0 + aside);
        assert_eq!(beside(100.0, 140.0, None), 140.0 + LABEL_GAP);
        assert_eq!(beside(100.0, 101.0, Some(300.0)), 300.0 + aside);
        assert_eq!(beside(400.0, 401.0, Some(300.0)), 400.0 + aside);
    }
}
