//! Runs that become one.

use std::time::Duration;

use proptest::prelude::*;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::health::{ClockStep, Clocks, Event, Health, Stalls};
use crate::plan::ConnectionMode;
use crate::record::{Counts, Pace, Trace};
use crate::results::model::header::Simulation;
use crate::results::model::measured::Completion;
use crate::results::small_run;
use crate::sample::Phase;

use super::*;

const EPOCH: i64 = 1_795_348_800;

/// A run of so many calls that began so many seconds after the first one can begin.
fn run_at(seconds: i64, calls: u32) -> Run {
    let started = OffsetDateTime::from_unix_timestamp(EPOCH + seconds).expect("a date");
    // No two runs measured the same: how long one of the answers took, and how late its call was, tell the hour.
    let own = u64::try_from(seconds).unwrap_or(0);
    let sample = |number| {
        let mut sample = small_run::sample(number);
        if number == 3 {
            let wait = Duration::from_micros(own % 1000);
            sample.timing.phases.set(Phase::Wait, wait);
            sample.timing.sent += Duration::from_millis(5 * (own / 1000));
        }
        sample
    };
    let samples: Vec<_> = (0..calls).map(sample).collect();
    let mut run = small_run::run(&samples);
    run.header.run_id = format!("run-{seconds}");
    run.header.started_at = started.format(&Rfc3339).expect("a date");
    run
}

/// What the order of merging could spoil: times (with no more gaps than sends), lists that are bounded, and values of which one is kept.
fn eventful(mut run: Run, at: u64, seed: u64) -> Run {
    let at = at.min(run.measured.elapsed_ns);
    let event = |i: u64| Event {
        at_ns: at.saturating_sub(i * 1000),
        length_ns: i,
    };
    let health = Health {
        stalls: Stalls {
            number: 40,
            calls: 50,
            first: (0..40).rev().map(event).collect(),
            ..Stalls::default()
        },
        clocks: Some(Clocks {
            steps: 1,
            first_steps: vec![ClockStep {
                at_ns: at,
                by_ns: 7,
            }],
            ..Clocks::default()
        }),
        process_cpu_ns: Some(seed),
        ..Health::default()
    };
    let notice = |at_ns, text: String| Notice { at_ns, text };
    run.conditions.health = (!seed.is_multiple_of(3)).then_some(health);
    run.conditions.measuring_cpu_ratio = (!seed.is_multiple_of(5)).then_some(seed as f64 / 1e3);
    run.measured.pace = (!seed.is_multiple_of(7)).then(|| Pace {
        gaps: run.measured.signing.clone(),
        bins: vec![2; Pace::BINS],
    });
    run.conditions.service_clock_ahead_seconds =
        (seed.is_multiple_of(2)).then_some(seed as i64 % 7 - 3);
    run.notices = vec![
        notice(0, format!("before {}", seed % 2)),
        notice(at, format!("at {at}")),
    ];
    run
}

/// Several runs with pauses of 0 to 3 s, by dates in whole seconds.
fn some_runs() -> impl Strategy<Value = Vec<Run>> {
    let one = (
        prop_oneof![4 => 2..50_u32, 1 => 1100..1300_u32],
        0..3000_u64,
        any::<u64>(),
        0..1000_u64,
    );
    prop::collection::vec(one, 2..6).prop_map(|ones| {
        let mut began = Duration::from_millis(400);
        let runs = ones.into_iter().map(|(calls, pause, at, seed)| {
            let run = eventful(run_at(began.as_secs() as i64, calls), at, seed);
            began += Duration::from_nanos(run.measured.elapsed_ns) + Duration::from_millis(pause);
            run
        });
        runs.collect()
    })
}

fn merged(runs: impl IntoIterator<Item = Run>) -> Run {
    merge(runs, "merged".to_owned()).expect("merged")
}

fn issued(run: &Run) -> u64 {
    run.measured
        .series
        .iter()
        .map(|series| series.counts.issued)
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn neither_the_order_nor_the_steps_of_merging_matter(
        runs in some_runs(), turn in any::<prop::sample::Index>(), split in prop::collection::vec(any::<bool>(), 6)
    ) {
        let whole = merged(runs.clone());
        let mut turned = runs.clone();
        turned.rotate_left(turn.index(runs.len()));
        turned.reverse();
        prop_assert!(merged(turned) == whole);
        let (some, others): (Vec<_>, Vec<_>) = runs.into_iter().zip(split).partition(|(_, first)| *first);
        let step = |part: Vec<(Run, bool)>, id: &str| {
            let runs: Vec<Run> = part.into_iter().map(|(run, _)| run).collect();
            (!runs.is_empty()).then(|| merge(runs, id.to_owned()).expect("merged"))
        };
        let (some, others) = (step(some, "some"), step(others, "others"));
        // All in one step, and it stays the run of that step.
        let again = { let mut run = merged(some.into_iter().chain(others));  run.header.run_id = whole.header.run_id.clone(); run };
        prop_assert!(again == whole);
    }

    #[test]
    fn counts_and_histograms_add_up_and_the_result_can_be_read_back(runs in some_runs()) {
        let whole = merged(runs.clone());
        prop_assert_eq!(issued(&whole), runs.iter().map(issued).sum::<u64>());
        let length = |run: &Run| run.measured.series.iter().map(|series| series.service_time.to_hdr().len()).sum::<u64>();
        prop_assert_eq!(length(&whole), runs.iter().map(length).sum::<u64>());
        prop_assert_eq!(whole.measured.signing.to_hdr().len(), runs.iter().map(|run| run.measured.signing.to_hdr().len()).sum::<u64>());
        let bytes = crate::results::to_json(&whole);
        let read = crate::results::read::run::from_json(&bytes, std::path::Path::new("run.json"));
        prop_assert!(read.expect("believed") == whole);
    }
}

#[test]
fn blocks_and_windows_stand_in_order_of_time() {
    let (early, late) = (run_at(0, 16), run_at(3600, 16));
    let whole = merged([late.clone(), early.clone()]);
    assert_eq!(whole.window_ranges(), [0..4, 4..8]);
    assert_eq!(
        (whole.plan.blocks, whole.header.started_at.as_str()),
        (8, early.header.started_at.as_str())
    );
    assert_eq!(
        whole.measured.elapsed_ns,
        3600 * 1_000_000_000 + late.measured.elapsed_ns
    );
    assert_eq!(
        whole.measuring_ns(),
        early.measured.elapsed_ns + late.measured.elapsed_ns
    );
    for (series, target) in whole.measured.series.iter().zip(0..) {
        let blocks = early.measured.series[target]
            .blocks
            .iter()
            .chain(&late.measured.series[target].blocks);
        assert!(
            series
                .blocks
                .iter()
                .zip(blocks)
                .all(|(a, b)| a.service_time == b.service_time && a.counts == b.counts)
        );
        assert!(series.blocks.iter().map(|block| block.number).eq(0..8));
    }
    let after = |points: &Trace| {
        points
            .points
            .iter()
            .filter(|point| point.at_ns >= 3600 * 1_000_000_000)
            .count()
    };
    assert_eq!(
        after(&whole.measured.series[0].trace),
        late.measured.series[0].trace.points.len()
    );
}

#[test]
fn one_run_alone_stays_what_it_is() {
    let run = eventful(run_at(0, 40), 5, 4);
    assert_eq!(merge([run.clone()], "other".to_owned()), Ok(run));
    assert_eq!(merge([], "none".to_owned()), Err(MergeError::Nothing));
}

#[test]
fn bad_075_the_same_run_counts_once_and_that_is_said() {
    let (a, b) = (run_at(0, 40), run_at(3600, 40));
    let whole = merged([a.clone(), b.clone(), a.clone(), a.clone()]);
    assert_eq!(issued(&whole), issued(&a) + issued(&b));
    let said = whole
        .notices
        .iter()
        .filter(|notice| notice.text.contains("run-0 was given more than once"));
    assert_eq!(said.count(), 1, "{:?}", whole.notices);
    let mut cut_off = run_at(0, 20);
    cut_off.measured.completion = Completion::Recovered;
    for pair in [[cut_off.clone(), a.clone()], [a.clone(), cut_off]] {
        assert_eq!(issued(&merged(pair)), issued(&a), "the one that holds more");
    }
}

#[test]
fn the_worst_of_the_runs_is_the_state_of_the_whole() {
    let ended = |seconds, completion| {
        let mut run = run_at(seconds, 8);
        run.measured.completion = completion;
        run
    };
    let runs = || {
        [
            ended(0, Completion::Complete),
            ended(100, Completion::Interrupted),
            ended(200, Completion::Complete),
        ]
    };
    assert_eq!(merged(runs()).measured.completion, Completion::Interrupted);
    let recovered = ended(300, Completion::Recovered);
    assert_eq!(
        merged(runs().into_iter().chain([recovered]))
            .measured
            .completion,
        Completion::Recovered
    );
}

#[test]
fn notices_name_their_window_and_what_all_runs_say_beforehand_stands_once() {
    let noticed = |seconds, at_ns| Run {
        notices: vec![
            Notice {
                at_ns: 0,
                text: "a proxy is ignored".into(),
            },
            Notice {
                at_ns,
                text: "eu-west-1: throttled".into(),
            },
        ],
        ..run_at(seconds, 40)
    };
    let whole = merged([noticed(0, 5), noticed(3600, 7)]);
    let told: Vec<_> = whole
        .notices
        .iter()
        .map(|notice| (notice.at_ns, notice.text.as_str()))
        .collect();
    let later = format!(
        "window of {}: eu-west-1: throttled",
        run_at(3600, 1).header.started_at
    );
    let first = format!(
        "window of {}: eu-west-1: throttled",
        run_at(0, 1).header.started_at
    );
    assert_eq!(
        told,
        [
            (0, "a proxy is ignored"),
            (5, first.as_str()),
            (3_600_000_000_007, later.as_str())
        ]
    );
}

#[test]
fn stages_are_blocks_of_one_window() {
    let mut merger = Merger::default();
    [run_at(0, 16), run_at(100, 16)]
        .into_iter()
        .for_each(|run| merger.add(run).expect("the same plan"));
    let (whole, stages) = merger
        .finish_in_one_window("both".to_owned())
        .expect("joined");
    assert!(whole.measured.windows.is_empty());
    assert_eq!((whole.window_ranges().len(), whole.plan.blocks), (1, 8));
    assert_eq!((stages[1].first_block, stages[1].blocks), (4, 4));
}

#[test]
fn runs_that_are_not_of_the_same_kind_are_refused_by_what_differs() {
    type Spoil = fn(&mut Run);
    let fleet = |region: &str, requests_seen| Simulation {
        region: region.into(),
        seed: 1,
        link: "bytes".into(),
        why_not_kernel: None,
        injected: Vec::new(),
        requests_seen,
    };
    let spoils: [(&str, Spoil); 15] = [
        ("the schema version", |run| run.header.schema_version = 7),
        ("the vantage", |run| {
            run.header.vantage.name = "elsewhere".into();
        }),
        ("the simulated fleet", |run| {
            run.header
                .vantage
                .simulation
                .as_mut()
                .expect("simulated")
                .region = "b".into();
        }),
        ("the simulated fleet", |run| {
            run.header.vantage.simulation = None;
        }),
        ("what is called", |run| run.plan.targets.swap(0, 1)),
        ("what is called", |run| {
            run.plan.targets[0].connection = ConnectionMode::Resumed;
        }),
        ("the client", |run| {
            run.plan.client = crate::plan::Client::Reqwest;
        }),
        ("the clock", |run| {
            run.plan.clock = crate::plan::Clock::Kernel;
        }),
        ("the resolver", |run| {
            run.plan.resolver = "127.0.0.1".parse().expect("a resolver");
        }),
        ("the load", |run| {
            run.plan.load = crate::plan::Load::Closed {
                concurrency: 1,
                duration: Duration::from_secs(4),
            }
        }),
        ("the load", |run| {
            run.plan.load = crate::plan::Load::Audit {
                rounds: 16,
                round: Duration::from_secs(2),
            }
        }),
        ("the length of a block", |run| run.plan.blocks = 2),
        ("the warm-up", |run| run.plan.warmup_rounds = 9),
        ("the measure by which it is judged", |run| {
            run.plan.judging.gates = vec!["p50 < 1s".into()];
        }),
        ("the measure by which it is judged", |run| {
            run.plan.judging.confidence = 0.9;
        }),
    ];
    let simulated = |seconds| {
        let mut run = run_at(seconds, 8);
        run.header.vantage.simulation = Some(fleet("a", Some(8)));
        run
    };
    for (what, spoil) in spoils {
        let mut other = simulated(100);
        spoil(&mut other);
        let error = merge([simulated(0), other], "x".to_owned()).expect_err(what);
        assert_eq!(
            error,
            MergeError::Different {
                what,
                one: "run-0".into(),
                other: "run-100".into()
            }
        );
    }
    let mut other = simulated(100);
    other.header.vantage.simulation = Some(Simulation {
        seed: 2,
        ..fleet("a", Some(9))
    });
    other.plan.seed = 99;
    other.plan.targets[0].endpoint.address = Some(([127, 0, 0, 1], 4).into());
    let whole = merged([simulated(0), other]);
    assert_eq!(
        whole
            .header
            .vantage
            .simulation
            .and_then(|fleet| fleet.requests_seen),
        Some(17)
    );
}

#[test]
fn runs_at_the_same_time_and_runs_beyond_a_run_are_refused() {
    let error = merge([run_at(10, 40), run_at(0, 40)], "x".to_owned()).expect_err("at once");
    assert!(
        matches!(&error, MergeError::Overlap { one, other, .. } if one == "run-0" && other == "run-10"),
        "{error}"
    );
    let twice = merged([run_at(0, 4), run_at(100, 4)]);
    assert!(matches!(
        merge([twice, run_at(0, 4)], "x".to_owned()),
        Err(MergeError::Overlap { .. })
    ));
    let many = (0..).map(|number| run_at(number * 100, 4));
    assert_eq!(
        merge(many, "x".to_owned()),
        Err(MergeError::TooManyBlocks { blocks: 1028 })
    );
    let mut busy = run_at(0, 4);
    busy.measured.series[0].counts = Counts {
        issued: MAX_CALLS,
        ..Counts::default()
    };
    assert_eq!(
        merge([busy, run_at(100, 4)], "x".to_owned()),
        Err(MergeError::TooManyCalls)
    );
    let mut undated = run_at(0, 4);
    undated.header.started_at = "soon".into();
    assert!(matches!(
        merge([undated], "x".to_owned()),
        Err(MergeError::Undated { .. })
    ));
}

/// The run under another id and at another hour.
fn copy(run: &Run, seconds: i64) -> Run {
    let other = run_at(seconds, 2).header;
    let mut copy = run.clone();
    (copy.header.run_id, copy.header.started_at) = (other.run_id, other.started_at);
    copy
}

#[test]
fn a_copy_under_another_id_and_hour_is_counted_once() {
    let (one, other) = (run_at(0, 16), run_at(3600, 16));
    let whole = merged([one.clone(), other.clone()]);
    let with_copy = merged([one.clone(), other.clone(), copy(&one, 7200)]);
    assert_eq!(with_copy.measured, whole.measured);
    assert_eq!(
        with_copy.notices[0].text,
        "run run-7200 holds the measurement of run-0 under another id and is counted once"
    );
    // A merged run remembers what it is made of.
    let later = merged([whole.clone(), copy(&one, 7200)]);
    assert_eq!(later.measured, whole.measured);
    let error = merge([copy(&one, 7200), whole], "merged".to_owned()).expect_err("refused");
    assert_eq!(
        error,
        MergeError::Copied {
            one: "run-7200".to_owned(),
            other: "run-0".to_owned()
        }
    );
}

#[test]
fn runs_without_an_answer_are_no_copies_of_each_other() {
    let whole = merged([run_at(0, 0), run_at(3600, 0)]);
    assert_eq!(whole.measured.windows.len(), 2);
}
