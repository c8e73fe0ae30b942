//! Maps of the world beside and below each other, each with times at their places.

use sts_model::Coordinates;

use super::heat::{SCALE, scale};
use super::rows::short;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering};
use crate::report::chart::drawing::earth::Earth;
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::drawing::marks::MapMark;

/// Maps of the same scale.
pub(crate) struct WorldMaps {
    /// Name of the kind, for the names of its groups.
    pub kind: &'static str,
    /// One for each place.
    pub maps: Vec<WorldMap>,
    /// Where each shade but the first begins, as it is written.
    pub bounds: Vec<String>,
}

/// One map.
pub(crate) struct WorldMap {
    /// As whose world it is.
    pub name: String,
    /// What to read from it.
    pub summary: String,
    /// The times; where two touch, the later one lies above.
    pub marks: Vec<(Coordinates, MapMark)>,
}

impl WorldMaps {
    /// Height in a picture of `width` px, px.
    pub(crate) fn height(&self, width: f64) -> f64 {
        let columns = self.columns(width);
        let rows = self.maps.len().div_ceil(columns);
        rows as f64 * row_height(map_width(width, columns)) + SCALE
    }

    /// Draws them from `top` down in a picture of `width` px.
    pub(crate) fn draw(&self, canvas: &mut Canvas, (top, width): (f64, f64)) {
        let columns = self.columns(width);
        let wide = map_width(width, columns);
        for (number, map) in self.maps.iter().enumerate() {
            let (row, column) = (number / columns, number % columns);
            let left = MARGIN + (wide + GAP) * column as f64;
            let upper = top + row_height(wide) * row as f64;
            let id = format!("{}-{}", self.kind, map.name);
            canvas.group(&id, Some(&short(&map.name)), |canvas| {
                map.draw(canvas, (left, upper), wide);
            });
        }
        let below = top + self.height(width) - SCALE;
        scale(canvas, (MARGIN, below), &self.bounds);
    }

    /// How many maps stand beside each other in a picture of `width` px.
    fn columns(&self, width: f64) -> usize {
        let most = (width - 2.0 * MARGIN + GAP) / (LEAST_MAP + GAP);
        (most as usize).clamp(1, self.maps.len().max(1))
    }
}

impl WorldMap {
    fn draw(&self, canvas: &mut Canvas, (left, top): (f64, f64), width: f64) {
        let palette = canvas.palette();
        let lines = [
            (&self.name, Lettering::STRONG, palette.text),
            (&self.summary, Lettering::NOTE, palette.muted),
        ];
        for (number, (text, lettering, colour)) in lines.into_iter().enumerate() {
            let at = (left, top + LINE * (number as f64 + 0.5));
            let text = lettering.fit(text, width);
            canvas.text(&text, at, Align::Start, lettering, colour);
        }
        let earth = Earth::new((left, top + HEAD), width);
        for outline in earth.land() {
            canvas.area(&outline, palette.grid, 1.0);
        }
        for (place, mark) in &self.marks {
            mark.draw(canvas, earth.point(*place));
        }
    }
}

/// The width of each of so many maps beside each other, px.
fn map_width(width: f64, columns: usize) -> f64 {
    (width - 2.0 * MARGIN + GAP) / columns as f64 - GAP
}

fn row_height(map_width: f64) -> f64 {
    HEAD + Earth::height(map_width) + BELOW
}

/// The narrowest map, px: on it, marks of neighbouring Regions touch but do not hide each other.
const LEAST_MAP: f64 = 340.0;
/// Between two maps, px.
const GAP: f64 = 24.0;
/// Height of a line of text, px.
const LINE: f64 = 17.0;
/// Room for the two lines above a map, px.
const HEAD: f64 = 2.0 * LINE + 2.0;
/// Room below a map, px.
const BELOW: f64 = 14.0;
