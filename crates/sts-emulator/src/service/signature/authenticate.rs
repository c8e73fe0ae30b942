//! Who signed this request? Signature Version 4, in a header or in a presigned URL, checked as STS checks it.
//!
//! The order of the checks is part of STS's behaviour, because it decides which fault a request with two mistakes gets:
//! what the claim lacks, the date's age, the credential scope, the key and its token, and the signature last. Codes and
//! messages are those of the live service. This is a second opinion: it shares no code with any signer.

use aws_lc_rs::hmac;
use time::{Duration, OffsetDateTime};

use sts_model::FaultCode;

use crate::clock::{self, Now};
use crate::hex::hex;
use crate::iam::identities::{Identities, Principal, Refusal};
use crate::service::answer::FaultReply;
use crate::service::signature::canonical_request::{Received, string_to_sign};
use crate::service::signature::presented_signature::{PresentedSignature, incomplete, mismatch};

/// What a credential scope has to say at an endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpectedScope<'a> {
    /// The endpoint's signing Region.
    pub region: &'a str,
    /// Always `sts`, but for AWS's own test suite.
    pub service: &'a str,
}

/// Who signed `request`, or the fault that STS answers.
pub(crate) fn authenticate(
    request: &Received<'_>,
    expected: ExpectedScope<'_>,
    identities: &Identities,
    now: impl Into<Now>,
) -> Result<Principal, FaultReply> {
    let now = now.into();
    let presented = PresentedSignature::read(request)?;
    // Clients date by their own clock also where the emulator's stands still.
    if presented.check_age(now.machine).is_err() {
        presented.check_age(now.told)?;
    }
    let (access_key_id, scope) = presented.checked_scope(expected)?;
    let token = presented.token.as_ref();
    let principal = identities.find(
        access_key_id,
        token.map(|token| token.text.as_slice()),
        expected.region,
        now.told,
    );
    let principal = principal.map_err(|refusal| match refusal {
        Refusal::Invalid => refused(
            FaultCode::InvalidClientTokenId,
            "The security token included in the request is invalid.",
        ),
        Refusal::Expired => refused(
            FaultCode::ExpiredToken,
            "The security token included in the request is expired",
        ),
    })?;
    if token.is_some_and(|token| !token.is_signed) {
        return Err(mismatch());
    }
    presented.check_signature(request, scope, &principal.secret_access_key)?;
    Ok(principal)
}

impl PresentedSignature {
    fn check_age(&self, now: OffsetDateTime) -> Result<(), FaultReply> {
        let (earliest, latest) = (now - WINDOW, now + WINDOW);
        if (earliest..=latest).contains(&self.date) {
            return Ok(());
        }
        let [date, earliest_said, latest_said, at] =
            [self.date, earliest, latest, now].map(clock::basic);
        let message = if self.date < earliest {
            format!(
                "Signature expired: {date} is now earlier than {earliest_said} ({at} - 15 min.)"
            )
        } else {
            format!(
                "Signature not yet current: {date} is still later than {latest_said} ({at} + 15 min.)"
            )
        };
        Err(refused(FaultCode::SignatureDoesNotMatch, message))
    }

    /// The key id, and the scope as far as the endpoint accepts it.
    fn checked_scope(&self, expected: ExpectedScope<'_>) -> Result<(&str, [&str; 4]), FaultReply> {
        let parts: Vec<&str> = self.credential.split('/').collect();
        let [access_key_id, date, region, service, terminator] = parts[..] else {
            return Err(incomplete(five_parts(&self.credential)));
        };
        let mut message = String::new();
        if region != expected.region {
            message.push_str("Credential should be scoped to a valid region. ");
        }
        if service != expected.service {
            message.push_str(&format!(
                "Credential should be scoped to correct service: '{}'. ",
                expected.service
            ));
        }
        if terminator != TERMINATOR {
            message.push_str(&format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'. "
            ));
        }
        let signed_at = clock::basic(self.date);
        let day = signed_at.get(..8).unwrap_or_default();
        if date != day {
            message.push_str(&format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != \
                 '{day}', from '{signed_at}'."
            ));
        }
        if message.is_empty() {
            Ok((access_key_id, [date, region, service, terminator]))
        } else {
            Err(refused(FaultCode::SignatureDoesNotMatch, message))
        }
    }

    fn check_signature(
        &self,
        request: &Received<'_>,
        scope: [&str; 4],
        secret_access_key: &str,
    ) -> Result<(), FaultReply> {
        let canonical = self.canonical(request);
        let to_sign = string_to_sign(&clock::basic(self.date), &scope.join("/"), &canonical);
        let signed = mac(&signing_key(secret_access_key, scope), to_sign.as_bytes());
        let expected = hex(signed.as_ref());
        // A payload hash that the client states must be that of the body which came: STS knows no unsigned payload.
        let body_hash = canonical.rsplit(|byte| *byte == b'\n').next();
        let hash_holds = self
            .stated_hash
            .as_ref()
            .is_none_or(|stated| Some(stated.as_bytes()) == body_hash);
        if hash_holds && same(self.signature.as_bytes(), expected.as_bytes()) {
            Ok(())
        } else {
            Err(mismatch())
        }
    }
}

fn five_parts(credential: &str) -> String {
    format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
    )
}

fn signing_key(secret_access_key: &str, scope: [&str; 4]) -> Vec<u8> {
    let seed = format!("AWS4{secret_access_key}").into_bytes();
    scope.iter().fold(seed, |key, part| {
        mac(&key, part.as_bytes()).as_ref().to_vec()
    })
}

fn mac(key: &[u8], message: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message)
}

/// Equality whose duration does not tell where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

fn refused(code: FaultCode, message: impl Into<String>) -> FaultReply {
    FaultReply::new(403, code, message)
}

const WINDOW: Duration = Duration::minutes(15);
const TERMINATOR: &str = "aws4_request";

#[cfg(test)]
#[path = "authenticate_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "authenticate_properties_tests.rs"]
mod properties;
