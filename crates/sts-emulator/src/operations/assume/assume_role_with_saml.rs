//! AssumeRoleWithSAML: a role's session for whom a SAML provider vouches for. Nobody signs the request.
//!
//! Name, tags and source identity come from the response alone, and so does the end of the session if it is sooner.

use crate::iam::arn::in_aws;
use crate::iam::federation::{SamlIdentity, no_provider};
use crate::iam::identities::{Federation, FederationKind};
use crate::operations::assume::assume_role::DEFAULT_SECONDS;
use crate::operations::assume::federated_role::{
    Assumed, Vouched, assume, check_arn, check_role_arn, not_authorized, with_tags,
};
use crate::operations::common::issuance::check_minimum_size;
use crate::operations::common::session_parameters::{
    LONGEST_POLICY, SessionParameters, account_of_role, duration_seconds, role_arn,
};
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

pub(crate) fn perform(inquiry: Inquiry<'_>) -> Result<Vec<Element>, FaultReply> {
    let mut violations = Violations::default();
    let role_arn = role_arn(inquiry, &mut violations);
    let principal_arn =
        violations.required("principalArn", inquiry.parameters.first("PrincipalArn"));
    if let Some(principal_arn) = principal_arn {
        violations.arn("principalArn", principal_arn);
    }
    let response = violations.required("sAMLAssertion", inquiry.parameters.first("SAMLAssertion"));
    if let Some(response) = response {
        violations.length("sAMLAssertion", response, 4..=100_000);
    }
    let seconds = duration_seconds(inquiry, &mut violations, DEFAULT_SECONDS, 900..=43_200)?;
    let parameters = SessionParameters::without_tags(inquiry, &mut violations, LONGEST_POLICY);
    check_minimum_size(inquiry, &mut violations)?;
    violations.into_result()?;
    // Where both are wrong, answers since 2020 name the provider (cevoaustralia/aws-google-auth#163, Versent/saml2aws#536).
    check_arn(
        "Principal",
        principal_arn.unwrap_or_default(),
        "saml-provider/",
    )?;
    check_role_arn(role_arn)?;
    check_partition(principal_arn.unwrap_or_default(), inquiry.partition)?;
    let (provider_arn, response) = (
        in_aws(principal_arn.unwrap_or_default()),
        response.unwrap_or_default(),
    );
    let identity = inquiry
        .providers
        .saml(&provider_arn, response, inquiry.now)
        .map_err(|rejection| rejection.fault())?;
    check_offer(&identity, role_arn, &provider_arn)?;
    check_manager(role_arn)?;
    let parameters = with_tags(parameters, identity.session_tags.clone())?;
    let vouched = Vouched {
        action: ACTION,
        role_arn,
        session_name: &identity.role_session_name,
        seconds,
        provider: std::slice::from_ref(&provider_arn),
        federation: Federation {
            kind: FederationKind::Saml,
            provider: provider_arn.clone(),
            subject: identity.subject.clone(),
            subject_type: identity.subject_type.clone(),
            name_qualifier: identity.name_qualifier.clone(),
            audience: String::new(),
            methods: Vec::new(),
        },
        source_identity: identity.source_identity.clone(),
        claims: claims(&identity),
        ends: identity.session_ends,
    };
    Ok(answer(&identity, assume(inquiry, vouched, &parameters)?))
}

/// No partition knows another's providers.
fn check_partition(arn: &str, partition: &str) -> Result<(), FaultReply> {
    if arn.split(':').nth(1) == Some(partition) {
        Ok(())
    } else {
        Err(no_provider())
    }
}

/// Refuses a role that the response does not offer through this provider.
fn check_offer(
    identity: &SamlIdentity,
    role_arn: &str,
    provider_arn: &str,
) -> Result<(), FaultReply> {
    let offered = identity
        .roles
        .iter()
        .any(|(role, by)| in_aws(role) == in_aws(role_arn) && in_aws(by) == provider_arn);
    if !offered || identity.account != account_of_role(role_arn) {
        return Err(not_authorized(ACTION));
    }
    Ok(())
}

/// Refuses the roles that IAM Identity Center manages (API reference); code and words are those for roles without trust.
fn check_manager(role_arn: &str) -> Result<(), FaultReply> {
    let name = role_arn.rsplit('/').next().unwrap_or_default();
    if name.starts_with("AWSReservedSSO_") {
        return Err(not_authorized(ACTION));
    }
    Ok(())
}

/// What is answered, in the order of two live answers, of 2022 and 2024.
fn answer(identity: &SamlIdentity, assumed: Assumed) -> Vec<Element> {
    let Assumed {
        user,
        issuance,
        attributes,
    } = assumed;
    let mut result = vec![
        Element::text("Audience", &identity.recipient),
        user,
        issuance.credentials(),
        Element::text("Subject", &identity.subject),
        Element::text("NameQualifier", &identity.name_qualifier),
    ];
    result.extend(attributes);
    result.push(Element::text("SubjectType", &identity.subject_type));
    result.push(Element::text("Issuer", &identity.issuer));
    result.extend(issuance.sizes());
    result
}

/// IAM user guide, "Available keys for SAML-based AWS STS federation".
fn claims(identity: &SamlIdentity) -> Vec<(String, Vec<String>)> {
    let one = |key: &str, value: &str| (format!("SAML:{key}"), vec![value.to_owned()]);
    vec![
        one("aud", &identity.recipient),
        one("iss", &identity.issuer),
        one("sub", &identity.subject),
        one("sub_type", &identity.subject_type),
        one("namequalifier", &identity.name_qualifier),
        one(
            "doc",
            &format!("{}/{}", identity.account, identity.provider_name),
        ),
    ]
}

const ACTION: &str = "sts:AssumeRoleWithSAML";
