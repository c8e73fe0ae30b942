//! GetFederationToken: credentials for a federated user, requested by an IAM user.

use sts_model::FaultCode;

use crate::iam::identities::{Identity, Principal, Session};
use crate::operations::common::authorization::require;
use crate::operations::common::context::caller_context;
use crate::operations::common::issuance::{check_minimum_size, issue};
use crate::operations::common::session_parameters::{
    LONGEST_POLICY, SessionParameters, duration_seconds,
};
use crate::operations::get_session_token::{DEFAULT_SECONDS, for_root};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

pub(super) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    if caller.is_temporary() {
        let message = "Cannot call GetFederationToken with session credentials";
        return Err(FaultReply::new(403, FaultCode::AccessDenied, message));
    }
    let mut violations = Violations::default();
    let name = violations.required("name", inquiry.parameters.first("Name"));
    if let Some(name) = name {
        violations.length("name", name, 2..=32);
        violations.word("name", name, "+=,.@-", "[\\w+=,.@-]*");
    }
    let seconds = duration_seconds(inquiry, &mut violations, DEFAULT_SECONDS, 900..=129_600)?;
    let request = SessionParameters::read(inquiry, &mut violations, LONGEST_POLICY);
    check_minimum_size(inquiry, &mut violations)?;
    violations.into_result()?;
    request.check_tags()?;
    let name = name.unwrap_or_default();
    request.check_policy_arns(caller.account(), inquiry.partition)?;
    let policies = request.policies(&request.tags)?;
    let issuer = match &caller.session.identity {
        Identity::User(user) => Some(user.clone()),
        _ => None,
    };
    let identity = Identity::FederatedUser {
        name: name.to_owned(),
        issuer,
    };
    // Recorded answers have the size also where there is nothing to measure.
    let packed = policies.size_or_zero();
    let session = Session {
        tags: request.tags.clone(),
        policies: policies.policies,
        policy_arns: policies.policy_arns,
        ..Session::plain(caller.account(), identity)
    };
    let arn = session.arn(inquiry.partition);
    let mut context = caller_context(inquiry, caller);
    request.enter(&mut context);
    require(
        inquiry,
        caller,
        "sts:GetFederationToken",
        Some(&arn),
        &context,
    )?;
    if !request.tags.is_empty() {
        require(inquiry, caller, "sts:TagSession", Some(&arn), &context)?;
    }
    let issuance = issue(inquiry, &session, for_root(caller, seconds))?;
    let user = vec![
        Element::text("FederatedUserId", &session.user_id()),
        Element::text("Arn", &session.arn(inquiry.partition)),
    ];
    let mut result = vec![
        issuance.credentials(),
        Element::group("FederatedUser", user),
    ];
    result.push(packed);
    result.extend(issuance.sizes());
    Ok(result)
}
