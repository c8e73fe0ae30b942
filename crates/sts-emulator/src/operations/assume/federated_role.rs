//! A role's session for whom an identity provider vouches for: what the two operations that nobody signs have in common.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use sts_model::FaultCode;

use crate::iam::federation::SessionTags;
use crate::iam::identities::{Federation, Role, Session, Tag};
use crate::iam::policy::{Context, Question, Subject, Verdict};
use crate::operations::assume::assume_role::{
    assumed_role_user, check_duration, role_session, tags_noted,
};
use crate::operations::common::context::{enter_role, moment_context};
use crate::operations::common::issuance::{Issuance, issue_until};
use crate::operations::common::session_parameters::{
    SessionParameters, check_tag_texts, is_iam_arn,
};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply, Noted};
use crate::service::parameters::Violations;

/// What an identity provider's word comes down to, whatever protocol it speaks.
#[derive(Debug)]
pub(crate) struct Vouched<'a> {
    pub action: &'static str,
    pub role_arn: &'a str,
    pub session_name: &'a str,
    pub seconds: i32,
    /// By what trust policies can name the provider: first what conditions are told, in the partition `aws`.
    pub provider: &'a [String],
    pub federation: Federation,
    pub source_identity: Option<String>,
    /// Condition keys of the provider's own.
    pub claims: Vec<(String, Vec<String>)>,
    /// When the session must end at the latest.
    pub ends: Option<OffsetDateTime>,
}

/// The parts that both answers have.
#[derive(Debug)]
pub(crate) struct Assumed {
    pub user: Element,
    pub issuance: Issuance,
    /// Source identity and packed size, in the order of the wire.
    pub attributes: Vec<Element>,
}

/// Assumes the role, if it trusts the provider with all that was asked for.
pub(crate) fn assume(
    inquiry: Inquiry<'_>,
    vouched: Vouched<'_>,
    parameters: &SessionParameters<'_>,
) -> Result<Assumed, FaultReply> {
    let role = trusting_role(inquiry, &vouched, parameters)?;
    check_duration(vouched.seconds, role, false)?;
    parameters.check_policy_arns(&role.account, inquiry.partition)?;
    let policies = parameters.policies(&parameters.tags)?;
    let packed = policies.size();
    let session = Session {
        source_identity: vouched.source_identity,
        tags: parameters.tags.clone(),
        transitive_tag_keys: parameters.transitive_tag_keys.clone(),
        policies: policies.policies,
        policy_arns: policies.policy_arns,
        federation: Some(vouched.federation),
        ..role_session(role, vouched.session_name)
    };
    let asked = inquiry.now + time::Duration::seconds(i64::from(vouched.seconds));
    let expiration = vouched.ends.map_or(asked, |ends| ends.min(asked));
    let source_identity = session
        .source_identity
        .as_deref()
        .map(|source| Element::text("SourceIdentity", source));
    let note = Element::note(Noted::Request, noted(vouched.session_name, &session));
    let attributes = source_identity.into_iter().chain(packed);
    Ok(Assumed {
        user: assumed_role_user(inquiry, &session),
        issuance: issue_until(inquiry, &session, expiration)?,
        attributes: attributes.chain([note]).collect(),
    })
}

/// What records show of the provider's word among the parameters of the request (IAM user guide, "Logging IAM and AWS STS API
/// calls with AWS CloudTrail", the examples of SAML and OIDC).
fn noted(session_name: &str, session: &Session) -> Map<String, Value> {
    let mut note = Map::new();
    note.insert("roleSessionName".to_owned(), session_name.into());
    if let Some(source_identity) = &session.source_identity {
        let name = "sourceIdentity".to_owned();
        note.insert(name, source_identity.as_str().into());
    }
    if !session.tags.is_empty() {
        note.insert("principalTags".to_owned(), tags_noted(session.tags.iter()));
    }
    if !session.transitive_tag_keys.is_empty() {
        let keys = Value::from(session.transitive_tag_keys.as_slice());
        note.insert("transitiveTagKeys".to_owned(), keys);
    }
    note
}

/// The provider's tags in the place of those that a caller would have asked for; the same rules hold for them.
pub(crate) fn with_tags<'a>(
    mut parameters: SessionParameters<'a>,
    tags: SessionTags,
) -> Result<SessionParameters<'a>, FaultReply> {
    let SessionTags {
        tags,
        transitive_keys,
    } = tags;
    parameters.tags = tags
        .into_iter()
        .map(|(key, value)| Tag { key, value })
        .collect();
    parameters.transitive_tag_keys = transitive_keys;
    let mut violations = Violations::default();
    let texts = parameters.tags.iter();
    let texts = texts.map(|tag| (Some(tag.key.as_str()), Some(tag.value.as_str())));
    check_tag_texts(
        &mut violations,
        &texts.collect::<Vec<_>>(),
        &parameters.transitive_tag_keys,
    );
    violations.into_result()?;
    parameters.check_tags()?;
    Ok(parameters)
}

/// STS's text whenever a role is not there, does not trust the provider, or not with tags or a source identity.
pub(crate) fn not_authorized(action: &str) -> FaultReply {
    FaultReply::new(
        403,
        FaultCode::AccessDenied,
        format!("Not authorized to perform {action}"),
    )
}

/// Refuses a `RoleArn` that is no role's. These operations do not repeat it, as AssumeRole does
/// (prometheus-community/yet-another-cloudwatch-exporter#343, physera/onelogin-aws-cli#12).
pub(crate) fn check_role_arn(arn: &str) -> Result<(), FaultReply> {
    check_arn("Request", arn, "role/")
}

/// Refuses an ARN, which STS calls by `name`, that is of no `kind`.
pub(crate) fn check_arn(name: &str, arn: &str, kind: &str) -> Result<(), FaultReply> {
    if is_iam_arn(arn, kind) {
        return Ok(());
    }
    let message = format!("{name} ARN is invalid");
    Err(FaultReply::new(400, FaultCode::ValidationError, message))
}

fn trusting_role<'r>(
    inquiry: Inquiry<'r>,
    vouched: &Vouched<'_>,
    parameters: &SessionParameters<'_>,
) -> Result<&'r Role, FaultReply> {
    let refusal = || not_authorized(vouched.action);
    let role = inquiry
        .identities
        .role_by_arn(vouched.role_arn, inquiry.partition)
        .ok_or_else(refusal)?;
    let mut context = context(inquiry, vouched, parameters);
    enter_role(&mut context, role);
    let needed = [
        (vouched.action, true),
        ("sts:TagSession", !parameters.tags.is_empty()),
        ("sts:SetSourceIdentity", vouched.source_identity.is_some()),
    ];
    let resource = role.arn();
    let subject = Subject::Federated {
        names: vouched.provider,
    };
    let trusted = needed
        .into_iter()
        .filter(|(_, needed)| *needed)
        .all(|(action, _)| {
            let question = Question {
                action,
                resource: &resource,
                context: &context,
            };
            matches!(
                role.trust.evaluate(question, Some(subject)),
                Verdict::Allowed(_)
            )
        });
    if trusted { Ok(role) } else { Err(refusal()) }
}

fn context(
    inquiry: Inquiry<'_>,
    vouched: &Vouched<'_>,
    parameters: &SessionParameters<'_>,
) -> Context {
    let mut context = moment_context(inquiry);
    if let Some(name) = vouched.provider.first() {
        context.set("aws:FederatedProvider", name.clone());
    }
    context.set("sts:RoleSessionName", vouched.session_name);
    if let Some(source_identity) = &vouched.source_identity {
        context.set("sts:SourceIdentity", source_identity.clone());
    }
    for (key, values) in &vouched.claims {
        context.set_all(key, values.iter().cloned());
    }
    parameters.enter(&mut context);
    context
}
