//! The finding in one sentence, with its numbers.

use crate::judge::{Comparison, Obstacle, RankRange, Row, Verdict};
use crate::plan::Level;
use crate::report::view::group_finding::Headline;
use crate::report::view::overview::decision::{Decision, MoreFailing, NoMedian, median};
use crate::report::view::served_by::in_order;

use super::advice::fails_more;
use super::names::{over, over_several};
use super::numbers::{duration, percent_of};
use super::side_by_side::comparisons;
use super::verdicts;

/// Which endpoint answers how, compared with which, without its numbers.
pub(crate) fn claim(found: &Headline<'_>) -> String {
    worded(found).claim
}

/// The claim with its numbers or its reason.
pub(crate) fn sentence(found: &Headline<'_>) -> String {
    worded(found).sentence()
}

/// Why nothing is claimed.
pub(crate) fn nothing(why: NoMedian) -> &'static str {
    match why {
        NoMedian::NoAnswer => "no endpoint gave an answer that counts",
        NoMedian::MostFailed => "most calls failed, so that no endpoint has a p50",
        NoMedian::TooFew => {
            "no endpoint gave enough answers for a p50, which needs 6 on one kind of connection"
        }
    }
}

/// Which endpoint that the times speak for fails more often over another kind of connection than the first, as it follows the
/// sentence.
pub(crate) fn failing_elsewhere(decision: &Decision<'_>) -> String {
    let Decision::AgainstGlobal(versus) = decision else {
        let fails = " and fails more often than another";
        return String::from(if decision.is_failing() { fails } else { "" });
    };
    let elsewhere = versus.failing.iter();
    elsewhere
        .filter(|it| it.connection != versus.row.connection)
        .map(|it| format!(", but {}", fails_more(it)))
        .collect()
}

fn worded(found: &Headline<'_>) -> Worded {
    match found {
        Headline::Compared {
            row,
            global,
            comparison,
        } => against_global(row, *global, comparison),
        Headline::Uncompared { row, obstacle } => uncompared(row, obstacle),
        Headline::OwnOf { number, own } => own_of(*number, own),
        Headline::FastestOf { number, fastest } => fastest_of(*number, fastest),
    }
}

/// What is said about one group.
struct Worded {
    /// Which endpoint answers how, compared with which.
    claim: String,
    /// The numbers or the reason, as they follow the claim.
    rest: String,
}

impl Worded {
    fn sentence(self) -> String {
        self.claim + &self.rest
    }
}

/// The share of failed calls of each of these endpoints that has any.
fn failed_shares<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Option<String> {
    let share = |row: &Row| {
        let (failed, issued) = (row.counts.failed(), row.counts.issued);
        (failed > 0).then(|| {
            format!(
                "{} of the calls to {} {} failed",
                percent_of(failed, issued),
                row.endpoint,
                over_several(row.connection)
            )
        })
    };
    let shares: Vec<String> = rows.into_iter().filter_map(share).collect();
    (!shares.is_empty()).then(|| shares.join(", "))
}

/// The fastest of `number` endpoints, none of which can be compared with a global one.
fn fastest_of(number: usize, fastest: &Row) -> Worded {
    let (endpoint, operation) = (&fastest.endpoint, fastest.operation.api_name());
    let (p50, over) = (duration(median(fastest)), over(fastest.connection));
    let failed = failed_shares([fastest]);
    if number == 1 {
        return Worded {
            claim: format!("{endpoint} answers {operation} in {p50} {over}"),
            rest: parenthesis(["p50".to_owned()].into_iter().chain(failed)),
        };
    }
    let rank = match fastest.rank {
        Some(RankRange { low: 1, high: 1 }) => "fastest".to_owned(),
        Some(rank) => format!("with the least p50, rank {rank},"),
        None => "with the least p50, which nothing ranks,".to_owned(),
    };
    Worded {
        claim: format!("{endpoint} answers {operation} {rank} of {number} endpoints {over}"),
        rest: parenthesis([format!("p50 {p50}")].into_iter().chain(failed)),
    }
}

/// The endpoint of the vantage's own Region, which is not the fastest of `number` and has no global one to be compared with.
fn own_of(number: usize, own: &Row) -> Worded {
    let (endpoint, operation) = (&own.endpoint, own.operation.api_name());
    let (p50, over) = (duration(median(own)), over(own.connection));
    let rank = own.rank.map(|rank| format!("rank {rank} of {number}"));
    let details = std::iter::once("p50".to_owned()).chain(rank);
    Worded {
        claim: format!("{endpoint} answers {operation} in {p50} {over}"),
        rest: parenthesis(details.chain(failed_shares([own]))),
    }
}

/// Details after a claim.
fn parenthesis(details: impl IntoIterator<Item = String>) -> String {
    format!(" ({})", details.into_iter().collect::<Vec<_>>().join("; "))
}

/// An endpoint that is not compared with the global one.
fn uncompared(row: &Row, obstacle: &Obstacle) -> Worded {
    Worded {
        claim: format!(
            "{} answers {} {} in {}, which is not compared with the global endpoint",
            row.endpoint,
            row.operation.api_name(),
            over(row.connection),
            duration(median(row)),
        ),
        rest: format!(
            "{}: {}",
            parenthesis(["p50".to_owned()].into_iter().chain(failed_shares([row]))),
            comparisons::obstacle(obstacle)
        ),
    }
}

/// The claim about a row compared with the global endpoint.
fn claim_of(row: &Row, comparison: &Comparison) -> String {
    let (answers, over) = (
        format!("{} answers {}", row.endpoint, row.operation.api_name()),
        over(row.connection),
    );
    let words = verdicts::verdict_words(comparison);
    let p50 = duration(median(row));
    let unproven = |word: &str| {
        let least = verdicts::least(comparison);
        format!(
            "{answers} {word} than the global endpoint {over}, but a difference of {least} or more is not proven"
        )
    };
    match comparison.verdict {
        Verdict::Faster | Verdict::Slower => {
            format!("{answers} {words} than the global endpoint {over}")
        }
        Verdict::SlightlyFaster => unproven("faster"),
        Verdict::SlightlySlower => unproven("slower"),
        Verdict::Equivalent => format!("{answers} as fast as the global endpoint {over}"),
        Verdict::Inconclusive => format!(
            "{answers} {over} in {p50}; it cannot be told whether that is faster or slower than the global endpoint"
        ),
        Verdict::Invalid | Verdict::NoData => {
            format!(
                "{answers} {over} in {p50}, which must not be compared with the global endpoint"
            )
        }
    }
}

/// An endpoint compared with the global one.
fn against_global(row: &Row, global: Option<&Row>, comparison: &Comparison) -> Worded {
    let interval = verdicts::interval(comparison);
    let known = global.and_then(|global| global.service_time.percentile(Level::P50));
    let against = known.unwrap_or(median(row) + comparison.difference.value);
    let medians = format!(
        "p50 {} against {}",
        duration(median(row)),
        duration(against)
    );
    let saved = matches!(
        comparison.verdict,
        Verdict::Faster | Verdict::SlightlyFaster
    )
    .then(|| format!("saves {} a call", verdicts::saved(comparison.difference)));
    let by_signs = verdicts::by_signs(comparison);
    let lacking = verdicts::lacking(comparison);
    let general = comparison.in_general.as_ref().map(verdicts::in_general);
    let details = interval
        .into_iter()
        .chain(by_signs)
        .chain([medians])
        .chain(saved)
        .chain(failed_shares(std::iter::once(row).chain(global)))
        .chain(global.and_then(served_by))
        .chain(lacking)
        .chain(general);
    let is_compared = !matches!(
        comparison.verdict,
        Verdict::Inconclusive | Verdict::Invalid | Verdict::NoData
    );
    let fails = match MoreFailing::of(row, global) {
        MoreFailing::Endpoint if is_compared => " and fails more often",
        MoreFailing::Global if is_compared => " and fails less often",
        MoreFailing::Endpoint | MoreFailing::Global | MoreFailing::Neither => "",
    };
    Worded {
        claim: claim_of(row, comparison) + fails,
        rest: parenthesis(details),
    }
}

/// The Region that served the global endpoint; its numbers mean little without it.
fn served_by(global: &Row) -> Option<String> {
    let all = global
        .served_by
        .values()
        .fold(0_u64, |sum, calls| sum.saturating_add(*calls));
    let (region, calls) = in_order(&global.served_by).into_iter().next()?;
    let share = if calls == all {
        String::new()
    } else {
        format!(" in {}", percent_of(calls, all))
    };
    Some(format!("global served by {region}{share}"))
}
