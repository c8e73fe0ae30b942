//! NamedRows of a list with names at the left.

use crate::plan::ConnectionMode;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::words::chart::connection;
use crate::report::words::language::Language;

/// NamedRows of equal height.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedRows {
    /// Room for the names, px.
    names: f64,
    /// Width of the picture, px.
    width: f64,
}

impl NamedRows {
    /// Height of one row, px.
    pub(crate) const HEIGHT: f64 = 28.0;

    /// NamedRows with those names in a picture of `width` px.
    pub(crate) fn of<'a>(names: impl Iterator<Item = &'a str>, width: f64) -> Self {
        let widest = names
            .map(|name| Lettering::STRONG.width(name))
            .fold(40.0, f64::max);
        Self {
            names: widest.min(LONGEST * width),
            width,
        }
    }

    /// Where the names end and the data may begin, px.
    pub(crate) fn right(&self) -> f64 {
        MARGIN + BEFORE + self.names + AFTER
    }

    /// The middle of a row, from the top of the first.
    pub(crate) fn middle(&self, row: usize) -> f64 {
        Self::HEIGHT * (row as f64 + 0.5)
    }

    /// Writes names beside their rows, which begin at `top`, and shades every other row.
    pub(crate) fn draw(&self, canvas: &mut Canvas, names: &[(&str, Lettering)], top: f64) {
        let palette = canvas.palette();
        for (row, (name, lettering)) in names.iter().enumerate() {
            let y = top + self.middle(row);
            if row % 2 == 0 {
                let half = Self::HEIGHT / 2.0;
                let corners = [(MARGIN, y - half), (self.width - MARGIN, y + half)];
                canvas.rectangle(corners[0], corners[1], palette.band);
            }
            let name = lettering.fit_name(name, self.names);
            let at = (MARGIN + BEFORE, y);
            canvas.text(&name, at, Align::Start, *lettering, palette.text);
        }
    }
}

/// A name as a viewer shows it where the pointer rests: no longer than a line.
pub(crate) fn short(name: &str) -> String {
    Lettering::NOTE.fit(name, 480.0)
}

/// What a viewer shows of an endpoint's curve over that kind of connection.
pub(crate) fn spoken(language: Language, name: &str, over: ConnectionMode) -> String {
    format!("{}, {}", short(name), connection(language, over))
}

/// The longest name, as a share of the picture's width.
const LONGEST: f64 = 0.22;
/// From the edge of the row to the name, px.
const BEFORE: f64 = 6.0;
/// From the name to the data, px.
const AFTER: f64 = 14.0;
