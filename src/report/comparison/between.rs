//! A run compared with another, for people.

use crate::judge::{Between, Comparison, Design, FailedCalls, Matched, Standing, Verdict};
use crate::plan::Level;
use crate::results::Run;

use super::sheet::{Highlight, Sheet, SheetLine, named, tables, time};
use crate::report::view::fact::Fact;
use crate::report::words::names::target as in_words;
use crate::report::words::numbers::{
    NOTHING, change, duration, percent_as_set, percent_of, plural,
};
use crate::report::words::side_by_side::comparisons as words;
use crate::report::words::verdicts::{by_signs, lacking, saved, verdict_cell, without_margin};

pub(crate) fn sheet(baseline: &Run, candidate: &Run, between: &Between) -> Sheet {
    if !between.design.decides() {
        return sequential_sheet(baseline, candidate, between);
    }
    Sheet {
        title: title(between),
        facts: facts(baseline, candidate, between),
        header: &["endpoint", "baseline p50", "candidate p50", "candidate is (ratio to baseline)", "by"],
        spare: &[4],
        tables: tables(between.targets.iter().map(|target| (target.name().group, line(target)))),
        remarks: between.targets.iter().flat_map(remarks).collect(),
        legend: vec![
            "Times are service times of all calls; a failed call counts as never answered. Faster and slower: the whole interval lies beyond the margin. Equivalent: \
             the interval that is shown there lies within it. Ratios are baseline over candidate, so that above 1 is \
             faster; beside “slower” they are candidate over baseline."
                .to_owned(),
        ],
    }
}

/// Of runs that were measured one after the other.
fn sequential_sheet(baseline: &Run, candidate: &Run, between: &Between) -> Sheet {
    Sheet {
        title: match between.design {
            Design::Described => words::DESCRIBED,
            _ => words::NO_VERDICT,
        }
        .to_owned(),
        facts: facts(baseline, candidate, between),
        header: &[
            "endpoint",
            "baseline p50",
            "candidate p50",
            "change",
            "median of all endpoints",
            "relative to that",
        ],
        spare: &[4],
        tables: tables(
            between
                .targets
                .iter()
                .map(|target| (target.name().group, change_line(target))),
        ),
        remarks: between.targets.iter().flat_map(remarks).collect(),
        legend: vec![
            "A change is the candidate's p50 against the baseline's, failed calls counted as never answered. Relative to the \
             median change of all endpoints of the same operation and kind of connection it leaves out what the hour, the network \
             and the service did to all of them alike, and nothing else. It has no interval: two runs do not tell how much such a \
             number moves from one hour to the next. A verdict needs both runs at the same time, five windows of each and more in \
             the order A B B A, or --history."
                .to_owned(),
        ],
    }
}

fn title(between: &Between) -> String {
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
        let is = comparison(first).map(verdict_cell);
        return format!(
            "{} of the candidate is {}{more}",
            in_words(&first.name()),
            is.unwrap_or_default()
        );
    }
    let mut failing = between
        .targets
        .iter()
        .filter_map(|target| Some((target, words::fails_more(target)?)));
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

fn facts(baseline: &Run, candidate: &Run, between: &Between) -> Vec<Fact> {
    let judging = &candidate.plan.judging;
    let design = match between.design {
        Design::Blocks { blocks } => format!("at the same time, {blocks} blocks in step"),
        Design::Windows { windows } => format!("in turn, {windows} windows of each"),
        Design::Sequential => "one after the other".to_owned(),
        Design::Described => "side by side as asked for; nothing is judged".to_owned(),
    };
    let margin = format!(
        "{} of the baseline's p50, and at least {}",
        percent_as_set(judging.margin_ratio),
        duration(judging.margin.as_nanos() as f64)
    );
    let measure = between.confidence.map(|confidence| {
        let sure = format!(
            "each interval {}, so that all verdicts together hold with 99 %",
            percent_as_set(confidence)
        );
        [("margin", margin), ("confidence", sure)]
    });
    [
        ("baseline", named(baseline)),
        ("candidate", named(candidate)),
        ("vantage", candidate.header.vantage.name.clone()),
        ("measured", design),
    ]
    .into_iter()
    .chain(measure.into_iter().flatten())
    .map(|(name, value)| Fact { name, value })
    .collect()
}

fn line(target: &Matched) -> SheetLine {
    let (is, by, highlight) = match &target.standing {
        Standing::NoBaseline => (
            "no baseline".to_owned(),
            NOTHING.to_owned(),
            Highlight::Undecided,
        ),
        Standing::NoCandidate => (
            "no candidate".to_owned(),
            NOTHING.to_owned(),
            Highlight::Undecided,
        ),
        Standing::Uncompared(obstacle) => (
            obstacle.verdict.as_str().to_owned(),
            NOTHING.to_owned(),
            Highlight::Undecided,
        ),
        Standing::Changed { ratio, .. } => {
            (change(*ratio), NOTHING.to_owned(), Highlight::Undecided)
        }
        Standing::Compared(_) => match comparison(target) {
            Some(comparison) => {
                let highlight = match comparison.verdict {
                    Verdict::Slower => Highlight::Slower,
                    _ if target.fails_more => Highlight::Slower,
                    Verdict::Inconclusive | Verdict::Invalid | Verdict::NoData => {
                        Highlight::Undecided
                    }
                    _ => Highlight::Nothing,
                };
                let by = if highlight == Highlight::Undecided {
                    NOTHING.to_owned()
                } else {
                    saved(comparison.difference)
                };
                (verdict_cell(comparison), by, highlight)
            }
            None => (NOTHING.to_owned(), NOTHING.to_owned(), Highlight::Undecided),
        },
    };
    let [baseline, candidate] = target.p50.map(time);
    let is = std::iter::once(is).chain(words::fails_more(target));
    let is = is.collect::<Vec<_>>().join("; ");
    SheetLine {
        cells: vec![target.endpoint.clone(), baseline, candidate, is, by],
        highlight,
    }
}

/// One target of runs that were measured one after the other.
fn change_line(target: &Matched) -> SheetLine {
    let cell = |ratio: Option<f64>| ratio.map_or_else(|| NOTHING.to_owned(), change);
    let SheetLine {
        mut cells,
        highlight,
    } = line(target);
    cells.truncate(cells.len() - 1);
    let (common, relative) = match target.standing {
        Standing::Changed {
            common, relative, ..
        } => (common, relative),
        _ => (None, None),
    };
    cells.extend([cell(common), cell(relative)]);
    SheetLine { cells, highlight }
}

/// What does not fit into a cell.
fn remarks(target: &Matched) -> Vec<String> {
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
            words::obstacle(&obstacle.reason)
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
            words::obstacle(reason)
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

/// By p50.
fn comparison(target: &Matched) -> Option<&Comparison> {
    match &target.standing {
        Standing::Compared(comparisons) => comparisons.first(),
        Standing::Changed { .. }
        | Standing::Uncompared(_)
        | Standing::NoBaseline
        | Standing::NoCandidate => None,
    }
}
