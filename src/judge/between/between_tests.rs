//! Pairs of runs whose truth is known.

use std::time::Duration;

use crate::judge::synthetic_run::{Fixture, answer, answer_after, refused};
use crate::judge::{CheckVerdict, GateOutcome};
use crate::plan::{Client, Clock, Level, Load, Resolver};
use crate::results::{Redaction, Simulation, Window};

use super::refusal::{BetweenError, SimulationPart};
use super::*;
use crate::judge::{Gate, Side, Verdict};
use crate::report::words::gates;
use crate::report::words::side_by_side::comparisons;
use crate::results::{Run, moment};
use time::OffsetDateTime;

fn now() -> OffsetDateTime {
    moment("2026-12-01T00:00:00Z").expect("a date")
}

/// A run of the two endpoints, around so many milliseconds with 10 % of noise.
fn run(seed: u64, milliseconds: f64) -> Run {
    let mut run = Fixture::of("eu-west-1,eu-west-2")
        .noisy(192, seed, 0.1, |_| milliseconds)
        .run();
    run.header.run_id = format!("20261122-141500-{seed:08}");
    run
}

fn judged(baseline: &Run, candidate: &Run) -> Between {
    between(baseline, candidate, &[], now()).expect("they can be compared")
}

fn refusal(baseline: &Run, candidate: &Run) -> BetweenError {
    between(baseline, candidate, &[], now()).expect_err("refused")
}

fn verdicts(between: &Between) -> Vec<Option<Verdict>> {
    between.targets.iter().map(Matched::verdict).collect()
}

#[test]
fn a_slower_candidate_is_slower_and_a_faster_one_faster() {
    let found = judged(&run(1, 50.0), &run(2, 60.0));
    assert_eq!(found.design, Design::Blocks { blocks: 16 });
    assert_eq!(verdicts(&found), [Some(Verdict::Slower); 2]);
    assert!(
        found
            .confidence
            .is_some_and(|confidence| (confidence - 0.995).abs() < 1e-12),
        "1 % over two targets: {:?}",
        found.confidence
    );
    let Standing::Compared(comparisons) = &found.targets[0].standing else {
        panic!("{found:#?}")
    };
    let ratio = comparisons[0].ratio.interval.expect("an interval");
    assert!(
        ratio.low < 50.0 / 60.0 && ratio.high > 50.0 / 60.0,
        "{ratio:?}"
    );
    assert_eq!(
        comparisons.iter().map(|c| c.level).collect::<Vec<_>>(),
        [Level::P50, Level::P90, Level::P95]
    );
    let swapped = judged(&run(2, 60.0), &run(1, 50.0));
    assert_eq!(verdicts(&swapped), [Some(Verdict::Faster); 2]);
}

#[test]
fn a_candidate_whose_slowest_calls_fail_fails_more_often_although_its_p50_is_the_same() {
    let of = |failing: u32| {
        let slowness = |i: u32| f64::from(i * 607 % 800) / 800.0;
        let reply = move |i: u32| match slowness(i) {
            slow if slow >= 1.0 - f64::from(failing) / 100.0 => refused(),
            slow => answer_after(Duration::from_secs_f64((50.0 + 50.0 * slow) / 1e3)),
        };
        let mut run = Fixture::of("eu-west-1,eu-west-2")
            .calls(800, |_, _| answer(60))
            .calls_of("eu-west-1", 800, reply)
            .run();
        run.header.run_id = format!("20261122-141500-{failing:08}");
        run
    };
    let found = judged(&of(0), &of(30));
    let failing: Vec<bool> = found
        .targets
        .iter()
        .map(|target| target.fails_more)
        .collect();
    assert_eq!(failing, [true, false]);
    assert!(!matches!(
        found.targets[0].verdict(),
        Some(Verdict::Slower | Verdict::Faster)
    ));
    assert!(!judged(&of(30), &of(0)).targets[0].fails_more);
}

#[test]
fn two_runs_of_the_same_are_hardly_ever_called_different() {
    let few = |seed: u64| {
        let mut run = Fixture::of("eu-west-1,eu-west-2")
            .noisy(32, seed, 0.15, |_| 50.0)
            .run();
        run.header.run_id = format!("a-{seed}");
        run
    };
    let differs = |seed: u64| {
        let found = judged(&few(2 * seed), &few(2 * seed + 1));
        verdicts(&found)
            .iter()
            .any(|verdict| matches!(verdict, Some(Verdict::Slower | Verdict::Faster)))
    };
    // 1 % of 100 is 1; 5 or more come up once in three hundred times.
    let alarms = (0..100).filter(|&seed| differs(seed)).count();
    assert!(alarms <= 4, "{alarms} of 100");
}

#[test]
fn what_moves_both_runs_alike_cancels() {
    // A machine that becomes twice as slow half-way through.
    let drifting = |seed: u64, milliseconds: f64| {
        let mut number = 0;
        let run = Fixture::of("eu-west-1").calls(192, |_, i| {
            number += 1;
            let noise = (seed * 7_919 + number * 104_729) % 1_000;
            let slow = if i < 96 { 1.0 } else { 2.0 };
            answer((milliseconds * slow) as u64 + noise / 250)
        });
        let mut run = run.run();
        run.header.run_id = format!("drift-{seed}");
        run
    };
    let found = judged(&drifting(1, 100.0), &drifting(2, 110.0));
    assert_eq!(verdicts(&found), [Some(Verdict::Slower)]);
    assert_eq!(
        verdicts(&judged(&drifting(1, 100.0), &drifting(2, 100.0))),
        [Some(Verdict::Equivalent)]
    );
}

#[test]
fn t9_runs_that_were_measured_one_after_the_other_are_refused() {
    let mut later = run(2, 50.0);
    later.header.started_at = "2026-11-22T15:00:00Z".to_owned();
    let error = refusal(&run(1, 50.0), &later);
    assert!(matches!(error, BetweenError::Sequential { .. }), "{error}");
    let text = error.to_string();
    for words in [
        "one after the other",
        "2026-11-22T14:15:00Z to 2026-11-22T14:16:16Z",
        "no method repairs",
        "--history",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn runs_at_the_same_time_have_to_be_in_step() {
    let with = |change: fn(&mut Run)| {
        let mut other = run(2, 50.0);
        change(&mut other);
        between(&run(1, 50.0), &other, &[], now())
    };
    // Blocks are 4.8 s long.
    assert!(with(|run| run.header.started_at = "2026-11-22T14:15:02Z".to_owned()).is_ok());
    let error = with(|run| run.header.started_at = "2026-11-22T14:15:03Z".to_owned())
        .expect_err("half a block and more");
    assert!(
        matches!(&error, BetweenError::OutOfStep { what } if what.to_string().contains("3.0 s apart")),
        "{error}"
    );
    let slow = |run: &mut Run| {
        run.plan.load = Load::Audit {
            rounds: 192,
            round: Duration::from_millis(500),
        }
    };
    let error = with(slow).expect_err("longer blocks");
    assert!(
        matches!(&error, BetweenError::OutOfStep { what } if what.to_string().contains("4.8 s against 6.0 s")),
        "{error}"
    );
    assert!(
        with(|run| run.plan.load = Load::Audit {
            rounds: 192,
            round: Duration::from_millis(403)
        })
        .is_ok()
    );
}

/// The run as so many windows, which start that many minutes apart, the first one at that minute.
fn in_windows(run: Run, windows: u16, first: i64, every: i64) -> Run {
    let minutes: Vec<i64> = (0..i64::from(windows))
        .map(|number| first + every * number)
        .collect();
    windows_at(run, &minutes)
}

/// The run as windows that start at these minutes.
pub(super) fn windows_at(mut run: Run, minutes: &[i64]) -> Run {
    let blocks = run.plan.blocks / u16::try_from(minutes.len()).expect("few windows");
    let start = moment("2026-11-22T12:00:00Z").expect("a date");
    let window = |(number, &minute): (u16, &i64)| Window {
        run_id: format!("{}-{number}", run.header.run_id),
        started_at: (start + time::Duration::minutes(minute))
            .format(&time::format_description::well_known::Rfc3339)
            .expect("a date"),
        elapsed_ns: 20_000_000_000,
        first_block: number * blocks,
        blocks,
    };
    run.measured.windows = (0..).zip(minutes).map(window).collect();
    run.header.started_at = run.measured.windows[0].started_at.clone();
    run
}

#[test]
fn windows_that_take_turns_in_a_balanced_order_are_compared_window_by_window() {
    let (a, b) = (
        [0, 15, 20, 35, 40, 55, 60, 75],
        [5, 10, 25, 30, 45, 50, 65, 70],
    );
    let found = judged(&windows_at(run(1, 50.0), &a), &windows_at(run(2, 60.0), &b));
    assert_eq!(found.design, Design::Windows { windows: 8 });
    assert_eq!(verdicts(&found), [Some(Verdict::Slower); 2]);
    let Standing::Compared(comparisons) = &found.targets[0].standing else {
        panic!("{found:#?}")
    };
    assert_eq!(comparisons.len(), 1);
    assert_eq!(
        comparisons[0].method,
        crate::judge::ComparisonMethod::PairedWindows { windows: 8 }
    );
    let ratio = comparisons[0].ratio.interval.expect("an interval");
    assert!(
        ratio.low < 50.0 / 60.0 && ratio.high > 50.0 / 60.0,
        "{ratio:?}"
    );

    let four = refusal(
        &in_windows(run(1, 50.0), 4, 0, 10),
        &in_windows(run(2, 50.0), 4, 5, 10),
    );
    assert!(
        matches!(four, BetweenError::Sequential { .. }),
        "four are too few: {four}"
    );
    let apart = refusal(
        &in_windows(run(1, 50.0), 8, 0, 2),
        &in_windows(run(2, 50.0), 8, 60, 2),
    );
    assert!(matches!(apart, BetweenError::Sequential { .. }), "{apart}");
    let gate = Gate::parse("p50(candidate) <= p50(baseline)").expect("a gate");
    let turns = [windows_at(run(1, 50.0), &a), windows_at(run(2, 60.0), &b)];
    assert_eq!(
        between(&turns[0], &turns[1], &[gate], now()),
        Err(BetweenError::GatesInTurn)
    );
}

#[test]
fn windows_at_the_same_time_are_compared_block_by_block() {
    let found = judged(
        &in_windows(run(1, 50.0), 4, 0, 10),
        &in_windows(run(2, 60.0), 4, 0, 10),
    );
    assert_eq!(found.design, Design::Blocks { blocks: 16 });
    assert_eq!(verdicts(&found), [Some(Verdict::Slower); 2]);
}

#[test]
fn runs_that_did_not_measure_alike_are_refused_by_kind() {
    let with = |change: fn(&mut Run)| {
        let mut other = run(2, 50.0);
        change(&mut other);
        refusal(&run(1, 50.0), &other)
    };
    assert_eq!(
        refusal(&run(1, 50.0), &run(1, 50.0)),
        BetweenError::SameRun {
            run_id: run(1, 50.0).header.run_id
        }
    );
    assert!(matches!(
        with(|run| run.header.vantage.name = "a laptop".to_owned()),
        BetweenError::Vantage { .. }
    ));
    let redacted = with(|run| {
        run.header.vantage.name = "redacted-0a269ce4".to_owned();
        run.header.redaction = Redaction::Identity;
    });
    assert!(matches!(redacted, BetweenError::Redacted { .. }));
    assert!(redacted.to_string().contains("candidate is redacted"));
    assert!(matches!(
        with(|run| run.plan.client = Client::Reqwest),
        BetweenError::Clients {
            candidate: Client::Reqwest,
            ..
        }
    ));
    assert!(matches!(
        with(|run| run.plan.clock = Clock::UserSpace),
        BetweenError::Clocks {
            candidate: Clock::UserSpace,
            ..
        }
    ));
    let simulated = |seed: u64| {
        let mut run = Fixture::of("eu-west-1").simulated_run();
        run.header.run_id = format!("s-{seed}");
        run
    };
    let mut real = simulated(1);
    real.header.vantage.simulation = None;
    assert!(matches!(
        refusal(&simulated(2), &real),
        BetweenError::Simulated {
            simulated: Side::Baseline,
        }
    ));
    assert!(matches!(
        refusal(&real, &simulated(2)),
        BetweenError::Simulated {
            simulated: Side::Candidate,
        }
    ));
    let link = |link: &str| {
        let mut run = simulated(3);
        let simulation = run.header.vantage.simulation.take().expect("simulated");
        run.header.vantage.simulation = Some(Simulation {
            link: link.to_owned(),
            ..simulation
        });
        run
    };
    assert!(matches!(
        refusal(&link("kernel"), &simulated(4)),
        BetweenError::Simulation {
            part: SimulationPart::Link,
            ..
        }
    ));
    let mut wide = Fixture::wide("eu-west-1,eu-west-2").run();
    wide.header.run_id = "wide".to_owned();
    assert!(matches!(
        refusal(&run(1, 50.0), &wide),
        BetweenError::Operations { .. }
    ));
    let mut cold = Fixture::cold("eu-west-1,eu-west-2").run();
    cold.header.run_id = "cold".to_owned();
    assert!(matches!(
        refusal(&run(1, 50.0), &cold),
        BetweenError::Connections { .. }
    ));
    let mut elsewhere = Fixture::of("us-east-1").noisy(192, 1, 0.1, |_| 50.0).run();
    elsewhere.header.run_id = "elsewhere".to_owned();
    assert_eq!(
        refusal(&run(1, 50.0), &elsewhere),
        BetweenError::NothingShared
    );
}

#[test]
fn a_run_is_not_compared_with_a_copy_of_itself_under_another_id() {
    let original = run(1, 50.0);
    let mut copy = original.clone();
    copy.header.run_id = "copy".to_owned();
    let expected = BetweenError::Copy {
        baseline: original.header.run_id.clone(),
        candidate: "copy".to_owned(),
    };
    assert_eq!(refusal(&original, &copy), expected);
    copy.header.started_at = "2026-11-23T14:15:00Z".to_owned();
    assert_eq!(refusal(&original, &copy), expected);
}

#[test]
fn a_margin_that_only_the_candidate_has_is_told() {
    let mut other = run(2, 50.0);
    other.plan.judging.margin_ratio = 0.2;
    let found = judged(&run(1, 50.0), &other);
    assert_eq!(
        comparisons::notice(&found.notices[0]),
        "judged by the candidate's margin of 20 %, 1.00 ms (the baseline's plan had 2 %, 1.00 ms)"
    );
}

#[test]
fn bad_070_a_target_that_one_run_lacks_is_a_line_and_no_pass() {
    let mut other = Fixture::of("eu-west-2,eu-west-3")
        .noisy(192, 2, 0.1, |_| 50.0)
        .run();
    other.header.run_id = "other".to_owned();
    let found = judged(&run(1, 50.0), &other);
    let standings: Vec<_> = found
        .targets
        .iter()
        .map(|target| (target.endpoint.as_str(), &target.standing))
        .collect();
    assert!(
        matches!(standings[0], ("eu-west-2", Standing::Compared(_))),
        "{standings:?}"
    );
    assert_eq!(
        standings[1..],
        [
            ("eu-west-3", &Standing::NoBaseline),
            ("eu-west-1", &Standing::NoCandidate)
        ]
    );
}

#[test]
fn bad_073_a_run_from_the_future_is_reported() {
    let asked = moment("2026-11-22T14:00:00Z").expect("a date");
    let found = between(&run(1, 50.0), &run(2, 50.0), &[], asked).expect("they can be compared");
    assert_eq!(found.notices.len(), 2, "{found:?}");
    assert!(
        comparisons::notice(&found.notices[0])
            .contains("the baseline 20261122-141500-00000001 is dated in the future"),
        "{found:?}"
    );
    assert!(judged(&run(1, 50.0), &run(2, 50.0)).notices.is_empty());
    let mut other = run(2, 50.0);
    other.plan.resolver = Resolver::Server("192.0.2.1:53".parse().expect("an address"));
    assert!(comparisons::notice(&judged(&run(1, 50.0), &other).notices[0]).contains("resolver"));
}

#[test]
fn bad_127_a_side_without_answers_has_no_data_and_an_invalid_run_is_refused() {
    let mut silent = Fixture::of("eu-west-1,eu-west-2")
        .noisy(192, 2, 0.1, |_| 50.0)
        .calls_of("eu-west-1", 192, |_| refused())
        .run();
    silent.header.run_id = "silent".to_owned();
    // Whatever else the checks say of it, the other endpoint stands.
    let (_, checks) = crate::judge::summarise::rows_and_checks(&silent);
    if checks
        .iter()
        .all(|check| check.verdict != CheckVerdict::Invalid)
    {
        let found = judged(&run(1, 50.0), &silent);
        assert_eq!(verdicts(&found)[0], Some(Verdict::NoData), "{found:#?}");
    }
    let mut nothing = Fixture::of("eu-west-1,eu-west-2")
        .calls(192, |_, _| refused())
        .run();
    nothing.header.run_id = "nothing".to_owned();
    assert!(matches!(
        refusal(&run(1, 50.0), &nothing),
        BetweenError::Invalid { .. }
    ));
    let error = refusal(&nothing, &run(1, 50.0));
    assert!(
        matches!(&error, BetweenError::Invalid { run_id, .. } if run_id == "nothing"),
        "{error}"
    );
}

#[test]
fn gates_set_the_candidate_against_the_baseline() {
    let judge = |candidate: f64, gate: &str| {
        let gates = [Gate::parse(gate).expect("a gate")];
        between(&run(1, 50.0), &run(2, candidate), &gates, now())
            .map(|between| between.gates[0].clone())
    };
    let gate = "p50(candidate) <= 1.05 * p50(baseline)";
    let proven = judge(50.0, gate).expect("judged");
    assert_eq!(
        (proven.outcome, proven.claims.len()),
        (GateOutcome::Proven, 2),
        "{proven:#?}"
    );
    assert_eq!(
        gates::subject(&proven.claims[0].subject),
        "candidate eu-west-1 against baseline eu-west-1, get-caller-identity warm"
    );
    assert_eq!(
        judge(60.0, gate).expect("judged").outcome,
        GateOutcome::Violated
    );
    assert_eq!(
        judge(52.5, gate).expect("judged").outcome,
        GateOutcome::Inconclusive
    );
    let swapped = judge(60.0, "p50(baseline)/p50(candidate) < 0.95").expect("judged");
    assert_eq!(swapped.outcome, GateOutcome::Proven);
    let one = judge(50.0, "p50(candidate, eu-west-1) <= 1.05 * p50(baseline)").expect("judged");
    assert_eq!(one.claims.len(), 1, "{one:#?}");
    for (gate, words) in [
        ("p50(candidate) < 1s", "stsbench run and report"),
        ("p50(eu-west-1) < p50(eu-west-2)", "of two runs"),
        (
            "p50(candidate) < p50(candidate,eu-west-1)",
            "both statistics are of one run",
        ),
        (
            "p50(candidate,us-east-1) < p50(baseline)",
            "no endpoint \"us-east-1\"",
        ),
        (
            "p50(candidate,eu-west-1) < p50(baseline,eu-west-2)",
            "no target that both",
        ),
    ] {
        let error = judge(50.0, gate).expect_err(gate);
        assert!(
            matches!(&error, BetweenError::Gate(_)) && error.to_string().contains(words),
            "{error}"
        );
    }
}

#[test]
fn bad_122_equal_answers_in_both_runs_are_equivalent_and_nothing_is_a_nan() {
    // As late as the id says, so that neither is a copy of the other.
    let late = |id: &str| answer(50).late(Duration::from_micros(200 * id.len() as u64));
    let alike = |id: &str| {
        let mut run = Fixture::of("eu-west-1").calls(192, |_, _| late(id)).run();
        run.header.run_id = id.to_owned();
        run
    };
    let found = judged(&alike("a"), &alike("bb"));
    assert_eq!(verdicts(&found), [Some(Verdict::Equivalent)]);
    assert!(!format!("{found:?}").contains("NaN"));
    for number in [1, 5, 6, 7] {
        let few = |id: &str| {
            let mut run = Fixture::of("eu-west-1")
                .calls(number, |_, _| late(id))
                .run();
            run.header.run_id = id.to_owned();
            run
        };
        match between(&few("a"), &few("bb"), &[], now()) {
            Ok(found) => {
                assert_ne!(found.targets[0].verdict(), Some(Verdict::Faster));
                assert!(!format!("{found:?}").contains("NaN"), "{found:?}");
            }
            Err(error) => assert!(matches!(error, BetweenError::Invalid { .. }), "{error}"),
        }
    }
}
