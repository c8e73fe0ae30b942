//! Findings into items: numbers in, verdicts out. It measures nothing, so that every limit can be tested with made-up
//! numbers.

use crate::report::{count, duration, percent};
use crate::results::{Item, ItemVerdict, Subject};
use crate::transport::TimestampError;
use latency_stats::{sample_quantile, signed_rank};

use super::findings::{Calls, Findings, PaceFinding, Recovery, Sleeps, Twins, nanoseconds};
use super::item::{ItemBuilder, Spread, graded, share, signed};

/// The items of the certificate, in the order of the test.
pub(super) fn items(findings: &Findings) -> Vec<Item> {
    vec![
        sleep_overshoot(&findings.sleeps),
        timestamp_error(findings.stamps.as_ref()),
        achieved_rate(&findings.brisk),
        client_overhead(&findings.brisk, &findings.gentle),
        known_delay(&findings.recovery, &findings.link),
        null_comparison(&findings.twins),
    ]
}

/// A sleep that ends in a spin should end on time; the timer alone is told beside it.
fn sleep_overshoot(sleeps: &Sleeps) -> Item {
    let (timer, hybrid) = (Spread::of(&sleeps.timer_ns), Spread::of(&sleeps.hybrid_ns));
    let item = ItemBuilder {
        name: "sleep-overshoot",
        subject: Subject::Host,
        threshold: format!(
            "with the spin p50 at most {}, p99 at most {}; fails from p99 {}",
            duration(SLEEP_P50_NS),
            duration(SLEEP_P99_NS),
            duration(SLIP_NS)
        ),
        ..ItemBuilder::default()
    };
    let Some((timer, hybrid)) = timer.zip(hybrid) else {
        return item.failed("no sleep ended");
    };
    let verdict =
        graded(hybrid.p50, SLEEP_P50_NS, SLIP_NS).max(graded(hybrid.p99, SLEEP_P99_NS, SLIP_NS));
    item.times(&[
        ("timer_p50", timer.p50),
        ("timer_p99", timer.p99),
        ("p50", hybrid.p50),
        ("p99", hybrid.p99),
        ("spun_per_sleep", sleeps.spun_ns),
    ])
    .judged(
        verdict,
        format!(
            "woken late by p50 {}, p99 {} after watching the clock for {}, which took {} of each sleep; by the timer alone \
             p50 {}, p99 {}",
            duration(hybrid.p50),
            duration(hybrid.p99),
            duration(nanoseconds(sleeps.spin)),
            duration(sleeps.spun_ns),
            duration(timer.p50),
            duration(timer.p99)
        ),
    )
}

/// The stamps of one segment at both ends of a loopback connection lie its way apart, and in that order.
fn timestamp_error(found: Option<&TimestampError>) -> Item {
    let item = ItemBuilder {
        name: "stamp-error",
        subject: Subject::Host,
        threshold: format!(
            "between the two ends' stamps of a segment p99 at most {}, none missing; fails from p99 {} or when one in a \
             hundred is reversed by more than {}",
            duration(STAMP_P99_NS),
            duration(STAMP_USELESS_NS),
            duration(CLOCK_READING_NS)
        ),
        ..ItemBuilder::default()
    };
    let Some(found) = found else {
        return item.judged(
            ItemVerdict::Warn,
            "no kernel timestamps: times are those of the program's own clock".to_owned(),
        );
    };
    let passages: Vec<f64> = found.passages.iter().copied().map(nanoseconds).collect();
    let Some(passage) = Spread::of(&passages) else {
        return item.failed("no segment had both its stamps");
    };
    let reversed = found
        .reversed
        .iter()
        .filter(|by| nanoseconds(**by) > CLOCK_READING_NS)
        .count();
    let reversed_share = reversed as f64 / passages.len() as f64;
    let verdict = match graded(passage.p99, STAMP_P99_NS, STAMP_USELESS_NS) {
        _ if reversed_share >= REVERSED_SHARE => ItemVerdict::Fail,
        ItemVerdict::Pass if found.unstamped > 0 => ItemVerdict::Warn,
        verdict => verdict,
    };
    item.times(&[("p50", passage.p50), ("p99", passage.p99)])
        .numbers(&[
            ("segments", passages.len() as f64),
            ("unstamped", found.unstamped as f64),
            ("reversed", reversed as f64),
        ])
        .judged(
            verdict,
            format!(
                "a segment's stamps at both ends of a loopback connection lie p50 {}, p99 {} apart, its way included; {} of \
                 {} reversed, {} unstamped",
                duration(passage.p50),
                duration(passage.p99),
                count(reversed as u64),
                count(passages.len() as u64),
                count(found.unstamped)
            ),
        )
}

/// A thousand calls a second, each at its time.
fn achieved_rate(pace: &PaceFinding) -> Item {
    let item = ItemBuilder {
        name: "achieved-rate",
        subject: Subject::Simulation,
        threshold: format!(
            "at least {} of the rate, sent late by p50 at most {}, p99 at most {}; fails below {} or from p99 {}",
            share(RATE_PASS),
            duration(LATENESS_P50_NS),
            duration(LATENESS_P99_NS),
            share(RATE_WARN),
            duration(SLIP_NS)
        ),
        ..ItemBuilder::default()
    };
    let Some(late) = Spread::of(&pace.lateness_ns).filter(|_| pace.calls.answered > 1) else {
        return item.failed(&unanswered(&pace.calls));
    };
    let achieved = pace.achieved_per_second / pace.asked_per_second;
    let verdict = graded(-achieved, -RATE_PASS, -RATE_WARN)
        .max(graded(late.p50, LATENESS_P50_NS, SLIP_NS))
        .max(graded(late.p99, LATENESS_P99_NS, SLIP_NS))
        .max(unanswered_verdict(&pace.calls));
    item.times(&[("lateness_p50", late.p50), ("lateness_p99", late.p99)])
        .numbers(&[
            ("asked_per_second", pace.asked_per_second),
            ("achieved_per_second", pace.achieved_per_second),
            ("spin_ratio", pace.spin_ratio),
        ])
        .judged(
            verdict,
            format!(
                "{:.0} of {:.0} calls a second, sent late by p50 {}, p99 {}; the spin cost {} of a core{}",
                pace.achieved_per_second,
                pace.asked_per_second,
                duration(late.p50),
                duration(late.p99),
                percent(pace.spin_ratio),
                loss(&pace.calls)
            ),
        )
}

/// What the program's own clock would add, which the kernel's timestamps leave out.
fn client_overhead(brisk: &PaceFinding, gentle: &PaceFinding) -> Item {
    let item = ItemBuilder {
        name: "client-overhead",
        subject: Subject::Simulation,
        threshold: format!(
            "p99 at most {} at both rates, at least {} of the answers stamped; fails from p99 {}",
            duration(OVERHEAD_P99_NS),
            share(STAMPED_SHARE),
            duration(OVERHEAD_FAIL_NS)
        ),
        ..ItemBuilder::default()
    };
    let answered = brisk.calls.answered + gentle.calls.answered;
    if answered == 0 {
        return item.failed(&unanswered(&brisk.calls));
    }
    let Some((brisk_own, gentle_own)) =
        Spread::of(&brisk.overhead_ns).zip(Spread::of(&gentle.overhead_ns))
    else {
        let text =
            "no kernel timestamps: what this program adds is in its times and cannot be told";
        return item.judged(ItemVerdict::Warn, text.to_owned());
    };
    let stamped = (brisk.overhead_ns.len() + gentle.overhead_ns.len()) as f64 / answered as f64;
    let verdict = graded(
        brisk_own.p99.max(gentle_own.p99),
        OVERHEAD_P99_NS,
        OVERHEAD_FAIL_NS,
    );
    let verdict = if stamped < STAMPED_SHARE {
        verdict.max(ItemVerdict::Warn)
    } else {
        verdict
    };
    item.times(&[
        ("p50_at_1000_per_second", brisk_own.p50),
        ("p99_at_1000_per_second", brisk_own.p99),
        ("p50_at_100_per_second", gentle_own.p50),
        ("p99_at_100_per_second", gentle_own.p99),
    ])
    .numbers(&[("stamped_ratio", stamped)])
    .judged(
        verdict,
        format!(
            "this program's own clock would add p50 {}, p99 {} at {:.0} calls/s and p50 {}, p99 {} at {:.0} calls/s; the \
             kernel stamped {} of the answers",
            duration(brisk_own.p50),
            duration(brisk_own.p99),
            brisk.asked_per_second,
            duration(gentle_own.p50),
            duration(gentle_own.p99),
            gentle.asked_per_second,
            share(stamped)
        ),
    )
}

/// What was injected has to be what is measured. The fleet's own lateness counts against the instrument here.
fn known_delay(recovery: &Recovery, link: &str) -> Item {
    let item = ItemBuilder {
        name: "known-delay",
        subject: Subject::Simulation,
        threshold: format!(
            "measured minus injected p50 at most {} at every delay and {} apart between delays, p99 at most {} over all; \
             fails from p50 {}, p99 {}, or {} below what was injected",
            duration(EXCESS_P50_NS),
            duration(EXCESS_APART_NS),
            duration(EXCESS_P99_NS),
            duration(EXCESS_FAIL_P50_NS),
            duration(EXCESS_FAIL_P99_NS),
            duration(CLOCK_READING_NS)
        ),
        ..ItemBuilder::default()
    };
    let medians: Vec<(f64, f64)> = recovery
        .delays
        .iter()
        .filter_map(|delay| Some((delay.injected_ns, sample_quantile(&delay.excess_ns, 0.5)?)))
        .collect();
    let excess = recovery.delays.iter().flat_map(|delay| &delay.excess_ns);
    let all: Vec<f64> = excess.copied().collect();
    let Some(spread) = Spread::of(&all).filter(|_| medians.len() == recovery.delays.len()) else {
        return item.failed(&unanswered(&recovery.calls));
    };
    let least = medians
        .iter()
        .map(|(_, excess)| *excess)
        .fold(f64::INFINITY, f64::min);
    let most = medians
        .iter()
        .map(|(_, excess)| *excess)
        .fold(f64::NEG_INFINITY, f64::max);
    let verdict = graded(most, EXCESS_P50_NS, EXCESS_FAIL_P50_NS)
        .max(graded(most - least, EXCESS_APART_NS, EXCESS_FAIL_P50_NS))
        .max(graded(spread.p99, EXCESS_P99_NS, EXCESS_FAIL_P99_NS))
        .max(graded(-least, CLOCK_READING_NS, CLOCK_READING_NS))
        .max(unanswered_verdict(&recovery.calls));
    let each = medians
        .iter()
        .map(|(injected, excess)| format!("{} at {}", signed(*excess), duration(*injected)));
    item.times(&[
        ("excess_p50_most", most),
        ("excess_p50_least", least),
        ("excess_p50_apart", most - least),
        ("excess_p99", spread.p99),
    ])
    .numbers(&[("calls", all.len() as f64)])
    .judged(
        verdict,
        format!(
            "measured minus injected p50 {}, {} apart; p99 {} over all ({}; the fleet's own lateness included){}",
            each.collect::<Vec<_>>().join(", "),
            duration(most - least),
            signed(spread.p99),
            kinds_of_calls(link),
            loss(&recovery.calls)
        ),
    )
}

/// Which calls the delays are found in.
fn kinds_of_calls(link: &str) -> &'static str {
    if link == "bytes" {
        "warm calls only, since the link `bytes` cannot delay TCP's handshake"
    } else {
        "warm calls"
    }
}

/// Two equal endpoints must show no significant difference.
fn null_comparison(twins: &Twins) -> Item {
    let item = ItemBuilder {
        name: "null-comparison",
        subject: Subject::Simulation,
        threshold: format!(
            "two equal endpoints show no significant difference at {} (Wilcoxon's signed-rank test, paired by round); \
             fails when they do and the median difference is {} or more",
            percent(SIGNIFICANCE),
            duration(DIFFERENCE_NS)
        ),
        ..ItemBuilder::default()
    };
    let differences = &twins.differences_ns;
    let median = sample_quantile(differences, 0.5).filter(|_| differences.len() >= FEWEST_PAIRS);
    let Some((median, p)) = median.zip(signed_rank(differences)) else {
        return item.failed(&unanswered(&twins.calls));
    };
    let verdict = match (p < SIGNIFICANCE, median.abs() >= DIFFERENCE_NS) {
        (true, true) => ItemVerdict::Fail,
        (true, false) => ItemVerdict::Warn,
        (false, _) => unanswered_verdict(&twins.calls),
    };
    item.times(&[("median_difference", median)]).numbers(&[("p_value", p), ("pairs", differences.len() as f64)]).judged(
        verdict,
        format!(
            "two endpoints that do not differ lie {} apart in the median of {} rounds, p = {p:.3}{}",
            duration(median.abs()),
            count(differences.len() as u64),
            loss(&twins.calls)
        ),
    )
}

/// Why there is nothing to judge.
fn unanswered(calls: &Calls) -> String {
    let failure = calls
        .first_failure
        .as_deref()
        .map(|code| format!("; the first failed with {code}"));
    format!(
        "{} of {} calls were answered, too few to judge{}",
        calls.answered,
        calls.made,
        failure.unwrap_or_default()
    )
}

/// Calls over loopback do not fail by themselves.
fn unanswered_verdict(calls: &Calls) -> ItemVerdict {
    graded(
        -(calls.answered as f64),
        -(calls.made as f64 * ANSWERED_PASS),
        -(calls.made as f64 * ANSWERED_WARN),
    )
}

fn loss(calls: &Calls) -> String {
    match calls.made.saturating_sub(calls.answered) {
        0 => String::new(),
        lost => format!(
            "; {lost} of {} calls were not answered over a kept connection",
            calls.made
        ),
    }
}

/// The instrument's goal for sends on an otherwise quiet machine.
const SLEEP_P50_NS: f64 = 20e3;
const SLEEP_P99_NS: f64 = 200e3;
/// From here on a run warns of its own schedule (check `schedule-slip`).
const SLIP_NS: f64 = 5e6;
/// The instrument's goal for recorded times against the wire.
const STAMP_P99_NS: f64 = 50e3;
/// No better than what a thread's own clock would tell.
const STAMP_USELESS_NS: f64 = 1e6;
/// The kernel stamps by the wall clock; bringing that to the monotonic one takes two readings that lie at most 2 µs apart,
/// and an interruption in between costs more. Reversals up to here are of that kind.
const CLOCK_READING_NS: f64 = 50e3;
const REVERSED_SHARE: f64 = 0.01;
/// As the check `achieved-calls` has it.
const RATE_PASS: f64 = 0.995;
const RATE_WARN: f64 = 0.98;
/// Five times the goal for sends: here they also hold TLS's record and share the processor with the service.
const LATENESS_P50_NS: f64 = 5.0 * SLEEP_P50_NS;
const LATENESS_P99_NS: f64 = 5.0 * SLEEP_P99_NS;
/// A thread that is woken within a millisecond is prompt, by the measure of a network.
const OVERHEAD_P99_NS: f64 = 1e6;
/// As long as a whole call to the Region next door.
const OVERHEAD_FAIL_NS: f64 = 10e6;
/// As the check `wire-clock` has it.
const STAMPED_SHARE: f64 = 0.999;
/// Each call waits for the fleet three times (there, at work, back), and each time the fleet is woken late: together 0.3 to
/// 0.7 ms in the middle and 2 to 5 ms in the tail, on a quiet virtual machine of two cores and over either link.
const EXCESS_P50_NS: f64 = 750e3;
const EXCESS_P99_NS: f64 = 5e6;
/// What all delays share cancels between them, and what is left is what a comparison of two endpoints is wrong by.
const EXCESS_APART_NS: f64 = 150e3;
/// The check `injected-delay` tolerates this.
const EXCESS_FAIL_P50_NS: f64 = 5e6;
const EXCESS_FAIL_P99_NS: f64 = 50e6;
/// One honest test in a hundred warns.
const SIGNIFICANCE: f64 = 0.01;
/// Below the instrument's goal for one recorded time, a difference is nothing that a user could act on.
const DIFFERENCE_NS: f64 = 50e3;
/// With fewer pairs no difference can be found at that level, since 2 × 2⁻⁸ is the first below 1 %.
const FEWEST_PAIRS: usize = 8;
/// Of the calls, those that have to be answered.
const ANSWERED_PASS: f64 = 0.995;
const ANSWERED_WARN: f64 = 0.98;

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
