//! The rows: an endpoint with its times over each kind of connection.

use crate::judge::{Place, Row};
use crate::plan::ConnectionMode;
use crate::report::chart::drawing::axis::LogAxis;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Stroke};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::drawing::marks::{DataMark, RADIUS};
use crate::report::chart::drawing::plots::whisker::arrow;
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::time_unit::TimeUnit;
use crate::report::words::chart::{connection, versus};
use crate::report::words::numbers::NOTHING;

use super::columns::{Columns, has_columns};

/// The rows of the chart.
pub(super) struct Rows<'v, 'a> {
    /// What is shown.
    pub view: &'v View<'a>,
    /// The endpoints.
    pub lanes: &'v [&'v Lane<'a>],
    /// Where everything stands.
    pub columns: &'v Columns,
    /// The unit of the numbers.
    pub unit: TimeUnit,
    /// The times.
    pub axis: LogAxis,
    /// Height of a row, px.
    pub height: f64,
}

/// A time of a row: over which connection, where it stands, and from where to where its interval goes, px.
struct Placed<'a> {
    row: &'a Row,
    x: f64,
    low: f64,
    high: f64,
    /// Whether the interval goes on beyond the axis at each end.
    goes_on: [bool; 2],
}

impl Rows<'_, '_> {
    /// The middle of a row, from the top of the first.
    pub(super) fn middle(&self, row: usize) -> f64 {
        self.height * (row as f64 + 0.5)
    }

    /// Shades the row of the global endpoint.
    pub(super) fn shade(&self, canvas: &mut Canvas, top: f64) {
        let right = self.view.spec.look.width - MARGIN;
        let colour = canvas.palette().global;
        for (row, lane) in self.lanes.iter().enumerate() {
            if lane.place == Place::Global {
                let (upper, lower) = (
                    top + self.height * row as f64,
                    top + self.height * (row + 1) as f64,
                );
                let (left, right) = (MARGIN - 8.0, right + 8.0);
                let corners = [(left, upper), (right, upper), (right, lower), (left, lower)];
                canvas.area(&corners, colour, SHADE);
            }
        }
    }

    /// Draws every row; the first begins at `top`.
    pub(super) fn draw(&self, canvas: &mut Canvas, top: f64) {
        for (row, lane) in self.lanes.iter().enumerate() {
            let y = top + self.middle(row);
            let title = self.spoken(lane);
            canvas.group(&format!("row-{}", lane.name), Some(&title), |canvas| {
                self.names(canvas, lane, y);
                self.times(canvas, lane, y);
                self.versus(canvas, lane, y);
            });
        }
    }

    /// What the row says, for the pointer.
    fn spoken(&self, lane: &Lane<'_>) -> String {
        let view = self.view;
        let times = lane.rows().map(|row| {
            let name = connection(view.language(), row.connection);
            let Some(time) = row.service_time.estimate(view.level()) else {
                return format!("{name}: {}", view.missing(Some(row)));
            };
            let interval = view.span(time.interval.low, time.interval.high);
            let n = view.count(row.service_time.count);
            format!(
                "{name}: {} ({interval}), n = {n}",
                view.duration(time.value)
            )
        });
        let times: Vec<String> = times.collect();
        format!("{} – {}", lane.name, times.join("; "))
    }

    fn names(&self, canvas: &mut Canvas, lane: &Lane<'_>, y: f64) {
        let palette = canvas.palette();
        let lettering = lettering(self.view, lane);
        let name = lettering.fit_name(lane.name, self.columns.names);
        canvas.text(&name, (MARGIN, y), Align::Start, lettering, palette.text);
        if let Some(right) = self.columns.places {
            let room = right - MARGIN - self.columns.names - 8.0;
            let place = Lettering::NOTE.fit(&self.view.whereabouts(lane), room);
            canvas.text(
                &place,
                (right, y),
                Align::End,
                Lettering::NOTE,
                palette.muted,
            );
        }
    }

    fn times(&self, canvas: &mut Canvas, lane: &Lane<'_>, y: f64) {
        let palette = canvas.palette();
        let placed = self.placed(lane);
        let (Some(first), Some(last)) = (placed.first(), placed.last()) else {
            let missing = self.view.missing(lane.rows().next());
            let at = (self.columns.plot.0, y);
            let colours = (palette.muted, self.behind(canvas, lane));
            canvas.text_over(missing, at, Align::Start, Lettering::NOTE, colours);
            return;
        };
        if !has_columns(self.view) {
            let bar = [
                (first.x, y - 1.5),
                (last.x, y - 1.5),
                (last.x, y + 1.5),
                (first.x, y + 1.5),
            ];
            canvas.area(&bar, self.colour(canvas, first.row, lane.place), 0.32);
            self.numbers(canvas, lane, &placed, y);
        }
        let apart = match is_overlapping(&placed) {
            true => self.height - 2.0 * RADIUS - 3.0,
            false => 0.0,
        };
        for time in &placed {
            let y = y + self.aside(time.row.connection, apart);
            let colour = self.colour(canvas, time.row, lane.place);
            whisker(canvas, time, y, colour);
            let mark = DataMark {
                place: lane.place,
                connection: time.row.connection,
                colour,
            };
            mark.draw(canvas, (time.x, y));
        }
        for time in &placed {
            self.limits(canvas, time.row, y);
        }
        self.column(canvas, lane, y);
    }

    /// How far the mark over that kind of connection stands from the middle of its row, px: three would cover each other, and
    /// two whose intervals overlap are `apart`.
    fn aside(&self, connection: ConnectionMode, apart: f64) -> f64 {
        let connections = &self.view.connections;
        let place = connections.iter().position(|&it| it == connection);
        let middle = (connections.len() as f64 - 1.0) / 2.0;
        let step = match has_columns(self.view) {
            true => ASIDE.min(self.height / 4.0),
            false => APART.min(apart),
        };
        place.map_or(0.0, |place| step * (place as f64 - middle))
    }

    /// The times in their columns.
    fn column(&self, canvas: &mut Canvas, lane: &Lane<'_>, y: f64) {
        let (view, palette) = (self.view, canvas.palette());
        for &(connection, right) in &self.columns.times {
            let time = lane.over(connection).and_then(|row| view.time(row));
            let (text, colour) = match time {
                Some(time) => (self.unit.write(view.language(), time), palette.text),
                None => (NOTHING.to_owned(), palette.muted),
            };
            canvas.text(&text, (right, y), Align::End, lettering(view, lane), colour);
        }
    }

    /// The colour behind a row.
    fn behind(&self, canvas: &Canvas, lane: &Lane<'_>) -> Colour {
        match lane.place {
            Place::Global => canvas.behind().under(canvas.palette().global, SHADE),
            Place::Regional | Place::Twin => canvas.behind(),
        }
    }

    /// The times beside their marks: the least at its left, the greatest at its right.
    fn numbers(&self, canvas: &mut Canvas, lane: &Lane<'_>, placed: &[Placed<'_>], y: f64) {
        let palette = canvas.palette();
        let halo = self.behind(canvas, lane);
        let lettering = lettering(self.view, lane);
        // Beyond every interval of the row: the other one's would run through the number.
        let low = placed.iter().fold(f64::INFINITY, |x, it| x.min(it.low));
        let high = placed
            .iter()
            .fold(f64::NEG_INFINITY, |x, it| x.max(it.high));
        let mut write = |time: &Placed<'_>, align: Align| {
            let Some(value) = self.view.time(time.row) else {
                return;
            };
            let x = match align {
                Align::End => (time.x - BESIDE).min(low - 4.0),
                Align::Start | Align::Middle => (time.x + BESIDE).max(high + 4.0),
            };
            let text = self.unit.write(self.view.language(), value);
            let x = self.beside_limits(placed, x, align, lettering.width(&text));
            canvas.text_over(&text, (x, y), align, lettering, (palette.text, halo));
        };
        match placed {
            [] => {}
            [only] => write(only, Align::Start),
            [first, .., last] => {
                write(first, Align::End);
                write(last, Align::Start);
            }
        }
    }

    /// Where a number of `width` px stands that is to be at `x`: beyond the limits of gates that it would hide, where the picture
    /// has room for it there.
    fn beside_limits(&self, placed: &[Placed<'_>], x: f64, align: Align, width: f64) -> f64 {
        let limits = placed
            .iter()
            .flat_map(|time| self.view.limits_of_level(time.row));
        let mut limits: Vec<f64> = limits.map(|limit| self.axis.at(limit)).collect();
        limits.sort_by(f64::total_cmp);
        let (left, right) = self.columns.plot;
        let mut moved = x;
        match align {
            Align::End => {
                for &limit in limits.iter().rev() {
                    if (moved - width - 3.0..=moved + 3.0).contains(&limit) {
                        moved = limit - 5.0;
                    }
                }
                if moved - width < left { x } else { moved }
            }
            Align::Start | Align::Middle => {
                for &limit in &limits {
                    if (moved - 3.0..=moved + width + 3.0).contains(&limit) {
                        moved = limit + 5.0;
                    }
                }
                if moved + width > right { x } else { moved }
            }
        }
    }

    fn limits(&self, canvas: &mut Canvas, row: &Row, y: f64) {
        let stroke = Stroke {
            colour: canvas.palette().failure,
            width: 1.8,
        };
        for limit in self.view.limits_of_level(row) {
            let (x, half) = (self.axis.at(limit), self.height / 2.0 - 3.0);
            canvas.line(&[(x, y - half), (x, y + half)], stroke);
        }
    }

    fn versus(&self, canvas: &mut Canvas, lane: &Lane<'_>, y: f64) {
        let (view, palette) = (self.view, canvas.palette());
        for &(connection, right) in &self.columns.versus {
            let found = lane.over(connection).and_then(|row| view.comparison(row));
            let (text, colour) = match found {
                Some(found) if found.verdict == crate::judge::Verdict::Invalid => {
                    (versus(view.language(), found), palette.muted)
                }
                Some(found) => (versus(view.language(), found), palette.text),
                None => (NOTHING.to_owned(), palette.muted),
            };
            canvas.text(&text, (right, y), Align::End, lettering(view, lane), colour);
        }
    }

    /// The times of the endpoint, the least first.
    fn placed<'r>(&self, lane: &'r Lane<'_>) -> Vec<Placed<'r>> {
        let mut placed: Vec<Placed<'r>> = lane
            .rows()
            .filter_map(|row| {
                let time = row.service_time.estimate(self.view.level())?;
                let ends = [time.interval.low, time.interval.high];
                let [low, high] = ends.map(|end| self.axis.at(end));
                Some(Placed {
                    row,
                    x: self.axis.at(time.value),
                    low,
                    high,
                    goes_on: ends.map(|end| !self.axis.holds(end)),
                })
            })
            .collect();
        placed.sort_by(|a, b| a.x.total_cmp(&b.x));
        placed
    }

    fn colour(&self, canvas: &Canvas, row: &Row, place: Place) -> Colour {
        let palette = canvas.palette();
        match place {
            _ if self.view.is_forbidden(row) => palette.bar,
            Place::Global => palette.global,
            Place::Regional | Place::Twin => palette.regional[0],
        }
    }
}

/// Whether the intervals of two times run over each other.
fn is_overlapping(placed: &[Placed<'_>]) -> bool {
    let pairs = placed.iter().zip(placed.iter().skip(1));
    pairs.into_iter().any(|(one, next)| {
        let (high, low) = (one.high.max(one.x + RADIUS), next.low.min(next.x - RADIUS));
        high > low
    })
}

/// The interval of a time, where it is wider than the mark.
fn whisker(canvas: &mut Canvas, time: &Placed<'_>, y: f64, colour: Colour) {
    let is_covered = time.x - time.low <= RADIUS && time.high - time.x <= RADIUS;
    if is_covered && time.goes_on == [false; 2] {
        return;
    }
    let stroke = Stroke { colour, width: 1.4 };
    canvas.line(&[(time.low, y), (time.high, y)], stroke);
    let ends = [(time.low, -1.0), (time.high, 1.0)];
    for ((x, way), goes_on) in ends.into_iter().zip(time.goes_on) {
        if goes_on {
            arrow(canvas, (x, y), (way, 0.0), colour);
        } else {
            canvas.line(&[(x, y - CAP), (x, y + CAP)], stroke);
        }
    }
}

/// Room for the numbers at the left of the least time and at the right of the greatest, px.
pub(super) fn sides(view: &View<'_>, lanes: &[&Lane<'_>], unit: TimeUnit) -> [f64; 2] {
    let widest = |connection: Option<ConnectionMode>| {
        let rows = lanes
            .iter()
            .flat_map(|lane| lane.rows())
            .filter(|row| connection.is_none_or(|kind| row.connection == kind));
        let texts = rows.filter_map(|row| Some(unit.write(view.language(), view.time(row)?)));
        let texts = texts.map(|text| Lettering::STRONG.width(&text));
        texts.fold(0.0, f64::max) + BESIDE + 2.0
    };
    match view.connections.len() {
        _ if has_columns(view) => [RADIUS + 2.0; 2],
        1 => [RADIUS + 2.0, widest(None)],
        _ => [widest(None), widest(None)],
    }
}

/// The endpoint of the place and the global one stand out.
fn lettering(view: &View<'_>, lane: &Lane<'_>) -> Lettering {
    if lane.place == Place::Global || view.is_local(lane) {
        Lettering::STRONG
    } else {
        Lettering::LABEL
    }
}

/// Distance between the marks of two of three kinds of connection, px.
const ASIDE: f64 = 6.0;
/// Greatest distance between the marks of two kinds whose intervals overlap, px.
const APART: f64 = 10.0;
/// Half the height of an interval's ends, px.
const CAP: f64 = 4.0;
/// How much of its colour the row of the global endpoint has.
const SHADE: f64 = 0.1;

/// Room between a mark and its number, px.
const BESIDE: f64 = RADIUS + 5.0;
