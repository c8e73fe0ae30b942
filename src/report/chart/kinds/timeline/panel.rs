//! One panel: the calls to one endpoint over one kind of connection, in the order in which they were made.

use std::time::Duration;

use crate::judge::{Place, Row};
use crate::plan::Level;
use crate::record::{Series, TracePoint};
use crate::report::chart::drawing::axis::{LinearAxis, Span};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Stroke};
use crate::report::chart::drawing::panel::{level_ticks, upright_ticks};
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::{connection, fill};
use crate::results::certain_block_times;

use super::clock::clock_labels;

/// Room for the name above a panel, px.
const HEAD: f64 = 26.0;
/// Height of a second line of it, px.
const SECOND_LINE: f64 = 16.0;
/// Between a name and what stands beside it, px.
const BESIDE_NAME: f64 = 7.0;
/// Room for the ticks of the clock below it, px.
pub(super) const FOOT: f64 = 28.0;
/// Room for the labels of the times at its left, px, unless they are wider.
pub(super) const TICK_ROOM: f64 = 54.0;

/// One panel.
pub(super) struct Panel<'v, 'a> {
    view: &'v View<'a>,
    name: &'v str,
    place: Place,
    row: &'v Row,
    series: &'v Series,
    /// The least and the greatest time on the axis, ns.
    range: (f64, f64),
}

impl<'v, 'a> Panel<'v, 'a> {
    /// The panel of that row.
    pub(super) fn of(view: &'v View<'a>, lane: &'v Lane<'a>, row: &'v Row) -> Option<Self> {
        let series = view.series(row)?;
        let times = || series.trace.points.iter().filter_map(time);
        let low = times().fold(f64::INFINITY, f64::min);
        let high = times().fold(0.0, f64::max);
        // A few very slow calls would press all others into a line; they are counted at the edge instead.
        let usual = row.service_time.percentile(Level::P95).unwrap_or(high);
        let high = high.min(low + (usual - low).max(low * 0.02) * BEYOND);
        let air = (high - low).max(low * 0.01) * 0.06;
        Some(Self {
            view,
            name: lane.name,
            place: lane.place,
            row,
            series,
            range: (low - air, high + air),
        })
    }

    /// Whether it has no answer to draw.
    pub(super) fn is_empty(&self) -> bool {
        !self.range.0.is_finite()
    }

    /// Whether a call of it failed or had to dial again.
    pub(super) fn has_failures(&self) -> bool {
        let points = &self.series.trace.points;
        points.iter().any(|point| point.service_time_ns.is_none())
    }

    /// Whether a call had to dial again.
    pub(super) fn has_redialled(&self) -> bool {
        self.row.counts.redialled > 0
    }

    /// Whether a check forbids its median.
    pub(super) fn is_forbidden(&self) -> bool {
        self.view.is_forbidden(self.row)
    }

    /// Draws the panel between these edges, px.
    pub(super) fn draw(&self, canvas: &mut Canvas, x: (f64, f64), y: (f64, f64)) {
        let view = self.view;
        let id = format!("panel-{}-{}", self.name, self.row.connection);
        canvas.group(&id, None, |canvas| {
            self.heading(canvas, x, y.0);
            let last = view.run.measured.elapsed_ns.max(self.last());
            let inside = Span {
                from: x.0 + 5.0,
                to: x.1 - 5.0,
            };
            let clock = LinearAxis::up_to(last as f64, inside);
            self.blocks(canvas, clock, x, y);
            let ticks = clock_labels(clock, 70.0).into_iter();
            let ticks: Vec<_> = ticks.map(|(tick, label)| (clock.at(tick), label)).collect();
            upright_ticks(canvas, &ticks, y.0, y.1);
            if self.is_empty() {
                let middle = ((x.0 + x.1) / 2.0, (y.0 + y.1) / 2.0);
                let (none, colour) = (view.missing(Some(self.row)), canvas.palette().muted);
                canvas.text(none, middle, Align::Middle, Lettering::LABEL, colour);
                return;
            }
            level_ticks(canvas, &self.ticks(y), x.0, x.1);
            let times = self.times(y);
            self.median(canvas, times, x);
            self.calls(canvas, clock, times, y.0);
        });
    }

    fn times(&self, (upper, lower): (f64, f64)) -> LinearAxis {
        let span = Span {
            from: lower,
            to: upper,
        };
        LinearAxis::between(self.range.0, self.range.1, span)
    }

    /// Where the ticks of the times stand between these edges, px, and their labels.
    pub(super) fn ticks(&self, y: (f64, f64)) -> Vec<(f64, String)> {
        if self.is_empty() {
            return Vec::new();
        }
        let times = self.times(y);
        let ticks = times.ticks(1e6, 26.0);
        let places = ticks.iter().map(|&tick| times.at(tick));
        places.zip(self.view.ticks(&ticks)).collect()
    }

    fn last(&self) -> u64 {
        self.series
            .trace
            .points
            .last()
            .map_or(0, |point| point.at_ns)
    }

    /// The name with the median, and below it what happened beside the answers on the axis.
    fn heading(&self, canvas: &mut Canvas, (left, right): (f64, f64), upper: f64) {
        let palette = canvas.palette();
        let notes = Lettering::NOTE.fit(&self.notes().join(" · "), right - left);
        let at = (left, upper - 11.0);
        canvas.text(&notes, at, Align::Start, Lettering::NOTE, palette.failure);
        let base = if notes.is_empty() { 13.0 } else { 28.0 };
        let (lettering, about) = (Lettering::STRONG, self.about());
        if self.is_in_two_lines(right - left) {
            let name = lettering.fit_name(self.name, right - left);
            let at = (left, upper - base - SECOND_LINE);
            canvas.text(&name, at, Align::Start, lettering, palette.text);
            let at = (left, upper - base);
            canvas.text(&about, at, Align::Start, Lettering::NOTE, palette.muted);
        } else {
            let at = (left, upper - base);
            canvas.text(self.name, at, Align::Start, lettering, palette.text);
            let at = (left + lettering.width(self.name) + BESIDE_NAME, at.1);
            canvas.text(&about, at, Align::Start, Lettering::NOTE, palette.muted);
        }
    }

    /// What stands beside the name: the kind of connection, and the median where there is one.
    fn about(&self) -> String {
        let kind = connection(self.view.language(), self.row.connection);
        match self.view.time(self.row) {
            Some(time) => format!("{kind} · {}", self.view.duration(time)),
            None => kind.to_owned(),
        }
    }

    /// Whether the name stands alone in a line of `width` px, because the rest has no room beside it.
    fn is_in_two_lines(&self, width: f64) -> bool {
        let name = Lettering::STRONG.width(self.name);
        name + BESIDE_NAME + Lettering::NOTE.width(&self.about()) > width
    }

    /// Room for the heading above a panel of `width` px, px.
    pub(super) fn head(&self, width: f64) -> f64 {
        let notes = if self.notes().is_empty() { 0.0 } else { 16.0 };
        let more = if self.is_in_two_lines(width) {
            SECOND_LINE
        } else {
            0.0
        };
        HEAD + notes + more
    }

    fn notes(&self) -> Vec<String> {
        let (view, words, counts) = (self.view, self.view.words(), &self.row.counts);
        let mut notes = Vec::new();
        if counts.throttled > 0 {
            notes.push(fill(words.throttled, &[&view.count(counts.throttled)]));
        }
        let failed = counts.failed().saturating_sub(counts.throttled);
        if failed > 0 {
            notes.push(fill(words.failed_count, &[&view.count(failed)]));
        }
        let beyond = self.beyond();
        if let Some(most) = beyond.iter().copied().max_by(f64::total_cmp) {
            let number = view.count(beyond.len() as u64);
            notes.push(fill(words.slower_calls, &[&number, &view.duration(most)]));
        }
        notes
    }

    /// The times that lie above the axis, ns.
    fn beyond(&self) -> Vec<f64> {
        let times = self.series.trace.points.iter().filter_map(time);
        times.filter(|&time| time > self.range.1).collect()
    }

    /// Shades every other block where their times are known, and draws a line where a window begins.
    fn blocks(&self, canvas: &mut Canvas, clock: LinearAxis, x: (f64, f64), y: (f64, f64)) {
        let (palette, run) = (canvas.palette(), self.view.run);
        for time in certain_block_times(run).into_iter().skip(1).step_by(2) {
            let edge = |at: Duration| clock.at(at.as_nanos() as f64).clamp(x.0, x.1);
            let (from, to) = (edge(time.start), edge(time.end));
            if from < to {
                canvas.rectangle((from, y.0), (to, y.1), palette.shade);
            }
        }
        for (begin, _) in run.windows_in_time().into_iter().skip(1) {
            let at = clock.at(begin as f64);
            let stroke = Stroke {
                colour: palette.bar,
                width: 1.4,
            };
            canvas.line(&[(at, y.0 - 3.0), (at, y.1)], stroke);
        }
    }

    /// The median with its interval.
    fn median(&self, canvas: &mut Canvas, times: LinearAxis, (left, right): (f64, f64)) {
        let colour = canvas.palette().text;
        let Some(median) = self.row.service_time.estimate(Level::P50) else {
            return;
        };
        let (low, high) = (
            times.at(median.interval.low),
            times.at(median.interval.high),
        );
        let corners = [(left, low), (right, low), (right, high), (left, high)];
        canvas.area(&corners, colour, 0.22);
        let y = times.at(median.value);
        canvas.line(&[(left, y), (right, y)], Stroke { colour, width: 1.3 });
    }

    fn calls(&self, canvas: &mut Canvas, clock: LinearAxis, times: LinearAxis, upper: f64) {
        let (colour, failure) = (self.colour(canvas), canvas.palette().failure);
        for point in &self.series.trace.points {
            let x = clock.at(point.at_ns as f64);
            match time(point) {
                Some(time) if times.holds(time) => {
                    canvas.translucent_disc((x, times.at(time)), 2.2, colour, 0.65);
                }
                Some(_) => {
                    let tip = [(x - 3.5, upper + 6.0), (x + 3.5, upper + 6.0), (x, upper)];
                    canvas.area(&tip, colour, 1.0);
                }
                None => {
                    let stroke = Stroke {
                        colour: failure,
                        width: 1.6,
                    };
                    canvas.cross((x, upper + 4.0), 3.4, stroke);
                }
            }
        }
    }

    fn colour(&self, canvas: &Canvas) -> Colour {
        let palette = canvas.palette();
        match self.place {
            _ if self.is_forbidden() => palette.bar,
            Place::Global => palette.global,
            Place::Regional | Place::Twin => palette.regional[0],
        }
    }
}

fn time(point: &TracePoint) -> Option<f64> {
    point.service_time_ns.map(|time| time as f64)
}

/// How far beyond the usual times an axis reaches, as a multiple of their range.
const BEYOND: f64 = 2.0;
