//! One panel: the curves over one kind of connection.

use crate::judge::Place;
use crate::plan::ConnectionMode;
use crate::report::chart::drawing::axis::{LogAxis, NinesAxis};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::drawing::labels::spread;
use crate::report::chart::drawing::panel::{colour_of, emphasis, level_ticks, upright_ticks};
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::view::View;
use crate::report::words::chart::connection;

use super::curve::PercentileCurve;

/// Room for the heading above a panel, px.
pub(super) const HEAD: f64 = 26.0;
/// Length of the line between a curve's end and its name, px.
pub(super) const LEADER: f64 = 22.0;
/// Least distance of two ticks of the times, px.
pub(super) const CLOSEST_TIMES: f64 = 20.0;

/// One panel.
pub(super) struct CurvePanel<'v, 'a> {
    /// What is shown.
    pub(super) view: &'v View<'a>,
    /// Over which kind of connection.
    pub(super) connection: ConnectionMode,
    /// The axis of the percentiles.
    pub(super) nines: NinesAxis,
    /// The axis of the times.
    pub(super) times: LogAxis,
    /// Left and right edge, px.
    pub(super) x: (f64, f64),
    /// Upper and lower edge, px.
    pub(super) y: (f64, f64),
    /// Room for the names at the right, px.
    pub(super) labels: f64,
}

impl CurvePanel<'_, '_> {
    /// Draws it.
    pub(super) fn draw(&self, canvas: &mut Canvas, curves: &[PercentileCurve<'_>]) {
        let (view, palette) = (self.view, canvas.palette());
        let ((left, right), (upper, lower)) = (self.x, self.y);
        let name = connection(view.language(), self.connection);
        let heading = (MARGIN, upper - HEAD / 2.0 - 2.0);
        canvas.text(name, heading, Align::Start, Lettering::STRONG, palette.text);
        let times = self.times.ticks(CLOSEST_TIMES).into_iter();
        let times: Vec<_> = times.map(|t| (self.times.at(t), view.tick(t))).collect();
        level_ticks(canvas, &times, left, right);
        let nines = self.nines.ticks().into_iter();
        let nines: Vec<_> = nines
            .map(|(share, label)| (self.nines.at(share), view.language().number(&label)))
            .collect();
        upright_ticks(canvas, &nines, upper, lower);
        let (x, middle) = ((left + right) / 2.0, (upper + lower) / 2.0);
        let note = view.words().percent_faster;
        canvas.text(
            note,
            (x, lower + 32.0),
            Align::Middle,
            Lettering::NOTE,
            palette.muted,
        );
        let own = |curve: &&PercentileCurve<'_>| curve.connection == self.connection;
        let shown: Vec<&PercentileCurve<'_>> = curves.iter().filter(own).collect();
        if shown.is_empty() {
            let none = view.words().no_data;
            canvas.text(
                none,
                (x, middle),
                Align::Middle,
                Lettering::LABEL,
                palette.muted,
            );
        }
        let end = |curve: &&PercentileCurve<'_>| {
            curve
                .points
                .last()
                .map_or(upper, |&(_, t)| self.times.at(t))
        };
        let wanted: Vec<f64> = shown.iter().map(end).collect();
        for curve in &shown {
            self.band(canvas, curve);
        }
        for (curve, y) in shown.iter().zip(spread(&wanted, 17.0, upper, lower)) {
            let title = curve.label(view);
            canvas.group(&format!("curve-{}", curve.name), Some(&title), |canvas| {
                self.curve(canvas, curve, y);
            });
        }
    }

    fn at(&self, &(share, time): &(f64, f64)) -> Point {
        (self.nines.at(share), self.times.at(time))
    }

    /// The intervals, as far as no check forbids them.
    fn band(&self, canvas: &mut Canvas, curve: &PercentileCurve<'_>) {
        let allowed = || {
            curve
                .bands
                .iter()
                .filter(|&&(share, ..)| !curve.forbids(share))
        };
        let mut outline: Vec<Point> = allowed()
            .map(|&(share, _, high)| self.at(&(share, high)))
            .collect();
        let lower: Vec<Point> = allowed()
            .map(|&(share, low, _)| self.at(&(share, low)))
            .collect();
        outline.extend(lower.into_iter().rev());
        if outline.len() > 2 {
            let colour = colour_of(canvas, curve.place, curve.position);
            canvas.area(&outline, colour, 0.2);
        }
    }

    fn curve(&self, canvas: &mut Canvas, curve: &PercentileCurve<'_>, label: f64) {
        let (own, grey) = (
            colour_of(canvas, curve.place, curve.position),
            canvas.palette().bar,
        );
        let failure = canvas.palette().failure;
        let width = if curve.place == Place::Global {
            2.8
        } else {
            2.0
        };
        // Ten slower calls are the least that a percentile can be read from.
        let supported = 1.0 - 10.0 / curve.count as f64;
        let style = |&(share, _): &(f64, f64)| (share <= supported, curve.forbids(share));
        let mut before: Option<&(f64, f64)> = None;
        for stretch in curve.points.chunk_by(|a, b| style(a) == style(b)) {
            let (solid, forbidden) = style(&stretch[0]);
            let points = before.into_iter().chain(stretch);
            let line: Vec<Point> = points.map(|point| self.at(point)).collect();
            let colour = if forbidden { grey } else { own };
            match (solid, line.len()) {
                (_, 0 | 1) => {}
                (true, _) => canvas.line(&line, Stroke { colour, width }),
                (false, _) => canvas.dashes(&line, Stroke { colour, width }),
            }
            before = stretch.last();
        }
        if let Some(last) = curve.points.last() {
            let colour = if curve.forbids(last.0) { grey } else { own };
            canvas.disc(self.at(last), 3.2, colour);
            self.name(canvas, curve, self.at(last), label, colour);
        }
        let stroke = Stroke {
            colour: failure,
            width: 1.8,
        };
        if let Some(first) = curve.points.iter().find(|(share, _)| curve.forbids(*share)) {
            canvas.cross(self.at(first), 4.0, stroke);
        }
        for limit in &curve.limits {
            let (x, y) = self.at(limit);
            canvas.line(&[(x - 9.0, y), (x + 9.0, y)], stroke);
        }
    }

    fn name(
        &self,
        canvas: &mut Canvas,
        curve: &PercentileCurve<'_>,
        end: Point,
        y: f64,
        colour: Colour,
    ) {
        let palette = canvas.palette();
        let lettering = emphasis(curve.place);
        let x = self.x.1 + LEADER;
        // A long line in the curve's colour would be taken for the curve.
        let near = self.x.1 - end.0 < LEADER;
        let stroke = Stroke {
            colour: if near { colour } else { palette.bar },
            width: if near { 1.0 } else { 0.7 },
        };
        canvas.line(&[end, (x - 9.0, y), (x - 4.0, y)], stroke);
        let label = curve.label_within(self.view, self.labels);
        canvas.text(&label, (x, y), Align::Start, lettering, palette.text);
    }
}
