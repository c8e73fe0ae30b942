//! Whether the clock that was asked for is the one that timed the calls.

use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::Clock;

use super::{Case, Rule};

const WIRE_CLOCK: Rule = Rule {
    number: None,
    name: "wire-clock",
    formula: "answers that the kernel's clock timed / answers",
    threshold: "warns below 0.999",
};

/// Answers that the kernel's clock timed against all. Below 99.9 % two clocks are mixed: those of the program's own clock
/// contain its wake-ups.
pub(super) fn wire_clock(case: &Case<'_>) -> Vec<Check> {
    let sum = |count: fn(&Row) -> u64| {
        case.rows
            .iter()
            .fold(0_u64, |sum, row| sum.saturating_add(count(row)))
    };
    let (stamped, answers) = (
        sum(|row| row.client_overhead.count),
        sum(|row| row.service_time.count),
    );
    if case.run.plan.clock == Clock::UserSpace || answers == 0 {
        return Vec::new();
    }
    let (verdict, text) = match stamped {
        0 => (
            CheckVerdict::Warn,
            "the kernel stamped no packet, so the times are those of this program's own clock and contain its wake-ups; \
             measure from Linux, or say --clock user-space"
                .to_owned(),
        ),
        _ if (stamped as f64) < LEAST_STAMPED * answers as f64 => (
            CheckVerdict::Warn,
            format!(
                "{stamped} of {answers} answers have the kernel's stamps (at least 99.9 % wanted); the others stand on this \
                 program's own clock and contain its wake-ups, so compare with a run of --clock user-space"
            ),
        ),
        _ => (CheckVerdict::Ok, format!("the kernel stamped {stamped} of {answers} answers and their requests")),
    };
    vec![
        WIRE_CLOCK
            .found(verdict, text)
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
