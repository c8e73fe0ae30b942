//! Tokens that the emulator issues for services of others: GetWebIdentityToken.

use jsonwebtoken::{DecodingKey, Validation, decode, decode_header, jwk::JwkSet};

use super::*;

const AUDIENCE: &str = "https://api.example.com";

#[test]
fn a_caller_gets_a_token_that_others_can_verify() {
    let world = world();
    let user = world.caller("user/simulated");
    for algorithm in ["RS256", "ES384"] {
        let parameters = [
            ("Audience.member.1", AUDIENCE),
            ("SigningAlgorithm", algorithm),
            ("Tags.member.1.Key", "job"),
            ("Tags.member.1.Value", "42"),
        ];
        let answer = world.token(&user, &parameters).expect("allowed");
        assert_eq!(elements(&answer), ["WebIdentityToken", "Expiration"]);
        assert_eq!(element(&answer, "Expiration"), "2027-01-15T08:05:10Z");
        let token = element(&answer, "WebIdentityToken");
        let header = decode_header(token).expect("a token");
        let keys: JwkSet =
            serde_json::from_str(&world.providers.outbound.jwks()).expect("a key set");
        let key = keys.find(&header.kid.expect("named")).expect("published");
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[AUDIENCE]);
        // The emulator's clock stands in 2027.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(key).expect("usable");
        let claims = decode::<Value>(token, &key, &validation)
            .expect("verified by jsonwebtoken")
            .claims;
        assert_eq!(claims["sub"], "arn:aws:iam::123456789012:user/simulated");
        assert_eq!(claims["exp"], json!(1_800_000_310));
        assert_eq!(
            claims["https://sts.amazonaws.com/"]["request_tags"],
            json!({ "job": "42" })
        );
    }
}

#[test]
fn tokens_are_refused_to_those_who_may_not_have_them() {
    let world = world();
    let ask = |caller: &Principal, more: &[(&str, &str)]| {
        let parameters = [
            ("Audience.member.1", AUDIENCE),
            ("SigningAlgorithm", "ES384"),
        ];
        world.token(caller, &[&parameters[..], more].concat())
    };
    let code = |outcome: Outcome| {
        outcome
            .map_err(|(status, code, _)| (status, code))
            .expect_err("refused")
    };
    let fault = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(
        code(ask(&world.caller("user/unprivileged"), &[])),
        fault(403, "AccessDenied")
    );
    let short = Principal {
        expires: Some(at(300)),
        ..world.caller("user/simulated")
    };
    assert_eq!(
        code(ask(&short, &[])),
        fault(403, "SessionDurationEscalationException")
    );
    ask(&short, &[("DurationSeconds", "290")]).expect("as long as the session");
    let many: Vec<(String, String)> = (1..=50)
        .flat_map(|n| {
            [
                (format!("Tags.member.{n}.Key"), format!("key-{n}")),
                (format!("Tags.member.{n}.Value"), "v".repeat(256)),
            ]
        })
        .collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        code(ask(&world.caller("user/simulated"), &many)),
        fault(400, "JWTPayloadSizeExceededException")
    );
    let root = Session::plain("123456789012", Identity::Root);
    let root = Principal {
        session: root,
        ..world.caller("user/simulated")
    };
    ask(&root, &[]).expect("allowed while it is switched on");
    let account = AccountSpec {
        outbound_federation: false,
        ..AccountSpec::default()
    };
    let without = World::of(&EmulatorConfig {
        accounts: vec![account],
        ..EmulatorConfig::default()
    });
    let parameters = [
        ("Audience.member.1", AUDIENCE),
        ("SigningAlgorithm", "ES384"),
    ];
    let disabled = fault(403, "OutboundWebIdentityFederationDisabledException");
    assert_eq!(
        code(without.token(&without.caller("user/simulated"), &parameters)),
        disabled
    );
}

#[test]
fn a_tokens_parameters_have_the_models_bounds() {
    let world = world();
    let user = world.caller("user/simulated");
    let message = |parameters: &[(&str, &str)]| {
        let (status, code, message) = world.token(&user, parameters).expect_err("out of bounds");
        assert_eq!((status, code.as_str()), (400, "ValidationError"));
        message
    };
    let good = [
        ("Audience.member.1", AUDIENCE),
        ("SigningAlgorithm", "ES384"),
    ];
    let with = |more: (&'static str, &'static str)| message(&[&good[..], &[more]].concat());
    assert!(message(&[]).starts_with("2 validation errors detected: Value null at 'audience'"));
    let enumeration = "Value 'HS256' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: \
                       [ES384, RS256]";
    assert!(message(&[good[0], ("SigningAlgorithm", "HS256")]).ends_with(enumeration));
    for (name, bound) in [
        ("RS2566", "less than or equal to 5"),
        ("none", "greater than or equal to 5"),
        ("", "greater than or equal to 5"),
    ] {
        let length = format!(
            "1 validation error detected: Value '{name}' at 'signingAlgorithm' failed to satisfy constraint: Member must have \
             length {bound}"
        );
        assert_eq!(message(&[good[0], ("SigningAlgorithm", name)]), length);
    }
    assert!(with(("DurationSeconds", "59")).contains("greater than or equal to 60"));
    assert!(with(("DurationSeconds", "3601")).contains("less than or equal to 3600"));
    assert!(with(("Audience.member.2", "")).contains("'audience.2.member'"));
    let names: Vec<String> = (1..=11).map(|n| format!("Audience.member.{n}")).collect();
    let eleven: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), "a"))
        .chain([good[1]])
        .collect();
    assert!(message(&eleven).contains("length less than or equal to 10"));
}
