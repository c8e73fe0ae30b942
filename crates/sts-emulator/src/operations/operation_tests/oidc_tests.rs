//! Tokens of the OpenID Connect providers that AWS knows by name: their claims as condition keys, and who trusts them.

use serde_json::{Value, json};

use super::*;
use crate::iam::federation::{OidcProviderSpec, SigningKey};

const CI: &str = "arn:aws:iam::123456789012:role/ci";

/// An emulator with a provider and a role `ci` that trusts somebody, and the key of the provider.
struct Ci {
    key: SigningKey,
    spec: EmulatorConfig,
}

impl Ci {
    /// The provider at `url`, without its scheme, is registered in `account`; the role allows `principal` under `condition`.
    fn new(url: &str, account: &str, principal: &Value, condition: &Value) -> Self {
        let key = SigningKey::p256();
        let mut spec = EmulatorConfig {
            oidc_providers: vec![OidcProviderSpec {
                account: account.to_owned(),
                url: format!("https://{url}"),
                jwks: Some(json!({ "keys": [key.public()] }).to_string()),
                ..OidcProviderSpec::default()
            }],
            ..EmulatorConfig::default()
        };
        let trust = json!({ "Statement": {
            "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition,
        } });
        spec.roles.push(RoleSpec {
            trust: trust.to_string(),
            ..RoleSpec::named("ci")
        });
        Self { key, spec }
    }

    /// As [`Self::new`] in the first account, with trust in the provider's ARN.
    fn registered(url: &str, condition: &Value) -> Self {
        let arn = format!("arn:aws:iam::123456789012:oidc-provider/{url}");
        Self::new(url, "123456789012", &json!({ "Federated": arn }), condition)
    }

    /// What comes of a good token of `issuer` with `claims` beside the standard's.
    fn ask(&self, issuer: &str, claims: &Value) -> Outcome {
        self.sent(&World::of(&self.spec), issuer, claims, "")
    }

    /// As [`Self::ask`], with more parameters.
    fn sent(&self, world: &World, issuer: &str, claims: &Value, more: &str) -> Outcome {
        let now = world.now.unix_timestamp();
        let mut all = json!({
            "iss": issuer, "sub": "somebody", "aud": "sts.amazonaws.com", "iat": now, "exp": now + 300,
        });
        for (name, value) in claims.as_object().expect("claims") {
            all[name] = value.clone();
        }
        let token = self.key.token(&all);
        let form = format!("RoleArn={CI}&RoleSessionName=ci&WebIdentityToken={token}{more}");
        world.ask(Operation::AssumeRoleWithWebIdentity, None, &form)
    }

    fn said(&self) -> String {
        let found = self.spec.mistakes();
        let found: Vec<String> = found.iter().map(|it| it.error.to_string()).collect();
        found.join("\n")
    }
}

fn not_trusted() -> Outcome {
    denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
}

#[test]
fn claims_can_be_asked_for_that_aws_takes_from_the_providers_tokens_and_no_others() {
    let github =
        json!({ "repository_owner_id": "7", "actor": "octocat", "repository": "octo/app" });
    let oracle = "idcs-1f.identity.oraclecloud.com";
    let circle = "oidc.circleci.com/org/1b";
    for (url, key, claims, right) in [
        (
            "token.actions.githubusercontent.com",
            "repository",
            &github,
            "octo/app",
        ),
        (
            "token.actions.githubusercontent.com",
            "repository_owner_id",
            &github,
            "7",
        ),
        (
            "token.actions.githubusercontent.com/octo",
            "actor",
            &github,
            "octocat",
        ),
        ("token.actions.octo.ghe.com", "actor", &github, "octocat"),
        ("github.com/enterprises/octo", "actor", &github, "octocat"),
        // Google's tokens have the number inside a claim, as a number or as a text.
        (
            "accounts.google.com",
            "google/organization_number",
            &json!({ "google": { "organization_number": 42 } }),
            "42",
        ),
        (
            "accounts.google.com",
            "google/organization_number",
            &json!({ "google": { "organization_number": "42" } }),
            "42",
        ),
        (
            "accounts.google.com",
            "google/organization_number",
            &json!({ "google:organization_number": "42" }),
            "42",
        ),
        (
            circle,
            "oidc.circleci.com/project-id",
            &json!({ "oidc.circleci.com/project-id": "p-1" }),
            "p-1",
        ),
        (
            oracle,
            "rpst_id",
            &json!({ "rpst_id": "ocid1.x" }),
            "ocid1.x",
        ),
        (
            "gitlab.com",
            "ref_protected",
            &json!({ "ref_protected": "true" }),
            "true",
        ),
        (
            "gitlab.com",
            "user_login",
            &json!({ "user_login": "ann" }),
            "ann",
        ),
        (
            "agent.buildkite.com",
            "pipeline_slug",
            &json!({ "pipeline_slug": "deploy" }),
            "deploy",
        ),
        (
            "agent.a.buildkite.dev",
            "build_branch",
            &json!({ "build_branch": "main" }),
            "main",
        ),
        (
            "idp.example.com",
            "email",
            &json!({ "email": "ann@example.com" }),
            "ann@example.com",
        ),
    ] {
        let asks = |value: &str| {
            let of_whom =
                json!({ (format!("{url}:{key}")): value, (format!("{url}:sub")): "somebody" });
            Ci::registered(url, &json!({ "StringEquals": of_whom }))
        };
        let issuer = format!("https://{url}");
        let outcome = asks(right).ask(&issuer, claims);
        assert!(outcome.is_ok(), "{url}:{key}: {outcome:?}");
        assert_eq!(
            asks("another").ask(&issuer, claims),
            not_trusted(),
            "{url}:{key}"
        );
        assert_eq!(
            asks(right).ask(&issuer, &json!({})),
            not_trusted(),
            "{url}:{key}"
        );
    }
    // AWS takes no such claim from other providers, so that a fleet file may not ask for one.
    let asks = json!({ "StringEquals": { "idp.example.com:repository": "octo/app" } });
    let said = Ci::registered("idp.example.com", &asks).said();
    assert!(
        said.contains("\"idp.example.com:repository\", never set"),
        "{said}"
    );
}

#[test]
fn a_provider_that_every_account_has_is_trusted_by_its_host() {
    let both = json!({ "Federated": [
        "accounts.google.com", "arn:aws:iam::123456789012:oidc-provider/accounts.google.com",
    ] });
    let google = json!({ "Federated": "accounts.google.com" });
    let cognito = json!({ "Federated": "cognito-identity.amazonaws.com" });
    for (url, principal, account, provider) in [
        (
            "accounts.google.com",
            &google,
            "123456789012",
            "arn:aws:iam::123456789012:oidc-provider/accounts.google.com",
        ),
        (
            "accounts.google.com",
            &google,
            "210987654321",
            "accounts.google.com",
        ),
        (
            "accounts.google.com",
            &both,
            "123456789012",
            "arn:aws:iam::123456789012:oidc-provider/accounts.google.com",
        ),
        (
            "cognito-identity.amazonaws.com",
            &cognito,
            "123456789012",
            "arn:aws:iam::123456789012:oidc-provider/cognito-identity.amazonaws.com",
        ),
    ] {
        let condition =
            |audience: &str| json!({ "StringEquals": { (format!("{url}:aud")): audience } });
        let ask = |audience: &str| {
            let ci = Ci::new(url, account, principal, &condition(audience));
            ci.ask(&format!("https://{url}"), &json!({}))
        };
        let answer = ask("sts.amazonaws.com").expect("trusted");
        assert_eq!(element(&answer, "Provider"), provider);
        assert_eq!(ask("another"), not_trusted());
    }
    // Others are the account's ci.
    let host = json!({ "Federated": "arn:aws:iam::123456789012:oidc-provider/idp.example.com" });
    let elsewhere = Ci::new("idp.example.com", "210987654321", &host, &json!({}));
    assert!(
        elsewhere
            .said()
            .contains("which this emulator does not have")
    );
}

#[test]
fn three_claims_of_a_token_stay_with_the_session_and_others_do_not() {
    let claims = json!({ "email": "a@example.com", "amr": ["mfa"] });
    for (key, value, holds) in [
        ("idp.example.com:sub", "somebody", true),
        ("idp.example.com:sub", "nobody", false),
        ("idp.example.com:aud", "sts.amazonaws.com", true),
        ("idp.example.com:amr", "mfa", true),
        ("idp.example.com:email", "a@example.com", false),
    ] {
        let policy = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "sts:GetAccessKeyInfo", "Resource": "*",
            "Condition": { "ForAnyValue:StringEquals": { (key): value } },
        } })
        .to_string();
        let asks = |policy: &str, world: &World, session: &Principal| {
            let key = "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ";
            let outcome = world.call(Operation::GetAccessKeyInfo, session, key);
            assert_eq!(outcome.is_ok(), holds, "{policy} {outcome:?}");
        };
        let mut ci = Ci::registered("idp.example.com", &json!({}));
        let all = r#"{"Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}"#;
        ci.spec.roles.last_mut().expect("ci").policy = Some(all.to_owned());
        let world = World::of(&ci.spec);
        let more = format!("&Policy={}", policy.replace('"', "%22"));
        let body = ci.sent(&world, "https://idp.example.com", &claims, &more);
        asks("session", &world, &world.bearer(&body.expect("trusted")));
        // The role's own policy likewise, where a fleet file may ask.
        ci.spec.roles.last_mut().expect("ci").policy = Some(policy);
        if key.ends_with("email") {
            let silent = "asks about the condition key \"idp.example.com:email\", never set by this emulator";
            assert!(ci.said().contains(silent), "{}", ci.said());
            continue;
        }
        let world = World::of(&ci.spec);
        let body = ci.sent(&world, "https://idp.example.com", &claims, "");
        asks("role", &world, &world.bearer(&body.expect("trusted")));
    }
}

#[test]
fn nobody_trusts_an_identity_provider_without_naming_it() {
    for anyone in [json!("*"), json!({ "AWS": "*" })] {
        let ci = Ci::new("idp.example.com", "123456789012", &anyone, &json!({}));
        let outcome = ci.ask("https://idp.example.com", &json!({}));
        assert_eq!(outcome, not_trusted(), "{anyone}");
    }
    // What is denied to everybody is denied to whom a provider vouches for.
    let mut ci = Ci::registered("idp.example.com", &json!({}));
    assert!(ci.ask("https://idp.example.com", &json!({})).is_ok());
    let role = ci.spec.roles.last_mut().expect("a role");
    let mut trust: Value = serde_json::from_str(&role.trust).expect("JSON");
    let deny =
        json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity" });
    trust["Statement"] = json!([trust["Statement"], deny]);
    role.trust = trust.to_string();
    assert_eq!(ci.ask("https://idp.example.com", &json!({})), not_trusted());
}

#[test]
fn a_fleet_file_asks_whose_token_it_is_where_anybody_can_have_one() {
    let github = "token.actions.githubusercontent.com";
    let said = Ci::registered(github, &json!({})).said();
    let rule = format!("the condition key \"{github}:sub\" must be asked about");
    assert!(said.contains("trust") && said.contains(&rule), "{said}");
    let open = json!({ "StringLike": { (format!("{github}:sub")): "*" } });
    assert!(Ci::registered(github, &open).said().contains(&rule));
    let closed = json!({ "StringLike": { (format!("{github}:sub")): "repo:octo/*" } });
    assert_eq!(Ci::registered(github, &closed).said(), "");
}
