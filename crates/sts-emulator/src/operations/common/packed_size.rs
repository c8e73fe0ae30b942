//! How much room the policies and tags of a session take, as an estimate: AWS says that it packs them, and not how.
//!
//! What has been recorded of AWS: nine tags of 2 and 250 bytes take 498% (aws-actions/configure-aws-credentials#1898, July 2026),
//! so texts are stored whole; a policy of about 150 bytes takes 16% (LocalStack's recording of February 2026), half of what its text
//! would; the six tags of EKS Pod Identity take 74% or less (aws/containers-roadmap#2413). All of that follows from 461 bytes of
//! room, one byte for everything that has a text or parts, and one byte for each word that every policy has. Managed policies
//! count by their names, because ten of them must fit.

use serde_json::Value;

use sts_model::FaultCode;

use crate::iam::identities::Tag;
use crate::operations::common::issuance::percent;
use crate::service::answer::FaultReply;

/// The room that policies and tags fill. Unit: percent, rounded up; nothing if there are none.
///
/// # Errors
/// PackedPolicyTooLarge if they do not fit, in the words for tags if these alone do not.
pub(crate) fn packed_size(
    policies: &[Value],
    policy_arns: &[&str],
    tags: &[Tag],
) -> Result<Option<usize>, FaultReply> {
    let too_large = |message: String| {
        Err(FaultReply::new(
            400,
            FaultCode::PackedPolicyTooLarge,
            message,
        ))
    };
    let of_tags: usize = tags
        .iter()
        .map(|tag| 1 + text(&tag.key) + text(&tag.value))
        .sum();
    if of_tags > ROOM_BYTES {
        let percent = percent(of_tags, ROOM_BYTES);
        return too_large(format!(
            "Packed size of session tags consumes {percent}% of allotted space."
        ));
    }
    let name = |arn: &str| text(arn.split_once('/').map_or(arn, |(_, name)| name));
    let of_arns: usize = policy_arns.iter().map(|arn| name(arn)).sum();
    let bytes = of_tags + of_arns + policies.iter().map(packed).sum::<usize>();
    let percent = percent(bytes, ROOM_BYTES);
    if percent > 100 {
        return too_large(format!(
            "Packed policy consumes {percent}% of allotted space, please use smaller policy."
        ));
    }
    Ok((bytes > 0).then_some(percent))
}

/// The bytes of a policy or a part of one.
fn packed(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| text(name) + packed(value);
            1 + fields.iter().map(field).sum::<usize>()
        }
        Value::Array(items) => 1 + items.iter().map(packed).sum::<usize>(),
        Value::String(written) => text(written),
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
    }
}

fn text(written: &str) -> usize {
    if WORDS.contains(&written) {
        1
    } else {
        1 + written.len()
    }
}

/// The elements of policies and the values that these can have.
const WORDS: [&str; 14] = [
    "2008-10-17",
    "2012-10-17",
    "Action",
    "Allow",
    "Condition",
    "Deny",
    "Effect",
    "Id",
    "NotAction",
    "NotResource",
    "Resource",
    "Sid",
    "Statement",
    "Version",
];

/// Room for policies and tags of a session. Unit: bytes.
const ROOM_BYTES: usize = 461;

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(texts: &[(usize, usize)]) -> Vec<Tag> {
        let tag = |&(key, value): &(usize, usize)| Tag {
            key: "k".repeat(key),
            value: "v".repeat(value),
        };
        texts.iter().map(tag).collect()
    }

    fn refusal(outcome: Result<Option<usize>, FaultReply>) -> String {
        outcome.expect_err("too large").message.unwrap_or_default()
    }

    #[test]
    fn what_aws_was_seen_to_say_of_sizes_follows_from_the_estimate() {
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Sid":"RestrictedAccess","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::example-bucket/*"]}]}"#;
        let policy: Value = serde_json::from_str(policy).expect("JSON");
        assert_eq!(packed_size(&[policy], &[], &[]), Ok(Some(16)));
        assert_eq!(
            refusal(packed_size(&[], &[], &tags(&[(2, 250); 9]))),
            "Packed size of session tags consumes 498% of allotted space."
        );
        // eks-cluster-arn, eks-cluster-name, kubernetes-namespace, -service-account, -pod-name and -pod-uid, with names of
        // usual lengths.
        let eks = tags(&[(15, 55), (16, 16), (20, 16), (26, 20), (19, 38), (18, 36)]);
        let percent = packed_size(&[], &[], &eks)
            .expect("they fit")
            .expect("a size");
        assert!((65..=74).contains(&percent), "{percent}");
    }

    #[test]
    fn nothing_has_no_size_and_ten_managed_policies_fit() {
        assert_eq!(packed_size(&[], &[], &[]), Ok(None));
        let arn = "arn:aws:iam::123456789012:policy/a-policy-with-quite-a-long-name-of-45-letters";
        let percent = packed_size(&[], &[arn; 10], &[]).expect("they fit");
        assert!(percent.is_some_and(|percent| percent > 95), "{percent:?}");
    }

    #[test]
    fn a_policy_and_tags_that_fit_alone_can_be_too_large_together() {
        let policy = || vec![Value::String("x".repeat(300))];
        let tags = tags(&[(1, 200)]);
        assert_eq!(packed_size(&policy(), &[], &[]), Ok(Some(66)));
        assert_eq!(packed_size(&[], &[], &tags), Ok(Some(45)));
        assert_eq!(
            refusal(packed_size(&policy(), &[], &tags)),
            "Packed policy consumes 110% of allotted space, please use smaller policy."
        );
    }
}
