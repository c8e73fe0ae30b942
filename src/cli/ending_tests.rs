//! Which exit code a judgement gives.

use std::time::Duration;

use proptest::prelude::*;
use time::OffsetDateTime;

use crate::judge::synthetic_run::{
    Fixture, Reply, answer, denied, expired, failed, refused, throttled,
};
use crate::judge::{Claims, between, summarise};
use crate::plan::Level;
use crate::results::Run;
use crate::sample::FailureKind;

use super::*;

/// A p50 that may be used.
fn has_usable_median(summary: &Summary) -> bool {
    summary.rows.iter().any(|row| {
        row.service_time.percentile(Level::P50).is_some()
            && summary
                .forbidden(row.target, Level::P50, Claims::All)
                .is_none()
    })
}

#[test]
fn a_run_in_which_half_of_the_calls_to_a_target_failed_is_invalid_and_one_that_is_done_has_a_p50() {
    let kinds: [fn() -> Reply; 2] = [refused, throttled];
    for (kind, is_throttled) in kinds.into_iter().zip([false, true]) {
        for tenths in [0, 1, 3, 4, 5, 6, 9, 10] {
            for all in [false, true] {
                let call = |i: u32| if i % 10 < tenths { kind() } else { answer(20) };
                let fixture = Fixture::small().calls(160, |_, _| answer(20));
                let fixture = fixture.calls_of("eu-west-1", 160, call);
                let summary = match all {
                    true => fixture.calls_of("global", 160, call).summary(),
                    false => fixture.summary(),
                };
                let exit = Ending::of_run(&summary).exit();
                let expected = match tenths {
                    0 => Exit::Success,
                    5.. if all => Exit::NoData,
                    1..5 if !is_throttled => Exit::Success,
                    _ => Exit::Invalid,
                };
                assert_eq!(exit, expected, "{tenths} of 10, {is_throttled}, {all}");
                assert!(exit != Exit::Success || has_usable_median(&summary));
            }
        }
    }
}

#[test]
fn a_candidate_that_fails_more_often_than_its_baseline_is_a_failure() {
    let run = |id: &str, failing: u32| {
        let call = move |i: u32| {
            if i % 10 < failing {
                refused()
            } else {
                answer(20)
            }
        };
        let fixture = Fixture::small().calls(400, |_, _| answer(20));
        let mut run = fixture.calls_of("eu-west-1", 400, call).run();
        run.header.run_id = id.to_owned();
        run
    };
    let runs = [
        ("20261122-141500-00000001", 0),
        ("20261122-141500-00000002", 3),
    ];
    let [sound, failing] = runs.map(|(id, failing)| run(id, failing));
    let exit = |baseline: &Run, candidate: &Run| {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 60);
        Ending::of_runs(&between(baseline, candidate, &[], now).expect("compared")).exit()
    };
    assert_eq!(exit(&sound, &failing), Exit::GateFailed);
    assert_ne!(exit(&failing, &sound), Exit::GateFailed);
}

/// Every way in which a call ends without an answer.
fn ways_to_fail() -> Vec<Reply> {
    let failures = FailureKind::ALL.iter().map(|&kind| failed(kind));
    failures.chain([throttled(), denied()]).collect()
}

/// What a run of one target ends with that gets so many answers first and fails so often afterwards.
fn exit_after(answers: u32, failures: u32, reply: &Reply) -> Exit {
    let call = |i: u32| {
        if i < answers {
            answer(20)
        } else {
            reply.clone()
        }
    };
    let fixture = Fixture::of("eu-west-1");
    Ending::of_run(&fixture.calls(answers + failures, |_, i| call(i)).summary()).exit()
}

#[test]
fn the_exit_code_tells_how_many_calls_were_answered_whatever_became_of_the_others() {
    for reply in ways_to_fail() {
        for (answers, failures, expected) in [
            (0, 0, Exit::NoData),
            (0, 1, Exit::NoData),
            (0, 96, Exit::NoData),
            (1, 7, Exit::NoData),
            (5, 5, Exit::NoData),
            (5, 91, Exit::NoData),
            (5, 955, Exit::NoData),
            (6, 90, Exit::NoData),
            (48, 48, Exit::NoData),
            (3, 2, Exit::Invalid),
            (5, 0, Exit::Invalid),
            (1, 0, Exit::Invalid),
            (6, 0, Exit::Success),
            (96, 0, Exit::Success),
        ] {
            let exit = exit_after(answers, failures, &reply);
            assert_eq!(exit, expected, "{answers} answers, {failures} × {reply:?}");
        }
    }
    for (answers, failures) in [(6, 5), (49, 47), (96, 4)] {
        assert_eq!(exit_after(answers, failures, &refused()), Exit::Success);
        assert_eq!(exit_after(answers, failures, &throttled()), Exit::Invalid);
    }
}

#[test]
fn credentials_that_are_refused_during_a_run_have_an_exit_code_of_their_own() {
    for (answers, failures, expected) in [
        (10, 86, Exit::Credentials),
        (0, 96, Exit::Credentials),
        (49, 47, Exit::Success),
    ] {
        assert_eq!(exit_after(answers, failures, &expired()), expected);
    }
    let call = |i: u32| match i {
        0..10 => answer(20),
        10..30 => expired(),
        _ => refused(),
    };
    let summary = Fixture::of("eu-west-1").calls(96, |_, i| call(i)).summary();
    assert_eq!(
        Ending::of_run(&summary).exit(),
        Exit::NoData,
        "most were refused connections"
    );
}

#[test]
fn one_target_that_is_lost_spoils_a_run() {
    let with = |answers: u32, failures: u32| {
        let call = move |i: u32| if i < answers { answer(20) } else { refused() };
        let fixture = Fixture::small().calls(96, |_, _| answer(20));
        let fixture = fixture.calls_of("eu-west-1", answers + failures, call);
        Ending::of_run(&fixture.summary()).exit()
    };
    for (answers, failures) in [(0, 0), (0, 1), (0, 96), (1, 1), (5, 91), (48, 48)] {
        assert_eq!(
            with(answers, failures),
            Exit::Invalid,
            "{answers} {failures}"
        );
    }
    assert_eq!(with(92, 4), Exit::Success);
}

#[test]
fn an_endpoint_that_was_given_up_early_is_lost() {
    let withheld = |calls: u64| {
        let mut run = Fixture::of("eu-west-1").calls(40, |_, _| answer(20)).run();
        run.measured.series[0].counts.withheld = calls;
        Ending::of_run(&summarise(&run)).exit()
    };
    assert_eq!(
        (withheld(0), withheld(40), withheld(41)),
        (Exit::Success, Exit::Success, Exit::NoData)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn a_run_that_is_done_has_a_p50_that_may_be_used(
        targets in prop::array::uniform2((0..40_u32, 0..40_u32)),
        kind in 0..ways_to_fail().len(),
    ) {
        let reply = &ways_to_fail()[kind];
        let call = |(answers, _): (u32, u32)| move |i: u32| if i < answers { answer(20) } else { reply.clone() };
        let fixture = Fixture::small()
            .calls_of("global", targets[0].0 + targets[0].1, call(targets[0]))
            .calls_of("eu-west-1", targets[1].0 + targets[1].1, call(targets[1]));
        let summary = fixture.summary();
        let exit = Ending::of_run(&summary).exit();
        prop_assert!(exit != Exit::Success || has_usable_median(&summary), "{targets:?}");
        let most_failed = targets.map(|(answers, failures)| failures >= answers);
        prop_assert_eq!(exit == Exit::NoData, most_failed == [true; 2], "{:?}", targets);
        prop_assert!(exit != Exit::Success || most_failed == [false; 2], "{targets:?}");
    }
}
