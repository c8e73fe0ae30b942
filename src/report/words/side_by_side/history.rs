//! What is said of a run compared with those before it.

use crate::judge::{History, HistoryLine, HistoryOutcome};
use crate::plan::Group;
use crate::report::words::names::target as in_words;
use crate::report::words::numbers::{plural, ratio};
use crate::results::{AcceptedLevel, NamedBaseline};

use super::trend::{crept, fails_more};

/// How to read it.
pub(crate) fn legend() -> String {
    format!(
        "Expected is the median of the last {} runs that were not slower, moved by what all endpoints went through together in \
             this one. An endpoint is slower when it lies beyond its limit, and by more than 5 % and 2 ms, in two runs in a row; it \
             stays so until two runs in a row are within the limit, or `stsbench baseline accept` makes the new level its normal one.",
        History::WINDOW
    )
}

/// How many runs came before, and which.
pub(crate) fn runs(history: &History) -> String {
    match history.runs.as_slice() {
        [] => "none".to_owned(),
        [only] => format!("1 run, {only}"),
        [first, .., last] => format!("{} runs, {first} to {last}", history.runs.len()),
    }
}

/// The finding in one sentence.
pub(crate) fn title(history: &History) -> String {
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

/// What does not fit into a line.
pub(crate) fn remarks(line: &HistoryLine) -> impl Iterator<Item = String> {
    let since = line.slower_since.as_ref();
    let since = since.map(|run| format!("{}: slower since run {run}", in_words(&line.name())));
    let creep = line.creep.map(|creep| crept(&line.name(), &creep));
    let failures = line.failures.as_ref();
    let failures = failures.map(|failures| fails_more(&line.name(), failures));
    let more = remark(line).into_iter().chain(creep);
    since.into_iter().chain(failures).chain(more)
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

/// An accepted level.
pub(crate) fn accepted_level(level: &AcceptedLevel) -> String {
    let group = Group {
        operation: level.operation,
        connection: level.connection,
    };
    let reason = level.reason.as_ref().map(|reason| format!(": {reason}"));
    format!(
        "{} {group}: usual from run {} on, accepted {}{}",
        level.endpoint,
        level.from_run,
        level.accepted_at,
        reason.unwrap_or_default()
    )
}

/// A named baseline.
pub(crate) fn named_baseline(baseline: &NamedBaseline) -> String {
    format!(
        "{}: run {}, started {}, in {}",
        baseline.name, baseline.run_id, baseline.started_at, baseline.path
    )
}
