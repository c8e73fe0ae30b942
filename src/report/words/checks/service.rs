//! Sentences about the service: whether it was the same from beginning to end.

use super::remedy::remedy;
use crate::plan::Plan;
use crate::report::words::numbers::{percent_in_tenths, percentage};
use crate::report::words::targets::{endpoint_name, target_name};
use crate::results::CheckVerdict;
use crate::results::finding::{LevelChange, ServiceFinding};

#[cfg_attr(
    not(test),
    expect(clippy::too_many_lines, reason = "one arm for each finding")
)]
pub(super) fn sentence(finding: &ServiceFinding, verdict: CheckVerdict, plan: &Plan) -> String {
    match finding {
        ServiceFinding::ChangeUntested { blocks, answers } => format!(
            "no target has the {blocks} blocks of {} answers each that this check needs",
            small_number(*answers)
        ),
        ServiceFinding::Changed {
            worst,
            change,
            more_targets,
        } => format!(
            "the service changed while it was measured: {} {}{}; claims about one endpoint are not valid, comparisons are; repeat the run when the service is steady",
            target_name(plan, *worst),
            moved(*change),
            match more_targets {
                0 => String::new(),
                more => format!(", and {more} more targets"),
            }
        ),
        ServiceFinding::NoneChanged { tested } => {
            format!("none of {tested} targets changed while it was measured")
        }
        ServiceFinding::SomeChanged {
            changed,
            tested,
            worst,
            change,
            by_chance,
        } => format!(
            "{changed} of {tested} targets seem to have changed while they were measured, most of all {}, which {}; up to {by_chance} {}",
            target_name(plan, *worst),
            moved(*change),
            if verdict > CheckVerdict::Ok {
                "would be chance, so look at the timeline, and repeat the run when the service is steady"
            } else {
                "are chance"
            }
        ),
        ServiceFinding::MemoryUntested { answers, blocks } => {
            format!("no target has the {answers} answers in {blocks} blocks that this check needs")
        }
        ServiceFinding::Independence {
            answers,
            independent,
            ratio,
            limit_ratio,
            least_independent,
        } => format!(
            "{answers:.0} answers of the median target are worth {independent:.0} independent ones ({}; limit {} %){}",
            percent_in_tenths(*ratio),
            percentage(*limit_ratio),
            resembling(verdict, *least_independent)
        ),
        ServiceFinding::Moved {
            worst,
            answers,
            independent,
            typical,
            more_targets,
        } => format!(
            "{} changed during the run{}: its {answers:.0} answers are worth {independent:.1} independent ones, those of the median target {typical:.0}; measuring for longer does not help; comparisons with it are less sure than they say; look at the timeline, and repeat the run when the service is steady",
            target_name(plan, *worst),
            match more_targets {
                0 => String::new(),
                more => format!(", and so did {more} more targets"),
            }
        ),
        ServiceFinding::AddressesNotKept => "no address was kept block by block".to_owned(),
        ServiceFinding::SameAddresses => {
            "each endpoint kept its addresses, or changed them all the time".to_owned()
        }
        ServiceFinding::AddressesChanged {
            first,
            more_endpoints,
        } => format!(
            "{}{} had other addresses in the second half of the run than in the first; the two halves may not be the same service: compare them, or repeat the run",
            endpoint_name(plan, *first),
            match more_endpoints {
                0 => String::new(),
                more => format!(" and {more} more endpoints"),
            }
        ),
        ServiceFinding::TimeUnknown => "no answer had the service's time".to_owned(),
        ServiceFinding::Clock {
            ahead_seconds,
            limit_seconds,
        } => format!(
            "the service's clock is {} s {} this machine's (limit {limit_seconds} s){}",
            ahead_seconds.unsigned_abs(),
            if *ahead_seconds < 0 {
                "behind"
            } else {
                "ahead of"
            },
            remedy(
                verdict,
                "; times of day in these results are off by as much, and from 900 s on STS refuses every signature (SignatureDoesNotMatch), so set this machine's clock"
            )
        ),
    }
}

/// A small number as a word where there is one.
fn small_number(number: u64) -> String {
    match number {
        6 => "six".to_owned(),
        number => number.to_string(),
    }
}

fn moved(change: LevelChange) -> String {
    let effect = percent_in_tenths(change.effect_ratio);
    match (change.moved, change.spikes_ratio > 0.0) {
        (true, false) => format!("moved by {effect}"),
        (false, _) => format!(
            "had a spike of {effect} in {} of its time",
            percent_in_tenths(change.spikes_ratio)
        ),
        (true, true) => format!("moved and had spikes, by {effect} at most"),
    }
}

fn resembling(verdict: CheckVerdict, least_independent: f64) -> String {
    match verdict {
        CheckVerdict::Ok | CheckVerdict::Unknown => String::new(),
        CheckVerdict::Warn => {
            "; successive answers are alike, and the intervals are wider for it: measure for longer"
                .to_owned()
        }
        CheckVerdict::Invalid => format!(
            "; below {least_independent} either the run is too short for how long its answers stay correlated, or the service changed; claims about one endpoint are not valid, and comparisons are less sure than they say: measure for longer, or when the service is steady"
        ),
    }
}
