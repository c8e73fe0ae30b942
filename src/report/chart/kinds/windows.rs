//! Are the endpoints steady from window to window? A strip for each endpoint: its percentile in each window of the run,
//! with the interval.

use crate::judge::{self, Percentile, Place, Row};
use crate::plan::ConnectionMode;

use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::emphasis;
use crate::report::chart::drawing::plots::strips::{StripChart, StripPoint, TimeStrip};
use crate::report::chart::fold::Fold;
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::View;
use crate::report::view::table::Soundness;
use crate::report::words::chart::kinds::over_time::{OverTimeWords, words};
use crate::report::words::chart::time_unit::TimeUnit;
use crate::report::words::chart::{connection, fill};
use crate::report::words::numbers;
use crate::results::moment;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "windows",
    question: "Are the endpoints steady from window to window?",
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
    require_several(&view)?;
    let over = connection_shown(&view);
    let words = words(spec.wording.language);
    let fold = Fold::of(&view, USUAL_TOP);
    let windows = view.run.measured.windows.iter();
    let started = windows.map(|window| window.started_at.as_str());
    let labels = labels(&started.clone().collect::<Vec<_>>());
    let strips = strips(&view, &fold, over);
    if strips
        .iter()
        .all(|strip| strip.points.iter().all(Option::is_none))
    {
        return Err(ChartError::Nothing {
            kind: KIND.name,
            reason: format!("no window has enough answers for {}", view.level()),
        });
    }
    let chart = StripChart {
        kind: KIND.name,
        strips,
        moments: shares(started).into_iter().zip(labels).collect(),
        marks: Vec::new(),
        headings: vec![words.all.to_owned(), words.from_to.to_owned()],
    };
    let title = words.windows_question.to_owned();
    let mut what = what(&view, over, words);
    what.push(words.own_scale.to_owned());
    let frame = Frame::around(&view, title, what, key(&view, words));
    chart.framed(&frame, fold.note(&view).as_deref())
}

/// # Errors
/// [`ChartError::Nothing`] where the run has one window only.
pub(crate) fn require_several(view: &View<'_>) -> Result<(), ChartError> {
    if view.run.measured.windows.len() >= 2 {
        return Ok(());
    }
    Err(ChartError::Nothing {
        kind: KIND.name,
        reason: "the run has one window; run --windows N makes several".to_owned(),
    })
}

/// The kind of connection that is shown.
pub(crate) fn connection_shown(view: &View<'_>) -> ConnectionMode {
    let asked = view.spec.selection.connection;
    asked.unwrap_or(view.leading())
}

/// Endpoints that are shown where more of them would be folded.
const USUAL_TOP: usize = 10;

/// The day and the minute of each window, `11-29 09:30`, or the second where two windows began within a minute.
pub(super) fn labels(started: &[&str]) -> Vec<String> {
    let part = |range: std::ops::Range<usize>| {
        let cut = started
            .iter()
            .map(move |text| text.get(range.clone()).unwrap_or(text));
        cut.map(|text| text.replace('T', " "))
            .collect::<Vec<String>>()
    };
    let minutes = part(5..16);
    let mut distinct = minutes.clone();
    distinct.dedup();
    if distinct.len() == minutes.len() {
        minutes
    } else {
        part(11..19)
    }
}

/// Where each moment stands between the first and the last, 0–1; evenly where they are not known.
pub(super) fn shares<'a>(moments: impl ExactSizeIterator<Item = &'a str> + Clone) -> Vec<f64> {
    let number = moments.len();
    let known: Option<Vec<f64>> = moments
        .map(|text| moment(text).map(|moment| moment.unix_timestamp() as f64))
        .collect();
    let evenly = || (0..number).map(|it| it as f64 / (number.max(2) - 1) as f64);
    match known.as_deref() {
        Some([first, .., last]) if last > first => known
            .iter()
            .flatten()
            .map(|moment| ((moment - first) / (last - first)).clamp(0.0, 1.0))
            .collect(),
        _ => evenly().collect(),
    }
}

fn strips(view: &View<'_>, fold: &Fold<'_, '_>, over: ConnectionMode) -> Vec<TimeStrip> {
    let shown = fold.shown.iter().filter_map(|lane| lane.over(over));
    let unit = TimeUnit::of_all(shown.filter_map(|row| view.time(row)));
    let strip = |row: &Row, place: Place| {
        let forbidden = view.soundness_of(row) == Soundness::Invalid;
        let palette = view.spec.look.appearance.palette();
        let found = judge::per_window(view.run, row.target, view.level());
        TimeStrip {
            name: row.endpoint.clone(),
            lettering: emphasis(place),
            colour: match place {
                _ if forbidden => palette.bar,
                Place::Global => palette.global,
                Place::Regional | Place::Twin => palette.regional[0],
            },
            numbers: numbers_of(view, unit, view.time(row), found.iter().flatten()),
            points: found
                .iter()
                .map(|found| found.as_ref().map(point))
                .collect(),
            shaded: Vec::new(),
        }
    };
    fold.global_first()
        .filter_map(|lane| Some(strip(lane.over(over)?, lane.place)))
        .collect()
}

fn point(found: &Percentile) -> StripPoint {
    StripPoint {
        value: found.value,
        band: band(found),
        limit: None,
        stands_out: false,
        is_marked: false,
    }
}

/// The interval where it has two ends.
pub(crate) fn band(found: &Percentile) -> Option<[f64; 2]> {
    let interval = found.interval;
    let is_whole = interval.high.is_finite() && interval.low > 0.0;
    is_whole.then_some([interval.low, interval.high])
}

/// The value of all windows, and the lowest and the highest of one.
fn numbers_of<'p>(
    view: &View<'_>,
    unit: TimeUnit,
    all: Option<f64>,
    each: impl Iterator<Item = &'p Percentile>,
) -> Vec<String> {
    let language = view.spec.wording.language;
    let all = all.map_or(numbers::NOTHING.to_owned(), |time| {
        unit.write(language, time)
    });
    let each = range(each.map(|found| found.value));
    vec![all, language.number(&each)]
}

/// From the lowest to the highest of `values`.
pub(super) fn range(values: impl Iterator<Item = f64>) -> String {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high {
        numbers::NOTHING.to_owned()
    } else {
        numbers::range(low, high)
    }
}

/// What is shown.
pub(crate) fn what(view: &View<'_>, over: ConnectionMode, words: &OverTimeWords) -> Vec<String> {
    let language = view.spec.wording.language;
    let level = language.number(&view.level().to_string());
    let over = connection(language, over);
    vec![
        fill(words.what, &[view.operation.api_name(), over, &level]),
        fill(
            words.windows,
            &[&view.run.measured.windows.len().to_string()],
        ),
        fill(words.bands, &[&language.number(&view.confidence())]),
    ]
}

fn key(view: &View<'_>, words: &OverTimeWords) -> Vec<(Swatch, String)> {
    let palette = view.spec.look.appearance.palette();
    let is_forbidden = |row: &Row| view.soundness_of(row) == Soundness::Invalid;
    let grey = (Swatch::Disc(palette.bar), words.grey.to_owned());
    view.rows()
        .any(is_forbidden)
        .then_some(grey)
        .into_iter()
        .collect()
}
