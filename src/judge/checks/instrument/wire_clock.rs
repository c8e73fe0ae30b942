//! Whether the clock that was asked for is the one that timed the calls.

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::Clock;
use crate::results::finding::InstrumentFinding;

pub(crate) const WIRE_CLOCK: Rule = Rule {
    number: None,
    name: "wire-clock",
    formula: "answers that the kernel's clock timed / answers",
    threshold: "warns below 0.999",
    examine: wire_clock,
};

/// Answers that the kernel's clock timed against all. Below 99.9 % two clocks are mixed: those of the program's own clock
/// contain its wake-ups.
fn wire_clock(input: &CheckInput<'_>) -> Vec<Check> {
    let sum = |count: fn(&Row) -> u64| {
        input
            .rows
            .iter()
            .fold(0_u64, |sum, row| sum.saturating_add(count(row)))
    };
    let stamped = sum(|row| row.client_overhead.count);
    let answers = sum(|row| row.service_time.count);
    if input.run.plan.clock == Clock::UserSpace || answers == 0 {
        return Vec::new();
    }
    let (verdict, finding) = match stamped {
        0 => (CheckVerdict::Warn, InstrumentFinding::NoneStamped),
        _ if (stamped as f64) < LEAST_STAMPED * answers as f64 => (
            CheckVerdict::Warn,
            InstrumentFinding::SomeStamped {
                stamped,
                answers,
                limit_ratio: LEAST_STAMPED,
            },
        ),
        _ => (
            CheckVerdict::Ok,
            InstrumentFinding::AllStamped { stamped, answers },
        ),
    };
    vec![
        WIRE_CLOCK
            .found(verdict, finding)
            .measuring(stamped as f64 / answers as f64),
    ]
}

const LEAST_STAMPED: f64 = 0.999;

#[cfg(test)]
mod tests {
    use crate::judge::synthetic_run::{Fixture, answer};

    use super::*;

    fn verdict(clock: Clock, stamped: impl Fn(u32) -> bool) -> Option<CheckVerdict> {
        let reply = |i| {
            if stamped(i) {
                answer(20)
            } else {
                answer(20).unstamped()
            }
        };
        let mut run = Fixture::small().calls(2000, |_, i| reply(i)).run();
        run.plan.clock = clock;
        let checks = crate::judge::summarise(&run).checks;
        checks
            .into_iter()
            .find(|check| check.name == "wire-clock")
            .map(|check| check.verdict)
    }

    #[test]
    fn stamps_that_are_missing_are_told() {
        assert_eq!(verdict(Clock::Kernel, |_| true), Some(CheckVerdict::Ok));
        assert_eq!(verdict(Clock::Kernel, |i| i != 7), Some(CheckVerdict::Ok));
        assert_eq!(
            verdict(Clock::Kernel, |i| i % 100 != 7),
            Some(CheckVerdict::Warn)
        );
        assert_eq!(verdict(Clock::Kernel, |_| false), Some(CheckVerdict::Warn));
        assert_eq!(verdict(Clock::UserSpace, |_| false), None);
    }
}
