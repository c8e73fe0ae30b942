//! What is said of a run compared with another.

use crate::judge::{Between, Comparison, Design, FailedCalls, Matched, Standing, Verdict};
use crate::plan::{Judging, Level};
use crate::report::words::names::target as in_words;
use crate::report::words::numbers::{duration, percent_as_set, percent_of, plural};
use crate::report::words::verdicts::{by_signs, lacking, verdict_cell, without_margin};

use super::comparisons;

/// How to read a comparison that is judged.
pub(crate) const JUDGED: &str = "Times are service times of all calls; a failed call counts as never answered. Faster and slower: the whole interval lies beyond the margin. Equivalent: \
             the interval that is shown there lies within it. Ratios are baseline over candidate, so that above 1 is \
             faster; beside “slower” they are candidate over baseline.";

/// How to read one that is not.
pub(crate) const DESCRIPTION: &str = "A change is the candidate's p50 against the baseline's, failed calls counted as never answered. Relative to the \
             median change of all endpoints of the same operation and kind of connection it leaves out what the hour, the network \
             and the service did to all of them alike, and nothing else. It has no interval: two runs do not tell how much such a \
             number moves from one hour to the next. A verdict needs both runs at the same time, five windows of each and more in \
             the order A B B A, or --history.";

/// The finding in one sentence.
pub(crate) fn title(between: &Between) -> String {
    let of = |wanted: Verdict| {
        between
            .targets
            .iter()
            .filter(move |target| target.verdict() == Some(wanted))
    };
    let shared = between
        .targets
        .iter()
        .filter(|target| target.verdict().is_some())
        .count();
    let slower: Vec<&Matched> = of(Verdict::Slower).collect();
    if let Some(first) = slower.first() {
        let more = match slower.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more of {}", plural(shared as u64, "target")),
        };
        let is = first.by_p50().map(verdict_cell);
        return format!(
            "{} of the candidate is {}{more}",
            in_words(&first.name()),
            is.unwrap_or_default()
        );
    }
    let mut failing = between
        .targets
        .iter()
        .filter_map(|target| Some((target, comparisons::fails_more(target)?)));
    if let Some((first, how)) = failing.next() {
        let more = match failing.count() {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        return format!(
            "{} of the candidate fails more often: {how}{more}",
            in_words(&first.name())
        );
    }
    let count = |verdict: Verdict| of(verdict).count();
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .map(|verdict| (count(verdict), verdict))
        .filter(|(number, _)| *number > 0)
        .map(|(number, verdict)| format!("{number} {}", without_margin(verdict)))
        .collect();
    let undecided = count(Verdict::Inconclusive) + count(Verdict::Invalid) + count(Verdict::NoData);
    if undecided == shared {
        format!(
            "nothing could be decided of {}: {}",
            plural(shared as u64, "target"),
            counts.join(", ")
        )
    } else {
        format!(
            "no target of the candidate is shown to be slower beyond the margin: {}",
            counts.join(", ")
        )
    }
}

/// What does not fit into a cell.
pub(crate) fn remarks(target: &Matched) -> Vec<String> {
    let of = |text: String| format!("{}: {text}", in_words(&target.name()));
    let standing = match &target.standing {
        Standing::NoBaseline => vec![of(
            "no baseline: the baseline run did not call it".to_owned()
        )],
        Standing::NoCandidate => vec![of(
            "no candidate: the candidate run did not call it".to_owned()
        )],
        Standing::Uncompared(obstacle) => vec![of(format!(
            "{}: {}",
            obstacle.verdict.as_str(),
            comparisons::obstacle(&obstacle.reason)
        ))],
        Standing::Changed { relative: None, .. } => vec![of(
            "its operation and kind of connection have fewer than three endpoints with answers in both runs, so that nothing tells \
             its change from that of the hour"
                .to_owned(),
        )],
        Standing::Changed { .. } => Vec::new(),
        Standing::Compared(comparisons) => comparisons
            .iter()
            .filter_map(|c| remark(c).map(of))
            .collect(),
    };
    failures(target)
        .map(of)
        .into_iter()
        .chain(standing)
        .collect()
}

/// The shares of failed calls, where one of them matters.
fn failures(target: &Matched) -> Option<String> {
    let [Some(baseline), Some(candidate)] = target.failed else {
        return None;
    };
    let share = |calls: FailedCalls| percent_of(calls.failed, calls.of);
    (baseline.matter() || candidate.matter()).then(|| {
        format!(
            "{} of the candidate's calls failed, {} of the baseline's",
            share(candidate),
            share(baseline)
        )
    })
}

fn remark(comparison: &Comparison) -> Option<String> {
    let percentile = comparison.level;
    let verdict = comparison.verdict.as_str();
    match (&comparison.reason, comparison.verdict) {
        (Some(reason), _) => Some(format!(
            "{percentile} {verdict}: {}",
            comparisons::obstacle(reason)
        )),
        (None, Verdict::Inconclusive) if comparison.level == Level::P50 => {
            let lacking = lacking(comparison).map(|lacking| format!("; {lacking}"));
            Some(format!(
                "{percentile} inconclusive{}",
                lacking.unwrap_or_default()
            ))
        }
        (None, Verdict::Slower | Verdict::Faster) if comparison.level != Level::P50 => {
            Some(format!("{percentile} {}", verdict_cell(comparison)))
        }
        (None, _) => by_signs(comparison).map(|how| format!("{percentile}: {how}")),
    }
}

/// How the two were measured.
pub(crate) fn design(design: Design) -> String {
    match design {
        Design::Blocks { blocks } => format!("at the same time, {blocks} blocks in step"),
        Design::Windows { windows } => format!("in turn, {windows} windows of each"),
        Design::Sequential => "one after the other".to_owned(),
        Design::Described => "side by side as asked for; nothing is judged".to_owned(),
    }
}

/// Which difference matters.
pub(crate) fn margin(judging: &Judging) -> String {
    format!(
        "{} of the baseline's p50, and at least {}",
        percent_as_set(judging.margin_ratio),
        duration(judging.margin.as_nanos() as f64)
    )
}

/// How sure each interval is.
pub(crate) fn confidence(confidence: f64) -> String {
    format!(
        "each interval {}, so that all verdicts together hold with 99 %",
        percent_as_set(confidence)
    )
}
