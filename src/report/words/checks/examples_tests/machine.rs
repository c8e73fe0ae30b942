//! Findings about the machine and its clocks.

use super::example::Example;
use crate::results::CheckVerdict::{Invalid, Ok, Unknown, Warn};
use crate::results::finding::{LargerOf, MachineFinding as Found, SpoiledPercentile};

pub(super) fn machine() -> Vec<Example> {
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
