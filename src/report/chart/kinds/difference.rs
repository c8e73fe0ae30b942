//! How much time does a Regional endpoint save, on slow calls too? The paired differences of a run by percentile, with the
//! intervals that belong to them.

use crate::judge::Summary;
use crate::plan::{ConnectionMode, Level};

use crate::report::chart::chosen;
use crate::report::chart::drawing::axis::Span;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Stroke};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::labels::spread;
use crate::report::chart::drawing::panel::{colour_of, level_ticks, upright_ticks};
use crate::report::chart::drawing::plots::panes::{Pane, across};
use crate::report::chart::drawing::plots::rows::{short, spoken};
use crate::report::chart::drawing::plots::signed::SignedAxis;
use crate::report::chart::drawing::plots::whisker::{self, Whisker};
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::saving::Saved;
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::view::table::Soundness;
use crate::report::words::chart::fill;
use crate::report::words::chart::kinds::difference::{DifferenceWords, words};
use crate::report::words::chart::kinds::whiskers::whiskers;
use crate::report::words::language::Language;
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "difference",
    question: "How much time does a Regional endpoint save, on slow calls too?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Height,
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw: Draw::Runs(draw),
};

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let curves = curves(&view, runs[0].summary);
    if curves.iter().all(|curve| curve.points.is_empty()) {
        return Err(ChartError::Nothing {
            kind: KIND.name,
            reason: "no endpoint of the selection is compared with the global one".to_owned(),
        });
    }
    let names = match endpoints(&curves) {
        1 => 0.0,
        _ => widest(&curves) + LEADER,
    };
    let words = words(spec.wording.language);
    let frame = Frame::around(
        &view,
        title(&view, &curves, words),
        what(&view, &curves, words),
        key(&view, &curves, words),
    );
    let (panes, rows) = panes(&view, names);
    let others = HEAD + FOOT;
    let usual = if rows > 1.0 { STACKED_PLOT } else { PLOT };
    let room = frame.room((others + usual) * rows, (others + LEAST_PLOT) * rows)?;
    let plot = room / rows - others;
    Ok(frame.picture(room, |canvas, top| {
        for (row, pane) in panes {
            let top = top + (others + plot) * row;
            let shown: Vec<&DifferenceCurve<'_>> = curves
                .iter()
                .filter(|curve| curve.connection == pane.connection)
                .collect();
            let extent = shown.iter().flat_map(|curve| &curve.points);
            let span = Span {
                from: top + HEAD + plot,
                to: top + HEAD,
            };
            let Some(axis) = SignedAxis::over(extent.flat_map(|point| point.extent()), span) else {
                continue;
            };
            let sheet = Drawing {
                pane,
                axis,
                upper: top + HEAD,
                lower: top + HEAD + plot,
                language: spec.wording.language,
                words,
            };
            sheet.draw(canvas, &shown, names > 0.0);
        }
    }))
}

/// The panels side by side, or each in a row of its own where they would be too narrow to read; and the number of rows.
fn panes(view: &View<'_>, names: f64) -> (Vec<(f64, Pane)>, f64) {
    let width = view.spec.look.width;
    let side_by_side = across(&view.connections, width, TICK_ROOM, names);
    if side_by_side.iter().all(|pane| pane.width() >= LEAST_PANE) {
        return (
            side_by_side.into_iter().map(|pane| (0.0, pane)).collect(),
            1.0,
        );
    }
    let connections = view.connections.chunks(1).enumerate();
    let rows = connections.flat_map(|(row, connection)| {
        let panes = across(connection, width, TICK_ROOM, names).into_iter();
        panes.map(move |pane| (row as f64, pane))
    });
    (rows.collect(), view.connections.len() as f64)
}

/// Narrower panels cut their labels, px.
const LEAST_PANE: f64 = 190.0;
const HEAD: f64 = 30.0;
const PLOT: f64 = 260.0;
const STACKED_PLOT: f64 = 180.0;
const LEAST_PLOT: f64 = 120.0;
const FOOT: f64 = 46.0;
/// Room for the labels of the differences, px.
const TICK_ROOM: f64 = 58.0;
const LONGEST_NAME: f64 = 120.0;
/// Length of the line between a curve's end and its name, px.
const LEADER: f64 = 26.0;
/// Most endpoints in one picture: as many as there are colours.
const MOST: usize = 4;
/// Distance between the marks of two endpoints at the same percentile, px.
const BESIDE: f64 = 9.0;

/// One endpoint over one kind of connection.
pub(crate) struct DifferenceCurve<'a> {
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Whose.
    pub lane: &'a Lane<'a>,
    /// Position among the endpoints that are shown.
    pub position: usize,
    /// Rising percentiles.
    pub points: Vec<Saved<'a>>,
}

/// The curves that are shown.
pub(crate) fn curves<'v>(view: &'v View<'_>, summary: &'v Summary) -> Vec<DifferenceCurve<'v>> {
    let mut curves = Vec::new();
    for (position, lane) in chosen::regional(view, MOST).into_iter().enumerate() {
        for &connection in &view.connections {
            let Some(row) = lane.over(connection) else {
                continue;
            };
            let points = Level::COMPARED.into_iter();
            curves.push(DifferenceCurve {
                connection,
                lane,
                position,
                points: points
                    .filter_map(|level| Saved::of(summary, row, level))
                    .collect(),
            });
        }
    }
    curves
}

fn endpoints(curves: &[DifferenceCurve<'_>]) -> usize {
    let numbers = curves.iter().map(|curve| curve.position + 1);
    numbers.max().unwrap_or(0)
}

fn widest(curves: &[DifferenceCurve<'_>]) -> f64 {
    let widths = curves
        .iter()
        .map(|curve| Lettering::LABEL.width(curve.lane.name));
    widths.fold(0.0, f64::max).min(LONGEST_NAME)
}

/// What the first endpoint saves by the median and by the highest percentile that tells it apart, where that may be claimed.
pub(crate) fn title(
    view: &View<'_>,
    curves: &[DifferenceCurve<'_>],
    words: &DifferenceWords,
) -> String {
    let language = view.spec.wording.language;
    let claim = || {
        let of_leading = |curve: &&DifferenceCurve<'_>| curve.connection == view.leading();
        let curve = curves.iter().find(of_leading)?;
        let mut apart = curve.points.iter().filter(|point| point.is_significant());
        let median = apart.next().filter(|point| point.level() == Level::P50)?;
        let saves = median.value() >= 0.0;
        let time = |point: &Saved<'_>| language.number(&numbers::duration(point.value().abs()));
        let claim = fill(
            if saves { words.saves } else { words.costs },
            &[curve.lane.name, &time(median)],
        );
        let tail = apart.rfind(|point| (point.value() >= 0.0) == saves);
        let tail = tail.map(|point| {
            let level = language.number(&point.level().to_string());
            fill(words.and_at, &[&time(point), &level])
        });
        Some(claim + &tail.unwrap_or_default())
    };
    match view.soundness() {
        Soundness::Sound => claim().unwrap_or_else(|| words.question.to_owned()),
        Soundness::Invalid => words.question.to_owned(),
    }
}

/// What is shown, in parts.
pub(crate) fn what(
    view: &View<'_>,
    curves: &[DifferenceCurve<'_>],
    words: &DifferenceWords,
) -> Vec<String> {
    let mut parts = vec![fill(words.what, &[view.operation.api_name()])];
    let (some, all) = (endpoints(curves), view.regional().count());
    if some < all {
        let numbers = [some, all].map(|number| number.to_string());
        parts.push(fill(words.of_endpoints, &[&numbers[0], &numbers[1]]));
    }
    parts.push(words.above_zero.to_owned());
    let mut points = curves.iter().flat_map(|curve| &curve.points);
    let confidence = points.find_map(|point| point.confidence());
    parts.extend(
        confidence.map(|(confidence, together)| {
            whiskers(view.spec.wording.language, confidence, together)
        }),
    );
    parts
}

fn key(
    view: &View<'_>,
    curves: &[DifferenceCurve<'_>],
    words: &DifferenceWords,
) -> Vec<(Swatch, String)> {
    let palette = view.spec.look.appearance.palette();
    let mut key = Vec::new();
    if endpoints(curves) == 1 {
        let name = curves.first().map_or("", |curve| curve.lane.name);
        key.push((Swatch::Disc(palette.regional[0]), name.to_owned()));
    }
    let mut points = curves.iter().flat_map(|curve| &curve.points);
    if points.any(|point| point.is_forbidden) {
        key.push((Swatch::Disc(palette.bar), words.grey.to_owned()));
    }
    key
}

/// One panel.
struct Drawing {
    pane: Pane,
    axis: SignedAxis,
    upper: f64,
    lower: f64,
    language: Language,
    words: &'static DifferenceWords,
}

impl Drawing {
    /// Each further nine as far as the one before, from the median on.
    fn x(&self, level: Level) -> f64 {
        let nines = |level: Level| -(1.0 - level.share()).log10();
        let [first, .., last] = Level::COMPARED.map(nines);
        let (left, right) = (self.pane.left + INSET, self.pane.right - INSET);
        left + (right - left) * (nines(level) - first) / (last - first)
    }

    /// `named`: each curve has its name beside it, rather than its values.
    fn draw(&self, canvas: &mut Canvas, curves: &[&DifferenceCurve<'_>], named: bool) {
        let palette = canvas.palette();
        let (left, right) = (self.pane.left, self.pane.right);
        self.pane
            .heading(canvas, self.language, self.upper - HEAD + 6.0);
        let ticks = self.axis.ticks(1e6, 34.0);
        let greatest = ticks
            .iter()
            .fold(0.0, |most: f64, tick| most.max(tick.abs()));
        let tick = |nanoseconds: f64| {
            let text = numbers::tick_beside(greatest, nanoseconds).replace('-', "−");
            (self.axis.at(nanoseconds), self.language.number(&text))
        };
        let ticks: Vec<_> = ticks.into_iter().map(tick).collect();
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
        self.zero(canvas);
        let wanted: Vec<f64> = curves.iter().map(|curve| self.end(curve)).collect();
        let places = spread(&wanted, 17.0, self.upper + 8.0, self.lower - 8.0);
        for (curve, y) in curves.iter().zip(places) {
            let name = curve.lane.name;
            let id = format!("difference-{} {}", short(name), curve.connection);
            let title = spoken(self.language, name, curve.connection);
            canvas.group(&id, Some(&title), |canvas| {
                self.curve(canvas, curve, curves.len());
                if named {
                    self.name(canvas, curve, curves.len(), y);
                } else {
                    self.values(canvas, curve);
                }
            });
        }
    }

    fn zero(&self, canvas: &mut Canvas) {
        let palette = canvas.palette();
        let y = self.axis.at(0.0);
        let stroke = Stroke {
            colour: palette.text,
            width: 1.2,
        };
        canvas.line(&[(self.pane.left, y), (self.pane.right, y)], stroke);
        let label = Lettering::NOTE.fit(self.words.same, self.pane.width() - 8.0);
        // The side of zero on which there is no data.
        let beside = if self.lower - y > y - self.upper {
            9.0
        } else {
            -9.0
        };
        let at = (self.pane.left + 6.0, y + beside);
        let colours = (palette.muted, canvas.behind());
        canvas.text_over(&label, at, Align::Start, Lettering::NOTE, colours);
    }

    /// Where the last point of the curve stands.
    fn end(&self, curve: &DifferenceCurve<'_>) -> f64 {
        let last = curve.points.last();
        self.axis.at(last.map_or(0.0, |point| point.value()))
    }

    fn at(&self, curve: &DifferenceCurve<'_>, curves: usize, point: Saved<'_>) -> (f64, f64) {
        let beside = BESIDE * (curve.position as f64 - (curves as f64 - 1.0) / 2.0);
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
                Whisker::upright(at(point).0, ends).draw(canvas, colour);
            }
            canvas.disc(at(point), whisker::DISC, colour);
        }
    }

    /// Writes the values above the whiskers and the intervals below, the median's and the last one's first, where they
    /// have room; and where the curve ends early, why.
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
        if last + 1 < Level::COMPARED.len() {
            let right = self.pane.right - 4.0;
            let from = curve
                .points
                .get(last)
                .map_or(self.pane.left, |point| self.x(point.level()));
            if Lettering::NOTE.width(self.words.uncompared) < right - from - 12.0 {
                let at = (right, self.end(curve));
                let words = self.words.uncompared;
                let colours = (palette.muted, canvas.behind());
                canvas.text_over(words, at, Align::End, Lettering::NOTE, colours);
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

    fn name(&self, canvas: &mut Canvas, curve: &DifferenceCurve<'_>, curves: usize, y: f64) {
        let palette = canvas.palette();
        let colour = colour_of(canvas, curve.lane.place, curve.position);
        let x = self.pane.right + LEADER;
        if let Some(&last) = curve.points.last() {
            let stroke = Stroke { colour, width: 1.0 };
            let end = self.at(curve, curves, last);
            canvas.line(&[end, (x - 10.0, y), (x - 4.0, y)], stroke);
        }
        let name = Lettering::LABEL.fit(curve.lane.name, LONGEST_NAME);
        canvas.text(&name, (x, y), Align::Start, Lettering::LABEL, palette.text);
    }
}

/// Grey for what a check forbids.
fn shade(canvas: &Canvas, own: Colour, forbidden: bool) -> Colour {
    if forbidden { canvas.palette().bar } else { own }
}

/// From the edge of a panel to its first and last percentile, px.
const INSET: f64 = 26.0;
