//! Checks of this machine's clocks: one that was set, a machine that slept.

use super::input::CheckInput;
use super::rule::Rule;
use crate::health::{CLOCK_STEP, Clocks, SUSPENSION as SUSPENSION_TIME};
use crate::judge::{Check, CheckVerdict};
use crate::results::finding::MachineFinding;

pub(crate) const CLOCK_STEPS: Rule = Rule {
    number: Some("V11"),
    name: "clock-steps",
    formula: "changes of wall clock − monotonic clock by more than 50 ms within a second",
    threshold: "warns from 1",
    examine: clock_steps,
};

/// Steps of the wall clock. Durations come from the monotonic clock and are untouched; times of day are not.
fn clock_steps(input: &CheckInput<'_>) -> Vec<Check> {
    let clocks = match clocks(input) {
        Ok(clocks) => clocks,
        Err(reason) => return CLOCK_STEPS.unknown(reason),
    };
    let verdict = CheckVerdict::warn_if(clocks.steps > 0);
    let limit_ns = CLOCK_STEP.as_nanos() as u64;
    let finding = match clocks.first_steps.first() {
        Some(first) => MachineFinding::ClockStepped {
            steps: clocks.steps,
            first_by_ns: first.by_ns,
            first_at_ns: first.at_ns,
            limit_ns,
        },
        None => MachineFinding::ClockKept { limit_ns },
    };
    vec![
        CLOCK_STEPS
            .found(verdict, finding)
            .measuring(clocks.steps as f64),
    ]
}

pub(crate) const SUSPENSION: Rule = Rule {
    number: Some("V11"),
    name: "suspension",
    formula: "gains of the clock since boot on the monotonic one by more than 0.1 s",
    threshold: "invalid from 1",
    examine: suspension,
};

/// Times at which the machine slept. The monotonic clock stood still meanwhile, so any call under way has a wrong time.
fn suspension(input: &CheckInput<'_>) -> Vec<Check> {
    let clocks = match clocks(input) {
        Ok(clocks) => clocks,
        Err(reason) => return SUSPENSION.unknown(reason),
    };
    let verdict = if clocks.suspensions > 0 {
        CheckVerdict::Invalid
    } else {
        CheckVerdict::Ok
    };
    let finding = match clocks.first_suspensions.first() {
        Some(first) => MachineFinding::Suspended {
            suspensions: clocks.suspensions,
            first_length_ns: first.length_ns,
            first_at_ns: first.at_ns,
            limit_ns: SUSPENSION_TIME.as_nanos() as u64,
        },
        None => MachineFinding::NotSuspended,
    };
    vec![
        SUSPENSION
            .found(verdict, finding)
            .measuring(clocks.suspensions as f64),
    ]
}

fn clocks<'a>(input: &CheckInput<'a>) -> Result<&'a Clocks, MachineFinding> {
    let clocks = input.health()?.clocks.as_ref();
    clocks.ok_or(MachineFinding::ClocksNotCompared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{ClockStep, Event, Health};
    use crate::judge::checks::fixture_tests::{check, quiet, verdict};
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::results::Run;

    fn with(clocks: Option<Clocks>) -> Run {
        let mut run = quiet();
        run.conditions
            .health
            .as_mut()
            .expect("the fixture is watched")
            .clocks = clocks;
        run
    }

    #[test]
    fn fault_42_a_clock_that_steps_warns_and_a_suspended_machine_is_refused() {
        let first_steps = vec![ClockStep {
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
        let mut unwatched = Fixture::small().calls(9, |_, _| answer(20)).run();
        unwatched.conditions.health = None;
        for run in [with(None), unwatched] {
            for name in ["clock-steps", "suspension"] {
                assert_eq!(verdict(&run, name), Some(CheckVerdict::Unknown), "{name}");
            }
        }
        assert_eq!(Health::default().clocks, None);
    }
}
