//! The condition keys that this emulator can set. A key that is never set denies in silence, so that a fleet file may not
//! use it; what a client sends as a session policy may, as at AWS.
//!
//! From the IAM user guide: "AWS global condition context keys", "IAM and AWS STS condition context keys" and "Available keys
//! for AWS OIDC federation".

/// Whether some request can have `key`.
pub(crate) fn is_ever_set(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let named = |known: &[&str]| known.contains(&key.as_str());
    let tag = TAG_FAMILIES
        .iter()
        .any(|family| key.strip_prefix(family).is_some_and(|tag| !tag.is_empty()));
    named(GLOBAL) || named(STS) || named(SAML) || tag || is_of_provider(&key)
}

/// Whether some request that asks for a role can have `key`.
pub(crate) fn is_ever_set_for_roles(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    is_ever_set(&key) && !OF_OTHER_OPERATIONS.contains(&key.as_str())
}

/// Whether some request of users and roles, who have policies, can have `key`: what the word of an identity provider opens with is
/// gone once the role is assumed, but for what stays with its session.
pub(crate) fn is_ever_set_for_callers(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let claim = key.rsplit_once(':').map_or("", |(_, claim)| claim);
    let stays = !is_of_provider(&key) || CLAIMS_OF_SESSIONS.contains(&claim);
    is_ever_set(&key) && stays && !OF_UNSIGNED_REQUESTS.contains(&key.as_str())
}

/// Whether it is a claim that AWS takes from the tokens of the provider that the key names.
fn is_of_provider(key: &str) -> bool {
    // The provider's name is a host and perhaps a path, and some claims are in colons' company too.
    let Some((provider, claim)) = key.split_once(':') else {
        return false;
    };
    provider.contains('.')
        && (STANDARD_CLAIMS.contains(&claim)
            || provider_claims(provider)
                .iter()
                .any(|known| known.eq_ignore_ascii_case(claim)))
}

/// The claims beyond the standard's that AWS takes from tokens of `provider`, by the names that condition keys have for them
/// (Service Authorization Reference, AssumeRoleWithWebIdentity).
pub(crate) fn provider_claims(provider: &str) -> &'static [&'static str] {
    let (host, path) = provider.split_once('/').unwrap_or((provider, ""));
    let is_within = |first: &str, last: &str| {
        let between = host
            .strip_prefix(first)
            .and_then(|it| it.strip_suffix(last));
        between.is_some_and(|between| !between.is_empty())
    };
    match host {
        "token.actions.githubusercontent.com" => GITHUB,
        "github.com" if path.starts_with("enterprises/") => GITHUB,
        _ if is_within("token.actions.", ".ghe.com") => GITHUB,
        "gitlab.com" => GITLAB,
        "agent.buildkite.com" => BUILDKITE,
        _ if is_within("agent.", ".buildkite.dev") || is_within("agent.", ".buildkite.site") => {
            BUILDKITE
        }
        "accounts.google.com" => &["google/organization_number"],
        "oidc.circleci.com" if path.starts_with("org/") => &["oidc.circleci.com/project-id"],
        _ if is_within("idcs-", ".identity.oraclecloud.com") => &["rpst_id"],
        _ => &[],
    }
}

const GITHUB: &[&str] = &[
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "workflow",
];
const GITLAB: &[&str] = &[
    "namespace_id",
    "pipeline_source",
    "project_id",
    "ref_protected",
    "runner_environment",
    "user_access_level",
    "user_email",
    "user_id",
    "user_login",
];
const BUILDKITE: &[&str] = &[
    "build_branch",
    "cluster_id",
    "cluster_name",
    "organization_id",
    "organization_slug",
    "pipeline_id",
    "pipeline_slug",
];
const GLOBAL: &[&str] = &[
    "aws:currenttime",
    "aws:epochtime",
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principaltype",
    "aws:referer",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:securetransport",
    "aws:sourceidentity",
    "aws:sourceip",
    "aws:tagkeys",
    "aws:tokenissuetime",
    "aws:useragent",
    "aws:userid",
    "aws:username",
    "aws:viaawsservice",
];
const STS: &[&str] = &[
    "sts:durationseconds",
    "sts:externalid",
    "sts:identitytokenaudience",
    "sts:identitytokenscope",
    "sts:roleauthorizedbyidp",
    "sts:rolesessionname",
    "sts:signingalgorithm",
    "sts:sourceidentity",
    "sts:subjectmode",
    "sts:taskpolicyarn",
    "sts:transitivetagkeys",
];
/// Those of STS that no request for a role has (Service Authorization Reference).
const OF_OTHER_OPERATIONS: &[&str] = &[
    "sts:durationseconds",
    "sts:identitytokenaudience",
    "sts:identitytokenscope",
    "sts:signingalgorithm",
    "sts:subjectmode",
    "sts:taskpolicyarn",
];
/// Those of whom an identity provider vouches for alone.
const OF_UNSIGNED_REQUESTS: &[&str] = &[
    "saml:aud",
    "saml:doc",
    "saml:iss",
    "sts:roleauthorizedbyidp",
];
const SAML: &[&str] = &[
    "saml:aud",
    "saml:doc",
    "saml:iss",
    "saml:namequalifier",
    "saml:sub",
    "saml:sub_type",
];
/// Each with the tag's key behind it.
const TAG_FAMILIES: &[&str] = &[
    "aws:principaltag/",
    "aws:requesttag/",
    "aws:resourcetag/",
    "iam:resourcetag/",
];
/// IAM user guide, "Cross-service AWS OIDC federation context keys"; `id` is of tokens that are not modelled.
const CLAIMS_OF_SESSIONS: [&str; 3] = ["amr", "aud", "sub"];
const STANDARD_CLAIMS: [&str; 5] = ["amr", "aud", "email", "oaud", "sub"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_in_every_case_and_by_provider() {
        for key in [
            "aws:SourceIp",
            "AWS:principalORGID",
            "aws:PrincipalTag/team",
            "aws:ResourceTag/cost center",
            "sts:ExternalId",
            "SAML:sub",
            "token.actions.githubusercontent.com:repository",
            "token.actions.githubusercontent.com:sub",
            "idp.example.com/tenant:aud",
            "accounts.google.com:google/organization_number",
            "oidc.circleci.com/org/1:oidc.circleci.com/project-id",
            "token.actions.githubusercontent.com/octo:repository_owner_id",
            "token.actions.octo.ghe.com:actor",
            "github.com/enterprises/octo:ref",
            "gitlab.com:user_login",
            "agent.buildkite.com:pipeline_slug",
            "agent.a.buildkite.dev:cluster_id",
            "agent.a.buildkite.site:build_branch",
            "idcs-1.identity.oraclecloud.com:rpst_id",
            "idp.example.com:email",
        ] {
            assert!(is_ever_set(key), "{key}");
        }
        for key in [
            "aws:SourceVpc",
            "aws:PrincipalTag/",
            "sts:AWSServiceName",
            "sts:RequestContext/identitystore:UserId",
            "s3:prefix",
            "SAML:mail",
            "idp.example.com:repository",
            "token.actions.githubusercontent.com:actor_nick",
            "localhost:aud",
            "token.actions..ghe.com:actor",
            "github.com:actor",
            "identity.oraclecloud.com:rpst_id",
            "gitlab.example.com:user_login",
            "",
        ] {
            assert!(!is_ever_set(key), "{key}");
        }
    }

    #[test]
    fn what_a_provider_said_is_gone_once_the_role_is_assumed_but_for_three_claims_of_a_token() {
        for key in [
            "idp.example.com/tenant:sub",
            "idp.example.com:AMR",
            "accounts.google.com:aud",
            "saml:sub",
            "aws:FederatedProvider",
            "sts:DurationSeconds",
        ] {
            assert!(is_ever_set_for_callers(key), "{key}");
        }
        for key in [
            "idp.example.com:email",
            "idp.example.com:oaud",
            "token.actions.githubusercontent.com:repository",
            "accounts.google.com:google/organization_number",
            "SAML:iss",
            "sts:RoleAuthorizedByIdp",
            "aws:SourceVpc",
        ] {
            assert!(!is_ever_set_for_callers(key), "{key}");
        }
    }
}
