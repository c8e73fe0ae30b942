//! The run's doubts about itself, one function each. A check says what was seen, against which threshold, and what to do;
//! it changes no number.

use std::time::Duration;

use crate::plan::{Arrivals, Connection, Load};
use crate::record::Counts;
use crate::results::{Completion, Run};
use crate::stats;

use super::injected::injected_delay;
use super::{Check, CheckVerdict, Row};

/// Every check that applies to the run, in the order of [`CHECKS`].
pub(super) fn all(run: &Run, rows: &[Row]) -> Vec<Check> {
    CHECKS.iter().filter_map(|check| check(run, rows)).collect()
}

type Examine = fn(&Run, &[Row]) -> Option<Check>;

const CHECKS: [Examine; 9] = [
    no_data,
    achieved_calls,
    schedule_slip,
    failed_share,
    throttling,
    connection_kind,
    books_balance,
    injected_delay,
    measuring_cpu,
];

/// Targets without a single answer, which a table must not show as zero.
fn no_data(_: &Run, rows: &[Row]) -> Option<Check> {
    let silent: Vec<&Row> = rows.iter().filter(|row| row.service_time.count == 0).collect();
    let (verdict, text) = match silent.as_slice() {
        [] => (CheckVerdict::Ok, format!("every one of {} targets gave answers", rows.len())),
        all if all.len() == rows.len() => (
            CheckVerdict::Invalid,
            "no target gave an answer that counts; the failures tell why, and --dry-run shows what is called"
                .to_owned(),
        ),
        [first, ..] => (
            CheckVerdict::Warn,
            format!(
                "{} of {} targets gave no answer that counts, {} first; the failures tell why, and the other targets stand",
                silent.len(),
                rows.len(),
                label(first)
            ),
        ),
    };
    Some(Check { name: "no-data", verdict, text })
}

/// Calls made against calls planned. The thresholds are 99.5 and 98 %: a schedule that was not kept is not the load that
/// the plan describes.
fn achieved_calls(run: &Run, rows: &[Row]) -> Option<Check> {
    let name = "achieved-calls";
    let issued = total(rows, |counts| counts.issued);
    let withheld = total(rows, |counts| counts.withheld);
    let planned = run.plan.planned_requests().saturating_sub(run.plan.planned_warmup()).saturating_sub(withheld);
    match (run.completion, run.plan.load) {
        (Completion::Interrupted, _) => Some(Check {
            name,
            verdict: CheckVerdict::Warn,
            text: format!(
                "the run was interrupted after {issued} measured calls{}; the numbers cover only the time until then, so repeat it for the whole",
                of_planned(run.plan.load, planned)
            ),
        }),
        (Completion::Recovered, _) => Some(Check {
            name,
            verdict: CheckVerdict::Warn,
            text: format!(
                "the run was cut off and rebuilt from its journal with {issued} measured calls{}; the last block may be incomplete, so repeat it for the whole",
                of_planned(run.plan.load, planned)
            ),
        }),
        (Completion::Complete, Load::Closed { .. }) => None,
        (Completion::Complete, Load::Audit { .. } | Load::Open { .. }) => {
            let share = |made: f64| if planned == 0 { 1.0 } else { made / planned as f64 };
            let by_chance = chance(run.plan.load, planned);
            let verdict = match share(issued as f64 + by_chance) {
                s if s < 0.98 => CheckVerdict::Invalid,
                s if s < 0.995 => CheckVerdict::Warn,
                _ => CheckVerdict::Ok,
            };
            let kept_back = if withheld > 0 { format!(", {withheld} withheld ones left aside") } else { String::new() };
            let advice = advice(verdict, "; lower --rate or measure from an idle machine");
            let leeway = if by_chance > 0.0 {
                format!(" of the planned number, which chance moves by up to {by_chance:.0}")
            } else {
                String::new()
            };
            let text = format!(
                "{issued} of {planned} planned calls were made{kept_back} ({}; at least 99.5 % wanted{leeway}){advice}",
                percent(share(issued as f64))
            );
            Some(Check { name, verdict, text })
        }
    }
}

/// By how many calls chance alone can miss the plan: the number of a Poisson schedule's arrivals is itself random, with the
/// square root of its mean as the standard deviation; four of them are exceeded once in thirty thousand runs.
fn chance(load: Load, planned: u64) -> f64 {
    match load {
        Load::Open { arrivals: Arrivals::Poisson, .. } => 4.0 * (planned as f64).sqrt(),
        Load::Open { arrivals: Arrivals::Constant, .. } | Load::Audit { .. } | Load::Closed { .. } => 0.0,
    }
}

fn of_planned(load: Load, planned: u64) -> String {
    match load {
        Load::Audit { .. } | Load::Open { .. } => format!(" of {planned} planned"),
        Load::Closed { .. } => String::new(),
    }
}

/// How late calls were sent. Lateness belongs to the machine that measures, so all targets tell about it together.
fn schedule_slip(run: &Run, rows: &[Row]) -> Option<Check> {
    let mut lateness = run.series.first()?.lateness.clone();
    run.series.iter().skip(1).for_each(|series| lateness.merge(&series.lateness));
    let late = stats::quantile(&lateness.to_hdr(), 0.99)?;
    let (verdict, limit) = match run.plan.load {
        Load::Audit { round, .. } => audit_slip(late, round),
        Load::Open { .. } => open_slip(late, rows),
        Load::Closed { .. } => return None,
    };
    let milliseconds = late / 1e6;
    let text = match verdict {
        CheckVerdict::Ok => format!("99 % of the calls were sent at most {milliseconds:.2} ms late (limit: {limit})"),
        CheckVerdict::Warn | CheckVerdict::Invalid => format!(
            "1 % of the calls were sent {milliseconds:.2} ms late or later, beyond {limit}; lower the rate or measure from an idle machine"
        ),
    };
    Some(Check { name: "schedule-slip", verdict, text })
}

/// An audit compares service times, which count from the actual send, so a late call is no wrong number. It is doubted when
/// lateness tells of a busy machine, and refused when calls leave their round and the order is no longer fair.
fn audit_slip(late: f64, round: Duration) -> (CheckVerdict, String) {
    let half_a_round = round.as_nanos() as f64 / 2.0;
    match late {
        late if late > half_a_round => (CheckVerdict::Invalid, "half a round".to_owned()),
        late if late > 5.0 * MILLISECOND => (CheckVerdict::Warn, "5 ms".to_owned()),
        _ => (CheckVerdict::Ok, "5 ms".to_owned()),
    }
}

/// An open load's response times count from the intended send, so lateness is in them: it is doubted from 1 % of a target's
/// p50 on and refused from 5 % on, with floors at 1 and 5 ms.
fn open_slip(late: f64, rows: &[Row]) -> (CheckVerdict, String) {
    let beyond = |share: f64, floor: f64| {
        let slower = |median: f64| late > f64::max(share * median, floor);
        rows.iter().any(|row| row.service_time.percentile(0.5).is_some_and(slower))
    };
    if beyond(0.05, 5.0 * MILLISECOND) {
        return (CheckVerdict::Invalid, "the larger of 5 % of a p50 and 5 ms".to_owned());
    }
    let verdict = if beyond(0.01, MILLISECOND) { CheckVerdict::Warn } else { CheckVerdict::Ok };
    (verdict, "the larger of 1 % of a p50 and 1 ms".to_owned())
}

const MILLISECOND: f64 = 1e6;

/// The share of failed calls. From 1 % on, the p99 of the answers is not what a caller sees; from 50 % on, no percentile is.
fn failed_share(_: &Run, rows: &[Row]) -> Option<Check> {
    let share = |row: &Row| ratio(row.counts.faults.saturating_add(row.counts.failures), row.counts.issued);
    // A target without any answer shows no percentile that could mislead; the check for missing data names it.
    let answering = rows.iter().filter(|row| row.service_time.count > 0);
    let worst = answering.max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let failed = worst.counts.faults.saturating_add(worst.counts.failures);
    let verdict = match share(worst) {
        s if s >= 0.5 => CheckVerdict::Invalid,
        s if s >= 0.01 => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    };
    let text = if failed == 0 {
        "no call failed on a target that answers".to_owned()
    } else {
        format!(
            "at worst {failed} of {} calls failed ({}, {}); percentiles are of the answers alone, and one that failures reach (p99 from 1 %, p50 from 50 %) is not compared{}",
            worst.counts.issued,
            percent(share(worst)),
            label(worst),
            advice(verdict, "; see the failures")
        )
    };
    Some(Check { name: "failed-share", verdict, text })
}

/// Answers that ask for fewer requests: one is worth a warning, more than 0.1 % of an endpoint's calls make its numbers
/// those of a throttled endpoint.
fn throttling(_: &Run, rows: &[Row]) -> Option<Check> {
    let mut endpoints: Vec<(&str, u64, u64)> = Vec::new();
    for row in rows {
        match endpoints.iter_mut().find(|(name, ..)| *name == row.endpoint) {
            Some((_, throttled, issued)) => {
                *throttled = throttled.saturating_add(row.counts.throttled);
                *issued = issued.saturating_add(row.counts.issued);
            }
            None => endpoints.push((&row.endpoint, row.counts.throttled, row.counts.issued)),
        }
    }
    endpoints.retain(|(_, throttled, _)| *throttled > 0);
    let worst = endpoints.iter().max_by(|a, b| ratio(a.1, a.2).total_cmp(&ratio(b.1, b.2)));
    let Some(&(endpoint, throttled, issued)) = worst else {
        return Some(Check { name: "throttling", verdict: CheckVerdict::Ok, text: "STS throttled no call".to_owned() });
    };
    let share = ratio(throttled, issued);
    let verdict = if share > 0.001 { CheckVerdict::Invalid } else { CheckVerdict::Warn };
    let others = match endpoints.len() {
        1 => String::new(),
        n => format!(", and calls to {} more", n - 1),
    };
    let text = format!(
        "STS throttled {throttled} of {issued} calls to {endpoint} ({}; limit 0.1 %){others}; lower --rate-per-endpoint and mind who else uses the account's quota",
        percent(share)
    );
    Some(Check { name: "throttling", verdict, text })
}

/// Calls that found another kind of connection than the target's. Paced loads open each block's connections by calls that
/// do not count, so a call that had to dial met a server that closes early or issues no session tickets; one in a hundred
/// is let pass. A closed load opens each connection by a call that would have counted.
fn connection_kind(run: &Run, rows: &[Row]) -> Option<Check> {
    let kept: Vec<&Row> = rows.iter().filter(|row| row.connection != Connection::Cold).collect();
    if kept.is_empty() {
        return None;
    }
    let worst = kept.iter().max_by_key(|row| row.counts.redialled)?;
    let redialled = worst.counts.redialled;
    let expected = match run.plan.load {
        Load::Audit { .. } | Load::Open { .. } => worst.counts.issued / 100,
        Load::Closed { concurrency, .. } => u64::from(concurrency),
    };
    let verdict = if redialled > expected { CheckVerdict::Warn } else { CheckVerdict::Ok };
    let text = if redialled == 0 {
        "every call found the kind of connection that it wanted".to_owned()
    } else {
        format!(
            "at most {redialled} of {} calls had to open a connection first ({}; up to {expected} are let pass) and are left out of its numbers{}",
            worst.counts.issued,
            label(worst),
            advice(
                verdict,
                "; the server closes connections early, so lower --connections-per-target or raise the rate"
            )
        )
    };
    Some(Check { name: "connection-kind", verdict, text })
}

/// Requests that the simulated fleet saw against calls that were made. A call that failed need not have arrived; more
/// requests than calls would be hidden retries.
///
/// `requests_seen` counts the run's own calls, warm-up included and preflight excluded.
fn books_balance(run: &Run, rows: &[Row]) -> Option<Check> {
    let seen = run.vantage.simulation.as_ref()?.requests_seen?;
    let made = total(rows, |counts| counts.issued.saturating_add(counts.warmup));
    let failed = total(rows, |counts| counts.failures.saturating_add(counts.warmup_failures));
    let balanced = seen <= made && seen >= made.saturating_sub(failed);
    let verdict = if balanced { CheckVerdict::Ok } else { CheckVerdict::Invalid };
    let text = format!(
        "the simulated fleet saw {seen} requests for {made} calls, of which {failed} got no answer{}",
        advice(verdict, "; the two must agree but for those, so do not use the numbers and report the fault")
    );
    Some(Check { name: "books-balance", verdict, text })
}

/// How busy the measuring thread was. Above half a core, its own queueing enters what it measures.
fn measuring_cpu(run: &Run, _: &[Row]) -> Option<Check> {
    let share = run.measuring_cpu_ratio.filter(|ratio| MEASURABLE_CPU.contains(ratio))?;
    let verdict = if share > 0.5 { CheckVerdict::Warn } else { CheckVerdict::Ok };
    let text = format!(
        "the measuring thread used {} of a core (limit 50 %){}",
        percent(share),
        advice(verdict, "; lower --rate or --concurrency, its own queueing enters the numbers")
    );
    Some(Check { name: "measuring-cpu", verdict, text })
}

/// One thread uses one core at most; what lies far beyond was not measured.
const MEASURABLE_CPU: std::ops::RangeInclusive<f64> = 0.0..=2.0;

fn total(rows: &[Row], count: impl Fn(&Counts) -> u64) -> u64 {
    rows.iter().fold(0, |sum, row| sum.saturating_add(count(&row.counts)))
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn label(row: &Row) -> String {
    format!("{} {} {}", row.endpoint, row.operation, row.connection)
}

fn advice(verdict: CheckVerdict, text: &'static str) -> &'static str {
    match verdict {
        CheckVerdict::Ok => "",
        CheckVerdict::Warn | CheckVerdict::Invalid => text,
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::fixture::{Fixture, answer, refused, throttled};
    use crate::compare::summarise;

    use super::*;

    fn verdict(run: &Run, name: &str) -> Option<CheckVerdict> {
        summarise(run).checks.into_iter().find(|check| check.name == name).map(|check| check.verdict)
    }

    fn quiet() -> Run {
        Fixture::small().calls(1000, |_, _| answer(20)).simulated_run()
    }

    #[test]
    fn a_quiet_run_passes_every_check() {
        let checks = summarise(&quiet()).checks;
        // All but the comparison with injected delays: the made-up fleet injects none.
        assert_eq!(checks.len(), CHECKS.len() - 1);
        assert!(checks.iter().all(|check| check.verdict == CheckVerdict::Ok), "{checks:#?}");
    }

    fn slip(load: Option<Load>, milliseconds: u64, service: u64) -> Option<CheckVerdict> {
        let mut run = Fixture::small()
            .calls(1000, |_, i| {
                let late = if i < 15 { Duration::from_millis(milliseconds) } else { Duration::ZERO };
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
            let open = Load::Open { rate_per_second: 30.0, arrivals: Arrivals::Constant, duration };
            slip(Some(open), milliseconds, service)
        };
        assert_eq!(late_by(2, 20), Some(CheckVerdict::Warn));
        assert_eq!(late_by(2, 300), Some(CheckVerdict::Ok), "2 ms are less than 1 % of 300 ms");
        assert_eq!(late_by(6, 20), Some(CheckVerdict::Invalid));
        assert_eq!(late_by(6, 200), Some(CheckVerdict::Warn));
        assert_eq!(late_by(200, 20), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn late_sends_of_an_audit_are_refused_when_calls_leave_their_round() {
        // The fixture's rounds are 400 ms long.
        assert_eq!(slip(None, 3, 20), Some(CheckVerdict::Ok));
        assert_eq!(slip(None, 40, 20), Some(CheckVerdict::Warn));
        assert_eq!(slip(None, 240, 20), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn calls_that_were_planned_and_not_made_invalidate_a_complete_run() {
        let short = |calls| {
            let fixture = Fixture::small().calls(1000, |_, _| answer(20)).calls_of("global", calls, |_| answer(20));
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
            run.plan.load = Load::Open { rate_per_second: 100.0, arrivals, duration: Duration::from_secs(10) };
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
    fn calls_withheld_on_purpose_are_not_missed() {
        let mut run = Fixture::small().calls(1000, |_, _| answer(20)).calls_of("global", 900, |_| answer(20)).run();
        run.series[0].counts.withheld = 100;
        assert_eq!(verdict(&run, "achieved-calls"), Some(CheckVerdict::Ok));
    }

    #[test]
    fn an_interrupted_run_says_so_and_stays_usable() {
        let mut run = Fixture::small().calls(100, |_, _| answer(20)).calls_of("global", 10, |_| answer(20)).run();
        for (completion, word) in [(Completion::Interrupted, "interrupted"), (Completion::Recovered, "journal")] {
            run.completion = completion;
            let checks = summarise(&run).checks;
            let check = checks.iter().find(|check| check.name == "achieved-calls").expect("always there");
            assert_eq!(check.verdict, CheckVerdict::Warn);
            assert!(
                check.text.contains(word) && check.text.contains("110 measured calls of 200 planned"),
                "{}",
                check.text
            );
        }
    }

    #[test]
    fn failures_warn_from_one_in_a_hundred_and_refuse_from_one_in_two() {
        let failing = |every| {
            let end = move |i: u32| if i.is_multiple_of(every) { refused() } else { answer(20) };
            verdict(&Fixture::small().calls(1000, move |_, i| end(i)).run(), "failed-share")
        };
        assert_eq!(failing(200), Some(CheckVerdict::Ok));
        assert_eq!(failing(100), Some(CheckVerdict::Warn));
        assert_eq!(failing(2), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn one_throttled_call_warns_and_more_than_one_in_a_thousand_refuse() {
        let throttle = |times| {
            let fixture = Fixture::small().calls(1000, |_, _| answer(20));
            let run = fixture.calls_of("eu-west-1", 1000, |i| if i < times { throttled() } else { answer(20) }).run();
            verdict(&run, "throttling")
        };
        assert_eq!(
            [throttle(0), throttle(1), throttle(2)].map(|v| v.expect("always there")),
            [CheckVerdict::Ok, CheckVerdict::Warn, CheckVerdict::Invalid]
        );
    }

    #[test]
    fn one_call_in_a_hundred_may_have_to_open_a_connection_and_not_more() {
        let redial = |times| {
            let end = move |i| if i < times { answer(60).over(Connection::Cold) } else { answer(20) };
            verdict(&Fixture::small().calls(200, move |_, i| end(i)).run(), "connection-kind")
        };
        assert_eq!((redial(2), redial(3)), (Some(CheckVerdict::Ok), Some(CheckVerdict::Warn)));
    }

    #[test]
    fn the_books_balance_but_for_calls_that_got_no_answer() {
        let seen = |mut run: Run, difference: i64| {
            let simulation = run.vantage.simulation.as_mut().expect("simulated");
            simulation.requests_seen = simulation.requests_seen.map(|seen| seen.saturating_add_signed(difference));
            verdict(&run, "books-balance")
        };
        assert_eq!(seen(quiet(), 0), Some(CheckVerdict::Ok));
        assert_eq!(seen(quiet(), 1), Some(CheckVerdict::Invalid), "a hidden retry");
        assert_eq!(seen(quiet(), -1), Some(CheckVerdict::Invalid), "a sample without a request");
        let failing = || Fixture::small().calls(100, |_, i| if i < 3 { refused() } else { answer(20) }).simulated_run();
        assert_eq!((seen(failing(), -6), seen(failing(), -7)), (Some(CheckVerdict::Ok), Some(CheckVerdict::Invalid)));
        assert_eq!(verdict(&Fixture::small().calls(9, |_, _| answer(1)).run(), "books-balance"), None);
    }

    #[test]
    fn a_busy_measuring_thread_is_told() {
        let mut run = quiet();
        run.measuring_cpu_ratio = Some(0.51);
        assert_eq!(verdict(&run, "measuring-cpu"), Some(CheckVerdict::Warn));
        run.measuring_cpu_ratio = None;
        assert_eq!(verdict(&run, "measuring-cpu"), None);
    }

    #[test]
    fn fault_47_missing_data_is_told_and_all_of_it_missing_is_refused() {
        let some = Fixture::small().calls(20, |_, _| answer(20)).calls_of("global", 20, |_| refused());
        assert_eq!(verdict(&some.run(), "no-data"), Some(CheckVerdict::Warn));
        assert_eq!(
            verdict(&Fixture::small().calls(20, |_, _| refused()).run(), "no-data"),
            Some(CheckVerdict::Invalid)
        );
    }
}
