//! Who may do what: identity policies, trust policies and session policies together, and the refusals as STS words them.

use sts_model::FaultCode;

use crate::clock;
use crate::iam::identities::{Identity, Principal, Role, in_aws};
use crate::iam::policy::{Context, Grant, Policy, PolicyKind, Question, Subject, Verdict};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::FaultReply;

/// What conditions can ask about the caller and the moment, whatever the operation.
pub(crate) fn caller_context(inquiry: Inquiry<'_>, caller: &Principal) -> Context {
    let mut context = moment_context(inquiry);
    let session = &caller.session;
    context.set(
        "aws:PrincipalArn",
        principal_arns(caller).pop().unwrap_or_default(),
    );
    context.set("aws:PrincipalAccount", caller.account());
    context.set("aws:userid", caller.user_id());
    let kind = match &session.identity {
        Identity::Root => "Account",
        Identity::User(user) => {
            context.set("aws:username", user.name.clone());
            "User"
        }
        Identity::AssumedRole { .. } => "AssumedRole",
        Identity::FederatedUser { .. } => "FederatedUser",
    };
    context.set("aws:PrincipalType", kind);
    if let Some(mfa) = session.mfa {
        context.set("aws:MultiFactorAuthPresent", mfa.to_string());
    }
    if let Some(source_identity) = &session.source_identity {
        context.set("aws:SourceIdentity", source_identity.clone());
    }
    for tag in &session.tags {
        context.set(&format!("aws:PrincipalTag/{}", tag.key), tag.value.clone());
    }
    context
}

/// What conditions can ask about an unsigned request.
pub(crate) fn moment_context(inquiry: Inquiry<'_>) -> Context {
    let mut context = Context::default();
    context.set("aws:RequestedRegion", inquiry.region());
    context.set("aws:CurrentTime", clock::extended(inquiry.now));
    context.set("aws:EpochTime", inquiry.now.unix_timestamp().to_string());
    context
}

/// Whether the caller's own policies allow `action` on `resource`.
///
/// # Errors
/// AccessDenied, naming the resource only where STS does.
pub(crate) fn require(
    inquiry: Inquiry<'_>,
    caller: &Principal,
    action: &str,
    resource: Option<&str>,
    context: &Context,
) -> Result<(), FaultReply> {
    let asked = in_aws(resource.unwrap_or("*"));
    match own_verdict(
        inquiry,
        caller,
        Question {
            action,
            resource: &asked,
            context,
        },
    ) {
        Verdict::Allowed(_) => Ok(()),
        verdict => {
            let reason = if verdict == Verdict::Denied {
                " with an explicit deny in an identity-based policy".to_owned()
            } else {
                format!(" because no identity-based policy allows the {action} action")
            };
            Err(denied(inquiry, caller, action, resource, &reason))
        }
    }
}

/// Whether the caller may do `action`, such as `sts:AssumeRole`, to `role`: in its own account a trust policy that names the
/// caller suffices and one that names the account leaves it to the caller's policies; across accounts both must allow it.
pub(crate) fn may_assume(
    inquiry: Inquiry<'_>,
    caller: &Principal,
    role: &Role,
    action: &str,
    context: &Context,
) -> bool {
    let arn = role.arn();
    let question = Question {
        action,
        resource: &arn,
        context,
    };
    let arns = principal_arns(caller);
    let trust = role.trust.evaluate(
        question,
        Some(Subject::Caller {
            account: caller.account(),
            arns: &arns,
        }),
    );
    let own = own_verdict(inquiry, caller, question);
    let same_account = caller.account() == role.account;
    match (trust, own) {
        (Verdict::Allowed(_), Verdict::Allowed(_)) => true,
        (Verdict::Allowed(Grant::Caller), Verdict::Silent) => {
            same_account && !caller.session.is_limited()
        }
        _ => false,
    }
}

/// The refusal for an action on `resource`; `reason` goes on where the sentence ends.
pub(crate) fn denied(
    inquiry: Inquiry<'_>,
    caller: &Principal,
    action: &str,
    resource: Option<&str>,
    reason: &str,
) -> FaultReply {
    let arn = caller.arn(inquiry.partition);
    let on = resource
        .map(|resource| format!(" on resource: {resource}"))
        .unwrap_or_default();
    let message = format!("User: {arn} is not authorized to perform: {action}{on}{reason}");
    FaultReply::new(403, FaultCode::AccessDenied, message)
}

/// What the caller's identity policies say, limited by its session's.
fn own_verdict(inquiry: Inquiry<'_>, caller: &Principal, question: Question<'_>) -> Verdict {
    let session = &caller.session;
    let identity = match &session.identity {
        Identity::Root => Verdict::Allowed(Grant::Caller),
        // Sessions of GetSessionToken may call nothing of STS that needs a permission but AssumeRole (API reference).
        Identity::User(_) if caller.is_temporary() && !may_still(question.action) => {
            Verdict::Silent
        }
        Identity::User(user) => inquiry
            .identities
            .user(&session.account, &user.name)
            .map_or(Verdict::Silent, |user| user.policy.evaluate(question, None)),
        Identity::AssumedRole { role, .. } => inquiry
            .identities
            .role(&session.account, &role.name)
            .map_or(Verdict::Silent, |role| role.policy.evaluate(question, None)),
        // Credentials of GetFederationToken may call nothing of STS but GetCallerIdentity.
        Identity::FederatedUser { .. } => Verdict::Silent,
    };
    if !session.is_limited() {
        return identity;
    }
    // The contents of managed policies are no part of an emulator, except of the one that everybody knows.
    let all = session
        .policy_arns
        .iter()
        .any(|arn| in_aws(arn) == "arn:aws:iam::aws:policy/AdministratorAccess");
    let mut limit = if all {
        Verdict::Allowed(Grant::Caller)
    } else {
        Verdict::Silent
    };
    for policy in session
        .policies
        .iter()
        .filter_map(|policy| Policy::from_value(policy, PolicyKind::Identity).ok())
    {
        match policy.evaluate(question, None) {
            Verdict::Denied => return Verdict::Denied,
            Verdict::Silent => {}
            allowed => limit = allowed,
        }
    }
    match (identity, limit) {
        (Verdict::Allowed(grant), Verdict::Allowed(_)) => Verdict::Allowed(grant),
        (Verdict::Denied, _) => Verdict::Denied,
        _ => Verdict::Silent,
    }
}

fn may_still(action: &str) -> bool {
    matches!(
        action,
        "sts:AssumeRole" | "sts:TagSession" | "sts:SetSourceIdentity"
    )
}

/// The ARNs by which a trust policy can name the caller, in the partition `aws`: its own and, last, its role's.
fn principal_arns(caller: &Principal) -> Vec<String> {
    let mut arns = vec![caller.arn("aws")];
    if let Identity::AssumedRole { role, .. } = &caller.session.identity {
        arns.push(role.arn("aws", caller.account(), "role"));
    }
    arns
}
