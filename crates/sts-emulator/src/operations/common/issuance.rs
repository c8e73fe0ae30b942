//! Making temporary credentials: the one way for every operation that issues them.
//!
//! Who may have them has been decided before. Here the Region's activation, the token's version and its size are.

use time::{Duration, OffsetDateTime};

use sts_model::{FaultCode, Operation};

use crate::iam::identities::{
    IssuedCredentials, LARGEST_TOKEN, Principal, Session, Terms, TokenVersion,
};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

/// Credentials that have been issued, and what the answer says about them.
#[derive(Debug)]
pub(crate) struct Issuance {
    issued: IssuedCredentials,
    /// Whether the caller asked about the token's size.
    sized: bool,
}

/// Issues credentials for `session`, good for `seconds` from now. `MinimumSessionTokenSize` is taken from the inquiry.
///
/// # Errors
/// RegionDisabledException when the session's account has STS off here; PackedPolicyTooLarge when no token can hold it.
pub(crate) fn issue(
    inquiry: Inquiry<'_>,
    session: &Session,
    seconds: i32,
) -> Result<Issuance, FaultReply> {
    issue_until(
        inquiry,
        session,
        whole_second(inquiry.now) + Duration::seconds(i64::from(seconds)),
    )
}

/// As [`issue`], good until `expiration`.
pub(crate) fn issue_until(
    inquiry: Inquiry<'_>,
    session: &Session,
    expiration: OffsetDateTime,
) -> Result<Issuance, FaultReply> {
    let account = inquiry.identities.account(&session.account);
    if !account.has_active(inquiry.region()) {
        return Err(region_disabled(&session.account));
    }
    let minimum = inquiry.parameters.integer(MINIMUM_SIZE)?;
    let version_1 = inquiry.is_global && account.global_token_version == 1;
    let terms = Terms {
        issued: whole_second(inquiry.now),
        expiration: whole_second(expiration),
        region: inquiry.served_by,
        version: if version_1 {
            TokenVersion::V1
        } else {
            TokenVersion::V2
        },
        minimum_token_size: minimum
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(0),
    };
    let issued = inquiry.identities.issue(session, terms);
    if issued.session_token.len() > LARGEST_TOKEN {
        // As AWS says of tokens with many inherited tags.
        let message = "Serialized token too large for session";
        return Err(FaultReply::new(
            400,
            FaultCode::PackedPolicyTooLarge,
            message,
        ));
    }
    Ok(Issuance {
        issued,
        sized: minimum.is_some(),
    })
}

impl Issuance {
    /// The `Credentials` element.
    pub(crate) fn credentials(&self) -> Element {
        let issued = &self.issued;
        let elements = vec![
            Element::text("AccessKeyId", &issued.access_key_id),
            Element::text("SecretAccessKey", &issued.secret_access_key),
            Element::text("SessionToken", &issued.session_token),
            Element::time("Expiration", issued.expiration),
        ];
        Element::group("Credentials", elements)
    }

    /// The token's size, if `MinimumSessionTokenSize` was given. Where the service writes these two has not been
    /// observed; here they are the last of the answer, in the order of the service model.
    pub(crate) fn sizes(&self) -> Vec<Element> {
        if !self.sized {
            return Vec::new();
        }
        let size = self.issued.session_token.len();
        vec![
            Element::integer("SessionTokenUtilization", percent(size, LARGEST_TOKEN)),
            Element::integer("SessionTokenSize", size),
        ]
    }
}

/// Notes what a given `MinimumSessionTokenSize` breaks.
pub(crate) fn check_minimum_size(
    inquiry: Inquiry<'_>,
    violations: &mut Violations,
) -> Result<(), FaultReply> {
    if let Some(size) = inquiry.parameters.integer(MINIMUM_SIZE)? {
        violations.range("minimumSessionTokenSize", size, 0..=4_096);
    }
    Ok(())
}

/// Refuses to issue anything to a caller whose account has switched STS off here. In an opt-in Region that it has not enabled
/// nobody knows its keys.
pub(crate) fn check_caller_region(
    inquiry: Inquiry<'_>,
    operation: Operation,
    caller: &Principal,
) -> Result<(), FaultReply> {
    let account = inquiry.identities.account(caller.account());
    let issues = !matches!(
        operation,
        Operation::DecodeAuthorizationMessage
            | Operation::GetAccessKeyInfo
            | Operation::GetCallerIdentity
    );
    let region = inquiry.region();
    if issues && !account.has_active(region) {
        return Err(region_disabled(caller.account()));
    }
    Ok(())
}

/// `part` of `whole` in percent, rounded up.
pub(crate) fn percent(part: usize, whole: usize) -> usize {
    (part * 100).div_ceil(whole)
}

fn region_disabled(account: &str) -> FaultReply {
    let message = format!(
        "STS is not activated in this region for account:{account}. Your account administrator can activate STS in this \
         region using the IAM Console."
    );
    FaultReply::new(403, FaultCode::RegionDisabled, message)
}

/// The second that `time` is in.
pub(crate) fn whole_second(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_nanosecond(0).expect("zero is a nanosecond")
}

const MINIMUM_SIZE: &str = "MinimumSessionTokenSize";
