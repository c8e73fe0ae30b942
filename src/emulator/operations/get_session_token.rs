//! GetSessionToken: temporary credentials for a user's own long-term ones.
//!
//! The fleet's users have no MFA device, so that a serial number is always refused. Tokens are of the second version at
//! every endpoint, the global one included.

use time::Duration;

use crate::operation::{FaultCode, Operation};

use super::super::clock;
use super::super::identities::PrincipalKind;
use super::super::parameters::Violations;
use super::super::reply::{Element, FaultReply};
use super::Inquiry;

pub(super) fn perform(inquiry: Inquiry<'_>) -> Result<Vec<Element>, FaultReply> {
    if inquiry.principal.kind == PrincipalKind::Session {
        let message = "Cannot call GetSessionToken with session credentials";
        return Err(FaultReply::new(403, FaultCode::AccessDenied, message));
    }
    let seconds = duration_seconds(&inquiry)?;
    let now = inquiry.now.replace_nanosecond(0).expect("zero is a nanosecond");
    let expiration = now + Duration::seconds(i64::from(seconds));
    let issued = inquiry.identities.issue(inquiry.principal, inquiry.served_by, expiration);
    let credentials = vec![
        Element::text("AccessKeyId", &issued.access_key_id),
        Element::text("SecretAccessKey", &issued.secret_access_key),
        Element::text("SessionToken", &issued.session_token),
        Element::text("Expiration", &clock::extended(issued.expiration)),
    ];
    Ok(vec![Element::group("Credentials", credentials)])
}

fn duration_seconds(inquiry: &Inquiry<'_>) -> Result<i32, FaultReply> {
    let seconds = inquiry.parameters.integer("DurationSeconds")?.unwrap_or(DEFAULT_SECONDS);
    let allowed = Operation::GetSessionToken.duration_seconds().expect("the operation has a duration");
    let (least, most) = allowed.into_inner();
    let mut violations = Violations::default();
    violations.range("durationSeconds", seconds, least.cast_signed()..=most.cast_signed());
    let serial_number = inquiry.parameters.first("SerialNumber");
    let token_code = inquiry.parameters.first("TokenCode");
    if let Some(serial_number) = serial_number {
        violations.length("serialNumber", serial_number, 9..=256);
    }
    if let Some(token_code) = token_code {
        violations.length("tokenCode", token_code, 6..=6);
        violations.pattern("tokenCode", token_code, token_code.chars().all(|c| c.is_ascii_digit()), "[\\d]*");
    }
    violations.into_result()?;
    if serial_number.is_some() || token_code.is_some() {
        let message = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial \
                       number is valid and associated with this user.";
        return Err(FaultReply::new(403, FaultCode::AccessDenied, message));
    }
    Ok(seconds)
}

/// Twelve hours (service model 2011-06-15).
const DEFAULT_SECONDS: i32 = 43_200;
