//! Numbers in a grid, each on a shade of its size: one row for each place, one column for each endpoint, and texts in
//! columns at the right.

use super::rows::short;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Stroke};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::drawing::marks::{CellMark, corner};
use crate::report::chart::drawing::theme::{Colour, SHADES};

/// A chart of shaded numbers.
pub(crate) struct HeatMap {
    /// Name of the kind, for the names of its groups.
    pub kind: &'static str,
    /// Names of the columns, each with how it is written.
    pub columns: Vec<(String, Lettering)>,
    /// Whether the first column stands apart.
    pub is_first_apart: bool,
    /// The rows.
    pub rows: Vec<HeatRow>,
    /// Headings of the columns of texts.
    pub headings: Vec<String>,
    /// Where each shade but the first begins, as it is written.
    pub bounds: Vec<String>,
}

/// One row.
pub(crate) struct HeatRow {
    /// Its name.
    pub name: String,
    /// One for each column; `None` where nothing was measured.
    pub cells: Vec<Option<HeatCell>>,
    /// The texts at the right.
    pub texts: Vec<String>,
}

/// One number.
pub(crate) struct HeatCell {
    /// The number.
    pub text: String,
    /// Which shade is behind it; `None` for one that may not be used, or is none.
    pub shade: Option<usize>,
    /// How it stands among those of its row.
    pub mark: Option<CellMark>,
    /// Whether its corner is marked.
    pub has_corner: bool,
}

/// Where everything is, px.
struct Layout {
    /// Room for the names of the rows.
    names: f64,
    /// Where the first column begins.
    left: f64,
    /// Width of a cell.
    cell: f64,
    /// Where each column of texts ends.
    edges: Vec<f64>,
}

impl HeatMap {
    /// The width of a picture in which every number has room, px, where `width` px is too narrow.
    pub(crate) fn too_narrow(&self, width: f64) -> Option<f64> {
        let texts = self.rows.iter().flat_map(|row| &row.cells).flatten();
        let widest = texts.map(|cell| Lettering::NOTE_STRONG.width(&cell.text));
        let least = widest.fold(LEAST_CELL, f64::max) + 2.0 * AIR;
        let lacking = (least - self.layout(width).cell) * self.columns.len() as f64;
        (lacking > 0.0).then_some((width + lacking * 1.3).ceil())
    }

    /// Height, px.
    pub(crate) fn height(&self) -> f64 {
        self.head() + ROW * self.rows.len() as f64 + SCALE
    }

    /// Draws it from `top` down in a picture of `width` px.
    pub(crate) fn draw(&self, canvas: &mut Canvas, (top, width): (f64, f64)) {
        let layout = self.layout(width);
        let upper = top + self.head();
        self.headings(canvas, &layout, upper);
        for (number, row) in self.rows.iter().enumerate() {
            let y = upper + ROW * number as f64;
            let id = format!("{}-{}", self.kind, row.name);
            canvas.group(&id, Some(&short(&row.name)), |canvas| {
                self.row(canvas, row, &layout, y);
            });
        }
        let below = upper + ROW * self.rows.len() as f64;
        scale(canvas, (layout.left, below), &self.bounds);
    }

    fn layout(&self, width: f64) -> Layout {
        let names = self
            .rows
            .iter()
            .map(|row| Lettering::LABEL.width(&row.name));
        let names = names.fold(40.0, f64::max).min(LONGEST_NAME * width);
        let widest = |(column, heading): (usize, &String)| {
            let texts = self.rows.iter().map(|row| row.texts[column].as_str());
            let texts = texts.map(|text| Lettering::NOTE.width(text));
            texts.fold(Lettering::NOTE.width(heading), f64::max) + BETWEEN
        };
        let widths: Vec<f64> = self.headings.iter().enumerate().map(widest).collect();
        let mut right = width - MARGIN - widths.iter().sum::<f64>();
        let apart = if self.is_first_apart { APART } else { 0.0 };
        let left = MARGIN + names + AFTER;
        let cell = ((right - left - apart) / self.columns.len().max(1) as f64).min(MOST_CELL);
        let edges = widths.iter().map(|width| {
            right += width;
            right
        });
        Layout {
            left,
            cell,
            edges: edges.collect(),
            names,
        }
    }

    /// Where a column begins, px.
    fn left(&self, layout: &Layout, column: usize) -> f64 {
        let apart = if self.is_first_apart && column > 0 {
            APART
        } else {
            0.0
        };
        layout.left + apart + layout.cell * column as f64
    }

    /// Room for the slanted names, px.
    fn head(&self) -> f64 {
        let widths = self.columns.iter();
        let widths = widths.map(|(name, lettering)| lettering.width(&lettering.fit(name, LONGEST)));
        widths.fold(0.0, f64::max) * SLANT.to_radians().sin() + 16.0
    }

    fn headings(&self, canvas: &mut Canvas, layout: &Layout, upper: f64) {
        let palette = canvas.palette();
        for (column, (name, lettering)) in self.columns.iter().enumerate() {
            let at = (self.left(layout, column) + layout.cell / 2.0, upper - 8.0);
            let name = lettering.fit(name, LONGEST);
            canvas.turned(at, -SLANT, |canvas| {
                canvas.text(&name, at, Align::Start, *lettering, palette.text);
            });
        }
        for (heading, right) in self.headings.iter().zip(&layout.edges) {
            let at = (*right, upper - 10.0);
            canvas.text(heading, at, Align::End, Lettering::NOTE, palette.muted);
        }
    }

    fn row(&self, canvas: &mut Canvas, row: &HeatRow, layout: &Layout, y: f64) {
        let palette = canvas.palette();
        let middle = y + ROW / 2.0;
        let name = Lettering::LABEL.fit(&row.name, layout.names);
        let at = (MARGIN, middle);
        canvas.text(&name, at, Align::Start, Lettering::LABEL, palette.text);
        for (column, cell) in row.cells.iter().enumerate() {
            if let Some(cell) = cell {
                let left = self.left(layout, column);
                let corners = [(left, y), (left + layout.cell - GAP, y + ROW - GAP)];
                draw_cell(canvas, cell, corners);
            }
        }
        for (text, right) in row.texts.iter().zip(&layout.edges) {
            let at = (*right, middle);
            canvas.text(text, at, Align::End, Lettering::NOTE, palette.muted);
        }
    }
}

/// The shades beside each other from `left` and `top` on, px, with the numbers at which they begin.
pub(super) fn scale(canvas: &mut Canvas, (left, top): (f64, f64), bounds: &[String]) {
    let palette = canvas.palette();
    let y = top + 10.0;
    canvas.group("scale", None, |canvas| {
        for (shade, colour) in palette.shades.into_iter().enumerate() {
            let left = left + STEP * shade as f64;
            canvas.rectangle((left, y), (left + STEP, y + 10.0), colour);
        }
        for (shade, bound) in bounds.iter().enumerate() {
            let at = (left + STEP * (shade + 1) as f64, y + 20.0);
            canvas.text(bound, at, Align::Middle, Lettering::NOTE, palette.muted);
        }
    });
}

fn draw_cell(canvas: &mut Canvas, cell: &HeatCell, corners: [(f64, f64); 2]) {
    let palette = canvas.palette();
    let [(left, top), (right, bottom)] = corners;
    let (behind, ink) = colours(palette.shades, palette.shade, palette.muted, cell.shade);
    canvas.rectangle((left, top), (right, bottom), behind);
    if cell.has_corner {
        corner(canvas, (left, top), ink);
    }
    if let Some(mark) = cell.mark {
        mark.draw(canvas, corners, ink);
    }
    let lettering = match cell.mark {
        Some(CellMark::Best) => Lettering::NOTE_STRONG,
        Some(CellMark::Tied) | None => Lettering::NOTE,
    };
    let at = ((left + right) / 2.0, (top + bottom) / 2.0);
    canvas.text(&cell.text, at, Align::Middle, lettering, ink);
    if cell.shade.is_none() {
        let stroke = Stroke {
            colour: palette.bar,
            width: 1.0,
        };
        canvas.dashes(&[(left, bottom), (right, bottom)], stroke);
    }
}

/// The colour behind a number, and that of the number.
pub(crate) fn colours(
    shades: [Colour; SHADES],
    grey: Colour,
    muted: Colour,
    shade: Option<usize>,
) -> (Colour, Colour) {
    match shade {
        Some(shade) => {
            let behind = shades[shade.min(SHADES - 1)];
            (behind, behind.ink())
        }
        None => (grey, muted),
    }
}

/// Height of a row, px.
const ROW: f64 = 28.0;
/// Room for the scale, px.
pub(super) const SCALE: f64 = 40.0;
/// Width of a shade in the scale, px.
const STEP: f64 = 40.0;
/// By how much the names of columns rise, degrees.
const SLANT: f64 = 60.0;
/// The longest name of a row, as a share of the picture's width.
const LONGEST_NAME: f64 = 0.15;
/// From the name to the cells, px.
const AFTER: f64 = 8.0;
/// The longest name of a column, px.
const LONGEST: f64 = 130.0;
/// From the first column to the second where it stands apart, px.
const APART: f64 = 6.0;
/// Between two cells, px.
const GAP: f64 = 1.0;
/// Between a number and the edge of its cell, px.
const AIR: f64 = 1.5;
/// The least room for a number, px.
const LEAST_CELL: f64 = 18.0;
/// The widest cell, px.
const MOST_CELL: f64 = 96.0;
/// Between two columns of texts, px.
const BETWEEN: f64 = 10.0;
