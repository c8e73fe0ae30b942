//! What people are shown of runs over time, not yet laid out for any format. Texts are not escaped; each format does that.

use crate::judge::{HistoryOutcome, Place, Trend, TrendLine, TrendPoint, TrendRun};
use crate::plan::Group;
use crate::report::words::names::caption;
use crate::report::words::numbers::{NOTHING, duration, plural, ratio, time_with_span};
use crate::report::words::side_by_side::trend as words;
use crate::report::words::simulation::{NotOfAws, origin};

/// How much of a trend is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrendDetail {
    /// One screen: the foremost operation and kind of connection, the endpoints that matter most.
    Screen,
    /// Every target, run and mark.
    Full,
}

/// Runs over time for people.
pub(crate) struct ShownTrend<'a> {
    pub(crate) trend: &'a Trend,
    pub(crate) title: String,
    pub(crate) origin: Option<(NotOfAws, String)>,
    /// Which runs these are.
    pub(crate) runs: String,
    pub(crate) tables: Vec<TrendTable<'a>>,
    /// What happened when, the latest first.
    pub(crate) marks: Vec<TrendMark>,
    /// What stands below.
    pub(crate) remarks: Vec<String>,
}

/// The targets of one operation and kind of connection.
pub(crate) struct TrendTable<'a> {
    pub(crate) caption: String,
    pub(crate) rows: Vec<TrendRow<'a>>,
    /// How many endpoints a screen leaves out.
    pub(crate) left_out: usize,
}

/// One endpoint.
pub(crate) struct TrendRow<'a> {
    pub(crate) line: &'a TrendLine,
    pub(crate) first: String,
    pub(crate) latest: String,
    pub(crate) interval: String,
    pub(crate) against_global: String,
    pub(crate) limit: String,
    pub(crate) outcome: &'static str,
}

/// Something that happened, at one run.
pub(crate) struct TrendMark {
    /// When, RFC 3339.
    pub(crate) started_at: String,
    pub(crate) text: String,
}

impl<'a> ShownTrend<'a> {
    /// Of a trend; `left_out` says which runs are not in it, and why.
    pub(crate) fn new(trend: &'a Trend, left_out: &[String], detail: TrendDetail) -> Self {
        let groups = match detail {
            TrendDetail::Screen => trend.groups().into_iter().take(1).collect(),
            TrendDetail::Full => trend.groups(),
        };
        let creep = trend.lines.iter().filter_map(|line| {
            let creep = line.creep.as_ref()?;
            Some(words::crept(&line.name(), creep))
        });
        let failing = trend.lines.iter().filter_map(|line| {
            let failures = line.failures.as_ref()?;
            Some(words::fails_more(&line.name(), failures))
        });
        Self {
            trend,
            title: words::title(trend),
            origin: origin(trend),
            runs: period(trend),
            tables: groups
                .into_iter()
                .map(|group| table(trend, group, detail))
                .collect(),
            marks: marks(trend),
            remarks: words::too_few(trend)
                .into_iter()
                .chain(failing)
                .chain(creep)
                .chain(left_out.iter().cloned())
                .collect(),
        }
    }
}

/// How many runs, from when to when: by the day, or within one day to the second.
fn period(trend: &Trend) -> String {
    let days: Vec<&str> = trend
        .runs
        .iter()
        .map(|run| run.started_at.get(..DAY).unwrap_or(&run.started_at))
        .collect();
    let is_one_day = days.first() == days.last();
    let at = |run: Option<&TrendRun>, day: Option<&&str>| match (run, day) {
        (Some(run), _) if is_one_day => run.started_at.clone(),
        (_, Some(day)) => (*day).to_owned(),
        _ => NOTHING.to_owned(),
    };
    format!(
        "{}, {} to {}",
        plural(trend.runs.len() as u64, "run"),
        at(trend.runs.first(), days.first()),
        at(trend.runs.last(), days.last())
    )
}

/// The length of a date at the beginning of a time.
pub(super) const DAY: usize = "2026-11-22".len();

fn table(trend: &Trend, group: Group, detail: TrendDetail) -> TrendTable<'_> {
    let mut lines: Vec<&TrendLine> = trend
        .lines
        .iter()
        .filter(|line| line.group() == group)
        .collect();
    let mut left_out = 0;
    if detail == TrendDetail::Screen {
        lines.sort_by_key(|line| order(line));
        left_out = lines.len().saturating_sub(ROWS_OF_A_SCREEN);
        lines.truncate(ROWS_OF_A_SCREEN);
    }
    TrendTable {
        caption: caption(group),
        rows: lines.into_iter().map(row).collect(),
        left_out,
    }
}

/// How many endpoints one screen has room for.
const ROWS_OF_A_SCREEN: usize = 9;

/// The global endpoint, then what has become slower, then the rest by their latest time, in ns.
fn order(line: &TrendLine) -> (bool, u8, u64) {
    let urgency = match line.latest().map(|at| at.outcome) {
        Some(HistoryOutcome::Slower) => 0,
        Some(HistoryOutcome::BeyondOnce) => 1,
        Some(HistoryOutcome::NotMeasured) | None => 3,
        Some(_) => 2,
    };
    let p50 = line.latest().and_then(|at| at.p50);
    let p50 = p50.map_or(u64::MAX, |p50| p50.value as u64);
    (line.place != Place::Global, urgency, p50)
}

fn row(line: &TrendLine) -> TrendRow<'_> {
    let nothing = || NOTHING.to_owned();
    let latest = line.latest();
    let p50 = latest.and_then(|at| at.p50);
    let span = p50.map(|p50| time_with_span(p50.value, p50.interval.low, p50.interval.high));
    let (latest_p50, interval) = span.unwrap_or_else(|| (nothing(), nothing()));
    let against_global = latest.and_then(|at| at.ratio).map(|of| ratio(of.value));
    TrendRow {
        line,
        first: line
            .ends()
            .map_or_else(nothing, |(first, _)| duration(first.value)),
        latest: latest_p50,
        interval,
        against_global: against_global.unwrap_or_else(nothing),
        limit: latest
            .and_then(TrendPoint::limit)
            .map_or_else(nothing, duration),
        outcome: words::outcome(line),
    }
}

/// Everything that happened, the latest first.
fn marks(trend: &Trend) -> Vec<TrendMark> {
    let mut marks = Vec::new();
    for (run, at) in trend.runs.iter().enumerate() {
        let mut add = |text: String| {
            marks.push(TrendMark {
                started_at: at.started_at.clone(),
                text,
            });
        };
        at.changes.iter().for_each(|of| add(words::run_change(of)));
        at.shifts
            .iter()
            .for_each(|shift| add(words::vantage_changed(shift)));
        let mut seen: Vec<String> = Vec::new();
        for line in &trend.lines {
            for change in &line.points[run].changes {
                // The targets of one endpoint change together.
                let text = format!("{}: {}", line.endpoint, words::target_change(change));
                if !seen.contains(&text) {
                    add(text.clone());
                    seen.push(text);
                }
            }
            let begun = line.episodes.iter().filter(|episode| episode.first == run);
            begun.for_each(|&episode| add(words::episode(trend, line, episode)));
        }
    }
    marks.reverse();
    marks
}
