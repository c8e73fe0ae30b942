//! How slow are the slow calls? Each endpoint's percentiles, with as much room for each further nine.

use crate::judge::{Place, Row};
use crate::plan::{ConnectionMode, Level};
use crate::report::chart::drawing::axis::{LogAxis, NinesAxis, Span};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::{Frame, MARGIN, Swatch};
use crate::report::chart::drawing::labels::spread;
use crate::report::chart::drawing::panel::{colour_of, emphasis, level_ticks, upright_ticks};
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::{connection, fill};
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "percentiles",
    question: "How slow are the slow calls?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Height,
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
        ChartOption::Top,
    ],
    draw: Draw::Runs(draw),
};

const HEAD: f64 = 26.0;
const PLOT: f64 = 200.0;
const LEAST_PLOT: f64 = 90.0;
const FOOT: f64 = 44.0;
/// Room for the labels of the times, px.
const TICK_ROOM: f64 = 58.0;
/// Length of the line between a curve's end and its name, px.
const LEADER: f64 = 22.0;
/// The longest label, as a share of the picture's width.
const LONGEST_LABEL: f64 = 0.3;
/// How many of the fastest Regional endpoints are drawn where nothing is asked for.
const FASTEST: usize = 3;
/// How many points a curve has: more than it has pixels between two of its values.
const POINTS: u32 = 240;

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let curves = curves(&view);
    if curves.is_empty() {
        return Err(ChartError::NoData {
            kind: KIND.name,
            operation: view.operation,
        });
    }
    let frame = Frame::around(
        &view,
        view.words().percentiles_title.to_owned(),
        what(&view, curves.iter().any(|curve| !curve.bands.is_empty())),
        key(&view, &curves),
    );
    let panels = view.connections.len() as f64;
    let others = HEAD + FOOT;
    let room = frame.room((others + PLOT) * panels, (others + LEAST_PLOT) * panels)?;
    let plot = room / panels - others;
    let longest = curves.iter().map(|curve| curve.count).max().unwrap_or(0);
    let labels = curves
        .iter()
        .map(|curve| emphasis(curve.place).width(&curve.label(&view)))
        .fold(0.0, f64::max)
        .min(LONGEST_LABEL * spec.look.width);
    let (left, right) = (
        MARGIN + TICK_ROOM,
        spec.look.width - MARGIN - labels - LEADER,
    );
    Ok(frame.picture(room, |canvas, top| {
        for (number, &connection) in view.connections.iter().enumerate() {
            let upper = top + (others + plot) * number as f64 + HEAD;
            let panel = Panel {
                view: &view,
                connection,
                nines: NinesAxis::supporting(
                    longest,
                    Span {
                        from: left,
                        to: right,
                    },
                ),
                times: times(&curves, connection, (upper, upper + plot)),
                x: (left, right),
                y: (upper, upper + plot),
                labels,
            };
            canvas.group(connection.as_str(), None, |canvas| {
                panel.draw(canvas, &curves);
            });
        }
    }))
}

/// The times over one kind of connection, from the upper edge to the lower one.
fn times(
    curves: &[PercentileCurve<'_>],
    connection: ConnectionMode,
    (upper, lower): (f64, f64),
) -> LogAxis {
    let span = Span {
        from: lower,
        to: upper,
    };
    let own = curves.iter().filter(|curve| curve.connection == connection);
    LogAxis::over(own.flat_map(PercentileCurve::extremes), span)
        .unwrap_or_else(|| LogAxis::empty(span))
}

fn what(view: &View<'_>, bands: bool) -> Vec<String> {
    let words = view.words();
    let mut parts = vec![fill(words.by_percentile, &[view.operation.api_name()])];
    let all = view.global().into_iter().count() + measured(view).len();
    let some = shown(view).len();
    let numbers = [some, all].map(|number| number.to_string());
    if some < all && view.spec.selection.top.is_some() {
        parts.push(fill(words.of_endpoints, &[&numbers[0], &numbers[1]]));
    } else if some < all {
        let rule = match view.global() {
            Some(_) => words.rule_with_global,
            None => words.rule,
        };
        let rule = fill(rule, &[&FASTEST.to_string()]);
        parts.push(fill(
            words.some_endpoints,
            &[&numbers[0], &numbers[1], &rule],
        ));
    }
    if bands {
        parts.push(fill(words.bands, &[&view.confidence()]));
    }
    parts.push(words.dashed.to_owned());
    parts.push(format!("{}, {}", words.log_scale, words.lower_is_better));
    parts
}

fn key(view: &View<'_>, curves: &[PercentileCurve<'_>]) -> Vec<(Swatch, String)> {
    let (palette, words) = (view.palette(), view.words());
    let mut key = Vec::new();
    if curves.iter().any(|curve| !curve.limits.is_empty()) {
        key.push((Swatch::Limit(palette.failure), words.gate_limit.to_owned()));
    }
    if curves.iter().any(PercentileCurve::is_forbidden) {
        key.push((
            Swatch::Cross(palette.failure),
            words.check_forbids.to_owned(),
        ));
    }
    key
}

/// One endpoint over one kind of connection.
pub(crate) struct PercentileCurve<'a> {
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Whose.
    pub name: &'a str,
    /// Which side it is on.
    pub place: Place,
    /// Position among the Regional endpoints that are shown.
    pub position: usize,
    count: u64,
    /// From which percentile on a check forbids it, as a share.
    pub forbidden_from: Option<f64>,
    /// Percentile as a share, and service time in ns.
    pub points: Vec<(f64, f64)>,
    /// Percentile as a share, and its interval in ns.
    pub bands: Vec<(f64, f64, f64)>,
    /// Percentile as a share, and a gate's limit in ns.
    limits: Vec<(f64, f64)>,
}

impl PercentileCurve<'_> {
    fn forbids(&self, share: f64) -> bool {
        self.forbidden_from.is_some_and(|from| share >= from)
    }

    fn is_forbidden(&self) -> bool {
        self.points.iter().any(|&(share, _)| self.forbids(share))
    }

    /// Every time that has to be on the axis, ns.
    fn extremes(&self) -> impl Iterator<Item = f64> {
        let ends = [self.points.first(), self.points.last()];
        let ends = ends.into_iter().flatten().map(|&(_, time)| time);
        let bands = self.bands.iter().flat_map(|&(_, low, high)| [low, high]);
        ends.chain(bands)
            .chain(self.limits.iter().map(|&(_, limit)| limit))
    }

    /// Its name, and the time at its end with the percentile that this is.
    fn label(&self, view: &View<'_>) -> String {
        let (share, time) = self.points.last().copied().unwrap_or_default();
        let percentile = numbers::last_percentile(share);
        let percentile = view.language().number(&percentile);
        format!("{}  {percentile} {}", self.name, view.duration(time))
    }

    /// The same without the percentile, for where it does not fit.
    fn short_label(&self, view: &View<'_>) -> String {
        let (_, time) = self.points.last().copied().unwrap_or_default();
        format!("{}  {}", self.name, view.duration(time))
    }
}

/// The Regional endpoints that have a median, fastest first.
fn measured<'v, 'a>(view: &'v View<'a>) -> Vec<&'v Lane<'a>> {
    view.regional()
        .filter(|lane| lane.rows().any(|row| view.time(row).is_some()))
        .collect()
}

/// The global endpoint, the fastest Regional ones and, for the contrast, the slowest; or those that were asked for.
fn shown<'v, 'a>(view: &'v View<'a>) -> Vec<(usize, &'v Lane<'a>)> {
    let measured = measured(view);
    let last = measured.len().saturating_sub(1);
    let selection = &view.spec.selection;
    let regional = measured
        .into_iter()
        .enumerate()
        .filter(|&(i, _)| match selection.top {
            Some(top) => i < top,
            None => !selection.endpoints.is_empty() || i < FASTEST || i == last,
        })
        .map(|(_, lane)| lane);
    regional
        .enumerate()
        .chain(view.global().map(|lane| (0, lane)))
        .collect()
}

/// The curves that are shown.
pub(crate) fn curves<'a>(view: &View<'a>) -> Vec<PercentileCurve<'a>> {
    let mut curves = Vec::new();
    for (position, lane) in shown(view) {
        for row in lane.rows() {
            let series = view.series(row);
            let Some(series) = series.filter(|series| !series.service_time.is_empty()) else {
                continue;
            };
            let times = series.service_time.to_hdr();
            let points = NinesAxis::shares(times.len(), POINTS)
                .map(|share| (share, times.value_at_quantile(share) as f64))
                .collect();
            curves.push(PercentileCurve {
                connection: row.connection,
                name: lane.name,
                place: lane.place,
                position,
                count: times.len(),
                forbidden_from: view.forbidden_from(row),
                points,
                bands: bands(row),
                limits: view.limits(row),
            });
        }
    }
    curves
}

/// The intervals of the percentiles that have one with two ends.
fn bands(row: &Row) -> Vec<(f64, f64, f64)> {
    let interval = |level: Level| {
        let interval = row.service_time.estimate(level)?.interval;
        let is_whole = interval.high.is_finite() && interval.low > 0.0;
        is_whole.then(|| (level.share(), interval.low, interval.high))
    };
    Level::ALL.into_iter().map_while(interval).collect()
}

struct Panel<'v, 'a> {
    view: &'v View<'a>,
    connection: ConnectionMode,
    nines: NinesAxis,
    times: LogAxis,
    /// Left and right edge, px.
    x: (f64, f64),
    /// Upper and lower edge, px.
    y: (f64, f64),
    /// Room for the names at the right, px.
    labels: f64,
}

impl Panel<'_, '_> {
    fn draw(&self, canvas: &mut Canvas, curves: &[PercentileCurve<'_>]) {
        let (view, palette) = (self.view, canvas.palette());
        let ((left, right), (upper, lower)) = (self.x, self.y);
        let name = connection(view.language(), self.connection);
        let heading = (MARGIN, upper - HEAD / 2.0 - 2.0);
        canvas.text(name, heading, Align::Start, Lettering::STRONG, palette.text);
        let times = self.times.ticks(20.0).into_iter();
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
        let label =
            Some(curve.label(self.view)).filter(|label| lettering.width(label) <= self.labels);
        let label = label.unwrap_or_else(|| curve.short_label(self.view));
        let label = lettering.fit(&label, self.labels);
        canvas.text(&label, (x, y), Align::Start, lettering, palette.text);
    }
}
