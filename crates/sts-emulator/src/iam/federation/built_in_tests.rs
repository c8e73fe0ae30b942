//! Tokens and responses of the emulator's own providers, verified by the emulator.

use super::*;
use crate::iam::federation::providers::IdentityProviders;
use crate::iam::federation::spec::{OidcProviderSpec, SamlProviderSpec};

fn at(hours: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("an instant of 2027")
        + Duration::hours(hours)
}

fn providers() -> IdentityProviders {
    let saml = SamlProviderSpec {
        redeem_within_seconds: 43_200,
        ..SamlProviderSpec::default()
    };
    IdentityProviders::new(&[OidcProviderSpec::default()], &[saml])
}

#[test]
fn its_own_token_is_good_for_a_whole_run() {
    let providers = providers();
    let token = providers.own_token(at(0)).expect("a provider of its own");
    let verify = |account, hours| providers.web_identity(account, &token, None, at(hours));
    for hours in [0, 11] {
        let identity = verify("123456789012", hours).expect("genuine");
        assert_eq!(
            (identity.subject.as_str(), identity.audience.as_str()),
            ("simulated", "sts.amazonaws.com")
        );
    }
    verify("123456789012", 12).expect_err("over");
    let other = crate::iam::federation::built_in::tests::providers();
    other
        .web_identity("123456789012", &token, None, at(0))
        .expect_err("another fleet's key");
    let rejection = verify("210987654321", 0)
        .expect_err("another account")
        .to_string();
    let message =
        "No OpenIDConnect provider found in your account for https://identity.stsbench.invalid";
    assert_eq!(rejection, message);
    providers
        .web_identity("123456789012", &token, Some("graph.facebook.com"), at(0))
        .expect_err("an access token");
}

#[test]
fn its_own_response_is_good_for_a_whole_run() {
    let providers = providers();
    let role = "arn:aws:iam::123456789012:role/a";
    let (response, arn) = providers
        .own_response(role, "aws", at(0))
        .expect("a provider of its own");
    assert_eq!(arn, "arn:aws:iam::123456789012:saml-provider/stsbench");
    for hours in [0, 11] {
        let identity = providers.saml(&arn, &response, at(hours)).expect("genuine");
        assert_eq!(
            (identity.account.as_str(), identity.provider_name.as_str()),
            ("123456789012", "stsbench")
        );
        assert_eq!(identity.roles, [(role.to_owned(), arn.clone())]);
        assert_eq!(
            (
                identity.subject_type.as_str(),
                identity.role_session_name.as_str()
            ),
            ("persistent", "simulated")
        );
        assert_eq!(identity.session_ends, None);
    }
    providers.saml(&arn, &response, at(12)).expect_err("over");
    for arn in [
        "",
        "arn:aws:iam::123456789012:saml-provider/x",
        "arn:aws:iam::210987654321:saml-provider/stsbench",
    ] {
        let rejection = providers
            .saml(arn, &response, at(0))
            .expect_err(arn)
            .to_string();
        assert!(
            rejection.starts_with("Specified provider doesn't exist (Service: "),
            "{rejection}"
        );
    }
}
