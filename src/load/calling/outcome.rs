//! From what happened on the wire to how the call ended.

use std::time::Duration;

use crate::load::echo::{code_unless_repeated, region_unless_repeated};
use crate::sample::{Failure, FailureKind, Outcome, Phase};
use crate::sign::SignedRequest;
use crate::transport::Response;
use sts_model::{Call, Reading, RegionText, Remote, Unreadable};

/// How the call ended, by status and body, and the Region of origin in the session token, if it issued one. What repeats
/// something of the request is not kept.
pub(super) fn outcome(
    call: &Call,
    request: &SignedRequest,
    response: &Result<Response, Failure>,
) -> (Outcome, Option<Remote<RegionText>>) {
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
    let origin = region_unless_repeated(reading.origin().cloned(), request);
    let outcome = match reading {
        Reading::Answer(_) => Outcome::Success,
        Reading::Fault(fault) => Outcome::Fault(code_unless_repeated(fault.code, request)),
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
