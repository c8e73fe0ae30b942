//! What several operations take for the session to come: policies, tags, a role, a name.

use serde_json::Value;

use sts_model::FaultCode;

use crate::iam::arn::is_account;
use crate::iam::identities::Tag;
use crate::iam::policy::{Context, Policy, PolicyKind};
use crate::iam::tag_text::{TAG_CHARACTERS, is_reserved, is_tag_text};
use crate::operations::common::packed_size::packed_size;
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

/// Session policies and tags, as they came.
#[derive(Debug, Default)]
pub(crate) struct SessionParameters<'a> {
    policy: Option<&'a str>,
    policy_arns: Vec<&'a str>,
    pub tags: Vec<Tag>,
    pub transitive_tag_keys: Vec<String>,
}

/// Session policies, read.
#[derive(Debug, Default)]
pub(crate) struct SessionPolicies {
    pub policies: Vec<Value>,
    pub policy_arns: Vec<String>,
    /// How much of their room the policies and tags fill, if there are any. Unit: percent.
    packed_size: Option<usize>,
}

impl<'a> SessionParameters<'a> {
    /// Reads `Policy`, `PolicyArns` and `Tags`, and notes what they break. An operation's model bounds the policy's length, or
    /// does not.
    pub(crate) fn read(
        inquiry: Inquiry<'a>,
        violations: &mut Violations,
        longest_policy: i32,
    ) -> Self {
        let Self {
            policy,
            policy_arns,
            ..
        } = Self::without_tags(inquiry, violations, longest_policy);
        Self {
            policy,
            policy_arns,
            ..Self::only_tags(inquiry, violations)
        }
    }

    /// Reads `Policy` and `PolicyArns` alone.
    pub(crate) fn without_tags(
        inquiry: Inquiry<'a>,
        violations: &mut Violations,
        longest_policy: i32,
    ) -> Self {
        let members = inquiry.parameters.members("PolicyArns").into_iter();
        let given: Vec<Option<&str>> = members.map(|member| member.field("arn")).collect();
        let policy_arns: Vec<&str> = given.iter().map(|arn| arn.unwrap_or_default()).collect();
        violations.count("policyArns", &policy_arns, 0..=10);
        for (at, arn) in (1..).zip(given) {
            // The model does not require it, and no policy is without one; AWS's words for its lack are not known.
            let name = format!("policyArns.{at}.member.arn");
            if let Some(arn) = violations.required(&name, arn) {
                violations.arn(&name, arn);
            }
        }
        Self {
            policy_arns,
            ..Self::only_policy(inquiry, violations, longest_policy)
        }
    }

    /// Reads `Policy` alone.
    pub(crate) fn only_policy(
        inquiry: Inquiry<'a>,
        violations: &mut Violations,
        longest_policy: i32,
    ) -> Self {
        let policy = inquiry.parameters.first("Policy");
        if let Some(policy) = policy {
            violations.length("policy", policy, 1..=longest_policy);
            let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FF}');
            violations.pattern(
                "policy",
                policy,
                policy.chars().all(allowed),
                "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
            );
        }
        Self {
            policy,
            ..Self::default()
        }
    }

    /// Whether there is a policy in the request itself.
    pub(crate) fn has_policy(&self) -> bool {
        self.policy.is_some()
    }

    /// Reads `Tags` alone.
    pub(crate) fn only_tags(inquiry: Inquiry<'a>, violations: &mut Violations) -> Self {
        let members = inquiry.parameters.members("Tags");
        let mut texts = Vec::new();
        for (at, member) in (1..).zip(&members) {
            let mut field = |name: &str, wire| {
                violations.required(&format!("tags.{at}.member.{name}"), member.field(wire))
            };
            texts.push((field("key", "Key"), field("value", "Value")));
        }
        check_tag_texts(violations, &texts, &[]);
        let tags = texts.into_iter().map(|(key, value)| Tag {
            key: key.unwrap_or_default().to_owned(),
            value: value.unwrap_or_default().to_owned(),
        });
        Self {
            tags: tags.collect(),
            ..Self::default()
        }
    }

    /// The same with `TransitiveTagKeys`.
    pub(crate) fn with_transitive_tags(
        mut self,
        inquiry: Inquiry<'a>,
        violations: &mut Violations,
    ) -> Self {
        let transitive = inquiry.parameters.members("TransitiveTagKeys").into_iter();
        self.transitive_tag_keys = transitive
            .map(|member| member.value().unwrap_or_default().to_owned())
            .collect();
        check_transitive_keys(violations, &self.transitive_tag_keys);
        self
    }

    /// Whether the ARNs are those of managed policies, of `account` or AWS's own, in `partition`. Whether there is such a
    /// policy is not known here. The words of AWS's refusal are not known; these are those for other ARNs.
    pub(crate) fn check_policy_arns(
        &self,
        account: &str,
        partition: &str,
    ) -> Result<(), FaultReply> {
        let is_policy = |arn: &str| {
            let parts: Vec<&str> = arn.splitn(6, ':').collect();
            matches!(
                parts[..],
                ["arn", found, "iam", "", owner, resource]
                    if found == partition
                        && (owner == account || owner == "aws")
                        && resource.strip_prefix("policy/").is_some_and(|name| !name.is_empty())
            )
        };
        match self.policy_arns.iter().find(|arn| !is_policy(arn)) {
            Some(wrong) => Err(FaultReply::new(
                400,
                FaultCode::ValidationError,
                format!("{wrong} is invalid"),
            )),
            None => Ok(()),
        }
    }

    /// The policies, read and measured together with the tags of the whole session.
    pub(crate) fn policies(&self, session_tags: &[Tag]) -> Result<SessionPolicies, FaultReply> {
        let malformed = |message| FaultReply::new(400, FaultCode::MalformedPolicyDocument, message);
        let mut policies = Vec::new();
        if let Some(text) = self.policy {
            Policy::read(text, PolicyKind::Identity).map_err(|wrong| malformed(wrong.words))?;
            let read = serde_json::from_str(text);
            policies
                .push(read.map_err(|_| malformed("This policy contains invalid Json".to_owned()))?);
        }
        let packed_size = packed_size(&policies, &self.policy_arns, session_tags)?;
        Ok(SessionPolicies {
            policies,
            policy_arns: self
                .policy_arns
                .iter()
                .map(|arn| (*arn).to_owned())
                .collect(),
            packed_size,
        })
    }

    /// Whether the keys of the tags differ, without regard to case, and hold the transitive ones.
    pub(crate) fn check_tags(&self) -> Result<(), FaultReply> {
        let invalid = |message: &str| Err(invalid_tags(message));
        let mut keys: Vec<String> = self.tags.iter().map(|tag| tag.key.to_lowercase()).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return invalid(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            );
        }
        if keys.iter().any(|key| key.starts_with("aws:")) {
            return invalid("Tag keys beginning with aws: are reserved for system use.");
        }
        // The user guide has the rule for values too; AWS's words are known for keys alone.
        if self.tags.iter().any(|tag| is_reserved(&tag.value)) {
            return invalid("Tag values beginning with aws: are reserved for system use.");
        }
        if self
            .transitive_tag_keys
            .iter()
            .any(|key| keys.binary_search(&key.to_lowercase()).is_err())
        {
            return invalid(
                "The specified transitive tag key must be included in the requested tags.",
            );
        }
        Ok(())
    }

    /// Tells conditions of the tags that are asked for.
    pub(crate) fn enter(&self, context: &mut Context) {
        for tag in &self.tags {
            context.set(&format!("aws:RequestTag/{}", tag.key), tag.value.clone());
        }
        context.set_all("aws:TagKeys", self.tags.iter().map(|tag| tag.key.clone()));
        context.set_all(
            "sts:TransitiveTagKeys",
            self.transitive_tag_keys.iter().cloned(),
        );
    }
}

impl SessionPolicies {
    /// The `PackedPolicySize` element, if there is something to measure.
    pub(crate) fn size(&self) -> Option<Element> {
        self.packed_size
            .map(|percent| Element::integer("PackedPolicySize", percent))
    }

    /// The same, zero if there is nothing.
    pub(crate) fn size_or_zero(&self) -> Element {
        Element::integer("PackedPolicySize", self.packed_size.unwrap_or(0))
    }
}

/// Whether `arn` is of something in an account's IAM whose name begins with `kind`, such as `role/`.
pub(crate) fn is_iam_arn(arn: &str, kind: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(
        parts[..],
        ["arn", partition, "iam", "", account, resource]
            if !partition.is_empty()
                && is_account(account)
                && resource.strip_prefix(kind).is_some_and(|name| !name.is_empty())
    )
}

/// `RoleArn`, which must be there; an empty text stands for one that is not, once the violations have been reported.
pub(crate) fn role_arn<'a>(inquiry: Inquiry<'a>, violations: &mut Violations) -> &'a str {
    let arn = violations.required("roleArn", inquiry.parameters.first("RoleArn"));
    if let Some(arn) = arn {
        violations.arn("roleArn", arn);
    }
    arn.unwrap_or_default()
}

/// `RoleSessionName`, likewise.
pub(crate) fn role_session_name<'a>(inquiry: Inquiry<'a>, violations: &mut Violations) -> &'a str {
    let name = violations.required(
        "roleSessionName",
        inquiry.parameters.first("RoleSessionName"),
    );
    if let Some(name) = name {
        violations.length("roleSessionName", name, 2..=64);
        violations.word("roleSessionName", name, "+=,.@-", "[\\w+=,.@-]*");
    }
    name.unwrap_or_default()
}

/// `DurationSeconds` within `range`, or `default`.
pub(crate) fn duration_seconds(
    inquiry: Inquiry<'_>,
    violations: &mut Violations,
    default: i32,
    range: std::ops::RangeInclusive<i32>,
) -> Result<i32, FaultReply> {
    let seconds = inquiry
        .parameters
        .integer("DurationSeconds")?
        .unwrap_or(default);
    violations.range("durationSeconds", seconds, range);
    Ok(seconds)
}

/// What is wrong with tags beyond the service model has a code of its own.
pub(crate) fn invalid_tags(message: &str) -> FaultReply {
    FaultReply::new(400, FaultCode::from("InvalidParameterValue"), message)
}

/// The account in an ARN that [`is_iam_arn`] has found right.
pub(crate) fn account_of_role(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// Notes what keys and values of tags and transitive keys break, no matter who has set them; what is missing is not looked at.
pub(crate) fn check_tag_texts(
    violations: &mut Violations,
    tags: &[(Option<&str>, Option<&str>)],
    transitive_tag_keys: &[String],
) {
    let keys = tags.iter().map(|(key, _)| key.unwrap_or_default());
    violations.count("tags", &keys.collect::<Vec<_>>(), 0..=50);
    for (at, (key, value)) in (1..).zip(tags) {
        let name = |part: &str| format!("tags.{at}.member.{part}");
        if let Some(key) = key {
            check_tag_text(violations, &name("key"), key, 1..=128, '+');
        }
        if let Some(value) = value {
            check_tag_text(violations, &name("value"), value, 0..=256, '*');
        }
    }
    check_transitive_keys(violations, transitive_tag_keys);
}

fn check_transitive_keys(violations: &mut Violations, transitive_tag_keys: &[String]) {
    let transitive: Vec<&str> = transitive_tag_keys.iter().map(String::as_str).collect();
    violations.count("transitiveTagKeys", &transitive, 0..=50);
    for (at, key) in transitive.iter().enumerate() {
        check_tag_text(
            violations,
            &format!("transitiveTagKeys.{}.member", at + 1),
            key,
            1..=128,
            '+',
        );
    }
}

fn check_tag_text(
    violations: &mut Violations,
    name: &str,
    text: &str,
    lengths: std::ops::RangeInclusive<i32>,
    times: char,
) {
    violations.length(name, text, lengths);
    let pattern = format!("{TAG_CHARACTERS}{times}");
    violations.pattern(name, text, is_tag_text(text), &pattern);
}

/// For operations whose model bounds the policy.
pub(crate) const LONGEST_POLICY: i32 = 2_048;
