//! A run compared with those before it, for people.

use crate::judge::{Change, History, HistoryLine, HistoryOutcome};
use crate::results::{AcceptedLevel, NamedBaseline, Run};

use super::sheet::{Highlight, Sheet, SheetLine, named, tables, time};
use crate::report::escape::terminal as clean;
use crate::report::view::fact::Fact;
use crate::report::words::numbers::{NOTHING, duration, ratio};
use crate::report::words::side_by_side::history as words;
use crate::report::words::side_by_side::trend::vantage_changed;

pub(crate) fn sheet(candidate: &Run, history: &History) -> Sheet {
    Sheet {
        title: words::title(history),
        facts: [
            ("candidate", named(candidate)),
            ("vantage", candidate.header.vantage.name.clone()),
            ("history", words::runs(history)),
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
            .chain(history.lines.iter().flat_map(words::remarks))
            .collect(),
        legend: vec![words::legend()],
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

/// An accepted level as a line for the terminal.
pub(crate) fn accepted_level(level: &AcceptedLevel) -> String {
    format!("{}\n", clean(&words::accepted_level(level)))
}

/// A named baseline as a line for the terminal.
pub(crate) fn named_baseline(baseline: &NamedBaseline) -> String {
    format!("{}\n", clean(&words::named_baseline(baseline)))
}
