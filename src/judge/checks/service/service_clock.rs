//! Whether the service has another time than this machine.

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict};
use crate::results::finding::ServiceFinding;

pub(crate) const SERVICE_CLOCK: Rule = Rule {
    number: Some("V12"),
    name: "service-clock",
    formula: "Date of an answer − time of day here, s",
    threshold: "warns beyond 60 s either way",
    examine: service_clock,
};

/// How far the service's clock is from this machine's. No duration is touched; signatures are, and times of day.
fn service_clock(input: &CheckInput<'_>) -> Vec<Check> {
    let Some(ahead_seconds) = input.run.conditions.service_clock_ahead_seconds else {
        return SERVICE_CLOCK.unknown(ServiceFinding::TimeUnknown);
    };
    let verdict = CheckVerdict::warn_if(ahead_seconds.unsigned_abs() > TOLERATED_SECONDS);
    let finding = ServiceFinding::Clock {
        ahead_seconds,
        limit_seconds: TOLERATED_SECONDS,
    };
    vec![
        SERVICE_CLOCK
            .found(verdict, finding)
            .measuring(ahead_seconds as f64),
    ]
}

const TOLERATED_SECONDS: u64 = 60;

#[cfg(test)]
mod tests {
    use crate::judge::CheckVerdict;
    use crate::judge::checks::fixture_tests::{check, quiet};

    #[test]
    fn fault_28_a_service_with_another_time_warns_beyond_a_minute() {
        let told = |ahead| {
            let mut run = quiet();
            run.conditions.service_clock_ahead_seconds = ahead;
            check(&run, "service-clock").expect("there")
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
