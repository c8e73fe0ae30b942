//! One line about what is measured.

use std::time::Duration;

use crate::plan::{Load, Plan};
use crate::report::counted;

/// One line about a run that begins.
pub(crate) fn headline(plan: &Plan, simulated: bool) -> String {
    let whose = if simulated { "simulated " } else { "" };
    let bound = if matches!(plan.load, Load::Closed { .. }) {
        "at most "
    } else {
        ""
    };
    format!(
        "{bound}{} {} to {} {whose}{}, {}",
        plan.planned_requests(),
        counted(plan.planned_requests(), "call"),
        plan.endpoints().len(),
        counted(plan.endpoints().len() as u64, "endpoint"),
        load(plan)
    )
}

/// When the calls are made.
pub(crate) fn load(plan: &Plan) -> String {
    match plan.load {
        Load::Audit { rounds, round } => {
            let calls_per_target = plan.planned_requests() as f64 / plan.targets.len() as f64;
            let about = minutes(round.mul_f64(calls_per_target));
            format!(
                "{rounds} rounds of {:.3} s, about {about}",
                round.as_secs_f64()
            )
        }
        Load::Open {
            rate_per_second,
            duration,
            ..
        } => {
            let more = match plan.planned_warmup() {
                0 => String::new(),
                calls => format!(
                    ", and {} more at no higher rate for {calls} calls that warm up and open connections",
                    minutes(plan.length().saturating_sub(duration))
                ),
            };
            format!(
                "{} on a schedule for {}{more}",
                per_second(rate_per_second),
                minutes(duration)
            )
        }
        Load::Closed {
            concurrency,
            duration,
        } => format!(
            "{concurrency} {} under way for {}",
            counted(concurrency.into(), "call"),
            minutes(duration)
        ),
    }
}

/// `1 request/s`, `2.5 requests/s`.
pub(crate) fn per_second(rate: f64) -> String {
    let ending = if rate == 1.0 { "" } else { "s" };
    format!("{rate} request{ending}/s")
}

/// Seconds, or minutes or hours from two on.
pub(crate) fn minutes(duration: Duration) -> String {
    match duration.as_secs_f64() {
        seconds if seconds < 120.0 => format!("{seconds:.0} s"),
        seconds if seconds < 7_200.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{} h", (seconds / 360.0).round() / 10.0),
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{Draft, Preset, Service};
    use sts_model::{Catalog, Operation};

    use super::*;

    #[test]
    fn the_line_about_the_default_and_the_longest_preset_fits_into_80_columns() {
        for (preset, service) in [
            (Preset::Standard, Service::Simulated),
            (Preset::Full, Service::Simulated),
            (Preset::Full, Service::Shared),
        ] {
            let selector = "global,default".parse().expect("a selector");
            let endpoints = Catalog::default().select(&selector).expect("endpoints");
            let draft = Draft {
                operations: Operation::DEFAULT.to_vec(),
                ..Draft::of_preset(preset, endpoints, service)
            };
            let line = headline(
                &draft.plan().expect("a plan"),
                service == Service::Simulated,
            );
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
