//! What is behind a refusal: told from its code, the clocks and what the service wrote.

use std::time::Duration;

use super::skew::Skew;
use sts_model::{Activation, FaultCode, Region};

/// What has to change before the service takes the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalCause {
    /// The service does not know the key.
    UnknownKey,
    /// The account may have to enable the Region first.
    RegionNotEnabled,
    /// The session has ended.
    SessionEnded,
    /// A policy denies the call.
    Denied,
    /// The clocks are too far apart.
    Clock,
    /// The request was signed for another Region.
    SigningRegion,
    /// The signature is wrong: the secret is not that of the key.
    Signature,
    /// The service has too much to do, or is broken.
    Busy,
    /// Something else.
    Other,
}

impl RefusalCause {
    /// The cause of a refusal with `code` and that HTTP status by an endpoint of `region`, whose clock is so far away.
    pub(crate) fn of(
        code: &FaultCode,
        status: u16,
        message: &str,
        skew: Option<Skew>,
        region: &str,
    ) -> Self {
        let is_skewed = skew.is_some_and(|skew| skew.distance() >= SUSPICIOUS_SKEW);
        match code {
            FaultCode::SignatureDoesNotMatch if is_skewed => Self::Clock,
            FaultCode::SignatureDoesNotMatch if message.contains(OTHER_REGION) => {
                Self::SigningRegion
            }
            FaultCode::SignatureDoesNotMatch => Self::Signature,
            FaultCode::ExpiredToken => Self::SessionEnded,
            FaultCode::InvalidClientTokenId if is_opt_in(region) => Self::RegionNotEnabled,
            FaultCode::InvalidClientTokenId => Self::UnknownKey,
            FaultCode::AccessDenied => Self::Denied,
            _ if code.is_throttling() || is_busy(status) => Self::Busy,
            _ => Self::Other,
        }
    }

    /// What to say of it after the code; begins with `; `, or is empty.
    pub(crate) fn hint(self, skew: Option<Skew>, region: &str) -> String {
        match (self, skew) {
            (Self::Clock, Some(skew)) => {
                let way = match skew {
                    Skew::ServiceAhead(_) => "behind",
                    Skew::ServiceBehind(_) => "ahead of",
                };
                let seconds = skew.distance().as_secs();
                format!(
                    "; this machine's clock is {seconds} s {way} the service's, and STS allows 15 minutes: set the clock"
                )
            }
            (Self::SigningRegion, _) => {
                format!(
                    "; the request is signed for {region}, and the service is of another Region: name that behind the URL, as in \
                     --endpoint-url NAME=URL@REGION"
                )
            }
            (Self::SessionEnded, _) => "; the session has ended: get fresh credentials".to_owned(),
            (Self::RegionNotEnabled, _) => {
                "; the Region is not enabled in this account, the session token is of version 1, or the key is unknown"
                    .to_owned()
            }
            (Self::UnknownKey, _) => {
                "; the key is unknown or inactive, or its session token is missing".to_owned()
            }
            _ => String::new(),
        }
    }
}

/// Whether the status says that the service could not serve the call now: too many calls, or a fault of its own.
pub(super) fn is_busy(status: u16) -> bool {
    matches!(status, 408 | 429) || status >= 500
}

/// Whether an account has to enable the Region before it takes the account's keys.
fn is_opt_in(region: &str) -> bool {
    Region::named(region).is_some_and(|region| region.activation == Activation::OptIn)
}

const SUSPICIOUS_SKEW: Duration = Duration::from_secs(300);

/// What STS writes when the Region of a signature is not its own.
const OTHER_REGION: &str = "scoped to a valid region";

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(code: &str, status: u16, message: &str, skew: Option<Skew>) -> RefusalCause {
        RefusalCause::of(
            &FaultCode::from(code),
            status,
            message,
            skew,
            "eu-central-1",
        )
    }

    #[test]
    fn fault_28_a_refusal_because_of_the_clock_says_by_how_much() {
        let skew = Some(Skew::ServiceBehind(Duration::from_secs(3600)));
        let clock = cause("SignatureDoesNotMatch", 403, "Signature expired", skew);
        assert_eq!(clock, RefusalCause::Clock);
        let text = clock.hint(skew, "eu-central-1");
        assert!(text.contains("3600 s ahead of"), "{text}");
    }

    #[test]
    fn the_hint_of_a_region_that_is_to_be_enabled_names_what_it_can_be() {
        let unknown = FaultCode::from("InvalidClientTokenId");
        let cause = RefusalCause::of(&unknown, 403, "", None, "ap-east-1");
        assert_eq!(
            cause.hint(None, "ap-east-1"),
            "; the Region is not enabled in this account, the session token is of version 1, or the key is unknown"
        );
        let cause = RefusalCause::of(&unknown, 403, "", None, "eu-central-1");
        assert!(!cause.hint(None, "eu-central-1").contains("not enabled"));
    }

    #[test]
    fn each_kind_of_refusal_has_a_cause_of_its_own() {
        let scope = "Credential should be scoped to a valid region. ";
        for (code, status, message, expected) in [
            ("InvalidClientTokenId", 403, "", RefusalCause::UnknownKey),
            ("ExpiredToken", 403, "", RefusalCause::SessionEnded),
            ("AccessDenied", 403, "", RefusalCause::Denied),
            (
                "SignatureDoesNotMatch",
                403,
                scope,
                RefusalCause::SigningRegion,
            ),
            ("SignatureDoesNotMatch", 403, "", RefusalCause::Signature),
            ("Throttling", 400, "", RefusalCause::Busy),
            ("InternalFailure", 500, "", RefusalCause::Busy),
            ("InvalidAction", 400, "", RefusalCause::Other),
        ] {
            assert_eq!(cause(code, status, message, None), expected, "{code}");
        }
        let enabled_first = FaultCode::from("InvalidClientTokenId");
        assert_eq!(
            RefusalCause::of(&enabled_first, 403, "", None, "eu-central-2"),
            RefusalCause::RegionNotEnabled
        );
        let said = RefusalCause::SigningRegion.hint(None, "us-east-1");
        assert!(
            said.contains("signed for us-east-1") && said.ends_with("NAME=URL@REGION"),
            "{said}"
        );
    }
}
