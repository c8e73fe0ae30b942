//! Every finding has a sentence: what was seen, how much, and what to do.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::Value;

use super::sentence::sentence;
use crate::judge::synthetic_run::{Fixture, answer};
use crate::plan::TargetId;
use crate::results::CheckVerdict::{self, Invalid, Ok, Unknown, Warn};
use crate::results::finding::{
    AnswersFinding, Change, ConnectionsFinding, Finding, InstrumentFinding, LargerOf,
    LatenessLimit, LoadFinding, MachineFinding, PrecisionFinding, QueueCause, ServiceFinding,
    ShownPercentile, SpoiledPercentile,
};
use crate::results::{Certificate, Check, Host, Item, Run, Subject, Tool, Verdict};

/// A finding, how grave it is, and the number that its sentence is about; nothing where it is about none.
type Example = (Finding, CheckVerdict, &'static str);

const FIRST: TargetId = TargetId(0);
const SECOND: TargetId = TargetId(1);

fn answers() -> Vec<Example> {
    use AnswersFinding as Found;
    let failed = |issued, ratio, highest_shown, reached_from| Found::SomeFailed {
        failed: 12,
        issued,
        ratio,
        worst: SECOND,
        highest_shown,
        reached_from,
    };
    let shown = |all_calls_ns| {
        Some(ShownPercentile {
            percentile: 0.99,
            answers_ns: 91.25e6,
            all_calls_ns,
        })
    };
    let throttled = |more_endpoints| Found::SomeThrottled {
        throttled: 7,
        issued: 1_000,
        ratio: 0.007,
        limit_ratio: 0.001,
        worst: SECOND,
        more_endpoints,
    };
    let differ = Found::RegionsDiffer {
        answers: 90,
        differing: 4,
        worst: FIRST,
        header_region: "us-east-1".into(),
        token_region: "us-west-2".into(),
        calls: 3,
    };
    let silent = Found::SomeTargetsSilent {
        silent: 1,
        targets: 2,
        first: FIRST,
    };
    vec![
        (Found::EveryTargetAnswered { targets: 2 }.into(), Ok, "2"),
        (Found::NoTargetAnswered.into(), Invalid, "no target"),
        (silent.into(), Warn, "1 of 2"),
        (Found::NothingToBias.into(), Unknown, ""),
        (Found::NoneFailed.into(), Ok, "no call"),
        (failed(2_000, 0.006, None, None).into(), Ok, "12 of 2000"),
        (failed(1_000, 0.012, None, None).into(), Warn, "1.2 %"),
        (
            failed(100, 0.12, shown(Some(99e6)), Some(0.9)).into(),
            Invalid,
            "99.0 ms",
        ),
        (
            failed(100, 0.12, shown(None), Some(0.999)).into(),
            Invalid,
            "p99.9",
        ),
        (Found::NoneThrottled.into(), Ok, "no call"),
        (throttled(0).into(), Warn, "0.7 %"),
        (throttled(3).into(), Invalid, "3 more"),
        (Found::RegionsAgree { answers: 90 }.into(), Ok, "90"),
        (differ.into(), Warn, "4"),
    ]
}

fn load() -> Vec<Example> {
    use LoadFinding as Found;
    let limit = LargerOf {
        ratio: 0.05,
        floor_ns: 5e6,
    };
    let late = |limit| Found::Lateness {
        p99_ns: 6.125e6,
        limit,
    };
    let queued = |cause| Found::SomeQueued {
        queued: 60,
        issued: 100,
        worst: FIRST,
        longest_ns: 900e6,
        warn_ratio: 0.01,
        limit_ratio: 0.5,
        cause,
    };
    let capacity = QueueCause::Capacity {
        connections: 2,
        service_time_ns: 20e6,
        most_per_second: 100.0,
        asked_per_second: 150.0,
    };
    let achieved = |withheld, chance_calls, pace_ratio| Found::AchievedCalls {
        planned: 1_000,
        issued: 970,
        withheld,
        ratio: 0.97,
        limit_ratio: 0.995,
        chance_calls,
        pace_ratio,
    };
    let stretched = Found::StretchedTail {
        added_ns: 300e6,
        added_ratio: 15.0,
        worst: SECOND,
        limit,
    };
    let law = |a_squared, spread_p| Found::ArrivalLaw {
        sent: 5_000,
        a_squared,
        a_squared_limit: 1.959,
        spread_p,
        spread_p_limit: 0.01,
    };
    let fixed = LatenessLimit::Time { ns: 5e6 };
    let (issued, planned) = (110, Some(200));
    let too_few = Found::TooFewArrivals {
        sent: 499,
        needed: 500,
    };
    vec![
        (Found::NothingSent.into(), Unknown, ""),
        (Found::NoSchedule.into(), Unknown, ""),
        (late(fixed).into(), Ok, "6.12 ms"),
        (late(fixed).into(), Warn, "6.12 ms"),
        (late(LatenessLimit::HalfRound).into(), Invalid, "6.12 ms"),
        (late(LatenessLimit::OfMedian(limit)).into(), Invalid, "5 %"),
        (stretched.into(), Invalid, "300.00 ms"),
        (Found::QueueingByNature.into(), Unknown, ""),
        (Found::NoneQueued.into(), Ok, "no call"),
        (queued(None).into(), Ok, "60 of 100"),
        (queued(None).into(), Warn, "900 ms"),
        (
            queued(Some(QueueCause::Machine)).into(),
            Invalid,
            "60 of 100",
        ),
        (queued(Some(capacity)).into(), Invalid, "100 calls/s"),
        (
            queued(Some(QueueCause::Unknown)).into(),
            Invalid,
            "60 of 100",
        ),
        (Found::NoPlannedCalls.into(), Unknown, ""),
        (Found::Interrupted { issued, planned }.into(), Warn, "110"),
        (
            Found::Recovered {
                issued,
                planned: None,
            }
            .into(),
            Warn,
            "110",
        ),
        (achieved(0, 0.0, 1.0).into(), Ok, "970 of 1000"),
        (achieved(20, 126.5, 0.5).into(), Invalid, "50.0 %"),
        (Found::ArrivalsNotRandom.into(), Unknown, ""),
        (Found::ArrivalsCutShort.into(), Unknown, ""),
        (Found::GapsNotKept.into(), Unknown, ""),
        (too_few.into(), Unknown, "499"),
        (law(0.5, 0.5).into(), Ok, "5000"),
        (law(9.5, 0.5).into(), Warn, "9.50"),
        (law(0.5, 0.001).into(), Warn, "0.001"),
        (law(9.5, 0.001).into(), Warn, "9.50"),
    ]
}

fn machine() -> Vec<Example> {
    use MachineFinding as Found;
    let busy = |average_ratio| Found::BusySeconds {
        half_busy: 30,
        four_fifths_busy: 2,
        seconds: 60,
        average_ratio,
    };
    let average = Found::AverageCpu {
        ratio: 0.625,
        warn_ratio: 0.5,
        limit_ratio: 0.8,
    };
    let limit = |ratio, floor_ns| LargerOf { ratio, floor_ns };
    let wait = Found::ProcessorWait {
        mean_ns: 2.5e5,
        turns: 4_000,
        waiting_ratio: 0.125,
        warn: limit(0.01, 1e5),
        limit: limit(0.05, 1e6),
    };
    let stalled = |first_at_ns, spoiled| Found::Stalls {
        stalls: 3,
        limit_ns: 20_000_000,
        longest_ns: 200_000_000,
        total_ns: 350_000_000,
        first_at_ns,
        calls_touched: 11,
        calls: 2_000,
        spoiled,
    };
    let spoiled = SpoiledPercentile {
        percentile: 0.95,
        limit_ratio: 0.005,
    };
    let steal = |ratio| Found::Steal {
        ratio,
        limit_ratio: 0.02,
    };
    let (limit_ns, first_at_ns) = (50_000_000, 12_000_000_000);
    let stepped = Found::ClockStepped {
        steps: 2,
        first_by_ns: -3_600_000_000_000,
        first_at_ns,
        limit_ns,
    };
    let suspended = Found::Suspended {
        suspensions: 1,
        first_length_ns: 5_000_000_000,
        first_at_ns,
        limit_ns: 100_000_000,
    };
    let no_stall = Found::NoStall {
        limit_ns: 20_000_000,
    };
    vec![
        (Found::NotWatched.into(), Unknown, ""),
        (Found::ThreadCpuUnknown.into(), Unknown, ""),
        (busy(None).into(), Ok, "2 of 60"),
        (busy(Some(0.5)).into(), Warn, "50.0 %"),
        (busy(Some(0.9)).into(), Invalid, "90.0 %"),
        (average.into(), Warn, "62.5 %"),
        (Found::ProcessorWaitUnknown.into(), Unknown, ""),
        (wait.into(), Warn, "0.250 ms"),
        (no_stall.into(), Ok, "20 ms"),
        (stalled(None, None).into(), Ok, "3 times"),
        (
            stalled(Some(first_at_ns), Some(spoiled)).into(),
            Invalid,
            "p95",
        ),
        (Found::StealUnknown.into(), Unknown, ""),
        (steal(0.01).into(), Ok, "1.0 %"),
        (steal(0.05).into(), Warn, "5.0 %"),
        (Found::ClocksNotCompared.into(), Unknown, ""),
        (Found::ClockKept { limit_ns }.into(), Ok, "50 ms"),
        (stepped.into(), Warn, "-3600.000 s"),
        (Found::NotSuspended.into(), Ok, "not suspended"),
        (suspended.into(), Invalid, "5.000 s"),
    ]
}

fn service() -> Vec<Example> {
    use ServiceFinding as Found;
    let change = |moved, spikes_ratio| Change {
        moved,
        spikes_ratio,
        effect_ratio: 0.345,
    };
    let changed = |change, more_targets| Found::Changed {
        worst: FIRST,
        change,
        more_targets,
    };
    let some = Found::SomeChanged {
        changed: 3,
        tested: 8,
        worst: SECOND,
        change: change(true, 0.0),
        by_chance: 1,
    };
    let independence = |independent, ratio| Found::Independence {
        answers: 3_200.0,
        independent,
        ratio,
        limit_ratio: 0.1,
        least_independent: 16.0,
        worst: FIRST,
    };
    let untested = Found::ChangeUntested {
        blocks: 16,
        answers: 6,
    };
    let memory = Found::MemoryUntested {
        answers: 160,
        blocks: 8,
    };
    let moved_to = |more_endpoints| Found::AddressesChanged {
        first: FIRST,
        more_endpoints,
    };
    let clock = |ahead_seconds| Found::Clock {
        ahead_seconds,
        limit_seconds: 60,
    };
    vec![
        (untested.into(), Unknown, "16 blocks"),
        (changed(change(true, 0.0), 0).into(), Invalid, "34.5 %"),
        (changed(change(false, 0.125), 2).into(), Invalid, "12.5 %"),
        (changed(change(true, 0.125), 0).into(), Invalid, "34.5 %"),
        (Found::NoneChanged { tested: 8 }.into(), Ok, "8"),
        (some.clone().into(), Ok, "3 of 8"),
        (some.into(), Warn, "3 of 8"),
        (memory.into(), Unknown, "160"),
        (independence(1_600.0, 0.5).into(), Ok, "50.0 %"),
        (independence(80.0, 0.025).into(), Warn, "2.5 %"),
        (independence(9.0, 0.003).into(), Invalid, "16"),
        (Found::AddressesNotKept.into(), Unknown, ""),
        (Found::SameAddresses.into(), Ok, "same addresses"),
        (moved_to(0).into(), Warn, "global"),
        (moved_to(2).into(), Warn, "2 more"),
        (Found::TimeUnknown.into(), Unknown, ""),
        (clock(61).into(), Warn, "61 s ahead"),
        (clock(-5).into(), Ok, "5 s behind"),
    ]
}

fn connections() -> Vec<Example> {
    use ConnectionsFinding as Found;
    let redialled = Found::SomeRedialled {
        redialled: 9,
        issued: 200,
        worst: FIRST,
        limit: 2,
    };
    let requests = |seen| Found::Requests {
        seen,
        made: 200,
        unanswered: 3,
    };
    let local = Found::OnThisMachine {
        first: SECOND,
        address: "127.0.1.1".parse().expect("an address"),
    };
    vec![
        (Found::AllCold.into(), Ok, "every call"),
        (Found::AllAsWanted.into(), Ok, "every call"),
        (redialled.clone().into(), Ok, "9 of 200"),
        (redialled.clone().into(), Warn, "9 of 200"),
        (redialled.into(), Invalid, "9 of 200"),
        (Found::RequestsUnknown.into(), Unknown, ""),
        (Found::RequestsNotCounted.into(), Unknown, ""),
        (requests(199).into(), Ok, "199"),
        (requests(201).into(), Invalid, "201"),
        (local.into(), Warn, "127.0.1.1"),
    ]
}

fn instrument() -> Vec<Example> {
    use InstrumentFinding as Found;
    let twin = Found::Twin {
        worst: SECOND,
        ratio: 1.1,
        low_ratio: 1.05,
        high_ratio: 1.15,
        pairs: 2,
    };
    let delay = Found::InjectedDelay {
        worst: FIRST,
        excess_ns: -13.2e6,
        limit_ns: 5e6,
    };
    let certified = |verdict| Found::Certified { verdict };
    let some = Found::SomeStamped {
        stamped: 1_900,
        answers: 2_000,
        limit_ratio: 0.999,
    };
    let all = Found::AllStamped {
        stamped: 2_000,
        answers: 2_000,
    };
    vec![
        (Found::NoTwin.into(), Unknown, ""),
        (Found::TwinUntested { blocks: 8 }.into(), Unknown, "8"),
        (twin.clone().into(), Ok, "1.1000"),
        (twin.into(), Warn, "1.1000"),
        (Found::NothingInjected.into(), Unknown, ""),
        (delay.clone().into(), Ok, "-13.2 ms"),
        (delay.into(), Warn, "-13.2 ms"),
        (Found::NoCertificate.into(), Unknown, ""),
        (certified(Verdict::Pass).into(), Ok, "400 µs"),
        (certified(Verdict::Warn).into(), Warn, "400 µs"),
        (certified(Verdict::Fail).into(), Warn, "400 µs"),
        (Found::NoneStamped.into(), Warn, "no packet"),
        (some.into(), Warn, "1900 of 2000"),
        (all.into(), Ok, "2000 of 2000"),
    ]
}

fn precision() -> Vec<Example> {
    use PrecisionFinding as Found;
    let supported = Found::TailsSupported {
        fewest_answers: 45.5,
        wanted_answers: 30.0,
    };
    let thin = Found::ThinTail {
        percentile: 0.95,
        answers: 15.0,
        wanted_answers: 30.0,
        worst: FIRST,
        times_as_long: 2,
    };
    let resolution = |half_width_ns| Found::Resolution {
        step_ns: 65_536.0,
        half_width_ns,
        worst: SECOND,
    };
    vec![
        (Found::NoPercentile.into(), Unknown, ""),
        (supported.into(), Ok, "46"),
        (thin.into(), Warn, "15.0"),
        (Found::NoMedian.into(), Unknown, ""),
        (resolution(0.0).into(), Ok, "0.0655 ms"),
        (resolution(1e5).into(), Warn, "0.1000 ms"),
    ]
}

fn examples() -> Vec<Example> {
    [
        answers(),
        load(),
        machine(),
        service(),
        connections(),
        instrument(),
        precision(),
    ]
    .concat()
}

/// A run of two targets with a certificate.
fn run() -> Run {
    let item = Item {
        name: "known-delay".into(),
        verdict: Verdict::Pass,
        subject: Subject::Simulation,
        times_ns: [].into(),
        numbers: [].into(),
        threshold: "p50 at most 750 µs".into(),
        text: "measured minus injected p50 400 µs".into(),
    };
    let certificate = Certificate {
        schema_version: 1,
        tool: Tool {
            name: "stsbench".into(),
            version: "0.1.0".into(),
        },
        host: Host {
            name: "here".into(),
            kernel: "Linux".into(),
            cpu: "a processor".into(),
            cores: 2,
        },
        measured_at: "2026-11-22T12:00:00Z".into(),
        link: "kernel".into(),
        items: vec![item],
    };
    Run {
        certificate: Some(certificate),
        ..Fixture::small().calls(3, |_, _| answer(1)).run()
    }
}

fn check((finding, verdict, _): &Example) -> Check {
    Check {
        finding: Some(finding.clone()),
        ..Check::new("a-check", *verdict, String::new())
    }
}

/// `subject found` of the finding, as in files.
fn kind(finding: &Finding) -> String {
    let value = serde_json::to_value(finding).expect("a finding has a JSON form");
    let tag = |name: &str| value[name].as_str().expect("a tag").to_owned();
    format!("{} {}", tag("subject"), tag("found"))
}

/// Every kind that the sources declare.
fn declared() -> BTreeSet<String> {
    let sources = [
        (
            "answers",
            include_str!("../../../results/finding/answers.rs"),
        ),
        ("load", include_str!("../../../results/finding/load.rs")),
        (
            "machine",
            include_str!("../../../results/finding/machine.rs"),
        ),
        (
            "service",
            include_str!("../../../results/finding/service.rs"),
        ),
        (
            "connections",
            include_str!("../../../results/finding/connections.rs"),
        ),
        (
            "instrument",
            include_str!("../../../results/finding/instrument.rs"),
        ),
        (
            "precision",
            include_str!("../../../results/finding/precision.rs"),
        ),
    ];
    sources
        .iter()
        .flat_map(|(subject, source)| {
            variants(source).map(move |found| format!("{subject} {found}"))
        })
        .collect()
}

/// The variants of the file's first enum, in kebab case.
fn variants(source: &str) -> impl Iterator<Item = String> {
    let (_, body) = source
        .split_once("Finding {\n")
        .expect("an enum of findings");
    let (body, _) = body.split_once("\n}\n").expect("its end");
    body.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?;
        let name: String = name
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect();
        name.starts_with(|c: char| c.is_ascii_uppercase())
            .then(|| kebab(&name))
    })
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

#[test]
fn every_finding_is_among_the_examples() {
    let shown: BTreeSet<String> = examples()
        .iter()
        .map(|(finding, ..)| kind(finding))
        .collect();
    assert_eq!(shown, declared());
    assert!(shown.len() > 60, "{}", shown.len());
}

#[test]
fn every_sentence_is_as_reviewed() {
    let run = run();
    let sentences: Vec<String> = examples()
        .iter()
        .map(|example| {
            let word = format!("{:?}", example.1).to_lowercase();
            format!(
                "{} ({word}): {}",
                kind(&example.0),
                sentence(&check(example), &run)
            )
        })
        .collect();
    insta::assert_snapshot!("sentences", sentences.join("\n"));
}

/// What a reader is asked to do or to conclude.
const ADVICE: [&str; 17] = [
    "compare",
    "do not",
    "let",
    "look",
    "lower",
    "measure",
    "mend",
    "mind",
    "raise",
    "read",
    "repeat",
    "see",
    "set",
    "stop",
    "take",
    "tell why",
    "not measurements of AWS",
];

#[test]
fn every_sentence_is_short_has_its_number_and_says_what_to_do() {
    let run = run();
    for example in examples() {
        let text = sentence(&check(&example), &run);
        let (_, verdict, number) = example;
        assert!((10..700).contains(&text.len()), "{text}");
        assert!(text.contains(number), "{number} in {text}");
        assert!(
            !text.ends_with(['.', ' ', ';', ':']) && !text.contains("  "),
            "{text}"
        );
        let advised = ADVICE.iter().any(|word| text.contains(word));
        assert!(advised || verdict <= Unknown, "{text}");
    }
}

#[test]
fn findings_survive_a_file_and_unknown_ones_leave_the_text() {
    let run = run();
    for example in examples() {
        let check = Check {
            text: "as it was written".into(),
            ..check(&example)
        };
        let mut value = serde_json::to_value(&check).expect("a check has a JSON form");
        let read = |value: &Value| Check::deserialize(value).expect("a check");
        assert_eq!(read(&value), check);
        value["finding"]["found"] = "from-a-later-version".into();
        let unknown = read(&value);
        assert_eq!(unknown.finding, None);
        assert_eq!(sentence(&unknown, &run), "as it was written");
    }
}

#[test]
fn a_target_that_is_not_planned_is_no_panic() {
    let thin = PrecisionFinding::ThinTail {
        percentile: 0.95,
        answers: 15.0,
        wanted_answers: 30.0,
        worst: TargetId(999),
        times_as_long: 2,
    };
    let text = sentence(&check(&(thin.into(), Warn, "")), &run());
    assert!(text.contains("at target 999 (30 wanted)"), "{text}");
}
