//! What resources a policy may name.

use sts_model::PARTITIONS;

use crate::iam::policy::malformed::Malformed;

/// What the older of IAM's parsers refuses: an ARN without a service, or with two colons in a row and too few in all.
pub(super) fn legacy_complaint(resource: &str) -> Option<Malformed> {
    if resource == "*" {
        return None;
    }
    let is_short = resource.matches(':').count() < 5 && resource.contains("::");
    let has_service = resource
        .split(':')
        .nth(2)
        .is_some_and(|service| !service.is_empty());
    let detail = format!("{resource} is no ARN of six parts");
    (is_short || !has_service).then(|| Malformed::legacy(detail))
}

/// What is wrong with a resource: with its partition, its service, its Region, or the path of one of IAM's.
pub(super) fn complaint(resource: &str) -> Option<Malformed> {
    if resource == "*" {
        return None;
    }
    let Some((_, rest)) = resource.split_once(':') else {
        let words = format!("Resource {resource} must be in ARN format or \"*\".");
        return Some(Malformed::new(words));
    };
    let (partition, rest) = match rest.split_once(':') {
        Some((partition, rest)) => (partition, Some(rest)),
        None => (rest, None),
    };
    if !PARTITIONS.iter().any(|known| known.id == partition) {
        return Some(wrong_partition(partition, rest));
    }
    let Some(rest) = rest else {
        let words = "Resource vendor must be fully qualified and cannot contain regexes.";
        return Some(Malformed::new(words));
    };
    let (service, rest) = rest.split_once(':').unwrap_or((rest, ""));
    let has_region = !rest.starts_with(':');
    match service {
        "iam" if has_region => Some(Malformed::new(format!(
            "IAM resource {resource} cannot contain region information."
        ))),
        "s3" if has_region => Some(Malformed::new(format!(
            "Resource {resource} can not contain region information."
        ))),
        "iam" => {
            let path = rest.splitn(3, ':').nth(2).unwrap_or_default();
            let is_known = path == "*" || IAM_PATHS.iter().any(|known| path.starts_with(known));
            let paths = IAM_PATHS.join(", ");
            let words = format!("IAM resource path must either be \"*\" or start with {paths}.");
            (!is_known).then(|| Malformed::new(words))
        }
        _ => None,
    }
}

/// IAM repeats the ARN with stars for the parts that are missing.
fn wrong_partition(partition: &str, rest: Option<&str>) -> Malformed {
    let mut parts: Vec<&str> = rest.map_or(Vec::new(), |rest| rest.splitn(4, ':').collect());
    if parts == [""] {
        parts.clear();
    }
    parts.resize(4, "*");
    Malformed::new(format!(
        "Partition \"{partition}\" is not valid for resource \"arn:{partition}:{}\".",
        parts.join(":")
    ))
}

const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];
