//! The run's doubts about itself, one function each. A check says what was seen, against which threshold, and what to do;
//! it changes no number.

mod answers;
mod connections;
#[cfg(test)]
mod fixture;
mod machine;
mod schedule;

use crate::record::Counts;
use crate::results::Run;

use super::clock::wire_clock;
use super::injected::injected_delay;
use super::{Check, CheckVerdict, Row};
use answers::{failed_share, no_data, throttling, witnesses};
use connections::{books_balance, connection_kind};
use machine::{clock_steps, measuring_cpu, run_queue, stalls, steal, suspension};
use schedule::{achieved_calls, saturation, schedule_slip};

/// Every check that applies to the run, in the order of [`CHECKS`].
pub(super) fn all(run: &Run, rows: &[Row]) -> Vec<Check> {
    CHECKS.iter().filter_map(|check| check(run, rows)).collect()
}

type Examine = fn(&Run, &[Row]) -> Option<Check>;

const CHECKS: [Examine; 17] = [
    no_data,
    achieved_calls,
    schedule_slip,
    saturation,
    failed_share,
    throttling,
    connection_kind,
    witnesses,
    books_balance,
    injected_delay,
    measuring_cpu,
    run_queue,
    stalls,
    steal,
    clock_steps,
    suspension,
    wire_clock,
];

const MILLISECOND: f64 = 1e6;

pub(super) fn total(rows: &[Row], count: impl Fn(&Counts) -> u64) -> u64 {
    rows.iter().fold(0, |sum, row| sum.saturating_add(count(&row.counts)))
}

pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

pub(super) fn label(row: &Row) -> String {
    format!("{} {} {}", row.endpoint, row.operation, row.connection)
}

pub(super) fn advice(verdict: CheckVerdict, text: &'static str) -> &'static str {
    match verdict {
        CheckVerdict::Ok | CheckVerdict::Unknown => "",
        CheckVerdict::Warn | CheckVerdict::Invalid => text,
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::quiet;
    use super::*;
    use crate::compare::summarise;

    #[test]
    fn a_quiet_run_passes_every_check() {
        let checks = summarise(&quiet()).checks;
        // All but two: the made-up fleet injects no delays and issues no tokens.
        assert_eq!(checks.len(), CHECKS.len() - 2);
        assert!(checks.iter().all(|check| check.verdict == CheckVerdict::Ok), "{checks:#?}");
    }
}
