//! Values on both sides of zero, one row for each endpoint: a mark for each kind of connection with its interval, and the
//! numbers in columns at the right.

use crate::plan::ConnectionMode;

use super::rows::{NamedRows, short};
use super::signed::SignedAxis;
use super::whisker::{self, Whisker};
use crate::report::chart::drawing::axis::Span;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::drawing::panel::upright_ticks;
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::kind::ChartError;

/// A chart of rows.
pub(crate) struct DotPlot {
    /// Name of the kind, for the names of its groups.
    pub kind: &'static str,
    /// The kinds of connection, each with the heading of its column.
    pub columns: Vec<(ConnectionMode, String)>,
    /// The endpoints.
    pub rows: Vec<DotRow>,
    /// What the axis is.
    pub label: &'static str,
    /// Of which the ticks are multiples of a round number.
    pub unit: f64,
}

/// One endpoint.
pub(crate) struct DotRow {
    /// Its name.
    pub name: String,
    /// How it is written.
    pub lettering: Lettering,
    /// One for each column.
    pub cells: Vec<DotCell>,
}

/// One endpoint over one kind of connection.
pub(crate) struct DotCell {
    /// Where there is one.
    pub dot: Option<Dot>,
    /// The number, or why there is none.
    pub text: String,
    /// Whether it is muted.
    pub is_muted: bool,
}

/// A value with its interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dot {
    /// In the unit of the axis.
    pub value: f64,
    /// The ends of its interval.
    pub interval: Option<[f64; 2]>,
    /// Colour.
    pub colour: Colour,
}

impl DotPlot {
    /// Height in a picture of `width` px, px.
    pub(crate) fn height(&self, width: f64) -> f64 {
        self.head(width) + NamedRows::HEIGHT * self.rows.len() as f64 + FOOT
    }

    /// Height of the headings, px.
    fn head(&self, width: f64) -> f64 {
        let more = self.headings(width).iter().map(Vec::len).max();
        HEAD + LINE * more.unwrap_or(1).saturating_sub(1) as f64
    }

    /// The heading of each column in lines: one, or one for each word where the marks would have no room.
    fn headings(&self, width: f64) -> Vec<Vec<&str>> {
        let whole: Vec<Vec<&str>> = self
            .columns
            .iter()
            .map(|(_, heading)| vec![heading.as_str()])
            .collect();
        let (right, numbers) = (self.named_rows(width).right(), self.edges(&whole, width));
        let left = numbers.first().map_or(width, |(left, _)| *left);
        if left - right >= LEAST_MARKS {
            return whole;
        }
        self.columns
            .iter()
            .map(|(_, heading)| heading.split(' ').collect())
            .collect()
    }

    fn named_rows(&self, width: f64) -> NamedRows {
        NamedRows::of(self.rows.iter().map(|row| row.name.as_str()), width)
    }

    /// # Errors
    /// [`ChartError::TooNarrow`] where names and numbers leave the marks too little room in a picture of `width` px: they would
    /// stand on the wrong side of zero, or too close to tell.
    pub(crate) fn require_room(&self, width: f64) -> Result<(), ChartError> {
        let numbers = self.edges(&self.headings(width), width);
        let left = numbers.first().map_or(width, |(left, _)| *left);
        let room = left - self.named_rows(width).right();
        ChartError::require_width(width, room, LEAST_PLOT, 1.0)
    }

    /// Every mark.
    pub(crate) fn dots(&self) -> impl Iterator<Item = Dot> + Clone {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.filter_map(|cell| cell.dot)
    }

    /// Draws it from `top` down in a picture of `width` px; `tick` writes a value of the axis.
    pub(crate) fn draw(
        &self,
        canvas: &mut Canvas,
        (top, width): (f64, f64),
        tick: impl Fn(f64) -> String,
    ) {
        let rows = self.named_rows(width);
        let (upper, lower) = (top + self.head(width), top + self.height(width) - FOOT);
        let names: Vec<(&str, Lettering)> = self
            .rows
            .iter()
            .map(|row| (row.name.as_str(), row.lettering))
            .collect();
        rows.draw(canvas, &names, upper);
        let headings = self.headings(width);
        let edges = self.edges(&headings, width);
        let numbers = edges.first().map_or(0.0, |(left, _)| *left);
        let span = Span {
            from: rows.right(),
            to: numbers,
        };
        if let Some(axis) =
            SignedAxis::around(self.dots().map(|dot| (dot.value, dot.interval)), span)
        {
            let at = |value: f64| (axis.at(value), tick(value));
            let ticks: Vec<_> = axis.ticks(self.unit, 64.0).into_iter().map(at).collect();
            upright_ticks(canvas, &ticks, upper, lower);
            let zero = Stroke {
                colour: canvas.palette().text,
                width: 1.2,
            };
            canvas.line(&[(axis.at(0.0), upper), (axis.at(0.0), lower)], zero);
            for (number, row) in self.rows.iter().enumerate() {
                let y = upper + rows.middle(number);
                let id = format!("{}-{}", self.kind, row.name);
                canvas.group(&id, Some(&short(&row.name)), |canvas| {
                    self.marks(canvas, row, axis, y);
                });
            }
        }
        self.head_columns(canvas, &headings, &edges, top);
        self.numbers(canvas, &rows, &edges, upper);
        let label = Lettering::NOTE.fit(self.label, width - 2.0 * MARGIN);
        let left = rows
            .right()
            .min(width - MARGIN - Lettering::NOTE.width(&label));
        let (at, muted) = ((left, lower + 34.0), canvas.palette().muted);
        canvas.text(&label, at, Align::Start, Lettering::NOTE, muted);
    }

    /// Where each column of numbers begins and ends, px.
    fn edges(&self, headings: &[Vec<&str>], width: f64) -> Vec<(f64, f64)> {
        let widest = |(column, heading): (usize, &Vec<&str>)| {
            let texts = self.rows.iter().map(|row| row.cells[column].text.as_str());
            let texts = texts.map(|text| Lettering::LABEL.width(text));
            texts.fold(widest_of(heading) + MARK, f64::max) + BETWEEN
        };
        let widths: Vec<f64> = headings.iter().enumerate().map(widest).collect();
        let mut left = width - MARGIN - AFTER - widths.iter().sum::<f64>();
        widths
            .into_iter()
            .map(|width| {
                let edges = (left, left + width);
                left += width;
                edges
            })
            .collect()
    }

    fn head_columns(
        &self,
        canvas: &mut Canvas,
        headings: &[Vec<&str>],
        edges: &[(f64, f64)],
        top: f64,
    ) {
        let muted = canvas.palette().muted;
        for (((connection, _), lines), &(_, right)) in self.columns.iter().zip(headings).zip(edges)
        {
            let y = top + HEAD / 2.0 - 2.0;
            let left = right - widest_of(lines) - MARK + whisker::DISC;
            mark(canvas, *connection, (left, y), muted);
            for (number, line) in lines.iter().enumerate() {
                let at = (right, y + LINE * number as f64);
                canvas.text(line, at, Align::End, Lettering::NOTE, muted);
            }
        }
    }

    fn numbers(&self, canvas: &mut Canvas, rows: &NamedRows, edges: &[(f64, f64)], upper: f64) {
        let palette = canvas.palette();
        for (column, &(_, right)) in edges.iter().enumerate() {
            for (number, row) in self.rows.iter().enumerate() {
                let cell = &row.cells[column];
                let colour = if cell.is_muted {
                    palette.muted
                } else {
                    palette.text
                };
                let at = (right, upper + rows.middle(number));
                canvas.text(&cell.text, at, Align::End, Lettering::LABEL, colour);
            }
        }
    }

    fn marks(&self, canvas: &mut Canvas, row: &DotRow, axis: SignedAxis, y: f64) {
        let middle = (self.columns.len() as f64 - 1.0) / 2.0;
        for (column, ((connection, _), cell)) in self.columns.iter().zip(&row.cells).enumerate() {
            let Some(Dot {
                value,
                interval,
                colour,
            }) = cell.dot
            else {
                continue;
            };
            let y = y + BESIDE * (column as f64 - middle);
            let x = axis.at(value);
            let stem = Stroke {
                colour: canvas.palette().bar,
                width: 1.0,
            };
            canvas.line(&[(axis.at(0.0), y), (x, y)], stem);
            if let Some(ends) = interval {
                let goes_on = ends.map(|end| !axis.holds(end));
                let whisker = Whisker::level(y, ends.map(|end| axis.at(end)));
                whisker.going_on(goes_on).draw(canvas, colour);
            }
            mark(canvas, *connection, (x, y), colour);
        }
    }
}

/// The mark of a value over that kind of connection.
fn mark(canvas: &mut Canvas, connection: ConnectionMode, at: Point, colour: Colour) {
    let stroke = Stroke { colour, width: 1.8 };
    match connection {
        ConnectionMode::Cold => canvas.disc(at, whisker::DISC, colour),
        ConnectionMode::Warm => canvas.ring(at, whisker::DISC - 0.9, stroke),
        ConnectionMode::Resumed => {
            canvas.ring(at, whisker::DISC - 0.9, stroke);
            canvas.disc(at, 1.6, colour);
        }
    }
}

/// The width of the widest line of a heading, px.
fn widest_of(lines: &[&str]) -> f64 {
    let widths = lines.iter().map(|line| Lettering::NOTE.width(line));
    widths.fold(0.0, f64::max)
}

const HEAD: f64 = 28.0;
/// Height of a further line of a heading, px.
const LINE: f64 = 15.0;
/// The marks have at least this much room, or the headings of the numbers are broken into lines, px.
const LEAST_MARKS: f64 = 150.0;
/// The marks have at least this much room, or the picture is refused, px.
const LEAST_PLOT: f64 = 120.0;
const FOOT: f64 = 46.0;
/// Distance between the lines of two kinds of connection, px.
const BESIDE: f64 = 9.0;
/// Room for the mark of a heading, px.
const MARK: f64 = 14.0;
/// Between two columns, px.
const BETWEEN: f64 = 18.0;
/// From the last column to the edge of its row, px.
const AFTER: f64 = 6.0;
