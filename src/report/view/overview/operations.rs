//! What the other operations show beside the first: the same, or what differs.

use std::collections::BTreeMap;

use crate::judge::{Place, Ranking, Summary, Verdict};
use crate::plan::Level;
use crate::report::view::overview::foremost::FOREMOST;
use sts_model::Operation;

use super::decision::{Decision, GlobalComparison};

/// Another operation beside the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OtherOperation<'a> {
    /// Which one.
    pub operation: Operation,
    /// What it shows.
    pub shows: Shows<'a>,
    /// Its failed calls.
    pub failed: u64,
}

/// What another operation shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shows<'a> {
    /// No two endpoints are in another order for certain, and the decision is the same.
    SameOrder,
    /// The decision is another one.
    OtherVerdict(Verdict),
    /// An endpoint that its times speak for fails more often.
    FailsMore,
    /// This endpoint is faster than that one, other than by the first operation.
    Swapped {
        /// The one that is faster by this operation.
        faster: &'a str,
        /// The one that is faster by the first operation.
        slower: &'a str,
    },
    /// No endpoint has a p50.
    NoMedian,
    /// No call succeeded.
    NoAnswer {
        /// How most of them ended, where any was sent.
        code: Option<&'a str>,
    },
    /// There is one endpoint alone, or no ranking.
    NoOrder,
}

/// The other operations of the run, in the plan's order.
pub(crate) fn others<'a>(
    summary: &'a Summary,
    first: Operation,
    decision: impl Fn(Operation) -> Decision<'a>,
) -> Vec<OtherOperation<'a>> {
    let mut operations: Vec<Operation> = Vec::new();
    for row in &summary.rows {
        if row.operation != first && !operations.contains(&row.operation) {
            operations.push(row.operation);
        }
    }
    let main = verdict(&decision(first));
    let shows_of = |operation| {
        let decision = decision(operation);
        match decision.is_failing() {
            true => Shows::FailsMore,
            false => shows(summary, first, operation, main, verdict(&decision)),
        }
    };
    operations
        .into_iter()
        .map(|operation| OtherOperation {
            operation,
            shows: shows_of(operation),
            failed: summary
                .rows
                .iter()
                .filter(|row| row.operation == operation && row.place != Place::Twin)
                .fold(0, |sum, row| sum.saturating_add(row.counts.failed())),
        })
        .collect()
}

fn verdict(decision: &Decision<'_>) -> Option<Verdict> {
    match decision {
        Decision::AgainstGlobal(versus) => match versus.outcome {
            GlobalComparison::Compared(comparison) => Some(comparison.verdict),
            GlobalComparison::Uncompared(obstacle) => Some(obstacle.verdict()),
        },
        Decision::NoMedian(_) | Decision::Fastest { .. } => None,
    }
}

fn shows<'a>(
    summary: &'a Summary,
    first: Operation,
    operation: Operation,
    main: Option<Verdict>,
    verdict: Option<Verdict>,
) -> Shows<'a> {
    let has_median = summary
        .rows
        .iter()
        .any(|row| row.operation == operation && row.service_time.percentile(Level::P50).is_some());
    if !has_median {
        return no_median(summary, operation);
    }
    if let (Some(main), Some(verdict)) = (main, verdict)
        && main != verdict
    {
        return Shows::OtherVerdict(verdict);
    }
    let pair = FOREMOST.into_iter().find_map(|connection| {
        let of = |operation: Operation| {
            summary
                .rankings
                .iter()
                .find(|ranking| ranking.operation == operation && ranking.connection == connection)
        };
        of(first).zip(of(operation))
    });
    match pair {
        None => Shows::NoOrder,
        Some((before, after)) => {
            swapped(summary, before, after).map_or(Shows::SameOrder, |(faster, slower)| {
                Shows::Swapped { faster, slower }
            })
        }
    }
}

/// Whether any call of an operation without a p50 succeeded, and how most of them ended.
fn no_median<'a>(summary: &'a Summary, operation: Operation) -> Shows<'a> {
    let mut codes = BTreeMap::<&'a str, u64>::new();
    for row in &summary.rows {
        if row.operation != operation || row.place == Place::Twin {
            continue;
        }
        if row.counts.succeeded > 0 {
            return Shows::NoMedian;
        }
        for (code, calls) in &row.counts.codes {
            let sum = codes.entry(code).or_default();
            *sum = sum.saturating_add(*calls);
        }
    }
    let most = codes.into_iter().max_by_key(|&(_, calls)| calls);
    Shows::NoAnswer {
        code: most.map(|(code, _)| code),
    }
}

/// Two endpoints whose ranks are certain by both, and the other way round.
fn swapped<'a>(
    summary: &'a Summary,
    before: &Ranking,
    after: &Ranking,
) -> Option<(&'a str, &'a str)> {
    let name = |target| {
        summary
            .rows
            .iter()
            .find(|row| row.target == target)
            .map(|row| row.endpoint.as_str())
    };
    let ranks = |ranking: &Ranking| -> Vec<(&'a str, usize, usize)> {
        ranking
            .places
            .iter()
            .filter_map(|place| Some((name(place.target)?, place.rank.low, place.rank.high)))
            .collect()
    };
    let (before, after) = (ranks(before), ranks(after));
    let is_before = |ranks: &[(&str, usize, usize)], faster: &str, slower: &str| {
        let of = |wanted: &str| ranks.iter().find(|(name, _, _)| *name == wanted);
        matches!((of(faster), of(slower)), (Some(a), Some(b)) if a.2 < b.1)
    };
    before.iter().find_map(|&(faster_before, _, _)| {
        after
            .iter()
            .map(|&(name, _, _)| name)
            .find(|name| {
                is_before(&before, faster_before, name) && is_before(&after, name, faster_before)
            })
            .map(|name| (name, faster_before))
    })
}
