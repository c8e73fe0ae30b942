//! From what happened on the wire to how the call ended.

use std::time::Duration;

use crate::sample::{Failure, FailureKind, Outcome, Phase};
use crate::transport::Response;
use sts_model::{Call, Reading, Unreadable};

/// How the call ended, by status and body, and the Region of origin in the session token, if it issued one.
pub(super) fn outcome(
    call: &Call,
    response: &Result<Response, Failure>,
) -> (Outcome, Option<String>) {
    let response = match response {
        Ok(response) => response,
        Err(failure) => return (Outcome::Failure(*failure), None),
    };
    let fail = |kind| {
        Outcome::Failure(Failure {
            phase: Phase::Receive,
            kind,
        })
    };
    let reading = call.read(response.status, &response.body);
    let origin = reading.origin().map(str::to_owned);
    let outcome = match reading {
        Reading::Answer(_) => Outcome::Success,
        Reading::Fault(fault) => Outcome::Fault(fault.code),
        Reading::Unreadable(_) if !(200..300).contains(&response.status) => {
            fail(FailureKind::HttpStatus)
        }
        Reading::Unreadable(Unreadable::Empty) => fail(FailureKind::BodyEmpty),
        Reading::Unreadable(Unreadable::Xml) => fail(FailureKind::BodyXml),
        Reading::Unreadable(Unreadable::Mismatch) => fail(FailureKind::BodyMismatch),
    };
    (outcome, origin)
}

/// How long the service asks to be left alone.
pub(super) fn retry_after(response: &Result<Response, Failure>) -> Option<Duration> {
    response
        .as_ref()
        .ok()?
        .retry_after_seconds
        .map(Duration::from_secs)
}
