//! Gates against runs whose truth is known.

use crate::judge::estimate::Times;
use crate::judge::synthetic_run::{Fixture, answer, refused};
use crate::judge::{Check, CheckVerdict, Claims, Reach, summarise};
use crate::parallel::Workers;
use crate::plan::{Judging, TargetId};
use crate::report::words::gates;
use crate::results::Run;

use super::*;

fn judged(fixture: Fixture, gates: &[&str]) -> Vec<GateResult> {
    let gates = gates.iter().map(|gate| (*gate).to_owned()).collect();
    fixture
        .judged(Judging {
            gates,
            ..Judging::default()
        })
        .summary()
        .gates
}

/// What was found of the claim, in words.
fn text(claim: &GateClaim) -> String {
    gates::finding(claim, &[])
}

fn one(fixture: Fixture, gate: &str) -> GateResult {
    judged(fixture, &[gate]).remove(0)
}

#[track_caller]
fn comes_to(fixture: Fixture, gate: &str, outcome: GateOutcome) -> GateResult {
    let result = one(fixture, gate);
    assert_eq!(result.outcome, outcome, "{result:#?}");
    result
}

/// The global endpoint at 100 ms and a regional one, both with 10 % of noise.
fn two(rounds: u32, regional: f64) -> Fixture {
    Fixture::small().noisy(rounds, 11, 0.1, |target| {
        if target.endpoint.name == "global" {
            100.0
        } else {
            regional
        }
    })
}

fn check(plan_of: Fixture, gate: &str) -> Result<(), GateError> {
    Gate::parse(gate)
        .expect("parses")
        .check_against(&plan_of.run().plan)
}

#[test]
fn a_huge_difference_of_few_rounds_is_proven_by_who_was_faster() {
    let gate = "p50(regional) <= 0.5 * p50(global)";
    for rounds in [8, 24] {
        comes_to(two(rounds, 5.0), gate, GateOutcome::Proven);
        comes_to(two(rounds, 95.0), gate, GateOutcome::Violated);
        comes_to(two(rounds, 50.0), gate, GateOutcome::Inconclusive);
    }
}

#[test]
fn a_ratio_is_proven_violated_or_left_open_by_where_its_interval_lies() {
    let gate = "p50(regional) <= 0.8 * p50(global)";
    let proven = comes_to(two(192, 40.0), gate, GateOutcome::Proven);
    assert_eq!(
        gates::subject(&proven.claims[0].subject),
        "eu-west-1 against global, get-caller-identity warm"
    );
    let text = text(&proven.claims[0]);
    assert!(
        text.starts_with("p50 is 0.4") || text.starts_with("p50 is 0.39"),
        "{text}"
    );
    assert!(
        text.contains("97.5 % confidence")
            && text.contains("below the limit of 0.800; 192 answers of each"),
        "{text}"
    );
    assert_eq!(proven.claims[0].more_samples, None);
    comes_to(two(192, 95.0), gate, GateOutcome::Violated);
    comes_to(two(192, 80.0), gate, GateOutcome::Inconclusive);
    for (gate, outcome) in [
        ("p50(global)/p50(regional) >= 2", GateOutcome::Proven),
        ("p50(eu-west-1) > p50(global)", GateOutcome::Violated),
        ("avg(regional) < 50% * avg(global)", GateOutcome::Proven),
        ("p(90){regional} < 0.5 * p(90){global}", GateOutcome::Proven),
        (
            "p(90){regional} > 0.5 * p(90){global}",
            GateOutcome::Violated,
        ),
        ("p75(regional) < 0.5 * p75(global)", GateOutcome::Proven),
    ] {
        comes_to(two(192, 40.0), gate, outcome);
    }
}

#[test]
fn what_one_endpoint_s_times_lack_says_nothing_of_its_failures() {
    // Four blocks in which three of four calls are fast, four in which one is, and so on: worth a dozen answers at p50.
    let is_fast = |i: u32| i.is_multiple_of(4) == (i / 80 % 2 == 1);
    let unsteady = |endpoints: &str| {
        Fixture::of(endpoints).calls(320, |_, i| answer(if is_fast(i) { 20 } else { 60 }))
    };
    for endpoints in ["eu-west-1", "eu-west-1,eu-west-2"] {
        let summary = unsteady(endpoints).summary();
        let independence = summary
            .checks
            .iter()
            .find(|check| check.name == "independence")
            .expect("always there");
        assert_eq!(
            independence.verdict,
            CheckVerdict::Invalid,
            "{independence:?}"
        );
        comes_to(unsteady(endpoints), "error_rate < 20%", GateOutcome::Proven);
        comes_to(unsteady(endpoints), "p50 < 1s", GateOutcome::Invalid);
    }
}

#[test]
fn too_few_answers_for_blocks_are_said_to_be_taken_as_independent() {
    let few = comes_to(two(24, 40.0), "p50(regional) < 60ms", GateOutcome::Proven);
    assert!(
        text(&few.claims[0]).ends_with("24 answers, taken as independent"),
        "{few:#?}"
    );
    let many = comes_to(two(192, 40.0), "p50(regional) < 60ms", GateOutcome::Proven);
    assert!(text(&many.claims[0]).ends_with("192 answers"), "{many:#?}");
}

#[test]
fn a_gate_that_every_run_keeps_is_refused() {
    for (gate, words) in [
        ("p50 > 0.1us", "name a limit of 1.00 µs or more"),
        ("p50 >= 1ns", "name a limit of 1.00 µs or more"),
        ("count < 99999999999999999999", "(--max-requests)"),
        (
            "p50(regional) / p50(global) <= 99999999999999999999",
            "allowed: 0.001 to 1000",
        ),
        (
            "p50(regional) >= 0.0001 * p50(global)",
            "allowed: 0.001 to 1000",
        ),
    ] {
        let error = check(two(6, 40.0), gate).expect_err(gate).to_string();
        assert!(error.contains(words), "{error}");
    }
    for percentile in ["p(0.000000000001)", "p(99.99999999999)"] {
        let error = Gate::parse(&format!("{percentile} < 1s"))
            .expect_err(percentile)
            .to_string();
        assert!(error.contains("between 0 and 100"), "{error}");
    }
}

#[test]
fn silence_keeps_no_limit() {
    let silent = || Fixture::small().calls(20, |_, _| refused());
    comes_to(silent(), "count < 1000", GateOutcome::Invalid);
    comes_to(silent(), "count >= 1", GateOutcome::Violated);
}

#[test]
fn a_limit_is_proven_violated_or_left_open_by_where_its_interval_lies() {
    for (gate, outcome) in [
        ("p50(regional) < 45ms", GateOutcome::Proven),
        ("p50(regional) < 35ms", GateOutcome::Violated),
        ("p50(regional) < 40ms", GateOutcome::Inconclusive),
        ("p50(regional) >= 35ms", GateOutcome::Proven),
        ("p50(regional) >= 45ms", GateOutcome::Violated),
        ("p50 < 45ms", GateOutcome::Violated),
        ("p(95) < 150ms", GateOutcome::Proven),
        ("avg(regional) < 45ms", GateOutcome::Proven),
        ("avg(regional) > 45ms", GateOutcome::Violated),
        ("error_rate < 50%", GateOutcome::Proven),
        ("count >= 192", GateOutcome::Proven),
        ("count > 192", GateOutcome::Violated),
    ] {
        comes_to(two(192, 40.0), gate, outcome);
    }
}

#[test]
fn what_is_left_open_says_how_many_more_answers_decide_it_and_they_do() {
    for gate in [
        "p50(regional) < 40.8ms",
        "avg(regional) < 41.2ms",
        "p50(regional) <= 0.41 * p50(global)",
    ] {
        let mut rounds = 16;
        let mut result = comes_to(two(rounds, 40.0), gate, GateOutcome::Inconclusive);
        // Each answer is itself an estimate, so that a second or third one can be needed.
        for _ in 0..3 {
            let Some(more) = result.claims[0].more_samples else {
                break;
            };
            rounds += u32::try_from(more).expect("few");
            result = one(two(rounds, 40.0), gate);
        }
        assert_eq!(result.outcome, GateOutcome::Proven, "{result:#?}");
        assert!((40..10_000).contains(&rounds), "{gate}: {rounds}");
    }
}

#[test]
fn a_tail_that_nothing_bounds_is_left_open_with_what_it_needs() {
    for (rounds, more) in [(1, 368 - 1), (100, 268), (367, 1)] {
        let open = comes_to(
            two(rounds, 40.0),
            "p(99){regional} < 500ms",
            GateOutcome::Inconclusive,
        );
        assert_eq!(open.claims[0].more_samples, Some(more), "{open:?}");
    }
    comes_to(
        two(736, 40.0),
        "p(99){regional} < 500ms",
        GateOutcome::Proven,
    );
    let open = comes_to(
        two(736, 40.0),
        "p(99.9){regional} < 2s",
        GateOutcome::Inconclusive,
    );
    assert_eq!(open.claims[0].more_samples, Some(3_688 - 736), "{open:?}");
}

#[test]
fn an_error_rate_is_proven_by_calls_without_failures_and_not_by_few() {
    let open = comes_to(
        two(192, 40.0),
        "error_rate(regional) < 0.1%",
        GateOutcome::Inconclusive,
    );
    assert_eq!(open.claims[0].more_samples, Some(3_688 - 192));
    comes_to(
        two(192, 40.0),
        "error_rate(regional) < 2%",
        GateOutcome::Proven,
    );
    let failing = |every: u32| {
        Fixture::small().calls(400, move |_, i| {
            if i.is_multiple_of(every) {
                refused()
            } else {
                answer(20)
            }
        })
    };
    comes_to(failing(10), "error_rate < 1%", GateOutcome::Violated);
    comes_to(failing(10), "error_rate > 1%", GateOutcome::Proven);
    let open = comes_to(failing(50), "error_rate < 2%", GateOutcome::Inconclusive);
    let text = text(&open.claims[0]);
    assert!(
        text.starts_with("error_rate is 2.0 % (")
            && text.ends_with(", an interval that reaches across the limit of 2.0 %; 400 calls"),
        "{text}"
    );
}

#[test]
fn the_more_a_gate_claims_the_surer_each_claim_has_to_be() {
    let everywhere = Fixture::of("global,default").noisy(192, 3, 0.1, |_| 40.0);
    let wide = text(&one(everywhere, "p50 < 50ms").claims[0]);
    // 2.5 % / 18
    assert!(wide.contains("each end with 99.86 % confidence"), "{wide}");
    let both = judged(
        two(192, 40.0),
        &[
            "p50(regional) < 50ms",
            "p(90) < 1s",
            "count > 1",
            "p50(regional) < p50(global)",
        ],
    );
    // 2.5 % / 4: one, two, none and one
    assert!(
        text(&both[0].claims[0]).contains("99.38 % confidence"),
        "{both:#?}"
    );
    assert_eq!(
        both.iter()
            .map(|result| result.claims.len())
            .collect::<Vec<_>>(),
        [1, 2, 2, 1]
    );
}

#[test]
fn bad_122_equal_answers_prove_what_is_beside_them_and_leave_open_what_is_within_their_digits() {
    let alike = || Fixture::small().calls(192, |_, _| answer(10));
    comes_to(alike(), "p50 < 10.1ms", GateOutcome::Proven);
    comes_to(alike(), "p50 < 9.9ms", GateOutcome::Violated);
    for operator in ["<", "<=", ">", ">="] {
        let open = comes_to(
            alike(),
            &format!("p50 {operator} 10ms"),
            GateOutcome::Inconclusive,
        );
        assert!(
            open.claims.iter().all(|claim| !text(claim).contains("NaN")),
            "{open:?}"
        );
    }
    comes_to(
        alike(),
        "p50(regional) <= p50(global)",
        GateOutcome::Inconclusive,
    );
    comes_to(
        alike(),
        "p50(regional) <= 1.01 * p50(global)",
        GateOutcome::Proven,
    );
}

#[test]
fn bad_125_and_127_no_answers_and_few_are_never_a_pass() {
    let gates = [
        "p50(regional) <= 10 * p50(global)",
        "p50 < 14s",
        "avg < 14s",
        "p(99) < 14s",
        "error_rate < 99%",
    ];
    for number in [0, 1, 5, 6, 7, 367, 368] {
        for result in judged(Fixture::small().calls(number, |_, _| answer(10)), &gates) {
            let texts: Vec<String> = result.claims.iter().map(text).collect();
            let texts = texts.join("\n");
            assert!(!texts.contains("NaN") && !texts.contains("inf"), "{texts}");
            let text = format!("{number}: {result:#?}");
            assert!(!text.contains("NaN"), "{text}");
            if number < 5 {
                assert_ne!(result.outcome, GateOutcome::Proven, "{text}");
            }
            if number == 0 {
                assert_eq!(result.outcome, GateOutcome::Invalid, "{text}");
                assert!(
                    result
                        .claims
                        .iter()
                        .all(|claim| super::gate_tests::text(claim).contains("no data")
                            || super::gate_tests::text(claim).contains("no-data")),
                    "{text}"
                );
            }
        }
    }
    let one_sided = || two(40, 40.0).calls_of("global", 40, |_| refused());
    for result in judged(one_sided(), &gates[..4]) {
        assert_eq!(result.outcome, GateOutcome::Invalid, "{result:#?}");
        assert!(
            result
                .claims
                .iter()
                .any(|claim| text(claim) == "no data: 40 of 40 calls to global failed"),
            "{result:#?}"
        );
    }
    let half = Fixture::small().calls(400, |_, i| if i % 2 == 0 { refused() } else { answer(20) });
    comes_to(half, "p50 < 1s", GateOutcome::Invalid);
}

/// The run with a check that says so.
fn forbidden(reach: Reach) -> impl Fn(&str) -> GateOutcome {
    move |gate| {
        let mut run: Run = two(192, 40.0).run();
        run.plan.judging.gates = vec![gate.to_owned()];
        let summary = summarise(&run);
        let check = Check {
            reach: reach.clone(),
            ..Check::new("stalls", CheckVerdict::Invalid, "x".to_owned())
        };
        let times = Times::of_service(&run, Workers::of(1));
        judge(&run, &times, &summary.rows, &[check])
            .remove(0)
            .outcome
    }
}

#[test]
fn a_number_that_a_check_forbids_is_neither_proven_nor_violated() {
    let tails = forbidden(Reach {
        targets: vec![TargetId(1)],
        from_percentile: Some(0.9),
        claims: Claims::All,
    });
    assert_eq!(tails("p(90){regional} < 500ms"), GateOutcome::Invalid);
    assert_eq!(tails("p(90){global} < 500ms"), GateOutcome::Proven);
    assert_eq!(tails("p50(regional) < 500ms"), GateOutcome::Proven);
    assert_eq!(tails("avg(regional) < 500ms"), GateOutcome::Invalid);
    assert_eq!(
        tails("p(90){regional} < p(90){global}"),
        GateOutcome::Invalid
    );
    assert_eq!(tails("error_rate < 50%"), GateOutcome::Proven);
    let alone = forbidden(Reach {
        claims: Claims::OneEndpoint,
        ..Reach::default()
    });
    assert_eq!(alone("p50(regional) < 500ms"), GateOutcome::Invalid);
    assert_eq!(
        alone("p50(regional) < p50(global)"),
        GateOutcome::Proven,
        "what moves both cancels"
    );
    let all = forbidden(Reach::default());
    assert_eq!(all("p50(regional) < p50(global)"), GateOutcome::Invalid);
    assert_eq!(all("error_rate < 50%"), GateOutcome::Invalid);
    assert_eq!(all("count > 5"), GateOutcome::Proven);
}

#[test]
fn a_stored_gate_that_is_none_is_invalid_and_breaks_nothing() {
    let results = judged(two(40, 40.0), &["p50 <", "p50(us-east-1) < 1s", "p50 < 1s"]);
    assert_eq!(
        results
            .iter()
            .map(|result| result.outcome)
            .collect::<Vec<_>>(),
        [
            GateOutcome::Invalid,
            GateOutcome::Invalid,
            GateOutcome::Proven
        ]
    );
    assert!(
        text(&results[0].claims[0]).contains("column 6"),
        "{results:#?}"
    );
    let many = vec!["p50 < 1s"; Gate::MAX_GATES + 7];
    let results = judged(two(40, 40.0), &many);
    assert_eq!(
        (results.len(), results[Gate::MAX_GATES].outcome),
        (Gate::MAX_GATES + 1, GateOutcome::Invalid)
    );
    assert_eq!(results[Gate::MAX_GATES].gate, "and 7 more");
}

#[test]
fn a_statistic_in_capitals_is_told_its_own_spelling() {
    let error = Gate::parse("P50(eu-west-1) < 1s").expect_err("capitals");
    assert!(error.to_string().contains("did you mean p50?"), "{error}");
}

#[test]
fn gates_that_mean_nothing_for_the_plan_are_refused_before_anything_is_sent() {
    let small = Fixture::small;
    for (gate, words) in [
        ("p50(us-east-1) < 1s", "no endpoint \"us-east-1\""),
        ("p50(eu-wset-1) < 1s", "did you mean eu-west-1?"),
        ("p50(Regional) < 1s", "did you mean regional?"),
        ("p50(EU-WEST-1) < 1s", "did you mean eu-west-1?"),
        ("p50(us-*) < 1s", "no endpoint \"us-*\""),
        ("p50(warm) < 1s", "did you mean connection:warm?"),
        (
            "p50(get-caller-identity) < 1s",
            "did you mean operation:get-caller-identity?",
        ),
        ("p50(connection:cold) < 1s", "no cold calls"),
        (
            "p50(operation:assume-role) < 1s",
            "does not call assume-role",
        ),
        ("p50(candidate) < p50(baseline)", "stsbench compare"),
        (
            "p50(global) < 2 * p50(global)",
            "no two different endpoints",
        ),
        ("p50 < 15s", "given up after 15.0 s"),
    ] {
        let error = check(small(), gate).expect_err(gate).to_string();
        assert!(error.contains(words), "{error}");
    }
    let none = check(
        Fixture::of("eu-west-1,eu-west-2"),
        "p50(regional) < p50(global)",
    )
    .expect_err("none is global");
    assert!(none.to_string().contains("no global endpoint"), "{none}");
    let alone = check(Fixture::of("global"), "p50(regional) < 1s").expect_err("none is regional");
    assert!(
        alone.to_string().contains("beside the global one"),
        "{alone}"
    );
    let apart = check(
        Fixture::wide("global,eu-west-1"),
        "p50(regional,connection:warm) < p50(global,connection:cold)",
    );
    assert!(
        apart
            .expect_err("never the same kind")
            .to_string()
            .contains("no two different endpoints")
    );
    for gate in [
        "p50 < 14s",
        "p50(eu-*) < p50",
        "p(99){eu-west-1,connection:warm} < 1s",
    ] {
        assert_eq!(check(small(), gate), Ok(()), "{gate}");
    }
}

#[test]
fn unequal_operations_and_connections_are_never_set_against_each_other() {
    let wide = Fixture::wide("global,eu-west-1,eu-west-2").calls(40, |_, _| answer(10));
    let result = one(wide, "p50(regional) < p50(global)");
    assert_eq!(
        result.claims.len(),
        8,
        "two Regions, two operations, two kinds of connection: {result:#?}"
    );
}

#[test]
fn t5_a_gate_raises_a_false_alarm_no_more_often_than_it_promises() {
    const RUNS: u64 = 200;
    let gates = [
        "p50(eu-west-1) <= p50(eu-west-2)",
        "avg(eu-west-1) <= avg(eu-west-2)",
        "p50(eu-west-1) <= 40ms",
        "p(90){eu-west-1} <= 48.478ms",
    ];
    let mut decided = [[0; 2]; 4];
    for seed in 0..RUNS {
        // No global endpoint, so that the summary draws no blocks, which takes most of the time.
        let mut run = Fixture::of("eu-west-1,eu-west-2")
            .noisy(192, 1_000 + seed, 0.15, |_| 40.0)
            .run();
        let summary = summarise(&run);
        for (gate, [passes, alarms]) in gates.iter().zip(&mut decided) {
            run.plan.judging.gates = vec![(*gate).to_owned()];
            let times = Times::of_service(&run, Workers::of(1));
            match judge(&run, &times, &summary.rows, &summary.checks)[0].outcome {
                GateOutcome::Proven => *passes += 1,
                GateOutcome::Violated => *alarms += 1,
                GateOutcome::Inconclusive | GateOutcome::Invalid => {}
            }
        }
    }
    // The truth is the limit itself (the p90 of a log-normal is the median times e^(1.28155·0.15)). 2.5 % of 200 is 5; 12 or more come up once in two hundred times (binomial).
    assert!(
        decided.iter().flatten().all(|wrong| *wrong <= 11),
        "passes and alarms in {RUNS} runs: {decided:?}"
    );
}

#[test]
fn a_mean_of_calls_of_which_one_was_never_answered_is_invalid_however_small_the_share() {
    let gates = [
        "avg(eu-west-1) <= 60ms",
        "avg(eu-west-1) <= 2 * avg(global)",
        "avg(global) <= 2 * avg(eu-west-1)",
        "avg(eu-west-1) >= 1ms",
    ];
    for (number, failed) in [(96, 2), (192, 0), (192, 1), (192, 3), (4000, 3)] {
        let run = Fixture::small()
            .calls(number, |_, i| answer(48 + u64::from(i % 5)))
            .calls_of("eu-west-1", number, |i| match i {
                i if i < failed => refused(),
                i => answer(48 + u64::from(i % 5)),
            });
        for result in judged(run, &gates) {
            let wanted = match failed {
                0 => GateOutcome::Proven,
                _ => GateOutcome::Invalid,
            };
            assert_eq!(result.outcome, wanted, "{number} {failed}: {result:#?}");
        }
    }
}

#[test]
fn no_number_of_answers_is_given_that_does_not_decide() {
    // All calls take as long as the limit: the histogram's three digits do not tell one from the other.
    for number in [192, 4000] {
        let equal = || Fixture::small().calls(number, |_, _| answer(12));
        for gate in [
            "p50(eu-west-1) <= 12ms",
            "avg(eu-west-1) <= 12ms",
            "p50(eu-west-1) <= p50(global)",
        ] {
            let found = comes_to(equal(), gate, GateOutcome::Inconclusive);
            assert_eq!(found.claims[0].more_samples, None, "{number} {gate}");
        }
    }
    // An endpoint that goes back and forth is not one service, and no length of a run makes it one.
    let moving = Fixture::small()
        .noisy(192, 4, 0.05, |_| 50.0)
        .calls_of("eu-west-1", 192, |i| {
            answer(if i / 48 % 2 == 1 { 70 } else { 50 } + u64::from(i % 3))
        });
    let gate = "p50(eu-west-1) <= 1.2 * p50(global)";
    let found = comes_to(moving, gate, GateOutcome::Inconclusive);
    assert_eq!(found.claims[0].more_samples, None, "{found:#?}");
}
