//! Steady and unsteady services, as summaries and as whole runs.

use std::time::Duration;

use super::super::independence::LEAST_EFFECTIVE;
use super::*;
use crate::judge::Claims;
use crate::judge::checks::fixture_tests::{check, quiet};
use crate::judge::synthetic_run::{Fixture, SplitMix, answer, answer_after};
use crate::plan::TargetId;
use crate::results::Run;
use latency_stats::percentile;

/// Times of 1,600 calls of a steady service, in logarithms: independent ones, or such of which each remembers the one before.
fn steady(random: &mut SplitMix, memory: f64) -> Vec<f64> {
    let (alone, together) = if memory > 0.0 {
        (0.12, 0.08)
    } else {
        (0.15, 0.0)
    };
    let mut state = together * random.normal();
    let step = together * (1.0 - memory * memory).sqrt();
    (0..1_600)
        .map(|_| {
            state = memory * state + step * random.normal();
            alone * random.normal() + state
        })
        .collect()
}

fn blocks(logarithms: &[f64]) -> Vec<Counted> {
    let nanoseconds = |logarithm: &f64| ((0.05 * logarithm.exp()) * 1e9) as u64;
    logarithms
        .chunks(100)
        .map(|block| Counted::from_counts(block.iter().map(|x| (nanoseconds(x), 1))))
        .collect()
}

#[test]
fn t5_false_alarms_of_steady_services_keep_within_their_promise() {
    let mut random = SplitMix::new(2026);
    for memory in [0.0, 0.9] {
        let (mut seem, mut invalid, mut dependent, mut too_short) = (0, 0, 0, 0);
        for _ in 0..500 {
            let blocks = blocks(&steady(&mut random, memory));
            let change =
                Change::of(&parts(&blocks).expect("16 blocks of 100")).expect("with medians");
            seem += u32::from(change.size != Size::None);
            invalid += u32::from(change.size == Size::Large);
            let p50 = percentile(&blocks, 0.5, 0.95).expect("supported");
            dependent += u32::from(p50.effective < 160.0);
            too_short += u32::from(p50.effective < LEAST_EFFECTIVE);
        }
        // One in 40 may seem to change; more than 24 of 500 would be one series in 1,000 at that rate.
        assert!(seem <= 24, "{seem} seem to change, memory {memory}");
        // At most 1 of 500 proves, with 95 % confidence, that fewer than 1 % are refused.
        assert!(
            invalid <= 1 && too_short <= 1,
            "{invalid} and {too_short} refused, memory {memory}"
        );
        // A memory of 0.9 makes 6.5 answers of one independent one; without it hardly a run seems to have any.
        assert!(
            if memory == 0.0 {
                dependent <= 1
            } else {
                dependent >= 20
            },
            "{dependent}, memory {memory}"
        );
    }
}

/// A run of two endpoints with 100 calls a block, of which the global one's times are multiplied by that.
fn changing(factor: impl Fn(u32) -> f64) -> Run {
    let mut random = SplitMix::new(11);
    let mut time =
        |factor: f64| Duration::from_secs_f64(0.05 * factor * (0.15 * random.normal()).exp());
    let fixture = Fixture::small();
    fixture
        .calls(1_600, |target, i| {
            answer_after(time(if target.endpoint.name == "global" {
                factor(i)
            } else {
                1.0
            }))
        })
        .run()
}

fn stationary(factor: impl Fn(u32) -> f64) -> Check {
    check(&changing(factor), "stationarity").expect("always there")
}

#[test]
fn a_step_and_a_trend_refuse_what_one_endpoint_claims_and_leave_comparisons() {
    assert_eq!(stationary(|_| 1.0).verdict, CheckVerdict::Ok);
    type Course = fn(u32) -> f64;
    let changes: [(&str, Course); 3] = [
        ("a step", |i| if i < 1_000 { 1.0 } else { 1.2 }),
        ("a trend", |i| 1.0 + f64::from(i) / 8_000.0),
        ("a service that gets faster", |i| {
            if i < 500 { 1.2 } else { 1.0 }
        }),
    ];
    for (what, factor) in changes {
        let check = stationary(factor);
        assert_eq!(
            (check.verdict, &check.reach.targets),
            (CheckVerdict::Invalid, &vec![TargetId(0)]),
            "{what}"
        );
        assert!(
            check
                .statistic
                .is_some_and(|effect| (0.1..0.3).contains(&effect)),
            "{what}: {check:?}"
        );
        assert!(
            check.forbids(TargetId(0), 0.5, Claims::OneEndpoint)
                && !check.forbids(TargetId(0), 0.5, Claims::All)
        );
        assert!(
            !check.forbids(TargetId(1), 0.5, Claims::OneEndpoint),
            "{what}"
        );
        assert!(check.text.contains("moved by"), "{}", check.text);
    }
}

#[test]
fn a_small_step_warns_only() {
    let check = stationary(|i| if i < 800 { 1.0 } else { 1.045 });
    assert_eq!(
        (check.verdict, &check.reach.targets),
        (CheckVerdict::Warn, &vec![TargetId(0)]),
        "{}",
        check.text
    );
}

#[test]
fn a_burst_warns_and_refuses_where_it_carries_the_median_away() {
    // A throttle or a warm-up: so many hundred calls of sixteen take half as long again.
    let burst = |hundreds: u32| {
        stationary(|i| {
            if (500..500 + 100 * hundreds).contains(&i) {
                1.5
            } else {
                1.0
            }
        })
    };
    let one = burst(1);
    assert_eq!(
        (one.verdict, &one.reach.targets),
        (CheckVerdict::Warn, &vec![TargetId(0)]),
        "{}",
        one.text
    );
    assert!(
        one.text.contains("had a spike of") && one.text.contains("6.2 % of its time"),
        "{}",
        one.text
    );
    assert!(
        one.statistic
            .is_some_and(|effect| (0.4..0.6).contains(&effect)),
        "{one:?}"
    );
    let five = burst(5);
    assert_eq!(
        (five.verdict, five.reach.claims),
        (CheckVerdict::Invalid, Claims::OneEndpoint),
        "{}",
        five.text
    );
}

/// How many of `tries` runs of `calls` such times a target are refused.
fn refused_of(tries: usize, calls: usize, mut time: impl FnMut(&mut SplitMix) -> u64) -> usize {
    let mut random = SplitMix::new(6);
    let mut run = || {
        let times: Vec<u64> = (0..calls).map(|_| time(&mut random)).collect();
        let blocks = times.chunks(calls / PARTS);
        let blocks: Vec<_> = blocks
            .map(|block| Counted::from_counts(block.iter().map(|&time| (time, 1))))
            .collect();
        Change::of(&blocks).expect("with medians").size == Size::Large
    };
    (0..tries).filter(|_| run()).count()
}

#[test]
fn heavy_tails_and_coarse_clocks_are_steady_services() {
    let uniform = |random: &mut SplitMix| {
        use statrs::function::erf::erfc;
        (erfc(random.normal() / 2.0_f64.sqrt()) / 2.0).max(1e-9)
    };
    for calls in [96, 192, 800] {
        let pareto = refused_of(500, calls, |random| {
            (1e6 * uniform(random).powf(-1.0 / 1.5)) as u64
        });
        let whole_ms = |median: f64| {
            refused_of(500, calls, |random| {
                ((median * (0.2 * random.normal()).exp()).round() * 1e6) as u64
            })
        };
        let refused = [pareto, whole_ms(12.0), whole_ms(2.5)];
        // More than 4 of 500 would be one series in 30,000 if one of a thousand were refused.
        assert!(
            refused.iter().all(|&refused| refused <= 4),
            "{refused:?} of 500 with {calls} calls"
        );
    }
}

#[test]
fn parts_that_stood_still_refuse_also_few_answers_and_heavy_tails() {
    let mut random = SplitMix::new(7);
    // Five of sixteen parts of six answers take five times as long.
    let stalled = (0..PARTS as u64).map(|part| {
        let factor = if (4..9).contains(&part) { 5.0 } else { 1.0 };
        let times = (0..6).map(|_| ((5e7 * factor * (0.2 * random.normal()).exp()) as u64, 1));
        Counted::from_counts(times.collect::<Vec<_>>())
    });
    let change = Change::of(&stalled.collect::<Vec<_>>()).expect("with medians");
    assert_eq!(change.size, Size::Large, "{change:?}");
}

#[test]
fn of_many_targets_some_seem_to_change_by_chance() {
    assert_eq!(
        [1, 2, 3, 4, 20, 72, 1_000].map(by_chance),
        [0, 0, 1, 1, 2, 4, 33]
    );
    assert!(by_chance(1_000_000) < 1_000);
    let mut random = SplitMix::new(3);
    let mut time =
        |factor: f64| Duration::from_secs_f64(0.05 * factor * (0.05 * random.normal()).exp());
    // The same small step at one and at three of eight targets.
    let mut stepping = |names: &[&str]| {
        let fixture = Fixture::of(
            "global,eu-west-1,eu-west-2,eu-west-3,eu-north-1,us-east-1,us-east-2,us-west-2",
        );
        let run = fixture.calls(800, |target, i| {
            let stepped = i >= 400 && names.contains(&target.endpoint.name.as_str());
            answer_after(time(if stepped { 1.035 } else { 1.0 }))
        });
        check(&run.run(), "stationarity").expect("always there")
    };
    let one = stepping(&["eu-west-1"]);
    assert_eq!(one.verdict, CheckVerdict::Ok, "{}", one.text);
    assert!(
        one.text.contains("1 of 8 targets") && one.text.contains("up to 1 are chance"),
        "{}",
        one.text
    );
    let three = stepping(&["eu-west-1", "eu-west-2", "us-west-2"]);
    assert_eq!(
        (three.verdict, three.reach.targets.len()),
        (CheckVerdict::Warn, 3),
        "{}",
        three.text
    );
}

#[test]
fn what_cannot_be_told_is_said_and_not_passed() {
    let few = |calls| {
        check(
            &Fixture::small().calls(calls, |_, _| answer(20)).run(),
            "stationarity",
        )
        .expect("there")
    };
    assert_eq!(
        [few(95), few(0)].map(|check| check.verdict),
        [CheckVerdict::Unknown; 2]
    );
    assert_eq!(
        few(96).verdict,
        CheckVerdict::Ok,
        "six answers a block, all the same"
    );
    let independent = |calls| {
        check(
            &Fixture::small().calls(calls, |_, _| answer(20)).run(),
            "independence",
        )
    };
    assert_eq!(
        independent(159).map(|check| check.verdict),
        Some(CheckVerdict::Unknown)
    );
    assert_eq!(
        independent(160).map(|check| (check.verdict, check.statistic)),
        Some((CheckVerdict::Ok, Some(1.0)))
    );
}

#[test]
fn windows_may_differ_from_each_other() {
    let mut run = changing(|i| if i < 800 { 1.0 } else { 1.5 });
    for series in &mut run.measured.series {
        let more: Vec<_> = (16..32)
            .map(|number| crate::record::Block {
                number,
                ..series.blocks[8].clone()
            })
            .collect();
        series.blocks.rotate_left(8);
        series.blocks.truncate(8);
        series.blocks.extend(more);
    }
    // Eight blocks are too few for a window; the other window has sixteen that are the same.
    run.measured.windows = [(0, 8), (8, 16)]
        .map(|(first_block, blocks)| crate::results::Window {
            run_id: "w".into(),
            started_at: "2026-11-22T14:15:00Z".into(),
            elapsed_ns: 1,
            first_block,
            blocks,
        })
        .into();
    let check = check(&run, "stationarity").expect("always there");
    assert_eq!(check.verdict, CheckVerdict::Ok, "{}", check.text);
}

/// 192 rounds, in which that endpoint goes back and forth between 50 and 70 ms every 48 rounds.
fn back_and_forth(selector: &str, endpoint: &str) -> Run {
    let mut random = SplitMix::new(4);
    let run = Fixture::of(selector).calls(192, |target, i| {
        let slow = target.endpoint.name == endpoint && i / 48 % 2 == 1;
        let milliseconds = if slow { 70.0 } else { 50.0 } * (0.05 * random.normal()).exp();
        answer_after(Duration::from_secs_f64(milliseconds / 1e3))
    });
    run.run()
}

#[test]
fn an_endpoint_that_changed_is_refused_for_that_and_the_others_are_not() {
    for selector in [
        "global,eu-west-1",
        "global,eu-west-1,eu-west-2",
        "global,eu-west-1,eu-west-2,eu-west-3,us-east-1,us-east-2,us-west-1,us-west-2",
    ] {
        let run = back_and_forth(selector, "eu-west-1");
        let moved = check(&run, "independence").expect("always there");
        assert_eq!(
            (moved.verdict, &moved.reach.targets, moved.reach.claims),
            (
                CheckVerdict::Invalid,
                &vec![TargetId(1)],
                Claims::OneEndpoint
            ),
            "{selector}: {}",
            moved.text
        );
        assert!(
            moved.text.contains("eu-west-1") && moved.text.contains("changed during the run"),
            "{}",
            moved.text
        );
        let summary = crate::judge::summarise(&run);
        let mut compared = summary.comparisons.iter();
        let found = compared.find(|it| it.endpoint == "eu-west-1");
        let more_rounds = found.map(|it| it.more_rounds);
        assert_eq!(more_rounds, Some(None), "{selector}: {found:?}");
        let rows = summary.rows;
        let p50 = rows[1].service_time.estimate(crate::plan::Level::P50);
        let p50 = p50.expect("as wide as it has to be, and not left out");
        assert!(p50.effective < 6.0, "{p50:?}");
        assert!(
            p50.interval.low < 55e6 && p50.interval.high > 65e6,
            "{p50:?}"
        );
    }
}

#[test]
fn a_run_whose_targets_all_move_is_refused_as_a_run() {
    let mut random = SplitMix::new(4);
    let run = Fixture::of("global,eu-west-1,eu-west-2").calls(192, |_, i| {
        let milliseconds =
            if i / 48 % 2 == 1 { 70.0 } else { 50.0 } * (0.05 * random.normal()).exp();
        answer_after(Duration::from_secs_f64(milliseconds / 1e3))
    });
    let refused = check(&run.run(), "independence").expect("always there");
    assert_eq!(
        (
            refused.verdict,
            refused.reach.targets.len(),
            refused.reach.claims
        ),
        (CheckVerdict::Invalid, 3, Claims::OneEndpoint),
        "{}",
        refused.text
    );
    assert!(
        refused.text.contains("the median target"),
        "{}",
        refused.text
    );
}

#[test]
fn answers_that_remember_the_ones_before_are_worth_less() {
    let remembering = |memory: f64, calls: usize| {
        let mut random = SplitMix::new(5);
        let mut state = 0.0;
        let mut next = || {
            state = memory * state + (1.0 - memory * memory).sqrt() * random.normal();
            Duration::from_secs_f64(0.05 * (0.15 * state).exp())
        };
        let run = Fixture::of("global")
            .calls(calls as u32, |_, _| answer_after(next()))
            .run();
        check(&run, "independence").expect("always there")
    };
    assert_eq!(remembering(0.0, 1_600).verdict, CheckVerdict::Ok);
    // One independent answer in 39.
    let warned = remembering(0.95, 3_200);
    assert_eq!(warned.verdict, CheckVerdict::Warn, "{}", warned.text);
    assert!(
        warned
            .statistic
            .is_some_and(|share| (0.01..0.1).contains(&share)),
        "{warned:?}"
    );
    let refused = remembering(0.99, 320);
    assert_eq!(
        (refused.verdict, refused.reach.claims),
        (CheckVerdict::Invalid, Claims::OneEndpoint),
        "{}",
        refused.text
    );
    assert!(
        refused.forbids(TargetId(0), 0.5, Claims::OneEndpoint)
            && !refused.forbids(TargetId(0), 0.5, Claims::All)
    );
    assert_eq!(
        check(&quiet(), "independence").map(|check| check.verdict),
        Some(CheckVerdict::Ok)
    );
}
