//! Findings about the load.

use super::example::{Example, FIRST, SECOND};
use crate::results::CheckVerdict::{Invalid, Ok, Unknown, Warn};
use crate::results::finding::{LargerOf, LatenessLimit, LoadFinding as Found, QueueCause};

pub(super) fn load() -> Vec<Example> {
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
