//! Several series of one target as one: counts and histograms add up, and names stay bounded.

use std::collections::BTreeMap;

use super::histogram::Histogram;
use super::pace::Pace;
use super::recent_ids::RepeatedIds;
use super::series::{Block, Contradiction, Counts, Lookups, MAX_NAMES, OTHER, Series};
use super::trace::Trace;

impl Series {
    /// What `parts`, series of the same target, counted together. Blocks and trace depend on the order of time, which only
    /// the caller knows. `None` without parts.
    pub fn sum(parts: &[&Self], blocks: Vec<Block>, trace: Trace) -> Option<Self> {
        let first = parts.first()?;
        let sum = |of: fn(&Self) -> &Histogram| Histogram::sum(parts.iter().map(|part| of(part)));
        let names =
            |of: fn(&Self) -> &BTreeMap<String, u64>| sum_names(parts.iter().map(|part| of(part)));
        Some(Self {
            target: first.target,
            counts: Counts::sum(parts.iter().map(|part| &part.counts)),
            response_time: sum(|part| &part.response_time),
            service_time: sum(|part| &part.service_time),
            failed_time: sum(|part| &part.failed_time),
            lateness: sum(|part| &part.lateness),
            client_overhead: sum(|part| &part.client_overhead),
            queued: sum(|part| &part.queued),
            phases: (0..first.phases.len())
                .map(|phase| Histogram::sum(parts.iter().filter_map(|part| part.phases.get(phase))))
                .collect(),
            blocks,
            served_by: names(|part| &part.served_by),
            origins: names(|part| &part.origins),
            contradictions: sum_contradictions(parts.iter().flat_map(|part| &part.contradictions)),
            repeated_ids: parts.iter().fold(RepeatedIds::default(), |sum, part| {
                sum.and(part.repeated_ids)
            }),
            lookups: parts
                .iter()
                .fold(Lookups::default(), |sum, part| sum.and(part.lookups)),
            remotes: names(|part| &part.remotes),
            trace,
        })
    }
}

impl Pace {
    /// That of several stretches of time, each of which has the gaps within it and calls in equal parts of itself: what
    /// follows the law of arrivals in each follows it in all. `None` where one of them has none.
    pub fn sum<'a>(parts: impl IntoIterator<Item = Option<&'a Self>>) -> Option<Self> {
        let parts: Vec<&Self> = parts.into_iter().collect::<Option<_>>()?;
        let calls = |bin: usize| {
            parts
                .iter()
                .filter_map(|part| part.bins.get(bin))
                .copied()
                .fold(0, u64::saturating_add)
        };
        Some(Self {
            gaps: Histogram::sum(parts.iter().map(|part| &part.gaps)),
            bins: (0..Self::BINS).map(calls).collect(),
        })
    }
}

impl Counts {
    /// All of them together.
    fn sum<'a>(parts: impl Iterator<Item = &'a Self> + Clone) -> Self {
        let sum = |of: fn(&Self) -> u64| {
            parts
                .clone()
                .fold(0_u64, |sum, part| sum.saturating_add(of(part)))
        };
        Self {
            issued: sum(|part| part.issued),
            succeeded: sum(|part| part.succeeded),
            faults: sum(|part| part.faults),
            failures: sum(|part| part.failures),
            redialled: sum(|part| part.redialled),
            throttled: sum(|part| part.throttled),
            withheld: sum(|part| part.withheld),
            warmup: sum(|part| part.warmup),
            warmup_failures: sum(|part| part.warmup_failures),
            codes: sum_names(parts.map(|part| &part.codes)),
        }
    }
}

/// The counts of each name; beyond the first [`MAX_NAMES`] in the alphabet they stand under `other`, so that it does not
/// matter in which order parts are added.
fn sum_names<'a>(parts: impl Iterator<Item = &'a BTreeMap<String, u64>>) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::<String, u64>::new();
    for (name, calls) in parts.flatten() {
        add(&mut all, name.clone(), *calls);
    }
    folded(all, |name| name == OTHER, OTHER.to_owned())
}

/// The same for pairs of names.
fn sum_contradictions<'a>(parts: impl Iterator<Item = &'a Contradiction>) -> Vec<Contradiction> {
    let mut all = BTreeMap::new();
    for Contradiction {
        served_by,
        origin,
        calls,
    } in parts
    {
        add(&mut all, (served_by.clone(), origin.clone()), *calls);
    }
    let pairs = folded(
        all,
        |(served_by, origin)| served_by == OTHER && origin == OTHER,
        (OTHER.into(), OTHER.into()),
    );
    pairs
        .into_iter()
        .map(|((served_by, origin), calls)| Contradiction {
            served_by,
            origin,
            calls,
        })
        .collect()
}

fn folded<K: Ord>(
    all: BTreeMap<K, u64>,
    is_other: impl Fn(&K) -> bool,
    other: K,
) -> BTreeMap<K, u64> {
    let (mut kept, mut rest) = (BTreeMap::new(), 0_u64);
    for (name, calls) in all {
        if is_other(&name) || kept.len() >= MAX_NAMES {
            rest = rest.saturating_add(calls);
        } else {
            kept.insert(name, calls);
        }
    }
    if rest > 0 {
        kept.insert(other, rest);
    }
    kept
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, name: K, calls: u64) {
    let sum = counts.entry(name).or_default();
    *sum = sum.saturating_add(calls);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(range: std::ops::Range<u64>) -> BTreeMap<String, u64> {
        range.map(|i| (format!("name-{i:03}"), i + 1)).collect()
    }

    #[test]
    fn names_stay_bounded_lose_no_call_and_do_not_depend_on_the_order() {
        let (a, b, c) = (
            names(0..50),
            names(40..100),
            BTreeMap::from([(OTHER.to_owned(), 7), ("zz".to_owned(), 1)]),
        );
        let all = sum_names([&a, &b, &c].into_iter());
        assert_eq!(all.len(), MAX_NAMES + 1);
        assert_eq!(
            all.values().sum::<u64>(),
            [&a, &b, &c]
                .iter()
                .flat_map(|part| part.values())
                .sum::<u64>()
        );
        assert_eq!(all["name-045"], 2 * 46);
        for order in [[&c, &b, &a], [&b, &c, &a]] {
            assert_eq!(sum_names(order.into_iter()), all);
        }
        assert_eq!(
            sum_names([&sum_names([&b, &c].into_iter()), &a].into_iter()),
            all
        );
    }

    #[test]
    fn paces_add_up_part_by_part_and_one_that_is_missing_leaves_none() {
        let pace = |nanoseconds, bin: usize| {
            let (mut gaps, mut bins) = (Histogram::default(), vec![0; Pace::BINS]);
            gaps.record(std::time::Duration::from_nanos(nanoseconds));
            bins[bin] = 3;
            Pace { gaps, bins }
        };
        let sum =
            Pace::sum([Some(&pace(5, 0)), Some(&pace(9, 0)), Some(&pace(9, 7))]).expect("three");
        assert_eq!(
            (
                sum.gaps.to_hdr().len(),
                sum.bins[0],
                sum.bins[7],
                sum.bins.len()
            ),
            (3, 6, 3, Pace::BINS)
        );
        assert_eq!(Pace::sum([Some(&pace(5, 0)), None]), None);
    }

    #[test]
    fn contradictions_of_the_same_pair_add_up() {
        let pair = |served_by: &str, calls| Contradiction {
            served_by: served_by.into(),
            origin: "x".into(),
            calls,
        };
        let sum = sum_contradictions([pair("b", 1), pair("a", 2), pair("b", 3)].iter());
        assert_eq!(sum, [pair("a", 2), pair("b", 4)]);
    }
}
