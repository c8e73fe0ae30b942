//! AssumeRole: a role's session for a caller whom the role trusts.
//!
//! A role that is not there is refused in the same words as one that does not trust the caller.

use serde_json::{Map, Value};

use sts_model::FaultCode;

use crate::iam::identities::{Identity, Principal, Role, Session, Tag};
use crate::iam::policy::Context;
use crate::operations::common::authorization::{check_assumption, denied};
use crate::operations::common::context::{caller_context, enter_role};
use crate::operations::common::issuance::{check_minimum_size, issue};
use crate::operations::common::mfa::MfaParameters;
use crate::operations::common::provided_contexts::ProvidedContexts;
use crate::operations::common::session_parameters::{
    SessionParameters, account_of_role, duration_seconds, invalid_tags, is_iam_arn, role_arn,
    role_session_name,
};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply, Noted};
use crate::service::parameters::Violations;

/// The call, checked against the service model.
struct Request<'a> {
    role_arn: &'a str,
    session_name: &'a str,
    seconds: i32,
    external_id: Option<&'a str>,
    source_identity: Option<&'a str>,
    mfa: MfaParameters<'a>,
    contexts: ProvidedContexts,
    session: SessionParameters<'a>,
}

pub(crate) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    let request = Request::read(inquiry)?;
    if matches!(caller.session.identity, Identity::Root) {
        return Err(FaultReply::new(
            403,
            FaultCode::AccessDenied,
            "Roles may not be assumed by root accounts.",
        ));
    }
    let mfa = request.mfa.verify(inquiry, caller)?;
    let source_identity = request.source_identity(caller)?;
    let (tags, transitive_tag_keys) = request.tags(caller)?;
    request
        .session
        .check_policy_arns(account_of_role(request.role_arn), inquiry.partition)?;
    let policies = request.session.policies(&tags)?;
    let role = request.authorized_role(inquiry, caller, mfa, source_identity.as_deref(), &tags)?;
    request.contexts.verify()?;
    let chained = caller.session.is_assumed_role();
    check_duration(request.seconds, role, chained)?;
    let session = Session {
        mfa: Some(mfa || caller.session.mfa == Some(true)),
        source_identity,
        tags,
        transitive_tag_keys,
        chained,
        ..role_session(role, request.session_name)
    };
    let packed = policies.size();
    let session = Session {
        policies: policies.policies,
        policy_arns: policies.policy_arns,
        ..session
    };
    let issuance = issue(inquiry, &session, request.seconds)?;
    let mut result = vec![assumed_role_user(inquiry, &session), issuance.credentials()];
    result.extend(packed);
    result.extend(
        session
            .source_identity
            .as_deref()
            .map(|source| Element::text("SourceIdentity", source)),
    );
    result.extend(issuance.sizes());
    let mut incoming = handed_down(caller).peekable();
    if incoming.peek().is_some() {
        let tags = ("incomingTransitiveTags".to_owned(), tags_noted(incoming));
        result.push(Element::note(Noted::Request, Map::from_iter([tags])));
    }
    Ok(result)
}

/// The tags that the caller's session hands down.
fn handed_down(caller: &Principal) -> impl Iterator<Item = &Tag> {
    let keys = &caller.session.transitive_tag_keys;
    let is_handed_down = |tag: &&Tag| keys.iter().any(|key| same(key, &tag.key));
    caller.session.tags.iter().filter(is_handed_down)
}

/// Tags as records show those that come with a session.
pub(crate) fn tags_noted<'a>(tags: impl Iterator<Item = &'a Tag>) -> Value {
    let tags = tags.map(|tag| (tag.key.clone(), Value::from(tag.value.as_str())));
    Value::Object(tags.collect())
}

/// Whether two keys of tags are one.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// A session of `role` without any attribute yet.
pub(crate) fn role_session(role: &Role, session_name: &str) -> Session {
    let identity = Identity::AssumedRole {
        role: role.entity.clone(),
        session_name: session_name.to_owned(),
    };
    Session::plain(&role.account, identity)
}

/// The `AssumedRoleUser` element.
pub(crate) fn assumed_role_user(inquiry: Inquiry<'_>, session: &Session) -> Element {
    let elements = vec![
        Element::text("AssumedRoleId", &session.user_id()),
        Element::text("Arn", &session.arn(inquiry.partition)),
    ];
    Element::group("AssumedRoleUser", elements)
}

/// The role's own limit first, then the chain's, as STS does.
pub(crate) fn check_duration(seconds: i32, role: &Role, chained: bool) -> Result<(), FaultReply> {
    let message = if seconds > role.max_session_duration {
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    } else if chained && seconds > LONGEST_IN_CHAIN {
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    } else {
        return Ok(());
    };
    Err(FaultReply::new(400, FaultCode::ValidationError, message))
}

impl<'a> Request<'a> {
    fn read(inquiry: Inquiry<'a>) -> Result<Self, FaultReply> {
        let mut violations = Violations::default();
        let role_arn = role_arn(inquiry, &mut violations);
        let session_name = role_session_name(inquiry, &mut violations);
        let seconds = duration_seconds(inquiry, &mut violations, DEFAULT_SECONDS, 900..=43_200)?;
        let external_id = inquiry.parameters.first("ExternalId");
        if let Some(external_id) = external_id {
            violations.length("externalId", external_id, 2..=1_224);
            violations.word("externalId", external_id, "+=,.@:/-", "[\\w+=,.@:\\/-]*");
        }
        let source_identity = inquiry.parameters.first("SourceIdentity");
        if let Some(source_identity) = source_identity {
            // The service model says 64; the live service takes 256.
            violations.length("sourceIdentity", source_identity, 2..=256);
            violations.word("sourceIdentity", source_identity, "+=,.@-", "[\\w+=,.@-]*");
        }
        let contexts = ProvidedContexts::read(inquiry, &mut violations);
        let mfa = MfaParameters::read(inquiry, &mut violations);
        let session = SessionParameters::read(inquiry, &mut violations, i32::MAX)
            .with_transitive_tags(inquiry, &mut violations);
        check_minimum_size(inquiry, &mut violations)?;
        violations.into_result()?;
        if !is_iam_arn(role_arn, "role/") {
            return Err(FaultReply::new(
                400,
                FaultCode::ValidationError,
                format!("{role_arn} is invalid"),
            ));
        }
        session.check_tags()?;
        Ok(Self {
            role_arn,
            session_name,
            seconds,
            external_id,
            source_identity,
            mfa,
            contexts,
            session,
        })
    }

    /// The session's source identity: once set it stays along the chain.
    fn source_identity(&self, caller: &Principal) -> Result<Option<String>, FaultReply> {
        let inherited = caller.session.source_identity.as_deref();
        match (inherited, self.source_identity) {
            (Some(inherited), Some(asked)) if inherited != asked => {
                let message = "The source identity is already set for this assume role session";
                Err(FaultReply::new(400, FaultCode::ValidationError, message))
            }
            (inherited, asked) => Ok(asked.or(inherited).map(str::to_owned)),
        }
    }

    /// The session's tags with those that the caller's session hands down, and the keys that go further.
    fn tags(&self, caller: &Principal) -> Result<(Vec<Tag>, Vec<String>), FaultReply> {
        let handed_down = &caller.session.transitive_tag_keys;
        if self
            .session
            .tags
            .iter()
            .any(|tag| handed_down.iter().any(|key| same(key, &tag.key)))
        {
            let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive \
                           tag key from the calling session.";
            return Err(invalid_tags(message));
        }
        let inherited = self::handed_down(caller);
        let tags = self.session.tags.iter().chain(inherited).cloned().collect();
        Ok((
            tags,
            self.session
                .transitive_tag_keys
                .iter()
                .chain(handed_down)
                .cloned()
                .collect(),
        ))
    }

    /// The role, if the caller may assume it with this source identity and these tags.
    fn authorized_role<'r>(
        &self,
        inquiry: Inquiry<'r>,
        caller: &Principal,
        mfa: bool,
        source_identity: Option<&str>,
        tags: &[Tag],
    ) -> Result<&'r Role, FaultReply> {
        let refusal = || denied(inquiry, caller, "sts:AssumeRole", Some(self.role_arn), "");
        let role = inquiry
            .identities
            .role_by_arn(self.role_arn, inquiry.partition)
            .ok_or_else(refusal)?;
        let mut context = self.context(inquiry, caller, mfa, source_identity);
        enter_role(&mut context, role);
        let needed = [
            // Recorded answers name the source identity's permission before the role's.
            ("sts:SetSourceIdentity", source_identity.is_some()),
            ("sts:AssumeRole", true),
            ("sts:TagSession", !tags.is_empty()),
            ("sts:SetContext", self.contexts.are_given()),
        ];
        for (action, _) in needed.into_iter().filter(|(_, needed)| *needed) {
            check_assumption(inquiry, caller, role, action, &context)
                .map_err(|reason| denied(inquiry, caller, action, Some(self.role_arn), reason))?;
        }
        Ok(role)
    }

    fn context(
        &self,
        inquiry: Inquiry<'_>,
        caller: &Principal,
        mfa: bool,
        source_identity: Option<&str>,
    ) -> Context {
        let mut context = caller_context(inquiry, caller);
        context.set("sts:RoleSessionName", self.session_name);
        if mfa {
            context.set("aws:MultiFactorAuthPresent", "true");
            context.set("aws:MultiFactorAuthAge", "0");
        }
        if let Some(external_id) = self.external_id {
            context.set("sts:ExternalId", external_id);
        }
        if let Some(source_identity) = source_identity {
            context.set("sts:SourceIdentity", source_identity);
        }
        self.session.enter(&mut context);
        context
    }
}

/// One hour (service model 2011-06-15).
pub(crate) const DEFAULT_SECONDS: i32 = 3_600;
/// A role's session may assume a role for one hour, whatever the role allows others.
const LONGEST_IN_CHAIN: i32 = 3_600;
