//! Each word of the decision, with numbers that are those of the run.

use crate::advice::advise;
use crate::judge::synthetic_run::{Fixture, answer};
use crate::judge::{Summary, summarise};
use crate::plan::{ConnectionMode, Level};
use crate::report::words::numbers::duration;
use sts_model::Operation;

use super::*;

const REGION: &str = "eu-west-1";

/// What is said of a run in which the global endpoint and the Region's answer after so many milliseconds: on new connections,
/// and on those kept open.
fn said(cold: (u64, u64), warm: (u64, u64)) -> (String, Summary) {
    let run = Fixture::planned(
        "global,eu-west-1",
        None,
        &[Operation::GetCallerIdentity],
        &[ConnectionMode::Cold, ConnectionMode::Warm],
    )
    .calls(200, |target, _| {
        let (global, regional) = match target.connection {
            ConnectionMode::Cold => cold,
            _ => warm,
        };
        answer(if target.endpoint.name == REGION {
            regional
        } else {
            global
        })
    })
    .run();
    let summary = summarise(&run);
    (decision(&advise(&summary, Some(REGION))), summary)
}

/// By how much the p50s of the two endpoints differ in the run.
fn difference(summary: &Summary, connection: ConnectionMode) -> String {
    let p50 = |endpoint: &str| {
        let row = summary
            .rows
            .iter()
            .find(|row| row.endpoint == endpoint && row.connection == connection);
        row.and_then(|row| row.service_time.percentile(Level::P50))
            .expect("a p50")
    };
    duration((p50("global") - p50(REGION)).abs())
}

#[track_caller]
fn says(text: &str, summary: &Summary, begins: &str, of: &[(&str, ConnectionMode, &str)]) {
    assert!(text.starts_with(begins), "{text}");
    for (does, connection, on) in of {
        let number = difference(summary, *connection);
        let there = text
            .match_indices(&format!("{does}{number} ("))
            .any(|(at, _)| {
                text[at..]
                    .split(" and ")
                    .next()
                    .is_some_and(|part| part.contains(on))
            });
        assert!(there, "{does}{number} … {on}: {text}");
    }
    assert_eq!(
        text.matches(" on ").count(),
        of.len() + usize::from(text.contains(" depends on ")),
        "{text}"
    );
}

#[test]
fn a_region_that_saves_time_is_to_be_set_with_what_it_saves() {
    let (text, summary) = said((90, 25), (30, 9));
    says(
        &text,
        &summary,
        "Set AWS_STS_REGIONAL_ENDPOINTS=regional: eu-west-1 saves ",
        &[
            ("", ConnectionMode::Cold, "on a new connection"),
            ("", ConnectionMode::Warm, "on a kept-open connection"),
        ],
    );
}

#[test]
fn a_region_that_takes_longer_makes_things_slower_by_what_it_costs() {
    let (text, summary) = said((25, 90), (9, 30));
    says(
        &text,
        &summary,
        "AWS_STS_REGIONAL_ENDPOINTS=regional would make it slower: eu-west-1 takes longer than the global endpoint, by ",
        &[
            ("", ConnectionMode::Cold, "on a new connection"),
            ("", ConnectionMode::Warm, "on a kept-open connection"),
        ],
    );
}

#[test]
fn a_region_that_saves_on_one_kind_of_connection_and_costs_on_the_other_depends() {
    for (cold, warm, first, second) in [
        ((90, 30), (20, 40), "saves ", "costs "),
        ((30, 90), (40, 20), "costs ", "saves "),
    ] {
        let (text, summary) = said(cold, warm);
        says(
            &text,
            &summary,
            "It depends on the connections: against the global endpoint, eu-west-1 ",
            &[
                (first, ConnectionMode::Cold, "on a new connection"),
                (second, ConnectionMode::Warm, "on a kept-open connection"),
            ],
        );
    }
}

#[test]
fn endpoints_that_are_as_fast_as_each_other_need_nothing_and_no_number() {
    let (text, _) = said((30, 30), (9, 9));
    assert_eq!(
        text,
        "No need for AWS_STS_REGIONAL_ENDPOINTS=regional: eu-west-1 and the global endpoint are equally fast from here"
    );
}

#[test]
fn hours_of_a_month_stand_within_their_interval_with_its_signs() {
    for (value, interval, text) in [
        (681.0, (679.0, 683.0), "saves 681 hours (679–683)"),
        (-2.5, (-3.0, -2.0), "costs 2.50 hours (2.00–3.00)"),
        (
            0.5,
            (-0.25, 1.25),
            "saves 0.50 hours (−0.25 to 1.25, so it is possible that it costs some)",
        ),
        (
            -0.5,
            (-1.25, 0.25),
            "costs 0.50 hours (−0.25 to 1.25, so it is possible that it saves some)",
        ),
    ] {
        let interval = Some(interval);
        assert_eq!(hours(Hours { value, interval }), text);
    }
    let interval = None;
    assert_eq!(
        hours(Hours {
            value: -1.0,
            interval
        }),
        "costs 1.00 hours"
    );
}
