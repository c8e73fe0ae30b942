//! What a foreign run file can say and must not.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use crate::plan::{Cap, Load, Precision, TargetId};
use crate::record::Histogram;
use crate::results::check::{Check, CheckVerdict, Reach};
use crate::results::hdr::hlog;
use crate::results::merge::merger::merge;
use crate::results::model::header::{Injected, Simulation};
use crate::results::model::precision::{PrecisionOutcome, Reached};
use crate::results::read::run::from_json;
use crate::results::small_run;
use crate::results::store::run::to_json;
use crate::sample::Phase;

use super::*;

fn measured() -> Run {
    small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>())
}

fn read(run: &Run) -> Result<Run, String> {
    from_json(&to_json(run), Path::new("run.json")).map_err(|error| error.to_string())
}

/// A run with everything that a file can say beside its numbers.
fn talkative() -> Run {
    let mut samples: Vec<_> = (0..40).map(small_run::sample).collect();
    samples[3]
        .timing
        .phases
        .set(Phase::Wait, Duration::from_millis(9));
    let mut later = small_run::run(&samples);
    later.header.run_id = "later".into();
    later.header.started_at = "2026-11-22T13:00:00Z".into();
    let mut run = merge([measured(), later], "both".into()).expect("merged");
    run.measured.precision = Some(PrecisionOutcome {
        pilot_rounds: 16,
        wanted_rounds: 40,
        granted_rounds: 32,
        capped_by: Some(Cap::MaxRequests),
        decided_by: Some(TargetId(1)),
        reached: vec![Reached {
            target: TargetId(0),
            half_width_ratio: Some(0.031),
            met: false,
        }],
        stages: run.measured.windows.clone(),
    });
    run.plan.judging.gates = vec!["p50 < 5ms".into()];
    run.plan.judging.precision = Some(Precision {
        half_width_ratio: 0.02,
        percentile: 0.99,
    });
    let mut check = Check::new("stalls", CheckVerdict::Invalid, "held up".into());
    check.statistic = Some(0.1);
    check.reach = Reach {
        targets: vec![TargetId(1)],
        from_percentile: Some(0.99),
        ..Reach::default()
    };
    run.checks = vec![check];
    run.conditions.service_clock_ahead_seconds = Some(-5);
    run
}

#[test]
fn what_fits_the_run_is_believed() {
    assert_eq!(read(&talkative()), Ok(talkative()));
}

#[test]
fn what_does_not_fit_the_run_is_refused_by_name() {
    type Spoil = fn(&mut Run);
    let spoils: [(&str, Spoil); 37] = [
        ("windows: 4 of 8 blocks", |run| {
            drop(run.measured.windows.pop());
        }),
        ("windows: 4 blocks from block 4 on, after 0", |run| {
            run.measured.windows.swap(0, 1);
        }),
        ("windows: 4 blocks from block 0 on, after 4", |run| {
            run.measured.windows[1].first_block = 0;
        }),
        ("windows: 0 blocks", |run| {
            run.measured.windows[0].blocks = 0;
        }),
        ("windows: 65539 of 8 blocks", |run| {
            run.measured.windows[1].blocks = u16::MAX;
        }),
        ("is no run's id", |run| {
            run.measured.windows[0].run_id = "../../etc".into();
        }),
        ("is not an RFC 3339 date", |run| {
            run.measured.windows[0].started_at = "soon\u{1b}".into();
        }),
        ("number 2 begins before", |run| {
            run.measured.windows[1].started_at = "2026-11-22T12:00:00Z".into();
        }),
        ("number 2 begins before", |run| {
            run.measured.windows[0].elapsed_ns = u64::MAX;
        }),
        ("later is there twice", |run| {
            run.measured.windows[0].run_id = "later".into();
        }),
        ("stages: 0 of 8 blocks", |run| outcome(run).stages.clear()),
        ("a pilot of 33 of 32 rounds", |run| {
            outcome(run).pilot_rounds = 33;
        }),
        ("a target that is not planned", |run| {
            outcome(run).decided_by = Some(TargetId(2));
        }),
        ("a target that is not planned", |run| {
            outcome(run).reached[0].target = TargetId(9);
        }),
        ("precision: 3 targets", |run| {
            outcome(run).reached = vec![outcome(run).reached[0]; 3];
        }),
        ("a width that is none", |run| {
            outcome(run).reached[0].half_width_ratio = Some(-0.1);
        }),
        ("--confidence 95 is out of range", |run| {
            run.plan.judging.confidence = 95.0;
        }),
        ("--margin", |run| run.plan.judging.margin_ratio = -0.1),
        ("--gate of 1001 characters", |run| {
            run.plan.judging.gates[0] = "x".repeat(1001);
        }),
        ("--gate with control characters", |run| {
            run.plan.judging.gates[0] = "p50 <\n5ms".into();
        }),
        ("257 checks", |run| {
            run.checks = vec![run.checks[0].clone(); 257];
        }),
        ("check 0 (stalls): a text", |run| {
            run.checks[0].formula = "x\u{1b}[31m".into();
        }),
        ("check 0 (stalls): a target", |run| {
            run.checks[0].reach.targets = vec![TargetId(2)];
        }),
        ("a service's clock", |run| {
            run.conditions.service_clock_ahead_seconds = Some(i64::MIN);
        }),
        ("plan.load: blocks of 0ns; allowed: 1 ns to", |run| {
            run.plan.load = audit(0, 1);
        }),
        ("plan.load: blocks of 1152921504.606846976s", |run| {
            run.plan.load = audit(8, 1 << 60);
        }),
        ("elapsed_ns", |run| run.measured.elapsed_ns = u64::MAX),
        (
            "plan.deadlines.total_ns: 0ns; allowed: 1 ms to 3600s",
            |run| run.plan.deadlines.total = Duration::ZERO,
        ),
        ("series 1: an answer after 3601", |run| {
            let slowest = Histogram::default();
            run.measured.series[1].service_time = (0..run.measured.series[1].counts.succeeded)
                .fold(slowest, |mut slowest, _| {
                    slowest.record(Histogram::MAX);
                    slowest
                });
        }),
        ("series 1: the service_time of its blocks", |run| {
            run.measured.series[1].service_time = run.measured.series[1].response_time.clone();
        }),
        ("target 1 is there twice", |run| {
            run.plan.targets[1] = run.plan.targets[0].clone();
        }),
        ("spin_cpu_ratio: Some(-5.0); allowed: 0 to 1000", |run| {
            run.conditions.spin_cpu_ratio = Some(-5.0);
        }),
        ("measuring_cpu_ratio", |run| {
            run.conditions.measuring_cpu_ratio = Some(1e308);
        }),
        ("a text that is long", |run| {
            run.header.tool.version = "9".repeat(2000);
        }),
        ("a simulated fleet's Region or link", |run| {
            run.header.vantage.simulation = fleet("x".repeat(65), "kernel");
        }),
        ("a simulated fleet's Region or link", |run| {
            run.header.vantage.simulation = fleet("a".into(), "");
        }),
        ("a simulated fleet's endpoint", |run| {
            run.header.vantage.simulation = fleet("a".into(), "bytes");
            run.header
                .vantage
                .simulation
                .as_mut()
                .expect("simulated")
                .injected
                .push(Injected {
                    endpoint: "a\u{1b}".into(),
                    round_trip_ns: 1,
                    service_time_median_ns: Default::default(),
                });
        }),
    ];
    for (words, spoil) in spoils {
        let mut spoilt = talkative();
        spoil(&mut spoilt);
        let error = read(&spoilt).expect_err(words);
        assert!(
            error.contains(words) && !error.contains(['\u{1b}', '\n']),
            "{words}: {error}"
        );
    }
}

fn audit(rounds: u32, round_ns: u64) -> Load {
    Load::Audit {
        rounds,
        round: Duration::from_nanos(round_ns),
    }
}

fn fleet(region: String, link: &str) -> Option<Simulation> {
    let (link, injected) = (link.to_owned(), Vec::new());
    Some(Simulation {
        region,
        seed: 0,
        link,
        why_not_kernel: None,
        injected,
        requests_seen: None,
    })
}

fn outcome(run: &mut Run) -> &mut PrecisionOutcome {
    run.measured.precision.as_mut().expect("it has one")
}

#[test]
fn the_files_of_earlier_releases_can_be_read() {
    let saved = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs");
    let directories = std::fs::read_dir(saved)
        .expect("there")
        .map(|entry| entry.expect("an entry").path());
    let runs: Vec<_> = directories
        .filter(|path| path.join("run.json").exists())
        .collect();
    assert!(!runs.is_empty());
    for path in runs {
        let run = crate::results::read(&path).expect("read");
        assert!(
            run.window_ranges()
                .iter()
                .map(ExactSizeIterator::len)
                .sum::<usize>()
                > 0,
            "{}",
            path.display()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_file_in_which_anything_was_exchanged_is_read_or_refused_and_never_a_panic(
        at in any::<prop::sample::Index>(),
        value in prop::sample::select(&[
            "0", "1", "-1", "65535", "65536", "18446744073709551615", "1e300", "null", "[]", "{}", "\"\"", "\"a\"", "true",
            "4294967295", "0.5",
        ][..])
    ) {
        let text = String::from_utf8(to_json(&talkative())).expect("text");
        let places: Vec<usize> = text.match_indices("\":").map(|(at, _)| at + 2).collect();
        let from = places[at.index(places.len())];
        let to = from + text[from..].find([',', '}', ']', '\n']).expect("an end");
        let spoilt = format!("{}{value}{}", &text[..from], &text[to..]);
        if let Ok(run) = from_json(spoilt.as_bytes(), Path::new("run.json")) {
            let other = { let mut run = measured();  run.header.run_id = "other".into();  run.header.started_at = "2027-01-01T00:00:00Z".into(); run };
            drop(hlog::log(&run, Path::new("x")));
            drop(merge([run, other], "x".into()));
        }
    }
}
