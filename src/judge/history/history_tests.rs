//! Runs against a history whose truth is known.

use std::time::Duration;

use time::OffsetDateTime;

use crate::plan::Load;
use crate::results::{Run, moment};

use crate::judge::summarise::rows_and_checks;
use crate::judge::synthetic_run::{Fixture, answer, refused};
use crate::judge::{BetweenError, Claims};
use crate::report::words::side_by_side::comparisons;

use super::*;

pub(super) fn now() -> OffsetDateTime {
    moment("2026-12-31T00:00:00Z").expect("a date")
}

/// A run of that day: so many milliseconds by endpoint, with little noise within the run and 2 % from run to run.
pub(super) fn run(day: u32, endpoints: &str, milliseconds: impl Fn(&str) -> f64) -> Run {
    let drift = |name: &str| {
        1.0 + 0.02
            * (f64::from(day) * 1.7 + name.len() as f64 + f64::from(name.as_bytes()[8])).sin()
    };
    let fixture = Fixture::of(endpoints).noisy(32, day.into(), 0.01, |target| {
        let name = target.endpoint.name.as_str();
        milliseconds(name) * drift(name)
    });
    dated(fixture.run(), day)
}

fn dated(mut run: Run, day: u32) -> Run {
    let started_at = format!(
        "2026-{:02}-{:02}T06:00:00Z",
        10 + (day - 1) / 28,
        1 + (day - 1) % 28
    );
    run.header.run_id = format!("day-{day}");
    run.header.started_at = started_at;
    run
}

const FOUR: &str = "eu-west-1,eu-west-2,eu-west-3,eu-north-1";

pub(super) fn usual(day: u32) -> Run {
    run(day, FOUR, |_| 100.0)
}

/// The candidate against runs of the days before, which are as usual but for those that are given.
fn judge(days: u32, changed: &[Run], candidate: &Run) -> History {
    let mut past: Vec<Run> = (1..=days).map(usual).collect();
    for run in changed {
        let at = past
            .iter()
            .position(|other| other.header.run_id == run.header.run_id)
            .expect("a day of the past");
        past[at] = run.clone();
    }
    let past = past
        .iter()
        .map(|run| Past::of(run, candidate).expect("comparable"))
        .collect();
    against_history(candidate, past, &[], now()).expect("judged")
}

pub(super) fn outcomes(history: &History) -> Vec<HistoryOutcome> {
    history.lines.iter().map(|line| line.outcome).collect()
}

fn slow(day: u32) -> Run {
    run(
        day,
        FOUR,
        |name| if name == "eu-west-3" { 130.0 } else { 100.0 },
    )
}

#[test]
fn an_endpoint_is_slower_when_two_runs_in_a_row_say_so() {
    use HistoryOutcome::{BeyondOnce, Slower, Steady};
    assert_eq!(outcomes(&judge(14, &[], &usual(15))), [Steady; 4]);
    let once = judge(14, &[], &slow(15));
    assert_eq!(outcomes(&once), [Steady, Steady, BeyondOnce, Steady]);
    let twice = judge(14, &[slow(14)], &slow(15));
    assert_eq!(
        outcomes(&twice),
        [Steady, Steady, Slower, Steady],
        "{twice:#?}"
    );
    let change = twice.lines[2].change.expect("a change");
    assert!(
        (change.ratio / 1.3 - 1.0).abs() < 0.05 && (change.expected / 100e6 - 1.0).abs() < 0.05,
        "{change:?}"
    );
    let over = judge(14, &[slow(13)], &slow(15));
    assert_eq!(outcomes(&over)[2], BeyondOnce, "not in a row");
    assert_eq!(
        outcomes(&judge(14, &[slow(14)], &usual(15))),
        [Steady; 4],
        "it is over"
    );
    assert!(twice.vantage.is_empty());
}

/// A run of that day in which so many of 32 calls to eu-west-3 fail.
fn failing(day: u32, failed: u32) -> Run {
    let call = |i: u32| if i < failed { refused() } else { answer(100) };
    let fixture = Fixture::of(FOUR).calls(32, |_, _| answer(100));
    dated(fixture.calls_of("eu-west-3", 32, call).run(), day)
}

#[test]
fn an_endpoint_that_fails_more_often_is_told_once_and_red_when_two_runs_in_a_row_say_so() {
    let of = |changed: &[Run], candidate: &Run| {
        let judged = judge(14, changed, candidate);
        let others = judged.lines.iter().enumerate().filter(|(at, _)| *at != 2);
        assert!(
            others.clone().all(|(_, line)| line.failures.is_none()),
            "{judged:?}"
        );
        judged.lines[2].clone()
    };
    let sound = of(&[], &failing(15, 0));
    assert_eq!((sound.failures, sound.fails_more()), (None, false));
    let chance = of(&[failing(3, 1), failing(9, 1)], &failing(15, 2));
    assert_eq!(
        chance.failures, None,
        "a few of many calls fail at all times"
    );
    let once = of(&[], &failing(15, 10));
    assert!(once.failures.is_some() && !once.fails_more(), "{once:?}");
    let over = of(&[failing(14, 10)], &failing(15, 0));
    assert_eq!(over.failures, None);
    let lasting = of(&[failing(14, 10)], &failing(15, 10));
    let failures = lasting.failures.expect("more failures");
    assert!(lasting.fails_more());
    assert_eq!((failures.now.failed, failures.before.failed), (10, 0));
    let days: Vec<Run> = (10..15).map(|day| failing(day, 10)).collect();
    assert!(
        of(&days, &failing(15, 10)).fails_more(),
        "a week of it is no habit"
    );
    let habit: Vec<Run> = (1..15).map(|day| failing(day, 10)).collect();
    assert!(!of(&habit, &failing(15, 10)).fails_more());
}

#[test]
fn a_run_that_is_repeated_at_once_is_not_the_run_before() {
    use HistoryOutcome::{BeyondOnce, Slower};
    let judged = |first_began: &str| {
        let mut first = slow(14);
        first.header.started_at = first_began.to_owned();
        outcomes(&judge(14, &[first], &slow(15)))[2]
    };
    assert_eq!(slow(15).header.started_at, "2026-10-15T06:00:00Z");
    assert_eq!(judged("2026-10-15T05:30:00Z"), Slower);
    assert_eq!(
        judged("2026-10-15T05:30:01Z"),
        BeyondOnce,
        "a transient lasts for both of them"
    );
}

#[test]
fn the_run_before_too_has_to_be_slower_by_what_matters() {
    let near = |day: u32, slow: f64| {
        run(
            day,
            FOUR,
            |name| if name == "eu-west-3" { slow } else { 6.0 },
        )
    };
    let of = |before: f64| {
        let candidate = near(15, 9.0);
        let past = (1..=14).map(|day| near(day, if day == 14 { before } else { 6.0 }));
        let past = past
            .map(|run| Past::of(&run, &candidate).expect("comparable"))
            .collect();
        outcomes(&against_history(&candidate, past, &[], now()).expect("judged"))[2]
    };
    assert_eq!(
        (of(9.0), of(7.5)),
        (HistoryOutcome::Slower, HistoryOutcome::BeyondOnce)
    );
}

#[test]
fn an_endpoint_that_is_gone_is_listed_until_the_next_run() {
    let three = |day: u32| run(day, "eu-west-1,eu-west-2,eu-north-1", |_| 100.0);
    let gone = judge(14, &[], &three(15));
    let listed: Vec<_> = gone
        .lines
        .iter()
        .map(|line| (line.endpoint.as_str(), line.runs, line.outcome))
        .collect();
    assert_eq!(
        listed[3],
        ("eu-west-3", 14, HistoryOutcome::NotMeasured),
        "{listed:?}"
    );
    assert_eq!(judge(14, &[three(14)], &three(15)).lines.len(), 3);
}

#[test]
fn another_load_is_no_history_and_other_settings_are_noticed() {
    let candidate = usual(15);
    let mut open = usual(3);
    open.plan.load = Load::Closed {
        concurrency: 1,
        duration: Duration::from_secs(4),
    };
    let error = Past::of(&open, &candidate).expect_err("another load");
    assert_eq!(
        error.to_string(),
        "the runs were measured by different loads, a closed one and an audit"
    );
    let mut faster = usual(14);
    faster.plan.rate_per_endpoint *= 2.0;
    let notices = judge(14, &[faster], &candidate).notices;
    let texts: Vec<String> = notices.iter().map(comparisons::notice).collect();
    assert_eq!(
        texts,
        [
            "the rate per endpoint of 1 earlier runs is not the candidate's; that may be what has changed"
        ]
    );
}

#[test]
fn what_all_endpoints_went_through_is_the_vantage_and_no_endpoint() {
    let all = |day: u32| run(day, FOUR, |_| 150.0);
    let found = judge(14, &[all(14)], &all(15));
    assert_eq!(outcomes(&found), [HistoryOutcome::Steady; 4], "{found:#?}");
    assert!(
        found.vantage.len() == 1 && (found.vantage[0].ratio / 1.5 - 1.0).abs() < 0.05,
        "{found:#?}"
    );
    let faster = judge(14, &[], &run(15, FOUR, |_| 70.0));
    assert!(
        faster.vantage.len() == 1 && faster.vantage[0].ratio < 0.8,
        "{faster:#?}"
    );
}

#[test]
fn a_vantage_that_changes_within_a_run_takes_no_endpoint_out_of_it() {
    use HistoryOutcome::{Slower, Steady};
    let stepping = |day: u32, slow: f64| {
        let run = Fixture::of(FOUR).calls(192, |target, i| {
            let own = if target.endpoint.name == "eu-west-3" {
                slow
            } else {
                1.0
            };
            let step = if i < 96 { 50.0 } else { 75.0 };
            answer((own * step) as u64 + u64::from((i * 7 + day) % 3))
        });
        dated(run.run(), day)
    };
    let candidate = stepping(15, 1.3);
    let (rows, checks) = rows_and_checks(&candidate);
    assert!(
        checks
            .iter()
            .any(|check| check.forbids(rows[0].target, 0.5, Claims::OneEndpoint)),
        "{checks:#?}"
    );
    let past = (1..=14).map(|day| stepping(day, if day == 14 { 1.3 } else { 1.0 }));
    let past = past
        .map(|run| Past::of(&run, &candidate).expect("comparable"))
        .collect();
    let found = against_history(&candidate, past, &[], now()).expect("judged");
    assert_eq!(
        outcomes(&found),
        [Steady, Steady, Slower, Steady],
        "{found:#?}"
    );
}

#[test]
fn two_milliseconds_more_do_not_matter() {
    let near = |slow: bool, day: u32| {
        let change = move |name: &str| {
            if slow && name == "eu-west-3" {
                6.5
            } else {
                5.0
            }
        };
        run(day, FOUR, change)
    };
    let candidate = near(true, 15);
    let past = (1..=14)
        .map(|day| Past::of(&near(day == 14, day), &candidate).expect("comparable"))
        .collect();
    let found = against_history(&candidate, past, &[], now()).expect("judged");
    let change = found.lines[2].change.expect("a change");
    assert!(
        change.ratio > change.limit_ratio && change.ratio > 1.2,
        "{change:?}"
    );
    assert_eq!(outcomes(&found), [HistoryOutcome::Steady; 4]);
}

#[test]
fn too_few_runs_endpoints_and_answers_are_said_and_never_passed() {
    use HistoryOutcome::{NoControl, NoData, TooFewRuns};
    assert_eq!(outcomes(&judge(0, &[], &usual(15))), [TooFewRuns; 4]);
    let nine = judge(9, &[], &slow(15));
    assert_eq!(outcomes(&nine), [TooFewRuns; 4]);
    assert_eq!((nine.lines[0].runs, nine.runs.len()), (9, 9));
    assert!(
        outcomes(&judge(10, &[], &usual(15)))
            .iter()
            .all(|outcome| *outcome == HistoryOutcome::Steady)
    );

    let two = |day: u32| run(day, "eu-west-1,eu-west-2", |_| 100.0);
    let candidate = two(15);
    let past = (1..=14)
        .map(|day| Past::of(&two(day), &candidate).expect("comparable"))
        .collect();
    assert_eq!(
        outcomes(&against_history(&candidate, past, &[], now()).expect("judged")),
        [NoControl; 2]
    );
    let short = against_history(&candidate, Vec::new(), &[], now()).expect("judged");
    assert_eq!(outcomes(&short), [NoControl; 2], "more runs would not help");

    let fixture =
        Fixture::of(FOUR)
            .noisy(32, 15, 0.01, |_| 100.0)
            .calls_of("eu-west-1", 32, |_| refused());
    let silent = dated(fixture.run(), 15);
    if let Ok(found) = against_history(&silent, Vec::new(), &[], now()) {
        assert_eq!(outcomes(&found)[0], NoData);
    }
    let added = run(
        15,
        "eu-west-1,eu-west-2,eu-west-3,eu-north-1,us-east-1",
        |_| 100.0,
    );
    let found = judge(14, &[], &added);
    assert_eq!(
        outcomes(&found)[4],
        TooFewRuns,
        "an endpoint without a past is not judged by it: {found:#?}"
    );
    assert!(
        outcomes(&found)[..4]
            .iter()
            .all(|outcome| *outcome == HistoryOutcome::Steady)
    );
}

#[test]
fn only_runs_before_the_candidate_are_its_history_and_each_counts_once() {
    let candidate = usual(15);
    let of = |days: &[u32]| -> Vec<Past> {
        days.iter()
            .map(|&day| Past::of(&usual(day), &candidate).expect("comparable"))
            .collect()
    };
    let found =
        against_history(&candidate, of(&[20, 3, 1, 2, 2, 1, 16]), &[], now()).expect("judged");
    assert_eq!(found.runs, ["day-1", "day-2", "day-3"]);
    let long: Vec<u32> = (1..=40).collect();
    let candidate = usual(50);
    let past = long
        .iter()
        .map(|&day| Past::of(&usual(day), &candidate).expect("comparable"))
        .collect();
    let found = against_history(&candidate, past, &[], now()).expect("judged");
    assert_eq!(
        (
            found.runs.len(),
            found.runs[0].as_str(),
            found.lines[0].runs
        ),
        (30, "day-11", 30)
    );
    let future = moment("2026-10-01T00:00:00Z").expect("a date");
    let found = against_history(&candidate, Vec::new(), &[], future).expect("judged");
    assert!(
        comparisons::notice(&found.notices[0]).contains("dated in the future"),
        "{found:?}"
    );
}

#[test]
fn runs_of_another_kind_are_no_history() {
    let candidate = usual(15);
    assert!(matches!(
        Past::of(&candidate, &candidate),
        Err(BetweenError::SameRun { .. })
    ));
    let mut elsewhere = usual(3);
    elsewhere.header.vantage.name = "a laptop".to_owned();
    assert!(matches!(
        Past::of(&elsewhere, &candidate),
        Err(BetweenError::Vantage { .. })
    ));
    let nothing = dated(Fixture::of(FOUR).calls(32, |_, _| refused()).run(), 3);
    assert!(matches!(
        Past::of(&nothing, &candidate),
        Err(BetweenError::Invalid { .. })
    ));
    assert!(matches!(
        against_history(&nothing, Vec::new(), &[], now()),
        Err(BetweenError::Invalid { .. })
    ));
}
