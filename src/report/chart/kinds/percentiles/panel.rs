//! One panel: the curves over one kind of connection.

use crate::judge::Place;
use crate::plan::{ConnectionMode, Level};
use crate::report::chart::drawing::axis::{LogAxis, NinesAxis};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::drawing::labels::spread;
use crate::report::chart::drawing::panel::{colour_of, emphasis, level_ticks, upright_ticks};
use crate::report::chart::drawing::plots::whisker;
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::view::View;
use crate::report::words::chart::connection;

use super::curve::PercentileCurve;

/// Room for the heading above a panel, px.
pub(super) const HEAD: f64 = 26.0;
/// Length of the line between a curve's end and its name, px.
pub(super) const LEADER: f64 = 22.0;
/// Distance of two names at the right, px.
pub(super) const BETWEEN_LABELS: f64 = 17.0;
/// Half the width of an interval's bar, px.
const HALF_BAR: f64 = 3.5;
/// Least distance of two ticks of the times, px.
pub(super) const CLOSEST_TIMES: f64 = 20.0;

/// One panel.
pub(super) struct CurvePanel<'v, 'a> {
    /// What is shown.
    pub(super) view: &'v View<'a>,
    /// Over which kind of connection.
    pub(super) connection: ConnectionMode,
    /// The percentile of the numbers beside the names.
    pub(super) level: Level,
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
        let ticks = self.times.ticks(CLOSEST_TIMES);
        let places = ticks.iter().map(|&time| self.times.at(time));
        let times: Vec<_> = places.zip(view.ticks(&ticks)).collect();
        level_ticks(canvas, &times, left, right);
        let nines = self.percentiles();
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
        if !shown.is_empty() {
            let level = view.language().number(&self.level.to_string());
            let at = (right + LEADER, heading.1);
            canvas.text(&level, at, Align::Start, Lettering::NOTE, palette.muted);
        }
        for curve in &shown {
            self.bars(canvas, curve);
        }
        let places = spread(&wanted, BETWEEN_LABELS, upper, lower);
        for (curve, y) in shown.iter().zip(places) {
            let title = curve.label(view, self.level);
            canvas.group(&format!("curve-{}", curve.name), Some(&title), |canvas| {
                self.curve(canvas, curve, y);
            });
        }
    }

    /// Where the ticks of the percentiles stand, px, that of the numbers beside the names among them, and their labels.
    fn percentiles(&self) -> Vec<(f64, String)> {
        let mut nines = self.nines.ticks();
        let own = self.level.to_string().replace('p', "");
        if nines.iter().all(|(_, label)| *label != own) {
            nines.push((self.level.share(), own));
        }
        nines.sort_by(|a, b| a.0.total_cmp(&b.0));
        let language = self.view.language();
        let placed =
            |(share, label): (f64, String)| (self.nines.at(share), language.number(&label));
        nines.into_iter().map(placed).collect()
    }

    fn at(&self, &(share, time): &(f64, f64)) -> Point {
        (self.nines.at(share), self.times.at(time))
    }

    /// The intervals, as far as no check forbids them: between two percentiles nothing is known of them.
    fn bars(&self, canvas: &mut Canvas, curve: &PercentileCurve<'_>) {
        let own = colour_of(canvas, curve.place, curve.position);
        for bar in curve.bars.iter().filter(|bar| !curve.forbids(bar.share)) {
            let x = self.nines.at(bar.share);
            let [low, high] = [bar.low, bar.high].map(|time| self.times.at(time));
            let (left, right) = (x - HALF_BAR, x + HALF_BAR);
            let corners = [(left, low), (right, low), (right, high), (left, high)];
            canvas.area(&corners, own, 0.3);
            if !bar.high.is_finite() {
                whisker::arrow(canvas, (x, high), (0.0, -1.0), own);
            }
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
            self.name(canvas, curve, self.at(last), label, colour);
        }
        for bar in &curve.bars {
            let colour = if curve.forbids(bar.share) { grey } else { own };
            canvas.disc(self.at(&(bar.share, bar.value)), 3.2, colour);
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
        let label = curve.label_within(self.view, self.level, self.labels);
        canvas.text(&label, (x, y), Align::Start, lettering, palette.text);
    }
}
