//! What permissions, sessions and partitions leave out, asked without a socket: what AWS refuses must not succeed here.

use super::*;

/// A role called `open` in the first account whose trust policy has this statement beside its effect and action.
fn open(statement: &str) -> RoleSpec {
    RoleSpec {
        name: "open".to_owned(),
        trust: format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole", {statement}}}}}"#
        ),
        ..RoleSpec::default()
    }
}

/// The built-in configuration with that role, and a user `limited` who may do `actions`.
fn world(role: RoleSpec, actions: &str) -> World {
    let mut spec = EmulatorConfig::default();
    spec.roles.push(role);
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": {actions}, "Resource": "*"}}}}"#
    );
    spec.users.push(UserSpec {
        policy: Some(policy),
        ..UserSpec::named("limited")
    });
    World::of(&spec)
}

const OPEN: &str = "RoleArn=arn:aws:iam::123456789012:role/open&RoleSessionName=step";
const ANYONE: &str = r#""Principal": "*""#;

fn is_denied(outcome: &Outcome) -> bool {
    matches!(outcome, Err((403, code, _)) if code == "AccessDenied")
}

#[test]
fn tags_of_an_outbound_token_need_a_permission_of_their_own() {
    let form = "Audience.member.1=a&SigningAlgorithm=RS256";
    let tagged = format!("{form}&Tags.member.1.Key=k&Tags.member.1.Value=v");
    let ask = |actions: &str, form: &str| {
        let world = world(open(ANYONE), actions);
        let caller = world.caller("user/limited");
        world.call(Operation::GetWebIdentityToken, &caller, form)
    };
    assert!(ask(r#""sts:GetWebIdentityToken""#, form).is_ok());
    let refused = ask(r#""sts:GetWebIdentityToken""#, &tagged);
    assert!(is_denied(&refused), "{refused:?}");
    let message = refused.expect_err("is refused").2;
    assert!(
        message.contains("perform: sts:TagGetWebIdentityToken"),
        "{message}"
    );
    let both = r#"["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"]"#;
    assert!(ask(both, &tagged).is_ok());
}

#[test]
fn a_federated_user_assumes_no_role_whoever_trusts_it() {
    for trust in [
        ANYONE,
        r#""Principal": {"AWS": "arn:aws:sts::123456789012:federated-user/Bobby"}"#,
    ] {
        let world = world(open(trust), r#""sts:*""#);
        let caller = world.caller("user/limited");
        let body = world.call(Operation::GetFederationToken, &caller, "Name=Bobby");
        let bobby = world.bearer(&body.expect("allowed"));
        let outcome = world.call(Operation::AssumeRole, &bobby, OPEN);
        assert!(is_denied(&outcome), "{trust}: {outcome:?}");
    }
}

#[test]
fn session_policies_do_not_limit_what_a_role_grants_to_the_session_itself_or_to_everybody() {
    let to_arn = |arn: &str| format!(r#""Principal": {{"AWS": "{arn}"}}"#);
    let session = to_arn("arn:aws:sts::123456789012:assumed-role/simulated/step");
    let role = to_arn("arn:aws:iam::123456789012:role/simulated");
    let anyone = r#""Principal": "*", "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/simulated"}}"#;
    let statement = |effect: &str, action: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#
        );
        text.replace('"', "%22")
    };
    let (others, denies) = (
        statement("Allow", "s3:*"),
        statement("Deny", "sts:AssumeRole"),
    );
    for (trust, policy, allowed) in [
        (&*session, &others, true),
        (anyone, &others, true),
        (&*role, &others, false),
        (&*session, &denies, false),
        (anyone, &denies, false),
    ] {
        let world = world(open(trust), r#""sts:*""#);
        let user = world.caller("user/simulated");
        let simulated = "arn:aws:iam::123456789012:role/simulated";
        let limited = world.assumed(&user, simulated, &format!("&Policy={policy}"));
        let outcome = world.call(Operation::AssumeRole, &limited, OPEN);
        assert_eq!(outcome.is_ok(), allowed, "{trust} {policy}: {outcome:?}");
        // The policies of GetScopedCredentials limit the session whoever grants.
        let whole = world.assumed(&user, simulated, "");
        let scoped = world.call(
            Operation::GetScopedCredentials,
            &whole,
            &format!("Policy={policy}"),
        );
        let scoped = world.bearer(&scoped.expect("a policy"));
        let outcome = world.call(Operation::AssumeRole, &scoped, OPEN);
        assert!(is_denied(&outcome), "{trust} {policy}: {outcome:?}");
    }
}

#[test]
fn a_tag_has_a_key_and_a_value() {
    let world = world(open(ANYONE), r#""sts:*""#);
    let caller = world.caller("user/limited");
    for (tag, missing) in [
        ("Tags.member.1.Key=a", "value"),
        ("Tags.member.1.Value=a", "key"),
    ] {
        let form = format!("{OPEN}&{tag}");
        // Once: what is missing is not looked at as if it were empty.
        let null = violation(&format!(
            "Value null at 'tags.1.member.{missing}' failed to satisfy constraint: Member must not be null"
        ));
        assert_eq!(world.call(Operation::AssumeRole, &caller, &form), null);
        let form = format!("Audience.member.1=a&SigningAlgorithm=RS256&{tag}");
        assert_eq!(
            world.call(Operation::GetWebIdentityToken, &caller, &form),
            null
        );
    }
    let no_arn = format!("{OPEN}&PolicyArns.member.1.other=a");
    let null = violation(
        "Value null at 'policyArns.1.member.arn' failed to satisfy constraint: Member must not be null",
    );
    assert_eq!(world.call(Operation::AssumeRole, &caller, &no_arn), null);
    for key in ["%E2%92%B6", "x%E0%A4%BE"] {
        let form = format!("{OPEN}&Tags.member.1.Key={key}&Tags.member.1.Value=a");
        let found = world.call(Operation::AssumeRole, &caller, &form);
        let message = found.expect_err("neither letter nor number").2;
        assert!(
            message.ends_with(r"pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+"),
            "{message}"
        );
    }
    let empty = format!("{OPEN}&Tags.member.1.Key=a&Tags.member.1.Value=");
    assert!(
        !world
            .call(Operation::AssumeRole, &caller, &empty)
            .is_err_and(|fault| fault.1 == "ValidationError")
    );
}

#[test]
fn roots_and_tasks_are_of_the_partition() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let task = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
    let ask = |target: &str, task: &str| {
        let form = format!("TargetPrincipal={target}&TaskPolicyArn.arn={task}");
        world.call(Operation::AssumeRoot, &user, &form)
    };
    assert!(ask("210987654321", task).is_ok());
    assert!(ask("arn:aws:iam::210987654321:root", task).is_ok());
    for target in [
        "foo:iam::210987654321:root",
        "arn:aws-cn:iam::210987654321:root",
        "arn:awsx:iam::210987654321:root",
    ] {
        assert!(is_denied(&ask(target, task)), "{target}");
    }
    for task in [
        "arn:aws-cn:iam::aws:policy/root-task/S3UnlockBucketPolicy",
        "arn:xyz:iam::aws:policy/root-task/S3UnlockBucketPolicy",
    ] {
        assert!(is_denied(&ask("210987654321", task)), "{task}");
    }
}

#[test]
fn a_role_trusts_no_code_that_was_shown_for_another_role() {
    let role =
        open(r#""Principal": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#);
    let world = world(role, r#""sts:*""#);
    let mut caller = world.caller("user/simulated");
    let ask = |caller: &Principal| world.call(Operation::AssumeRole, caller, OPEN);
    assert!(is_denied(&ask(&caller)), "long-term keys tell nothing");
    let simulated = "arn:aws:iam::123456789012:role/simulated";
    let mut chained = world.assumed(&caller, simulated, "");
    chained.session.mfa = Some(true);
    assert!(is_denied(&ask(&chained)), "sessions of roles tell nothing");
    let token = world.call(Operation::GetSessionToken, &caller, "");
    caller = world.bearer(&token.expect("allowed"));
    assert!(is_denied(&ask(&caller)), "no code was shown");
    caller.session.mfa = Some(true);
    assert!(ask(&caller).is_ok());
}

#[test]
fn sessions_of_roles_say_that_no_code_was_shown() {
    let role =
        open(r#""Principal": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}"#);
    let world = world(role, r#""sts:*""#);
    let caller = world.caller("user/simulated");
    let session = world.assumed(&caller, "arn:aws:iam::123456789012:role/simulated", "");
    assert!(world.call(Operation::AssumeRole, &session, OPEN).is_ok());
    let plain = world.call(Operation::AssumeRole, &caller, OPEN);
    assert!(is_denied(&plain), "long-term keys do not have the key");
}

#[test]
fn a_role_cannot_be_asked_for_by_how_long_it_is_to_last() {
    let mut spec = EmulatorConfig::default();
    let condition = r#""Principal": "*", "Condition": {"NumericLessThanEquals": {"sts:DurationSeconds": "3600"}}"#;
    spec.roles.push(open(condition));
    let [mistake] = &spec.mistakes()[..] else {
        panic!("one mistake");
    };
    let said = mistake.error.to_string();
    assert!(
        said.contains("sts:DurationSeconds") && said.contains("never set"),
        "{said}"
    );
}

#[test]
fn a_refusal_names_the_session_policy_that_refuses() {
    let world = World::built_in();
    let caller = world.caller("user/simulated");
    let refusal = |policy: &str| {
        let policy = policy.replace('"', "%22");
        let role = "arn:aws:iam::123456789012:role/simulated";
        let session = world.assumed(&caller, role, &format!("&Policy={policy}"));
        let key = "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ";
        let outcome = world.call(Operation::GetAccessKeyInfo, &session, key);
        outcome.expect_err("is refused").2
    };
    let statement = |effect: &str, action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#
        )
    };
    let silent = refusal(&statement("Allow", "s3:GetObject"));
    assert!(
        silent.ends_with("because no session policy allows the sts:GetAccessKeyInfo action"),
        "{silent}"
    );
    let explicit = refusal(&statement("Deny", "sts:GetAccessKeyInfo"));
    assert!(
        explicit.ends_with("with an explicit deny in a session policy"),
        "{explicit}"
    );
}

#[test]
fn a_parameter_that_an_operation_does_not_have_is_passed_over() {
    let world = World::built_in();
    let caller = world.caller("user/simulated");
    let more = "TransitiveTagKeys.member.1=k";
    for (operation, form) in [
        (Operation::GetFederationToken, "Name=Bobby"),
        (
            Operation::GetWebIdentityToken,
            "Audience.member.1=a&SigningAlgorithm=RS256",
        ),
    ] {
        let outcome = world.call(operation, &caller, &format!("{form}&{more}"));
        assert!(outcome.is_ok(), "{operation}: {outcome:?}");
    }
}

#[test]
fn a_fleet_file_names_nobody_twice_and_nobody_who_is_not_there() {
    let said = |change: &dyn Fn(&mut EmulatorConfig)| {
        let mut spec = EmulatorConfig::default();
        change(&mut spec);
        let found = spec.mistakes();
        let found: Vec<String> = found.iter().map(|it| it.error.to_string()).collect();
        found.join("\n")
    };
    let trusting = |principal: &'static str| {
        said(&move |spec| {
            let trust = format!(r#""Principal": {principal}"#);
            spec.roles.push(open(&trust));
        })
    };
    for stranger in [
        r#"{"AWS": "arn:aws:iam::123456789012:user/nobody"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:role/nothing"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/nothing/s"}"#,
        r#"{"Federated": "arn:aws:iam::123456789012:saml-provider/nothing"}"#,
        r#"{"Federated": "arn:aws:iam::123456789012:oidc-provider/nothing.example"}"#,
        r#"{"Federated": "accounts.google.com"}"#,
    ] {
        let said = trusting(stranger);
        assert!(
            said.contains("which this emulator does not have"),
            "{stranger}: {said}"
        );
    }
    for known in [
        r#"{"AWS": "arn:aws:iam::123456789012:user/simulated"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:role/open"}"#,
        r#"{"AWS": "arn:aws:iam::999999999999:root"}"#,
    ] {
        assert_eq!(trusting(known), "", "{known}");
    }
    let again = said(&|spec| spec.users.push(UserSpec::named("Simulated")));
    assert!(again.contains("is there twice"), "{again}");
    let again = said(&|spec| {
        let device = spec.users[0].mfa[0].clone();
        spec.users.push(UserSpec {
            mfa: vec![device],
            ..UserSpec::named("other")
        });
    });
    assert!(again.contains("is there twice in the account"), "{again}");
    let many = said(&|spec| {
        let device = |number: usize| MfaSpec {
            name: format!("device-{number}"),
            seed: "JBSWY3DPEHPK3PXP".to_owned(),
        };
        spec.users[0].mfa = (0..9).map(device).collect();
    });
    assert!(many.contains("at most 8 devices"), "{many}");
    let elsewhere = said(&|spec| {
        spec.accounts.push(AccountSpec {
            id: "555555555555".to_owned(),
            disabled_regions: vec!["cn-north-1".to_owned()],
            ..AccountSpec::default()
        });
    });
    assert!(elsewhere.contains("partition aws"), "{elsewhere}");
}
