//! Who served the calls to each endpoint: the Region that the answers name, over all targets of the endpoint.

use std::collections::BTreeMap;

use crate::record::{Contradiction, Lookups};
use crate::results::Run;

use super::row::Place;

/// Who served the calls to one endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct ServedBy {
    /// The endpoint's name.
    pub endpoint: String,
    /// Whether this is the global endpoint.
    pub place: Place,
    /// Whether the endpoint has a fixed address, so that no resolver is asked.
    pub fixed_address: bool,
    /// Calls that were answered, also by an error.
    pub calls: u64,
    /// Calls by the Region that the answer's header names.
    pub served_by: BTreeMap<String, u64>,
    /// Calls of which no header says who served them.
    pub unknown: u64,
    /// Calls by the Region of origin in the session token that they were answered with.
    pub origins: BTreeMap<String, u64>,
    /// Calls of which header and token name different Regions.
    pub contradictions: Vec<Contradiction>,
    /// Calls by remote IP address, answered or not.
    pub addresses: BTreeMap<String, u64>,
    /// What the resolver answered.
    pub lookups: Lookups,
}

/// Each endpoint of the run, in the plan's order.
pub(crate) fn served_by(run: &Run) -> Vec<ServedBy> {
    run.plan
        .endpoints()
        .into_iter()
        .map(|endpoint| {
            let mut found = ServedBy {
                endpoint: endpoint.name.clone(),
                place: Place::of(endpoint),
                fixed_address: endpoint.address.is_some() || endpoint.origin.ip().is_some(),
                calls: 0,
                served_by: BTreeMap::new(),
                unknown: 0,
                origins: BTreeMap::new(),
                contradictions: Vec::new(),
                addresses: BTreeMap::new(),
                lookups: Lookups::default(),
            };
            for series in run
                .measured
                .series
                .iter()
                .filter(|s| run.plan.target(s.target).endpoint.name == endpoint.name)
            {
                let counts = &series.counts;
                let answered = counts
                    .succeeded
                    .saturating_add(counts.redialled)
                    .saturating_add(counts.faults);
                found.calls = found.calls.saturating_add(answered);
                add(&mut found.served_by, &series.served_by);
                add(&mut found.origins, &series.origins);
                add(&mut found.addresses, &series.remotes);
                found.lookups = found.lookups.and(series.lookups);
                series
                    .contradictions
                    .iter()
                    .for_each(|pair| contradict(&mut found.contradictions, pair));
            }
            let named = found
                .served_by
                .values()
                .fold(0_u64, |sum, calls| sum.saturating_add(*calls));
            // An answer that is none of STS's can carry the header too.
            found.calls = found.calls.max(named);
            found.unknown = found.calls - named;
            found
        })
        .collect()
}

fn add(sums: &mut BTreeMap<String, u64>, counts: &BTreeMap<String, u64>) {
    for (name, calls) in counts {
        let sum = sums.entry(name.clone()).or_default();
        *sum = sum.saturating_add(*calls);
    }
}

fn contradict(sums: &mut Vec<Contradiction>, pair: &Contradiction) {
    match sums
        .iter_mut()
        .find(|sum| sum.served_by == pair.served_by && sum.origin == pair.origin)
    {
        Some(sum) => sum.calls = sum.calls.saturating_add(pair.calls),
        None => sums.push(pair.clone()),
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::summarise;
    use crate::judge::synthetic_run::{Fixture, answer, refused};
    use crate::report::words::checks::sentence;
    use crate::sample::Lookup;

    use super::*;

    #[test]
    fn the_calls_of_an_endpoint_are_counted_over_all_its_targets() {
        let mut run = Fixture::wide("global,eu-west-1")
            .calls(10, |_, i| if i == 3 { refused() } else { answer(10) })
            .run();
        let targets = run
            .measured
            .series
            .iter()
            .filter(|s| run.plan.target(s.target).endpoint.name == "global")
            .count() as u64;
        let first = &mut run.measured.series[0];
        first.served_by =
            BTreeMap::from([("us-east-1".to_owned(), 6), ("eu-west-1".to_owned(), 2)]);
        first.lookups = Lookups::from(Lookup {
            addresses: 2,
            ttl_seconds: Some(60),
        })
        .and(
            Lookup {
                addresses: 1,
                ttl_seconds: Some(5),
            }
            .into(),
        );
        let found = served_by(&run);
        let global = &found[0];
        assert_eq!(
            (global.endpoint.as_str(), global.place, global.calls),
            ("global", Place::Global, 9 * targets)
        );
        assert_eq!(
            global.served_by.values().sum::<u64>() + global.unknown,
            global.calls
        );
        assert_eq!((global.unknown, global.served_by["eu-west-1"]), (1, 2));
        let Lookups {
            answered: looked_up,
            fewest_addresses,
            most_addresses,
            shortest_ttl_seconds,
            longest_ttl_seconds,
        } = global.lookups;
        assert_eq!((looked_up, fewest_addresses, most_addresses), (2, 1, 2));
        assert_eq!(
            (shortest_ttl_seconds, longest_ttl_seconds),
            (Some(5), Some(60))
        );
        assert_eq!(found[1].lookups, Lookups::default());
    }

    #[test]
    fn disagreeing_witnesses_are_counted_by_what_they_say_and_warned_of() {
        let mut run = Fixture::wide("global").calls(10, |_, _| answer(10)).run();
        let pair = |calls| Contradiction {
            served_by: "us-east-1".into(),
            origin: "eu-west-1".into(),
            calls,
        };
        for series in &mut run.measured.series[..2] {
            series.contradictions = vec![pair(3)];
            series.origins =
                BTreeMap::from([("eu-west-1".to_owned(), 3), ("us-east-1".to_owned(), 7)]);
        }
        assert_eq!(served_by(&run)[0].contradictions, [pair(6)]);
        let summary = summarise(&run);
        let check = summary
            .checks
            .iter()
            .find(|check| check.name == "witnesses")
            .expect("tokens were issued");
        assert_eq!(check.verdict, crate::judge::CheckVerdict::Warn);
        let sentence = sentence(check, &run);
        assert!(
            sentence.contains("header says us-east-1, token says eu-west-1, 6 calls"),
            "{sentence}"
        );
    }
}
