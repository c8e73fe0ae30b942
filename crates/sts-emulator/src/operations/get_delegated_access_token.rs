//! GetDelegatedAccessToken: credentials in exchange for a delegation's trade-in token.
//!
//! AWS makes such tokens when a customer approves a partner's request; here the emulator seals them, and announces one.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use sts_model::FaultCode;

use crate::iam::identities::{Identities, Principal};
use crate::operations::assume::assume_role::role_session;
use crate::operations::common::authorization::require;
use crate::operations::common::context::caller_context;
use crate::operations::common::issuance::issue;
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

/// What a trade-in token is good for.
#[derive(Debug, Serialize, Deserialize)]
struct Delegation {
    /// The role whose permissions have been delegated, in the partition `aws`.
    role_arn: String,
    session_name: String,
    /// Seconds since 1970.
    expires: i64,
    /// How long the credentials are good. Unit: seconds.
    seconds: i32,
}

pub(super) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    let mut violations = Violations::default();
    let token = violations.required("tradeInToken", inquiry.parameters.first("TradeInToken"));
    violations.into_result()?;
    require(
        inquiry,
        caller,
        "sts:GetDelegatedAccessToken",
        None,
        &caller_context(inquiry, caller),
    )?;
    // The service model has no error for a token that is none; this one is a guess.
    let invalid = || {
        FaultReply::new(
            400,
            FaultCode::ValidationError,
            "The trade-in token is invalid.",
        )
    };
    let delegation: Delegation = inquiry
        .identities
        .open(PURPOSE, token.unwrap_or_default())
        .ok_or_else(invalid)?;
    if inquiry.now.unix_timestamp() >= delegation.expires {
        let code = FaultCode::from("ExpiredTradeInTokenException");
        return Err(FaultReply::new(
            400,
            code,
            "The trade-in token has expired.",
        ));
    }
    let role = inquiry
        .identities
        .role_by_arn(&delegation.role_arn, "aws")
        .ok_or_else(invalid)?;
    let session = role_session(role, &delegation.session_name);
    let issuance = issue(inquiry, &session, delegation.seconds)?;
    let principal = session.arn(inquiry.partition);
    // The order of the service model; nobody has published an answer.
    Ok(vec![
        issuance.credentials(),
        Element::text("AssumedPrincipal", &principal),
    ])
}

/// A trade-in token for a session of the role with `role_arn`, good until `expires`.
pub(super) fn trade_in_token(
    identities: &Identities,
    role_arn: &str,
    expires: OffsetDateTime,
) -> String {
    let delegation = Delegation {
        role_arn: role_arn.to_owned(),
        session_name: "delegated".to_owned(),
        expires: expires.unix_timestamp(),
        seconds: 3_600,
    };
    identities.seal(PURPOSE, &delegation)
}

const PURPOSE: &str = "trade-in-token";
