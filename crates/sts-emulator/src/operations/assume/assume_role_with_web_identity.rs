//! AssumeRoleWithWebIdentity: a role's session for whom an OpenID Connect provider vouches for. Nobody signs the request.
//!
//! OAuth 2.0 access tokens, which `ProviderId` announces, need the provider's own servers and are refused.

use serde_json::{Map, Value};

use sts_model::FaultCode;

use crate::iam::federation::WebIdentity;
use crate::iam::identities::{Federation, FederationKind};
use crate::operations::assume::assume_role::DEFAULT_SECONDS;
use crate::operations::assume::federated_role::{
    Assumed, Vouched, assume, check_role_arn, with_tags,
};
use crate::operations::common::issuance::check_minimum_size;
use crate::operations::common::session_parameters::{
    LONGEST_POLICY, SessionParameters, account_of_role, duration_seconds, role_arn,
    role_session_name,
};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply, Noted};
use crate::service::parameters::Violations;

pub(crate) fn perform(inquiry: Inquiry<'_>) -> Result<Vec<Element>, FaultReply> {
    let mut violations = Violations::default();
    let role_arn = role_arn(inquiry, &mut violations);
    let session_name = role_session_name(inquiry, &mut violations);
    let token = violations.required(
        "webIdentityToken",
        inquiry.parameters.first("WebIdentityToken"),
    );
    if let Some(token) = token {
        violations.length("webIdentityToken", token, 4..=20_000);
    }
    let provider_id = inquiry.parameters.first("ProviderId");
    if let Some(provider_id) = provider_id {
        violations.length("providerId", provider_id, 4..=2_048);
    }
    let seconds = duration_seconds(inquiry, &mut violations, DEFAULT_SECONDS, 900..=43_200)?;
    let parameters = SessionParameters::without_tags(inquiry, &mut violations, LONGEST_POLICY);
    check_minimum_size(inquiry, &mut violations)?;
    violations.into_result()?;
    check_role_arn(role_arn)?;
    let account = account_of_role(role_arn);
    let identity = inquiry
        .providers
        .web_identity(account, token.unwrap_or_default(), provider_id, inquiry.now)
        .map_err(|rejection| rejection.fault())?;
    if !identity.offers(role_arn) {
        return Err(not_offered());
    }
    let provider = inquiry.providers.names(account, identity.provider_name());
    let parameters = with_tags(parameters, identity.session_tags.clone())?;
    let vouched = Vouched {
        action: "sts:AssumeRoleWithWebIdentity",
        role_arn,
        session_name,
        seconds,
        provider: &provider,
        federation: federation(&identity),
        source_identity: identity.source_identity.clone(),
        claims: claims(&identity),
        ends: None,
    };
    let Assumed {
        user,
        issuance,
        attributes,
    } = assume(inquiry, vouched, &parameters)?;
    // The order of a live answer of 2017, the only one that was found; it had none of the later attributes.
    let mut result = vec![
        Element::text("Audience", &identity.audience),
        user,
        Element::text("Provider", &in_partition(&provider, inquiry.partition)),
        issuance.credentials(),
        Element::text("SubjectFromWebIdentityToken", &identity.subject),
    ];
    result.extend(attributes);
    result.extend(issuance.sizes());
    result.push(Element::note(Noted::More, verification(&identity)));
    Ok(result)
}

/// What records show besides: how the provider's host was verified (same source as the parameters), and whether the token names
/// its roles (a live record of July 2026: `true`, or not there).
fn verification(identity: &WebIdentity) -> Map<String, Value> {
    let mut note = Map::new();
    let method = "identityProviderConnectionVerificationMethod".to_owned();
    note.insert(method, "IAMTrustStore".into());
    if identity.roles.is_some() {
        note.insert("RoleAuthorizedByIdp".to_owned(), true.into());
    }
    note
}

fn federation(identity: &WebIdentity) -> Federation {
    Federation {
        kind: FederationKind::WebIdentity,
        provider: identity.provider_name().to_owned(),
        subject: identity.subject.clone(),
        subject_type: String::new(),
        name_qualifier: String::new(),
        audience: identity.audience.clone(),
        methods: identity.methods.clone(),
    }
}

/// The condition keys that the provider's name begins (IAM user guide, "Available keys for AWS OIDC federation").
fn claims(identity: &WebIdentity) -> Vec<(String, Vec<String>)> {
    let key = |claim: &str| format!("{}:{claim}", identity.provider_name());
    let more = identity
        .more_claims
        .iter()
        .map(|(claim, values)| (key(claim), values.clone()));
    let mut claims = vec![
        (key("aud"), vec![identity.audience.clone()]),
        (key("sub"), vec![identity.subject.clone()]),
        (
            key("oaud"),
            identity.original_audience.clone().into_iter().collect(),
        ),
        (key("amr"), identity.methods.clone()),
    ];
    claims.extend(more);
    // IAM user guide, "IAM and AWS STS condition context keys".
    let by_provider = identity.roles.is_some().to_string();
    claims.push(("sts:RoleAuthorizedByIdp".to_owned(), vec![by_provider]));
    claims
}

/// The role is not among those of the token.
fn not_offered() -> FaultReply {
    let message = "The target role ARN is not present in the roles claim of the identity token";
    FaultReply::new(400, FaultCode::InvalidIdentityToken, message)
}

/// The provider's first name.
fn in_partition(names: &[String], partition: &str) -> String {
    let name = names.first().map_or("", String::as_str);
    name.replacen("arn:aws:", &format!("arn:{partition}:"), 1)
}
