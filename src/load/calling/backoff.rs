//! Back-off towards one endpoint: calls become fewer when the service asks for it, and end when calls, all or those of one
//! operation, can only fail.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::load::refusal::RefusalCause;
use crate::sample::Outcome;
use sts_model::{FaultCode, Operation};

/// Decides whether planned calls to one endpoint are sent. What it withholds is counted, never caught up.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    /// The Region that calls there are signed for.
    region: String,
    /// Every `2^halvings`-th call is sent.
    halvings: u32,
    offered: u64,
    throttled: u32,
    /// Refusals in a row because of the credentials, over all signed operations.
    refused_in_a_row: u32,
    /// Refusals in a row because of what is called, by operation.
    refused_calls: BTreeMap<Operation, u32>,
    not_before: Duration,
    stopped: Option<String>,
}

/// What was decided because of an answer; one sentence for the report.
pub(super) type Decision = Option<String>;

impl Backoff {
    /// Towards an endpoint whose calls are signed for `region`.
    pub(super) fn towards(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            ..Self::default()
        }
    }

    /// Whether the call of `operation` planned for `intended` is sent.
    pub(super) fn admits(&mut self, operation: Operation, intended: Duration) -> bool {
        self.offered += 1;
        let open = self.stopped.is_none()
            && self
                .refused_calls
                .get(&operation)
                .is_none_or(|refused| *refused < REFUSALS);
        open && intended >= self.not_before && self.offered.is_multiple_of(1 << self.halvings)
    }

    /// Learns from an answer to `operation` that came at `now`; `retry_after` is what the service asked for.
    pub(super) fn learn(
        &mut self,
        operation: Operation,
        outcome: &Outcome,
        now: Duration,
        retry_after: Option<Duration>,
    ) -> Decision {
        if self.stopped.is_some() {
            return None;
        }
        if let Some(pause) = retry_after {
            self.not_before = self.not_before.max(now + pause.min(LONGEST_PAUSE));
        }
        let Outcome::Fault(code) = outcome else {
            // An unsigned call says nothing about the credentials.
            if operation.is_signed() {
                self.refused_in_a_row = 0;
            }
            self.refused_calls.remove(&operation);
            return None;
        };
        if code.is_throttling() {
            return Some(self.slow_down());
        }
        if *code == FaultCode::RegionDisabled {
            return Some(self.stop("STS is not activated there for this account".to_owned()));
        }
        if code.is_about_the_call() {
            let refused = self.refused_calls.entry(operation).or_default();
            *refused += 1;
            let reason = format!("{code} {REFUSALS} times in a row");
            return (*refused == REFUSALS)
                .then(|| format!("no more calls of {operation}: {reason}"));
        }
        if code.is_about_credentials() {
            self.refused_in_a_row += 1;
            if self.refused_in_a_row == REFUSALS {
                let hint = self.hint(code);
                return Some(self.stop(format!("{code} {REFUSALS} times in a row{hint}")));
            }
        }
        None
    }

    /// What is behind refusals of the key, whose words and clocks are not looked at here.
    fn hint(&self, code: &FaultCode) -> String {
        let cause = RefusalCause::of(code, HTTP_FORBIDDEN, "", None, &self.region);
        cause.hint(None, &self.region)
    }

    fn slow_down(&mut self) -> String {
        self.throttled += 1;
        if self.throttled == THROTTLES {
            return self.stop(format!("{THROTTLES} calls were throttled"));
        }
        self.halvings = (self.halvings + 1).min(MAX_HALVINGS);
        format!(
            "throttled; from here on one planned call in {} is sent",
            1_u64 << self.halvings
        )
    }

    fn stop(&mut self, reason: String) -> String {
        let text = format!("no more calls: {reason}");
        self.stopped = Some(reason);
        text
    }
}

/// A service that asks for longer is asked again after this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
const THROTTLES: u32 = 10;
const REFUSALS: u32 = 3;
const MAX_HALVINGS: u32 = 6;
/// The status of such refusals.
const HTTP_FORBIDDEN: u16 = 403;

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation::GetCallerIdentity;

    fn fault(code: &str) -> Outcome {
        Outcome::Fault(FaultCode::from(code))
    }

    fn admitted(backoff: &mut Backoff) -> usize {
        (0..64)
            .filter(|_| backoff.admits(OPERATION, Duration::from_secs(1)))
            .count()
    }

    #[test]
    fn fault_24_each_throttling_halves_the_rate_and_the_tenth_stops() {
        let mut backoff = Backoff::default();
        assert_eq!(admitted(&mut backoff), 64);
        backoff.learn(OPERATION, &fault("Throttling"), Duration::ZERO, None);
        assert_eq!(admitted(&mut backoff), 32);
        for _ in 0..9 {
            backoff.learn(OPERATION, &fault("Throttling"), Duration::ZERO, None);
        }
        assert_eq!(
            (admitted(&mut backoff), backoff.stopped.as_deref()),
            (0, Some("10 calls were throttled"))
        );
    }

    #[test]
    fn fault_25_retry_after_is_honoured_for_thirty_seconds_at_most() {
        let mut backoff = Backoff::default();
        backoff.learn(
            OPERATION,
            &fault("ServiceUnavailable"),
            Duration::from_secs(1),
            Some(Duration::from_secs(999_999)),
        );
        assert!(!backoff.admits(OPERATION, Duration::from_secs(30)));
        assert!(backoff.admits(OPERATION, Duration::from_secs(31)));
    }

    #[test]
    fn rule_22_three_refusals_in_a_row_stop_and_a_success_between_forgives() {
        let mut backoff = Backoff::default();
        for outcome in [
            fault("InvalidClientTokenId"),
            fault("SignatureDoesNotMatch"),
            Outcome::Success,
        ] {
            assert_eq!(
                backoff.learn(OPERATION, &outcome, Duration::ZERO, None),
                None
            );
        }
        for _ in 0..2 {
            backoff.learn(OPERATION, &fault("ExpiredToken"), Duration::ZERO, None);
        }
        assert!(backoff.stopped.as_deref().is_none());
        assert!(
            backoff
                .learn(OPERATION, &fault("ExpiredToken"), Duration::ZERO, None)
                .is_some()
        );
        assert_eq!(admitted(&mut backoff), 0);
    }

    #[test]
    fn who_is_refused_for_the_credentials_is_told_what_can_be_behind_it() {
        for (region, code, behind) in [
            (
                "ap-east-1",
                "InvalidClientTokenId",
                "; the Region is not enabled in this account, ",
            ),
            (
                "eu-central-1",
                "InvalidClientTokenId",
                "; the key is unknown or inactive, ",
            ),
            ("eu-central-1", "ExpiredToken", "; the session has ended: "),
        ] {
            let mut backoff = Backoff::towards(region);
            let mut learn = || backoff.learn(OPERATION, &fault(code), Duration::ZERO, None);
            assert_eq!((learn(), learn()), (None, None));
            let told = learn().expect("a decision");
            let expected = format!("no more calls: {code} 3 times in a row{behind}");
            assert!(told.starts_with(&expected), "{told}");
        }
    }

    #[test]
    fn an_operation_that_is_refused_three_times_is_left_alone_and_the_others_go_on() {
        let mut backoff = Backoff::default();
        let mut learn =
            |operation, outcome: &Outcome| backoff.learn(operation, outcome, Duration::ZERO, None);
        for _ in 0..2 {
            assert_eq!(learn(Operation::AssumeRole, &fault("AccessDenied")), None);
            assert_eq!(learn(OPERATION, &Outcome::Success), None);
        }
        let told = learn(Operation::AssumeRole, &fault("AccessDenied"));
        assert_eq!(
            told.as_deref(),
            Some("no more calls of assume-role: AccessDenied 3 times in a row")
        );
        assert!(!backoff.admits(Operation::AssumeRole, Duration::ZERO));
        assert_eq!(admitted(&mut backoff), 64);
    }

    #[test]
    fn fault_26_a_region_without_sts_is_left_alone_at_once() {
        let mut backoff = Backoff::default();
        assert!(
            backoff
                .learn(
                    OPERATION,
                    &fault("RegionDisabledException"),
                    Duration::ZERO,
                    None
                )
                .is_some()
        );
        assert_eq!(admitted(&mut backoff), 0);
    }
}
