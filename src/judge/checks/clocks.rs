//! Doubts about clocks: one that was set, a machine that slept, a service that has another time.

use crate::health::{Clocks, Event};
use crate::judge::{Check, CheckVerdict};

use super::machine::{at, seconds};
use super::{Case, Rule, advice};

const CLOCK_STEPS: Rule = Rule {
    number: Some("V11"),
    name: "clock-steps",
    formula: "changes of wall clock − monotonic clock by more than 50 ms within a second",
    threshold: "warns from 1",
};

/// Steps of the wall clock. Durations come from the monotonic clock and are untouched; times of day are not.
pub(super) fn clock_steps(case: &Case<'_>) -> Vec<Check> {
    let clocks = match clocks(case) {
        Ok(clocks) => clocks,
        Err(why) => return CLOCK_STEPS.unknown(why),
    };
    let verdict = if clocks.steps > 0 {
        CheckVerdict::Warn
    } else {
        CheckVerdict::Ok
    };
    let text = match clocks.first_steps.first() {
        Some(step) => format!(
            "the wall clock was set {} times while the run measured, first by {:+.3} s {} (limit 50 ms within a second); durations are untouched, but times of day after it are off by as much: let the clock be slewed, not stepped",
            clocks.steps,
            step.by_ns as f64 / 1e9,
            at(step.at_ns)
        ),
        None => "the wall clock kept pace with the monotonic one (limit 50 ms within a second)"
            .to_owned(),
    };
    vec![
        CLOCK_STEPS
            .found(verdict, text)
            .measuring(clocks.steps as f64),
    ]
}

const SUSPENSION: Rule = Rule {
    number: Some("V11"),
    name: "suspension",
    formula: "gains of the clock since boot on the monotonic one by more than 0.1 s",
    threshold: "invalid from 1",
};

/// Times at which the machine slept. The monotonic clock stood still meanwhile, so whatever was under way has a wrong time.
pub(super) fn suspension(case: &Case<'_>) -> Vec<Check> {
    let clocks = match clocks(case) {
        Ok(clocks) => clocks,
        Err(why) => return SUSPENSION.unknown(why),
    };
    let verdict = if clocks.suspensions > 0 {
        CheckVerdict::Invalid
    } else {
        CheckVerdict::Ok
    };
    let text = match clocks.first_suspensions.first() {
        Some(Event { at_ns, length_ns }) => format!(
            "this machine was suspended {} times while the run measured, first for {} s {} (limit 0.1 s); the times of calls under way then are wrong and their connections were lost, so repeat the run",
            clocks.suspensions,
            seconds(*length_ns),
            at(*at_ns)
        ),
        None => "this machine was not suspended".to_owned(),
    };
    vec![
        SUSPENSION
            .found(verdict, text)
            .measuring(clocks.suspensions as f64),
    ]
}

fn clocks<'a>(case: &Case<'a>) -> Result<&'a Clocks, &'static str> {
    let health = case
        .run
        .health
        .as_ref()
        .ok_or("nobody watched the machine")?;
    health
        .clocks
        .as_ref()
        .ok_or("the clocks could not be compared")
}

const SERVICE_CLOCK: Rule = Rule {
    number: Some("V12"),
    name: "service-clock",
    formula: "Date of an answer − time of day here, s",
    threshold: "warns beyond 60 s either way",
};

/// How far the service's clock is from this machine's. No duration is touched; signatures are, and times of day.
pub(super) fn service_clock(case: &Case<'_>) -> Vec<Check> {
    let Some(ahead) = case.run.service_clock_ahead_seconds else {
        return SERVICE_CLOCK.unknown("no answer told the service's time");
    };
    let way = if ahead < 0 { "behind" } else { "ahead of" };
    let verdict = if ahead.unsigned_abs() > TOLERATED_SECONDS {
        CheckVerdict::Warn
    } else {
        CheckVerdict::Ok
    };
    let text = format!(
        "the service's clock is {} s {way} this machine's (limit 60 s){}",
        ahead.unsigned_abs(),
        advice(
            verdict,
            "; times of day in these results are off by as much, and from 900 s on STS refuses every signature (SignatureDoesNotMatch), so set this machine's clock"
        )
    );
    vec![SERVICE_CLOCK.found(verdict, text).measuring(ahead as f64)]
}

const TOLERATED_SECONDS: u64 = 60;

#[cfg(test)]
mod tests {
    use super::super::fixture::{check, quiet, verdict};
    use super::*;
    use crate::health::{Health, Step};
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::results::Run;

    fn with(clocks: Option<Clocks>) -> Run {
        let mut run = quiet();
        run.health.as_mut().expect("the fixture is watched").clocks = clocks;
        run
    }

    #[test]
    fn fault_42_a_clock_that_steps_warns_and_a_suspended_machine_is_refused() {
        let first_steps = vec![Step {
            at_ns: 12_000_000_000,
            by_ns: -3_600_000_000_000,
        }];
        let stepped = with(Some(Clocks {
            steps: 1,
            first_steps,
            ..Clocks::default()
        }));
        let step = check(&stepped, "clock-steps").expect("always there");
        assert_eq!(step.verdict, CheckVerdict::Warn);
        assert!(
            step.text.contains("-3600.000 s 12.0 s into it"),
            "{}",
            step.text
        );
        assert_eq!(verdict(&stepped, "suspension"), Some(CheckVerdict::Ok));
        let first_suspensions = vec![Event {
            at_ns: 1,
            length_ns: 5_000_000_000,
        }];
        let slept = with(Some(Clocks {
            suspensions: 1,
            first_suspensions,
            ..Clocks::default()
        }));
        assert_eq!(verdict(&slept, "suspension"), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn clocks_that_nobody_compared_are_said_and_not_passed() {
        let unwatched = Fixture::small().calls(9, |_, _| answer(20)).run();
        for run in [
            with(None),
            Run {
                health: None,
                ..unwatched
            },
        ] {
            for name in ["clock-steps", "suspension"] {
                assert_eq!(verdict(&run, name), Some(CheckVerdict::Unknown), "{name}");
            }
        }
        assert_eq!(Health::default().clocks, None);
    }

    #[test]
    fn fault_28_a_service_with_another_time_warns_beyond_a_minute() {
        let told = |ahead| {
            check(
                &Run {
                    service_clock_ahead_seconds: ahead,
                    ..quiet()
                },
                "service-clock",
            )
            .expect("there")
        };
        assert_eq!(
            [told(Some(60)), told(Some(-60))].map(|check| check.verdict),
            [CheckVerdict::Ok; 2]
        );
        assert_eq!(
            [told(Some(61)), told(Some(i64::MIN))].map(|check| check.verdict),
            [CheckVerdict::Warn; 2]
        );
        let behind = told(Some(-3600));
        assert!(
            behind.text.contains("3600 s behind")
                && behind.text.contains("set this machine's clock")
        );
        assert_eq!(told(None).verdict, CheckVerdict::Unknown);
    }
}
