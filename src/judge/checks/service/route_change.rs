//! Whether the way to the service led to the same addresses all along.

use std::collections::BTreeSet;

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::numbers::others;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict};
use crate::plan::TargetId;
use crate::results::Run;
use crate::results::finding::ServiceFinding;

pub(crate) const ROUTE_CHANGE: Rule = Rule {
    number: Some("V17"),
    name: "route-change",
    formula: "endpoints whose addresses differ between the first half of the blocks and the second, and are otherwise the same from block to block",
    threshold: "warns from 1",
    examine: route_change,
};

/// Addresses that an endpoint had in one half of the run only. Some endpoints give another of many addresses each time, and
/// then the halves differ by chance; so they may not have changed between more than one in eight blocks and the next.
fn route_change(input: &CheckInput<'_>) -> Vec<Check> {
    let run = input.run;
    let judged: Vec<(&str, Option<bool>)> = run
        .plan
        .endpoints()
        .into_iter()
        .map(|endpoint| (endpoint.name.as_str(), changed(run, &endpoint.name)))
        .collect();
    if judged.iter().all(|(_, changed)| changed.is_none()) {
        return ROUTE_CHANGE.unknown(ServiceFinding::AddressesNotKept);
    }
    let lost: Vec<&str> = judged
        .into_iter()
        .filter(|(_, changed)| *changed == Some(true))
        .map(|(name, _)| name)
        .collect();
    // Endpoints stand in the order of their first targets, so the first of these is one of the first endpoint.
    let whose: Vec<TargetId> = run
        .plan
        .targets()
        .filter(|(_, target)| lost.contains(&target.endpoint.name.as_str()))
        .map(|(id, _)| id)
        .collect();
    let check = match whose.first() {
        None => ROUTE_CHANGE.found(CheckVerdict::Ok, ServiceFinding::SameAddresses),
        Some(&first) => {
            let finding = ServiceFinding::AddressesChanged {
                first,
                more_endpoints: others(&lost),
            };
            ROUTE_CHANGE.found(CheckVerdict::Warn, finding)
        }
    };
    vec![check.measuring(lost.len() as f64).about(whose)]
}

/// Whether the endpoint's addresses changed for good within a window; `None` where no address was kept.
fn changed(run: &Run, endpoint: &str) -> Option<bool> {
    let windows = run
        .window_ranges()
        .into_iter()
        .map(|blocks| addresses(run, endpoint, blocks));
    let windows: Vec<_> = windows.filter(|blocks| !blocks.is_empty()).collect();
    (!windows.is_empty()).then(|| windows.iter().any(|blocks| changed_for_good(blocks)))
}

/// The addresses of one endpoint, over all its targets, in each of those blocks in which it had any.
fn addresses<'a>(
    run: &'a Run,
    endpoint: &str,
    blocks: std::ops::Range<usize>,
) -> Vec<BTreeSet<&'a str>> {
    let series = run
        .measured
        .series
        .iter()
        .filter(|series| run.plan.target(series.target).endpoint.name == endpoint);
    let mut found = vec![BTreeSet::new(); blocks.len()];
    for series in series {
        for (block, found) in series.blocks.iter().skip(blocks.start).zip(&mut found) {
            found.extend(block.remotes.iter().map(String::as_str));
        }
    }
    found.retain(|addresses| !addresses.is_empty());
    found
}

fn changed_for_good(blocks: &[BTreeSet<&str>]) -> bool {
    // One block has no other to differ from.
    if blocks.len() < 2 {
        return false;
    }
    let (first, second) = blocks.split_at(blocks.len() / 2);
    let all = |half: &[BTreeSet<&str>]| {
        half.iter()
            .flatten()
            .map(|address| (*address).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let changes = blocks.windows(2).filter(|pair| pair[0] != pair[1]).count();
    all(first) != all(second) && changes <= (blocks.len() / 8).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::checks::fixture_tests::{check, quiet};
    use crate::plan::TargetId;

    /// The global endpoint's address in each of 16 blocks.
    fn told(address: impl Fn(usize) -> &'static str) -> Check {
        let mut run = quiet();
        for (number, block) in run.measured.series[0].blocks.iter_mut().enumerate() {
            block.remotes = [address(number).to_owned()].into();
        }
        for block in &mut run.measured.series[1].blocks {
            block.remotes = ["192.0.2.9".to_owned(), "192.0.2.8".to_owned()].into();
        }
        check(&run, "route-change").expect("always there")
    }

    #[test]
    fn addresses_that_change_for_good_warn_wherever_in_the_run_they_do() {
        assert_eq!(told(|_| "192.0.2.1").verdict, CheckVerdict::Ok);
        for change in [1, 4, 8, 12, 15] {
            let check = told(|block| {
                if block < change {
                    "192.0.2.1"
                } else {
                    "192.0.2.2"
                }
            });
            assert_eq!(
                (check.verdict, check.statistic),
                (CheckVerdict::Warn, Some(1.0)),
                "from block {change} on"
            );
            assert_eq!(check.reach.targets, [TargetId(0)]);
            assert!(
                check.text.starts_with("global had other addresses"),
                "{}",
                check.text
            );
        }
    }

    #[test]
    fn addresses_that_take_turns_do_not_warn() {
        const MANY: [&str; 5] = [
            "192.0.2.1",
            "192.0.2.2",
            "192.0.2.3",
            "192.0.2.4",
            "192.0.2.5",
        ];
        assert_eq!(told(|block| MANY[block % 2]).verdict, CheckVerdict::Ok);
        // Each half has addresses that the other has not.
        assert_eq!(
            told(|block| MANY[[0, 1, 0, 1, 2, 0, 1, 0, 3, 4, 3, 0, 3, 4, 1, 3][block]]).verdict,
            CheckVerdict::Ok
        );
    }

    #[test]
    fn a_run_of_an_earlier_version_kept_no_address_by_block() {
        let mut run = quiet();
        for series in &mut run.measured.series {
            series
                .blocks
                .iter_mut()
                .for_each(|block| block.remotes.clear());
        }
        assert_eq!(
            check(&run, "route-change").map(|check| check.verdict),
            Some(CheckVerdict::Unknown)
        );
    }
}
