//! What changed from one run to another? The change of each endpoint's median with its interval, and a word only where the
//! two runs decide.

use crate::judge::{Between, BetweenError, Matched, Place, Standing, Verdict, between, describe};
use crate::plan::ConnectionMode;
use time::OffsetDateTime;

use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::emphasis;
use crate::report::chart::drawing::plots::dots::{Dot, DotCell, DotPlot, DotRow};
use crate::report::chart::drawing::theme::Palette;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::saving::{Effect, key_of_effects};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::View;
use crate::report::words::chart::kinds::compare::{CompareWords, words};
use crate::report::words::chart::kinds::whiskers::whiskers;
use crate::report::words::chart::{connection, fill};
use crate::report::words::language::Language;
use crate::report::words::numbers;
use crate::results::moment;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "compare",
    question: "What changed from one run to another?",
    runs: RunsShown::Two,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw: Draw::Runs(draw),
};

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let [before, after] = [runs[0], runs[1]];
    let between = between_runs(before, after)?;
    let view = View::of(KIND.name, after, spec)?;
    let words = words(spec.wording.language);
    let plot = plot(&view, &between, words);
    if plot.dots().next().is_none() {
        return Err(nothing_in_both());
    }
    plot.require_room(spec.look.width)?;
    let frame = Frame::around(
        &view,
        title(&view, &between, words),
        what(&view, before, &between, words),
        key(&view, &plot, &between, words),
    );
    let language = spec.wording.language;
    Ok(frame.picture(plot.height(spec.look.width), |canvas, top| {
        plot.draw(canvas, (top, spec.look.width), |change| {
            language.number(&numbers::tick_of_change(change))
        });
    }))
}

/// How the two runs compare: described where they decide nothing.
///
/// # Errors
/// [`ChartError::Nothing`] where they cannot be held side by side.
pub(crate) fn between_runs(
    before: RunShown<'_>,
    after: RunShown<'_>,
) -> Result<Between, ChartError> {
    // How old the runs are is no part of the picture: the same two runs give the same picture on every day.
    let now = [before, after].map(|shown| moment(&shown.run.header.started_at));
    let now = now.into_iter().flatten().max();
    let now = now.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let decided = between(before.run, after.run, &[], now);
    let between = match decided {
        Err(BetweenError::Sequential { .. }) => describe(before.run, after.run, now),
        decided => decided,
    };
    between.map_err(|error| ChartError::Nothing {
        kind: KIND.name,
        reason: error.to_string(),
    })
}

/// Why there is no picture when no endpoint has both medians.
pub(crate) fn nothing_in_both() -> ChartError {
    ChartError::Nothing {
        kind: KIND.name,
        reason: "no endpoint of the selection has a median in both runs".to_owned(),
    }
}

/// How a median changed.
pub(crate) struct MedianChange {
    /// By which share of the earlier one: above zero it is longer now.
    pub value: f64,
    /// The interval of the share, where the runs decide.
    pub interval: Option<[f64; 2]>,
    /// What was decided, where something was.
    pub verdict: Option<Verdict>,
}

impl MedianChange {
    /// Of an endpoint; `None` where one of the runs has no median of it.
    pub(crate) fn of(matched: &Matched) -> Option<Self> {
        match &matched.standing {
            Standing::Compared(comparisons) => {
                let found = comparisons.first()?;
                // The ratio is the baseline's time over the candidate's.
                let change = |ratio: f64| 1.0 / ratio - 1.0;
                let interval = found.ratio.interval;
                Some(Self {
                    value: change(found.ratio.value),
                    interval: interval.map(|it| [change(it.high), change(it.low)]),
                    verdict: Some(found.verdict),
                })
            }
            Standing::Changed { ratio, .. } => Some(Self {
                value: ratio - 1.0,
                interval: None,
                verdict: None,
            }),
            Standing::Uncompared(_) | Standing::NoBaseline | Standing::NoCandidate => None,
        }
    }
}

/// Whether the two runs decide anything.
fn decides(between: &Between) -> bool {
    between.design.decides()
}

fn plot(view: &View<'_>, between: &Between, words: &CompareWords) -> DotPlot {
    let language = view.spec.wording.language;
    let palette = view.spec.look.appearance.palette();
    let row = |(name, place): (&str, Place)| {
        let cells = view.connections.iter().map(|&over| {
            let matched = matched(view, between, name, over);
            cell(matched, palette, language, words)
        });
        DotRow {
            name: name.to_owned(),
            lettering: emphasis(place),
            cells: cells.collect(),
        }
    };
    let lanes = view.global().into_iter().chain(view.regional());
    let heading = |&over: &ConnectionMode| (over, connection(language, over).to_owned());
    DotPlot {
        kind: KIND.name,
        columns: view.connections.iter().map(heading).collect(),
        rows: lanes.map(|lane| row((lane.name, lane.place))).collect(),
        label: words.axis,
        unit: 0.01,
    }
}

/// The endpoint over that kind of connection.
pub(crate) fn matched<'b>(
    view: &View<'_>,
    between: &'b Between,
    name: &str,
    over: ConnectionMode,
) -> Option<&'b Matched> {
    between.targets.iter().find(|target| {
        target.endpoint == name && target.operation == view.operation && target.connection == over
    })
}

fn cell(
    matched: Option<&Matched>,
    palette: &Palette,
    language: Language,
    words: &CompareWords,
) -> DotCell {
    let without = |text: &str| DotCell {
        dot: None,
        text: text.to_owned(),
        is_muted: true,
    };
    let Some(matched) = matched else {
        return without(words.only_one);
    };
    let Some(MedianChange {
        value,
        interval,
        verdict,
    }) = MedianChange::of(matched)
    else {
        return without(match matched.standing {
            Standing::NoBaseline | Standing::NoCandidate => words.only_one,
            Standing::Compared(_) | Standing::Changed { .. } | Standing::Uncompared(_) => {
                numbers::NOTHING
            }
        });
    };
    let effect = Effect::of(verdict);
    let times = matched.p50.map(|p50| match p50 {
        Some(p50) => numbers::duration(p50),
        None => numbers::NOTHING.to_owned(),
    });
    let change = numbers::change(value + 1.0);
    let text = format!("{} → {} ({change})", times[0], times[1]);
    let failed = matched.failed[1].filter(|_| matched.fails_more);
    let fails = failed.map(|calls| {
        let share = numbers::percent_of(calls.failed, calls.of);
        format!("; {}", fill(words.fails, &[&share]))
    });
    let text = text + &fails.unwrap_or_default();
    DotCell {
        dot: value.is_finite().then_some(Dot {
            value,
            interval,
            colour: effect.colour(palette),
        }),
        text: language.number(&text),
        is_muted: effect.is_muted(),
    }
}

/// What is shown of both runs.
fn shown<'b>(view: &View<'_>, between: &'b Between) -> impl Iterator<Item = &'b Matched> {
    let lanes = view.global().into_iter().chain(view.regional());
    let found = lanes.flat_map(|lane| {
        let connections = view.connections.iter();
        connections.filter_map(|&over| matched(view, between, lane.name, over))
    });
    found.collect::<Vec<_>>().into_iter()
}

/// How many medians are longer, and how many shorter; and how many endpoints fail more often, where any does.
pub(crate) fn title(view: &View<'_>, between: &Between, words: &CompareWords) -> String {
    if !decides(between) {
        return words.side_by_side.to_owned();
    }
    let verdicts: Vec<Verdict> = shown(view, between).filter_map(Matched::verdict).collect();
    let count = |wanted: [Verdict; 2]| {
        let found = verdicts.iter().filter(|verdict| wanted.contains(verdict));
        found.count()
    };
    let slower = count([Verdict::Slower, Verdict::SlightlySlower]);
    let faster = count([Verdict::Faster, Verdict::SlightlyFaster]);
    let [slower, all, faster] = [slower, verdicts.len(), faster].map(|it| it.to_string());
    let medians = if slower == "0" && faster == "0" {
        fill(words.none, &[&all])
    } else {
        fill(words.finding, &[&slower, &all, &faster])
    };
    match shown(view, between).filter(|it| it.fails_more).count() {
        0 => medians,
        failing => medians + &fill(words.failing, &[&failing.to_string()]),
    }
}

/// What is shown.
pub(crate) fn what(
    view: &View<'_>,
    before: RunShown<'_>,
    between: &Between,
    words: &CompareWords,
) -> Vec<String> {
    let header = &before.run.header;
    let day = header.started_at.get(..10).unwrap_or(&header.started_at);
    let run = format!("{day}, {}", header.run_id);
    let mut parts = vec![
        fill(words.what, &[view.operation.api_name()]),
        words.left_of_zero.to_owned(),
        fill(words.baseline, &[&run]),
    ];
    match between.confidence {
        Some(confidence) => parts.push(whiskers(view.spec.wording.language, confidence, 1)),
        None => parts.push(words.descriptive.to_owned()),
    }
    parts
}

fn key(
    view: &View<'_>,
    plot: &DotPlot,
    between: &Between,
    words: &CompareWords,
) -> Vec<(Swatch, String)> {
    if !decides(between) {
        return Vec::new();
    }
    let grey = view.words().check_forbids;
    let meanings = [
        words.faster,
        words.slower,
        words.unproven,
        words.same,
        words.unclear,
        grey,
    ];
    let drawn = plot.dots().map(|dot| dot.colour);
    key_of_effects(view.palette(), drawn, meanings)
}
