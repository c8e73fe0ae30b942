//! Intervals as lines with a foot at each end.

use crate::report::chart::drawing::canvas::{Canvas, Point, Stroke};
use crate::report::chart::drawing::theme::Colour;

/// An interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whisker {
    ends: [Point; 2],
    /// From an end to the tip of its foot, px.
    foot: Point,
}

/// Radius of the estimate on it, px.
pub(crate) const DISC: f64 = 4.2;

impl Whisker {
    /// From one height to another at `x`.
    pub(crate) fn upright(x: f64, ends: [f64; 2]) -> Self {
        Self {
            ends: ends.map(|y| (x, y)),
            foot: (FOOT, 0.0),
        }
    }

    /// From one place to another at the height `y`.
    pub(crate) fn level(y: f64, ends: [f64; 2]) -> Self {
        Self {
            ends: ends.map(|x| (x, y)),
            foot: (0.0, FOOT),
        }
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
        for end in self.ends {
            canvas.line(&[(end.0 - x, end.1 - y), (end.0 + x, end.1 + y)], stroke);
        }
    }
}

const FOOT: f64 = 3.5;
