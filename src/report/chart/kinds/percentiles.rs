//! How slow are the slow calls? Each endpoint's percentiles, with as much room for each further nine.

use crate::judge::Place;

use crate::report::chart::drawing::axis::{LogAxis, NinesAxis, Span};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::labels::spread;
use crate::report::chart::drawing::panel::{
    NO_DATA, Panel, colour_of, emphasis, heading, level_ticks, side_by_side, upright_ticks,
};
use crate::report::chart::drawing::theme::{Colour, Theme};
use crate::report::chart::kind::{ChartError, ChartKind, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "percentiles",
    question: "How slow are the slow calls?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw,
};

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    svg(&view).ok_or(ChartError::NoData {
        kind: KIND.name,
        operation: view.operation,
    })
}

fn svg(view: &View<'_>) -> Option<String> {
    let theme = view.spec.look.appearance.theme;
    let width = view.spec.look.width;
    let curves = curves(view);
    let names = curves
        .iter()
        .map(|curve| emphasis(curve.place).width(curve.name))
        .fold(0.0, f64::max);
    let panels = side_by_side(view, width, 0.0, names.min(LONGEST_NAME) + LEADER);
    let panels = panels.into_iter().map(|panel| Panel {
        left: panel.left + TICK_ROOM,
        ..panel
    });
    let ends = curves
        .iter()
        .flat_map(|curve| [curve.points.first(), curve.points.last()])
        .flatten();
    let axis = LogAxis::over(ends.map(|&(_, time)| time), Span { from: 0.0, to: 1.0 })?;
    let longest = curves.iter().map(|curve| curve.count).max().unwrap_or(0);
    let frame = Frame::around(view, TITLE.to_owned(), subtitle(view), key(&curves, theme));
    Some(frame.picture(HEAD + PLOT + FOOT, |canvas, top| {
        for panel in panels {
            let sheet = Drawing {
                panel,
                nines: NinesAxis::supporting(
                    longest,
                    Span {
                        from: panel.left,
                        to: panel.right,
                    },
                ),
                times: axis.placed(Span {
                    from: top + HEAD + PLOT,
                    to: top + HEAD,
                }),
                top,
            };
            let shown: Vec<&Curve<'_>> = curves
                .iter()
                .filter(|c| c.connection == panel.connection)
                .collect();
            sheet.draw(canvas, &shown);
        }
    }))
}

const TITLE: &str = "How slow are the slow calls?";

fn subtitle(view: &View<'_>) -> Vec<String> {
    let mut parts = vec![format!(
        "{}, service time by percentile",
        view.operation.api_name()
    )];
    let (all, some) = (
        view.global().into_iter().count() + measured(view).len(),
        shown(view).len(),
    );
    if some < all {
        let global = if view.global().is_some() {
            "the global one, "
        } else {
            ""
        };
        let rule = format!("{global}the {FASTEST} fastest regional ones and the slowest");
        parts.push(format!("{some} of {all} endpoints: {rule}"));
    }
    parts.push("dashed where fewer than 10 calls are slower".to_owned());
    parts.push("log scales, lower is better".to_owned());
    parts
}

/// What a cross on a curve means, where there is one.
fn key(curves: &[Curve<'_>], theme: Theme) -> Vec<(Swatch, String)> {
    let forbidden = curves
        .iter()
        .any(|curve| curve.points.iter().any(|&(share, _)| curve.forbids(share)));
    let word = || {
        (
            Swatch::Cross(theme.palette().failure),
            "from here on, in grey: a check forbids it, see the report",
        )
    };
    forbidden
        .then(word)
        .map(|(swatch, text)| (swatch, text.to_owned()))
        .into_iter()
        .collect()
}

const HEAD: f64 = 34.0;
const PLOT: f64 = 340.0;
const FOOT: f64 = 46.0;
/// Room for the labels of the times, px.
const TICK_ROOM: f64 = 64.0;
const LONGEST_NAME: f64 = 150.0;
/// Length of the line between a curve's end and its name, px.
const LEADER: f64 = 26.0;
/// Room for one tick's label, px.
const NINES_ROOM: f64 = 40.0;
/// How many of the fastest regional endpoints are drawn.
const FASTEST: usize = 3;
/// How many points a curve has: more than it has pixels between two of its values.
const POINTS: u32 = 240;

struct Curve<'a> {
    connection: crate::plan::ConnectionMode,
    name: &'a str,
    place: Place,
    /// Position among the regional endpoints that are shown.
    position: usize,
    count: u64,
    /// From which percentile on a check forbids it, as a share.
    forbidden_from: Option<f64>,
    /// Percentile as a share, and service time in ns.
    points: Vec<(f64, f64)>,
}

impl Curve<'_> {
    fn forbids(&self, share: f64) -> bool {
        self.forbidden_from.is_some_and(|from| share >= from)
    }
}

/// The regional endpoints that have a median, fastest first.
fn measured<'v, 'a>(view: &'v View<'a>) -> Vec<&'v Lane<'a>> {
    view.regional()
        .filter(|lane| view.connections.iter().any(|&c| lane.median(c).is_some()))
        .collect()
}

/// The global endpoint, the fastest regional ones and, for the contrast, the slowest.
fn shown<'v, 'a>(view: &'v View<'a>) -> Vec<(usize, &'v Lane<'a>)> {
    let measured = measured(view);
    let last = measured.len().saturating_sub(1);
    let regional = measured
        .into_iter()
        .enumerate()
        .filter(|&(i, _)| i < FASTEST || i == last)
        .map(|(_, lane)| lane);
    regional
        .enumerate()
        .chain(view.global().map(|lane| (0, lane)))
        .collect()
}

fn curves<'a>(view: &View<'a>) -> Vec<Curve<'a>> {
    let mut curves = Vec::new();
    for (position, lane) in shown(view) {
        for &connection in &view.connections {
            let Some(row) = lane.over(connection) else {
                continue;
            };
            let Some(series) = view.series(row) else {
                continue;
            };
            if series.service_time.is_empty() {
                continue;
            }
            let times = series.service_time.to_hdr();
            let points = NinesAxis::shares(times.len(), POINTS)
                .map(|share| (share, times.value_at_quantile(share) as f64))
                .collect();
            curves.push(Curve {
                connection,
                name: lane.name,
                place: lane.place,
                position,
                count: times.len(),
                forbidden_from: view.forbidden_from(row),
                points,
            });
        }
    }
    curves
}

struct Drawing {
    panel: Panel,
    nines: NinesAxis,
    times: LogAxis,
    top: f64,
}

impl Drawing {
    fn draw(&self, canvas: &mut Canvas, curves: &[&Curve<'_>]) {
        let palette = canvas.palette();
        let (left, right) = (self.panel.left, self.panel.right);
        let (upper, lower) = (self.top + HEAD, self.top + HEAD + PLOT);
        heading(canvas, self.panel, self.top + 8.0);
        let times: Vec<_> = self
            .times
            .ticks(18.0)
            .into_iter()
            .map(|t| (self.times.at(t), numbers::tick(t)))
            .collect();
        level_ticks(canvas, &times, left, right);
        let nines: Vec<_> = self
            .nines
            .ticks(NINES_ROOM)
            .into_iter()
            .map(|(share, label)| (self.nines.at(share), label))
            .collect();
        upright_ticks(canvas, &nines, upper, lower);
        canvas.text(
            "of calls are faster",
            ((left + right) / 2.0, lower + 34.0),
            Align::Middle,
            Lettering::NOTE,
            palette.muted,
        );
        if curves.is_empty() {
            canvas.text(
                NO_DATA,
                ((left + right) / 2.0, (upper + lower) / 2.0),
                Align::Middle,
                Lettering::LABEL,
                palette.muted,
            );
        }
        let wanted: Vec<f64> = curves
            .iter()
            .map(|curve| {
                curve
                    .points
                    .last()
                    .map_or(upper, |&(_, t)| self.times.at(t))
            })
            .collect();
        for (curve, y) in curves.iter().zip(spread(&wanted, 17.0, upper, lower)) {
            self.curve(canvas, curve, y);
        }
    }

    fn curve(&self, canvas: &mut Canvas, curve: &Curve<'_>, label: f64) {
        let (own, grey) = (
            colour_of(canvas, curve.place, curve.position),
            canvas.palette().bar,
        );
        let width = if curve.place == Place::Global {
            2.8
        } else {
            2.0
        };
        let at =
            |&(share, time): &(f64, f64)| -> Point { (self.nines.at(share), self.times.at(time)) };
        // Ten slower calls are the least that a percentile can be read from.
        let supported = 1.0 - 10.0 / curve.count as f64;
        let style = |&(share, _): &(f64, f64)| (share <= supported, curve.forbids(share));
        let mut before: Option<&(f64, f64)> = None;
        for stretch in curve.points.chunk_by(|a, b| style(a) == style(b)) {
            let (solid, forbidden) = style(&stretch[0]);
            let line: Vec<Point> = before.into_iter().chain(stretch).map(at).collect();
            let stroke = Stroke {
                colour: if forbidden { grey } else { own },
                width,
            };
            match (solid, line.len()) {
                (_, 0 | 1) => {}
                (true, _) => canvas.line(&line, stroke),
                (false, _) => canvas.dashes(&line, stroke),
            }
            before = stretch.last();
        }
        if let Some(last) = curve.points.last() {
            let colour = if curve.forbids(last.0) { grey } else { own };
            canvas.disc(at(last), 3.2, colour);
            self.name(canvas, curve, at(last), label, colour);
        }
        if let Some(first) = curve.points.iter().find(|(share, _)| curve.forbids(*share)) {
            canvas.cross(
                at(first),
                4.0,
                Stroke {
                    colour: canvas.palette().failure,
                    width: 1.8,
                },
            );
        }
    }

    fn name(&self, canvas: &mut Canvas, curve: &Curve<'_>, end: Point, y: f64, colour: Colour) {
        let palette = canvas.palette();
        let lettering = emphasis(curve.place);
        let x = self.panel.right + LEADER;
        // A long line in the curve's colour would be taken for the curve.
        let near = self.panel.right - end.0 < LEADER;
        let stroke = Stroke {
            colour: if near { colour } else { palette.bar },
            width: if near { 1.0 } else { 0.7 },
        };
        canvas.line(&[end, (x - 10.0, y), (x - 4.0, y)], stroke);
        canvas.text(
            &lettering.fit(curve.name, LONGEST_NAME),
            (x, y),
            Align::Start,
            lettering,
            palette.text,
        );
    }
}
