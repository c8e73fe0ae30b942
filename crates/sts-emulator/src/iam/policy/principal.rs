//! Whom a trust policy may name.

use sts_model::PARTITIONS;

use crate::iam::arn::{in_aws, is_account};
use crate::iam::policy::document::PrincipalPattern;
use crate::iam::policy::malformed::Malformed;

/// A principal of that kind.
pub(super) fn principal(kind: &str, name: &str) -> Result<PrincipalPattern, Malformed> {
    let principal = match kind {
        "AWS" => aws_principal(name),
        "Service" => is_service(name).then(|| PrincipalPattern::Service(name.to_owned())),
        "Federated" => is_provider(name).then(|| PrincipalPattern::Federated(in_aws(name))),
        _ => None,
    };
    principal
        .ok_or_else(|| Malformed::new(format!("Invalid principal in policy: {kind:?}:{name:?}")))
}

fn aws_principal(name: &str) -> Option<PrincipalPattern> {
    if name == "*" {
        return Some(PrincipalPattern::Anyone);
    }
    if is_account(name) {
        return Some(PrincipalPattern::Account(name.to_owned()));
    }
    let (service, account, resource) = parts(name)?;
    if resource.contains(['*', '?']) {
        return None;
    }
    let is_named = |kinds: &[&str]| {
        let mut kinds = kinds.iter().filter_map(|kind| resource.strip_prefix(kind));
        kinds
            .next()
            .is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
    };
    let has_session = resource.matches('/').count() == 2;
    match service {
        "iam" if resource == "root" => Some(PrincipalPattern::Account(account.to_owned())),
        "iam" if is_named(&["user/", "role/"]) => Some(PrincipalPattern::Arn(in_aws(name))),
        "sts" if is_named(&["federated-user/"]) || has_session && is_named(&["assumed-role/"]) => {
            Some(PrincipalPattern::Arn(in_aws(name)))
        }
        _ => None,
    }
}

/// Service, account and resource of an ARN in an account's IAM or STS.
fn parts(arn: &str) -> Option<(&str, &str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", partition, service, "", account, resource]
            if is_account(account) && PARTITIONS.iter().any(|known| known.id == partition) =>
        {
            Some((service, account, resource))
        }
        _ => None,
    }
}

/// A service is named by a host of AWS's.
fn is_service(name: &str) -> bool {
    let mut ends = [".amazonaws.com", ".amazonaws.com.cn", ".aws.internal"].iter();
    let host = ends.find_map(|end| name.strip_suffix(end));
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    host.is_some_and(|host| !host.is_empty() && host.chars().all(letter))
}

/// A provider is named by its ARN, or by the host of one that every account has.
fn is_provider(name: &str) -> bool {
    let of_account = parts(name).is_some_and(|(service, _, resource)| {
        let kinds = ["saml-provider/", "oidc-provider/"];
        let mut names = kinds.iter().filter_map(|kind| resource.strip_prefix(kind));
        service == "iam" && names.next().is_some_and(|name| !name.is_empty())
    });
    of_account || is_of_every_account(name)
}

/// Whether every account has the provider, so that a trust policy names its host.
pub(crate) fn is_of_every_account(provider: &str) -> bool {
    PROVIDERS_OF_EVERY_ACCOUNT.contains(&provider)
}

const PROVIDERS_OF_EVERY_ACCOUNT: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];
