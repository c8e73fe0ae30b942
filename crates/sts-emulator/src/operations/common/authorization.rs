//! Who may do what: identity policies, trust policies and session policies together, and the refusals as STS words them.

use serde_json::Value;
use sts_model::FaultCode;

use crate::iam::arn::in_aws;
use crate::iam::identities::{Identity, Principal, Role, Session};
use crate::iam::policy::{Context, Grant, Policy, PolicyKind, Question, Subject, Verdict};
use crate::operations::common::callable::may_call;
use crate::operations::common::context::principal_arns;
use crate::operations::inquiry::Inquiry;
use crate::service::answer::FaultReply;

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
    let question = Question {
        action,
        resource: &asked,
        context,
    };
    if !may_call(caller, action) {
        // Policies are no reason; how AWS ends the sentence here is not known.
        return Err(denied(inquiry, caller, action, resource, ""));
    }
    let Own { verdict, by } = own_verdict(inquiry, caller, question);
    let reason = match verdict {
        Verdict::Allowed(_) => return Ok(()),
        Verdict::Denied => by.denial().to_owned(),
        Verdict::Silent => {
            format!(
                " because no {} policy allows the {action} action",
                by.kind()
            )
        }
    };
    Err(denied(inquiry, caller, action, resource, &reason))
}

/// Whether the caller may do `action`, such as `sts:AssumeRole`, to `role`: in its own account a trust policy that names the
/// caller suffices and one that names the account leaves it to the caller's policies; across accounts both must allow it.
/// Session policies do not limit what is granted to the session itself or to everybody, and do limit what is granted to its
/// role (IAM user guide, "How AWS enforcement code logic evaluates requests to allow or deny access"). The policies of
/// GetScopedCredentials limit either: its session has the intersection with what the session before had (service model).
///
/// # Errors
/// Why not, as the refusal goes on: which kind of policy denies it, or nothing where none allows it.
pub(crate) fn check_assumption(
    inquiry: Inquiry<'_>,
    caller: &Principal,
    role: &Role,
    action: &str,
    context: &Context,
) -> Result<(), &'static str> {
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
    match (trust, own.verdict) {
        (Verdict::Allowed(_), Verdict::Allowed(_) | Verdict::Silent)
            if !may_call(caller, action) =>
        {
            Err("")
        }
        (Verdict::Allowed(_), Verdict::Allowed(_)) => Ok(()),
        (Verdict::Allowed(grant), Verdict::Silent)
            if same_account && suffices(grant, &caller.session, question) =>
        {
            Ok(())
        }
        (_, Verdict::Denied) => Err(own.by.denial()),
        (Verdict::Denied, _) => Err(DENIED_BY_RESOURCE),
        _ => Err(""),
    }
}

/// Whether what a trust policy of the caller's account grants needs no policy of the caller's.
fn suffices(grant: Grant, session: &Session, question: Question<'_>) -> bool {
    let within_scopes = session
        .scopes
        .iter()
        .all(|scope| matches!(verdict_of(scope, question), Verdict::Allowed(_)));
    match grant {
        Grant::Account => false,
        Grant::Role => within_scopes && !session.has_session_policies(),
        Grant::Caller => within_scopes,
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

/// What the caller's own policies say together.
#[derive(Debug, Clone, Copy)]
struct Own {
    verdict: Verdict,
    /// Which kind of policy decides.
    by: OwnPolicy,
}

/// A policy of the caller's.
#[derive(Debug, Clone, Copy)]
enum OwnPolicy {
    Identity,
    Session,
}

impl OwnPolicy {
    /// How refusals name it.
    fn kind(self) -> &'static str {
        match self {
            Self::Identity => "identity-based",
            Self::Session => "session",
        }
    }

    /// How refusals of explicit denials end.
    fn denial(self) -> &'static str {
        match self {
            Self::Identity => " with an explicit deny in an identity-based policy",
            Self::Session => " with an explicit deny in a session policy",
        }
    }
}

/// What the caller's identity policies say, limited by its session's.
fn own_verdict(inquiry: Inquiry<'_>, caller: &Principal, question: Question<'_>) -> Own {
    let session = &caller.session;
    let identity = match &session.identity {
        Identity::Root | Identity::FederatedUser { issuer: None, .. } => {
            Verdict::Allowed(Grant::Caller)
        }
        Identity::User(user)
        | Identity::FederatedUser {
            issuer: Some(user), ..
        } => inquiry
            .identities
            .user(&session.account, &user.name)
            .map_or(Verdict::Silent, |user| user.policy.evaluate(question, None)),
        Identity::AssumedRole { role, .. } => inquiry
            .identities
            .role(&session.account, &role.name)
            .map_or(Verdict::Silent, |role| role.policy.evaluate(question, None)),
    };
    let scopes = session
        .scopes
        .iter()
        .map(|scope| verdict_of(scope, question));
    // Without a policy a session of GetFederationToken has no permissions (API reference).
    let has_limits = session.has_session_policies()
        || matches!(session.identity, Identity::FederatedUser { .. });
    let limits = has_limits.then(|| session_verdict(session, question));
    let identity = Own {
        verdict: identity,
        by: OwnPolicy::Identity,
    };
    let all = limits.into_iter().chain(scopes).map(|verdict| Own {
        verdict,
        by: OwnPolicy::Session,
    });
    all.fold(identity, |so_far, limit| {
        let decides = match limit.verdict {
            Verdict::Denied => so_far.verdict != Verdict::Denied,
            Verdict::Silent => matches!(so_far.verdict, Verdict::Allowed(_)),
            Verdict::Allowed(_) => false,
        };
        if decides { limit } else { so_far }
    })
}

/// What the policies say together that came with the session.
fn session_verdict(session: &Session, question: Question<'_>) -> Verdict {
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
    for policy in &session.policies {
        match verdict_of(policy, question) {
            Verdict::Denied => return Verdict::Denied,
            Verdict::Silent => {}
            allowed => limit = allowed,
        }
    }
    limit
}

/// What a policy of a session says; it was read when the session was made.
fn verdict_of(policy: &Value, question: Question<'_>) -> Verdict {
    Policy::from_value(policy, PolicyKind::Identity)
        .map_or(Verdict::Denied, |policy| policy.evaluate(question, None))
}

/// How refusals of explicit denials of a trust policy end, as public reports show them.
const DENIED_BY_RESOURCE: &str = " with an explicit deny in a resource-based policy";
