//! A run compared with those before it, for people.

use crate::judge::{Change, History, HistoryLine, HistoryOutcome};
use crate::plan::Group;
use crate::results::{AcceptedLevel, NamedBaseline, Run};

use super::sheet::{Highlight, Sheet, SheetLine, named, tables, time};
use crate::report::escape::terminal as clean;
use crate::report::view::fact::Fact;
use crate::report::words::names::target as in_words;
use crate::report::words::numbers::{NOTHING, duration, plural, ratio};
use crate::report::words::side_by_side::trend::{crept, fails_more, vantage_changed};

pub(crate) fn sheet(candidate: &Run, history: &History) -> Sheet {
    let runs = match history.runs.as_slice() {
        [] => "none".to_owned(),
        [only] => format!("1 run, {only}"),
        [first, .., last] => format!("{} runs, {first} to {last}", history.runs.len()),
    };
    Sheet {
        title: title(history),
        facts: [
            ("candidate", named(candidate)),
            ("vantage", candidate.header.vantage.name.clone()),
            ("history", runs),
        ]
        .map(|(name, value)| Fact { name, value })
        .to_vec(),
        header: &[
            "endpoint",
            "p50",
            "expected",
            "p50/expected",
            "limit",
            "runs",
            "outcome",
        ],
        spare: &[5, 4],
        tables: tables(history.lines.iter().map(|of| (of.name().group, line(of)))),
        remarks: history
            .vantage
            .iter()
            .map(vantage_changed)
            .chain(history.lines.iter().flat_map(remarks))
            .collect(),
        legend: vec![format!(
            "Expected is the median of the last {} runs that were not slower, moved by what all endpoints went through together in \
             this one. An endpoint is slower when it lies beyond its limit, and by more than 5 % and 2 ms, in two runs in a row; it \
             stays so until two runs in a row are within the limit, or `stsbench baseline accept` makes the new level its normal one.",
            History::WINDOW
        )],
    }
}

fn title(history: &History) -> String {
    let of = |wanted: HistoryOutcome| {
        history
            .lines
            .iter()
            .filter(move |line| line.outcome == wanted)
    };
    let slower: Vec<&HistoryLine> = of(HistoryOutcome::Slower).collect();
    if let Some((first, change)) = slower.iter().find_map(|line| Some((line, line.change?))) {
        let more = match slower.len() - 1 {
            0 => String::new(),
            more => format!(
                ", and {more} more of {}",
                plural(history.lines.len() as u64, "target")
            ),
        };
        return format!(
            "{} has become slower, {} of what it was, in two runs in a row{more}",
            in_words(&first.name()),
            ratio(change.ratio)
        );
    }
    let mut failing = history.lines.iter().filter(|line| line.fails_more());
    if let Some(first) = failing.next() {
        let more = match failing.count() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        return format!(
            "{} fails more often than before, in two runs in a row{more}",
            in_words(&first.name())
        );
    }
    unchanged(history)
}

/// The same where no endpoint has become worse for certain.
fn unchanged(history: &History) -> String {
    let of = |wanted: HistoryOutcome| {
        history
            .lines
            .iter()
            .filter(move |line| line.outcome == wanted)
    };
    let (steady, once) = (
        of(HistoryOutcome::Steady).count(),
        of(HistoryOutcome::BeyondOnce).count(),
    );
    let open = history.lines.len() - steady - once;
    match (steady + once, once) {
        (0, _) if of(HistoryOutcome::NoControl).count() == history.lines.len() => format!(
            "nothing could be decided: a history needs {} endpoints of one operation and kind of connection, to tell one of them \
             from the vantage",
            History::LEAST_ENDPOINTS
        ),
        (0, _) => {
            let runs = plural(history.runs.len() as u64, "run");
            format!(
                "nothing could be decided from a history of {runs}; until there are {} of them only gates within a run apply",
                History::LEAST_RUNS
            )
        }
        (_, 0) if open == 0 => format!(
            "none of {} has become slower",
            plural(steady as u64, "target")
        ),
        (_, 0) => format!(
            "none of {} has become slower; {open} could not be judged",
            plural(steady as u64, "target")
        ),
        (judged, once) => format!(
            "{once} of {} beyond {} limit for the first time; the next run decides",
            plural(judged as u64, "target"),
            if once == 1 { "its" } else { "their" }
        ),
    }
}

fn line(line: &HistoryLine) -> SheetLine {
    let of = |shown: fn(&Change) -> String| {
        line.change
            .as_ref()
            .map_or_else(|| NOTHING.to_owned(), shown)
    };
    let cells = vec![
        line.endpoint.clone(),
        time(line.p50),
        of(|change| duration(change.expected)),
        of(|change| ratio(change.ratio)),
        of(|change| ratio(change.limit_ratio)),
        line.runs.to_string(),
        line.outcome.as_str().to_owned(),
    ];
    let highlight = match line.outcome {
        _ if line.fails_more() => Highlight::Slower,
        HistoryOutcome::Steady => Highlight::Nothing,
        HistoryOutcome::Slower => Highlight::Slower,
        HistoryOutcome::BeyondOnce
        | HistoryOutcome::TooFewRuns
        | HistoryOutcome::NoControl
        | HistoryOutcome::NoData
        | HistoryOutcome::NotMeasured => Highlight::Undecided,
    };
    SheetLine { cells, highlight }
}

fn remarks(line: &HistoryLine) -> impl Iterator<Item = String> {
    let since = line.slower_since.as_ref();
    let since = since.map(|run| format!("{}: slower since run {run}", in_words(&line.name())));
    let creep = line.creep.map(|creep| crept(&line.name(), &creep));
    let failures = line.failures.as_ref();
    let failures = failures.map(|failures| fails_more(&line.name(), failures));
    let more = remark(line).into_iter().chain(creep);
    since.into_iter().chain(failures).chain(more)
}

/// An accepted level as a line for the terminal.
pub(crate) fn accepted_level(level: &AcceptedLevel) -> String {
    let group = Group {
        operation: level.operation,
        connection: level.connection,
    };
    let reason = level.reason.as_ref().map(|reason| format!(": {reason}"));
    let text = format!(
        "{} {group}: usual from run {} on, accepted {}{}",
        level.endpoint,
        level.from_run,
        level.accepted_at,
        reason.unwrap_or_default()
    );
    format!("{}\n", clean(&text))
}

/// A named baseline as a line for the terminal.
pub(crate) fn named_baseline(baseline: &NamedBaseline) -> String {
    let text = format!(
        "{}: run {}, started {}, in {}",
        baseline.name, baseline.run_id, baseline.started_at, baseline.path
    );
    format!("{}\n", clean(&text))
}

fn remark(line: &HistoryLine) -> Option<String> {
    let why = match line.outcome {
        HistoryOutcome::Steady | HistoryOutcome::Slower => return None,
        HistoryOutcome::BeyondOnce => {
            "beyond its limit in this run and not in the one before; the next run decides"
                .to_owned()
        }
        HistoryOutcome::TooFewRuns => {
            format!(
                "has a p50 in {} of the {} runs that it takes",
                line.runs,
                History::LEAST_RUNS
            )
        }
        HistoryOutcome::NoControl => format!(
            "{} endpoints of one operation and kind of connection are needed to tell one of them from the vantage",
            History::LEAST_ENDPOINTS
        ),
        HistoryOutcome::NoData => "no data: this run has no p50 of it that may be used".to_owned(),
        HistoryOutcome::NotMeasured => {
            "not measured: the latest earlier run has it, this one does not".to_owned()
        }
    };
    Some(format!("{}: {why}", in_words(&line.name())))
}
