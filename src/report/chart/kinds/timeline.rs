//! Do repeated calls keep their time? The calls to the global endpoint and to the fastest regional one in the order in which
//! they were made.

use crate::judge::Place;
use crate::plan::ConnectionMode;
use crate::record::TracePoint;

use crate::report::chart::drawing::axis::{LinearAxis, LogAxis, Span};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Stroke};
use crate::report::chart::drawing::frame::{Frame, MARGIN, Swatch};
use crate::report::chart::drawing::labels::spread;
use crate::report::chart::drawing::panel::{
    NO_DATA, Panel, colour_of, emphasis, heading, level_ticks, upright_ticks,
};
use crate::report::chart::drawing::theme::{Colour, Theme};
use crate::report::chart::kind::{ChartError, ChartKind, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "timeline",
    question: "Do repeated calls keep their time?",
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
    let lines = lines(view);
    let times = lines
        .iter()
        .flat_map(|line| line.points)
        .filter_map(|point| point.service_time_ns);
    let axis = LogAxis::over(times.map(|time| time as f64), Span { from: 0.0, to: 1.0 })?;
    let last = lines
        .iter()
        .flat_map(|line| line.points)
        .map(|point| point.at_ns)
        .max()
        .unwrap_or(0);
    let frame = Frame::around(
        view,
        title(&lines),
        subtitle(view, &lines),
        key(&lines, theme),
    );
    let height = PANEL * view.connections.len() as f64;
    Some(frame.picture(height, |canvas, top| {
        for (number, &connection) in view.connections.iter().enumerate() {
            let top = top + PANEL * number as f64;
            let panel = Panel {
                connection,
                left: MARGIN + TICK_ROOM,
                right: view.spec.look.width - MARGIN - LABEL_ROOM,
            };
            let lower = top + HEAD + FAILURES + PLOT;
            let drawing = Drawing {
                panel,
                clock: LinearAxis::up_to(
                    last as f64,
                    Span {
                        from: panel.left + 6.0,
                        to: panel.right - 6.0,
                    },
                ),
                times: axis.placed(Span {
                    from: lower,
                    to: lower - PLOT,
                }),
                top,
            };
            let shown: Vec<&Line<'_>> = lines
                .iter()
                .filter(|line| line.connection == connection)
                .collect();
            drawing.draw(canvas, &shown);
        }
    }))
}

const HEAD: f64 = 24.0;
/// Room for the failed calls above the times, px.
const FAILURES: f64 = 24.0;
const PLOT: f64 = 190.0;
const PANEL: f64 = HEAD + FAILURES + PLOT + 58.0;
const TICK_ROOM: f64 = 64.0;
/// Room for the names at the right, px.
const LABEL_ROOM: f64 = 190.0;

struct Line<'a> {
    connection: ConnectionMode,
    name: &'a str,
    place: Place,
    median: Option<f64>,
    /// Calls that were made for each point that was kept.
    stride: u64,
    points: &'a [TracePoint],
    redialled: u64,
}

/// The global endpoint and the regional one that answers fastest.
fn lines<'a>(view: &View<'a>) -> Vec<Line<'a>> {
    let fastest = view
        .regional()
        .find(|lane| lane.median(view.leading()).is_some());
    let lanes: Vec<&Lane<'_>> = view.global().into_iter().chain(fastest).collect();
    let mut lines = Vec::new();
    for lane in lanes {
        for &connection in &view.connections {
            let Some(row) = lane.over(connection) else {
                continue;
            };
            let Some(series) = view.series(row) else {
                continue;
            };
            lines.push(Line {
                connection,
                name: lane.name,
                place: lane.place,
                median: lane.median(connection),
                stride: series.trace.stride,
                points: &series.trace.points,
                redialled: row.counts.redialled,
            });
        }
    }
    lines
}

fn title(lines: &[Line<'_>]) -> String {
    let name = |place| {
        lines
            .iter()
            .find(|line| line.place == place)
            .map(|line| line.name)
    };
    match (name(Place::Global), name(Place::Regional)) {
        (Some(global), Some(regional)) => {
            format!("Do repeated calls to {global} and {regional} keep their time?")
        }
        (Some(only), None) | (None, Some(only)) => {
            format!("Do repeated calls to {only} keep their time?")
        }
        (None, None) => "Do repeated calls keep their time?".to_owned(),
    }
}

fn subtitle(view: &View<'_>, lines: &[Line<'_>]) -> Vec<String> {
    let mut parts = vec![
        format!(
            "{}, service time of single calls",
            view.operation.api_name()
        ),
        "lines are medians (p50)".to_owned(),
    ];
    let stride = lines.iter().map(|line| line.stride).max().unwrap_or(1);
    if stride > 1 {
        parts.push(format!("one call in {} is drawn", numbers::count(stride)));
    }
    parts.push("log scale, lower is better".to_owned());
    parts
}

fn key(lines: &[Line<'_>], theme: Theme) -> Vec<(Swatch, String)> {
    let unanswered = lines
        .iter()
        .flat_map(|line| line.points)
        .any(|point| point.service_time_ns.is_none());
    let word = match lines.iter().map(|line| line.redialled).sum::<u64>() {
        0 => "failed call, in the colour of its endpoint",
        _ => "call that failed or had to dial again, in the colour of its endpoint",
    };
    if unanswered {
        vec![(Swatch::Cross(theme.palette().muted), word.to_owned())]
    } else {
        Vec::new()
    }
}

struct Drawing {
    panel: Panel,
    clock: LinearAxis,
    times: LogAxis,
    top: f64,
}

impl Drawing {
    fn draw(&self, canvas: &mut Canvas, lines: &[&Line<'_>]) {
        let palette = canvas.palette();
        let upper = self.top + HEAD + FAILURES;
        let lower = upper + PLOT;
        heading(canvas, self.panel, self.top + 8.0);
        let times: Vec<_> = self
            .times
            .ticks(18.0)
            .into_iter()
            .map(|t| (self.times.at(t), numbers::tick(t)))
            .collect();
        level_ticks(canvas, &times, self.panel.left, self.panel.right);
        upright_ticks(canvas, &self.clock_ticks(), upper, lower);
        let caption = (
            "time since the run began",
            (self.panel.left + self.panel.right) / 2.0,
        );
        canvas.text(
            caption.0,
            (caption.1, lower + 32.0),
            Align::Middle,
            Lettering::NOTE,
            palette.muted,
        );
        if lines.iter().all(|line| line.points.is_empty()) {
            let middle = (
                (self.panel.left + self.panel.right) / 2.0,
                (upper + lower) / 2.0,
            );
            canvas.text(
                NO_DATA,
                middle,
                Align::Middle,
                Lettering::LABEL,
                palette.muted,
            );
        }
        let wanted: Vec<f64> = lines
            .iter()
            .map(|line| line.median.map_or(lower, |median| self.times.at(median)))
            .collect();
        let places = spread(&wanted, 38.0, upper + 10.0, lower - 10.0);
        for (line, place) in lines.iter().zip(places) {
            self.median(canvas, line, place);
        }
        for line in lines {
            self.calls(canvas, line);
        }
    }

    fn calls(&self, canvas: &mut Canvas, line: &Line<'_>) {
        let colour = colour_of(canvas, line.place, 0);
        for point in line.points {
            let x = self.clock.at(point.at_ns as f64);
            match point.service_time_ns {
                Some(time) => {
                    canvas.translucent_disc((x, self.times.at(time as f64)), 2.4, colour, 0.6);
                }
                None => {
                    let y = self.top
                        + HEAD
                        + FAILURES / 2.0
                        + if line.place == Place::Global {
                            -5.0
                        } else {
                            5.0
                        };
                    canvas.cross((x, y), 3.6, Stroke { colour, width: 1.6 });
                }
            }
        }
    }

    fn median(&self, canvas: &mut Canvas, line: &Line<'_>, label: f64) {
        let palette = canvas.palette();
        let colour: Colour = colour_of(canvas, line.place, 0);
        let x = self.panel.right + 26.0;
        if let Some(median) = line.median {
            let y = self.times.at(median);
            canvas.line(
                &[(self.panel.left, y), (self.panel.right, y)],
                Stroke {
                    colour: palette.text,
                    width: 1.3,
                },
            );
            canvas.line(
                &[(self.panel.right, y), (x - 10.0, label), (x - 4.0, label)],
                Stroke { colour, width: 1.0 },
            );
        }
        let lettering = emphasis(line.place);
        let room = LABEL_ROOM - 26.0;
        let under = line.median.map_or(NO_DATA.to_owned(), |median| {
            format!("p50 {}", numbers::duration(median))
        });
        canvas.text(
            &lettering.fit(line.name, room),
            (x, label - 8.0),
            Align::Start,
            lettering,
            palette.text,
        );
        canvas.text(
            &under,
            (x, label + 9.0),
            Align::Start,
            Lettering::NOTE,
            palette.muted,
        );
    }

    /// Ticks of the time since the run began.
    fn clock_ticks(&self) -> Vec<(f64, String)> {
        clock_labels(self.clock)
            .into_iter()
            .map(|(tick, label)| (self.clock.at(tick), label))
            .collect()
    }
}

/// Ticks in steps that a clock has, each labelled in the largest unit that divides the step, so that no label is rounded.
fn clock_labels(clock: LinearAxis) -> Vec<(f64, String)> {
    let below =
        (0..3).flat_map(|decade| [1, 2, 5].map(|step| f64::from(step * 10_i32.pow(decade)) * 1e6));
    let of =
        |unit: f64, steps: &'static [u16]| steps.iter().map(move |&step| f64::from(step) * unit);
    let seconds = of(SECOND, &[1, 2, 5, 10, 20, 30]);
    let minutes = of(MINUTE, &[1, 2, 5, 10, 20, 30]);
    let hours = of(HOUR, &[1, 2, 3, 6, 12]);
    let days = of(DAY, &[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
    let Some((step, ticks)) = clock.ticks_by(
        below.chain(seconds).chain(minutes).chain(hours).chain(days),
        80.0,
    ) else {
        return vec![(0.0, "0 s".to_owned())];
    };
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let (unit, name) = units
        .into_iter()
        .find(|(unit, _)| step >= *unit)
        .unwrap_or((1e6, "ms"));
    ticks
        .into_iter()
        .map(|tick| (tick, format!("{:.0} {name}", tick / unit)))
        .collect()
}

const SECOND: f64 = 1e9;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_ticks_of_the_clock_read_alike_however_long_the_run_was() {
        let labels = |seconds: f64| -> Vec<String> {
            let axis = LinearAxis::up_to(
                seconds * SECOND,
                Span {
                    from: 0.0,
                    to: 880.0,
                },
            );
            clock_labels(axis)
                .into_iter()
                .map(|(_, label)| label)
                .collect()
        };
        assert_eq!(
            labels(150.0),
            [
                "0 s", "20 s", "40 s", "60 s", "80 s", "100 s", "120 s", "140 s"
            ]
        );
        assert_eq!(labels(1_500.0)[..3], ["0 min", "5 min", "10 min"]);
        assert_eq!(labels(0.9)[..2], ["0 ms", "100 ms"]);
        assert_eq!(labels(9_000.0)[..3], ["0 min", "20 min", "40 min"]);
        for seconds in [
            0.01, 0.3, 7.0, 61.0, 119.0, 121.0, 400.0, 3_599.0, 8_000.0, 90_000.0, 6e6, 6e7,
        ] {
            let mut labels = labels(seconds);
            let all = labels.len();
            labels.dedup();
            assert!(labels.len() == all && all > 2, "{seconds} s: {labels:?}");
        }
    }
}
