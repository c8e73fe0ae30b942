//! From what happened on the wire to how the call ended.

use std::time::Duration;

use crate::operation::{Call, Reading, Unreadable};
use crate::sample::{Failure, FailureKind, Outcome, Phase};
use crate::transport::Response;

/// How the call ended, by status and body.
pub(super) fn outcome(call: &Call, response: &Result<Response, Failure>) -> Outcome {
    let response = match response {
        Ok(response) => response,
        Err(failure) => return Outcome::Failure(*failure),
    };
    let fail = |kind| Outcome::Failure(Failure { phase: Phase::Receive, kind });
    match call.read(response.status, &response.body) {
        Reading::Answer(_) => Outcome::Success,
        Reading::Fault(fault) => Outcome::Fault(fault.code),
        Reading::Unreadable(_) if !(200..300).contains(&response.status) => fail(FailureKind::HttpStatus),
        Reading::Unreadable(Unreadable::Empty) => fail(FailureKind::BodyEmpty),
        Reading::Unreadable(Unreadable::Xml) => fail(FailureKind::BodyXml),
        Reading::Unreadable(Unreadable::Mismatch) => fail(FailureKind::BodyMismatch),
    }
}

/// How long the service asks to be left alone.
pub(super) fn retry_after(response: &Result<Response, Failure>) -> Option<Duration> {
    response.as_ref().ok()?.retry_after_seconds.map(Duration::from_secs)
}
