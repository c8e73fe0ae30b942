//! Do endpoints keep their time from run to run? A strip for each endpoint: its p50 in each run with the interval, the limit
//! of what the runs before let expect, and what changed.

use crate::judge::{HistoryOutcome, Place, Trend, TrendLine, TrendPoint};
use crate::plan::{Group, Level};

use super::windows::{band, range, shares};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::emphasis;
use crate::report::chart::drawing::plots::strips::{StripChart, StripPoint, TimeStrip};
use crate::report::chart::kind::{ChartError, ChartKind, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::view::headline::FOREMOST;
use crate::report::words::chart::kinds::over_time::{OverTimeWords, words};
use crate::report::words::chart::{connection, fill};
use crate::report::words::language::Language;
use crate::report::words::{self as all_words, numbers};

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "trend",
    question: "Do endpoints keep their time from run to run?",
    runs: RunsShown::OverTime,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw,
};

/// Single runs are no trend: see [`svg`].
fn draw(runs: &[RunShown<'_>], _: &ChartSpec) -> Result<String, ChartError> {
    Err(ChartError::Runs {
        kind: KIND,
        runs: runs.len(),
    })
}

/// Draws the runs over time.
///
/// # Errors
/// [`ChartError::Nothing`] where the selection names nothing of the runs.
pub(crate) fn svg(trend: &Trend, spec: &ChartSpec) -> Result<String, ChartError> {
    let nothing = |reason: String| ChartError::Nothing {
        kind: KIND.name,
        reason,
    };
    let group = group(trend, spec).ok_or_else(|| {
        let groups: Vec<String> = trend.groups().iter().map(Group::to_string).collect();
        nothing(format!("the runs have {}", groups.join(", ")))
    })?;
    let patterns = &spec.selection.endpoints;
    let is_asked = |line: &&TrendLine| {
        let name = &line.endpoint;
        line.group() == group
            && line.place != Place::Twin
            && (patterns.is_empty() || patterns.iter().any(|pattern| pattern.fits(name)))
    };
    let mut lines: Vec<&TrendLine> = trend.lines.iter().filter(is_asked).collect();
    lines.sort_by(|a, b| {
        let key = |line: &TrendLine| {
            let latest = line.latest().and_then(|point| point.p50.as_ref());
            latest.map_or(f64::INFINITY, |p50| p50.value)
        };
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
    let words = words(spec.wording.language);
    let (marks, notes) = marks(trend, group, words);
    let chart = chart(trend, &lines, marks, spec, words);
    let frame = Frame {
        spec,
        title: title(trend, spec.wording.language, words),
        what: what(group, &lines, spec.wording.language, words),
        circumstances: circumstances(trend, words),
        key: key(&lines, spec, words),
        warning: None,
        badge: trend.simulation.as_ref().map(|_| words.simulated),
        footer: notes,
    };
    Ok(frame.picture(chart.height(EACH), |canvas, top| {
        chart.draw(canvas, (top, spec.look.width), EACH);
    }))
}

/// Height of a strip, px.
const EACH: f64 = 44.0;

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
    let days = trend.runs.iter().map(|run| {
        let day = run.started_at.get(..10).unwrap_or(&run.started_at);
        day.to_owned()
    });
    StripChart {
        kind: KIND.name,
        strips: lines.iter().map(|line| strip(line, spec)).collect(),
        marks: marks
            .into_iter()
            .map(|(run, letter)| (shares[run], letter))
            .collect(),
        moments: shares.into_iter().zip(days).collect(),
        headings: vec![words.latest.to_owned(), words.from_to.to_owned()],
    }
}

fn strip(line: &TrendLine, spec: &ChartSpec) -> TimeStrip {
    let palette = spec.look.appearance.palette();
    let latest = line.latest().and_then(|point| point.p50.as_ref());
    let latest = latest.map_or(numbers::NOTHING.to_owned(), |p50| {
        numbers::duration(p50.value)
    });
    let known = line.points.iter().filter_map(|point| point.p50.as_ref());
    let texts = [latest, range(known.map(|p50| p50.value))];
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
        numbers: texts
            .map(|text| spec.wording.language.number(&text))
            .to_vec(),
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
            .map(all_words::side_by_side::trend::run_change)
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

fn title(trend: &Trend, language: Language, words: &OverTimeWords) -> String {
    match language {
        Language::English if trend.is_judged() => {
            let finding = all_words::side_by_side::trend::title(trend);
            let mut letters = finding.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect()
        }
        _ => words.trend_question.to_owned(),
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
    parts.push(words.own_scale.to_owned());
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

fn circumstances(trend: &Trend, words: &OverTimeWords) -> Vec<String> {
    let day = |text: &str| text.get(..10).unwrap_or(text).to_owned();
    let mut parts = vec![
        fill(words.from, &[&trend.vantage]),
        fill(words.runs, &[&trend.runs.len().to_string()]),
    ];
    if let [first, .., last] = trend.runs.as_slice() {
        parts.push(format!(
            "{} – {}",
            day(&first.started_at),
            day(&last.started_at)
        ));
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
