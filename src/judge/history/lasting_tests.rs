//! Changes that last, that all endpoints share, that come little by little, and that a person accepts.

use crate::results::{AcceptedLevel, Run};

use super::history_tests::{now, outcomes, run};
use super::*;

const SIX: &str = "eu-west-1,eu-west-2,eu-west-3,eu-north-1,eu-south-1,ap-south-1";

/// What an endpoint usually takes, ms: near ones and far ones.
fn usually(name: &str) -> f64 {
    match name {
        "eu-west-1" => 15.0,
        "eu-west-2" => 25.0,
        "eu-west-3" => 40.0,
        "eu-north-1" => 70.0,
        "eu-south-1" => 120.0,
        _ => 220.0,
    }
}

/// The run of one day, in which an endpoint takes as many milliseconds as that says of the day, its name and its usual time.
fn day(number: u32, change: &impl Fn(u32, &str, f64) -> f64) -> Run {
    run(number, SIX, |name| change(number, name, usually(name)))
}

/// Days one after the other.
struct Days(Vec<Run>, Vec<Past>);

impl Days {
    fn of(days: u32, change: impl Fn(u32, &str, f64) -> f64) -> Self {
        let runs: Vec<Run> = (1..=days).map(|number| day(number, &change)).collect();
        let (last, before) = runs.split_last().expect("some days");
        let past = before
            .iter()
            .map(|run| Past::of(run, last).expect("comparable"));
        let past = past.collect();
        Self(runs, past)
    }

    /// One of them against those before it.
    fn judged(&self, day: u32, accepted: &[AcceptedLevel]) -> History {
        let before = day as usize - 1;
        let past = self.1[..before].to_vec();
        against_history(&self.0[before], past, accepted, now()).expect("judged")
    }
}

/// The last of so many days against those before it.
fn judged(days: u32, change: impl Fn(u32, &str, f64) -> f64) -> History {
    Days::of(days, change).judged(days, &[])
}

/// eu-west-3 takes `factor` times as long from that day on, until the other.
fn between(from: u32, until: u32, factor: f64) -> impl Fn(u32, &str, f64) -> f64 {
    move |day, name, usual| {
        let changed = name == "eu-west-3" && (from..until).contains(&day);
        usual * if changed { factor } else { 1.0 }
    }
}

fn of_the_changed(history: &History) -> HistoryOutcome {
    history.lines[2].outcome
}

#[test]
fn ten_milliseconds_more_for_all_endpoints_are_the_vantage_and_turn_none_red() {
    let moved = Days::of(
        28,
        |day, _, usual| if day > 24 { usual + 10.0 } else { usual },
    );
    for changed_for in 1..=4 {
        let found = moved.judged(24 + changed_for, &[]);
        assert_eq!(outcomes(&found), [HistoryOutcome::Steady; 6], "{found:#?}");
        if changed_for == 1 {
            let difference = found.vantage[0].difference.expect("a constant time fits");
            assert!((difference / 10e6 - 1.0).abs() < 0.3, "{difference}");
            let nearest = found.lines[0].change.expect("judged");
            assert!(
                nearest.ratio < nearest.limit_ratio,
                "shown by what decides: {nearest:?}"
            );
        }
    }
    let factor = judged(
        25,
        |day, _, usual| if day > 24 { usual * 1.3 } else { usual },
    );
    assert!(factor.vantage[0].difference.is_none(), "{factor:#?}");
}

#[test]
fn an_endpoint_slower_beside_a_vantage_that_changed_is_found() {
    let both = judged(26, |day, name, usual| {
        let changed = if name == "eu-west-3" && day > 24 {
            1.3
        } else {
            1.0
        };
        (usual + if day > 24 { 10.0 } else { 0.0 }) * changed
    });
    assert_eq!(of_the_changed(&both), HistoryOutcome::Slower, "{both:#?}");
}

#[test]
fn a_lasting_regression_stays_red_and_a_second_one_is_not_let_through() {
    let lasting = Days::of(60, between(16, 99, 1.2));
    for day in [17, 25, 40, 60] {
        let found = lasting.judged(day, &[]);
        assert_eq!(
            of_the_changed(&found),
            HistoryOutcome::Slower,
            "day {day}: {found:#?}"
        );
        assert_eq!(found.lines[2].slower_since.as_deref(), Some("day-16"));
        assert_eq!(found.lines[2].runs, 15, "its own runs are not its baseline");
        let change = found.lines[2].change.expect("judged");
        assert!((change.ratio / 1.2 - 1.0).abs() < 0.05, "{change:?}");
        assert!(change.limit_ratio < 1.15, "{change:?}");
        let others = outcomes(&found)
            .into_iter()
            .enumerate()
            .filter(|(at, _)| *at != 2);
        assert!(
            others
                .into_iter()
                .all(|(_, outcome)| outcome == HistoryOutcome::Steady)
        );
    }
}

#[test]
fn what_is_over_is_forgotten() {
    let passing = Days::of(22, between(16, 19, 1.3));
    let seen: Vec<_> = (16..=22)
        .map(|day| of_the_changed(&passing.judged(day, &[])))
        .collect();
    use HistoryOutcome::{BeyondOnce, Slower, Steady};
    assert_eq!(
        seen,
        [BeyondOnce, Slower, Slower, Steady, Steady, Steady, Steady]
    );
    assert_eq!(of_the_changed(&judged(18, between(16, 17, 2.0))), Steady);
    let interrupted = |day, name: &str, usual: f64| {
        usual
            * if name == "eu-west-3" && day >= 16 && day != 18 {
                1.3
            } else {
                1.0
            }
    };
    assert_eq!(
        of_the_changed(&judged(19, interrupted)),
        Slower,
        "one run within the limit does not end it"
    );
}

#[test]
fn an_accepted_level_is_steady_and_what_comes_after_it_is_found() {
    let change = |day, name: &str, usual: f64| {
        let factor = match day {
            _ if name != "eu-west-3" => 1.0,
            0..=15 => 1.0,
            16..=40 => 1.2,
            _ => 1.2 * 1.25,
        };
        usual * factor
    };
    let days = Days::of(43, change);
    let red = days.judged(19, &[]);
    assert_eq!(of_the_changed(&red), HistoryOutcome::Slower);
    let accepted = |endpoint: &str| AcceptedLevel {
        endpoint: endpoint.to_owned(),
        operation: red.lines[2].operation,
        connection: red.lines[2].connection,
        from_run: "day-16".to_owned(),
        from_started_at: day(16, &change).header.started_at,
        accepted_at: "2026-10-19T08:00:00Z".to_owned(),
        reason: None,
    };
    let level = [accepted("eu-west-3")];
    for day in [19, 20, 30, 40] {
        let found = days.judged(day, &level);
        assert_eq!(
            outcomes(&found),
            [HistoryOutcome::Steady; 6],
            "day {day}: {found:#?}"
        );
    }
    let again = days.judged(43, &level);
    assert_eq!(of_the_changed(&again), HistoryOutcome::Slower, "{again:#?}");
    assert_eq!(again.lines[2].slower_since.as_deref(), Some("day-41"));
    let of_another = [accepted("eu-west-1")];
    assert_eq!(
        of_the_changed(&days.judged(19, &of_another)),
        HistoryOutcome::Slower
    );
}

#[test]
fn an_endpoint_that_creeps_is_noticed_without_being_red() {
    let creeping = |day: u32, name: &str, usual: f64| {
        let grown = 1.0025_f64.powi(day as i32);
        usual * if name == "eu-west-3" { grown } else { 1.0 }
    };
    let found = judged(42, creeping);
    let crept: Vec<bool> = found
        .lines
        .iter()
        .map(|line| line.creep.is_some())
        .collect();
    assert_eq!(
        crept,
        [false, false, true, false, false, false],
        "{found:#?}"
    );
    let creep = found.lines[2].creep.expect("it crept");
    assert!(
        creep.ratio > 1.05 && creep.limit_ratio < creep.ratio,
        "{creep:?}"
    );
    let steady = judged(42, |_, _, usual| usual);
    assert!(steady.lines.iter().all(|line| line.creep.is_none()));
    let all = judged(42, |day, _, usual| usual + f64::from(day));
    assert!(
        all.lines.iter().all(|line| line.creep.is_none()),
        "{all:#?}"
    );
}
