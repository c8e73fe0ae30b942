//! Tokens made by PyJWT (tests/data/jwt), judged at fixed times.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::iam::federation::identity::SessionTags;

const TOKENS: &str = include_str!("../../../tests/data/jwt/tokens.json");
const KEYS: &str = include_str!("../../../tests/data/jwt/jwks.json");
const NOW: i64 = 1_800_000_000;

fn provider(state: ProviderState) -> OidcProvider {
    let ids = ["another-client".to_owned(), "sts.amazonaws.com".to_owned()];
    OidcProvider::new("https://idp.example.com/tenant", &ids, KEYS, state)
        .expect("the keys are PyJWT's")
}

fn token(name: &str) -> String {
    let tokens: BTreeMap<String, String> = serde_json::from_str(TOKENS).expect("the file is JSON");
    tokens.get(name).expect(name).clone()
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW + seconds).expect("an instant of 2027")
}

fn judged(name: &str) -> Result<WebIdentity, Rejection> {
    provider(ProviderState::Serving).verify(&token(name), at(10))
}

#[track_caller]
fn refused(name: &str, message: &str) {
    let rejection = judged(name).expect_err(name);
    assert_eq!(rejection.to_string(), message, "{name}");
    assert_eq!(
        rejection.fault().code.as_str(),
        "InvalidIdentityToken",
        "{name}"
    );
}

#[test]
fn genuine_tokens_of_every_algorithm_say_who_it_is() {
    for name in ["rs256", "rs384", "rs512", "es256", "es384"] {
        let identity = judged(name).expect(name);
        assert_eq!(identity.issuer, "https://idp.example.com/tenant");
        assert_eq!(
            (identity.subject.as_str(), identity.audience.as_str()),
            ("somebody", "sts.amazonaws.com")
        );
        assert_eq!(
            (identity.source_identity, identity.session_tags),
            (None, SessionTags::default())
        );
        assert_eq!(issuer_of(&token(name)).expect(name), identity.issuer);
    }
}

#[test]
fn algorithms_that_prove_nothing_or_are_not_stss_are_refused() {
    let message = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
    for name in ["hs256", "none", "ps256", "critical"] {
        refused(name, message);
    }
    for text in [
        "",
        "....",
        "abc",
        "a.b.c",
        "e30.e30.e30",
        &"a".repeat(20_001),
    ] {
        let rejection = provider(ProviderState::Serving)
            .verify(text, at(0))
            .expect_err(text);
        assert_eq!(rejection.to_string(), message);
        assert!(issuer_of(text).is_err());
    }
}

#[test]
fn only_the_registered_key_of_that_name_counts() {
    let message = "Couldn't retrieve verification key from your identity provider,  please reference \
                   AssumeRoleWithWebIdentity documentation for requirements";
    refused("unknown-kid", message);
    refused("encryption-key", message);
    refused(
        "stranger",
        "The web identity token that was passed could not be validated by AWS.",
    );
    // Only one key signs by RS256 and one by ES256, so that a token need not name it.
    judged("no-kid").expect("one key fits");
    judged("no-kid-es256").expect("one key fits");
    let mut keys: Value = serde_json::from_str(KEYS).expect("JSON");
    let list = keys["keys"].as_array_mut().expect("a list");
    let twin = list[0].clone();
    list.push(twin);
    let ids = ["sts.amazonaws.com".to_owned()];
    let twins = OidcProvider::new(
        "https://idp.example.com/tenant",
        &ids,
        &keys.to_string(),
        ProviderState::Serving,
    );
    let rejection = twins
        .expect("two keys")
        .verify(&token("no-kid"), at(0))
        .expect_err("either could have signed");
    assert_eq!(rejection.to_string(), message);
}

#[test]
fn claims_that_sts_needs_are_missed_by_name() {
    for claim in ["sub", "aud", "exp", "iat", "iss"] {
        refused(
            &format!("no-{claim}"),
            &format!("Missing a required claim: {claim}"),
        );
    }
    assert_eq!(issuer_of(&token("no-iss")), Err(missing("iss")));
}

#[test]
fn a_token_is_for_a_registered_client_of_its_own_provider() {
    refused("other-audience", "Incorrect token audience");
    refused("other-authorized-party", "Incorrect token audience");
    let issuer = "https://elsewhere.example.com";
    refused(
        "other-issuer",
        &format!("No OpenIDConnect provider found in your account for {issuer}"),
    );
    assert_eq!(
        judged("audiences").expect("one of two").audience,
        "sts.amazonaws.com"
    );
    let identity = judged("authorized-party").expect("azp is registered");
    assert_eq!(identity.audience, "sts.amazonaws.com");
    assert_eq!(identity.original_audience.as_deref(), Some("somebody-else"));
}

#[test]
fn a_token_lives_from_its_first_second_to_its_last() {
    let provider = provider(ProviderState::Serving);
    let token = token("rs256");
    provider
        .verify(&token, at(3599))
        .expect("one second is left");
    let rejection = provider
        .verify(&token, at(3600))
        .expect_err("exp is the first second after");
    let message = "Token expired: current date/time 1800003600 must be before the expiration date/time 1800003600";
    assert_eq!(
        (
            rejection.fault().code.as_str(),
            rejection.to_string().as_str()
        ),
        ("ExpiredTokenException", message)
    );
    provider
        .verify(&token, at(-300))
        .expect("clocks may differ by five minutes");
    provider.verify(&token, at(-301)).expect_err("not yet");
    let unready = "The web identity token that was passed could not be validated by AWS.";
    refused("not-yet", unready);
    refused("fractional", unready);
}

#[test]
fn tags_and_source_identity_are_read_in_both_forms() {
    let tags = |tags: &[(&str, &str)]| {
        tags.iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect::<Vec<_>>()
    };
    let nested = judged("tags").expect("nested").session_tags;
    assert_eq!(
        nested.tags,
        tags(&[("Project", "Automation"), ("Team", "Blue")])
    );
    assert_eq!(nested.transitive_keys, ["Project"]);
    let flat = judged("flat-tags").expect("flat").session_tags;
    assert_eq!(
        (flat.tags, flat.transitive_keys),
        (
            tags(&[("Project", "Automation")]),
            vec!["Project".to_owned()]
        )
    );
    assert_eq!(
        judged("source-identity")
            .expect("named")
            .source_identity
            .as_deref(),
        Some("admin")
    );
}

#[test]
fn a_provider_can_be_out_of_reach_or_take_its_word_back() {
    for (state, code) in [
        (ProviderState::Unreachable, "IDPCommunicationError"),
        (ProviderState::Rejecting, "IDPRejectedClaim"),
    ] {
        let rejection = provider(state)
            .verify(&token("rs256"), at(0))
            .expect_err(code);
        assert_eq!(rejection.fault().code.as_str(), code);
    }
}

#[test]
fn key_sets_are_checked_when_they_are_registered() {
    for (jwks, complaint) in [
        ("{}", "must be a JSON Web Key Set: missing field `keys`"),
        ("{\"keys\": []}", "must hold 1 to 100 keys"),
        ("nonsense", "must be a JSON Web Key Set: expected ident"),
    ] {
        let error = OidcProvider::new("https://x", &[], jwks, ProviderState::Serving)
            .expect_err(jwks)
            .to_string();
        assert!(error.starts_with(complaint), "{error}");
    }
}

#[test]
fn every_altered_character_is_noticed() {
    let (provider, whole) = (provider(ProviderState::Serving), token("es256"));
    // The last character of each part holds bits that no byte takes up, which the strict decoder refuses as well.
    for position in 0..whole.len() {
        let mut altered = whole.clone().into_bytes();
        altered[position] = if altered[position] == b'A' {
            b'B'
        } else {
            b'A'
        };
        let altered = String::from_utf8(altered).expect("ASCII");
        assert!(
            provider.verify(&altered, at(0)).is_err(),
            "character {position}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,300}") {
        prop_assert!(provider(ProviderState::Serving).verify(&text, at(0)).is_err());
        let _ = issuer_of(&text);
    }
}
