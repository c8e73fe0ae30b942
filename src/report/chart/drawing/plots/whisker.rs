//! Intervals as lines with a foot at each end.

use crate::report::chart::drawing::canvas::{Canvas, Point, Stroke};
use crate::report::chart::drawing::theme::Colour;

/// An interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whisker {
    ends: [Point; 2],
    /// From an end to the tip of its foot, px.
    foot: Point,
    /// Whether each end is not the interval's, which goes on beyond the picture.
    goes_on: [bool; 2],
}

/// Radius of the estimate on it, px.
pub(crate) const DISC: f64 = 4.2;

impl Whisker {
    /// From one height to another at `x`.
    pub(crate) fn upright(x: f64, ends: [f64; 2]) -> Self {
        Self {
            ends: ends.map(|y| (x, y)),
            foot: (FOOT, 0.0),
            goes_on: [false; 2],
        }
    }

    /// From one place to another at the height `y`.
    pub(crate) fn level(y: f64, ends: [f64; 2]) -> Self {
        Self {
            ends: ends.map(|x| (x, y)),
            foot: (0.0, FOOT),
            goes_on: [false; 2],
        }
    }

    /// The same with an arrow instead of a foot at each end from which it goes on.
    pub(crate) fn going_on(self, goes_on: [bool; 2]) -> Self {
        Self { goes_on, ..self }
    }

    /// Draws it; one that an estimate would cover has no feet.
    pub(crate) fn draw(self, canvas: &mut Canvas, colour: Colour) {
        let stroke = Stroke { colour, width: 1.4 };
        canvas.line(&self.ends, stroke);
        let [from, to] = self.ends;
        if (to.0 - from.0).abs().max((to.1 - from.1).abs()) < 2.0 * DISC {
            return;
        }
        let (x, y) = self.foot;
        for (number, end) in self.ends.into_iter().enumerate() {
            let other = self.ends[1 - number];
            if self.goes_on[number] {
                let way = (end.0 - other.0, end.1 - other.1);
                arrow(canvas, end, way, colour);
            } else {
                canvas.line(&[(end.0 - x, end.1 - y), (end.0 + x, end.1 + y)], stroke);
            }
        }
    }
}

/// An arrow with its tip at `tip` that points along `way`, which is level or upright.
pub(crate) fn arrow(canvas: &mut Canvas, tip: Point, way: Point, colour: Colour) {
    let length = way.0.hypot(way.1).max(f64::MIN_POSITIVE);
    let (x, y) = (way.0 / length, way.1 / length);
    let back = (tip.0 - ARROW * x, tip.1 - ARROW * y);
    let corners = [
        tip,
        (back.0 + HALF_ARROW * y, back.1 - HALF_ARROW * x),
        (back.0 - HALF_ARROW * y, back.1 + HALF_ARROW * x),
    ];
    canvas.area(&corners, colour, 1.0);
}

/// Length of an arrow, px.
const ARROW: f64 = 7.0;
/// Half its width, px.
const HALF_ARROW: f64 = 4.0;
const FOOT: f64 = 3.5;
