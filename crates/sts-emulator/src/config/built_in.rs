//! The accounts, users and roles of an emulator whose file names none: enough to see every operation succeed and fail.
//!
//! All of it is fake, the seed of the MFA device included; `stsbench emulate --print-fleet` shows it as a fleet file.

use crate::iam::federation::{OidcProviderSpec, SamlProviderSpec};
use crate::iam::identities::{
    AccountSpec, FIRST_ACCOUNT, MfaSpec, RoleSpec, UserSpec, allowing, trust,
};

/// The first user's account, and another of the same organisation.
pub(crate) fn accounts() -> Vec<AccountSpec> {
    [FIRST_ACCOUNT, SECOND_ACCOUNT]
        .map(|id| AccountSpec {
            id: id.to_owned(),
            ..AccountSpec::default()
        })
        .into()
}

/// `simulated`, who may do everything of STS; `unprivileged`, who may do nothing that needs a permission; a neighbour in the
/// second account.
pub(crate) fn users() -> Vec<UserSpec> {
    let all_of_sts = Some(allowing("sts:*"));
    vec![
        UserSpec {
            policy: all_of_sts.clone(),
            mfa: vec![MfaSpec {
                name: "simulated".to_owned(),
                seed: FAKE_SEED.to_owned(),
            }],
            ..UserSpec::default()
        },
        UserSpec {
            name: "unprivileged".to_owned(),
            ..UserSpec::default()
        },
        UserSpec {
            account: SECOND_ACCOUNT.to_owned(),
            name: "neighbour".to_owned(),
            path: "/partners/".to_owned(),
            policy: all_of_sts,
            ..UserSpec::default()
        },
    ]
}

/// Roles that trust the first account, each with another condition.
pub(crate) fn roles() -> Vec<RoleSpec> {
    let first = format!("arn:aws:iam::{FIRST_ACCOUNT}:root");
    let role = |name: &str, condition: &str| RoleSpec {
        name: name.to_owned(),
        trust: trust(&first, condition),
        policy: Some(allowing("sts:*")),
        max_session_duration: 43_200,
        ..RoleSpec::default()
    };
    vec![
        role("simulated", ""),
        role(
            "external",
            r#", "Condition": {"StringEquals": {"sts:ExternalId": "simulated-external-id"}}"#,
        ),
        role(
            "mfa",
            r#", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#,
        ),
        RoleSpec {
            trust: trust(&format!("arn:aws:iam::{FIRST_ACCOUNT}:role/simulated"), ""),
            path: "/chain/".to_owned(),
            ..role("chained", "")
        },
        RoleSpec {
            account: SECOND_ACCOUNT.to_owned(),
            ..role("shared", "")
        },
        RoleSpec {
            trust: federated_trust(),
            ..role("federated", "")
        },
    ]
}

/// The emulator's own OpenID Connect provider, whose key is made at start.
pub(crate) fn oidc_providers() -> Vec<OidcProviderSpec> {
    if cfg!(feature = "federation") {
        vec![OidcProviderSpec::default()]
    } else {
        Vec::new()
    }
}

/// The emulator's own SAML provider, whose key is made at start. Its announced response lasts for a run.
pub(crate) fn saml_providers() -> Vec<SamlProviderSpec> {
    let built_in = SamlProviderSpec {
        redeem_within_seconds: 43_200,
        ..SamlProviderSpec::default()
    };
    if cfg!(feature = "federation") {
        vec![built_in]
    } else {
        Vec::new()
    }
}

/// Trust in whom the emulator's own two providers vouch for.
fn federated_trust() -> String {
    let statement = |provider: &str, action: &str, key: &str, value: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {{"Federated": "arn:aws:iam::{FIRST_ACCOUNT}:{provider}"}}, "Action": ["{action}", "sts:TagSession", "sts:SetSourceIdentity"], "Condition": {{"StringEquals": {{"{key}": "{value}"}}}}}}"#
        )
    };
    let web = statement(
        "oidc-provider/identity.stsbench.invalid",
        "sts:AssumeRoleWithWebIdentity",
        "identity.stsbench.invalid:aud",
        "sts.amazonaws.com",
    );
    let saml = statement(
        "saml-provider/stsbench",
        "sts:AssumeRoleWithSAML",
        "SAML:aud",
        "https://signin.aws.amazon.com/saml",
    );
    format!(r#"{{"Version": "2012-10-17", "Statement": [{web}, {saml}]}}"#)
}

const SECOND_ACCOUNT: &str = "210987654321";
/// Base32 of `NOT-A-SECRET-SEED-20`.
const FAKE_SEED: &str = "JZHVILKBFVJUKQ2SIVKC2U2FIVCC2MRQ";

#[cfg(test)]
mod tests {
    use crate::config::emulator_config::EmulatorConfig;

    #[test]
    fn the_built_in_configuration_is_right_and_survives_its_file_form() {
        let spec = EmulatorConfig::default();
        assert!(spec.mistakes().is_empty(), "{:?}", spec.mistakes());
        let text = toml::to_string(&spec).expect("a spec is plain data");
        assert_eq!(
            toml::from_str::<EmulatorConfig>(&text).expect("its own form"),
            spec
        );
    }
}
