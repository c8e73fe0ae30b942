//! Are the endpoints steady from run to run? A strip for each endpoint: its p50 in each run with the interval, the limit
//! of what the runs before let expect, and what changed.

use crate::judge::{HistoryOutcome, Place, RunChange, Setting, Trend, TrendLine, TrendPoint};
use crate::plan::{Group, Level};

use super::windows::{band, labels, range, shares};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::emphasis;
use crate::report::chart::drawing::plots::strips::{StripChart, StripPoint, TimeStrip};
use crate::report::chart::fold::{FoldedNote, top};
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunsShown};
use crate::report::chart::selection::require_known;
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::view::overview::foremost::FOREMOST;
use crate::report::words::chart::kinds::over_time::{OverTimeWords, words};
use crate::report::words::chart::time_unit::TimeUnit;
use crate::report::words::chart::{connection, fill, words as chart_words};
use crate::report::words::language::Language;
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "trend",
    question: "Are the endpoints steady from run to run?",
    runs: RunsShown::OverTime,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
        ChartOption::Top,
    ],
    draw: Draw::OverTime(svg),
};

/// Draws the runs over time.
///
/// # Errors
/// [`ChartError::Nothing`] where the selection names nothing of the runs, [`ChartError::TooNarrow`] for too little room.
fn svg(trend: &Trend, spec: &ChartSpec) -> Result<String, ChartError> {
    let words = words(spec.wording.language);
    let (group, lines) = lines(trend, spec)?;
    let (shown, note) = folded(&lines, spec, USUAL_TOP);
    let (marks, notes) = marks(trend, group, words);
    let chart = chart(trend, &shown, marks, spec, words);
    let mut frame = frame(trend, group, &lines, spec);
    frame.what.push(words.own_scale.to_owned());
    frame.what.extend(what_is_marked(&shown, words));
    frame.key = key(&shown, spec, words);
    frame.footer = notes
        .into_iter()
        .chain(provenance(trend, spec.wording.language))
        .collect();
    chart.framed(&frame, note.as_deref())
}

/// The group that is shown, and the endpoints that were asked for: the global one first, the others by their latest time.
///
/// # Errors
/// [`ChartError::Nothing`] where the selection names nothing of the runs.
pub(crate) fn lines<'t>(
    trend: &'t Trend,
    spec: &ChartSpec,
) -> Result<(Group, Vec<&'t TrendLine>), ChartError> {
    let nothing = |reason: String| ChartError::Nothing {
        kind: KIND.name,
        reason,
    };
    let group = group(trend, spec).ok_or_else(|| {
        let groups: Vec<String> = trend.groups().iter().map(Group::to_string).collect();
        nothing(format!("the runs have {}", groups.join(", ")))
    })?;
    let patterns = &spec.selection.endpoints;
    let of_group = trend.lines.iter().filter(|line| line.group() == group);
    let names: Vec<&str> = of_group.map(|line| line.endpoint.as_str()).collect();
    require_known(patterns, &names)?;
    let is_asked = |line: &&TrendLine| {
        let name = &line.endpoint;
        line.group() == group
            && line.place != Place::Twin
            && (patterns.is_empty() || patterns.iter().any(|pattern| pattern.fits(name)))
    };
    let mut lines: Vec<&TrendLine> = trend.lines.iter().filter(is_asked).collect();
    lines.sort_by(|a, b| {
        let key = |line: &TrendLine| latest(line).unwrap_or(f64::INFINITY);
        let is_regional = |line: &TrendLine| line.place != Place::Global;
        (is_regional(a).cmp(&is_regional(b))).then(key(a).total_cmp(&key(b)))
    });
    if lines
        .iter()
        .flat_map(|line| &line.points)
        .all(|point| point.p50.is_none())
    {
        return Err(nothing(format!(
            "no endpoint of the selection has a p50 of {group}"
        )));
    }
    Ok((group, lines))
}

/// The words around the runs over time, without those about the marks of a picture.
pub(crate) fn frame<'a>(
    trend: &Trend,
    group: Group,
    lines: &[&TrendLine],
    spec: &'a ChartSpec,
) -> Frame<'a> {
    let language = spec.wording.language;
    let words = words(language);
    Frame {
        spec,
        title: title(trend, lines, language, words),
        what: what(group, lines, language, words),
        circumstances: circumstances(trend, words),
        key: Vec::new(),
        warning: None,
        badge: badge(trend, language, words),
        footer: Vec::new(),
    }
}

/// A warning where nothing here was measured at AWS.
fn badge(trend: &Trend, language: Language, words: &OverTimeWords) -> Option<&'static str> {
    match trend.simulation {
        Some(_) => Some(words.simulated),
        None => trend.answered_here.then_some(chart_words(language).not_aws),
    }
}

/// Regional endpoints that are shown where more of them would be folded.
const USUAL_TOP: usize = 10;

/// The p50 of the latest run, ns.
fn latest(line: &TrendLine) -> Option<f64> {
    Some(line.latest()?.p50.as_ref()?.value)
}

/// The lines that are shown, `usual` of them without a wish and those that are slower than before, and what is said of the
/// others.
pub(crate) fn folded<'t>(
    lines: &[&'t TrendLine],
    spec: &ChartSpec,
    usual: usize,
) -> (Vec<&'t TrendLine>, Option<String>) {
    let (selection, words) = (&spec.selection, words(spec.wording.language));
    let is_regional = |line: &&TrendLine| line.place != Place::Global;
    let regional = lines.iter().copied().filter(is_regional).count();
    let mut left = top(selection, regional, usual);
    let (shown, folded): (Vec<_>, Vec<_>) = lines.iter().copied().partition(|line| {
        let is_near = left > 0;
        left -= usize::from(is_near && is_regional(line));
        !is_regional(line) || is_near || selection.top.is_none() && is_slower(line)
    });
    let said = FoldedNote {
        one: words.one_not_shown,
        several: words.not_shown,
        nothing: words.no_data,
        language: spec.wording.language,
    };
    let note = said.note(folded.iter().map(|line| latest(line)));
    (shown, note)
}

/// Whether the latest run found it slower than those before.
fn is_slower(line: &TrendLine) -> bool {
    line.latest()
        .is_some_and(|point| point.outcome == HistoryOutcome::Slower)
}

/// The operation and kind of connection that were asked for, or the foremost.
fn group(trend: &Trend, spec: &ChartSpec) -> Option<Group> {
    let groups = trend.groups();
    let operation = spec
        .selection
        .operation
        .or_else(|| groups.first().map(|group| group.operation))?;
    let of = |connection| Group {
        operation,
        connection,
    };
    let wanted = match spec.selection.connection {
        Some(connection) => vec![of(connection)],
        None => FOREMOST.map(of).to_vec(),
    };
    wanted.into_iter().find(|group| groups.contains(group))
}

fn chart(
    trend: &Trend,
    lines: &[&TrendLine],
    marks: Vec<(usize, String)>,
    spec: &ChartSpec,
    words: &OverTimeWords,
) -> StripChart {
    let shares = shares(trend.runs.iter().map(|run| run.started_at.as_str()));
    let labels = labels_of(trend);
    let unit = TimeUnit::of_all(lines.iter().filter_map(|line| latest(line)));
    StripChart {
        kind: KIND.name,
        strips: lines.iter().map(|line| strip(line, spec, unit)).collect(),
        marks: marks
            .into_iter()
            .map(|(run, letter)| (shares[run], letter))
            .collect(),
        moments: shares.into_iter().zip(labels).collect(),
        headings: vec![words.latest.to_owned(), words.from_to.to_owned()],
    }
}

fn strip(line: &TrendLine, spec: &ChartSpec, unit: TimeUnit) -> TimeStrip {
    let palette = spec.look.appearance.palette();
    let language = spec.wording.language;
    let latest = latest(line);
    let latest = latest.map_or(numbers::NOTHING.to_owned(), |time| {
        unit.write(language, time)
    });
    let known = line.points.iter().filter_map(|point| point.p50.as_ref());
    let range = language.number(&range(known.map(|p50| p50.value)));
    TimeStrip {
        name: line.endpoint.clone(),
        lettering: emphasis(line.place),
        colour: match line.place {
            Place::Global => palette.global,
            Place::Regional | Place::Twin => palette.regional[0],
        },
        points: line.points.iter().map(point).collect(),
        shaded: line
            .episodes
            .iter()
            .map(|episode| (episode.first, episode.last))
            .collect(),
        numbers: vec![latest, range],
    }
}

fn point(point: &TrendPoint) -> Option<StripPoint> {
    let p50 = point.p50.as_ref()?;
    Some(StripPoint {
        value: p50.value,
        band: band(p50),
        limit: point.limit(),
        stands_out: point.outcome == HistoryOutcome::Slower,
        is_marked: !point.changes.is_empty(),
    })
}

/// What changed for all endpoints from one run to the next: the run with a letter, and the note of each letter.
fn marks(
    trend: &Trend,
    group: Group,
    words: &OverTimeWords,
) -> (Vec<(usize, String)>, Vec<String>) {
    let (mut marks, mut notes) = (Vec::new(), Vec::new());
    for (number, run) in trend.runs.iter().enumerate() {
        let mut texts: Vec<String> = run
            .changes
            .iter()
            .map(|change| changed(change, words))
            .collect();
        let is_of_group = run.shifts.iter().any(|shift| {
            shift.operation == group.operation && shift.connection == group.connection
        });
        if is_of_group {
            texts.push(words.all_shift.to_owned());
        }
        if texts.is_empty() {
            continue;
        }
        let letter = letter(marks.len());
        if notes.len() < MOST_NOTES {
            let day = run.started_at.get(..10).unwrap_or(&run.started_at);
            notes.push(format!("{letter}: {day} {}", texts.join(", ")));
        }
        marks.push((number, letter));
    }
    (marks, notes)
}

fn changed(change: &RunChange, words: &OverTimeWords) -> String {
    match change {
        RunChange::Version { from, to } => format!("stsbench {from} → {to}"),
        RunChange::Setting(Setting::Deadlines) => words.deadlines_changed.to_owned(),
        RunChange::Setting(Setting::ConnectionsPerTarget) => words.connections_changed.to_owned(),
        RunChange::Setting(Setting::RatePerEndpoint) => words.rate_changed.to_owned(),
        RunChange::Setting(Setting::Resolver) => words.resolver_changed.to_owned(),
    }
}

/// Most notes below a picture.
const MOST_NOTES: usize = 12;

/// A, B, … Z, A1, B1, …
fn letter(number: usize) -> String {
    let letter = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

/// What the latest run is beside those before it, where it could be judged.
fn title(trend: &Trend, lines: &[&TrendLine], language: Language, words: &OverTimeWords) -> String {
    if !trend.is_judged() {
        return words.trend_question.to_owned();
    }
    let of = |wanted: HistoryOutcome| {
        let is = move |line: &&&TrendLine| line.latest().is_some_and(|at| at.outcome == wanted);
        lines.iter().filter(is)
    };
    let slower: Vec<&&TrendLine> = of(HistoryOutcome::Slower).collect();
    let (once, steady) = (
        of(HistoryOutcome::BeyondOnce).count(),
        of(HistoryOutcome::Steady).count(),
    );
    let found = slower.first().and_then(|line| {
        let change = line.latest()?.change?;
        let ratio = language.number(&numbers::ratio(change.ratio));
        Some(fill(words.slower_title, &[&line.endpoint, &ratio]))
    });
    match (found, slower.len()) {
        (Some(found), 1) => found,
        (Some(found), more) => found + &fill(words.and_more, &[&(more - 1).to_string()]),
        (None, _) if once > 0 => {
            let [once, all] = [once, once + steady].map(|it| it.to_string());
            fill(words.once_title, &[&once, &all])
        }
        (None, _) if steady > 0 => fill(words.steady_title, &[&steady.to_string()]),
        (None, _) => words.trend_question.to_owned(),
    }
}

fn what(
    group: Group,
    lines: &[&TrendLine],
    language: Language,
    words: &OverTimeWords,
) -> Vec<String> {
    let level = language.number(&Level::P50.to_string());
    let over = connection(language, group.connection);
    let mut parts = vec![fill(
        words.what,
        &[group.operation.api_name(), over, &level],
    )];
    let mut known = lines.iter().flat_map(|line| &line.points);
    let confidence = known.find_map(|point| Some(point.p50.as_ref()?.interval.confidence));
    parts.extend(confidence.map(|confidence| {
        let confidence = language.number(&numbers::percent_as_set(confidence));
        fill(words.bands, &[&confidence])
    }));
    parts
}

/// What the marks of the picture are.
fn what_is_marked(lines: &[&TrendLine], words: &OverTimeWords) -> Vec<String> {
    let mut parts = Vec::new();
    let points = || lines.iter().flat_map(|line| &line.points);
    if points().any(|point| point.change.is_some()) {
        parts.push(words.limit.to_owned());
    }
    if lines.iter().any(|line| !line.episodes.is_empty()) {
        parts.push(words.episode.to_owned());
    }
    if points().any(|point| !point.changes.is_empty()) {
        parts.push(words.target_change.to_owned());
    }
    parts
}

/// The day of each run, or its minute where one day has several.
fn labels_of(trend: &Trend) -> Vec<String> {
    let started = trend.runs.iter().map(|run| run.started_at.as_str());
    let started: Vec<&str> = started.collect();
    let days = started.iter().map(|text| text.get(..10).unwrap_or(text));
    let mut days: Vec<String> = days.map(str::to_owned).collect();
    let all = days.len();
    days.dedup();
    if days.len() == all {
        days
    } else {
        labels(&started)
    }
}

fn circumstances(trend: &Trend, words: &OverTimeWords) -> Vec<String> {
    let day = |text: &str| text.get(..10).unwrap_or(text).to_owned();
    let mut parts = vec![
        fill(words.from, &[&trend.vantage]),
        fill(words.runs, &[&trend.runs.len().to_string()]),
    ];
    if let [first, .., last] = trend.runs.as_slice() {
        let [from, to] = [first, last].map(|run| day(&run.started_at));
        let minute = |text: &str| text.get(11..16).unwrap_or(text).to_owned();
        parts.push(if from == to {
            let [begun, ended] = [first, last].map(|run| minute(&run.started_at));
            format!("{from} {begun} – {ended}")
        } else {
            format!("{from} – {to}")
        });
    }
    parts
}

/// Which program drew it, of which runs, and whether they were measured at AWS.
fn provenance(trend: &Trend, language: Language) -> Vec<String> {
    let mut parts = vec![format!("stsbench {}", env!("CARGO_PKG_VERSION"))];
    if let [first, .., last] = trend.runs.as_slice() {
        parts.push(format!("{} – {}", first.run_id, last.run_id));
    }
    let words = chart_words(language);
    if trend.simulation.is_some() {
        parts.push(words.simulated_note.to_owned());
    } else if trend.answered_here {
        parts.push(words.not_aws_note.to_owned());
    }
    parts
}

fn key(lines: &[&TrendLine], spec: &ChartSpec, words: &OverTimeWords) -> Vec<(Swatch, String)> {
    let palette = spec.look.appearance.palette();
    let mut points = lines.iter().flat_map(|line| &line.points);
    let is_slower = points.any(|point| point.outcome == HistoryOutcome::Slower);
    let slower = (Swatch::Disc(palette.failure), words.slower.to_owned());
    is_slower.then_some(slower).into_iter().collect()
}
