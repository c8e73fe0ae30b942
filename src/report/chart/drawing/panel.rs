//! One panel for each kind of connection, side by side, with endpoints in common rows; and the lines and ticks that the
//! panels share.

use crate::judge::Place;
use crate::plan::ConnectionMode;

use super::canvas::{Align, Canvas, Lettering, Stroke};
use super::frame::MARGIN;
use super::theme::Colour;
use crate::report::chart::view::{Lane, View, described};

/// One panel: its left and right edge, px.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panel {
    /// Which kind of connection it shows.
    pub connection: ConnectionMode,
    /// Left edge of the data.
    pub left: f64,
    /// Right edge of the data.
    pub right: f64,
}

/// The panels of `view` in a picture of `width` px, with `before` px for labels once at the left and `after` px at the
/// right of each.
pub(crate) fn side_by_side(view: &View<'_>, width: f64, before: f64, after: f64) -> Vec<Panel> {
    let panels = view.connections.len() as f64;
    let room = width - 2.0 * MARGIN - before;
    let each = (room - GAP * (panels - 1.0)) / panels;
    let mut left = MARGIN + before;
    view.connections
        .iter()
        .map(|&connection| {
            let panel = Panel {
                connection,
                left,
                right: left + each - after,
            };
            left += each + GAP;
            panel
        })
        .collect()
}

/// Says at the height `y` what the panel shows.
pub(crate) fn heading(canvas: &mut Canvas, panel: Panel, y: f64) {
    let palette = canvas.palette();
    let (name, finds) = described(panel.connection);
    canvas.text(
        name,
        (panel.left, y),
        Align::Start,
        Lettering::STRONG,
        palette.text,
    );
    let beside = panel.left + Lettering::STRONG.width(name) + 8.0;
    let finds = Lettering::LABEL.fit(finds, panel.right - beside);
    canvas.text(
        &finds,
        (beside, y),
        Align::Start,
        Lettering::LABEL,
        palette.muted,
    );
}

/// Upright lines from `top` to `bottom` at the ticks, each labelled below.
pub(crate) fn upright_ticks(canvas: &mut Canvas, ticks: &[(f64, String)], top: f64, bottom: f64) {
    let palette = canvas.palette();
    for (x, label) in ticks {
        canvas.line(
            &[(*x, top), (*x, bottom)],
            Stroke {
                colour: palette.grid,
                width: 1.0,
            },
        );
        canvas.text(
            label,
            (*x, bottom + 14.0),
            Align::Middle,
            Lettering::NOTE,
            palette.muted,
        );
    }
}

/// Level lines from `left` to `right` at the ticks, each labelled at its left.
pub(crate) fn level_ticks(canvas: &mut Canvas, ticks: &[(f64, String)], left: f64, right: f64) {
    let palette = canvas.palette();
    for (y, label) in ticks {
        canvas.line(
            &[(left, *y), (right, *y)],
            Stroke {
                colour: palette.grid,
                width: 1.0,
            },
        );
        canvas.text(
            label,
            (left - 8.0, *y),
            Align::End,
            Lettering::NOTE,
            palette.muted,
        );
    }
}

/// The common rows of the endpoints.
pub(crate) struct Rows {
    /// Room for the names, px.
    pub before: f64,
    /// Height of one row, px.
    pub height: f64,
}

impl Rows {
    /// Room for the names of `lanes`.
    pub(crate) fn of<'a>(lanes: impl Iterator<Item = &'a Lane<'a>>) -> Self {
        let widest = lanes
            .map(|lane| Lettering::STRONG.width(lane.name))
            .fold(60.0, f64::max);
        Self {
            before: widest.min(LONGEST_NAME) + 26.0,
            height: 28.0,
        }
    }

    /// The middle of a row, from the top of the first.
    pub(crate) fn middle(&self, row: usize) -> f64 {
        self.height * (row as f64 + 0.5)
    }

    /// Writes the names of the endpoints beside their rows, which begin at `top`, and shades every other row.
    pub(crate) fn draw(&self, canvas: &mut Canvas, lanes: &[&Lane<'_>], top: f64, width: f64) {
        let palette = canvas.palette();
        for (row, lane) in lanes.iter().enumerate() {
            let y = top + self.middle(row);
            if row % 2 == 0 {
                let half = self.height / 2.0;
                canvas.rectangle((MARGIN, y - half), (width - MARGIN, y + half), palette.band);
            }
            self.name(canvas, lane, y);
        }
    }

    fn name(&self, canvas: &mut Canvas, lane: &Lane<'_>, y: f64) {
        let palette = canvas.palette();
        let lettering = emphasis(lane.place);
        let name = lettering.fit(lane.name, self.before - 26.0);
        let right = MARGIN + self.before - 16.0;
        canvas.text(&name, (right, y), Align::End, lettering, palette.text);
    }
}

/// The global endpoint stands out wherever it is named.
pub(crate) fn emphasis(place: Place) -> Lettering {
    match place {
        Place::Global => Lettering::STRONG,
        Place::Regional | Place::Twin => Lettering::LABEL,
    }
}

/// Colours for `regional` endpoints in their order; the global one has its own.
pub(crate) fn colour_of(canvas: &Canvas, place: Place, regional: usize) -> Colour {
    let palette = canvas.palette();
    match place {
        Place::Global => palette.global,
        Place::Regional | Place::Twin => palette.regional[regional % palette.regional.len()],
    }
}

/// Shown where calls were planned and none succeeded.
pub(crate) const NO_DATA: &str = "no data";

const GAP: f64 = 44.0;
const LONGEST_NAME: f64 = 200.0;
