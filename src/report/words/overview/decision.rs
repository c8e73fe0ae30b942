//! What the run says about the choice of an endpoint, in one or two sentences.

use crate::advice::{NoNeed, NotShown, Recommendation};
use crate::judge::{Comparison, InGeneral, Obstacle, RankRange, Row, Verdict};
use crate::plan::ConnectionMode;
use crate::report::view::overview::decision::{
    Decision, GlobalComparison, NoMedian, Versus, median,
};
use crate::report::words::numbers::{Rounding, decimal};
use crate::report::words::side_by_side::comparisons;
use crate::report::words::verdicts;

use super::failing;
use super::text::{each, short_name, tight};

/// The decision as sentences, the most important first.
pub(crate) fn sentences(decision: &Decision<'_>) -> Vec<String> {
    match decision {
        Decision::NoMedian(NoMedian::NoAnswer) => {
            vec!["No decision: no endpoint gave an answer that counts.".to_owned()]
        }
        Decision::NoMedian(NoMedian::MostFailed) => {
            vec!["No decision: most calls failed, so that no endpoint has a p50.".to_owned()]
        }
        Decision::NoMedian(NoMedian::TooFew) => {
            vec![
                "No decision: too few answers for a p50, which needs 6 on one kind of connection."
                    .to_owned(),
            ]
        }
        Decision::Fastest {
            row,
            is_least,
            others,
            of,
            ..
        } => {
            let mut sentences = fastest(row, *is_least, others, *of);
            if let Some(first) = sentences.first_mut().filter(|_| decision.is_failing()) {
                first.insert_str(0, "It depends: ");
            }
            sentences
        }
        Decision::AgainstGlobal(versus)
            if versus.advice == Some(Recommendation::NothingToDecide) =>
        {
            vec![nothing_to_decide(versus.row)]
        }
        Decision::AgainstGlobal(versus) => match versus.outcome {
            GlobalComparison::Compared(comparison) => compared(versus, comparison),
            GlobalComparison::Uncompared(obstacle) => uncompared(versus, obstacle),
        },
    }
}

/// The decision as a heading of at most twelve words, without the proof.
pub(crate) fn heading(decision: &Decision<'_>) -> String {
    let versus = match decision {
        Decision::NoMedian(_) => return "No decision: no endpoint has a p50".to_owned(),
        Decision::Fastest {
            row,
            is_least,
            is_failing,
            of,
            ..
        } => {
            let name = short_name(&row.endpoint);
            let p50 = milliseconds(&[median(row)]).join("");
            return if *is_failing {
                format!("It depends: {name} takes {p50} but fails more often")
            } else if *is_least && *of > 1 {
                format!("{name} has the lowest p50 of {of} endpoints: {p50}")
            } else {
                format!("{name} takes {p50} {}", each(row.connection))
            };
        }
        Decision::AgainstGlobal(versus) => versus,
    };
    let name = short_name(&versus.row.endpoint);
    let comparison = match versus.outcome {
        GlobalComparison::Compared(comparison) => comparison,
        GlobalComparison::Uncompared(_) => return format!("No decision on {name}"),
    };
    let saved = difference(comparison);
    if !versus.failing.is_empty() {
        return failing::heading(versus, comparison, &saved);
    }
    match (&versus.advice, comparison.verdict) {
        (Some(Recommendation::NothingToDecide), _) => {
            format!("Nothing to decide: no global endpoint in the partition of {name}")
        }
        (Some(Recommendation::NoNeed(NoNeed::ServedHere)), _) => {
            format!("No need to change: {name} itself answers global calls")
        }
        (Some(Recommendation::NotShown(NotShown::Mixed)), _) => {
            format!("It depends: {name} or the global endpoint")
        }
        (_, Verdict::Faster) => format!("Use {name}: {saved} less than the global endpoint"),
        (_, Verdict::SlightlyFaster) => format!("Little to gain: {name} or the global endpoint"),
        (_, Verdict::Equivalent) => {
            format!("No need to change: {name} equals the global endpoint")
        }
        (_, Verdict::SlightlySlower) => format!("Nothing to gain from {name}"),
        (_, Verdict::Slower) => format!("Keep the global endpoint: {name} takes {saved} more"),
        (_, Verdict::Inconclusive) => format!("Undecided: {name} or the global endpoint"),
        (_, Verdict::Invalid | Verdict::NoData) => format!("No decision on {name}"),
    }
}

/// Of a place whose partition has no global endpoint, although one was called: its times are of no use there.
fn nothing_to_decide(row: &Row) -> String {
    format!(
        "Nothing to decide: the partition of {} has no global endpoint; it takes {} {}.",
        short_name(&row.endpoint),
        milliseconds(&[median(row)]).join(""),
        each(row.connection)
    )
}

fn fastest(row: &Row, is_least: bool, others: &[&Row], of: usize) -> Vec<String> {
    let name = short_name(&row.endpoint);
    let claim = match (of, row.rank) {
        (1, _) => format!("{name} takes"),
        (_, Some(rank)) if !is_least => format!("{name}, rank {rank} of {of} endpoints, takes"),
        (_, None) if !is_least => format!("{name}, one of {of} endpoints, takes"),
        (_, Some(RankRange { low: 1, high: 1 })) => {
            format!("{name} is the fastest of {of} endpoints:")
        }
        (_, Some(rank)) => format!("{name} has the lowest p50 of {of} endpoints (rank {rank}):"),
        (_, None) => format!("{name} has the lowest p50 of {of} endpoints:"),
    };
    let mut times = vec![format!(
        "{} {} (p50)",
        milliseconds(&[median(row)]).join(""),
        each(row.connection)
    )];
    times.extend(others.iter().filter_map(|other| {
        let on = several(other.connection);
        let time = median(other).is_finite().then(|| {
            let time = milliseconds(&[median(other)]).join("");
            format!("{time} {on}")
        });
        failing::with_shares(time, on, other, None)
    }));
    let failed = failing::shares([row]);
    std::iter::once(format!("{claim} {}.", times.join(", ")))
        .chain(failed)
        .collect()
}

fn compared(versus: &Versus<'_>, comparison: &Comparison) -> Vec<String> {
    let claim = claim(versus, comparison);
    let details = details(versus, comparison);
    let others: Vec<String> = versus
        .others
        .iter()
        .filter_map(|other| {
            let times = other
                .comparison
                .and_then(|other| beside(comparison.verdict, other));
            let on = several(other.row.connection);
            failing::with_shares(times, on, other.row, other.global)
        })
        .collect();
    let mut main = format!("{claim}{details}");
    for other in others {
        main.push_str(&format!(", {other}"));
    }
    main.push('.');
    let lacking = verdicts::lacking(comparison)
        .filter(|_| comparison.verdict == Verdict::Inconclusive)
        .map(|lacking| sentence(&lacking));
    let general = comparison.in_general.as_ref().map(in_general);
    let failed = failing::shares(std::iter::once(versus.row).chain(versus.global));
    std::iter::once(main)
        .chain(lacking)
        .chain(general)
        .chain(failed)
        .collect()
}

/// What to do and how much it matters, without the proof.
fn claim(versus: &Versus<'_>, comparison: &Comparison) -> String {
    let name = short_name(&versus.row.endpoint);
    let each = each(versus.row.connection);
    let saved = difference(comparison);
    if !versus.failing.is_empty() {
        return failing::claim(versus, comparison, &saved);
    }
    match versus.advice {
        Some(Recommendation::NoNeed(NoNeed::ServedHere)) => {
            return format!(
                "No need to change: {name} itself answers calls to the global endpoint"
            );
        }
        Some(Recommendation::NotShown(NotShown::Mixed)) => {
            let which = if comparison.difference.value < 0.0 {
                "more"
            } else {
                "less"
            };
            return format!(
                "It depends: {name} takes {saved} {which} {each} than the global endpoint"
            );
        }
        _ => {}
    }
    match comparison.verdict {
        Verdict::Faster => format!("Use {name}: {saved} less {each} than the global endpoint"),
        Verdict::SlightlyFaster => format!(
            "Little to gain: {name} takes {saved} less {each} than the global endpoint, but a gain of {} or more is not proven",
            tight(&verdicts::least(comparison))
        ),
        Verdict::Equivalent => {
            format!("No need to change: {name} is as fast as the global endpoint {each}")
        }
        Verdict::SlightlySlower => format!(
            "Nothing to gain: {name} takes {saved} more {each} than the global endpoint, but a loss of {} or more is not proven",
            tight(&verdicts::least(comparison))
        ),
        Verdict::Slower => {
            format!("Keep the global endpoint: {name} takes {saved} more {each}")
        }
        Verdict::Inconclusive if comparison.reason.is_some() => {
            format!("Undecided: too few answers to compare {name} with the global endpoint {each}")
        }
        Verdict::Inconclusive => {
            format!(
                "Undecided: no significant difference between {name} and the global endpoint {each}"
            )
        }
        Verdict::Invalid | Verdict::NoData => {
            let why = comparison.reason.as_ref().map_or_else(
                || "its numbers must not be used".to_owned(),
                comparisons::obstacle,
            );
            format!("No decision on {name}: {why}")
        }
    }
}

/// The proof, in brackets.
fn details(versus: &Versus<'_>, comparison: &Comparison) -> String {
    let against = versus
        .global
        .map(median)
        .filter(|median| median.is_finite())
        .unwrap_or(median(versus.row) + comparison.difference.value);
    let [here, there] = &milliseconds(&[median(versus.row), against])[..] else {
        return String::new();
    };
    let medians = format!("{} against {there}", here.trim_end_matches(" ms"));
    let interval = interval(comparison).filter(|_| {
        matches!(
            comparison.verdict,
            Verdict::Faster | Verdict::SlightlyFaster | Verdict::SlightlySlower | Verdict::Slower
        )
    });
    match interval {
        Some(interval) => format!(" ({interval}; {medians})"),
        None => format!(" ({medians})"),
    }
}

/// `95% interval 335–336`, in the unit of the difference.
fn interval(comparison: &Comparison) -> Option<String> {
    let found = comparison.difference.interval?;
    let (low, high) = if comparison.difference.value < 0.0 {
        (-found.high, -found.low)
    } else {
        (found.low, found.high)
    };
    let decimals = decimals(comparison.difference.value.abs());
    let end = |nanoseconds: f64, rounding: Rounding| {
        decimal(nanoseconds / 1e6, decimals, rounding).replace('-', "−")
    };
    let (low, high) = (end(low, Rounding::Down), end(high, Rounding::Up));
    let between = if low.starts_with('−') {
        " to "
    } else {
        "–"
    };
    let confidence = tight(&verdicts::confidence(comparison));
    Some(format!("{confidence} interval {low}{between}{high}"))
}

/// What another kind of connection shows, beside a first one with that verdict.
fn beside(first: Verdict, comparison: &Comparison) -> Option<String> {
    let on = several(comparison.connection);
    let saved = difference(comparison);
    let but = |other: bool| if other { "but " } else { "" };
    let less = matches!(first, Verdict::Faster | Verdict::SlightlyFaster);
    let more = matches!(first, Verdict::Slower | Verdict::SlightlySlower);
    let unproven = || {
        let least = tight(&verdicts::least(comparison));
        format!("({least} or more is not proven)")
    };
    match comparison.verdict {
        Verdict::Faster => Some(format!("{}{saved} less {on}", but(more))),
        Verdict::SlightlyFaster => Some(format!("{}{saved} less {on} {}", but(more), unproven())),
        Verdict::Slower => Some(format!("{}{saved} more {on}", but(less))),
        Verdict::SlightlySlower => Some(format!("{}{saved} more {on} {}", but(less), unproven())),
        Verdict::Equivalent => Some(format!("no difference {on}")),
        Verdict::Inconclusive if comparison.reason.is_some() => {
            Some(format!("too few answers {on}"))
        }
        Verdict::Inconclusive => Some(format!("no significant difference {on}")),
        Verdict::Invalid | Verdict::NoData => None,
    }
}

fn uncompared(versus: &Versus<'_>, obstacle: &Obstacle) -> Vec<String> {
    let row = versus.row;
    let main = format!(
        "No decision: {} takes {} {} (p50), and is not compared with the global endpoint.",
        short_name(&row.endpoint),
        milliseconds(&[median(row)]).join(""),
        each(row.connection)
    );
    let mut sentences = vec![main, sentence(&comparisons::obstacle(obstacle))];
    if !matches!(obstacle, Obstacle::FailuresReach { .. }) {
        sentences.extend(failing::shares(std::iter::once(row).chain(versus.global)));
    }
    sentences
}

/// The claim in general, beyond the windows that were measured.
fn in_general(general: &InGeneral) -> String {
    let words = verdicts::verdict_words(general);
    format!(
        "In general, over {} windows: {}.",
        general.windows,
        tight(&words)
    )
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first: String = letters
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The kind of connection of calls in general: `on kept-open ones`.
fn several(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "on new ones",
        ConnectionMode::Warm => "on kept-open ones",
        ConnectionMode::Resumed => "on resumed ones",
    }
}

fn difference(comparison: &Comparison) -> String {
    milliseconds(&[comparison.difference.value.abs()]).join("")
}

/// Times in milliseconds, all with the decimals that the least of them needs: `14 ms`, `7.5 ms`, `0.42 ms`.
fn milliseconds(nanoseconds: &[f64]) -> Vec<String> {
    let least = nanoseconds.iter().copied().fold(f64::INFINITY, f64::min);
    let decimals = decimals(least);
    nanoseconds
        .iter()
        .map(|time| format!("{} ms", decimal(time / 1e6, decimals, Rounding::Nearest)))
        .collect()
}

/// Decimals of a time in milliseconds.
fn decimals(nanoseconds: f64) -> usize {
    match nanoseconds {
        time if time >= 9.95e6 => 0,
        time if time >= 0.995e6 => 1,
        _ => 2,
    }
}
