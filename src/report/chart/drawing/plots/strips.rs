//! Series over time as one strip for each endpoint, each with a linear scale of its own: a line with its band, and numbers
//! in columns at the right.

use super::rows::short;
use super::whisker;
use crate::report::chart::drawing::axis::Span;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering, Point, Stroke};
use crate::report::chart::drawing::frame::{Frame, MARGIN};
use crate::report::chart::drawing::panel::{NOTE, note_below};
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::kind::ChartError;

/// A chart of strips.
pub(crate) struct StripChart {
    /// Name of the kind, for the names of its groups.
    pub kind: &'static str,
    /// The endpoints.
    pub strips: Vec<TimeStrip>,
    /// When, 0–1, each column of points is, and how it is labelled.
    pub moments: Vec<(f64, String)>,
    /// Where something changed for all endpoints, 0–1, and the letter of its note.
    pub marks: Vec<(f64, String)>,
    /// Headings of the columns of numbers.
    pub headings: Vec<String>,
}

/// One endpoint.
pub(crate) struct TimeStrip {
    /// Its name.
    pub name: String,
    /// How it is written.
    pub lettering: Lettering,
    /// Colour of the line.
    pub colour: Colour,
    /// One for each moment; `None` leaves a gap.
    pub points: Vec<Option<StripPoint>>,
    /// Stretches that are shaded, from the first to the last moment.
    pub shaded: Vec<(usize, usize)>,
    /// The numbers in the columns.
    pub numbers: Vec<String>,
}

/// A value at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StripPoint {
    /// The value.
    pub value: f64,
    /// Its interval, where that is finite.
    pub band: Option<[f64; 2]>,
    /// Up to which value all is as it was.
    pub limit: Option<f64>,
    /// Whether it stands out.
    pub stands_out: bool,
    /// Whether something changed for this endpoint.
    pub is_marked: bool,
}

impl StripChart {
    /// The picture, with `note` as a line below the strips.
    ///
    /// # Errors
    /// [`ChartError::TooNarrow`] where names and numbers leave the lines too little room to tell one moment from another.
    pub(crate) fn framed(
        &self,
        frame: &Frame<'_>,
        note: Option<&str>,
    ) -> Result<String, ChartError> {
        let (height, width) = (self.height(), frame.spec.look.width);
        let span = self.span(width);
        ChartError::require_width(width, span.to - span.from, self.least_plot(), 1.0)?;
        let below = note.map_or(0.0, |_| NOTE);
        Ok(frame.picture(height + below, |canvas, top| {
            self.draw(canvas, (top, width));
            if let Some(note) = note {
                note_below(canvas, note, top + height, width);
            }
        }))
    }

    /// The least width of the lines, px: the labels of the first and the last moment stand below them.
    fn least_plot(&self) -> f64 {
        let width = |moment: Option<&(f64, String)>| {
            moment.map_or(0.0, |(_, label)| Lettering::NOTE.width(label))
        };
        let ends = [self.moments.first(), self.moments.last()].map(width);
        LEAST_PLOT.max((ends[0] + ends[1]) / 2.0 + 2.0 * BESIDE_LABEL)
    }

    /// Room for the names, px.
    fn names(&self, width: f64) -> f64 {
        let names = self
            .strips
            .iter()
            .map(|strip| strip.lettering.width(&strip.name));
        names.fold(40.0, f64::max).min(LONGEST * width)
    }

    /// Where the lines begin and end, px.
    fn span(&self, width: f64) -> Span {
        let edges = self.columns(width);
        Span {
            from: MARGIN + BEFORE + self.names(width) + AFTER_NAME,
            to: edges.first().map_or(width - MARGIN, |first| first.0),
        }
    }

    fn height(&self) -> f64 {
        HEAD + EACH * self.strips.len() as f64 + FOOT
    }

    fn draw(&self, canvas: &mut Canvas, (top, width): (f64, f64)) {
        let palette = canvas.palette();
        let names = self.names(width);
        let (edges, span) = (self.columns(width), self.span(width));
        let x = |moment: f64| span.from + (span.to - span.from) * moment;
        let (upper, lower) = (top + HEAD, top + self.height() - FOOT);
        for (heading, &(_, right)) in self.headings.iter().zip(&edges) {
            let at = (right, upper - HEAD / 2.0);
            canvas.text(heading, at, Align::End, Lettering::NOTE, palette.muted);
        }
        for (number, strip) in self.strips.iter().enumerate() {
            let y = upper + EACH * number as f64;
            if number % 2 == 0 {
                canvas.rectangle((MARGIN, y), (width - MARGIN, y + EACH), palette.band);
            }
            let id = format!("{}-{}", self.kind, strip.name);
            canvas.group(&id, Some(&short(&strip.name)), |canvas| {
                let name = strip.lettering.fit_name(&strip.name, names);
                let at = (MARGIN + BEFORE, y + EACH / 2.0);
                canvas.text(&name, at, Align::Start, strip.lettering, palette.text);
                let heights = Span {
                    from: y + EACH - INSET,
                    to: y + INSET,
                };
                self.strip(canvas, strip, &x, heights);
                for (text, &(_, right)) in strip.numbers.iter().zip(&edges) {
                    let at = (right, y + EACH / 2.0);
                    canvas.text(text, at, Align::End, Lettering::LABEL, palette.text);
                }
            });
        }
        self.marks(canvas, &x, (upper, lower));
        self.moments(canvas, &x, lower, width);
    }

    /// Where each column of numbers begins and ends, px.
    fn columns(&self, width: f64) -> Vec<(f64, f64)> {
        let widest = |(column, heading): (usize, &String)| {
            let texts = self
                .strips
                .iter()
                .map(|strip| strip.numbers[column].as_str());
            let texts = texts.map(|text| Lettering::LABEL.width(text));
            texts.fold(Lettering::NOTE.width(heading), f64::max) + BETWEEN
        };
        let widths: Vec<f64> = self.headings.iter().enumerate().map(widest).collect();
        let mut left = width - MARGIN - BEFORE - widths.iter().sum::<f64>();
        let edges = widths.into_iter().map(|width| {
            let edges = (left, left + width);
            left += width;
            edges
        });
        edges.collect()
    }

    fn strip(
        &self,
        canvas: &mut Canvas,
        strip: &TimeStrip,
        x: &impl Fn(f64) -> f64,
        heights: Span,
    ) {
        let known = strip.points.iter().flatten();
        let values = known.flat_map(|point| {
            let band = point.band.into_iter().flatten();
            [point.value].into_iter().chain(band).chain(point.limit)
        });
        let (low, high) = values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let range = (high - low).max(low * LEAST_RANGE).max(1.0);
        let middle = (low + high) / 2.0;
        let y = |value: f64| {
            let share = 0.5 + (value - middle) / range;
            heights.from + (heights.to - heights.from) * share
        };
        let at = |number: usize| x(self.moments[number].0);
        for &(first, last) in &strip.shaded {
            let half = 5.0;
            let (left, right) = (at(first) - half, at(last) + half);
            let (upper, lower) = (heights.to - INSET + 1.0, heights.from + INSET - 1.0);
            let corners = [(left, upper), (right, upper), (right, lower), (left, lower)];
            canvas.area(&corners, canvas.palette().global, 0.16);
        }
        let points: Vec<(usize, &Option<StripPoint>)> = strip.points.iter().enumerate().collect();
        for stretch in points.chunk_by(|a, b| a.1.is_some() == b.1.is_some()) {
            let known: Vec<(f64, StripPoint)> = stretch
                .iter()
                .filter_map(|&(number, point)| Some((at(number), (*point)?)))
                .collect();
            stretch_of(canvas, &known, strip.colour, &y);
        }
    }

    fn marks(&self, canvas: &mut Canvas, x: &impl Fn(f64) -> f64, (upper, lower): (f64, f64)) {
        let palette = canvas.palette();
        let stroke = Stroke {
            colour: palette.muted,
            width: 1.0,
        };
        let mut taken = f64::NEG_INFINITY;
        for (moment, letter) in &self.marks {
            let x = x(*moment);
            canvas.dashes(&[(x, upper), (x, lower)], stroke);
            let half = Lettering::NOTE.width(letter) / 2.0;
            if x - half > taken {
                taken = x + half + 3.0;
                let at = (x, upper - 9.0);
                canvas.text(letter, at, Align::Middle, Lettering::NOTE, palette.muted);
            }
        }
    }

    /// The labels of the moments, the last one's first, as many as have room.
    fn moments(&self, canvas: &mut Canvas, x: &impl Fn(f64) -> f64, lower: f64, width: f64) {
        let palette = canvas.palette();
        let last = self.moments.len().saturating_sub(1);
        let mut order: Vec<usize> = (0..self.moments.len()).collect();
        order.sort_by_key(|&number| (number != last, number != 0));
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for number in order {
            let (moment, label) = &self.moments[number];
            let half = Lettering::NOTE.width(label) / 2.0;
            let tick = x(*moment);
            let centre = tick.max(MARGIN + half).min(width - MARGIN - half);
            let (left, right) = (centre - half - BESIDE_LABEL, centre + half + BESIDE_LABEL);
            if taken.iter().any(|&(from, to)| left < to && from < right) {
                continue;
            }
            taken.push((left, right));
            let stroke = Stroke {
                colour: palette.bar,
                width: 1.0,
            };
            canvas.line(&[(tick, lower), (tick, lower + 5.0)], stroke);
            let at = (centre, lower + 15.0);
            canvas.text(label, at, Align::Middle, Lettering::NOTE, palette.muted);
        }
    }
}

/// A stretch without a gap: band, limit, line, and the points that stand out.
fn stretch_of(
    canvas: &mut Canvas,
    known: &[(f64, StripPoint)],
    colour: Colour,
    y: &impl Fn(f64) -> f64,
) {
    let palette = canvas.palette();
    let banded = known
        .iter()
        .filter_map(|&(x, point)| Some((x, point.band?)));
    let banded: Vec<(f64, [f64; 2])> = banded.collect();
    let upper = banded.iter().map(|&(x, [_, high])| (x, y(high)));
    let lower = banded.iter().rev().map(|&(x, [low, _])| (x, y(low)));
    match banded.as_slice() {
        [] => {}
        &[(x, [low, high])] => whisker::Whisker::upright(x, [y(low), y(high)]).draw(canvas, colour),
        _ => {
            let outline: Vec<Point> = upper.chain(lower).collect();
            canvas.area(&outline, colour, 0.2);
        }
    }
    let limits = known
        .iter()
        .filter_map(|&(x, point)| Some((x, y(point.limit?))));
    let limits: Vec<Point> = limits.collect();
    if limits.len() > 1 {
        let stroke = Stroke {
            colour: palette.failure,
            width: 1.0,
        };
        canvas.dashes(&limits, stroke);
    }
    let line: Vec<Point> = known
        .iter()
        .map(|&(x, point)| (x, y(point.value)))
        .collect();
    if line.len() > 1 {
        canvas.line(&line, Stroke { colour, width: 1.6 });
    }
    let is_few = known.len() <= FEW;
    for (&at, (_, point)) in line.iter().zip(known) {
        if point.stands_out {
            canvas.disc(at, 3.6, palette.failure);
        } else if is_few {
            canvas.disc(at, 2.4, colour);
        }
        if point.is_marked {
            let (x, y) = (at.0, at.1 + 8.0);
            canvas.area(
                &[(x, y), (x - 3.5, y + 6.0), (x + 3.5, y + 6.0)],
                palette.text,
                1.0,
            );
        }
    }
}

const HEAD: f64 = 26.0;
/// Height of a strip, px.
const EACH: f64 = 44.0;
const FOOT: f64 = 24.0;
/// The lines have at least this much room, or the picture is refused, px.
const LEAST_PLOT: f64 = 120.0;
/// Room beside the label of a moment, px.
const BESIDE_LABEL: f64 = 10.0;
/// The longest name, as a share of the picture's width.
const LONGEST: f64 = 0.22;
/// From the edge of the row to the name, px.
const BEFORE: f64 = 6.0;
/// From the name to the data, px.
const AFTER_NAME: f64 = 20.0;
/// Between the data and the edge of its strip, px.
const INSET: f64 = 7.0;
/// Between two columns, px.
const BETWEEN: f64 = 18.0;
/// A strip covers at least this share of its values, so that chance does not look like change.
const LEAST_RANGE: f64 = 0.04;
/// Up to so many points each has a dot.
const FEW: usize = 30;
