//! GetScopedCredentials: the same session with less.

use super::*;

const ROLE: &str = "arn:aws:iam::123456789012:role/simulated";
const ONLY_KEYS: &str = "Policy=%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22sts%3AGetAccessKeyInfo%22%2C%22sts%3AGetScopedCredentials%22%5D%2C%22Resource%22%3A%22%2A%22%7D%7D";

fn scoped(world: &World, caller: &Principal, form: &str) -> Outcome {
    world.call(Operation::GetScopedCredentials, caller, form)
}

fn code(outcome: Outcome) -> (u16, String) {
    let (status, code, _) = outcome.expect_err("refused");
    (status, code)
}

#[test]
fn the_session_stays_the_same_and_may_do_less() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let session = world.assumed(
        &user,
        ROLE,
        "&SourceIdentity=anna&Tags.member.1.Key=a&Tags.member.1.Value=b",
    );
    let form = format!("{ONLY_KEYS}&DurationSeconds=60&ScopedSessionDescription=for+a+test");
    let body = scoped(&world, &session, &form).expect("allowed");
    assert_eq!(
        elements(&body),
        [
            "Credentials",
            "SessionInfo",
            "ScopedPoliciesCount",
            "SourceIdentity"
        ]
    );
    assert_eq!(
        element(&body, "Arn"),
        "arn:aws:sts::123456789012:assumed-role/simulated/step"
    );
    assert_eq!(element(&body, "ScopedSessionId"), session.user_id());
    assert_eq!(element(&body, "ScopedPoliciesCount"), "1");
    assert_eq!(element(&body, "SourceIdentity"), "anna");
    assert_eq!(element(&body, "Expiration"), "2027-01-15T08:01:00Z");
    let narrow = world.bearer(&body);
    assert_eq!(narrow.session.tags, session.session.tags);
    let key = "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ";
    assert!(
        world
            .call(Operation::GetAccessKeyInfo, &narrow, key)
            .is_ok()
    );
    let message = "EncodedMessage=x";
    let (status, code, _) = world
        .call(Operation::DecodeAuthorizationMessage, &narrow, message)
        .expect_err("outside the policy");
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    let before = world
        .call(Operation::DecodeAuthorizationMessage, &session, message)
        .expect_err("no message");
    assert_eq!(before.1, "InvalidAuthorizationMessageException");
}

#[test]
fn three_policies_are_the_most_and_a_duration_adds_none() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let mut session = world.assumed(&user, ROLE, "");
    for layer in 1..=3 {
        let body = scoped(&world, &session, ONLY_KEYS).expect("allowed");
        assert_eq!(element(&body, "ScopedPoliciesCount"), layer.to_string());
        session = world.bearer(&body);
    }
    assert_eq!(
        code(scoped(&world, &session, ONLY_KEYS)),
        (403, "AccessDenied".to_owned())
    );
    let body = scoped(&world, &session, "DurationSeconds=1").expect("no policy");
    assert_eq!(element(&body, "ScopedPoliciesCount"), "3");
}

#[test]
fn it_ends_no_later_than_the_session_and_with_it_unless_asked() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let session = world.assumed(&user, ROLE, "&DurationSeconds=900");
    let body = scoped(&world, &session, ONLY_KEYS).expect("allowed");
    assert_eq!(element(&body, "Expiration"), "2027-01-15T08:15:00Z");
    assert!(scoped(&world, &session, "DurationSeconds=900").is_ok());
    assert_eq!(
        code(scoped(&world, &session, "DurationSeconds=901")),
        (400, "InsufficientSessionLifetime".to_owned())
    );
}

#[test]
fn who_may_not_and_what_is_nonsense() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    assert_eq!(
        code(scoped(&world, &user, "DurationSeconds=900")),
        (400, "InvalidSubjectCredentials".to_owned())
    );
    let of_user = world
        .call(Operation::GetSessionToken, &user, "")
        .expect("a session");
    let of_user = world.bearer(&of_user);
    assert!(scoped(&world, &of_user, "DurationSeconds=900").is_ok());
    let federated = world.call(Operation::GetFederationToken, &user, "Name=anna");
    let federated = world.bearer(&federated.expect("a session"));
    assert_eq!(
        code(scoped(&world, &federated, "DurationSeconds=900")),
        (403, "AccessDenied".to_owned())
    );
    let session = world.assumed(&user, ROLE, "");
    for (form, expected) in [
        ("", (400, "ValidationError")),
        (
            "ScopedSessionDescription=no+policy",
            (400, "ValidationError"),
        ),
        ("DurationSeconds=0", (400, "ValidationError")),
        ("DurationSeconds=129601", (400, "ValidationError")),
        ("DurationSeconds=soon", (400, "MalformedInput")),
        ("Policy=%7B", (400, "MalformedPolicyDocument")),
        (
            "DurationSeconds=60&ScopedSessionDescription=x",
            (400, "ValidationError"),
        ),
        (
            "DurationSeconds=60&ScopedSessionDescription=%E4%B8%80%E4%B8%80",
            (400, "ValidationError"),
        ),
        (
            "DurationSeconds=60&MinimumSessionTokenSize=4097",
            (400, "ValidationError"),
        ),
    ] {
        let expected = (expected.0, expected.1.to_owned());
        assert_eq!(code(scoped(&world, &session, form)), expected, "{form}");
    }
    let long = format!("Policy={}", "a".repeat(2_049));
    assert_eq!(code(scoped(&world, &session, &long)).1, "ValidationError");
}

#[test]
fn the_global_endpoint_has_it_not() {
    let fault = operation_named("GetScopedCredentials", Some("2011-06-15"), true);
    assert_eq!(fault.expect_err("regional").status, 400);
}
