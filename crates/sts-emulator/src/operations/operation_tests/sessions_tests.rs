//! GetSessionToken and GetFederationToken, multi-factor authentication, and where credentials are issued and valid.

use super::*;
use crate::iam::identities::{Identity, Refusal, Session, Terms, TokenVersion};

const MFA_ROLE: &str = "RoleArn=arn:aws:iam::123456789012:role/mfa&RoleSessionName=test";

/// An emulator whose user has the device of RFC 6238's vectors, at a time when it shows 287082.
fn with_device() -> World {
    let mut spec = EmulatorConfig::default();
    let seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned();
    spec.users[0].mfa = vec![MfaSpec {
        name: "phone".to_owned(),
        seed,
    }];
    let now = OffsetDateTime::from_unix_timestamp(59).expect("an instant of 1970");
    World {
        now,
        ..World::of(&spec)
    }
}

const DEVICE: &str = "&SerialNumber=arn:aws:iam::123456789012:mfa/phone";

#[test]
fn a_session_keeps_the_users_arn_and_may_do_little() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let body = world
        .call(Operation::GetSessionToken, &user, "DurationSeconds=900")
        .expect("needs no permission");
    assert_eq!(elements(&body), ["Credentials"]);
    assert_eq!(element(&body, "Expiration"), "2027-01-15T08:15:00Z");
    let session = world.bearer(&body);
    assert_eq!(
        (session.arn("aws"), session.user_id()),
        (user.arn("aws"), user.user_id())
    );
    let again = world.call(Operation::GetSessionToken, &session, "");
    assert_eq!(
        again,
        denied("Cannot call GetSessionToken with session credentials")
    );
    let federated = world.call(Operation::GetFederationToken, &session, "Name=guest");
    assert_eq!(
        federated,
        denied("Cannot call GetFederationToken with session credentials")
    );
    let role = "RoleArn=arn:aws:iam::123456789012:role/simulated&RoleSessionName=test";
    assert!(world.call(Operation::AssumeRole, &session, role).is_ok());
    let info = world.call(
        Operation::GetAccessKeyInfo,
        &session,
        "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ",
    );
    assert_eq!(
        info,
        denied(
            "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: sts:GetAccessKeyInfo"
        )
    );
    assert!(
        world
            .call(
                Operation::GetSessionToken,
                &world.caller("user/unprivileged"),
                ""
            )
            .is_ok()
    );
}

#[test]
fn durations_of_users_are_refused_and_those_of_root_cut() {
    let root = AccountSpec {
        root_access_key: true,
        ..AccountSpec::default()
    };
    let spec = EmulatorConfig {
        accounts: vec![root],
        ..EmulatorConfig::default()
    };
    let world = World::of(&spec);
    for operation in [Operation::GetSessionToken, Operation::GetFederationToken] {
        let end = |caller: &str, seconds: &str| {
            let body = world
                .call(
                    operation,
                    &world.caller(caller),
                    &format!("Name=guest{seconds}"),
                )
                .expect(caller);
            element(&body, "Expiration").to_owned()
        };
        assert_eq!(
            end("user/simulated", ""),
            "2027-01-15T20:00:00Z",
            "twelve hours"
        );
        assert_eq!(
            end("user/simulated", "&DurationSeconds=129600"),
            "2027-01-16T20:00:00Z"
        );
        assert_eq!(end(":root", ""), "2027-01-15T09:00:00Z", "an hour");
        assert_eq!(
            end(":root", "&DurationSeconds=129600"),
            "2027-01-15T09:00:00Z"
        );
        let over = world.call(
            operation,
            &world.caller(":root"),
            "Name=guest&DurationSeconds=129601",
        );
        let sentence = "Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less than \
                        or equal to 129600";
        assert_eq!(over, violation(sentence));
    }
}

#[test]
fn a_federated_user_has_a_name_and_may_only_ask_for_it() {
    let world = World::built_in();
    let ask = |caller: &str, form: &str| {
        world.call(Operation::GetFederationToken, &world.caller(caller), form)
    };
    let body = ask("user/simulated", "Name=guest").expect("allowed");
    assert_eq!(
        elements(&body),
        ["Credentials", "FederatedUser", "PackedPolicySize"]
    );
    assert_eq!(element(&body, "FederatedUserId"), "123456789012:guest");
    assert_eq!(
        element(&body, "Arn"),
        "arn:aws:sts::123456789012:federated-user/guest"
    );
    let guest = world.bearer(&body);
    let identity = world
        .call(Operation::GetCallerIdentity, &guest, "")
        .expect("needs no permission");
    assert_eq!(element(&identity, "UserId"), "123456789012:guest");
    assert_eq!(
        element(&identity, "Arn"),
        "arn:aws:sts::123456789012:federated-user/guest"
    );
    let info = world.call(
        Operation::GetAccessKeyInfo,
        &guest,
        "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ",
    );
    assert_eq!(
        info.map_err(|(status, code, _)| (status, code)),
        Err((403, "AccessDenied".to_owned()))
    );
    assert_eq!(
        ask("user/unprivileged", "Name=guest"),
        denied(
            "User: arn:aws:iam::123456789012:user/unprivileged is not authorized to perform: sts:GetFederationToken on \
             resource: arn:aws:sts::123456789012:federated-user/guest because no identity-based policy allows the \
             sts:GetFederationToken action"
        )
    );
    let missing =
        violation("Value null at 'name' failed to satisfy constraint: Member must not be null");
    assert_eq!(ask("user/simulated", ""), missing);
    let long = "n".repeat(33);
    let sentence = format!(
        "Value '{long}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 32"
    );
    assert_eq!(
        ask("user/simulated", &format!("Name={long}")),
        violation(&sentence)
    );
    let policy = "x".repeat(2_049);
    let sentence = format!(
        "Value '{policy}' at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048"
    );
    assert_eq!(
        ask("user/simulated", &format!("Name=guest&Policy={policy}")),
        violation(&sentence)
    );
    let tagged = ask(
        "user/simulated",
        "Name=guest&Tags.member.1.Key=a&Tags.member.1.Value=b",
    )
    .expect("allowed");
    assert_eq!(
        elements(&tagged),
        ["Credentials", "FederatedUser", "PackedPolicySize"]
    );
    assert_eq!(world.bearer(&tagged).session.tags[0].value, "b");
}

#[test]
fn a_devices_code_opens_what_asks_for_one_and_a_wrong_one_nothing() {
    let world = with_device();
    let user = world.caller("user/simulated");
    let session = |more: &str| world.call(Operation::GetSessionToken, &user, more);
    let plain = world.bearer(&session("").expect("no code"));
    let strong =
        world.bearer(&session(&format!("{DEVICE}&TokenCode=287082")).expect("the device's code"));
    assert_eq!(
        (plain.session.mfa, strong.session.mfa),
        (Some(false), Some(true))
    );
    let wrong = denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
    let unknown = denied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and \
         associated with this user.",
    );
    assert_eq!(session(&format!("{DEVICE}&TokenCode=000000")), wrong);
    for serial in [
        "GAHT12345678",
        "arn:xyz:iam::123456789012:mfa/phone",
        "arn:aws-cn:iam::123456789012:mfa/phone",
    ] {
        let more = format!("&SerialNumber={serial}&TokenCode=287082");
        assert_eq!(session(&more), unknown, "{more}");
    }
    let one = denied(
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    );
    for more in [DEVICE, "&TokenCode=287082"] {
        assert_eq!(session(more), one, "{more}");
    }
    let sentence = "Value '12345' at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6";
    assert_eq!(
        session(&format!("{DEVICE}&TokenCode=12345")),
        violation(sentence)
    );
    let assume = |caller: &Principal, more: &str| {
        world.call(Operation::AssumeRole, caller, &format!("{MFA_ROLE}{more}"))
    };
    let refusal = denied(
        "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::123456789012:role/mfa",
    );
    assert_eq!(assume(&user, ""), refusal);
    assert_eq!(assume(&plain, ""), refusal);
    assert!(assume(&strong, "").is_ok(), "the session has shown a code");
    // A code is taken once, whatever it is shown for.
    assert_eq!(session(&format!("{DEVICE}&TokenCode=287082")), wrong);
    assert_eq!(assume(&user, &format!("{DEVICE}&TokenCode=287082")), wrong);
    assert_eq!(assume(&user, &format!("{DEVICE}&TokenCode=000000")), wrong);
    let fresh = with_device();
    let code = format!("{MFA_ROLE}{DEVICE}&TokenCode=287082");
    let assumed = fresh.call(
        Operation::AssumeRole,
        &fresh.caller("user/simulated"),
        &code,
    );
    assert!(assumed.is_ok(), "{assumed:?}");
}

#[test]
fn the_global_endpoint_issues_first_version_tokens_unless_the_account_says_otherwise() {
    let begins = |version, is_global, start: &str| {
        let account = AccountSpec {
            global_token_version: version,
            ..AccountSpec::default()
        };
        let spec = EmulatorConfig {
            accounts: vec![account],
            ..EmulatorConfig::default()
        };
        let world = World {
            is_global,
            ..World::of(&spec)
        };
        let body = world
            .call(
                Operation::GetSessionToken,
                &world.caller("user/simulated"),
                "",
            )
            .expect("allowed");
        assert!(
            element(&body, "SessionToken").starts_with(start),
            "{version} {is_global}: {body}"
        );
    };
    begins(1, true, "FwoGZXIvYXdzE");
    begins(2, true, "IQoJb3JpZ2luX2Vj");
    begins(1, false, "IQoJb3JpZ2luX2Vj");
}

#[test]
fn keys_are_unknown_in_regions_that_are_not_enabled_and_in_other_partitions() {
    let find = |spec: &EmulatorConfig, partition: &str, region: &str| {
        let identities = Identities::new(&spec.accounts, &spec.users, &spec.roles);
        let identities = identities.in_partition(partition);
        let now = World::of(spec).now;
        let key = identities.credentials()[0].access_key_id.clone();
        let found = identities.find(&key, None, region, now).map(|_| ());
        let session = Session::plain("123456789012", Identity::Root);
        let issued = identities.issue(
            &session,
            Terms {
                issued: now,
                expiration: now + time::Duration::hours(1),
                region: "eu-west-1",
                version: TokenVersion::V2,
                minimum_token_size: 0,
            },
        );
        let token = Some(issued.session_token.as_bytes());
        let session = identities.find(&issued.access_key_id, token, region, now);
        // Of temporary credentials the same is true.
        assert_eq!(session.map(|_| ()), found, "{partition} {region}");
        found
    };
    let mut spec = EmulatorConfig::default();
    for (partition, region, known) in [
        ("aws", "eu-west-1", true),
        ("aws", "af-south-1", true),
        ("aws", "cn-north-1", false),
        ("aws", "us-gov-west-1", false),
        ("aws-cn", "cn-north-1", true),
        ("aws-cn", "eu-west-1", false),
        ("aws", "of-somebody-else-1", true),
    ] {
        assert_eq!(
            find(&spec, partition, region).is_ok(),
            known,
            "{partition} {region}"
        );
    }
    spec.accounts[0].partition = Some("aws-us-gov".to_owned());
    assert!(find(&spec, "aws", "us-gov-west-1").is_ok());
    assert_eq!(find(&spec, "aws", "eu-west-1"), Err(Refusal::Invalid));
    spec.accounts[0] = AccountSpec {
        enabled_regions: vec!["me-south-1".to_owned()],
        ..AccountSpec::default()
    };
    assert!(find(&spec, "aws", "me-south-1").is_ok());
    assert_eq!(find(&spec, "aws", "af-south-1"), Err(Refusal::Invalid));
}

#[test]
fn where_sts_is_off_nothing_is_issued() {
    let off = vec!["eu-west-1".to_owned()];
    let account = AccountSpec {
        disabled_regions: off,
        enabled_regions: Vec::new(),
        ..AccountSpec::default()
    };
    let spec = EmulatorConfig {
        accounts: vec![account],
        ..EmulatorConfig::default()
    };
    let disabled = |account: &str| {
        let message = format!(
            "STS is not activated in this region for account:{account}. Your account administrator can activate STS in \
             this region using the IAM Console."
        );
        refused(403, "RegionDisabledException", &message)
    };
    let at = |region, is_global, operation, form: &str| {
        let world = World::of(&spec);
        let caller = world.caller("user/simulated");
        let world = World {
            region,
            is_global,
            ..world
        };
        world.call(operation, &caller, form)
    };
    assert_eq!(
        at("eu-west-1", false, Operation::GetSessionToken, ""),
        disabled("123456789012")
    );
    assert!(
        at("eu-west-1", false, Operation::GetCallerIdentity, "").is_ok(),
        "nothing is issued"
    );
    assert!(
        at("eu-west-1", true, Operation::GetSessionToken, "").is_ok(),
        "the global endpoint is not a Region's"
    );
    assert!(at("eu-west-2", false, Operation::GetSessionToken, "").is_ok());
    // In an opt-in Region the role's account must have enabled it too.
    let mut spec = EmulatorConfig::default();
    spec.accounts[1].enabled_regions = vec!["af-south-1".to_owned()];
    let form = "RoleArn=arn:aws:iam::210987654321:role/shared&RoleSessionName=test";
    let at = |region| {
        let world = World {
            region,
            ..World::of(&spec)
        };
        world.call(Operation::AssumeRole, &world.caller("user/simulated"), form)
    };
    assert_eq!(at("me-south-1"), disabled("210987654321"));
    assert!(at("af-south-1").is_ok() && at("eu-west-1").is_ok());
}
