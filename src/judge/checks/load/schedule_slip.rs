//! Whether calls were sent when they were due.

use std::time::Duration;

use super::pace::lateness;
use super::waits::Waits;
use crate::judge::checks::input::CheckInput;
use crate::judge::checks::numbers::MILLISECOND;
use crate::judge::checks::rule::{Rule, against_median, gravest};
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::{Level, Load};
use crate::record::Histogram;
use crate::results::finding::{LargerOf, LatenessLimit, LoadFinding};

pub(crate) const SCHEDULE_SLIP: Rule = Rule {
    number: Some("V1"),
    name: "schedule-slip",
    formula: "p99 of sent − intended, without the wait for a busy connection, ns; open load also p99 of response times / p99 of service times − 1 where hardly a call queued",
    threshold: "audit: warns above 5 ms, invalid above half a round; open load: warns above 1 % of a p50 and 1 ms, invalid above 5 % of a p50 or a p99 and 5 ms",
    examine: schedule_slip,
};

/// How late calls were sent.
fn schedule_slip(input: &CheckInput<'_>) -> Vec<Check> {
    let Some(p99_ns) = lateness(input.run) else {
        return SCHEDULE_SLIP.unknown(LoadFinding::NothingSent);
    };
    match input.run.plan.load {
        Load::Audit { round, .. } => vec![of_audit(p99_ns, round)],
        Load::Open { .. } => vec![of_open_load(input, p99_ns)],
        Load::Closed { .. } => SCHEDULE_SLIP.unknown(LoadFinding::NoSchedule),
    }
}

/// An audit compares service times, which count from the actual send, so a late call gives no wrong number. The check
/// warns when lateness shows a busy machine, and refuses when calls leave their round and the order is no longer fair.
fn of_audit(p99_ns: f64, round: Duration) -> Check {
    let half_round = round.as_nanos() as f64 / 2.0;
    let fixed = LatenessLimit::Time {
        ns: 5.0 * MILLISECOND,
    };
    let (verdict, limit) = match p99_ns {
        late if late > half_round => (CheckVerdict::Invalid, LatenessLimit::HalfRound),
        late if late > 5.0 * MILLISECOND => (CheckVerdict::Warn, fixed),
        _ => (CheckVerdict::Ok, fixed),
    };
    late(verdict, p99_ns, limit)
}

/// An open load's response times count from the intended send, so lateness is in them: the check warns from 1 % of a
/// target's p50 on and refuses from 5 % on, with floors at 1 and 5 ms.
fn of_open_load(input: &CheckInput<'_>, p99_ns: f64) -> Check {
    let judge = |row: &Row| against_median(row, p99_ns, LATE, TOO_LATE);
    let (verdict, whose) = gravest(input.rows.iter().map(|row| (row.target, judge(row))));
    if verdict == CheckVerdict::Invalid {
        return late(verdict, p99_ns, LatenessLimit::OfMedian(TOO_LATE)).about(whose);
    }
    stretched(input)
        .unwrap_or_else(|| late(verdict, p99_ns, LatenessLimit::OfMedian(LATE)).about(whose))
}

/// An open load's lateness above which the check warns and refuses.
const LATE: LargerOf = LargerOf {
    ratio: 0.01,
    floor_ns: MILLISECOND,
};
const TOO_LATE: LargerOf = LargerOf {
    ratio: 0.05,
    floor_ns: 5.0 * MILLISECOND,
};

fn late(verdict: CheckVerdict, p99_ns: f64, limit: LatenessLimit) -> Check {
    SCHEDULE_SLIP
        .found(verdict, LoadFinding::Lateness { p99_ns, limit })
        .measuring(p99_ns)
}

/// A p99 that is longer from the schedule than from the send.
struct Stretch<'a> {
    row: &'a Row,
    added_ns: f64,
    added_ratio: f64,
}

impl<'a> Stretch<'a> {
    /// Of a target; `None` where what was added is let pass.
    fn of(row: &'a Row) -> Option<Self> {
        let response = row.response_time.percentile(Level::P99)?;
        let service = row.service_time.percentile(Level::P99)?;
        let added_ns = response - service;
        (added_ns > TOO_LATE.of(service)).then_some(Self {
            row,
            added_ns,
            added_ratio: added_ns / service,
        })
    }
}

/// Targets of an open load whose p99 is 5 % and 5 ms longer from the schedule than from the send although not more than one
/// call in a hundred queued for a connection: what lies between is calls that this machine sent late.
fn stretched(input: &CheckInput<'_>) -> Option<Check> {
    let queued = |row: &Row, queue: &Histogram| Waits::of(row, queue).share > 0.01;
    let found: Vec<Stretch<'_>> = input
        .rows
        .iter()
        .zip(&input.run.measured.series)
        .filter(|(row, series)| !queued(row, &series.queued))
        .filter_map(|(row, _)| Stretch::of(row))
        .collect();
    let worst = found
        .iter()
        .max_by(|a, b| a.added_ratio.total_cmp(&b.added_ratio))?;
    let finding = LoadFinding::StretchedTail {
        added_ns: worst.added_ns,
        added_ratio: worst.added_ratio,
        worst: worst.row.target,
        limit: TOO_LATE,
    };
    Some(
        SCHEDULE_SLIP
            .found(CheckVerdict::Invalid, finding)
            .measuring(worst.added_ratio)
            .about(found.iter().map(|stretch| stretch.row.target).collect()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Claims;
    use crate::judge::checks::fixture_tests::{check, verdict};
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::{Arrivals, TargetId};

    fn slip(load: Option<Load>, milliseconds: u64, service: u64) -> Option<CheckVerdict> {
        let mut run = Fixture::small()
            .calls(1000, |_, i| {
                let late = if i < 15 {
                    Duration::from_millis(milliseconds)
                } else {
                    Duration::ZERO
                };
                answer(service).late(late)
            })
            .run();
        run.plan.load = load.unwrap_or(run.plan.load);
        verdict(&run, "schedule-slip")
    }

    #[test]
    fn late_sends_of_an_open_load_are_judged_by_what_they_are_late_against() {
        let late_by = |milliseconds, service| {
            let duration = Duration::from_secs(60);
            let open = Load::Open {
                rate_per_second: 30.0,
                arrivals: Arrivals::Constant,
                duration,
            };
            slip(Some(open), milliseconds, service)
        };
        assert_eq!(late_by(2, 20), Some(CheckVerdict::Warn));
        assert_eq!(
            late_by(2, 300),
            Some(CheckVerdict::Ok),
            "2 ms are less than 1 % of 300 ms"
        );
        assert_eq!(late_by(6, 20), Some(CheckVerdict::Invalid));
        assert_eq!(late_by(6, 200), Some(CheckVerdict::Warn));
        assert_eq!(late_by(200, 20), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn late_sends_are_about_the_targets_that_are_fast_against_them() {
        let late = |service| answer(service).late(Duration::from_millis(6));
        let mut run = Fixture::small()
            .calls(1000, |_, _| late(20))
            .calls_of("global", 1000, |_| late(200))
            .run();
        let duration = Duration::from_secs(60);
        run.plan.load = Load::Open {
            rate_per_second: 30.0,
            arrivals: Arrivals::Constant,
            duration,
        };
        let check = check(&run, "schedule-slip").expect("always there");
        assert!(
            check.forbids(TargetId(1), 0.5, Claims::All)
                && !check.forbids(TargetId(0), 0.5, Claims::All)
        );
    }

    #[test]
    fn a_p99_that_only_the_schedule_sees_is_refused_unless_calls_queued() {
        // Fewer than 1 % of all calls are late, which the p99 of lateness does not see, but 1.5 % of one target's.
        let stretched = |milliseconds: u64, queued: u64| {
            let held = Duration::from_millis(milliseconds);
            let late = move |i| match i {
                i if i < 15 => answer(20).late(held),
                i if i < 500 => answer(20).queued(Duration::from_millis(queued)),
                _ => answer(20),
            };
            let mut run = Fixture::small()
                .calls(1000, |_, _| answer(20))
                .calls_of("global", 1000, late)
                .run();
            let duration = Duration::from_secs(60);
            run.plan.load = Load::Open {
                rate_per_second: 30.0,
                arrivals: Arrivals::Constant,
                duration,
            };
            check(&run, "schedule-slip").expect("always there")
        };
        assert_eq!(
            stretched(4, 0).verdict,
            CheckVerdict::Ok,
            "20 % of the p99, but not 5 ms"
        );
        let check = stretched(300, 0);
        assert_eq!(
            (check.verdict, &check.reach.targets),
            (CheckVerdict::Invalid, &vec![TargetId(0)])
        );
        assert!(
            check.text.contains("300.") && check.text.contains("although hardly a call queued"),
            "{}",
            check.text
        );
        assert_eq!(
            stretched(300, 400).verdict,
            CheckVerdict::Ok,
            "the service was slow, and response times tell so"
        );
    }

    #[test]
    fn late_sends_of_an_audit_are_refused_when_calls_leave_their_round() {
        // The fixture's rounds are 400 ms long.
        assert_eq!(slip(None, 3, 20), Some(CheckVerdict::Ok));
        assert_eq!(slip(None, 40, 20), Some(CheckVerdict::Warn));
        assert_eq!(slip(None, 240, 20), Some(CheckVerdict::Invalid));
    }

    /// One call in `every` waited so long for a connection, and the others not at all.
    #[test]
    fn the_wait_for_a_connection_is_not_this_machine_s_lateness() {
        let duration = Duration::from_secs(60);
        let open = Load::Open {
            rate_per_second: 30.0,
            arrivals: Arrivals::Constant,
            duration,
        };
        let mut run = Fixture::small()
            .calls(1000, |_, _| answer(20).queued(Duration::from_millis(200)))
            .run();
        run.plan.load = open;
        assert_eq!(verdict(&run, "schedule-slip"), Some(CheckVerdict::Ok));
    }
}
