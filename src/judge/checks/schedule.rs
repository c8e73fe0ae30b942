//! Doubts about the load: calls that were not made, made late, or made to wait by the client itself.

use std::time::Duration;

use crate::judge::estimate::merged;
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::{Arrivals, ConnectionMode, Level, Load};
use crate::record::Histogram;
use crate::results::{Completion, Run};

use super::{Case, MILLISECOND, Rule, advice, gravest, label, percent, ratio, total};

const ACHIEVED_CALLS: Rule = Rule {
    number: Some("V4"),
    name: "achieved-calls",
    formula: "the smaller of calls made / calls planned, and planned time / (planned time + p99 of lateness) of an open load",
    threshold: "warns below 0.995 and for a run that was cut short, invalid below 0.98",
};

/// Calls made against calls planned, and the rate at which they were sent. The thresholds are 99.5 and 98 %: a schedule that
/// was not kept is not the load that the plan describes.
pub(super) fn achieved_calls(case: &Case<'_>) -> Vec<Check> {
    let run = case.run;
    let issued = total(case.rows, |counts| counts.issued);
    let withheld = total(case.rows, |counts| counts.withheld);
    let planned = run
        .plan
        .planned_requests()
        .saturating_sub(run.plan.planned_warmup())
        .saturating_sub(withheld);
    let share = |made: f64| {
        if planned == 0 {
            1.0
        } else {
            made / planned as f64
        }
    };
    let of_planned = match run.plan.load {
        Load::Audit { .. } | Load::Open { .. } => format!(" of {planned} planned"),
        Load::Closed { .. } => String::new(),
    };
    let text = match (run.completion, run.plan.load) {
        (Completion::Interrupted, _) => format!(
            "the run was interrupted after {issued} measured calls{of_planned}; the numbers cover only the time until then, so repeat it for the whole"
        ),
        (Completion::Recovered, _) => format!(
            "the run was cut off and rebuilt from its journal with {issued} measured calls{of_planned}; the last block may be incomplete, so repeat it for the whole"
        ),
        (Completion::Complete, Load::Closed { .. }) => {
            return ACHIEVED_CALLS.unknown("a closed load plans no number of calls");
        }
        (Completion::Complete, Load::Audit { .. } | Load::Open { .. }) => {
            return vec![achieved(run, planned, issued, withheld)];
        }
    };
    vec![
        ACHIEVED_CALLS
            .found(CheckVerdict::Warn, text)
            .measuring(share(issued as f64)),
    ]
}

/// A run that went to its end.
fn achieved(run: &Run, planned: u64, issued: u64, withheld: u64) -> Check {
    let share = |made: f64| {
        if planned == 0 {
            1.0
        } else {
            made / planned as f64
        }
    };
    let by_chance = chance(run.plan.load, planned);
    let pace = pace(run);
    let achieved = share(issued as f64 + by_chance).min(pace);
    let verdict = match achieved {
        s if s < 0.98 => CheckVerdict::Invalid,
        s if s < 0.995 => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    };
    let kept_back = if withheld > 0 {
        format!(", {withheld} withheld ones left aside")
    } else {
        String::new()
    };
    let advice = advice(verdict, "; lower --rate or measure from an idle machine");
    let leeway = if by_chance > 0.0 {
        format!(" of the planned number, which chance moves by up to {by_chance:.0}")
    } else {
        String::new()
    };
    let behind = if pace < 0.995 {
        format!(
            ", sent at {} of the planned rate, which this machine could not keep",
            percent(pace)
        )
    } else {
        String::new()
    };
    let text = format!(
        "{issued} of {planned} planned calls were made{kept_back} ({}; at least 99.5 % wanted{leeway}){behind}{advice}",
        percent(share(issued as f64))
    );
    ACHIEVED_CALLS
        .found(verdict, text)
        .measuring(share(issued as f64).min(pace))
}

/// The share of an open load's rate at which its calls were really sent: a schedule that the machine cannot keep takes as
/// much longer as its last calls are late.
fn pace(run: &Run) -> f64 {
    let Load::Open { duration, .. } = run.plan.load else {
        return 1.0;
    };
    let planned = duration.as_nanos() as f64;
    match lateness(run).filter(|_| planned > 0.0) {
        Some(late) => planned / (planned + late),
        None => 1.0,
    }
}

/// What 99 % of the calls were late at most, ns. Lateness belongs to the machine that measures, so all targets tell about
/// it together.
fn lateness(run: &Run) -> Option<f64> {
    latency_stats::quantile(&merged(run, |series| &series.lateness).to_hdr(), 0.99)
}

/// By how many calls chance alone can miss the plan: the number of a Poisson schedule's arrivals is itself random, with the
/// square root of its mean as the standard deviation; four of them are exceeded once in thirty thousand runs.
fn chance(load: Load, planned: u64) -> f64 {
    match load {
        Load::Open {
            arrivals: Arrivals::Poisson,
            ..
        } => 4.0 * (planned as f64).sqrt(),
        Load::Open {
            arrivals: Arrivals::Constant,
            ..
        }
        | Load::Audit { .. }
        | Load::Closed { .. } => 0.0,
    }
}

const SCHEDULE_SLIP: Rule = Rule {
    number: Some("V1"),
    name: "schedule-slip",
    formula: "p99 of sent − intended, without the wait for a busy connection, ns; open load also p99 of response times / p99 of service times − 1 where hardly a call queued",
    threshold: "audit: warns above 5 ms, invalid above half a round; open load: warns above 1 % of a p50 and 1 ms, invalid above 5 % of a p50 or a p99 and 5 ms",
};

/// How late calls were sent.
pub(super) fn schedule_slip(case: &Case<'_>) -> Vec<Check> {
    let Some(late) = lateness(case.run) else {
        return SCHEDULE_SLIP.unknown("nothing was sent");
    };
    let (verdict, whose, limit) = match case.run.plan.load {
        Load::Audit { round, .. } => {
            let (verdict, limit) = audit_slip(late, round);
            (verdict, Vec::new(), limit)
        }
        Load::Open { .. } => {
            let (verdict, whose) = gravest(
                case.rows
                    .iter()
                    .map(|row| (row.target, open_slip(late, row))),
            );
            match (verdict, stretched(case)) {
                (CheckVerdict::Invalid, _) => {
                    (verdict, whose, "the larger of 5 % of a p50 and 5 ms")
                }
                (_, Some(stretched)) => return vec![stretched],
                (_, None) => (verdict, whose, "the larger of 1 % of a p50 and 1 ms"),
            }
        }
        Load::Closed { .. } => return SCHEDULE_SLIP.unknown("a closed load has no schedule"),
    };
    let milliseconds = late / MILLISECOND;
    let text = match verdict {
        CheckVerdict::Ok | CheckVerdict::Unknown => {
            format!(
                "99 % of the calls were sent at most {milliseconds:.2} ms late (limit: {limit})"
            )
        }
        CheckVerdict::Warn | CheckVerdict::Invalid => format!(
            "1 % of the calls were sent {milliseconds:.2} ms late or later, beyond {limit}; lower the rate or measure from an idle machine"
        ),
    };
    vec![
        SCHEDULE_SLIP
            .found(verdict, text)
            .measuring(late)
            .about(whose),
    ]
}

/// Targets of an open load whose p99 is 5 % and 5 ms longer from the schedule than from the send although not more than one
/// call in a hundred queued for a connection: what lies between is calls that this machine sent late.
fn stretched(case: &Case<'_>) -> Option<Check> {
    let stretch = |row: &Row| {
        let (response, service) = (
            row.response_time.percentile(Level::P99)?,
            row.service_time.percentile(Level::P99)?,
        );
        Some((response - service, service))
            .filter(|(late, service)| *late > f64::max(0.05 * service, 5.0 * MILLISECOND))
    };
    let queued = |row: &Row, queue: &Histogram| Waits::of(row, queue).share > 0.01;
    let unqueued = case
        .rows
        .iter()
        .zip(&case.run.series)
        .filter(|(row, series)| !queued(row, &series.queued));
    let found: Vec<_> = unqueued
        .filter_map(|(row, _)| Some((row, stretch(row)?)))
        .collect();
    let (worst, (late, service)) = found
        .iter()
        .max_by(|a, b| (a.1.0 / a.1.1).total_cmp(&(b.1.0 / b.1.1)))?;
    let text = format!(
        "p99 is {:.2} ms longer from the schedule than from the send ({}, {}; limit: the larger of 5 % and 5 ms) although hardly a call queued, so calls were sent late; lower the rate or measure from an idle machine",
        late / MILLISECOND,
        label(worst),
        percent(late / service)
    );
    let whose = found.iter().map(|(row, _)| row.target).collect();
    Some(
        SCHEDULE_SLIP
            .found(CheckVerdict::Invalid, text)
            .measuring(late / service)
            .about(whose),
    )
}

/// An audit compares service times, which count from the actual send, so a late call is no wrong number. It is doubted when
/// lateness tells of a busy machine, and refused when calls leave their round and the order is no longer fair.
fn audit_slip(late: f64, round: Duration) -> (CheckVerdict, &'static str) {
    let half_a_round = round.as_nanos() as f64 / 2.0;
    match late {
        late if late > half_a_round => (CheckVerdict::Invalid, "half a round"),
        late if late > 5.0 * MILLISECOND => (CheckVerdict::Warn, "5 ms"),
        _ => (CheckVerdict::Ok, "5 ms"),
    }
}

/// An open load's response times count from the intended send, so lateness is in them: it is doubted from 1 % of a target's
/// p50 on and refused from 5 % on, with floors at 1 and 5 ms.
fn open_slip(late: f64, row: &Row) -> CheckVerdict {
    let beyond = |share: f64, floor: f64| {
        row.service_time
            .percentile(Level::P50)
            .is_some_and(|median| late > f64::max(share * median, floor))
    };
    match (beyond(0.05, 5.0 * MILLISECOND), beyond(0.01, MILLISECOND)) {
        (true, _) => CheckVerdict::Invalid,
        (false, true) => CheckVerdict::Warn,
        (false, false) => CheckVerdict::Ok,
    }
}

const SATURATION: Rule = Rule {
    number: Some("V2"),
    name: "saturation",
    formula: "calls of a target that waited for a busy connection / its calls",
    threshold: "warns above 0.01; open load: invalid above 0.5 where half of the waits are longer than the p50",
};

/// Calls that had to wait within the client because all connections of their target were busy. Their wait is in the response
/// time and in no service time. Below half of a target's calls that tells of a service that was slow for a while; when half
/// of them wait for longer than a call takes, the connections are what is measured.
pub(super) fn saturation(case: &Case<'_>) -> Vec<Check> {
    let open = match case.run.plan.load {
        Load::Audit { .. } => false,
        Load::Open { .. } => true,
        Load::Closed { .. } => {
            return SATURATION.unknown("a closed load waits for its connections by nature");
        }
    };
    let waits = case
        .rows
        .iter()
        .zip(&case.run.series)
        .map(|(row, series)| (row, Waits::of(row, &series.queued)));
    let waits: Vec<(&Row, Waits)> = waits.filter(|(_, waits)| waits.share > 0.0).collect();
    let judge = |row: &Row, waits: &Waits| {
        let longer_than_a_call = row
            .service_time
            .percentile(Level::P50)
            .is_none_or(|service| waits.p50 > service);
        match waits.share {
            share if open && share > 0.5 && longer_than_a_call => CheckVerdict::Invalid,
            share if share > 0.01 => CheckVerdict::Warn,
            _ => CheckVerdict::Ok,
        }
    };
    let worst = waits.iter().max_by(|a, b| {
        judge(a.0, &a.1)
            .cmp(&judge(b.0, &b.1))
            .then(a.1.share.total_cmp(&b.1.share))
    });
    let Some((row, worst)) = worst else {
        let text = "no call had to wait for a busy connection";
        return vec![SATURATION.found(CheckVerdict::Ok, text).measuring(0.0)];
    };
    let verdict = judge(row, worst);
    let text = format!(
        "{} of {} calls had to wait for a busy connection ({}, {:.0} ms at worst; limits 1 and 50 %){}",
        worst.number,
        row.counts.issued,
        label(row),
        worst.longest / MILLISECOND,
        consequence(case, row, verdict)
    );
    let whose = waits
        .iter()
        .filter(|(row, waits)| verdict > CheckVerdict::Ok && judge(row, waits) == verdict);
    let whose = whose.map(|(row, _)| row.target).collect();
    vec![
        SATURATION
            .found(verdict, text)
            .measuring(worst.share)
            .about(whose),
    ]
}

fn consequence(case: &Case<'_>, row: &Row, verdict: CheckVerdict) -> String {
    let slow = "; the service was slower than its schedule for a while, which response times show and service times do not";
    if verdict != CheckVerdict::Invalid {
        return advice(verdict, slow).to_owned();
    }
    let why = if pace(case.run) < 0.98 {
        " (this machine was too slow as well, so mend that first)".to_owned()
    } else {
        capacity(case.run, row)
            .map(|capacity| format!(", {capacity}"))
            .unwrap_or_default()
    };
    format!(
        ": the client's own queue is what was measured{why}, so lower --rate or raise --connections-per-target"
    )
}

/// The waits of one target's calls for a busy connection, ns.
struct Waits {
    number: u64,
    share: f64,
    p50: f64,
    longest: f64,
}

impl Waits {
    fn of(row: &Row, queued: &Histogram) -> Self {
        let waits = &queued.to_hdr();
        Self {
            number: waits.len(),
            share: ratio(waits.len(), row.counts.issued),
            p50: latency_stats::quantile(waits, 0.5).unwrap_or(0.0),
            longest: latency_stats::max(waits).unwrap_or(0.0),
        }
    }
}

/// What a warm target's connections can carry against what was asked of them.
fn capacity(run: &Run, row: &Row) -> Option<String> {
    let Load::Open {
        rate_per_second, ..
    } = run.plan.load
    else {
        return None;
    };
    let (service, lines) = (row.service_time.mean?, run.plan.connections_per_target);
    (row.connection == ConnectionMode::Warm && service > 0.0).then(|| {
        format!(
            "since {lines} connections at {:.2} ms a call carry at most {:.0} calls/s and {:.0} were asked",
            service / MILLISECOND,
            f64::from(lines) * 1e9 / service,
            rate_per_second / run.plan.targets.len() as f64
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{check, verdict};
    use super::*;
    use crate::judge::Claims;
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::TargetId;

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
    fn queueing(load: Load, every: u32, milliseconds: u64) -> Check {
        let mut run = Fixture::small()
            .calls(1000, |_, i| {
                let waits = if i.is_multiple_of(every) {
                    milliseconds
                } else {
                    0
                };
                answer(20).queued(Duration::from_millis(waits))
            })
            .run();
        run.plan.load = load;
        check(&run, "saturation").expect("always there")
    }

    #[test]
    fn a_service_that_was_slow_for_a_while_is_told_apart_from_a_saturated_client() {
        let duration = Duration::from_secs(60);
        let open = Load::Open {
            rate_per_second: 300.0,
            arrivals: Arrivals::Constant,
            duration,
        };
        assert_eq!(queueing(open, 1, 0).verdict, CheckVerdict::Ok);
        assert_eq!(queueing(open, 125, 900).verdict, CheckVerdict::Ok);
        let slow = queueing(open, 10, 900);
        assert_eq!(slow.verdict, CheckVerdict::Warn);
        assert!(
            slow.text.contains("900 ms at worst") && slow.text.contains("slower than its schedule"),
            "{}",
            slow.text
        );
        assert_eq!(
            queueing(open, 1, 10).verdict,
            CheckVerdict::Warn,
            "half of them wait less than a call takes"
        );
        let saturated = queueing(open, 1, 900);
        assert_eq!(saturated.verdict, CheckVerdict::Invalid);
        assert!(
            saturated
                .text
                .contains("carry at most 50 calls/s and 150 were asked"),
            "{}",
            saturated.text
        );
        let audit = Load::Audit {
            rounds: 1000,
            round: Duration::from_millis(400),
        };
        assert_eq!(
            queueing(audit, 1, 900).verdict,
            CheckVerdict::Warn,
            "an audit compares service times"
        );
    }

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

    #[test]
    fn calls_that_were_planned_and_not_made_invalidate_a_complete_run() {
        let short = |calls| {
            let fixture =
                Fixture::small()
                    .calls(1000, |_, _| answer(20))
                    .calls_of("global", calls, |_| answer(20));
            verdict(&fixture.run(), "achieved-calls")
        };
        assert_eq!(short(995), Some(CheckVerdict::Ok));
        assert_eq!(short(980), Some(CheckVerdict::Warn));
        assert_eq!(short(950), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn a_poisson_schedule_may_miss_its_mean_by_chance_but_not_by_more() {
        let made = |calls, arrivals| {
            let mut run = Fixture::small().calls(calls, |_, _| answer(20)).run();
            run.plan.load = Load::Open {
                rate_per_second: 100.0,
                arrivals,
                duration: Duration::from_secs(10),
            };
            run.plan.warmup_rounds = 0;
            verdict(&run, "achieved-calls")
        };
        assert_eq!(
            made(470, Arrivals::Poisson),
            Some(CheckVerdict::Ok),
            "940 of 1,000 and one standard deviation of 32"
        );
        assert_eq!(made(470, Arrivals::Constant), Some(CheckVerdict::Invalid));
        assert_eq!(made(400, Arrivals::Poisson), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn a_rate_that_the_machine_cannot_keep_is_not_achieved_although_every_call_was_made() {
        let falling_behind = |seconds: u64| {
            let late = move |i| answer(20).late(Duration::from_millis(u64::from(i) * seconds));
            let mut run = Fixture::small().calls(1000, move |_, i| late(i)).run();
            let duration = Duration::from_secs(100);
            run.plan.load = Load::Open {
                rate_per_second: 20.0,
                arrivals: Arrivals::Constant,
                duration,
            };
            run.plan.warmup_rounds = 0;
            check(&run, "achieved-calls").expect("always there")
        };
        assert_eq!(falling_behind(0).verdict, CheckVerdict::Ok);
        assert_eq!(
            falling_behind(1).verdict,
            CheckVerdict::Warn,
            "1 s in 100 s"
        );
        let slow = falling_behind(100);
        assert_eq!(slow.verdict, CheckVerdict::Invalid);
        assert!(
            slow.text.contains("sent at 50.") && slow.text.contains("--rate"),
            "{}",
            slow.text
        );
    }

    #[test]
    fn calls_withheld_on_purpose_are_not_missed() {
        let mut run = Fixture::small()
            .calls(1000, |_, _| answer(20))
            .calls_of("global", 900, |_| answer(20))
            .run();
        run.series[0].counts.withheld = 100;
        assert_eq!(verdict(&run, "achieved-calls"), Some(CheckVerdict::Ok));
    }

    #[test]
    fn an_interrupted_run_says_so_and_stays_usable() {
        let mut run = Fixture::small()
            .calls(100, |_, _| answer(20))
            .calls_of("global", 10, |_| answer(20))
            .run();
        for (completion, word) in [
            (Completion::Interrupted, "interrupted"),
            (Completion::Recovered, "journal"),
        ] {
            run.completion = completion;
            let check = check(&run, "achieved-calls").expect("always there");
            assert_eq!(check.verdict, CheckVerdict::Warn);
            assert!(
                check.text.contains(word)
                    && check.text.contains("110 measured calls of 200 planned"),
                "{}",
                check.text
            );
        }
    }
}
