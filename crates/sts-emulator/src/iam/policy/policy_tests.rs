//! Policies of the kinds that AWS's user guide shows, asked what they say.

use super::*;

const ROLE: &str = "arn:aws:iam::111122223333:role/app";

fn trust(statement: &str) -> Policy {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    Policy::read(&text, PolicyKind::Trust).unwrap_or_else(|wrong| panic!("{wrong}: {text}"))
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
        r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "NotAction": "sts:TagSession"}"#,
    );
    assert_eq!(
        asked(&policy, "arn:aws:iam::111122223333:user/alice", &none),
        Verdict::Silent
    );
    assert_eq!(
        asked(&policy, "arn:aws:iam::444455556666:user/bob", &none),
        Verdict::Allowed(Grant::Caller)
    );
}

#[test]
fn a_provider_is_named_by_its_own_kind_of_principal() {
    let policy = trust(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.example"}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"accounts.example:aud": "app"}}}"#,
    );
    let mut context = Context::default();
    let say = |context: &Context, provider| {
        let question = Question {
            action: "sts:AssumeRoleWithWebIdentity",
            resource: ROLE,
            context,
        };
        policy.evaluate(question, Some(Subject::Federated { provider }))
    };
    assert_eq!(say(&context, "accounts.example"), Verdict::Silent);
    context.set("accounts.example:aud", "app");
    assert_eq!(
        say(&context, "accounts.example"),
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

#[test]
fn mistakes_are_named_as_iam_names_them() {
    let statement =
        |inside: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{{{inside}}}]}}"#);
    let identity = |inside| (PolicyKind::Identity, statement(inside));
    let of_role = |inside| (PolicyKind::Trust, statement(inside));
    for ((kind, text), message) in [
        (
            (PolicyKind::Identity, "{".to_owned()),
            "This policy contains invalid Json",
        ),
        (
            (PolicyKind::Identity, "[]".to_owned()),
            "Syntax errors in policy.",
        ),
        (
            (PolicyKind::Identity, "{}".to_owned()),
            "Missing required field Statement",
        ),
        (
            (
                PolicyKind::Identity,
                r#"{"Version": "2020-01-01", "Statement": []}"#.to_owned(),
            ),
            "valid version string",
        ),
        (
            identity(r#""Effect": "Allow", "Action": "sts:*", "Resource": "*", "Colour": "red""#),
            "Syntax errors",
        ),
        (
            identity(r#""Effect": "allow", "Action": "sts:*", "Resource": "*""#),
            "Invalid effect: allow",
        ),
        (
            identity(r#""Action": "sts:*", "Resource": "*""#),
            "Missing required field Effect",
        ),
        (
            identity(r#""Effect": "Allow", "Resource": "*""#),
            "Policy statement must contain actions.",
        ),
        (
            identity(r#""Effect": "Allow", "Action": [], "Resource": "*""#),
            "Policy statement must contain actions.",
        ),
        (
            identity(r#""Effect": "Allow", "Action": "all", "Resource": "*""#),
            "must be prefaced by a vendor",
        ),
        (
            identity(r#""Effect": "Allow", "Action": "a:b:c", "Resource": "*""#),
            "can contain only one colon",
        ),
        (
            identity(r#""Effect": "Allow", "Action": "sts:*""#),
            "Policy statement must contain resources.",
        ),
        (
            identity(r#""Effect": "Allow", "Action": "sts:*", "Resource": "x""#),
            "must be in ARN format or \"*\".",
        ),
        (
            identity(r#""Effect": "Allow", "Action": "sts:*", "Resource": "*", "Principal": "*""#),
            "prohibited field Principal",
        ),
        (
            identity(
                r#""Effect": "Allow", "Action": "sts:*", "NotAction": "sts:*", "Resource": "*""#,
            ),
            "Syntax errors",
        ),
        (
            of_role(r#""Effect": "Allow", "Action": "sts:AssumeRole""#),
            "Missing required field Principal",
        ),
        (
            of_role(r#""Effect": "Allow", "Action": "sts:*", "Principal": "*", "Resource": "*""#),
            "prohibited field Resource",
        ),
        (
            of_role(r#""Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": "bob"}"#),
            "Invalid principal in policy",
        ),
        (
            of_role(r#""Effect": "Allow", "Action": "sts:*", "Principal": {"Person": "bob"}"#),
            "Invalid principal in policy",
        ),
        (
            of_role(
                r#""Effect": "Allow", "Action": "sts:*", "Principal": "*", "Condition": {"Equals": {"a:b": "c"}}"#,
            ),
            "Invalid Condition type : Equals.",
        ),
        (
            of_role(
                r#""Effect": "Allow", "Action": "sts:*", "Principal": "*", "Condition": {"Bool": {"a:b": "c"}}"#,
            ),
            "Invalid value \"c\" for condition Bool of a:b",
        ),
    ] {
        let found = Policy::read(&text, kind).expect_err(&text);
        assert!(found.contains(message), "{text}: {found}");
    }
}
