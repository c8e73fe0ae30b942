//! The run's doubts about itself, one function each. A check says what was seen, against which threshold, and what to do;
//! it changes no number.

mod answers;
mod arrivals;
mod clocks;
mod connections;
#[cfg(test)]
mod fixture;
mod injected;
mod machine;
mod precision;
mod routes;
mod rule;
mod schedule;
mod steadiness;
mod twin;
mod wire_clock;

use crate::plan::TargetId;
use crate::record::Counts;
use crate::results::Run;
use latency_stats::Counted;

use super::{Check, CheckVerdict, Row};
use answers::{error_bias, no_data, throttling, witnesses};
use arrivals::arrival_law;
use clocks::{clock_steps, service_clock, suspension};
use connections::{books_balance, connection_kind, not_aws};
use injected::injected_delay;
use machine::{measuring_cpu, run_queue, stalls, steal};
use precision::{resolution, tail_support};
use routes::route_change;
use rule::{Rule, gravest};
use schedule::{achieved_calls, saturation, schedule_slip};
use steadiness::{independence, stationarity};
use twin::twin;
use wire_clock::wire_clock;

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) run: &'a Run,
    /// One for each target, in the plan's order.
    pub(super) rows: &'a [Row],
    /// Service times of each target's answers, block by block.
    pub(super) blocks: &'a [&'a [Counted]],
}

/// Every check of the run, in the order of [`CHECKS`]. Each of the rules V1 to V18 is among them at least once; what does not
/// apply to the run says so.
pub(super) fn all(case: &Case<'_>) -> Vec<Check> {
    CHECKS.iter().flat_map(|check| check(case)).collect()
}

type Examine = fn(&Case<'_>) -> Vec<Check>;

const CHECKS: [Examine; 26] = [
    no_data,
    schedule_slip,
    measuring_cpu,
    run_queue,
    saturation,
    stalls,
    steal,
    achieved_calls,
    arrival_law,
    stationarity,
    independence,
    tail_support,
    throttling,
    error_bias,
    clock_steps,
    suspension,
    service_clock,
    connection_kind,
    twin,
    injected_delay,
    resolution,
    route_change,
    books_balance,
    witnesses,
    not_aws,
    wire_clock,
];

const MILLISECOND: f64 = 1e6;

pub(super) fn total(rows: &[Row], count: impl Fn(&Counts) -> u64) -> u64 {
    rows.iter()
        .fold(0, |sum, row| sum.saturating_add(count(&row.counts)))
}

pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

pub(super) fn label(row: &Row) -> String {
    format!("{} {} {}", row.endpoint, row.operation, row.connection)
}

/// The targets that are meant, in a word.
fn ids<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<TargetId> {
    rows.into_iter().map(|row| row.target).collect()
}

pub(super) fn advice(verdict: CheckVerdict, text: &'static str) -> &'static str {
    match verdict {
        CheckVerdict::Ok | CheckVerdict::Unknown => "",
        CheckVerdict::Warn | CheckVerdict::Invalid => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::fixture::{quiet, steady};
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::judge::{CheckVerdict, summarise};
    use crate::results::Run;

    /// What no quiet run of the fixture tells: its arrivals have no law, nothing is called twice, nothing was injected, nobody
    /// was asked for the time and no address was kept.
    const SILENT: [&str; 5] = [
        "arrival-law",
        "twin",
        "injected-delay",
        "service-clock",
        "route-change",
    ];

    #[test]
    fn a_quiet_run_passes_every_check() {
        for run in [quiet(), steady()] {
            for check in summarise(&run).checks {
                let expected = match check.name.as_ref() {
                    name if SILENT.contains(&name) => CheckVerdict::Unknown,
                    // A p99 on a thousand answers.
                    "tail-support" => CheckVerdict::Warn,
                    _ => CheckVerdict::Ok,
                };
                assert_eq!(check.verdict, expected, "{check:#?}");
            }
        }
    }

    #[test]
    fn every_rule_speaks_of_every_run_with_its_formula_and_threshold() {
        let rules: BTreeSet<String> = (1..=18).map(|number| format!("V{number}")).collect();
        let small = Fixture::small().calls(3, |_, _| answer(1)).run();
        let silent = Fixture::small().run();
        let old = Run {
            health: None,
            measuring_cpu_ratio: None,
            ..Fixture::small().calls(3, |_, _| answer(1)).run()
        };
        for run in [quiet(), small, silent, old] {
            let checks = summarise(&run).checks;
            let spoken: BTreeSet<String> = checks
                .iter()
                .filter_map(|check| Some(check.rule.as_ref()?.to_string()))
                .collect();
            assert_eq!(spoken, rules);
            for check in &checks {
                let told = [&check.formula, &check.threshold]
                    .iter()
                    .all(|text| !text.is_empty());
                assert!(
                    told && !check.text.is_empty() && check.text.len() < 700,
                    "{check:#?}"
                );
                let doubted = check.verdict > CheckVerdict::Unknown;
                assert!(
                    !doubted || check.rule.is_none() || check.statistic.is_some(),
                    "{check:#?}"
                );
            }
        }
    }
}
