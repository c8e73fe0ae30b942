//! How much time does each Regional endpoint save? One row for each endpoint, the greatest saving first; left of zero it
//! costs time.

use crate::judge::Summary;
use crate::plan::{ConnectionMode, Level};

use crate::report::chart::chosen;
use crate::report::chart::drawing::canvas::Lettering;
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::{NOTE, note_below};
use crate::report::chart::drawing::plots::dots::{Dot, DotCell, DotPlot, DotRow};
use crate::report::chart::fold::Fold;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::saving::{Saved, key_of_effects};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::title::depends_on_failures;
use crate::report::chart::view::View;
use crate::report::view::table::Soundness;
use crate::report::words::chart::kinds::savings::{SavingsWords, words};
use crate::report::words::chart::kinds::whiskers::whiskers;
use crate::report::words::chart::{connection, fill};
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "savings",
    question: "How much time does each Regional endpoint save?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
        ChartOption::Top,
        ChartOption::Percentile,
    ],
    draw: Draw::Runs(draw),
};

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    let language = spec.wording.language;
    let words = words(language);
    let fold = Fold::of(&view, USUAL_TOP);
    let savings = savings(&view, &fold, runs[0].summary);
    let plot = plot(&view, &savings, words);
    if plot.dots().next().is_none() {
        return Err(uncompared(&view));
    }
    plot.require_room(spec.look.width)?;
    let frame = Frame::around(
        &view,
        title(&view, &savings, runs[0].summary, words),
        what(&view, &savings, words),
        key(&view, &plot, words),
    );
    let note = fold.note(&view);
    let below = note.as_ref().map_or(0.0, |_| NOTE);
    let height = plot.height(spec.look.width);
    Ok(frame.picture(height + below, |canvas, top| {
        let greatest = greatest(&savings);
        plot.draw(canvas, (top, spec.look.width), |nanoseconds| {
            let tick = numbers::tick_beside(greatest, nanoseconds);
            language.number(&tick.replace('-', "−"))
        });
        if let Some(note) = &note {
            note_below(canvas, note, top + height, spec.look.width);
        }
    }))
}

/// Why there is no picture when no endpoint is compared.
pub(crate) fn uncompared(view: &View<'_>) -> ChartError {
    ChartError::Nothing {
        kind: KIND.name,
        reason: format!(
            "no endpoint of the selection is compared with the global one by {}",
            view.level()
        ),
    }
}

/// Endpoints that are shown where more of them would be folded.
const USUAL_TOP: usize = 18;

/// An endpoint, and what it saves in the order of the view's kinds of connection.
pub(crate) type Savings<'a> = (&'a str, Vec<Option<Saved<'a>>>);

/// The greatest saving first, and the endpoints without a comparison last.
pub(crate) fn savings<'v>(
    view: &'v View<'_>,
    fold: &Fold<'v, '_>,
    summary: &'v Summary,
) -> Vec<Savings<'v>> {
    let saving = |row| Saved::of(summary, row, view.level());
    let mut savings: Vec<Savings<'v>> = fold
        .regional()
        .map(|lane| {
            let connections = view.connections.iter();
            let savings = connections.map(|&over| lane.over(over).and_then(saving));
            (lane.name, savings.collect())
        })
        .collect();
    let leading = view.connections.iter().position(|&it| it == view.leading());
    let key = |(_, savings): &Savings<'_>| {
        let saving = leading.and_then(|leading| savings[leading]);
        saving.map_or(f64::NEG_INFINITY, Saved::value)
    };
    savings.sort_by(|a, b| key(b).total_cmp(&key(a)));
    savings
}

/// The greatest saving or loss, ns.
fn greatest(savings: &[Savings<'_>]) -> f64 {
    let known = savings.iter().flat_map(|(_, savings)| savings).flatten();
    known.fold(0.0, |most, saving| saving.value().abs().max(most))
}

fn plot(view: &View<'_>, savings: &[Savings<'_>], words: &SavingsWords) -> DotPlot {
    let language = view.spec.wording.language;
    let palette = view.spec.look.appearance.palette();
    let greatest = greatest(savings);
    let cell = |saving: &Option<Saved<'_>>| match saving {
        Some(saving) => DotCell {
            dot: Some(Dot {
                value: saving.value(),
                interval: saving.interval(),
                colour: saving.effect().colour(palette),
            }),
            text: language.number(&numbers::duration_beside(greatest, saving.value())),
            is_muted: saving.effect().is_muted(),
        },
        None => DotCell {
            dot: None,
            text: words.uncompared.to_owned(),
            is_muted: true,
        },
    };
    let row = |(name, savings): &Savings<'_>| DotRow {
        name: (*name).to_owned(),
        lettering: Lettering::LABEL,
        cells: savings.iter().map(cell).collect(),
    };
    let heading = |&over: &ConnectionMode| (over, connection(language, over).to_owned());
    DotPlot {
        kind: KIND.name,
        columns: view.connections.iter().map(heading).collect(),
        rows: savings.iter().map(row).collect(),
        label: words.axis,
        unit: 1e6,
    }
}

/// What the endpoint of the place, or the fastest, saves over each kind of connection, where that may be claimed.
pub(crate) fn title(
    view: &View<'_>,
    savings: &[Savings<'_>],
    summary: &Summary,
    words: &SavingsWords,
) -> String {
    let greatest = greatest(savings);
    let language = view.spec.wording.language;
    let claim = || {
        let lane = chosen::foremost(view).filter(|lane| !depends_on_failures(view, lane))?;
        let mut parts = view.connections.iter().filter_map(|&over| {
            let saving = Saved::of(summary, lane.over(over)?, view.level())?;
            let time = numbers::duration_beside(greatest, saving.value().abs());
            let said = [
                language.number(&time),
                connection(language, over).to_owned(),
            ];
            saving
                .is_significant()
                .then_some((saving.value() >= 0.0, said))
        });
        let (saves, [time, over]) = parts.next()?;
        let template = if saves { words.saves } else { words.costs };
        let mut title = fill(template, &[lane.name, &time, &over]);
        for (_, [time, over]) in parts.filter(|&(also, _)| also == saves) {
            title.push_str(&fill(words.and, &[&time, &over]));
        }
        Some(title)
    };
    match view.soundness() {
        Soundness::Sound if view.level() == Level::P50 => {
            claim().unwrap_or_else(|| words.question.to_owned())
        }
        Soundness::Sound | Soundness::Invalid => words.question.to_owned(),
    }
}

/// What is shown, in parts.
pub(crate) fn what(view: &View<'_>, savings: &[Savings<'_>], words: &SavingsWords) -> Vec<String> {
    let language = view.spec.wording.language;
    let level = language.number(&view.level().to_string());
    let mut parts = vec![
        fill(words.what, &[view.operation.api_name(), &level]),
        words.left_of_zero.to_owned(),
    ];
    let mut known = savings.iter().flat_map(|(_, savings)| savings).flatten();
    let confidence = known.find_map(|saving| saving.confidence());
    parts.extend(confidence.map(|(confidence, together)| whiskers(language, confidence, together)));
    parts
}

fn key(view: &View<'_>, plot: &DotPlot, words: &SavingsWords) -> Vec<(Swatch, String)> {
    let palette = view.spec.look.appearance.palette();
    let meanings = [
        words.saved,
        words.lost,
        words.unproven,
        words.same,
        words.unclear,
        words.grey,
    ];
    key_of_effects(palette, plot.dots().map(|dot| dot.colour), meanings)
}
