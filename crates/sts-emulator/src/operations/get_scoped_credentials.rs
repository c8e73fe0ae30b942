//! GetScopedCredentials: the caller's own session once more, with fewer permissions, a sooner end, or both.
//!
//! The operation is of November 2026. Codes, statuses and limits are the service model's; the words of its faults are the
//! model's descriptions, because no answers have been published. Its permission is that of the IAM user guide.

use sts_model::FaultCode;
use time::{Duration, OffsetDateTime};

use crate::iam::identities::{Principal, Session};
use crate::operations::common::authorization::{denied, require};
use crate::operations::common::context::caller_context;
use crate::operations::common::issuance::{check_minimum_size, issue_until, whole_second};
use crate::operations::common::session_parameters::{LONGEST_POLICY, SessionParameters};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

pub(super) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    let Some(session_ends) = caller.expires.filter(|_| caller.is_temporary()) else {
        return Err(no_session());
    };
    let mut violations = Violations::default();
    let request = SessionParameters::only_policy(inquiry, &mut violations, LONGEST_POLICY);
    let seconds = inquiry.parameters.integer("DurationSeconds")?;
    if let Some(seconds) = seconds {
        violations.range("durationSeconds", seconds, 1..=129_600);
    }
    check_minimum_size(inquiry, &mut violations)?;
    check_description(inquiry, &mut violations);
    violations.into_result()?;
    if !request.has_policy() && seconds.is_none() {
        return Err(nothing_asked());
    }
    let mut context = caller_context(inquiry, caller);
    if let Some(seconds) = seconds {
        context.set("sts:DurationSeconds", seconds.to_string());
    }
    require(inquiry, caller, ACTION, None, &context)?;
    let ends = end(inquiry, seconds, session_ends)?;
    let policies = request.policies(&caller.session.tags)?;
    let mut scopes = caller.session.scopes.clone();
    scopes.extend(policies.policies);
    if request.has_policy() && scopes.len() > MOST_SCOPES {
        return Err(denied(inquiry, caller, ACTION, None, ""));
    }
    let session = Session {
        scopes,
        ..caller.session.clone()
    };
    let issuance = issue_until(inquiry, &session, ends)?;
    // The order of the service model.
    let mut result = vec![
        issuance.credentials(),
        Element::group(
            "SessionInfo",
            vec![
                Element::text("ScopedSessionId", &session.user_id()),
                Element::text("Arn", &session.arn(inquiry.partition)),
            ],
        ),
    ];
    result.extend(issuance.sizes());
    result.push(Element::integer(
        "ScopedPoliciesCount",
        session.scopes.len(),
    ));
    result.extend(
        session
            .source_identity
            .as_deref()
            .map(|source| Element::text("SourceIdentity", source)),
    );
    Ok(result)
}

/// When the session ends: with the caller's own, or after `seconds` if that is sooner.
fn end(
    inquiry: Inquiry<'_>,
    seconds: Option<i32>,
    session_ends: OffsetDateTime,
) -> Result<OffsetDateTime, FaultReply> {
    let Some(seconds) = seconds else {
        return Ok(session_ends);
    };
    let asked = whole_second(inquiry.now) + Duration::seconds(i64::from(seconds));
    if asked > session_ends {
        let message = "The requested DurationSeconds is greater than the remaining lifetime of the calling session.";
        return Err(FaultReply::new(
            400,
            FaultCode::InsufficientSessionLifetime,
            message,
        ));
    }
    Ok(asked)
}

/// The description goes into CloudTrail's record and nowhere else.
fn check_description(inquiry: Inquiry<'_>, violations: &mut Violations) {
    let Some(description) = inquiry.parameters.first("ScopedSessionDescription") else {
        return;
    };
    violations.length("scopedSessionDescription", description, 2..=256);
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{A1}'..='\u{FF}');
    violations.pattern(
        "scopedSessionDescription",
        description,
        description.chars().all(allowed),
        "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*",
    );
}

/// Which fault long-term credentials get has not been published; of the model's four this one is about the caller.
fn no_session() -> FaultReply {
    FaultReply::new(
        400,
        FaultCode::InvalidSubjectCredentials,
        "The session used to call GetScopedCredentials is not a valid session.",
    )
}

fn nothing_asked() -> FaultReply {
    FaultReply::new(
        400,
        FaultCode::ValidationError,
        "A request must provide at least one of Policy or DurationSeconds.",
    )
}

const ACTION: &str = "sts:GetScopedCredentials";
/// Layers of policies of this operation that a session can have (service model).
const MOST_SCOPES: usize = 3;
