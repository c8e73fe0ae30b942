//! What the conditions of policies can ask about a request: of the moment, of who has sent it, of the caller and of the role
//! that it wants.

use crate::clock;
use crate::iam::identities::{
    Federation, FederationKind, Identities, Identity, Principal, Role, Session,
};
use crate::iam::policy::Context;
use crate::operations::inquiry::Inquiry;

/// What conditions can ask about the caller and the moment, whatever the operation.
pub(crate) fn caller_context(inquiry: Inquiry<'_>, caller: &Principal) -> Context {
    let mut context = moment_context(inquiry);
    let session = &caller.session;
    context.set(
        "aws:PrincipalArn",
        principal_arns(caller).pop().unwrap_or_default(),
    );
    context.set("aws:PrincipalAccount", caller.account());
    context.set("aws:PrincipalOrgID", Identities::ORGANISATION);
    context.set("aws:PrincipalIsAWSService", "false");
    context.set("aws:ViaAWSService", "false");
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
    if caller.is_temporary() {
        let mfa = shows_mfa(session);
        context.set("aws:MultiFactorAuthPresent", mfa.to_string());
    }
    if let Some(source_identity) = &session.source_identity {
        context.set("aws:SourceIdentity", source_identity.clone());
    }
    if let Some(federation) = &session.federation {
        let provider = federated_provider(inquiry, session);
        context.set_all("aws:FederatedProvider", provider);
        match federation.kind {
            FederationKind::Saml => enter_saml(&mut context, federation),
            FederationKind::WebIdentity => enter_web_identity(&mut context, federation),
        }
    }
    enter_issue_time(&mut context, inquiry, caller);
    for (key, value) in principal_tags(inquiry, session) {
        context.set(&format!("aws:PrincipalTag/{key}"), value);
    }
    context
}

/// By what conditions name the provider that vouched for the session, in the partition `aws`.
pub(crate) fn federated_provider(inquiry: Inquiry<'_>, session: &Session) -> Option<String> {
    let federation = session.federation.as_ref()?;
    match federation.kind {
        FederationKind::Saml => Some(federation.provider.clone()),
        FederationKind::WebIdentity => {
            let names = inquiry
                .providers
                .names(&session.account, &federation.provider);
            names.into_iter().next()
        }
    }
}

/// The keys of a web identity token that stay with the session; others do not (IAM user guide, "Cross-service AWS OIDC federation
/// context keys").
fn enter_web_identity(context: &mut Context, federation: &Federation) {
    let key = |claim: &str| format!("{}:{claim}", federation.provider);
    context.set(&key("sub"), federation.subject.clone());
    context.set_all(&key("amr"), federation.methods.iter().cloned());
    context.set(&key("aud"), federation.audience.clone());
}

/// The keys of a SAML response that stay with the session (Service Authorization Reference, AssumeRole).
fn enter_saml(context: &mut Context, federation: &Federation) {
    context.set("saml:sub", federation.subject.clone());
    for (key, value) in [
        ("saml:sub_type", &federation.subject_type),
        ("saml:namequalifier", &federation.name_qualifier),
    ] {
        if !value.is_empty() {
            context.set(key, value.clone());
        }
    }
}

/// When temporary credentials were issued, and how long ago their MFA code was shown.
fn enter_issue_time(context: &mut Context, inquiry: Inquiry<'_>, caller: &Principal) {
    let issued = caller.session.issued_at;
    if !caller.is_temporary() || issued == 0 {
        return;
    }
    if let Ok(time) = time::OffsetDateTime::from_unix_timestamp(issued) {
        context.set("aws:TokenIssueTime", clock::extended(time));
    }
    if shows_mfa(&caller.session) {
        let age = inquiry.now.unix_timestamp().saturating_sub(issued).max(0);
        context.set("aws:MultiFactorAuthAge", age.to_string());
    }
}

/// Whether the credentials tell of an MFA code: those of AssumeRole do not, even if one was shown for them (IAM user guide,
/// "Secure API access with MFA").
fn shows_mfa(session: &Session) -> bool {
    session.mfa == Some(true) && !session.is_assumed_role()
}

/// The tags of the user or role, each replaced by the session's of the same key.
pub(crate) fn principal_tags(inquiry: Inquiry<'_>, session: &Session) -> Vec<(String, String)> {
    let account = &session.account;
    let own: &[(String, String)] = match &session.identity {
        Identity::User(user) => inquiry
            .identities
            .user(account, &user.name)
            .map_or(&[], |user| &user.tags),
        Identity::AssumedRole { role, .. } => inquiry
            .identities
            .role(account, &role.name)
            .map_or(&[], |role| &role.tags),
        Identity::Root | Identity::FederatedUser { .. } => &[],
    };
    let of_session = session
        .tags
        .iter()
        .map(|tag| (tag.key.clone(), tag.value.clone()));
    // Of two under one key, in whatever case, the later stays in a context.
    own.iter().cloned().chain(of_session).collect()
}

/// What conditions can ask about the role that is to be assumed.
pub(crate) fn enter_role(context: &mut Context, role: &Role) {
    context.set("aws:ResourceAccount", role.account.clone());
    context.set("aws:ResourceOrgID", Identities::ORGANISATION);
    for (key, value) in &role.tags {
        context.set(&format!("aws:ResourceTag/{key}"), value.clone());
        context.set(&format!("iam:ResourceTag/{key}"), value.clone());
    }
}

/// What conditions can ask about an unsigned request.
pub(crate) fn moment_context(inquiry: Inquiry<'_>) -> Context {
    let mut context = Context::default();
    context.set("aws:RequestedRegion", inquiry.region());
    context.set("aws:CurrentTime", clock::extended(inquiry.now));
    context.set("aws:EpochTime", inquiry.now.unix_timestamp().to_string());
    let sender = inquiry.sender;
    context.set("aws:SecureTransport", sender.is_secure.to_string());
    if let Some(address) = sender.address {
        context.set("aws:SourceIp", address.to_canonical().to_string());
    }
    if let Some(user_agent) = sender.user_agent {
        context.set("aws:UserAgent", user_agent);
    }
    if let Some(referer) = sender.referer {
        context.set("aws:Referer", referer);
    }
    context
}

/// The ARNs by which a trust policy can name the caller, in the partition `aws`: its own and, last, its role's.
pub(crate) fn principal_arns(caller: &Principal) -> Vec<String> {
    let mut arns = vec![caller.arn("aws")];
    if let Identity::AssumedRole { role, .. } = &caller.session.identity {
        arns.push(role.arn("aws", caller.account(), "role"));
    }
    arns
}
