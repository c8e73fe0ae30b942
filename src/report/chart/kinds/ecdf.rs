//! What share of calls is answered within a given time? The shares of all calls that were answered by then; a failed call never was,
//! so that the curve of an endpoint with failures ends below 100 %.

use crate::judge::{Place, Row};
use crate::plan::{ConnectionMode, Level};

use crate::report::chart::chosen;
use crate::report::chart::drawing::axis::{LogAxis, Span};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::labels::spread;
use crate::report::chart::drawing::panel::{colour_of, level_ticks, upright_ticks};
use crate::report::chart::drawing::plots::panes::{Pane, across, require_readable};
use crate::report::chart::drawing::plots::rows::{short, spoken};
use crate::report::chart::drawing::plots::whisker;
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::View;
use crate::report::view::table::Soundness;
use crate::report::words::chart::fill;
use crate::report::words::chart::kinds::ecdf::{EcdfWords, words};
use crate::report::words::language::Language;
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "ecdf",
    question: "What share of calls is answered within a given time?",
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
    let curves = curves(KIND.name, &view)?;
    let ends = curves
        .iter()
        .flat_map(|curve| [curve.steps.first(), curve.steps.last()]);
    let times = ends.flatten().map(|step| step.time);
    let axis = LogAxis::over(times, Span { from: 0.0, to: 1.0 }).ok_or(ChartError::NoData {
        kind: KIND.name,
        operation: view.operation,
    })?;
    let panes = across(&view.connections, spec.look.width, TICK_ROOM, AFTER);
    require_readable(&panes, spec.wording.language, spec.look.width)?;
    let words = words(spec.wording.language);
    let frame = Frame::around(
        &view,
        title(&view, words),
        what(&view, &curves, words),
        key(&view, &curves, words),
    );
    let others = HEAD + FOOT;
    let plot = frame.room(others + PLOT, others + LEAST_PLOT)? - others;
    Ok(frame.picture(others + plot, |canvas, top| {
        for pane in panes {
            let sheet = Drawing {
                pane,
                times: axis.placed(Span {
                    from: pane.left,
                    to: pane.right,
                }),
                upper: top + HEAD,
                lower: top + HEAD + plot,
                language: spec.wording.language,
                words,
            };
            let shown: Vec<&ShareCurve<'_>> = curves
                .iter()
                .filter(|curve| curve.connection == pane.connection)
                .collect();
            sheet.draw(canvas, &shown);
        }
    }))
}

const HEAD: f64 = 28.0;
const PLOT: f64 = 260.0;
const LEAST_PLOT: f64 = 120.0;
const FOOT: f64 = 46.0;
/// Room for the labels of the shares, px.
const TICK_ROOM: f64 = 48.0;
/// Room for the half of the last time's label, px.
const AFTER: f64 = 26.0;
/// Strokes and gaps of the Regional curves where they are grey, px; the global one is solid.
const PATTERNS: [&str; MOST] = ["7 3", "2 3", "9 3 2 3", "14 5"];
/// Most Regional endpoints in one picture: as many as there are colours.
const MOST: usize = 4;

/// One endpoint over one kind of connection.
pub(crate) struct ShareCurve<'a> {
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Whose.
    pub name: &'a str,
    /// Which side it is on.
    pub place: Place,
    /// Position among the Regional endpoints that are shown.
    pub position: usize,
    /// From which percentile on a check forbids it, as a share.
    pub forbidden_from: Option<f64>,
    /// The median of all calls, ns.
    median: Option<f64>,
    /// Calls that were never answered.
    failed: u64,
    /// Rising.
    pub steps: Vec<ShareStep>,
}

impl ShareCurve<'_> {
    /// Whether a part of it is forbidden.
    fn has_grey(&self) -> bool {
        let last = self.steps.last().map_or(0.0, |step| step.share);
        self.forbidden_from.is_some_and(|from| from <= last)
    }

    /// Whether all of it is forbidden, so that it has no colour to be known by.
    fn is_grey(&self) -> bool {
        let first = self.steps.first().map_or(0.0, |step| step.share);
        self.forbidden_from.is_some_and(|from| from <= first)
    }

    /// The strokes and gaps by which it is known where it is grey.
    fn pattern(&self) -> &'static str {
        match self.place {
            Place::Global => "",
            Place::Regional | Place::Twin => PATTERNS[self.position % PATTERNS.len()],
        }
    }
}

/// By then that share of the calls is answered.
pub(crate) struct ShareStep {
    /// ns.
    pub time: f64,
    /// Of all calls.
    pub share: f64,
}

/// The curves that are shown.
///
/// # Errors
/// [`ChartError::TooMany`] where more endpoints were asked for than there are colours.
pub(crate) fn curves<'v>(
    kind: &'static str,
    view: &'v View<'_>,
) -> Result<Vec<ShareCurve<'v>>, ChartError> {
    let regional = chosen::regional(view, kind, MOST)?.into_iter().enumerate();
    let lanes = view.global().map(|lane| (0, lane)).into_iter();
    let mut curves = Vec::new();
    for (position, lane) in lanes.chain(regional) {
        for &connection in &view.connections {
            let Some(row) = lane.over(connection) else {
                continue;
            };
            let steps = steps(view, row);
            curves.push(ShareCurve {
                connection,
                name: lane.name,
                place: lane.place,
                position,
                forbidden_from: view.forbidden_from(row),
                median: row.service_time.percentile(Level::P50),
                failed: row.counts.failed(),
                steps,
            });
        }
    }
    curves.retain(|curve| !curve.steps.is_empty());
    Ok(curves)
}

/// Every time that was recorded, with the share of all calls that had an answer by then.
fn steps(view: &View<'_>, row: &Row) -> Vec<ShareStep> {
    let Some(series) = view.series(row) else {
        return Vec::new();
    };
    let all = row.calls().max(1) as f64;
    let mut answered = 0;
    let times = series.service_time.to_hdr();
    let steps = times.iter_recorded().map(|value| {
        answered += value.count_at_value();
        ShareStep {
            time: value.value_iterated_to() as f64,
            share: answered as f64 / all,
        }
    });
    steps.collect()
}

/// Within what time half of the calls have their answer, where that may be claimed.
pub(crate) fn title(view: &View<'_>, words: &EcdfWords) -> String {
    let language = view.spec.wording.language;
    let claim = || {
        let leading = view.leading();
        let lane = chosen::foremost(view)?;
        let time = |nanoseconds: f64| language.number(&numbers::duration(nanoseconds));
        let own = time(view.time_of(lane, leading)?);
        let global = view
            .global()
            .and_then(|global| view.time_of(global, leading));
        Some(match global {
            Some(global) => fill(words.finding, &[lane.name, &own, &time(global)]),
            None => fill(words.alone, &[lane.name, &own]),
        })
    };
    match view.soundness() {
        Soundness::Sound => claim().unwrap_or_else(|| words.question.to_owned()),
        Soundness::Invalid => words.question.to_owned(),
    }
}

fn what(view: &View<'_>, curves: &[ShareCurve<'_>], words: &EcdfWords) -> Vec<String> {
    let mut parts = vec![fill(words.what, &[view.operation.api_name()])];
    let mut shown: Vec<&str> = curves.iter().map(|curve| curve.name).collect();
    shown.sort_unstable();
    shown.dedup();
    if shown.len() < view.lanes.len() {
        let numbers = [shown.len(), view.lanes.len()].map(|number| number.to_string());
        parts.push(fill(view.words().of_endpoints, &[&numbers[0], &numbers[1]]));
    }
    parts.extend(chosen::silent(view));
    parts.push(words.median.to_owned());
    parts.push(words.log_scale.to_owned());
    if curves.iter().any(|curve| curve.failed > 0) {
        parts.push(words.unanswered.to_owned());
    }
    parts
}

fn key(view: &View<'_>, curves: &[ShareCurve<'_>], words: &EcdfWords) -> Vec<(Swatch, String)> {
    let palette = view.spec.look.appearance.palette();
    let language = view.spec.wording.language;
    let mut key: Vec<(Swatch, String)> = Vec::new();
    for of_one in curves.chunk_by(|a, b| a.name == b.name) {
        let colour = match of_one[0].place {
            Place::Global => palette.global,
            Place::Regional | Place::Twin => palette.regional[of_one[0].position],
        };
        let medians = of_one.iter().filter_map(|curve| curve.median);
        let medians: Vec<String> = medians
            .map(|median| language.number(&numbers::duration(median)))
            .collect();
        let text = format!("{} {}", of_one[0].name, medians.join(" / "));
        let swatch = if of_one.iter().all(ShareCurve::is_grey) {
            Swatch::Patterned(palette.bar, of_one[0].pattern())
        } else {
            Swatch::Disc(colour)
        };
        key.push((swatch, text));
    }
    if curves.iter().any(ShareCurve::has_grey) {
        key.push((Swatch::Disc(palette.bar), words.grey.to_owned()));
    }
    key
}

/// Least distance between two ticks of the times, px.
const CLOSEST_TIMES: f64 = 40.0;

/// One panel.
struct Drawing {
    pane: Pane,
    times: LogAxis,
    upper: f64,
    lower: f64,
    language: Language,
    words: &'static EcdfWords,
}

impl Drawing {
    fn y(&self, share: f64) -> f64 {
        self.lower + (self.upper - self.lower) * share
    }

    fn draw(&self, canvas: &mut Canvas, curves: &[&ShareCurve<'_>]) {
        let palette = canvas.palette();
        let (left, right) = (self.pane.left, self.pane.right);
        self.pane
            .heading(canvas, self.language, self.upper - HEAD + 6.0);
        let share = |quarter: u32| {
            let share = f64::from(quarter) / 4.0;
            (self.y(share), numbers::percent_as_set(share))
        };
        level_ticks(canvas, &[0, 1, 2, 3, 4].map(share), left, right);
        let ticks = self.times.ticks(CLOSEST_TIMES);
        let places = ticks.iter().map(|&time| self.times.at(time));
        let ticks: Vec<_> = places.zip(self.language.ticks(&ticks)).collect();
        upright_ticks(canvas, &ticks, self.upper, self.lower);
        let at = (self.pane.middle(), self.lower + 34.0);
        canvas.text(
            self.words.time,
            at,
            Align::Middle,
            Lettering::NOTE,
            palette.muted,
        );
        for curve in curves {
            let id = format!("ecdf-{} {}", short(curve.name), curve.connection);
            let title = spoken(self.language, curve.name, curve.connection);
            canvas.group(&id, Some(&title), |canvas| {
                self.curve(canvas, curve);
            });
        }
        let mut taken = Vec::new();
        self.failures(canvas, curves, &mut taken);
        self.medians(canvas, curves, taken);
    }

    fn curve(&self, canvas: &mut Canvas, curve: &ShareCurve<'_>) {
        let (own, grey) = (
            colour_of(canvas, curve.place, curve.position),
            canvas.palette().bar,
        );
        let width = match curve.place {
            Place::Global => 2.6,
            Place::Regional | Place::Twin => 2.0,
        };
        let allowed = curve.forbidden_from.unwrap_or(f64::INFINITY);
        let path = self.path(curve);
        let forbidden = |point: &Point| point.1 <= self.y(allowed.min(2.0));
        let split = path.iter().position(forbidden).unwrap_or(path.len());
        let stroke = |colour: Colour| Stroke { colour, width };
        if split > 0 {
            canvas.line(&path[..split], stroke(own));
        }
        if split < path.len() {
            let from = split.saturating_sub(1);
            canvas.patterned(&path[from..], stroke(grey), curve.pattern());
        }
        if curve.failed > 0
            && let Some(&(x, y)) = path.last()
        {
            let stroke = Stroke {
                colour: if curve.has_grey() { grey } else { own },
                width: 1.4,
            };
            canvas.dashes(&[(x, y), (self.pane.right, y)], stroke);
        }
    }

    /// How many calls failed, at the right of each curve that ends below all calls, and over all lines.
    fn failures(&self, canvas: &mut Canvas, curves: &[&ShareCurve<'_>], taken: &mut Vec<[f64; 4]>) {
        let end = |curve: &ShareCurve<'_>| curve.steps.last().map_or(0.0, |step| step.share);
        let failing: Vec<_> = curves.iter().filter(|curve| curve.failed > 0).collect();
        let wanted: Vec<f64> = failing.iter().map(|it| self.y(end(it)) + 11.0).collect();
        let places = spread(&wanted, 16.0, self.upper + 8.0, self.lower - 8.0);
        for (curve, y) in failing.into_iter().zip(places) {
            let failed = self.language.number(&numbers::count(curve.failed));
            let label = fill(self.words.failed, &[&failed]);
            let label = Lettering::NOTE.fit(&label, self.pane.width());
            let at = (self.pane.right - 2.0, y);
            let colours = (canvas.palette().muted, canvas.behind());
            canvas.text_over(&label, at, Align::End, Lettering::NOTE, colours);
            let left = at.0 - Lettering::NOTE.width(&label);
            taken.push([left, y - 8.0, at.0, y + 8.0]);
        }
    }

    /// The curve as stairs, with no more corners than can be seen.
    fn path(&self, curve: &ShareCurve<'_>) -> Vec<Point> {
        let mut path: Vec<Point> = Vec::new();
        let mut before = self.lower;
        let last = curve.steps.len().saturating_sub(1);
        for (number, step) in curve.steps.iter().enumerate() {
            let (x, y) = (self.times.at(step.time), self.y(step.share));
            let is_seen = path.last().is_none_or(|&(x_before, y_before)| {
                x - x_before >= FINEST || y_before - y >= FINEST
            });
            if is_seen || number == last {
                path.extend([(x, before), (x, y)]);
                before = y;
            }
        }
        path
    }

    /// A dot at each median, with its time beside it where that covers nothing.
    fn medians(&self, canvas: &mut Canvas, curves: &[&ShareCurve<'_>], mut taken: Vec<[f64; 4]>) {
        let palette = canvas.palette();
        let y = self.y(0.5);
        let mut medians: Vec<(f64, f64, &ShareCurve<'_>)> = curves
            .iter()
            .filter_map(|curve| Some((self.times.at(curve.median?), curve.median?, *curve)))
            .collect();
        medians.sort_by(|a, b| a.0.total_cmp(&b.0));
        let disc = |x: f64| [x - whisker::DISC, y, x + whisker::DISC, y + whisker::DISC];
        taken.extend(medians.iter().map(|&(x, ..)| disc(x)));
        for &(x, median, curve) in &medians {
            let forbidden = curve.forbidden_from.is_some_and(|from| from <= 0.5);
            let (colour, ink) = if forbidden {
                (palette.bar, palette.muted)
            } else {
                let own = colour_of(canvas, curve.place, curve.position);
                (own, palette.text)
            };
            canvas.disc((x, y), whisker::DISC, colour);
            let time = self.language.number(&numbers::duration(median));
            // In grey, a curve has no colour to be known by.
            let label = if forbidden {
                format!("{} {time}", curve.name)
            } else {
                time
            };
            let width = Lettering::STRONG.width(&label);
            let sides = [
                (x + BESIDE, x + BESIDE + width),
                (x - BESIDE - width, x - BESIDE),
            ];
            let is_free = |&(left, right): &(f64, f64)| {
                let covers = |[from, top, to, bottom]: &[f64; 4]| {
                    left - 4.0 < *to && *from < right + 4.0 && y + 3.0 < *bottom && *top < y + 19.0
                };
                left >= self.pane.left && right <= self.pane.right && !taken.iter().any(covers)
            };
            let Some((left, right)) = sides.into_iter().find(is_free) else {
                continue;
            };
            taken.push([left, y + 3.0, right, y + 19.0]);
            let colours = (ink, canvas.behind());
            let at = (left, y + 11.0);
            canvas.text_over(&label, at, Align::Start, Lettering::STRONG, colours);
        }
    }
}

/// From a median's dot to its time, px.
const BESIDE: f64 = 9.0;
/// Steps closer than this are drawn as one, px.
const FINEST: f64 = 0.4;
