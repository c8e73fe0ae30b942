//! What conditions can ask about: who has sent the request and how, organisation, tags, the age of a session.

use super::*;

const ROLE: &str = "RoleArn=arn:aws:iam::123456789012:role/asked&RoleSessionName=test";

/// A role that trusts the first account under `condition`, with a tag of its own; its user has one too.
fn asked(condition: &str) -> World {
    let mut spec = EmulatorConfig::default();
    spec.users[0].tags = [("team".to_owned(), "blue".to_owned())].into();
    spec.roles[0].tags = [("team".to_owned(), "red".to_owned())].into();
    spec.roles.push(RoleSpec {
        name: "asked".to_owned(),
        trust: format!(
            r#"{{"Statement": {{"Effect": "Allow", "Principal": {{"AWS": "123456789012"}},
                "Action": ["sts:AssumeRole", "sts:TagSession"], "Condition": {condition}}}}}"#
        ),
        tags: [("cost center".to_owned(), "7".to_owned())].into(),
        ..RoleSpec::default()
    });
    World {
        sender: Sender {
            address: Some([10, 1, 2, 3].into()),
            is_secure: true,
            user_agent: Some("aws-cli/2"),
            referer: Some("https://a.example/"),
        },
        ..World::of(&spec)
    }
}

fn holds(condition: &str) -> bool {
    let world = asked(condition);
    let user = world.caller("user/simulated");
    world.call(Operation::AssumeRole, &user, ROLE).is_ok()
}

#[test]
fn a_trust_policy_can_ask_who_has_sent_the_request_and_how() {
    for (condition, expected) in [
        (r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#, true),
        (
            r#"{"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "10.1.2.3"]}}"#,
            true,
        ),
        (r#"{"IpAddress": {"aws:SourceIp": "11.0.0.0/8"}}"#, false),
        (r#"{"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#, false),
        (r#"{"NotIpAddress": {"aws:SourceIp": "11.0.0.0/8"}}"#, true),
        (r#"{"Bool": {"aws:SecureTransport": "true"}}"#, true),
        (r#"{"Bool": {"aws:SecureTransport": "false"}}"#, false),
        (r#"{"StringLike": {"aws:UserAgent": "aws-cli/*"}}"#, true),
        (
            r#"{"StringEquals": {"aws:Referer": "https://a.example/"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalOrgID": "o-stsbench00"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalOrgID": "o-another000"}}"#,
            false,
        ),
        (
            r#"{"StringEquals": {"aws:ResourceAccount": "123456789012"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalTag/team": "blue"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalTag/TEAM": "blue"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalTag/team": "red"}}"#,
            false,
        ),
        (
            r#"{"StringEquals": {"aws:ResourceTag/cost center": "7"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"iam:ResourceTag/cost center": "8"}}"#,
            false,
        ),
        (r#"{"Bool": {"aws:ViaAWSService": "false"}}"#, true),
        // A user's own keys are no session.
        (r#"{"Null": {"aws:TokenIssueTime": "true"}}"#, true),
        (r#"{"Null": {"aws:MultiFactorAuthAge": "true"}}"#, true),
    ] {
        assert_eq!(holds(condition), expected, "{condition}");
    }
}

/// Every operator of the policy language with the key that it asks about here, a value for which it holds, and one for which
/// it does not.
const OPERATORS: [[&str; 4]; 27] = [
    ["StringEquals", "sts:ExternalId", "Blue", "blue"],
    ["StringNotEquals", "sts:ExternalId", "blue", "Blue"],
    ["StringEqualsIgnoreCase", "sts:ExternalId", "bLUE", "red"],
    ["StringNotEqualsIgnoreCase", "sts:ExternalId", "red", "bLUE"],
    ["StringLike", "sts:ExternalId", "B?u*", "b*"],
    ["StringNotLike", "sts:ExternalId", "b*", "B?u*"],
    ["NumericEquals", "aws:RequestTag/size", "7.0", "8"],
    ["NumericNotEquals", "aws:RequestTag/size", "8", "7.0"],
    ["NumericLessThan", "aws:RequestTag/size", "7.5", "7"],
    ["NumericLessThanEquals", "aws:RequestTag/size", "7", "6.5"],
    ["NumericGreaterThan", "aws:RequestTag/size", "-8", "7"],
    [
        "NumericGreaterThanEquals",
        "aws:RequestTag/size",
        "7",
        "7.5",
    ],
    [
        "DateEquals",
        "aws:CurrentTime",
        "2027-01-15T09:00:00+01:00",
        "2027-01-15T08:00:01Z",
    ],
    [
        "DateNotEquals",
        "aws:CurrentTime",
        "2027-01-15T08:00:01Z",
        "1800000000",
    ],
    [
        "DateLessThan",
        "aws:CurrentTime",
        "2027-01-15T08:00:01Z",
        "2027-01-15T08:00:00Z",
    ],
    [
        "DateLessThanEquals",
        "aws:CurrentTime",
        "2027-01-15T08:00:00Z",
        "2027-01-15T07:59:59Z",
    ],
    [
        "DateGreaterThan",
        "aws:CurrentTime",
        "2027-01-15T07:59:59Z",
        "2027-01-15T08:00:00Z",
    ],
    [
        "DateGreaterThanEquals",
        "aws:CurrentTime",
        "2027-01-15T08:00:00Z",
        "2027-01-15T08:00:01Z",
    ],
    ["Bool", "aws:SecureTransport", "true", "false"],
    [
        "BinaryEquals",
        "aws:RequestTag/bytes",
        "QmluYXJ5VmFsdWU=",
        "QmluYXJ5",
    ],
    ["IpAddress", "aws:SourceIp", "10.0.0.0/8", "11.0.0.0/8"],
    ["NotIpAddress", "aws:SourceIp", "11.0.0.0/8", "10.0.0.0/8"],
    [
        "ArnEquals",
        "aws:PrincipalArn",
        "arn:aws:iam::*:user/sim*",
        "arn:aws:iam::*:role/*",
    ],
    [
        "ArnLike",
        "aws:PrincipalArn",
        "arn:aws:iam::123456789012:*",
        "arn:aws:*:user/simulated",
    ],
    [
        "ArnNotEquals",
        "aws:PrincipalArn",
        "arn:aws:iam::*:role/*",
        "arn:aws:iam::*:user/sim*",
    ],
    [
        "ArnNotLike",
        "aws:PrincipalArn",
        "arn:aws:*:user/simulated",
        "arn:aws:iam::123456789012:*",
    ],
    ["Null", "aws:TokenIssueTime", "true", "false"],
];

#[test]
fn every_operator_holds_for_what_it_means_and_for_nothing_else() {
    let form = "&ExternalId=Blue&Tags.member.1.Key=size&Tags.member.1.Value=7&Tags.member.2.Key=bytes&Tags.member.2.Value=QmluYXJ5VmFsdWU%3D";
    let ask = |operator: &str, key: &str, value: &str, more: &str| {
        let world = asked(&format!(r#"{{"{operator}": {{"{key}": "{value}"}}}}"#));
        let user = world.caller("user/simulated");
        let form = format!("{ROLE}{more}");
        world.call(Operation::AssumeRole, &user, &form).is_ok()
    };
    let mut names: Vec<&str> = OPERATORS.iter().map(|[name, ..]| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), OPERATORS.len());
    for [operator, key, right, wrong] in OPERATORS {
        assert!(ask(operator, key, right, form), "{operator} {right}");
        assert!(!ask(operator, key, wrong, form), "{operator} {wrong}");
        if operator == "Null" {
            continue;
        }
        // A key that is missing fails a condition unless the operator is negated or takes it as it is.
        let absent = "aws:SourceIdentity";
        let is_negated = operator.contains("Not");
        assert_eq!(ask(operator, absent, right, form), is_negated, "{operator}");
        let if_exists = format!("{operator}IfExists");
        assert!(ask(&if_exists, absent, right, form), "{if_exists}");
        assert!(!ask(&if_exists, key, wrong, form), "{if_exists}");
    }
}

#[test]
fn a_session_has_a_time_of_issue_and_the_tags_of_its_role_unless_it_brings_others() {
    let simulated = "arn:aws:iam::123456789012:role/simulated";
    for (condition, more, expected) in [
        (
            r#"{"DateLessThan": {"aws:TokenIssueTime": "2027-01-15T08:00:01Z"}}"#,
            "",
            true,
        ),
        (
            r#"{"DateGreaterThan": {"aws:TokenIssueTime": "2027-01-15T08:00:01Z"}}"#,
            "",
            false,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalTag/team": "red"}}"#,
            "",
            true,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalTag/team": "green"}}"#,
            "&Tags.member.1.Key=Team&Tags.member.1.Value=green",
            true,
        ),
    ] {
        let world = asked(condition);
        let user = world.caller("user/simulated");
        let session = world.assumed(&user, simulated, more);
        let found = world.call(Operation::AssumeRole, &session, ROLE).is_ok();
        assert_eq!(found, expected, "{condition}");
    }
}

#[test]
fn a_session_policy_can_ask_for_an_address() {
    let world = asked("{}");
    let user = world.caller("user/simulated");
    let with = |range: &str| {
        let policy = format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"sts:*","Resource":"*","Condition":{{"IpAddress":{{"aws:SourceIp":"{range}"}}}}}}}}"#
        );
        let policy: String = form_urlencoded::byte_serialize(policy.as_bytes()).collect();
        let simulated = "arn:aws:iam::123456789012:role/simulated";
        let session = world.assumed(&user, simulated, &format!("&Policy={policy}"));
        let key = "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ";
        world
            .call(Operation::GetAccessKeyInfo, &session, key)
            .is_ok()
    };
    assert!(with("10.0.0.0/8"));
    assert!(!with("192.0.2.0/24"));
}

#[test]
fn a_fleet_file_may_not_ask_about_what_is_never_set() {
    let wrong = |condition: &str| {
        let mut spec = EmulatorConfig::default();
        spec.users[0].policy = Some(format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "sts:*", "Resource": "*", "Condition": {condition}}}}}"#
        ));
        let found: Vec<String> = spec
            .mistakes()
            .iter()
            .map(|it| it.error.to_string())
            .collect();
        found.join("\n")
    };
    let said = wrong(r#"{"StringEquals": {"aws:SourceVpc": "vpc-1"}}"#);
    assert!(
        said.contains("policy") && said.contains("\"aws:SourceVpc\", never set by this emulator"),
        "{said}"
    );
    assert_eq!(
        wrong(r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#),
        ""
    );
    let said = wrong(r#"{"IpAddress": {"aws:SourceIp": "10.0.0/8"}}"#);
    assert!(said.contains("\"10.0.0/8\" cannot be compared"), "{said}");
    let mut spec = EmulatorConfig::default();
    spec.roles[0].tags = [("aws:x".to_owned(), String::new())].into();
    assert_eq!(spec.mistakes().len(), 1);
}
