//! Policies of the kinds that AWS's user guide shows, asked what they say.

use super::*;

const ROLE: &str = "arn:aws:iam::111122223333:role/app";

fn trust(statement: &str) -> Policy {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    Policy::read(&text, PolicyKind::Trust).unwrap_or_else(|wrong| panic!("{wrong:?}: {text}"))
}

fn asked(policy: &Policy, arn: &str, context: &Context) -> Verdict {
    let arns = [arn.to_owned()];
    let subject = Subject::Caller {
        account: arn.split(':').nth(4).expect("an ARN"),
        arns: &arns,
    };
    policy.evaluate(
        Question {
            action: "sts:AssumeRole",
            resource: ROLE,
            context,
        },
        Some(subject),
    )
}

#[test]
fn a_trust_policy_grants_to_the_caller_or_to_its_account() {
    let none = Context::default();
    let named = |principal: &str| {
        trust(&format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"}}"#
        ))
    };
    let alice = "arn:aws:iam::111122223333:user/alice";
    for (principal, verdict) in [
        (
            r#"{"AWS": "arn:aws:iam::111122223333:user/alice"}"#,
            Verdict::Allowed(Grant::Caller),
        ),
        (
            r#"{"AWS": "arn:aws:iam::111122223333:root"}"#,
            Verdict::Allowed(Grant::Account),
        ),
        (
            r#"{"AWS": "111122223333"}"#,
            Verdict::Allowed(Grant::Account),
        ),
        (
            r#"{"AWS": ["444455556666", "arn:aws:iam::111122223333:user/alice"]}"#,
            Verdict::Allowed(Grant::Caller),
        ),
        (
            r#"{"AWS": "arn:aws-cn:iam::111122223333:user/alice"}"#,
            Verdict::Allowed(Grant::Caller),
        ),
        (r#""*""#, Verdict::Allowed(Grant::Caller)),
        (
            r#"{"AWS": "arn:aws:iam::111122223333:user/bob"}"#,
            Verdict::Silent,
        ),
        (r#"{"AWS": "444455556666"}"#, Verdict::Silent),
        (r#"{"Service": "ec2.amazonaws.com"}"#, Verdict::Silent),
        (
            r#"{"Federated": "arn:aws:iam::111122223333:oidc-provider/example.com"}"#,
            Verdict::Silent,
        ),
    ] {
        assert_eq!(
            asked(&named(principal), alice, &none),
            verdict,
            "{principal}"
        );
    }
}

#[test]
fn an_explicit_deny_wins_wherever_it_stands() {
    let allow = r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:*"}"#;
    let deny =
        r#"{"Effect": "Deny", "Principal": {"AWS": "111122223333"}, "Action": "sts:assumerole"}"#;
    let none = Context::default();
    for text in [format!("{allow}, {deny}"), format!("{deny}, {allow}")] {
        let policy = trust(&text);
        assert_eq!(
            asked(&policy, "arn:aws:iam::111122223333:user/alice", &none),
            Verdict::Denied
        );
        assert_eq!(
            asked(&policy, "arn:aws:iam::444455556666:user/alice", &none),
            Verdict::Allowed(Grant::Caller)
        );
    }
}

#[test]
fn what_is_excluded_by_name_is_excluded() {
    let none = Context::default();
    let policy = trust(
        r#"{"Effect": "Allow", "Principal": "*", "NotAction": ["sts:TagSession", "sts:AssumeRole"]},
           {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "NotAction": "sts:TagSession"}"#,
    );
    assert_eq!(
        asked(&policy, "arn:aws:iam::111122223333:user/alice", &none),
        Verdict::Silent
    );
    assert_eq!(
        asked(&policy, "arn:aws:iam::444455556666:user/bob", &none),
        Verdict::Allowed(Grant::Account)
    );
}

#[test]
fn a_provider_is_named_by_its_own_kind_of_principal() {
    let policy = trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"accounts.google.com:aud": "app"}}}"#,
    );
    let mut context = Context::default();
    let say = |context: &Context, provider: &str| {
        let question = Question {
            action: "sts:AssumeRoleWithWebIdentity",
            resource: ROLE,
            context,
        };
        let names = &[provider.to_owned()];
        policy.evaluate(question, Some(Subject::Federated { names }))
    };
    assert_eq!(say(&context, "accounts.google.com"), Verdict::Silent);
    context.set("accounts.google.com:aud", "app");
    assert_eq!(
        say(&context, "accounts.google.com"),
        Verdict::Allowed(Grant::Caller)
    );
    assert_eq!(say(&context, "elsewhere.example"), Verdict::Silent);
}

#[test]
fn conditions_hold_as_the_user_guide_says() {
    let mut context = Context::default();
    context.set("sts:ExternalId", "x-1");
    context.set("aws:MultiFactorAuthPresent", "true");
    context.set("sts:DurationSeconds", "3600");
    context.set("aws:CurrentTime", "2026-11-24T12:00:00Z");
    context.set(
        "aws:PrincipalArn",
        "arn:aws:iam::111122223333:role/team/app",
    );
    context.set("aws:PrincipalTag/Team", "blue");
    context.set("aws:RequestTag/Team", "blue");
    context.set_all("aws:TagKeys", ["Team".to_owned(), "Cost".to_owned()]);
    for (condition, holds) in [
        (r#"{"StringEquals": {"sts:ExternalId": "x-1"}}"#, true),
        (
            r#"{"StringEquals": {"STS:externalid": ["y", "x-1"]}}"#,
            true,
        ),
        (r#"{"StringEquals": {"sts:ExternalId": "X-1"}}"#, false),
        (
            r#"{"StringEqualsIgnoreCase": {"sts:ExternalId": "X-1"}}"#,
            true,
        ),
        (r#"{"StringNotEquals": {"sts:ExternalId": "x-1"}}"#, false),
        (
            r#"{"StringNotEquals": {"sts:ExternalId": ["y", "x-1"]}}"#,
            false,
        ),
        (r#"{"StringNotEquals": {"sts:SourceIdentity": "x"}}"#, true),
        (r#"{"StringLike": {"sts:ExternalId": "x-?"}}"#, true),
        (r#"{"StringLike": {"sts:SourceIdentity": "*"}}"#, false),
        (
            r#"{"StringLikeIfExists": {"sts:SourceIdentity": "x"}}"#,
            true,
        ),
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": true}}"#, true),
        (
            r#"{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}"#,
            false,
        ),
        (
            r#"{"NumericLessThanEquals": {"sts:DurationSeconds": 3600}}"#,
            true,
        ),
        (
            r#"{"NumericLessThan": {"sts:DurationSeconds": "3600"}}"#,
            false,
        ),
        (
            r#"{"DateGreaterThan": {"aws:CurrentTime": "2026-11-24T11:59:59Z"}}"#,
            true,
        ),
        (
            r#"{"DateLessThan": {"aws:CurrentTime": "2026-11-24T11:59:59Z"}}"#,
            false,
        ),
        (
            r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}}"#,
            true,
        ),
        (
            r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:*:role/team/app"}}"#,
            false,
        ),
        (r#"{"Null": {"sts:SourceIdentity": "true"}}"#, true),
        (r#"{"Null": {"sts:ExternalId": "true"}}"#, false),
        (
            r#"{"ForAllValues:StringEquals": {"aws:TagKeys": ["Team", "Cost", "Other"]}}"#,
            true,
        ),
        (
            r#"{"ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]}}"#,
            false,
        ),
        (
            r#"{"ForAnyValue:StringEquals": {"aws:TagKeys": ["Team"]}}"#,
            true,
        ),
        (
            r#"{"ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["Team"]}}"#,
            true,
        ),
        (
            r#"{"ForAnyValue:StringEquals": {"sts:TransitiveTagKeys": ["Team"]}}"#,
            false,
        ),
        (
            r#"{"StringEquals": {"aws:RequestTag/Team": "${aws:PrincipalTag/Team}"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:RequestTag/Team": "${aws:PrincipalTag/Absent}"}}"#,
            false,
        ),
        (
            r#"{"StringEquals": {"sts:ExternalId": "x-1"}, "Bool": {"aws:MultiFactorAuthPresent": "false"}}"#,
            false,
        ),
    ] {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {condition}}}"#
        );
        let verdict = asked(
            &trust(&statement),
            "arn:aws:iam::111122223333:user/alice",
            &context,
        );
        assert_eq!(verdict != Verdict::Silent, holds, "{condition}");
    }
}

#[test]
fn an_identity_policy_allows_on_its_resources_only() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                   "Resource": "arn:aws:iam::*:role/${aws:username}-*"}}"#;
    let policy = Policy::read(text, PolicyKind::Identity).expect("one statement needs no list");
    let mut context = Context::default();
    context.set("aws:username", "alice");
    for (resource, allowed) in [
        ("arn:aws:iam::111122223333:role/alice-app", true),
        ("arn:aws:iam::111122223333:role/bob-app", false),
        ("*", false),
    ] {
        let verdict = policy.evaluate(
            Question {
                action: "sts:AssumeRole",
                resource,
                context: &context,
            },
            None,
        );
        assert_eq!(verdict != Verdict::Silent, allowed, "{resource}");
    }
}

/// The answers of IAM to CreatePolicy that moto's tests were made from: see tests/data/README.md.
#[test]
fn mistakes_are_named_as_iam_names_them() {
    #[derive(serde::Deserialize)]
    struct Known {
        words: Option<String>,
        policy: serde_json::Value,
    }
    let known = include_str!("../../../tests/data/policies.json");
    let known: Vec<Known> = serde_json::from_str(known).expect("is a list");
    assert!(known.len() > 100);
    for Known { words, policy } in known {
        let found = Policy::from_value(&policy, PolicyKind::Identity);
        let found = found.err().map(|wrong| wrong.words);
        assert_eq!(found, words, "{policy}");
    }
}

#[test]
fn mistakes_that_only_texts_trust_policies_and_values_have_are_named() {
    let statement =
        |inside: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{{{inside}}}]}}"#);
    let identity = |inside: &str| (PolicyKind::Identity, statement(inside));
    let of_role = |inside: &str| {
        let inside = format!(r#""Effect": "Allow", {inside}"#);
        (PolicyKind::Trust, statement(&inside))
    };
    let trusting = |principal: &str| {
        let inside = format!(r#""Action": "sts:AssumeRole", "Principal": {principal}"#);
        of_role(&inside)
    };
    let invalid_principals = [
        r#"{"AWS": "bob"}"#,
        r#"{"AWS": []}"#,
        r#"{"Person": "bob"}"#,
        r#"{"Service": "junk"}"#,
        r#"{"Federated": "junk"}"#,
        r#"{"Federated": "arn:aws:iam::123456789012:role/r"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:root"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:assumed-role/r/s"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/r"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user/"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user/*"}"#,
        r#"{"AWS": "arn:xyz:iam::123456789012:root"}"#,
        r#""123456789012""#,
        "{}",
    ];
    let invalid_principals =
        invalid_principals.map(|principal| (trusting(principal), "Invalid principal in policy"));
    let others = [
        (
            (PolicyKind::Identity, "{".to_owned()),
            "This policy contains invalid Json",
        ),
        (
            (PolicyKind::Identity, format!(" {}", statement(""))),
            "JSON strings must not have leading spaces",
        ),
        (
            (PolicyKind::Identity, "[]".to_owned()),
            "Syntax errors in policy: it is no object",
        ),
        (
            identity(r#""Effect": "Allow", "Sid": "a-b", "Action": "sts:*", "Resource": "*""#),
            "Statement IDs (SID) must be alpha-numeric.",
        ),
        (
            identity(r#""Effect": "Allow", "Action": "sts:*", "Resource": "*", "Principal": "*""#),
            "Policy document should not specify a principal.",
        ),
        (
            of_role(r#""Action": "sts:AssumeRole""#),
            "Missing required field Principal",
        ),
        (
            of_role(r#""Action": "sts:*", "Principal": "*", "Resource": "*""#),
            "prohibited field Resource",
        ),
        (
            of_role(r#""Action": ["sts:AssumeRole", "s3:GetObject"], "Principal": "*""#),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            of_role(r#""Action": "*", "Principal": "*""#),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            of_role(r#""Action": "sts:*", "NotPrincipal": {"AWS": "123456789012"}"#),
            "Allow with NotPrincipal is not allowed.",
        ),
        (
            of_role(
                r#""Action": "sts:*", "Principal": "*", "Condition": {"Equals": {"a:b": "c"}}"#,
            ),
            "Syntax errors in policy: unknown operator \"Equals\"",
        ),
        (
            of_role(r#""Action": "sts:*", "Principal": "*", "Condition": {"Bool": {"a:b": "c"}}"#),
            "legacy parsing: \"c\" cannot be compared with a:b",
        ),
        (
            of_role(
                r#""Action": "sts:*", "Principal": "*", "Condition": {"IpAddress": {"a:b": "10.0.0.0/33"}}"#,
            ),
            "\"10.0.0.0/33\" cannot be compared with a:b",
        ),
    ];
    for ((kind, text), message) in invalid_principals.into_iter().chain(others) {
        let found = Policy::read(&text, kind).expect_err(&text).explained();
        assert!(found.contains(message), "{text}: {found}");
    }
}

#[test]
fn variables_stand_for_something_from_the_version_of_2012_on() {
    let mut context = Context::default();
    context.set("aws:username", "alice");
    context.set("sts:RoleSessionName", "${aws:username}");
    let policy = |version: &str, rest: &str| {
        let text = format!(
            r#"{{{version} "Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole", {rest}}}}}"#
        );
        Policy::read(&text, PolicyKind::Identity).expect("is one")
    };
    let resource = r#""Resource": "arn:aws:iam::111122223333:role/${aws:username}""#;
    let condition = r#""Resource": "*", "Condition": {"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}"#;
    for (version, rest, allowed) in [
        (r#""Version": "2012-10-17","#, resource, true),
        (r#""Version": "2008-10-17","#, resource, false),
        ("", resource, false),
        (r#""Version": "2012-10-17","#, condition, false),
        (r#""Version": "2008-10-17","#, condition, true),
    ] {
        let question = Question {
            action: "sts:AssumeRole",
            resource: "arn:aws:iam::111122223333:role/alice",
            context: &context,
        };
        let verdict = policy(version, rest).evaluate(question, None);
        assert_eq!(verdict != Verdict::Silent, allowed, "{version} {rest}");
    }
}
