//! Lines and ticks that panels have in common, and the colours of endpoints.

use crate::judge::Place;

use super::canvas::{Align, Canvas, Lettering, Stroke};
use super::frame::MARGIN;
use super::theme::Colour;

/// Takes the unit from the labels of ticks where all have the same, for a place of its own.
pub(crate) fn without_unit(labels: &mut [(f64, String)]) -> Option<String> {
    let unit = |text: &str| text.rsplit_once(' ').map(|(_, unit)| unit.to_owned());
    let common = unit(&labels.first()?.1)?;
    if labels
        .iter()
        .any(|(_, text)| unit(text).as_ref() != Some(&common))
    {
        return None;
    }
    for (_, text) in labels.iter_mut() {
        text.truncate(text.len() - common.len() - 1);
    }
    Some(common)
}

/// Writes the unit behind the last of the labels below upright lines that end at `bottom`.
pub(crate) fn unit_behind(
    canvas: &mut Canvas,
    labels: &[(f64, String)],
    unit: Option<&str>,
    bottom: f64,
) {
    if let (Some((x, last)), Some(unit)) = (labels.last(), unit) {
        let (lettering, colour) = (Lettering::NOTE, canvas.palette().muted);
        let at = (x + lettering.width(last) / 2.0 + 3.0, bottom + 14.0);
        canvas.text(unit, at, Align::Start, lettering, colour);
    }
}

/// Upright lines from `top` to `bottom` at the ticks, each labelled below where the label before leaves room.
pub(crate) fn upright_ticks(canvas: &mut Canvas, ticks: &[(f64, String)], top: f64, bottom: f64) {
    let palette = canvas.palette();
    let mut taken = f64::NEG_INFINITY;
    for (x, label) in ticks {
        canvas.line(
            &[(*x, top), (*x, bottom)],
            Stroke {
                colour: palette.grid,
                width: 1.0,
            },
        );
        let half = Lettering::NOTE.width(label) / 2.0;
        if x - half < taken {
            continue;
        }
        taken = x + half + BETWEEN_LABELS;
        canvas.text(
            label,
            (*x, bottom + 14.0),
            Align::Middle,
            Lettering::NOTE,
            palette.muted,
        );
    }
}

/// Least distance between two labels, px.
const BETWEEN_LABELS: f64 = 3.0;

/// Room at the left of level lines for their labels, px; `usual` where those are not wider.
pub(crate) fn room_for<'a>(labels: impl IntoIterator<Item = &'a str>, usual: f64) -> f64 {
    let widths = labels
        .into_iter()
        .map(|label| Lettering::NOTE.width(label) + BESIDE_LINES);
    widths.fold(usual, f64::max)
}

/// Between a level line and its label, px.
const BESIDE_LINES: f64 = 8.0;

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
            (left - BESIDE_LINES, *y),
            Align::End,
            Lettering::NOTE,
            palette.muted,
        );
    }
}

/// Room for a line below a chart, px.
pub(crate) const NOTE: f64 = 24.0;

/// Writes `note` into the line that begins `top` px down in a picture of `width` px.
pub(crate) fn note_below(canvas: &mut Canvas, note: &str, top: f64, width: f64) {
    let colour = canvas.palette().muted;
    let note = Lettering::NOTE.fit(note, width - 2.0 * MARGIN);
    let at = (MARGIN, top + NOTE / 2.0);
    canvas.text(&note, at, Align::Start, Lettering::NOTE, colour);
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
