//! Who signed this request? Signature Version 4 in the `Authorization` header, checked as STS checks it.
//!
//! The order of the checks is part of STS's behaviour, because it decides which fault a request with two mistakes gets:
//! the header's parts, the signed host, the date's form and age, the credential scope, the key and its token, and the
//! signature last. Codes and messages are those of the live service. Signatures in the query string (presigned URLs) are
//! not read; they would yield the same [`Claim`]. This is a second opinion: it shares no code with any signer.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};

use crate::operation::FaultCode;

use super::canonical_request::{ALGORITHM, Received, canonical_request, hex, string_to_sign};
use super::clock;
use super::identities::{Identities, Principal, Refusal};
use super::reply::FaultReply;

/// What a credential scope has to say at an endpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpectedScope<'a> {
    /// The endpoint's signing Region.
    pub region: &'a str,
    /// Always `sts`, but for AWS's own test suite.
    pub service: &'a str,
}

/// Who signed `request`, or the fault that STS answers.
pub(super) fn authenticate(
    request: &Received<'_>,
    expected: ExpectedScope<'_>,
    identities: &Identities,
    now: OffsetDateTime,
) -> Result<Principal, FaultReply> {
    let claim = Claim::from_header(request)?;
    claim.check_age(now)?;
    let (access_key_id, scope) = claim.checked_scope(expected)?;
    let token = request.header("x-amz-security-token");
    let principal = identities.find(access_key_id, token, expected.region, now).map_err(|refusal| match refusal {
        Refusal::Invalid => {
            refused(FaultCode::InvalidClientTokenId, "The security token included in the request is invalid.")
        }
        Refusal::Expired => refused(FaultCode::ExpiredToken, "The security token included in the request is expired"),
    })?;
    let token_is_signed = claim.signed_headers.contains(&"x-amz-security-token");
    if principal.is_temporary() && !token_is_signed {
        return Err(refused(FaultCode::SignatureDoesNotMatch, MISMATCH));
    }
    claim.check_signature(request, scope, &principal.secret_access_key)?;
    Ok(principal)
}

/// What a request says about its own signature.
#[derive(Debug)]
struct Claim<'a> {
    /// Key id, date, Region, service and terminator, if it is well-formed.
    credential: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
    date: OffsetDateTime,
}

impl<'a> Claim<'a> {
    fn from_header(request: &Received<'a>) -> Result<Self, FaultReply> {
        let headers = request.headers;
        let text = |name: &str| {
            let (_, value) = headers.iter().find(|(found, _)| found == name)?;
            std::str::from_utf8(value).ok()
        };
        let authorization = text("authorization")
            .ok_or_else(|| refused(FaultCode::MissingAuthenticationToken, "Request is missing Authentication Token"))?;
        let (algorithm, parameters) = authorization.split_once(' ').unwrap_or((authorization, ""));
        if algorithm != ALGORITHM {
            return Err(incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'")));
        }
        let [credential, signature, signed_headers] = read_parameters(parameters)?;
        let date = text("x-amz-date").or_else(|| text("date"));
        let (Some(credential), Some(signature), Some(signed_headers), Some(date)) =
            (credential, signature, signed_headers, date)
        else {
            return Err(incomplete(missing_parts(credential, signature, signed_headers, date)));
        };
        let signed_headers: Vec<&str> = signed_headers.split(';').collect();
        if !signed_headers.contains(&"host") {
            return Err(refused(
                FaultCode::SignatureDoesNotMatch,
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ));
        }
        let date = clock::read_basic(date).or_else(|| clock::read_http(date)).ok_or_else(|| {
            incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ))
        })?;
        Ok(Self { credential, signed_headers, signature, date })
    }

    fn check_age(&self, now: OffsetDateTime) -> Result<(), FaultReply> {
        let (date, at) = (clock::basic(self.date), clock::basic(now));
        let (earliest, latest) = (now - WINDOW, now + WINDOW);
        let message = if self.date < earliest {
            format!("Signature expired: {date} is now earlier than {} ({at} - 15 min.)", clock::basic(earliest))
        } else if self.date > latest {
            format!("Signature not yet current: {date} is still later than {} ({at} + 15 min.)", clock::basic(latest))
        } else {
            return Ok(());
        };
        Err(refused(FaultCode::SignatureDoesNotMatch, message))
    }

    /// The key id, and the scope as far as the endpoint accepts it.
    fn checked_scope(&self, expected: ExpectedScope<'_>) -> Result<(&'a str, [&'a str; 4]), FaultReply> {
        let parts: Vec<&str> = self.credential.split('/').collect();
        let [access_key_id, date, region, service, terminator] = parts[..] else {
            return Err(incomplete(five_parts(self.credential)));
        };
        let mut message = String::new();
        if region != expected.region {
            message.push_str("Credential should be scoped to a valid region. ");
        }
        if service != expected.service {
            message.push_str(&format!("Credential should be scoped to correct service: '{}'. ", expected.service));
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
        let canonical = canonical_request(request, &self.signed_headers);
        let to_sign = string_to_sign(&clock::basic(self.date), &scope.join("/"), &canonical);
        let signed = mac(&signing_key(secret_access_key, scope), to_sign.as_bytes());
        let expected = hex(&signed.finalize().into_bytes());
        // A payload hash that the client states must be that of the body which came.
        let stated_hash = request.header("x-amz-content-sha256");
        let body_hash = canonical.rsplit(|byte| *byte == b'\n').next();
        let hash_holds = stated_hash.is_none_or(|stated| Some(stated) == body_hash);
        if hash_holds && same(self.signature.as_bytes(), expected.as_bytes()) {
            Ok(())
        } else {
            Err(refused(FaultCode::SignatureDoesNotMatch, MISMATCH))
        }
    }
}

/// `Credential`, `Signature` and `SignedHeaders`, where present, from the part after the algorithm.
fn read_parameters(parameters: &str) -> Result<[Option<&str>; 3], FaultReply> {
    let mut found = [None; 3];
    for parameter in parameters.split(',').map(str::trim).filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').ok_or_else(|| {
            incomplete(format!(
                "'{parameter}' not a valid key=value pair (missing equal-sign) in Authorization header: \
                 '{ALGORITHM} {parameters}'."
            ))
        })?;
        let position = ["Credential", "Signature", "SignedHeaders"].iter().position(|known| *known == name);
        if let Some(slot) = position.and_then(|position| found.get_mut(position)) {
            *slot = Some(value);
        }
    }
    Ok(found)
}

fn missing_parts(
    credential: Option<&str>,
    signature: Option<&str>,
    signed_headers: Option<&str>,
    date: Option<&str>,
) -> String {
    let mut message = String::new();
    for (name, value) in [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)] {
        if value.is_none() {
            message.push_str(&format!("Authorization header requires '{name}' parameter. "));
        }
    }
    if date.is_none() {
        message.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    }
    // Only the algorithm is repeated, so that no signature appears in a message.
    message + "Authorization=" + ALGORITHM
}

fn five_parts(credential: &str) -> String {
    format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
    )
}

fn signing_key(secret_access_key: &str, scope: [&str; 4]) -> Vec<u8> {
    let seed = format!("AWS4{secret_access_key}").into_bytes();
    scope.iter().fold(seed, |key, part| mac(&key, part.as_bytes()).finalize().into_bytes().to_vec())
}

fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

/// Equality whose duration does not tell where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn refused(code: FaultCode, message: impl Into<String>) -> FaultReply {
    FaultReply::new(403, code, message)
}

fn incomplete(message: impl Into<String>) -> FaultReply {
    FaultReply::new(400, FaultCode::IncompleteSignature, message)
}

const WINDOW: Duration = Duration::minutes(15);
const TERMINATOR: &str = "aws4_request";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";

#[cfg(test)]
#[path = "authenticate_tests.rs"]
mod tests;
