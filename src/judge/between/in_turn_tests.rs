//! Runs that were not measured at the same time: windows in turn under a trend, and one run after the other.

use crate::judge::Verdict;
use crate::judge::synthetic_run::{Fixture, answer_after, refused};
use crate::results::{Run, moment};

use super::between_tests::windows_at;
use super::*;

/// The same build in windows at these places, each of which is slower than the place before by `trend`.
fn drifting(seed: u64, places: &[i64], trend: f64) -> Run {
    let mut noise = seed;
    let windows = places.len();
    let run = Fixture::of("eu-west-1,eu-west-2").calls(192, |_, i| {
        noise = noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let share = (noise >> 40) as f64 / (1_u64 << 24) as f64;
        let place = places[i as usize / (192 / 16) / (16 / windows)] as f64;
        let milliseconds = 50.0 * (1.0 + trend * place) * (0.9 + 0.2 * share);
        answer_after(std::time::Duration::from_secs_f64(milliseconds / 1e3))
    });
    let mut run = run.run();
    run.header.run_id = format!("20261122-120000-{seed:08}");
    let minutes: Vec<i64> = places.iter().map(|place| place * 60).collect();
    windows_at(run, &minutes)
}

fn compared(order: &str, seed: u64, trend: f64) -> Result<Between, BetweenError> {
    let places = |side: char| -> Vec<i64> {
        let windows = (0..).zip(order.chars());
        windows
            .filter(|(_, of)| *of == side)
            .map(|(place, _)| place)
            .collect()
    };
    let [a, b] = [('A', 2 * seed), ('B', 2 * seed + 1)]
        .map(|(side, seed)| drifting(seed, &places(side), trend));
    between(&a, &b, &[], now())
}

fn now() -> time::OffsetDateTime {
    moment("2026-12-01T00:00:00Z").expect("a date")
}

#[test]
fn a_trend_over_windows_that_take_turns_is_no_difference() {
    for trend in [0.03, 0.015] {
        let refusal = compared("ABABABABABABABAB", 1, trend).expect_err("refused");
        let text = refusal.to_string();
        assert!(
            matches!(refusal, BetweenError::Unbalanced { .. })
                && text.contains("the candidate's windows were 60.0 min later on average")
                && text.contains("in the order A B B A"),
            "{text}"
        );
        for order in ["ABBAABBAABBAABBA", "BAABBAABBAABBAAB", "ABBABABAABBABAAB"] {
            for seed in 0..3 {
                let found = compared(order, seed, trend).expect("balanced");
                assert_eq!(found.design, Design::Windows { windows: 8 });
                let words: Vec<_> = found.targets.iter().map(Matched::verdict).collect();
                let told_apart = |verdict: &Option<Verdict>| {
                    !matches!(verdict, Some(Verdict::Inconclusive | Verdict::Equivalent))
                };
                assert!(!words.iter().any(told_apart), "{order} {seed}: {words:?}");
            }
        }
    }
}

/// A run of that day in which all endpoints take `common` times as long as on the first, and eu-west-1 `own` times that.
fn of_day(day: u64, endpoints: &str, common: f64, own: f64) -> Run {
    let mut run = Fixture::of(endpoints)
        .noisy(192, day, 0.1, |target| {
            let own = if target.endpoint.name == "eu-west-1" {
                own
            } else {
                1.0
            };
            50.0 * common * own
        })
        .run();
    run.header.run_id = format!("202611{day:02}-141500-00000000");
    run.header.started_at = format!("2026-11-{day:02}T14:15:00Z");
    run
}

const FIVE: &str = "eu-west-1,eu-west-2,eu-west-3,eu-north-1,sa-east-1";

#[test]
fn yesterday_against_today_shows_the_change_relative_to_the_other_endpoints_and_no_verdict() {
    let [yesterday, today] = [of_day(10, FIVE, 1.0, 1.0), of_day(11, FIVE, 1.3, 2.0)];
    let found = between(&yesterday, &today, &[], now()).expect("a common control");
    assert_eq!((found.design, found.confidence), (Design::Sequential, None));
    assert!(
        found
            .targets
            .iter()
            .all(|target| target.verdict().is_none())
    );
    for target in &found.targets {
        let Standing::Changed {
            ratio,
            common: Some(common),
            relative: Some(relative),
        } = target.standing
        else {
            panic!("{target:?}")
        };
        let own = if target.endpoint == "eu-west-1" {
            2.0
        } else {
            1.0
        };
        assert!((common / 1.3 - 1.0).abs() < 0.05, "{target:?}");
        assert!((ratio / (1.3 * own) - 1.0).abs() < 0.08, "{target:?}");
        assert!((relative / own - 1.0).abs() < 0.08, "{target:?}");
    }
}

#[test]
fn three_endpoints_in_both_runs_are_a_control_and_two_are_none() {
    let three = "eu-west-1,eu-west-2,eu-west-3";
    let compare = |one: &str, other: &str| {
        between(
            &of_day(10, one, 1.0, 1.0),
            &of_day(11, other, 1.0, 1.0),
            &[],
            now(),
        )
    };
    assert!(compare(three, three).is_ok());
    for (one, other) in [
        ("eu-west-1,eu-west-2", "eu-west-1,eu-west-2"),
        (three, "eu-west-1,eu-west-2,sa-east-1"),
    ] {
        let refusal = compare(one, other).expect_err("no control");
        assert!(
            matches!(refusal, BetweenError::Sequential { .. }),
            "{refusal}"
        );
    }
    let mut silent = Fixture::of(three)
        .noisy(192, 3, 0.1, |_| 50.0)
        .calls_of("eu-west-3", 192, |_| refused())
        .run();
    silent.header.run_id = "silent".to_owned();
    silent.header.started_at = "2026-11-12T14:15:00Z".to_owned();
    let baseline = of_day(10, three, 1.0, 1.0);
    let refusal = between(&baseline, &silent, &[], now())
        .expect_err("an endpoint without answers is no control");
    assert!(
        matches!(
            refusal,
            BetweenError::Sequential { .. } | BetweenError::Invalid { .. }
        ),
        "{refusal}"
    );
}

#[test]
fn a_gate_is_never_judged_by_runs_that_were_measured_one_after_the_other() {
    let gate = crate::judge::Gate::parse("p50(candidate) <= p50(baseline)").expect("a gate");
    let refusal = between(
        &of_day(10, FIVE, 1.0, 1.0),
        &of_day(11, FIVE, 1.0, 1.0),
        &[gate],
        now(),
    )
    .expect_err("refused");
    assert!(
        matches!(refusal, BetweenError::Sequential { .. }),
        "{refusal}"
    );
}
