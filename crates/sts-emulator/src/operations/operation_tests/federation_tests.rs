//! The operations of identity providers with tokens that PyJWT made and responses that signxml signed, asked without a socket.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;
use crate::iam::federation::{
    OidcProviderSpec, ProviderState, SamlProviderSpec, SigningKey, oidc_complaints, saml_complaints,
};
use crate::iam::identities::{FederationKind, Identity, Session};

const TOKENS: &str = include_str!("../../../tests/data/jwt/tokens.json");
const KEYS: &str = include_str!("../../../tests/data/jwt/jwks.json");
const CERTIFICATE: &str = include_str!("../../../tests/data/saml/certificate.pem");
const RESPONSE: &str = include_str!("../../../tests/data/saml/assertion.xml");
const ROLE: &str = "arn:aws:iam::123456789012:role/federated";
const SAML: &str = "arn:aws:iam::123456789012:saml-provider/example";

/// A statement that lets `provider` do `actions` when `key` is `value`.
fn statement(provider: &str, actions: &[&str], key: &str, value: &str) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::123456789012:{provider}") },
        "Action": actions,
        "Condition": { "StringEquals": { (key): value } },
    })
}

fn spec() -> EmulatorConfig {
    let (oidc, saml) = (
        "oidc-provider/idp.example.com/tenant",
        "saml-provider/example",
    );
    let more = ["sts:TagSession", "sts:SetSourceIdentity"];
    let all = |action| [&[action], &more[..]].concat();
    let (web, response) = ("sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML");
    let (sub, aud) = ("idp.example.com/tenant:sub", "SAML:aud");
    let sign_in = "https://signin.aws.amazon.com/saml";
    let role = |name: &str, statements: Value| RoleSpec {
        name: name.to_owned(),
        trust: json!({ "Version": "2012-10-17", "Statement": statements }).to_string(),
        ..RoleSpec::default()
    };
    let roles = [
        role(
            "federated",
            json!([
                statement(oidc, &all(web), sub, "somebody"),
                statement(saml, &all(response), aud, sign_in)
            ]),
        ),
        // Without the right to tags and source identity.
        role(
            "other",
            json!([
                statement(oidc, &[web], sub, "somebody"),
                statement(saml, &[response], aud, sign_in)
            ]),
        ),
        role(
            "strange",
            json!([
                statement(oidc, &all(web), sub, "nobody"),
                statement(saml, &all(response), aud, "x")
            ]),
        ),
        role(
            "tagged",
            json!([statement(
                oidc,
                &all(web),
                "aws:RequestTag/Project",
                "Automation"
            )]),
        ),
    ];
    let policy = Some(
        r#"{"Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}"#.to_owned(),
    );
    let users = [
        UserSpec {
            policy,
            ..UserSpec::default()
        },
        UserSpec {
            name: "unprivileged".to_owned(),
            ..UserSpec::default()
        },
    ];
    let web = OidcProviderSpec {
        url: "https://idp.example.com/tenant".to_owned(),
        jwks: Some(KEYS.to_owned()),
        ..OidcProviderSpec::default()
    };
    let saml = SamlProviderSpec {
        name: "example".to_owned(),
        certificate: Some(CERTIFICATE.to_owned()),
        issuer: Some("https://idp.example.com/saml".to_owned()),
        ..SamlProviderSpec::default()
    };
    EmulatorConfig {
        accounts: Vec::new(),
        users: users.into(),
        roles: roles.into(),
        oidc_providers: vec![web],
        saml_providers: vec![saml],
        ..EmulatorConfig::default()
    }
}

fn world() -> World {
    World {
        now: at(10),
        ..World::of(&spec())
    }
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000 + seconds).expect("an instant of 2027")
}

fn form(parameters: &[(&str, &str)]) -> String {
    let encoded = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let pairs = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

impl World {
    fn web(&self, parameters: &[(&str, &str)]) -> Outcome {
        self.ask(
            Operation::AssumeRoleWithWebIdentity,
            None,
            &form(parameters),
        )
    }

    fn saml(&self, parameters: &[(&str, &str)]) -> Outcome {
        self.ask(Operation::AssumeRoleWithSaml, None, &form(parameters))
    }

    fn token(&self, caller: &Principal, parameters: &[(&str, &str)]) -> Outcome {
        self.ask(
            Operation::GetWebIdentityToken,
            Some(caller),
            &form(parameters),
        )
    }
}

fn token(name: &str) -> String {
    let tokens: BTreeMap<String, String> = serde_json::from_str(TOKENS).expect("JSON");
    tokens.get(name).expect(name).clone()
}

#[test]
fn a_web_identity_becomes_a_roles_session() {
    let (world, token) = (world(), token("rs256"));
    let parameters = [
        ("RoleArn", ROLE),
        ("RoleSessionName", "me@work"),
        ("WebIdentityToken", &token),
    ];
    let answer = world.web(&parameters).expect("trusted");
    assert!(
        answer.starts_with("<AssumeRoleWithWebIdentityResponse xmlns="),
        "{answer}"
    );
    let expected = [
        "Audience",
        "AssumedRoleUser",
        "Provider",
        "Credentials",
        "SubjectFromWebIdentityToken",
    ];
    assert_eq!(elements(&answer), expected);
    assert_eq!(element(&answer, "Audience"), "sts.amazonaws.com");
    assert_eq!(
        element(&answer, "Provider"),
        "arn:aws:iam::123456789012:oidc-provider/idp.example.com/tenant"
    );
    assert_eq!(element(&answer, "SubjectFromWebIdentityToken"), "somebody");
    assert_eq!(
        element(&answer, "Arn"),
        "arn:aws:sts::123456789012:assumed-role/federated/me@work"
    );
    assert_eq!(element(&answer, "Expiration"), "2027-01-15T09:00:10Z");
    let federation = world
        .bearer(&answer)
        .session
        .federation
        .expect("remembered");
    assert_eq!(
        (federation.kind, federation.subject.as_str()),
        (FederationKind::WebIdentity, "somebody")
    );
    assert_eq!(federation.provider, "idp.example.com/tenant");
}

#[test]
fn a_web_identitys_tags_and_source_identity_come_from_the_token_and_need_their_own_trust() {
    let world = world();
    let ask = |role: &str, name: &str| {
        let (role, token) = (
            format!("arn:aws:iam::123456789012:role/{role}"),
            token(name),
        );
        world.web(&[
            ("RoleArn", &role),
            ("RoleSessionName", "me"),
            ("WebIdentityToken", &token),
            // No parameters of this operation: unknown ones mean nothing.
            ("Tags.member.1.Key", "Mine"),
            ("Tags.member.1.Value", "x"),
            ("SourceIdentity", "mine"),
        ])
    };
    let answer = ask("federated", "tags").expect("trusted");
    let session = world.bearer(&answer).session;
    assert_eq!(
        session
            .tags
            .iter()
            .map(|tag| tag.key.as_str())
            .collect::<Vec<_>>(),
        ["Project", "Team"]
    );
    assert_eq!(session.transitive_tag_keys, ["Project"]);
    assert_eq!(session.source_identity, None);
    let answer = ask("federated", "source-identity").expect("trusted");
    assert_eq!(element(&answer, "SourceIdentity"), "admin");
    assert_eq!(
        world.bearer(&answer).session.source_identity.as_deref(),
        Some("admin")
    );
    ask("tagged", "tags").expect("the condition sees the tag");
    let refusal = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    ask("other", "rs256").expect("no tags, no source identity");
    for (role, token) in [
        ("other", "tags"),
        ("other", "source-identity"),
        ("strange", "rs256"),
        ("tagged", "rs256"),
        ("nothing", "rs256"),
    ] {
        assert_eq!(ask(role, token), denied(refusal));
    }
}

#[test]
fn a_web_identity_is_checked_in_stss_order() {
    let (world, good) = (world(), token("rs256"));
    let ask = |token: &str, role: &str, more: &[(&str, &str)]| {
        let parameters = [
            ("RoleArn", role),
            ("RoleSessionName", "me"),
            ("WebIdentityToken", token),
        ];
        world.web(&[&parameters[..], more].concat())
    };
    let identity = "InvalidIdentityToken";
    let other_account = "arn:aws:iam::210987654321:role/federated";
    let unknown =
        "No OpenIDConnect provider found in your account for https://idp.example.com/tenant";
    assert_eq!(
        ask(&good, other_account, &[]),
        refused(400, identity, unknown)
    );
    assert_eq!(
        ask(&token("other-audience"), ROLE, &[]),
        refused(400, identity, "Incorrect token audience")
    );
    let long = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    assert_eq!(
        ask(&good, ROLE, &[("DurationSeconds", "3601")]),
        invalid(long)
    );
    let user = "arn:aws:iam::123456789012:user/x";
    assert_eq!(ask(&good, user, &[]), invalid("Request ARN is invalid"));
    let generic = "The web identity token that was passed could not be validated by AWS.";
    assert_eq!(
        ask(&good, ROLE, &[("ProviderId", "graph.facebook.com")]),
        refused(400, identity, generic)
    );
    let (_, malformed, _) = ask(&good, ROLE, &[("Policy", "{")]).expect_err("no policy");
    assert_eq!(malformed, "MalformedPolicyDocument");
    let (_, _, missing) = world
        .web(&[("RoleArn", ROLE)])
        .expect_err("two are missing");
    assert!(
        missing.starts_with("2 validation errors detected: ")
            && missing.contains("'webIdentityToken'"),
        "{missing}"
    );
    let policy = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    let answer = ask(&good, ROLE, &[("Policy", policy)]).expect("limited");
    assert_eq!(elements(&answer).last(), Some(&"PackedPolicySize"));
    assert!(world.bearer(&answer).session.has_session_policies());
}

fn response() -> String {
    STANDARD.encode(RESPONSE)
}

#[test]
fn a_saml_response_becomes_a_roles_session_that_ends_when_it_says() {
    let (world, response) = (world(), response());
    let parameters = [
        ("RoleArn", ROLE),
        ("PrincipalArn", SAML),
        ("SAMLAssertion", &response),
    ];
    let answer = world.saml(&parameters).expect("trusted");
    assert!(
        answer.starts_with("<AssumeRoleWithSAMLResponse xmlns="),
        "{answer}"
    );
    let expected = [
        "Audience",
        "AssumedRoleUser",
        "Credentials",
        "Subject",
        "NameQualifier",
        "SourceIdentity",
        "PackedPolicySize",
        "SubjectType",
        "Issuer",
    ];
    assert_eq!(elements(&answer), expected);
    assert_eq!(
        element(&answer, "Audience"),
        "https://signin.aws.amazon.com/saml"
    );
    assert_eq!(element(&answer, "Subject"), "Ann &amp; Bob");
    assert_eq!(element(&answer, "SubjectType"), "persistent");
    assert_eq!(element(&answer, "Issuer"), "https://idp.example.com/saml");
    assert_eq!(
        element(&answer, "Arn"),
        "arn:aws:sts::123456789012:assumed-role/federated/somebody@example.com"
    );
    // SessionNotOnOrAfter is half an hour away, the default an hour.
    assert_eq!(element(&answer, "Expiration"), "2027-01-15T08:30:00Z");
    let sooner = world
        .saml(&[&parameters[..], &[("DurationSeconds", "900")]].concat())
        .expect("trusted");
    assert_eq!(element(&sooner, "Expiration"), "2027-01-15T08:15:10Z");
    let session = world.bearer(&answer).session;
    assert_eq!(session.federation.expect("remembered").provider, SAML);
    assert_eq!(
        (session.tags.len(), session.transitive_tag_keys.len()),
        (1, 1)
    );
    assert_eq!(session.source_identity.as_deref(), Some("admin"));
}

#[test]
fn a_saml_response_is_for_its_roles_its_provider_and_whom_the_role_trusts() {
    let (world, good) = (world(), response());
    let ask = |role: &str, provider: &str, response: &str| {
        world.saml(&[
            ("RoleArn", role),
            ("PrincipalArn", provider),
            ("SAMLAssertion", response),
        ])
    };
    let refusal = "Not authorized to perform sts:AssumeRoleWithSAML";
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    // Offered, but not trusted with tags; not offered at all; not there.
    for name in ["other", "strange", "nothing"] {
        assert_eq!(ask(&role(name), SAML, &good), denied(refusal));
    }
    let elsewhere = STANDARD.encode(include_str!("../../../tests/data/saml/other-recipient.xml"));
    assert_eq!(ask(ROLE, SAML, &elsewhere), denied(refusal));
    let unknown = "arn:aws:iam::123456789012:saml-provider/nobody";
    let (status, code, fault) = ask(ROLE, unknown, &good).expect_err("nobody is known");
    assert_eq!((status, code.as_str()), (400, "InvalidIdentityToken"));
    let tail = "Specified provider doesn't exist (Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: \
                AuthSamlManifestNotFoundException; Request ID: ";
    assert!(fault.starts_with(tail), "{fault}");
    // The provider's ARN is looked at first; the second is moto's, which lacks a colon.
    let typo = "arn:aws:iam:123456789012:saml-provider/TestProvFed";
    for (role, provider, name) in [
        (SAML, ROLE, "Principal"),
        (ROLE, typo, "Principal"),
        (SAML, SAML, "Request"),
    ] {
        let message = format!("{name} ARN is invalid");
        assert_eq!(ask(role, provider, &good), invalid(&message));
    }
    let forged = STANDARD.encode(RESPONSE.replace("role/other", "role/strange"));
    assert_eq!(
        ask(&role("strange"), SAML, &forged),
        refused(400, "InvalidIdentityToken", "Response signature invalid")
    );
    let (_, _, missing) = world.saml(&[]).expect_err("three are missing");
    assert!(
        missing.starts_with("3 validation errors detected: "),
        "{missing}"
    );
}

#[test]
fn mistakes_in_providers_are_named() {
    for (state, field) in [
        (r#"url = "http://x""#, "url"),
        (
            r#"url = "https://abc12345.tokens.sts.global.api.aws""#,
            "url",
        ),
        (r#"url = "https://Tokens.STS.global.api.aws/x""#, "url"),
        ("client_ids = []", "client_ids"),
        (r#"jwks = "{}""#, "jwks"),
    ] {
        let spec: OidcProviderSpec = toml::from_str(state).expect(state);
        assert_eq!(
            oidc_complaints(&spec)
                .iter()
                .map(|(field, _)| *field)
                .collect::<Vec<_>>(),
            [field],
            "{state}"
        );
    }
    for (state, field) in [
        (r#"name = "a/b""#, "name"),
        ("certificate = \"x\"\nissuer = \"y\"", "certificate"),
        (r#"issuer = """#, "issuer"),
        ("redeem_within_seconds = 0", "redeem_within_seconds"),
        (r#"account = "1""#, "account"),
    ] {
        let spec: SamlProviderSpec = toml::from_str(state).expect(state);
        assert_eq!(
            saml_complaints(&spec)
                .iter()
                .map(|(field, _)| *field)
                .collect::<Vec<_>>(),
            [field],
            "{state}"
        );
    }
    let spec: OidcProviderSpec =
        toml::from_str(r#"state = "unreachable""#).expect("the documented form");
    assert_eq!(
        (spec.state, oidc_complaints(&spec)),
        (ProviderState::Unreachable, vec![])
    );
}

#[test]
fn a_saml_provider_with_a_certificate_says_whose_assertions_it_takes() {
    let with_issuer = |issuer: Option<&str>| {
        let mut spec = spec();
        spec.saml_providers[0].issuer = issuer.map(str::to_owned);
        spec
    };
    let said = with_issuer(None).mistakes();
    let said: Vec<String> = said.iter().map(|it| it.error.to_string()).collect();
    let line = "fleet saml_provider 1 issuer: is missing: with a certificate, the entity ID that assertions name as their issuer";
    assert_eq!(said, [line]);
    let response = response();
    let parameters = [
        ("RoleArn", ROLE),
        ("PrincipalArn", SAML),
        ("SAMLAssertion", response.as_str()),
    ];
    let world = World {
        now: at(10),
        ..World::of(&with_issuer(Some("https://somebody.else")))
    };
    let (status, code, message) = world.saml(&parameters).expect_err("another issuer");
    assert_eq!((status, code.as_str()), (400, "InvalidIdentityToken"));
    assert!(
        message.starts_with("Issuer not present in specified provider (Service: "),
        "{message}"
    );
}

#[test]
fn a_token_of_get_web_identity_token_opens_no_role() {
    let mut spec = spec();
    spec.oidc_providers[0].url = "https://abc12345.tokens.sts.global.api.aws".to_owned();
    let said = spec.mistakes();
    let said: Vec<String> = said.iter().map(|it| it.error.to_string()).collect();
    let line = "fleet oidc_provider 1 url: is an issuer of GetWebIdentityToken";
    assert!(said.iter().any(|it| it.starts_with(line)), "{said:?}");
    let world = world();
    let asked = [
        ("Audience.member.1", "sts.amazonaws.com"),
        ("SigningAlgorithm", "RS256"),
    ];
    let body = world.token(&world.caller("user/simulated"), &asked);
    let body = body.expect("allowed");
    let refused = world.web(&[
        ("RoleArn", ROLE),
        ("RoleSessionName", "loop"),
        ("WebIdentityToken", element(&body, "WebIdentityToken")),
    ]);
    let (status, code, message) = refused.expect_err("not for AWS");
    assert_eq!((status, code.as_str()), (400, "InvalidIdentityToken"));
    assert!(message.contains(".tokens.sts.global.api.aws"), "{message}");
}

#[test]
fn a_saml_response_opens_no_role_that_names_no_provider_or_that_identity_center_manages() {
    let own = "arn:aws:iam::123456789012:saml-provider/stsbench";
    for (name, principal, is_trusted) in [
        ("plain", json!({ "Federated": own }), true),
        ("anyone", json!("*"), false),
        ("any-caller", json!({ "AWS": "*" }), false),
        (
            "AWSReservedSSO_Admin_0123456789abcdef",
            json!({ "Federated": own }),
            false,
        ),
    ] {
        let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithSAML" });
        let world = World::with_role(RoleSpec {
            trust: json!({ "Statement": statement }).to_string(),
            ..RoleSpec::named(name)
        });
        let role = format!("arn:aws:iam::123456789012:role/{name}");
        let response = world.providers.own_response(&role, "aws", world.now);
        let (response, provider) = response.expect("its own provider");
        let outcome = world.saml(&[
            ("RoleArn", &role),
            ("PrincipalArn", &provider),
            ("SAMLAssertion", &response),
        ]);
        if is_trusted {
            assert!(outcome.is_ok(), "{name}: {outcome:?}");
        } else {
            let refusal = denied("Not authorized to perform sts:AssumeRoleWithSAML");
            assert_eq!(outcome, refusal, "{name}");
        }
    }
}

/// A world whose role `ci` trusts tokens of a provider that anyone can have signed, and such a token with more claims.
fn ask_with_claims(claims: &Value) -> Outcome {
    let key = SigningKey::p256();
    let mut spec = EmulatorConfig {
        oidc_providers: vec![OidcProviderSpec {
            url: "https://idp.example.com".to_owned(),
            jwks: Some(json!({ "keys": [key.public()] }).to_string()),
            ..OidcProviderSpec::default()
        }],
        ..EmulatorConfig::default()
    };
    let trust = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow",
        "Principal": { "Federated": "arn:aws:iam::123456789012:oidc-provider/idp.example.com" },
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity"],
        "Condition": { "Null": { "sts:RoleAuthorizedByIdp": "false" } },
    } });
    spec.roles.push(RoleSpec {
        trust: trust.to_string(),
        ..RoleSpec::named("ci")
    });
    let world = World::of(&spec);
    let now = world.now.unix_timestamp();
    let mut all = json!({
        "iss": "https://idp.example.com", "sub": "somebody", "aud": "sts.amazonaws.com", "iat": now, "exp": now + 300,
    });
    for (name, value) in claims.as_object().expect("claims") {
        all[name] = value.clone();
    }
    let role = "arn:aws:iam::123456789012:role/ci";
    let form = format!(
        "RoleArn={role}&RoleSessionName=ci&WebIdentityToken={}",
        key.token(&all)
    );
    world.ask(Operation::AssumeRoleWithWebIdentity, None, &form)
}

#[test]
fn a_token_may_name_the_only_roles_that_it_is_for() {
    let claim = "https://aws.amazon.com/roles";
    let ci = "arn:aws:iam::123456789012:role/ci";
    for roles in [
        json!(ci),
        json!(["arn:aws:iam::123456789012:role/other", ci]),
    ] {
        let outcome = ask_with_claims(&json!({ (claim): roles }));
        assert!(outcome.is_ok(), "{outcome:?}");
    }
    let not_offered = refused(
        400,
        "InvalidIdentityToken",
        "The target role ARN is not present in the roles claim of the identity token",
    );
    for roles in [
        json!("ci"),
        json!([]),
        json!("arn:aws:iam::123456789012:role/other"),
    ] {
        assert_eq!(ask_with_claims(&json!({ (claim): roles })), not_offered);
    }
    for roles in [json!(5), json!([5]), json!(null)] {
        let outcome = ask_with_claims(&json!({ (claim): roles }));
        assert!(matches!(outcome, Err((400, _, _))), "{outcome:?}");
    }
}

#[test]
fn a_tokens_source_identity_and_issuer_have_the_form_of_one() {
    let claim = "https://aws.amazon.com/source_identity";
    assert!(ask_with_claims(&json!({ (claim): "alice" })).is_ok());
    for name in ["b", "a b!", "aws:foo", "", "Jürgen", &"x".repeat(300)] {
        let outcome = ask_with_claims(&json!({ (claim): name }));
        assert!(matches!(outcome, Err((400, _, _))), "{name}: {outcome:?}");
    }
    for issuer in ["idp.example.com", "http://idp.example.com"] {
        let outcome = ask_with_claims(&json!({ "iss": issuer }));
        assert!(matches!(outcome, Err((400, _, _))), "{issuer}: {outcome:?}");
    }
}

#[test]
fn a_role_can_ask_whom_a_saml_response_was_about_when_its_session_goes_on() {
    let asks = |key: &str, value: &str| RoleSpec {
        trust: json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": { "AWS": ROLE },
            "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
            "Condition": { "StringEquals": { (key): value } },
        } })
        .to_string(),
        ..RoleSpec::named("next")
    };
    let response = response();
    let parameters = [
        ("RoleArn", ROLE),
        ("PrincipalArn", SAML),
        ("SAMLAssertion", response.as_str()),
    ];
    let body = world().saml(&parameters).expect("is trusted");
    for (key, value, is_right) in [
        ("saml:sub", "Ann & Bob", true),
        ("saml:namequalifier", element(&body, "NameQualifier"), true),
        ("saml:sub_type", element(&body, "SubjectType"), true),
        ("saml:sub", "nobody", false),
        // Those of the response alone are gone.
        ("saml:iss", element(&body, "Issuer"), false),
    ] {
        let mut spec = spec();
        spec.roles.push(asks(key, value));
        let world = World {
            now: at(10),
            ..World::of(&spec)
        };
        let session = world.bearer(&world.saml(&parameters).expect("is trusted"));
        let form = "RoleArn=arn:aws:iam::123456789012:role/next&RoleSessionName=step";
        let outcome = world.call(Operation::AssumeRole, &session, form);
        assert_eq!(outcome.is_ok(), is_right, "{key} {value}: {outcome:?}");
    }
}

#[path = "outbound_tests.rs"]
mod outbound;
