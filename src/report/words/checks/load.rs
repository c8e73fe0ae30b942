//! Sentences about the load: calls that were not made, made late, or kept waiting by the client itself.

use super::remedy::remedy;
use crate::plan::Plan;
use crate::report::words::numbers::{milliseconds, percent_in_tenths, percentage};
use crate::report::words::targets::target_name;
use crate::results::CheckVerdict;
use crate::results::finding::{LargerOf, LatenessLimit, LoadFinding, QueueCause};

#[cfg_attr(
    not(test),
    expect(clippy::too_many_lines, reason = "one arm for each finding")
)]
pub(super) fn sentence(finding: &LoadFinding, verdict: CheckVerdict, plan: &Plan) -> String {
    match finding {
        LoadFinding::NothingSent => "nothing was sent".to_owned(),
        LoadFinding::NoSchedule => "a closed load has no schedule".to_owned(),
        LoadFinding::Lateness { p99_ns, limit } => late(*p99_ns, *limit, verdict),
        LoadFinding::StretchedTail {
            added_ns,
            added_ratio,
            worst,
            limit,
        } => format!(
            "p99 is {:.2} ms longer from the schedule than from the send ({}, {}; limit: the larger of {} % and {} ms) although hardly a call queued, so calls were sent late; lower the rate or measure from an idle machine",
            milliseconds(*added_ns),
            target_name(plan, *worst),
            percent_in_tenths(*added_ratio),
            percentage(limit.ratio),
            milliseconds(limit.floor_ns)
        ),
        LoadFinding::QueueingByNature => {
            "in a closed load, calls always wait for connections".to_owned()
        }
        LoadFinding::NoneQueued => "no call had to wait for a busy connection".to_owned(),
        LoadFinding::SomeQueued {
            queued,
            issued,
            worst,
            longest_ns,
            warn_ratio,
            limit_ratio,
            cause,
        } => format!(
            "{queued} of {issued} calls had to wait for a busy connection ({}, {:.0} ms at worst; limits {} and {} %){}",
            target_name(plan, *worst),
            milliseconds(*longest_ns),
            percentage(*warn_ratio),
            percentage(*limit_ratio),
            queued_because(*cause, verdict)
        ),
        LoadFinding::NoPlannedCalls => "a closed load plans no number of calls".to_owned(),
        LoadFinding::Interrupted { issued, planned } => format!(
            "the run was interrupted after {issued} measured calls{}; the numbers cover only the time until then, so repeat it in full",
            of_planned(*planned)
        ),
        LoadFinding::Recovered { issued, planned } => format!(
            "the run was cut off and rebuilt from its journal with {issued} measured calls{}; the last block may be incomplete, so repeat it in full",
            of_planned(*planned)
        ),
        LoadFinding::AchievedCalls {
            planned,
            issued,
            withheld,
            ratio,
            limit_ratio,
            chance_calls,
            pace_ratio,
        } => format!(
            "{issued} of {planned} planned calls were made{} ({}; at least {} % wanted{}){}{}",
            withheld_calls(*withheld),
            percent_in_tenths(*ratio),
            percentage(*limit_ratio),
            leeway(*chance_calls),
            behind(*pace_ratio, *limit_ratio),
            remedy(verdict, "; lower --rate or measure from an idle machine")
        ),
        LoadFinding::ArrivalsNotRandom => "the plan's arrivals are not random".to_owned(),
        LoadFinding::ArrivalsCutShort => {
            "the run was cut short, so its calls are not spread over its time".to_owned()
        }
        LoadFinding::GapsNotKept => "the gaps between calls were not kept".to_owned(),
        LoadFinding::TooFewArrivals { sent, needed } => {
            format!(
                "{sent} calls were sent; at least {needed} are needed to test how they were spaced"
            )
        }
        LoadFinding::ArrivalLaw {
            sent,
            a_squared,
            a_squared_limit,
            spread_p,
            spread_p_limit,
        } => format!(
            "{sent} calls {} (A² {a_squared:.2}, limit {a_squared_limit}; p {spread_p:.3}, limit {spread_p_limit}){}",
            arrival_law(a_squared > a_squared_limit, spread_p < spread_p_limit),
            remedy(
                verdict,
                "; queues at the service are not those of independent callers, so lower the rate or measure from an idle machine"
            )
        ),
    }
}

fn late(p99_ns: f64, limit: LatenessLimit, verdict: CheckVerdict) -> String {
    let (late, limit) = (milliseconds(p99_ns), lateness_limit(limit));
    match verdict {
        CheckVerdict::Ok | CheckVerdict::Unknown => {
            format!("99 % of the calls were sent at most {late:.2} ms late (limit: {limit})")
        }
        CheckVerdict::Warn | CheckVerdict::Invalid => format!(
            "1 % of the calls were sent {late:.2} ms late or later, beyond {limit}; lower the rate or measure from an idle machine"
        ),
    }
}

fn lateness_limit(limit: LatenessLimit) -> String {
    match limit {
        LatenessLimit::HalfRound => "half a round".to_owned(),
        LatenessLimit::Time { ns } => format!("{} ms", milliseconds(ns)),
        LatenessLimit::OfMedian(LargerOf { ratio, floor_ns }) => format!(
            "the larger of {} % of a p50 and {} ms",
            percentage(ratio),
            milliseconds(floor_ns)
        ),
    }
}

/// What follows from calls that waited for a connection.
fn queued_because(cause: Option<QueueCause>, verdict: CheckVerdict) -> String {
    let why = match cause {
        None => {
            let slow = "; the service was slower than its schedule for a while, which response times show and service times do not";
            return remedy(verdict, slow).to_owned();
        }
        Some(QueueCause::Machine) => {
            " (this machine was too slow as well, so fix that first)".to_owned()
        }
        Some(QueueCause::Capacity {
            connections,
            service_time_ns,
            most_per_second,
            asked_per_second,
        }) => format!(
            ", since {connections} connections at {:.2} ms a call carry at most {most_per_second:.0} calls/s, and the plan asks for {asked_per_second:.0}",
            milliseconds(service_time_ns)
        ),
        Some(QueueCause::Unknown) => String::new(),
    };
    format!(
        ": what was measured is the client's own queue{why}, so lower --rate or raise --connections-per-target"
    )
}

fn of_planned(planned: Option<u64>) -> String {
    planned
        .map(|planned| format!(" of {planned} planned"))
        .unwrap_or_default()
}

fn withheld_calls(withheld: u64) -> String {
    match withheld {
        0 => String::new(),
        withheld => format!(", {withheld} withheld ones left aside"),
    }
}

fn leeway(chance_calls: f64) -> String {
    if chance_calls > 0.0 {
        format!(" of the planned number, which chance moves by up to {chance_calls:.0}")
    } else {
        String::new()
    }
}

fn behind(pace_ratio: f64, limit_ratio: f64) -> String {
    if pace_ratio < limit_ratio {
        format!(
            ", sent at {} of the planned rate, which this machine could not keep",
            percent_in_tenths(pace_ratio)
        )
    } else {
        String::new()
    }
}

fn arrival_law(uneven_gaps: bool, uneven_times: bool) -> &'static str {
    match (uneven_gaps, uneven_times) {
        (false, false) => "were sent as a Poisson process sends them",
        (true, false) => "were not sent in exponential gaps",
        (false, true) => "were not sent evenly over the run",
        (true, true) => "were sent neither in exponential gaps nor evenly over the run",
    }
}
