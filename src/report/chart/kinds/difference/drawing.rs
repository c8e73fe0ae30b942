//! One panel: the curves over one kind of connection, with their values or their names.

use crate::plan::Level;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Stroke};
use crate::report::chart::drawing::panel::{colour_of, level_ticks, upright_ticks};
use crate::report::chart::drawing::plots::panes::Pane;
use crate::report::chart::drawing::plots::rows::{short, spoken};
use crate::report::chart::drawing::plots::signed::SignedAxis;
use crate::report::chart::drawing::plots::whisker::{self, Whisker};
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::saving::Saved;
use crate::report::words::chart::kinds::difference::DifferenceWords;
use crate::report::words::language::Language;
use crate::report::words::numbers;

use super::curve::DifferenceCurve;

/// Room for the heading above a panel, px.
pub(super) const HEAD: f64 = 30.0;
/// Greatest distance between the marks of two endpoints at the same percentile, px.
const BESIDE: f64 = 9.0;

/// One panel.
pub(super) struct Drawing {
    /// Where it stands.
    pub(super) pane: Pane,
    /// The axis of the differences.
    pub(super) axis: SignedAxis,
    /// Upper edge of the data, px.
    pub(super) upper: f64,
    /// Lower edge of the data, px.
    pub(super) lower: f64,
    /// The language.
    pub(super) language: Language,
    /// The words in it.
    pub(super) words: &'static DifferenceWords,
}

impl Drawing {
    /// All percentiles as far from each other, so that the marks of several endpoints have room beside each.
    fn x(&self, level: Level) -> f64 {
        let place = Level::COMPARED.iter().position(|&it| it == level);
        self.pane.left + INSET + self.step() * place.unwrap_or(0) as f64
    }

    /// Between two percentiles, px.
    fn step(&self) -> f64 {
        (self.pane.width() - 2.0 * INSET) / (Level::COMPARED.len() - 1) as f64
    }

    /// Draws it; the curve of one endpoint has its values beside it.
    pub(super) fn draw(&self, canvas: &mut Canvas, curves: &[&DifferenceCurve<'_>]) {
        let palette = canvas.palette();
        let (left, right) = (self.pane.left, self.pane.right);
        self.pane
            .heading(canvas, self.language, self.upper - HEAD + 6.0);
        let ticks = ticks(self.axis, self.language);
        level_ticks(canvas, &ticks, left, right);
        let level = |level: Level| (self.x(level), self.language.number(&level.to_string()));
        upright_ticks(canvas, &Level::COMPARED.map(level), self.upper, self.lower);
        canvas.text(
            &Lettering::NOTE.fit(self.words.percentile, self.pane.width()),
            (self.pane.middle(), self.lower + 34.0),
            Align::Middle,
            Lettering::NOTE,
            palette.muted,
        );
        self.zero(canvas, curves);
        self.uncompared(canvas, curves);
        for curve in curves {
            let name = curve.lane.name;
            let id = format!("difference-{} {}", short(name), curve.connection);
            let title = spoken(self.language, name, curve.connection);
            canvas.group(&id, Some(&title), |canvas| {
                self.curve(canvas, curve, curves.len());
                if curves.len() == 1 {
                    self.values(canvas, curve);
                }
            });
        }
    }

    /// Says once of neighbouring percentiles at which no endpoint is compared that it is so.
    fn uncompared(&self, canvas: &mut Canvas, curves: &[&DifferenceCurve<'_>]) {
        let points = curves.iter().flat_map(|curve| &curve.points);
        let has_none = |level: Level| points.clone().all(|point| point.level() != level);
        let far = if self.axis.at(0.0) - self.upper > self.lower - self.axis.at(0.0) {
            self.upper + 12.0
        } else {
            self.lower - 12.0
        };
        for span in Level::COMPARED.chunk_by(|&a, &b| has_none(a) == has_none(b)) {
            let (first, last) = (span[0], span[span.len() - 1]);
            if !has_none(first) {
                continue;
            }
            let room = self.step() * span.len() as f64 - 2.0;
            let words = match Lettering::NOTE.width(self.words.uncompared) < room {
                true => self.words.uncompared,
                false => numbers::NOTHING,
            };
            let half = Lettering::NOTE.width(words) / 2.0;
            let middle = (self.x(first) + self.x(last)) / 2.0;
            let x = middle.min(self.pane.right - half);
            let colours = (canvas.palette().muted, canvas.behind());
            canvas.text_over(words, (x, far), Align::Middle, Lettering::NOTE, colours);
        }
    }

    fn zero(&self, canvas: &mut Canvas, curves: &[&DifferenceCurve<'_>]) {
        let palette = canvas.palette();
        let y = self.axis.at(0.0);
        let stroke = Stroke {
            colour: palette.text,
            width: 1.2,
        };
        canvas.line(&[(self.pane.left, y), (self.pane.right, y)], stroke);
        let label = Lettering::NOTE.fit(self.words.same, self.pane.width() - 8.0);
        let taken: Vec<[f64; 4]> = curves
            .iter()
            .flat_map(|curve| self.taken(curve, curves.len()))
            .collect();
        let left = self.beside_zero(Lettering::NOTE.width(&label), &taken);
        let colours = (palette.muted, canvas.behind());
        canvas.text_over(&label, left, Align::Start, Lettering::NOTE, colours);
    }

    /// Where a label of `width` px at the line of zero covers least of what is `taken`, on the side without data and at the
    /// left if it can.
    fn beside_zero(&self, width: f64, taken: &[[f64; 4]]) -> (f64, f64) {
        let zero = self.axis.at(0.0);
        let without_data = if self.lower - zero > zero - self.upper {
            9.0
        } else {
            -9.0
        };
        let (first, last) = (self.pane.left + 6.0, self.pane.right - 6.0 - width);
        let across =
            |y: f64| (0..=8).map(move |step| (first + (last - first) * f64::from(step) / 8.0, y));
        let places = across(zero + without_data).chain(across(zero - without_data));
        let covered = |&(left, y): &(f64, f64)| {
            let is_covered = |[from, top, to, bottom]: &&[f64; 4]| {
                left < *to && *from < left + width && y - 8.0 < *bottom && *top < y + 8.0
            };
            taken.iter().filter(is_covered).count()
        };
        let is_inside = |&(_, y): &(f64, f64)| self.upper <= y - 8.0 && y + 8.0 <= self.lower;
        let inside: Vec<(f64, f64)> = places.filter(is_inside).collect();
        let best = inside.iter().copied().min_by_key(covered);
        best.unwrap_or((first, zero + without_data))
    }

    /// What the curve's marks and values take: left, top, right, bottom, px.
    fn taken(&self, curve: &DifferenceCurve<'_>, curves: usize) -> Vec<[f64; 4]> {
        let (aside, beyond) = if curves > 1 { (7.0, 6.0) } else { (34.0, 22.0) };
        let of_point = |point: &Saved<'_>| {
            let (x, y) = self.at(curve, curves, *point);
            let ends = point.interval().unwrap_or([point.value(); 2]);
            let [low, high] = ends.map(|end| self.axis.at(end));
            [
                x - aside,
                high.min(y) - beyond,
                x + aside,
                low.max(y) + beyond,
            ]
        };
        curve.points.iter().map(of_point).collect()
    }

    fn at(&self, curve: &DifferenceCurve<'_>, curves: usize, point: Saved<'_>) -> (f64, f64) {
        // All marks of a percentile stand nearer to it than to any other.
        let most = 0.5 * self.step() / curves.max(2) as f64;
        let beside = BESIDE.min(most) * (curve.position as f64 - (curves as f64 - 1.0) / 2.0);
        (self.x(point.level()) + beside, self.axis.at(point.value()))
    }

    fn curve(&self, canvas: &mut Canvas, curve: &DifferenceCurve<'_>, curves: usize) {
        let own = colour_of(canvas, curve.lane.place, curve.position);
        let at = |point: &Saved<'_>| self.at(curve, curves, *point);
        for pair in curve.points.windows(2) {
            let forbidden = pair.iter().any(|point| point.is_forbidden);
            let colour = shade(canvas, own, forbidden);
            let stroke = Stroke { colour, width: 1.6 };
            canvas.line(&[at(&pair[0]), at(&pair[1])], stroke);
        }
        for point in &curve.points {
            let colour = shade(canvas, own, point.is_forbidden);
            if let Some([low, high]) = point.interval() {
                let ends = [low, high].map(|end| self.axis.at(end));
                let goes_on = [low, high].map(|end| !self.axis.holds(end));
                let whisker = Whisker::upright(at(point).0, ends);
                whisker.going_on(goes_on).draw(canvas, colour);
            }
            canvas.disc(at(point), whisker::DISC, colour);
        }
    }

    /// Writes the values above the whiskers and the intervals below, the median's and the last one's first, where they
    /// have room.
    fn values(&self, canvas: &mut Canvas, curve: &DifferenceCurve<'_>) {
        let palette = canvas.palette();
        let last = curve.points.len().saturating_sub(1);
        let mut places: Vec<usize> = (0..curve.points.len()).collect();
        places.sort_by_key(|&place| (place != 0, place != last));
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for place in places {
            let point = curve.points[place];
            let (low, high) = point
                .interval()
                .map_or((point.value(), point.value()), |[low, high]| (low, high));
            let (value, interval) = numbers::time_with_span(point.value(), low, high);
            let (lettering, colour) = match place {
                _ if point.is_forbidden => (Lettering::LABEL, palette.muted),
                0 => (Lettering::STRONG, palette.text),
                _ => (Lettering::LABEL, palette.text),
            };
            let y = (self.axis.at(high) - 14.0).max(self.upper - 7.0);
            self.value(canvas, (&value, y), point, &mut above, (lettering, colour));
            if point.interval().is_some() {
                let y = (self.axis.at(low) + 14.0).min(self.lower - 6.0);
                let style = (Lettering::NOTE, palette.muted);
                self.value(canvas, (&interval, y), point, &mut below, style);
            }
        }
    }

    /// Writes a text at the percentile of `point` where that covers none of those `taken`.
    fn value(
        &self,
        canvas: &mut Canvas,
        (text, y): (&str, f64),
        point: Saved<'_>,
        taken: &mut Vec<(f64, f64)>,
        (lettering, colour): (Lettering, Colour),
    ) {
        let text = self.language.number(text);
        let half = lettering.width(&text) / 2.0;
        let (from, to) = (self.pane.left + half + 2.0, self.pane.right - half);
        let x = self.x(point.level()).min(to).max(from);
        let covers = |&(left, right): &(f64, f64)| x - half < right && left < x + half;
        if taken.iter().any(covers) {
            return;
        }
        taken.push((x - half - 8.0, x + half + 8.0));
        let colours = (colour, canvas.behind());
        canvas.text_over(&text, (x, y), Align::Middle, lettering, colours);
    }
}

/// Where the ticks of the axis stand, px, and their labels.
pub(super) fn ticks(axis: SignedAxis, language: Language) -> Vec<(f64, String)> {
    let ticks = axis.ticks(1e6, 34.0);
    let sizes = ticks.iter().map(|tick| tick.abs());
    let greatest = sizes.fold(0.0, f64::max);
    let tick = |nanoseconds: f64| {
        let text = numbers::tick_beside(greatest, nanoseconds).replace('-', "−");
        (axis.at(nanoseconds), language.number(&text))
    };
    ticks.into_iter().map(tick).collect()
}

/// Grey for what a check forbids.
fn shade(canvas: &Canvas, own: Colour, forbidden: bool) -> Colour {
    if forbidden { canvas.palette().bar } else { own }
}

/// From the edge of a panel to its first and last percentile, px.
const INSET: f64 = 26.0;
