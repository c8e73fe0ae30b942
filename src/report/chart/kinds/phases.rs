//! Where does the time of a call go? The medians of its phases as shares of their sum, so that a fast endpoint can be read as
//! well as a slow one.

use crate::judge::Row;
use crate::record::Series;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering};
use crate::report::chart::drawing::frame::{Frame, MARGIN, Swatch};
use crate::report::chart::drawing::panel::{NOTE, emphasis, note_below};
use crate::report::chart::drawing::theme::Colour;
use crate::report::chart::fold::Fold;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::time_unit::TimeUnit;
use crate::report::words::chart::{ChartWords, connection, fill};
use crate::report::words::numbers::{self, percent};
use crate::sample::Phase;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "phases",
    question: "Where does the time of a call go?",
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

/// Endpoints that are shown where more of them would be folded.
const USUAL_TOP: usize = 6;
const HEAD: f64 = 28.0;
const ROW: f64 = 25.0;
const LEAST_ROW: f64 = 17.0;
const GAP: f64 = 10.0;
/// The bars have at least this much room, or the picture is refused, px.
const LEAST_BARS: f64 = 100.0;
/// The longest name, as a share of the picture's width.
const LONGEST_NAME: f64 = 0.25;

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let fold = Fold::of(&view, USUAL_TOP);
    let frame = Frame::around(
        &view,
        view.words().phases_title.to_owned(),
        what(&view, &fold),
        key(&view, &fold),
    );
    let note = fold.note(&view);
    let (panels, rows) = (view.connections.len() as f64, fold.shown.len() as f64);
    let others = (HEAD + GAP) * panels + note.as_ref().map_or(0.0, |_| NOTE);
    let room = frame.room(
        others + ROW * rows * panels,
        others + LEAST_ROW * rows * panels,
    )?;
    let unit = TimeUnit::of_all(fold.rows().filter_map(|row| view.time(row)));
    let stacks = Stacks {
        view: &view,
        height: (room - others) / rows / panels,
        names: widest(
            fold.shown
                .iter()
                .map(|lane| emphasis(lane.place).width(lane.name)),
        )
        .min(LONGEST_NAME * spec.look.width),
        totals: widest(fold.rows().map(|row| {
            let total = view.time(row).map_or(0.0, |time| {
                Lettering::STRONG.width(&unit.write(view.language(), time))
            });
            total.max(Lettering::NOTE.width(view.words().total))
        })),
        unit,
    };
    let (left, right) = stacks.span();
    ChartError::require_width(spec.look.width, right - left, LEAST_BARS, 1.0)?;
    Ok(frame.picture(room, |canvas, top| {
        let mut y = top;
        for &kind in &view.connections {
            canvas.group(kind.as_str(), None, |canvas| {
                stacks.heading(canvas, connection(view.language(), kind), y + HEAD / 2.0);
                for (row, lane) in fold.shown.iter().enumerate() {
                    let middle = y + HEAD + stacks.height * (row as f64 + 0.5);
                    stacks.row(canvas, lane, lane.over(kind), middle);
                }
            });
            y += HEAD + stacks.height * rows + GAP;
        }
        if let Some(note) = &note {
            note_below(canvas, note, y, spec.look.width);
        }
    }))
}

/// What is shown: the phases are those of answers, the median counts failed calls too.
fn what(view: &View<'_>, fold: &Fold<'_, '_>) -> Vec<String> {
    let mut parts = vec![fill(view.words().by_phase, &[view.operation.api_name()])];
    if fold.rows().any(|row| row.counts.failed() > 0) {
        parts.push(view.words().answered_phases.to_owned());
    }
    parts
}

fn widest(widths: impl Iterator<Item = f64>) -> f64 {
    widths.fold(0.0, f64::max)
}

/// The colours of the phases that were measured.
fn key(view: &View<'_>, fold: &Fold<'_, '_>) -> Vec<(Swatch, String)> {
    let palette = view.palette();
    let measured = |phase: Phase| {
        fold.rows()
            .any(|row| row.phase_means[phase as usize].is_some())
    };
    let mut key: Vec<_> = Phase::ALL
        .into_iter()
        .filter(|&phase| measured(phase))
        .map(|phase| {
            let swatch = Swatch::Block(palette.phases[phase as usize]);
            (swatch, described(view.words(), phase).to_owned())
        })
        .collect();
    if fold.rows().any(|row| view.is_grey(row)) {
        key.push((
            Swatch::Block(palette.bar),
            view.words().check_forbids.to_owned(),
        ));
    }
    key
}

/// What a phase is called.
pub(crate) fn described(words: &'static ChartWords, phase: Phase) -> &'static str {
    match phase {
        Phase::Dns => words.dns,
        Phase::Connect => words.connect,
        Phase::Tls => words.tls,
        Phase::Send => words.send,
        Phase::Wait => words.wait,
        Phase::Receive => words.receive,
    }
}

struct Stacks<'v, 'a> {
    view: &'v View<'a>,
    /// Height of a row, px.
    height: f64,
    /// Width of the names, px.
    names: f64,
    /// Width of the times at the right, px.
    totals: f64,
    /// The unit of those.
    unit: TimeUnit,
}

impl Stacks<'_, '_> {
    /// Where the bars begin and end, px.
    fn span(&self) -> (f64, f64) {
        let right = self.view.spec.look.width - MARGIN - self.totals - 14.0;
        (MARGIN + self.names + 14.0, right)
    }

    fn heading(&self, canvas: &mut Canvas, name: &str, y: f64) {
        let palette = canvas.palette();
        canvas.text(
            name,
            (MARGIN, y),
            Align::Start,
            Lettering::STRONG,
            palette.text,
        );
        let right = self.view.spec.look.width - MARGIN;
        let total = self.view.words().total;
        canvas.text(
            total,
            (right, y),
            Align::End,
            Lettering::NOTE,
            palette.muted,
        );
    }

    fn row(&self, canvas: &mut Canvas, lane: &Lane<'_>, row: Option<&Row>, y: f64) {
        let (palette, lettering) = (canvas.palette(), emphasis(lane.place));
        let name = lettering.fit_name(lane.name, self.names);
        canvas.text(&name, (MARGIN, y), Align::Start, lettering, palette.text);
        let medians = row.map(|row| medians(self.view, row)).unwrap_or_default();
        let sum: f64 = medians.iter().map(|&(_, time)| time).sum();
        let Some(row) = row.filter(|_| sum > 0.0) else {
            let missing = self.view.missing(row);
            let left = self.span().0;
            canvas.text(
                missing,
                (left, y),
                Align::Start,
                Lettering::NOTE,
                palette.muted,
            );
            return;
        };
        let title = self.spoken(lane, &medians, sum);
        canvas.group(&format!("row-{}", lane.name), Some(&title), |canvas| {
            self.bar(canvas, row, &medians, sum, y);
            let right = self.view.spec.look.width - MARGIN;
            let (text, colour) = match self.view.time(row) {
                Some(time) => (self.unit.write(self.view.language(), time), palette.text),
                // Its phases are those of answers, and half of the calls had none.
                None => (numbers::NOTHING.to_owned(), palette.muted),
            };
            canvas.text(&text, (right, y), Align::End, lettering, colour);
        });
    }

    fn bar(&self, canvas: &mut Canvas, row: &Row, medians: &[(Phase, f64)], sum: f64, y: f64) {
        let palette = canvas.palette();
        let forbidden = self.view.is_forbidden(row);
        let (left, right) = self.span();
        let half = (self.height - 7.0) / 2.0;
        let mut from = left;
        for &(phase, time) in medians {
            let to = from + (right - left) * time / sum;
            let colour = if forbidden {
                palette.bar
            } else {
                palette.phases[phase as usize]
            };
            canvas.rectangle((from, y - half), (to, y + half), colour);
            if from > left {
                let gap = canvas.behind();
                canvas.rectangle((from - 0.5, y - half), (from + 0.5, y + half), gap);
            }
            self.share(canvas, (time, time / sum), (from, to), y, colour);
            from = to;
        }
    }

    /// The share and the time in numbers, where they fit into its part of the bar.
    fn share(
        &self,
        canvas: &mut Canvas,
        (time, share): (f64, f64),
        (from, to): (f64, f64),
        y: f64,
        on: Colour,
    ) {
        let text = self.view.language().number(&percent(share));
        let with_time = format!("{text} · {}", self.view.duration(time));
        let fits = |text: &String| Lettering::NOTE.width(text) + 6.0 <= to - from;
        if let Some(text) = [with_time, text].iter().find(|text| fits(text)) {
            let middle = ((from + to) / 2.0, y);
            canvas.text(text, middle, Align::Middle, Lettering::NOTE, on.ink());
        }
    }

    /// What the row says, for the pointer.
    fn spoken(&self, lane: &Lane<'_>, medians: &[(Phase, f64)], sum: f64) -> String {
        let view = self.view;
        let parts = medians.iter().map(|&(phase, time)| {
            let share = view.language().number(&percent(time / sum));
            let time = view.language().number(&numbers::phase(time));
            format!("{} {time} ({share})", described(view.words(), phase))
        });
        let parts: Vec<String> = parts.collect();
        format!("{} – {}", lane.name, parts.join("; "))
    }
}

/// The median of each phase in the order of [`Phase::ALL`], ns.
pub(crate) fn medians_of(series: &Series) -> [Option<f64>; Phase::ALL.len()] {
    let mut medians = [None; Phase::ALL.len()];
    for (median, times) in medians.iter_mut().zip(&series.phases) {
        *median = (!times.is_empty()).then(|| times.to_hdr().value_at_quantile(0.5) as f64);
    }
    medians
}

/// The median of each phase that was measured, ns.
pub(crate) fn medians(view: &View<'_>, row: &Row) -> Vec<(Phase, f64)> {
    let Some(series) = view.series(row) else {
        return Vec::new();
    };
    let medians = Phase::ALL.into_iter().zip(medians_of(series));
    medians
        .filter_map(|(phase, time)| Some((phase, time?)))
        .collect()
}
