//! The marks of times: filled on a new connection, open on one that is kept; round for a Regional endpoint, square for the
//! global one, so that a copy in grey keeps them apart.

use super::canvas::{Canvas, Point, Stroke};
use super::theme::Colour;
use crate::judge::Place;
use crate::plan::ConnectionMode;

/// What a mark stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DataMark {
    /// Whose time it is.
    pub place: Place,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Colour.
    pub colour: Colour,
}

/// From the middle of a mark to its edge, px.
pub(crate) const RADIUS: f64 = 5.0;

impl DataMark {
    /// Draws the mark around `centre`.
    pub(crate) fn draw(self, canvas: &mut Canvas, centre: Point) {
        match self.place {
            Place::Global => self.square(canvas, centre),
            Place::Regional | Place::Twin => self.circle(canvas, centre),
        }
    }

    fn circle(self, canvas: &mut Canvas, centre: Point) {
        let stroke = Stroke {
            colour: self.colour,
            width: LINE,
        };
        match self.connection {
            ConnectionMode::Cold => canvas.disc(centre, RADIUS, self.colour),
            ConnectionMode::Warm => canvas.ring(centre, RADIUS - LINE / 2.0, stroke),
            ConnectionMode::Resumed => {
                canvas.ring(centre, RADIUS - LINE / 2.0, stroke);
                canvas.disc(centre, 2.0, self.colour);
            }
        }
    }

    fn square(self, canvas: &mut Canvas, (x, y): Point) {
        let behind = canvas.behind();
        let mut side = |half: f64, colour: Colour| {
            canvas.rectangle((x - half, y - half), (x + half, y + half), colour);
        };
        side(HALF_SIDE, self.colour);
        match self.connection {
            ConnectionMode::Cold => {}
            ConnectionMode::Warm => side(HALF_SIDE - LINE, behind),
            ConnectionMode::Resumed => {
                side(HALF_SIDE - LINE, behind);
                side(1.6, self.colour);
            }
        }
    }
}

/// A square looks as large as a circle when it is a little smaller.
const HALF_SIDE: f64 = 4.6;
/// Width of the line of an open mark, px.
const LINE: f64 = 2.0;

/// How a cell of a grid stands among those of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellMark {
    /// The best: framed.
    Best,
    /// As good as the best: framed by dashes.
    Tied,
}

impl CellMark {
    /// Draws the frame inside of a cell.
    pub(crate) fn draw(self, canvas: &mut Canvas, corners: [Point; 2], colour: Colour) {
        let [(left, top), (right, bottom)] = corners;
        let (left, top, right, bottom) = (left + 1.5, top + 1.5, right - 1.5, bottom - 1.5);
        let around = [
            (left, top),
            (right, top),
            (right, bottom),
            (left, bottom),
            (left, top),
        ];
        match self {
            Self::Best => canvas.line(&around, Stroke { colour, width: 2.0 }),
            Self::Tied => canvas.dashes(&around, Stroke { colour, width: 1.2 }),
        }
    }
}

/// Marks the upper left corner of a cell.
pub(crate) fn corner(canvas: &mut Canvas, (left, top): Point, colour: Colour) {
    let side = 8.0;
    let corners = [(left, top), (left + side, top), (left, top + side)];
    canvas.area(&corners, colour, 1.0);
}

/// A time at a place on a map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MapMark {
    /// The shade of the time.
    pub colour: Colour,
    /// How it stands among those of its map.
    pub standing: Option<CellMark>,
    /// Whether it is the one that the map is about: it has a point in its middle.
    pub is_own: bool,
    /// From the middle to the edge, px.
    pub radius: f64,
}

impl MapMark {
    /// Draws the mark around `centre`.
    pub(crate) fn draw(self, canvas: &mut Canvas, centre: Point) {
        let palette = canvas.palette();
        let width = match self.standing {
            Some(CellMark::Best) => 2.0,
            Some(CellMark::Tied) => 1.0,
            None => 0.0,
        };
        if width > 0.0 {
            let colour = palette.text;
            canvas.ring(centre, self.radius + 3.0, Stroke { colour, width });
        }
        canvas.disc(centre, self.radius + 0.8, palette.muted);
        canvas.disc(centre, self.radius, self.colour);
        if self.is_own {
            canvas.disc(centre, self.radius * 0.4, self.colour.ink());
        }
    }
}
