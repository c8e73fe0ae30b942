//! What credentials of GetSessionToken and GetFederationToken may call: what the service model lists, and nothing else.

use super::*;

const ALL_OF_STS: &str = "Policy=%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";

/// The built-in configuration with a key of the first account's root.
fn world() -> World {
    let mut spec = EmulatorConfig::default();
    spec.accounts[0].root_access_key = true;
    World::of(&spec)
}

/// Whether `caller` is refused each operation for lack of permission, with the messages of those refusals.
fn refusals(world: &World, caller: &Principal) -> Vec<(Operation, String)> {
    let ready = ready_made(world.inquiry(Parameters::none()));
    let encoded = |value: &str| value.replace('+', "%2B").replace('=', "%3D");
    let trade_in = &ready[&Operation::GetDelegatedAccessToken]["trade-in-token"];
    let calls = [
        (
            Operation::AssumeRole,
            "RoleArn=arn:aws:iam::123456789012:role/simulated&RoleSessionName=step".to_owned(),
        ),
        (
            Operation::DecodeAuthorizationMessage,
            "EncodedMessage=x".to_owned(),
        ),
        (
            Operation::GetAccessKeyInfo,
            "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ".to_owned(),
        ),
        (Operation::GetCallerIdentity, String::new()),
        (
            Operation::GetDelegatedAccessToken,
            format!("TradeInToken={}", encoded(trade_in)),
        ),
        (
            Operation::GetScopedCredentials,
            "DurationSeconds=60".to_owned(),
        ),
        (
            Operation::GetWebIdentityToken,
            "Audience.member.1=a&SigningAlgorithm=RS256&Tags.member.1.Key=k&Tags.member.1.Value=v"
                .to_owned(),
        ),
    ];
    let refused = calls.into_iter().filter_map(|(operation, form)| {
        match world.call(operation, caller, &form) {
            Err((403, code, message)) if code == "AccessDenied" => Some((operation, message)),
            _ => None,
        }
    });
    refused.collect()
}

#[test]
fn sessions_of_get_session_token_call_what_the_model_lists_roots_too() {
    let world = world();
    for (who, more) in [
        ("user/simulated", None),
        // AWS lets root assume no role.
        (":root", Some(Operation::AssumeRole)),
    ] {
        let caller = world.caller(who);
        let body = world.call(Operation::GetSessionToken, &caller, "");
        let session = world.bearer(&body.expect("allowed"));
        let found = refusals(&world, &session);
        let mut expected = vec![
            Operation::DecodeAuthorizationMessage,
            Operation::GetAccessKeyInfo,
        ];
        expected.splice(..0, more);
        let operations: Vec<_> = found.iter().map(|(operation, _)| *operation).collect();
        assert_eq!(operations, expected, "{who}");
        // Its policy allows them, so that it is not the reason.
        for (operation, message) in found {
            assert!(!message.contains("because"), "{operation}: {message}");
        }
    }
}

#[test]
fn sessions_of_get_federation_token_call_what_the_model_lists_if_a_policy_allows_it() {
    let world = world();
    let not_listed = [
        Operation::AssumeRole,
        Operation::DecodeAuthorizationMessage,
        Operation::GetAccessKeyInfo,
        Operation::GetWebIdentityToken,
    ];
    for who in ["user/simulated", ":root"] {
        let caller = world.caller(who);
        let session = |form: &str| {
            let body = world.call(Operation::GetFederationToken, &caller, form);
            world.bearer(&body.expect("allowed"))
        };
        let named = |found: Vec<(Operation, String)>| -> Vec<Operation> {
            found.into_iter().map(|(operation, _)| operation).collect()
        };
        let with_policy = session(&format!("Name=bob&{ALL_OF_STS}"));
        assert_eq!(named(refusals(&world, &with_policy)), not_listed, "{who}");
        // Without a policy it has no permissions.
        let found = refusals(&world, &session("Name=bob"));
        let scoped = found
            .iter()
            .find(|(operation, _)| *operation == Operation::GetScopedCredentials);
        let (_, message) = scoped.expect("refused");
        let reason = "because no session policy allows the sts:GetScopedCredentials action";
        assert!(message.ends_with(reason), "{message}");
        assert_eq!(named(found).len(), not_listed.len() + 2, "{who}");
    }
}
