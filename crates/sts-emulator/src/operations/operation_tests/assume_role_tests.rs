//! AssumeRole: who may, for how long, and what goes down the chain.

use super::*;

const SIMULATED: &str = "arn:aws:iam::123456789012:role/simulated";
const CHAINED: &str = "arn:aws:iam::123456789012:role/chain/chained";

fn assume(world: &World, caller: &str, form: &str) -> Outcome {
    world.call(Operation::AssumeRole, &world.caller(caller), form)
}

fn plain(role: &str) -> String {
    format!("RoleArn={role}&RoleSessionName=test")
}

fn not_authorized(user: &str, action: &str, role: &str) -> Outcome {
    denied(&format!(
        "User: {user} is not authorized to perform: {action} on resource: {role}"
    ))
}

#[test]
fn the_answer_has_the_bytes_of_the_wire() {
    let world = World::built_in();
    let body = assume(&world, "user/simulated", &plain(SIMULATED)).expect("trusted");
    let [id, key, secret, token] = [
        "AssumedRoleId",
        "AccessKeyId",
        "SecretAccessKey",
        "SessionToken",
    ]
    .map(|name| element(&body, name));
    assert!(
        id.starts_with("AROA") && id.ends_with(":test") && id.len() == 26,
        "{id}"
    );
    assert_eq!(
        body,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <AssumeRoleResult>\n    \
             <AssumedRoleUser>\n      <AssumedRoleId>{id}</AssumedRoleId>\n      \
             <Arn>arn:aws:sts::123456789012:assumed-role/simulated/test</Arn>\n    </AssumedRoleUser>\n    \
             <Credentials>\n      <AccessKeyId>{key}</AccessKeyId>\n      <SecretAccessKey>{secret}</SecretAccessKey>\n      \
             <SessionToken>{token}</SessionToken>\n      <Expiration>2027-01-15T09:00:00Z</Expiration>\n    \
             </Credentials>\n  </AssumeRoleResult>\n  <ResponseMetadata>\n    <RequestId>id</RequestId>\n  \
             </ResponseMetadata>\n</AssumeRoleResponse>\n"
        )
    );
    let session = world.bearer(&body);
    let identity = world
        .call(Operation::GetCallerIdentity, &session, "")
        .expect("needs no permission");
    assert_eq!(element(&identity, "UserId"), id);
    assert_eq!(
        element(&identity, "Arn"),
        "arn:aws:sts::123456789012:assumed-role/simulated/test"
    );
}

#[test]
fn parameters_are_held_against_the_service_model() {
    let world = World::built_in();
    let ask = |form: &str| assume(&world, "user/simulated", form);
    assert_eq!(
        ask(""),
        invalid(
            "2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; \
             Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null"
        )
    );
    let over = "x".repeat(257);
    let tags = (1..=51)
        .map(|n| format!("&Tags.member.{n}.Key=k{n}&Tags.member.{n}.Value="))
        .collect::<String>();
    let keys = (1..=51)
        .map(|n| format!("k{n}"))
        .collect::<Vec<_>>()
        .join(", ");
    for (more, sentence) in [
        (
            "&DurationSeconds=899".to_owned(),
            "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900".to_owned(),
        ),
        (
            "&DurationSeconds=43201".to_owned(),
            "Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200".to_owned(),
        ),
        (
            "&ExternalId=x".to_owned(),
            "Value 'x' at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2".to_owned(),
        ),
        (
            "&ExternalId=a%20b".to_owned(),
            "Value 'a b' at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*".to_owned(),
        ),
        (
            format!("&SourceIdentity={over}"),
            format!("Value '{over}' at 'sourceIdentity' failed to satisfy constraint: Member must have length less than or equal to 256"),
        ),
        (
            "&MinimumSessionTokenSize=4097".to_owned(),
            "Value '4097' at 'minimumSessionTokenSize' failed to satisfy constraint: Member must have value less than or equal to 4096".to_owned(),
        ),
        (
            tags,
            format!("Value '[{keys}]' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"),
        ),
        (
            "&Tags.member.1.Key=&Tags.member.1.Value=x".to_owned(),
            "Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            "&Tags.member.1.Key=a%3Bb&Tags.member.1.Value=x".to_owned(),
            "Value 'a;b' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+".to_owned(),
        ),
        (
            "&PolicyArns.member.1.arn=short".to_owned(),
            "Value 'short' at 'policyArns.1.member.arn' failed to satisfy constraint: Member must have length greater than or equal to 20".to_owned(),
        ),
    ] {
        assert_eq!(ask(&(plain(SIMULATED) + &more)), violation(&sentence), "{more}");
    }
    assert!(
        ask(&(plain(SIMULATED) + "&SourceIdentity=" + &over[1..])).is_ok(),
        "256 characters, as the live service has it"
    );
    assert_eq!(
        ask("RoleArn=arn:aws:iam::123456789012:role/simulated&RoleSessionName=a"),
        violation(
            "Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2"
        )
    );
    for arn in [
        "twenty-characters-and-no-arn",
        "arn:aws:iam::123456789012:user/simulated",
        "arn:aws:iam::12345678901:role/x",
    ] {
        assert_eq!(ask(&plain(arn)), invalid(&format!("{arn} is invalid")));
    }
    let word = ask(&(plain(SIMULATED) + "&DurationSeconds=abc"));
    assert_eq!(word, refused(400, "MalformedInput", ""));
}

#[test]
fn a_role_that_is_not_there_is_refused_like_one_that_does_not_trust() {
    let world = World::built_in();
    let user = "arn:aws:iam::123456789012:user/simulated";
    for role in [
        "arn:aws:iam::123456789012:role/nowhere",
        "arn:aws:iam::123456789012:role/chained",
        CHAINED,
    ] {
        assert_eq!(
            assume(&world, "user/simulated", &plain(role)),
            not_authorized(user, "sts:AssumeRole", role)
        );
    }
    let user = "arn:aws:iam::123456789012:user/unprivileged";
    let refusal = assume(&world, "user/unprivileged", &plain(SIMULATED));
    assert_eq!(
        refusal,
        not_authorized(user, "sts:AssumeRole", SIMULATED),
        "the account's word is not the user's"
    );
}

#[test]
fn in_one_account_a_named_user_needs_no_policy_and_across_accounts_both_sides_must_agree() {
    let trust = |principal: &str| {
        format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "sts:AssumeRole"}}]}}"#
        )
    };
    let user = "arn:aws:iam::123456789012:user/unprivileged";
    let named = |account: &str| {
        let role = RoleSpec {
            account: account.to_owned(),
            name: "named".to_owned(),
            trust: trust(user),
            ..RoleSpec::default()
        };
        let arn = format!("arn:aws:iam::{account}:role/named");
        assume(&World::with_role(role), "user/unprivileged", &plain(&arn))
            .map(|_| ())
            .map_err(|(status, ..)| status)
    };
    assert_eq!(named("123456789012"), Ok(()));
    assert_eq!(
        named("210987654321"),
        Err(403),
        "the user's own account has not allowed it"
    );
    let world = World::built_in();
    let shared = "arn:aws:iam::210987654321:role/shared";
    let body = assume(&world, "user/simulated", &plain(shared)).expect("both accounts agree");
    assert_eq!(
        element(&body, "Arn"),
        "arn:aws:sts::210987654321:assumed-role/shared/test"
    );
    assert_eq!(world.bearer(&body).account(), "210987654321");
    let stranger = "arn:aws:iam::210987654321:user/partners/neighbour";
    assert_eq!(
        assume(&world, "user/partners/neighbour", &plain(SIMULATED)),
        not_authorized(stranger, "sts:AssumeRole", SIMULATED)
    );
}

#[test]
fn a_deny_in_the_users_policy_wins_over_the_trust() {
    let mut spec = EmulatorConfig::default();
    let deny = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
                   {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*/simulated"}]}"#;
    // An ARN is needed for a resource, and this is none.
    spec.users[0].policy = Some(deny.to_owned());
    assert_eq!(spec.mistakes().len(), 1);
    spec.users[0].policy = Some(deny.replace("*/simulated", "arn:aws:iam::*:role/simulated"));
    let outcome = assume(&World::of(&spec), "user/simulated", &plain(SIMULATED));
    assert_eq!(
        outcome,
        denied(
            "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: sts:AssumeRole on resource: \
             arn:aws:iam::123456789012:role/simulated with an explicit deny in an identity-based policy"
        )
    );
}

#[test]
fn a_deny_in_the_trust_policy_says_where_it_is() {
    let trust = r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"},
                    {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]}"#;
    let world = World::with_role(RoleSpec {
        name: "closed".to_owned(),
        trust: trust.to_owned(),
        ..RoleSpec::default()
    });
    let role = "arn:aws:iam::123456789012:role/closed";
    assert_eq!(
        assume(&world, "user/simulated", &plain(role)),
        denied(&format!(
            "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: sts:AssumeRole on resource: {role} \
             with an explicit deny in a resource-based policy"
        ))
    );
}

#[test]
fn a_role_of_another_partition_is_not_there() {
    let world = World::built_in();
    for partition in ["xyz", "aws-cn", "aws-us-gov"] {
        let role = format!("arn:{partition}:iam::123456789012:role/simulated");
        assert_eq!(
            assume(&world, "user/simulated", &plain(&role)),
            not_authorized(
                "arn:aws:iam::123456789012:user/simulated",
                "sts:AssumeRole",
                &role
            )
        );
    }
}

#[test]
fn a_context_needs_a_permission_and_none_is_genuine() {
    let context = "&ProvidedContexts.member.1.ProviderArn=arn:aws:iam::aws:contextProvider/Bogus\
                   &ProvidedContexts.member.1.ContextAssertion=garbage";
    let form = format!("{}{context}", plain(SIMULATED));
    assert_eq!(
        assume(&World::built_in(), "user/simulated", &form),
        not_authorized(
            "arn:aws:iam::123456789012:user/simulated",
            "sts:SetContext",
            SIMULATED
        )
    );
    let mut spec = EmulatorConfig::default();
    spec.roles[0].trust = spec.roles[0]
        .trust
        .replace("sts:TagSession", "sts:SetContext");
    let world = World::of(&spec);
    let (status, code, _) = assume(&world, "user/simulated", &form).expect_err("not genuine");
    assert_eq!((status, code.as_str()), (400, "InvalidContextAssertion"));
    let short = form.replace("garbage", "abc");
    assert_eq!(
        assume(&world, "user/simulated", &short),
        violation(
            "Value 'abc' at 'providedContexts.1.member.contextAssertion' failed to satisfy constraint: Member must have \
             length greater than or equal to 4"
        )
    );
}

#[test]
fn session_policies_are_managed_policies_of_the_account_or_of_aws() {
    let world = World::built_in();
    let with = |arn: &str| {
        let form = format!("{}&PolicyArns.member.1.arn={arn}", plain(SIMULATED));
        assume(&world, "user/simulated", &form)
    };
    for right in [
        "arn:aws:iam::aws:policy/service-role/Some",
        "arn:aws:iam::123456789012:policy/path/Own",
    ] {
        assert!(with(right).is_ok(), "{right}");
    }
    for wrong in [
        "xxxxxxxxxxxxxxxxxxxx",
        "arn:aws:iam::210987654321:policy/Other",
        "arn:aws-cn:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::123456789012:role/simulated",
        "arn:aws:iam::aws:policy/",
    ] {
        assert_eq!(with(wrong), invalid(&format!("{wrong} is invalid")));
    }
}

#[test]
fn root_and_federated_users_cannot_assume_a_role() {
    let root = AccountSpec {
        root_access_key: true,
        ..AccountSpec::default()
    };
    let spec = EmulatorConfig {
        accounts: vec![root],
        ..EmulatorConfig::default()
    };
    let world = World::of(&spec);
    assert_eq!(
        assume(&world, ":root", &plain(SIMULATED)),
        denied("Roles may not be assumed by root accounts.")
    );
    let body = world
        .call(
            Operation::GetFederationToken,
            &world.caller("user/simulated"),
            "Name=guest",
        )
        .expect("allowed");
    let outcome = world.call(
        Operation::AssumeRole,
        &world.bearer(&body),
        &plain(SIMULATED),
    );
    let guest = "arn:aws:sts::123456789012:federated-user/guest";
    assert_eq!(outcome, not_authorized(guest, "sts:AssumeRole", SIMULATED));
}

#[test]
fn an_external_id_opens_the_role_that_asks_for_it() {
    let world = World::built_in();
    let role = "arn:aws:iam::123456789012:role/external";
    let refusal = not_authorized(
        "arn:aws:iam::123456789012:user/simulated",
        "sts:AssumeRole",
        role,
    );
    assert_eq!(assume(&world, "user/simulated", &plain(role)), refusal);
    assert_eq!(
        assume(
            &world,
            "user/simulated",
            &(plain(role) + "&ExternalId=other")
        ),
        refusal
    );
    assert!(
        assume(
            &world,
            "user/simulated",
            &(plain(role) + "&ExternalId=simulated-external-id")
        )
        .is_ok()
    );
}

#[test]
fn durations_are_refused_by_the_role_first_and_then_by_the_chain() {
    let hour = RoleSpec {
        name: "hour".to_owned(),
        ..EmulatorConfig::default().roles[0].clone()
    };
    let world = World::with_role(RoleSpec {
        max_session_duration: 3_600,
        ..hour
    });
    let role_limit =
        invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    let chain_limit = invalid(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
    let hour = "arn:aws:iam::123456789012:role/hour";
    let ask = |role, seconds: u32| {
        assume(
            &world,
            "user/simulated",
            &format!("{}&DurationSeconds={seconds}", plain(role)),
        )
    };
    assert!(ask(hour, 3_600).is_ok());
    assert_eq!(ask(hour, 3_601), role_limit);
    assert_eq!(
        element(
            &ask(SIMULATED, 43_200).expect("the role's maximum"),
            "Expiration"
        ),
        "2027-01-15T20:00:00Z"
    );
    let session = world.assumed(
        &world.caller("user/simulated"),
        SIMULATED,
        "&DurationSeconds=43200",
    );
    let chain = |role, seconds: u32| {
        let form = format!("{}&DurationSeconds={seconds}", plain(role));
        world.call(Operation::AssumeRole, &session, &form)
    };
    assert!(chain(CHAINED, 3_600).is_ok());
    assert_eq!(chain(CHAINED, 3_601), chain_limit);
    assert_eq!(
        chain(hour, 3_601),
        role_limit,
        "the role's limit is looked at first"
    );
    assert!(
        world
            .bearer(&chain(CHAINED, 900).expect("short"))
            .session
            .chained
    );
}

#[test]
fn the_source_identity_stays_along_the_chain() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let first = world.assumed(&user, SIMULATED, "&SourceIdentity=alice");
    let second = |more: &str| world.call(Operation::AssumeRole, &first, &(plain(CHAINED) + more));
    let body = second("").expect("inherited");
    assert_eq!(
        elements(&body),
        ["AssumedRoleUser", "Credentials", "SourceIdentity"]
    );
    assert_eq!(element(&body, "SourceIdentity"), "alice");
    assert_eq!(
        second("&SourceIdentity=alice").map(|body| element(&body, "SourceIdentity").to_owned()),
        Ok("alice".into())
    );
    assert_eq!(
        second("&SourceIdentity=mallory"),
        invalid("The source identity is already set for this assume role session")
    );
}

#[test]
fn tags_need_a_permission_of_their_own_and_the_transitive_ones_are_handed_down() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let tags = "&Tags.member.1.Key=Team&Tags.member.1.Value=blue&Tags.member.2.Key=Cost&Tags.member.2.Value=7\
                &TransitiveTagKeys.member.1=team";
    let first = world.assumed(&user, SIMULATED, tags);
    assert_eq!(first.session.tags.len(), 2);
    let second = world.assumed(
        &first,
        CHAINED,
        "&Tags.member.1.Key=Own&Tags.member.1.Value=1",
    );
    let keys: Vec<_> = second
        .session
        .tags
        .iter()
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    assert_eq!(
        keys,
        [("Own", "1"), ("Team", "blue")],
        "Cost ends with its session"
    );
    assert_eq!(second.session.transitive_tag_keys, ["team"]);
    let again = world.call(
        Operation::AssumeRole,
        &first,
        &(plain(CHAINED) + "&Tags.member.1.Key=TEAM&Tags.member.1.Value=red"),
    );
    let conflict = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
                    from the calling session.";
    assert_eq!(again, refused(400, "InvalidParameterValue", conflict));
    let ask = |more: &str| world.call(Operation::AssumeRole, &user, &(plain(SIMULATED) + more));
    assert_eq!(
        ask("&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=A&Tags.member.2.Value=2"),
        refused(
            400,
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    );
    assert_eq!(
        ask("&TransitiveTagKeys.member.1=a"),
        refused(
            400,
            "InvalidParameterValue",
            "The specified transitive tag key must be included in the requested tags."
        )
    );
    let trust =
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}"#;
    let world = World::with_role(RoleSpec {
        name: "untagged".into(),
        trust: trust.into(),
        ..RoleSpec::default()
    });
    let role = "arn:aws:iam::123456789012:role/untagged";
    let me = "arn:aws:iam::123456789012:user/simulated";
    let ask = |more: &str| assume(&world, "user/simulated", &(plain(role) + more));
    assert!(ask("").is_ok());
    assert_eq!(
        ask("&Tags.member.1.Key=a&Tags.member.1.Value=1"),
        not_authorized(me, "sts:TagSession", role)
    );
    assert_eq!(
        ask("&SourceIdentity=alice"),
        not_authorized(me, "sts:SetSourceIdentity", role)
    );
}

#[test]
fn a_session_policy_limits_the_session_and_is_sized() {
    let world = World::built_in();
    let policy = r#"{ "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Action": "sts:GetAccessKeyInfo", "Resource": "*" } ] }"#;
    let encoded = policy.replace(' ', "%20");
    let ask = |policy: &str| {
        assume(
            &world,
            "user/simulated",
            &format!("{}&Policy={policy}", plain(SIMULATED)),
        )
    };
    let body = ask(&encoded).expect("a right policy");
    assert_eq!(
        elements(&body),
        ["AssumedRoleUser", "Credentials", "PackedPolicySize"]
    );
    assert_eq!(element(&body, "PackedPolicySize"), "8");
    let session = world.bearer(&body);
    assert!(
        world
            .call(
                Operation::GetAccessKeyInfo,
                &session,
                "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ"
            )
            .is_ok()
    );
    let arn = "arn:aws:sts::123456789012:assumed-role/simulated/test";
    let outcome = world.call(Operation::AssumeRole, &session, &plain(CHAINED));
    assert_eq!(outcome, not_authorized(arn, "sts:AssumeRole", CHAINED));
    let malformed = |message| refused(400, "MalformedPolicyDocument", message);
    assert_eq!(ask("%7B"), malformed("This policy contains invalid Json"));
    assert_eq!(
        ask(&encoded.replace("Allow", "Perhaps")),
        malformed("Syntax errors in policy.")
    );
    // Each element is there only once, wherever it is (IAM user guide, "Troubleshoot IAM policies").
    for twice in [
        encoded.replace("\"Action\"", "\"Effect\":\"Allow\",\"Action\""),
        encoded.replace("\"Statement\"", "\"Statement\":[],\"Statement\""),
    ] {
        assert_ne!(twice, encoded);
        assert_eq!(
            ask(&twice),
            malformed("Syntax errors in policy."),
            "{twice}"
        );
    }
    let long = encoded.replace("\"*\"", &format!("\"arn:aws:s3:::{}\"", "x".repeat(2_500)));
    let too_large = "Packed policy consumes 553% of allotted space, please use smaller policy.";
    assert_eq!(ask(&long), refused(400, "PackedPolicyTooLarge", too_large));
}

#[test]
fn tags_that_are_too_large_are_refused_in_words_of_their_own() {
    let tag = |at: usize| {
        let value = "a".repeat(250);
        format!("&Tags.member.{at}.Key=T{at}&Tags.member.{at}.Value={value}")
    };
    let form = plain(SIMULATED) + &(1..=9).map(tag).collect::<String>();
    let message = "Packed size of session tags consumes 498% of allotted space.";
    assert_eq!(
        assume(&World::built_in(), "user/simulated", &form),
        refused(400, "PackedPolicyTooLarge", message)
    );
}

#[test]
fn a_tags_value_does_not_begin_with_what_is_kept_for_aws() {
    for value in ["aws:b", "AWS:b"] {
        let form = format!(
            "{}&Tags.member.1.Key=x&Tags.member.1.Value={value}",
            plain(SIMULATED)
        );
        assert_eq!(
            assume(&World::built_in(), "user/simulated", &form),
            refused(
                400,
                "InvalidParameterValue",
                "Tag values beginning with aws: are reserved for system use."
            )
        );
    }
}

#[test]
fn the_largest_session_still_fits_a_token() {
    let world = World::built_in();
    let policy = format!(
        r#"{{"Statement":[{{"Effect":"Allow","Action":"sts:*","Resource":["*","arn:aws:s3:::{}"]}}]}}"#,
        "x".repeat(430)
    );
    let name = "n".repeat(64);
    let form = format!(
        "RoleArn={SIMULATED}&RoleSessionName={name}&Policy={policy}&MinimumSessionTokenSize=0"
    );
    let body = assume(&world, "user/simulated", &form).expect("it fills the room");
    assert!(
        element(&body, "PackedPolicySize")
            .parse::<u8>()
            .is_ok_and(|percent| percent > 97),
        "{body}"
    );
    let size: usize = element(&body, "SessionTokenSize")
        .parse()
        .expect("a number");
    assert_eq!(size, element(&body, "SessionToken").len());
    assert!(size <= 4_096, "{size}");
}

#[test]
fn a_longer_token_can_be_asked_for_and_is_then_measured() {
    let world = World::built_in();
    let body = assume(
        &world,
        "user/simulated",
        &(plain(SIMULATED) + "&MinimumSessionTokenSize=2048"),
    )
    .expect("allowed");
    assert_eq!(
        elements(&body),
        [
            "AssumedRoleUser",
            "Credentials",
            "SessionTokenUtilization",
            "SessionTokenSize"
        ]
    );
    assert_eq!(
        (
            element(&body, "SessionTokenUtilization"),
            element(&body, "SessionTokenSize")
        ),
        ("50", "2048")
    );
    assert_eq!(
        world.bearer(&body).arn("aws"),
        "arn:aws:sts::123456789012:assumed-role/simulated/test"
    );
}
