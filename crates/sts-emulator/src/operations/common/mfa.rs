//! The two parameters of a multi-factor authentication, and their check.

use sts_model::FaultCode;

use crate::iam::arn::is_of_partition;
use crate::iam::identities::{Identity, Principal};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::FaultReply;
use crate::service::parameters::Violations;

/// `SerialNumber` and `TokenCode`, as they came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MfaParameters<'a> {
    serial_number: Option<&'a str>,
    token_code: Option<&'a str>,
}

impl<'a> MfaParameters<'a> {
    /// Reads both and notes what they break.
    pub(crate) fn read(inquiry: Inquiry<'a>, violations: &mut Violations) -> Self {
        let serial_number = inquiry.parameters.first("SerialNumber");
        let token_code = inquiry.parameters.first("TokenCode");
        if let Some(serial_number) = serial_number {
            violations.length("serialNumber", serial_number, 9..=256);
            violations.word("serialNumber", serial_number, "=/:,.@-", "[\\w+=/:,.@-]*");
        }
        if let Some(token_code) = token_code {
            violations.length("tokenCode", token_code, 6..=6);
            violations.pattern(
                "tokenCode",
                token_code,
                token_code.chars().all(|c| c.is_ascii_digit()),
                "[\\d]*",
            );
        }
        Self {
            serial_number,
            token_code,
        }
    }

    /// Whether the caller has shown an MFA device's code.
    pub(crate) fn verify(
        self,
        inquiry: Inquiry<'_>,
        caller: &Principal,
    ) -> Result<bool, FaultReply> {
        let (serial_number, token_code) = match (self.serial_number, self.token_code) {
            (None, None) => return Ok(false),
            (Some(serial_number), Some(token_code)) => (serial_number, token_code),
            _ => return Err(denied(NOT_BOTH)),
        };
        // Devices belong to users, and a session's user has already been asked.
        let user = match &caller.session.identity {
            Identity::User(user) if !caller.is_temporary() => {
                inquiry.identities.user(caller.account(), &user.name)
            }
            _ => None,
        };
        // A device of another partition is none of the user's.
        let user = user.filter(|_| is_of_partition(serial_number, inquiry.partition));
        let verified = user.and_then(|user| {
            inquiry
                .identities
                .verify_mfa(user, serial_number, token_code, inquiry.now)
        });
        match verified {
            Some(true) => Ok(true),
            Some(false) => Err(denied(WRONG_CODE)),
            None => Err(denied(NO_DEVICE)),
        }
    }
}

fn denied(message: &str) -> FaultReply {
    FaultReply::new(403, FaultCode::AccessDenied, message)
}

/// From memory of public reports; none was found again.
const NOT_BOTH: &str =
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
const WRONG_CODE: &str = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
const NO_DEVICE: &str = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial \
                         number is valid and associated with this user.";
