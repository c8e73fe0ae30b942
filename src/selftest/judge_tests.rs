//! Every limit of the certificate, met and missed with made-up numbers.

use std::time::Duration;

use super::*;
use crate::selftest::findings::Delay;

use ItemVerdict::{Fail, Pass, Warn};

const US: f64 = 1e3;
const MS: f64 = 1e6;

/// A hundred values of `middle`, two of them replaced by `tail`, so that the p99 is the tail.
fn spread(middle: f64, tail: f64) -> Vec<f64> {
    (0..100)
        .map(|i| if i < 2 { tail } else { middle })
        .collect()
}

fn all_answered(made: usize) -> Calls {
    Calls {
        made,
        answered: made,
        first_failure: None,
    }
}

fn sleeps(p50: f64, p99: f64) -> Sleeps {
    let spin = Duration::from_micros(200);
    Sleeps {
        timer_ns: spread(80.0 * US, 2.0 * MS),
        hybrid_ns: spread(p50, p99),
        spin,
        spun_ns: 120.0 * US,
    }
}

fn pace(p50: f64, p99: f64) -> PaceFinding {
    PaceFinding {
        calls: all_answered(4000),
        asked_per_second: 1000.0,
        achieved_per_second: 999.9,
        lateness_ns: spread(p50, p99),
        overhead_ns: vec![60.0 * US; 4000],
        spin_ratio: 0.1,
    }
}

fn stamps(passage: Duration, segments: usize) -> TimestampError {
    TimestampError {
        passages: vec![passage; segments],
        ..TimestampError::default()
    }
}

/// Three delays with that excess in the middle, and that p99 over all.
fn recovery(p50: f64, p99: f64) -> Recovery {
    let delay = |injected_ns| Delay {
        injected_ns,
        excess_ns: spread(p50, p99),
    };
    Recovery {
        calls: all_answered(300),
        delays: [14.0, 49.0, 124.0].map(|ms| delay(ms * MS)).to_vec(),
    }
}

/// Differences around `shift`, none equal.
fn twins(shift: f64) -> Twins {
    let differences_ns = (0..101)
        .map(|i| (f64::from(i * 37 % 101) - 50.01) * US + shift)
        .collect();
    Twins {
        calls: all_answered(202),
        differences_ns,
    }
}

#[test]
fn a_quiet_host_passes_everything() {
    let findings = Findings {
        sleeps: sleeps(2.0 * US, 90.0 * US),
        stamps: Some(stamps(Duration::from_nanos(400), 2000)),
        brisk: pace(30.0 * US, 200.0 * US),
        gentle: pace(30.0 * US, 200.0 * US),
        recovery: recovery(90.0 * US, 400.0 * US),
        twins: twins(0.0),
        link: "bytes".to_owned(),
    };
    let items = items(&findings);
    let names: Vec<_> = items.iter().map(|item| item.name.as_str()).collect();
    let expected = [
        "sleep-overshoot",
        "stamp-error",
        "achieved-rate",
        "client-overhead",
        "known-delay",
        "null-comparison",
    ];
    assert_eq!(names, expected);
    for item in &items {
        assert_eq!(item.verdict, Pass, "{item:?}");
        let simulated = !["sleep-overshoot", "stamp-error"].contains(&item.name.as_str());
        assert_eq!(
            item.subject == Subject::Simulation,
            simulated,
            "{}",
            item.name
        );
        assert!(
            item.text.len() < 500 && item.threshold.len() < 500,
            "a run file takes no longer text"
        );
    }
}

#[test]
fn nothing_measured_fails_everything_but_stamps_that_the_kernel_does_not_make() {
    for item in items(&Findings::default()) {
        let expected = if item.name == "stamp-error" {
            Warn
        } else {
            Fail
        };
        assert_eq!(item.verdict, expected, "{item:?}");
    }
}

#[test]
fn sleeps_are_judged_with_the_spin_and_told_without() {
    let judged = |p50, p99| sleep_overshoot(&sleeps(p50, p99)).verdict;
    assert_eq!([judged(20.0 * US, 200.0 * US), judged(0.0, 0.0)], [Pass; 2]);
    assert_eq!(
        [
            judged(21.0 * US, 100.0 * US),
            judged(2.0 * US, 201.0 * US),
            judged(2.0 * US, 4.9 * MS)
        ],
        [Warn; 3]
    );
    assert_eq!(
        [judged(2.0 * US, 5.0 * MS), judged(5.0 * MS, 5.0 * MS)],
        [Fail; 2]
    );
    let item = sleep_overshoot(&sleeps(2.0 * US, 90.0 * US));
    assert_eq!(
        (
            item.times_ns["timer_p99"],
            item.times_ns["p99"],
            item.times_ns["spun_per_sleep"]
        ),
        (2_000_000, 90_000, 120_000)
    );
    assert!(
        item.text.contains("by the timer alone p50 80.0 µs"),
        "{}",
        item.text
    );
}

#[test]
fn stamps_have_to_be_close_complete_and_in_order() {
    let judged = |found: &TimestampError| timestamp_error(Some(found)).verdict;
    let us = Duration::from_micros;
    assert_eq!(judged(&stamps(us(50), 2000)), Pass);
    assert_eq!(
        [
            judged(&stamps(us(51), 2000)),
            judged(&stamps(us(999), 2000))
        ],
        [Warn; 2]
    );
    assert_eq!(
        [judged(&stamps(us(1000), 2000)), judged(&stamps(us(1), 0))],
        [Fail; 2]
    );
    assert_eq!(
        judged(&TimestampError {
            unstamped: 1,
            ..stamps(us(1), 2000)
        }),
        Warn
    );
    let reversed = |by, number| TimestampError {
        reversed: vec![us(by); number],
        ..stamps(us(1), 2000)
    };
    assert_eq!(
        [judged(&reversed(51, 19)), judged(&reversed(2, 1000))],
        [Pass; 2],
        "clocks are read with an error"
    );
    assert_eq!(judged(&reversed(51, 20)), Fail, "one in a hundred");
    let none = timestamp_error(None);
    assert!(
        none.verdict == Warn && none.text.contains("no kernel timestamps"),
        "{none:?}"
    );
}

#[test]
fn a_rate_has_to_be_reached_and_each_call_sent_on_time() {
    let judged = |p50, p99| achieved_rate(&pace(p50, p99)).verdict;
    assert_eq!(judged(100.0 * US, 1.0 * MS), Pass);
    assert_eq!(
        [judged(101.0 * US, 1.0 * MS), judged(9.0 * US, 1.1 * MS)],
        [Warn; 2]
    );
    assert_eq!(judged(9.0 * US, 5.0 * MS), Fail);
    let reached = |rate| {
        achieved_rate(&PaceFinding {
            achieved_per_second: rate,
            ..pace(0.0, 0.0)
        })
        .verdict
    };
    let verdicts = [995.0, 994.0, 981.0, 980.0, 0.0, f64::NAN].map(reached);
    assert_eq!(verdicts, [Pass, Warn, Warn, Fail, Fail, Fail]);
}

#[test]
fn overhead_is_judged_at_both_rates_and_known_only_with_stamps() {
    let with = |p99| PaceFinding {
        overhead_ns: (0..4000)
            .map(|i| if i < 50 { p99 } else { 50.0 * US })
            .collect(),
        ..pace(0.0, 0.0)
    };
    let judged = |brisk, gentle| client_overhead(&with(brisk), &with(gentle)).verdict;
    assert_eq!(judged(1.0 * MS, 1.0 * MS), Pass);
    assert_eq!(
        [judged(1.1 * MS, 0.1 * MS), judged(0.1 * MS, 9.9 * MS)],
        [Warn; 2]
    );
    assert_eq!(
        [judged(10.0 * MS, 0.1 * MS), judged(0.1 * MS, 10.0 * MS)],
        [Fail; 2]
    );
    let unstamped = PaceFinding {
        overhead_ns: Vec::new(),
        ..pace(0.0, 0.0)
    };
    let item = client_overhead(&unstamped, &unstamped);
    assert!(
        item.verdict == Warn && item.text.contains("no kernel timestamps"),
        "{item:?}"
    );
    let some = PaceFinding {
        overhead_ns: vec![50.0 * US; 3980],
        ..pace(0.0, 0.0)
    };
    assert_eq!(
        client_overhead(&some, &pace(0.0, 0.0)).verdict,
        Warn,
        "99.75 % of the answers"
    );
}

#[test]
fn a_known_delay_has_to_be_found_again_and_nothing_is_faster_than_it() {
    let judged = |p50, p99| known_delay(&recovery(p50, p99), "kernel").verdict;
    assert_eq!(
        [judged(750.0 * US, 5.0 * MS), judged(-40.0 * US, 0.1 * MS)],
        [Pass; 2]
    );
    assert_eq!(
        [
            judged(751.0 * US, 5.0 * MS),
            judged(0.4 * MS, 5.1 * MS),
            judged(4.9 * MS, 49.0 * MS)
        ],
        [Warn; 3]
    );
    assert_eq!(
        [
            judged(5.0 * MS, 9.0 * MS),
            judged(0.4 * MS, 50.0 * MS),
            judged(-51.0 * US, 0.1 * MS)
        ],
        [Fail; 3]
    );
    let apart = |by: f64| {
        let mut uneven = recovery(0.4 * MS, 1.0 * MS);
        uneven.delays[1].excess_ns = spread(0.4 * MS + by, 1.0 * MS);
        known_delay(&uneven, "kernel").verdict
    };
    assert_eq!(
        [
            apart(150.0 * US),
            apart(-150.0 * US),
            apart(151.0 * US),
            apart(-151.0 * US)
        ],
        [Pass, Pass, Warn, Warn]
    );
    let mut one_silent = recovery(0.0, 0.0);
    one_silent.delays[1].excess_ns.clear();
    assert_eq!(
        known_delay(&one_silent, "bytes").verdict,
        Fail,
        "a delay without an answer"
    );
    let text = |link| known_delay(&recovery(90.0 * US, 0.0), link).text;
    assert!(
        text("bytes").contains("+90.0 µs at 14.0 ms") && text("bytes").contains("cannot delay"),
        "{}",
        text("bytes")
    );
    assert!(
        !text("kernel").contains("cannot delay"),
        "{}",
        text("kernel")
    );
}

#[test]
fn twins_are_told_apart_only_when_both_chance_and_insignificance_are_excluded() {
    let judged = |shift| null_comparison(&twins(shift)).verdict;
    assert_eq!([judged(0.0), judged(5.0 * US)], [Pass; 2]);
    assert_eq!(
        [judged(20.0 * US), judged(-20.0 * US)],
        [Warn; 2],
        "beyond chance, but of no consequence"
    );
    assert_eq!([judged(60.0 * US), judged(-60.0 * US)], [Fail; 2]);
    let few = Twins {
        differences_ns: vec![1.0 * MS; 7],
        ..twins(0.0)
    };
    assert_eq!(
        null_comparison(&few).verdict,
        Fail,
        "seven pairs show nothing"
    );
}

#[test]
fn calls_that_fail_count_against_the_item_and_are_named() {
    let lost = |answered| Calls {
        made: 1000,
        answered,
        first_failure: Some("tcp.refused".to_owned()),
    };
    let verdicts = [1000, 995, 994, 981, 980].map(|answered| {
        achieved_rate(&PaceFinding {
            calls: lost(answered),
            ..pace(0.0, 0.0)
        })
        .verdict
    });
    assert_eq!(verdicts, [Pass, Pass, Warn, Warn, Fail]);
    let item = null_comparison(&Twins {
        calls: lost(0),
        differences_ns: Vec::new(),
    });
    assert!(
        item.text.contains("0 of 1000 calls") && item.text.contains("tcp.refused"),
        "{}",
        item.text
    );
}
