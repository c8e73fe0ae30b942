//! Sentences about the machine that measured and its clocks.

use super::remedy::remedy;
use crate::report::words::numbers::{
    milliseconds, percent_in_tenths, percentage, percentile_name, seconds,
};
use crate::results::CheckVerdict;
use crate::results::finding::{LargerOf, MachineFinding, SpoiledPercentile};

#[cfg_attr(
    not(test),
    expect(clippy::too_many_lines, reason = "one arm for each finding")
)]
pub(super) fn sentence(finding: &MachineFinding, verdict: CheckVerdict) -> String {
    match finding {
        MachineFinding::NotWatched => "the machine was not monitored".to_owned(),
        MachineFinding::ThreadCpuUnknown => {
            "this system does not say what a thread uses".to_owned()
        }
        MachineFinding::BusySeconds {
            half_busy,
            four_fifths_busy,
            seconds,
            average_ratio,
        } => format!(
            "the measuring thread had work for half of the time or more in {half_busy}, for four fifths or more in {four_fifths_busy} of {seconds} seconds{}; the limit is one second in a hundred{}",
            average_ratio
                .map(|ratio| format!(" ({} of a core on average)", percent_in_tenths(ratio)))
                .unwrap_or_default(),
            match verdict {
                CheckVerdict::Invalid => {
                    ": this machine is saturated and its own queueing is in the numbers, so lower --rate or --concurrency"
                }
                verdict => remedy(verdict, LOWER_THE_LOAD),
            }
        ),
        MachineFinding::AverageCpu {
            ratio,
            warn_ratio,
            limit_ratio,
        } => format!(
            "the measuring thread worked for {} of a core on average (limits {} and {} %){}",
            percent_in_tenths(*ratio),
            percentage(*warn_ratio),
            percentage(*limit_ratio),
            remedy(verdict, LOWER_THE_LOAD)
        ),
        MachineFinding::ProcessorWaitUnknown => {
            "this system does not tell how long a thread waits for a processor".to_owned()
        }
        MachineFinding::ProcessorWait {
            mean_ns,
            turns,
            waiting_ratio,
            warn,
            limit,
        } => format!(
            "the measuring thread waited {:.3} ms for a processor on average of {turns} times, {} of the time in which it could run (limits: {}, of {}){}",
            milliseconds(*mean_ns),
            percent_in_tenths(*waiting_ratio),
            format_args!(
                "the larger of {} % of a p50 and {} ms",
                percentage(warn.ratio),
                milliseconds(warn.floor_ns)
            ),
            short(*limit),
            remedy(
                verdict,
                "; other work competes for the processors, so stop it or measure from an idle machine"
            )
        ),
        MachineFinding::NoStall { limit_ns } => format!(
            "the measuring thread was never held up for more than {} ms",
            milliseconds(*limit_ns as f64)
        ),
        MachineFinding::Stalls {
            stalls,
            limit_ns,
            longest_ns,
            total_ns,
            first_at_ns,
            calls_touched,
            calls,
            spoiled,
        } => {
            format!(
                "the measuring thread was held up {stalls} times for more than {} ms, {} s at worst and {} s together{}, which touched {calls_touched} of {calls} calls{}",
                milliseconds(*limit_ns as f64),
                seconds(*longest_ns),
                seconds(*total_ns),
                first_at_ns
                    .map(|ns| format!(", first {}", at(ns)))
                    .unwrap_or_default(),
                spoils(*spoiled)
            )
        }
        MachineFinding::StealUnknown => "this system does not report steal time".to_owned(),
        MachineFinding::Steal { ratio, limit_ratio } => format!(
            "the hypervisor took {} of this machine's processor time (limit {} %){}",
            percent_in_tenths(*ratio),
            percentage(*limit_ratio),
            remedy(
                verdict,
                "; that lengthens the slow calls, so repeat the run at another time or on a larger machine"
            )
        ),
        MachineFinding::ClocksNotCompared => "the clocks could not be compared".to_owned(),
        MachineFinding::ClockKept { limit_ns } => format!(
            "the wall clock kept pace with the monotonic one (limit {} ms within a second)",
            milliseconds(*limit_ns as f64)
        ),
        MachineFinding::ClockStepped {
            steps,
            first_by_ns,
            first_at_ns,
            limit_ns,
        } => format!(
            "the wall clock was set {steps} times while the run measured, first by {:+.3} s {} (limit {} ms within a second); durations are not affected, but later times of day are off by as much: let the clock be slewed, not stepped",
            *first_by_ns as f64 / 1e9,
            at(*first_at_ns),
            milliseconds(*limit_ns as f64)
        ),
        MachineFinding::NotSuspended => "this machine was not suspended".to_owned(),
        MachineFinding::Suspended {
            suspensions,
            first_length_ns,
            first_at_ns,
            limit_ns,
        } => format!(
            "this machine was suspended {suspensions} times while the run measured, first for {} s {} (limit {} s); the times of calls under way then are wrong and their connections were lost, so repeat the run",
            seconds(*first_length_ns),
            at(*first_at_ns),
            *limit_ns as f64 / 1e9
        ),
    }
}

const LOWER_THE_LOAD: &str =
    "; lower --rate or --concurrency, because its own queueing is part of the numbers";

/// When something happened, counted from the start of the run.
fn at(ns: u64) -> String {
    format!("{:.1} s into it", ns as f64 / 1e9)
}

fn short(limit: LargerOf) -> String {
    format!(
        "{} % and {} ms",
        percentage(limit.ratio),
        milliseconds(limit.floor_ns)
    )
}

fn spoils(spoiled: Option<SpoiledPercentile>) -> String {
    match spoiled {
        Some(SpoiledPercentile {
            percentile,
            limit_ratio,
        }) => format!(
            "; {} and above cannot be used, since more than {} of the calls are touched, so repeat the run",
            percentile_name(percentile),
            percent_in_tenths(limit_ratio)
        ),
        None => " (limit: a tenth of the calls beyond a percentile)".to_owned(),
    }
}
