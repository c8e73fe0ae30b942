//! The operations of identity providers with tokens that PyJWT made and responses that signxml signed, asked without a socket.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::{Value, json};
use time::Duration;

use super::super::federation::{OidcProviderSpec, ProviderState, SamlProviderSpec};
use super::super::identities::{AccountSpec, FederationKind, RoleSpec, UserSpec};
use super::*;

const TOKENS: &str = include_str!("../../../tests/data/jwt/tokens.json");
const KEYS: &str = include_str!("../../../tests/data/jwt/jwks.json");
const CERTIFICATE: &str = include_str!("../../../tests/data/saml/certificate.pem");
const RESPONSE: &str = include_str!("../../../tests/data/saml/assertion.xml");
const ROLE: &str = "arn:aws:iam::123456789012:role/federated";
const SAML: &str = "arn:aws:iam::123456789012:saml-provider/example";

struct Fleet {
    identities: Identities,
    providers: IdentityProviders,
}

/// A statement that lets `provider` do `actions` when `key` is `value`.
fn statement(provider: &str, actions: &[&str], key: &str, value: &str) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": { "Federated": format!("arn:aws:iam::123456789012:{provider}") },
        "Action": actions,
        "Condition": { "StringEquals": { (key): value } },
    })
}

fn fleet() -> Fleet {
    let (oidc, saml) = ("oidc-provider/idp.example.com/tenant", "saml-provider/example");
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
            json!([statement(oidc, &all(web), sub, "somebody"), statement(saml, &all(response), aud, sign_in)]),
        ),
        // Without the right to tags and source identity.
        role("other", json!([statement(oidc, &[web], sub, "somebody"), statement(saml, &[response], aud, sign_in)])),
        role("strange", json!([statement(oidc, &all(web), sub, "nobody"), statement(saml, &all(response), aud, "x")])),
        role("tagged", json!([statement(oidc, &all(web), "aws:RequestTag/Project", "Automation")])),
    ];
    let policy = Some(r#"{"Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}"#.to_owned());
    let users = [
        UserSpec { policy, ..UserSpec::default() },
        UserSpec { name: "unprivileged".to_owned(), ..UserSpec::default() },
    ];
    let web = OidcProviderSpec {
        url: "https://idp.example.com/tenant".to_owned(),
        jwks: Some(KEYS.to_owned()),
        ..OidcProviderSpec::default()
    };
    let saml = SamlProviderSpec {
        name: "example".to_owned(),
        certificate: Some(CERTIFICATE.to_owned()),
        ..SamlProviderSpec::default()
    };
    assert_eq!((web.complaints(), saml.complaints()), (vec![], vec![]));
    Fleet { identities: Identities::new(&[], &users, &roles), providers: IdentityProviders::new(&[web], &[saml]) }
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000 + seconds).expect("an instant of 2027")
}

impl Fleet {
    fn ask(
        &self,
        operation: Operation,
        parameters: &[(&str, &str)],
        caller: Option<&Principal>,
    ) -> Result<String, FaultReply> {
        let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let form: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let parameters = Parameters::parse(form.join("&").as_bytes());
        let inquiry = Inquiry {
            parameters: &parameters,
            identities: &self.identities,
            providers: &self.providers,
            partition: "aws",
            served_by: "eu-west-1",
            is_global: false,
            now: at(10),
        };
        perform(operation, inquiry, caller, "id")
    }

    fn web(&self, parameters: &[(&str, &str)]) -> Result<String, FaultReply> {
        self.ask(Operation::AssumeRoleWithWebIdentity, parameters, None)
    }

    fn saml(&self, parameters: &[(&str, &str)]) -> Result<String, FaultReply> {
        self.ask(Operation::AssumeRoleWithSaml, parameters, None)
    }

    fn user(&self, at_position: usize) -> Principal {
        let key = &self.identities.credentials()[at_position].access_key_id;
        self.identities.find(key, None, "eu-west-1", at(10)).expect("a user's key")
    }

    /// Who the credentials in an answer are.
    fn session(&self, answer: &str) -> Principal {
        let (key, token) = (text(answer, "AccessKeyId"), text(answer, "SessionToken"));
        self.identities.find(&key, Some(token.as_bytes()), "eu-west-1", at(10)).expect("credentials that were issued")
    }
}

fn text(answer: &str, name: &str) -> String {
    let start = answer.find(&format!("<{name}>")).expect(name) + name.len() + 2;
    answer[start..].split('<').next().unwrap_or_default().to_owned()
}

/// The names of the elements right below the result.
fn order(answer: &str) -> Vec<&str> {
    let direct =
        answer.lines().filter_map(|line| line.strip_prefix("    <").filter(|rest| !rest.starts_with(['/', ' '])));
    direct.filter_map(|rest| rest.split('>').next()).filter(|name| *name != "RequestId").collect()
}

fn token(name: &str) -> String {
    let tokens: BTreeMap<String, String> = serde_json::from_str(TOKENS).expect("JSON");
    tokens.get(name).expect(name).clone()
}

#[track_caller]
fn refused(result: Result<String, FaultReply>, status: u16, code: &str, message: &str) {
    let fault = result.expect_err(message);
    assert_eq!((fault.status, fault.code.as_str(), fault.message.as_deref()), (status, code, Some(message)));
}

#[test]
fn a_web_identity_becomes_a_roles_session() {
    let (fleet, token) = (fleet(), token("rs256"));
    let parameters = [("RoleArn", ROLE), ("RoleSessionName", "me@work"), ("WebIdentityToken", &token)];
    let answer = fleet.web(&parameters).expect("trusted");
    assert!(answer.starts_with("<AssumeRoleWithWebIdentityResponse xmlns="), "{answer}");
    let elements = ["Audience", "AssumedRoleUser", "Provider", "Credentials", "SubjectFromWebIdentityToken"];
    assert_eq!(order(&answer), elements);
    assert_eq!(text(&answer, "Audience"), "sts.amazonaws.com");
    assert_eq!(text(&answer, "Provider"), "arn:aws:iam::123456789012:oidc-provider/idp.example.com/tenant");
    assert_eq!(text(&answer, "SubjectFromWebIdentityToken"), "somebody");
    assert_eq!(text(&answer, "Arn"), "arn:aws:sts::123456789012:assumed-role/federated/me@work");
    assert_eq!(text(&answer, "Expiration"), "2027-01-15T09:00:10Z");
    let federation = fleet.session(&answer).session.federation.expect("remembered");
    assert_eq!((federation.kind, federation.subject.as_str()), (FederationKind::WebIdentity, "somebody"));
    assert_eq!(federation.provider, "idp.example.com/tenant");
}

#[test]
fn a_web_identitys_tags_and_source_identity_come_from_the_token_and_need_their_own_trust() {
    let fleet = fleet();
    let ask = |role: &str, name: &str| {
        let (role, token) = (format!("arn:aws:iam::123456789012:role/{role}"), token(name));
        fleet.web(&[
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
    let session = fleet.session(&answer).session;
    assert_eq!(session.tags.iter().map(|tag| tag.key.as_str()).collect::<Vec<_>>(), ["Project", "Team"]);
    assert_eq!(session.transitive_tag_keys, ["Project"]);
    assert_eq!(session.source_identity, None);
    let answer = ask("federated", "source-identity").expect("trusted");
    assert_eq!(text(&answer, "SourceIdentity"), "admin");
    assert_eq!(fleet.session(&answer).session.source_identity.as_deref(), Some("admin"));
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
        refused(ask(role, token), 403, "AccessDenied", refusal);
    }
}

#[test]
fn a_web_identity_is_checked_in_stss_order() {
    let (fleet, good) = (fleet(), token("rs256"));
    let ask = |token: &str, role: &str, more: &[(&str, &str)]| {
        let parameters = [("RoleArn", role), ("RoleSessionName", "me"), ("WebIdentityToken", token)];
        fleet.web(&[&parameters[..], more].concat())
    };
    let invalid = "InvalidIdentityToken";
    let other_account = "arn:aws:iam::210987654321:role/federated";
    let unknown = "No OpenIDConnect provider found in your account for https://idp.example.com/tenant";
    refused(ask(&good, other_account, &[]), 400, invalid, unknown);
    refused(ask(&token("other-audience"), ROLE, &[]), 400, invalid, "Incorrect token audience");
    let long = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    refused(ask(&good, ROLE, &[("DurationSeconds", "3601")]), 400, "ValidationError", long);
    refused(
        ask(&good, "arn:aws:iam::123456789012:user/x", &[]),
        400,
        "ValidationError",
        "arn:aws:iam::123456789012:user/x is invalid",
    );
    let generic = "The web identity token that was passed could not be validated by AWS.";
    refused(ask(&good, ROLE, &[("ProviderId", "graph.facebook.com")]), 400, invalid, generic);
    let malformed = ask(&good, ROLE, &[("Policy", "{")]).expect_err("no policy");
    assert_eq!(malformed.code.as_str(), "MalformedPolicyDocument");
    let missing = fleet.web(&[("RoleArn", ROLE)]).expect_err("two are missing").message.expect("worded");
    assert!(
        missing.starts_with("2 validation errors detected: ") && missing.contains("'webIdentityToken'"),
        "{missing}"
    );
    let policy = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    let answer = ask(&good, ROLE, &[("Policy", policy)]).expect("limited");
    assert_eq!(order(&answer).last(), Some(&"PackedPolicySize"));
    assert!(fleet.session(&answer).session.is_limited());
}

fn response() -> String {
    STANDARD.encode(RESPONSE)
}

#[test]
fn a_saml_response_becomes_a_roles_session_that_ends_when_it_says() {
    let (fleet, response) = (fleet(), response());
    let parameters = [("RoleArn", ROLE), ("PrincipalArn", SAML), ("SAMLAssertion", &response)];
    let answer = fleet.saml(&parameters).expect("trusted");
    assert!(answer.starts_with("<AssumeRoleWithSAMLResponse xmlns="), "{answer}");
    let elements = [
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
    assert_eq!(order(&answer), elements);
    assert_eq!(text(&answer, "Audience"), "https://signin.aws.amazon.com/saml");
    assert_eq!(text(&answer, "Subject"), "Ann &amp; Bob");
    assert_eq!(text(&answer, "SubjectType"), "persistent");
    assert_eq!(text(&answer, "Issuer"), "https://idp.example.com/saml");
    assert_eq!(text(&answer, "Arn"), "arn:aws:sts::123456789012:assumed-role/federated/somebody@example.com");
    // SessionNotOnOrAfter is half an hour away, the default an hour.
    assert_eq!(text(&answer, "Expiration"), "2027-01-15T08:30:00Z");
    let sooner = fleet.saml(&[&parameters[..], &[("DurationSeconds", "900")]].concat()).expect("trusted");
    assert_eq!(text(&sooner, "Expiration"), "2027-01-15T08:15:10Z");
    let session = fleet.session(&answer).session;
    assert_eq!(session.federation.expect("remembered").provider, SAML);
    assert_eq!((session.tags.len(), session.transitive_tag_keys.len()), (1, 1));
    assert_eq!(session.source_identity.as_deref(), Some("admin"));
}

#[test]
fn a_saml_response_is_for_its_roles_its_provider_and_whom_the_role_trusts() {
    let (fleet, good) = (fleet(), response());
    let ask = |role: &str, provider: &str, response: &str| {
        fleet.saml(&[("RoleArn", role), ("PrincipalArn", provider), ("SAMLAssertion", response)])
    };
    let refusal = "Not authorized to perform sts:AssumeRoleWithSAML";
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    // Offered, but not trusted with tags; not offered at all; not there.
    for name in ["other", "strange", "nothing"] {
        refused(ask(&role(name), SAML, &good), 403, "AccessDenied", refusal);
    }
    let elsewhere = STANDARD.encode(include_str!("../../../tests/data/saml/other-recipient.xml"));
    refused(ask(ROLE, SAML, &elsewhere), 403, "AccessDenied", refusal);
    let unknown = "arn:aws:iam::123456789012:saml-provider/nobody";
    refused(ask(ROLE, unknown, &good), 400, "InvalidIdentityToken", "Specified provider doesn't exist.");
    let forged = STANDARD.encode(RESPONSE.replace("role/other", "role/strange"));
    refused(ask(&role("strange"), SAML, &forged), 400, "InvalidIdentityToken", "Response signature invalid");
    let missing = fleet.saml(&[]).expect_err("three are missing").message.expect("worded");
    assert!(missing.starts_with("3 validation errors detected: "), "{missing}");
}

const AUDIENCE: &str = "https://api.example.com";

#[test]
fn a_caller_gets_a_token_that_others_can_verify() {
    let fleet = fleet();
    let user = fleet.user(0);
    for algorithm in ["RS256", "ES384"] {
        let parameters = [
            ("Audience.member.1", AUDIENCE),
            ("SigningAlgorithm", algorithm),
            ("Tags.member.1.Key", "job"),
            ("Tags.member.1.Value", "42"),
        ];
        let answer = fleet.ask(Operation::GetWebIdentityToken, &parameters, Some(&user)).expect("allowed");
        assert_eq!(order(&answer), ["WebIdentityToken", "Expiration"]);
        assert_eq!(text(&answer, "Expiration"), "2027-01-15T08:05:10Z");
        let token = text(&answer, "WebIdentityToken");
        let header = decode_header(&token).expect("a token");
        let keys: JwkSet = serde_json::from_str(&fleet.providers.outbound.jwks()).expect("a key set");
        let key = keys.find(&header.kid.expect("named")).expect("published");
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[AUDIENCE]);
        // The fleet's clock stands in 2027.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(key).expect("usable");
        let claims = decode::<Value>(&token, &key, &validation).expect("verified by jsonwebtoken").claims;
        assert_eq!(claims["sub"], "arn:aws:iam::123456789012:user/simulated");
        assert_eq!(claims["exp"], json!(1_800_000_310));
        assert_eq!(claims["https://sts.amazonaws.com/"]["request_tags"], json!({ "job": "42" }));
    }
}

#[test]
fn tokens_are_refused_to_those_who_may_not_have_them() {
    let fleet = fleet();
    let ask = |caller: &Principal, more: &[(&str, &str)]| {
        let parameters = [("Audience.member.1", AUDIENCE), ("SigningAlgorithm", "ES384")];
        fleet.ask(Operation::GetWebIdentityToken, &[&parameters[..], more].concat(), Some(caller))
    };
    let denied = ask(&fleet.user(1), &[]).expect_err("no policy allows it");
    assert_eq!((denied.status, denied.code.as_str()), (403, "AccessDenied"));
    let short = Principal { expires: Some(at(300)), ..fleet.user(0) };
    let fault = ask(&short, &[]).expect_err("it would outlive the session");
    assert_eq!((fault.status, fault.code.as_str()), (403, "SessionDurationEscalationException"));
    ask(&short, &[("DurationSeconds", "290")]).expect("as long as the session");
    let many: Vec<(String, String)> = (1..=50)
        .flat_map(|n| {
            [(format!("Tags.member.{n}.Key"), format!("key-{n}")), (format!("Tags.member.{n}.Value"), "v".repeat(256))]
        })
        .collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let fault = ask(&fleet.user(0), &many).expect_err("13 kB of tags");
    assert_eq!((fault.status, fault.code.as_str()), (400, "JWTPayloadSizeExceededException"));
    let account = AccountSpec { outbound_federation: false, ..AccountSpec::default() };
    let identities = Identities::new(&[account], &[UserSpec { policy: None, ..UserSpec::default() }], &[]);
    let without = Fleet { identities, ..fleet };
    let root = Principal {
        session: super::super::identities::Session::plain("123456789012", super::super::identities::Identity::Root),
        ..without.user(0)
    };
    let parameters = [("Audience.member.1", AUDIENCE), ("SigningAlgorithm", "ES384")];
    let fault = without.ask(Operation::GetWebIdentityToken, &parameters, Some(&root)).expect_err("switched off");
    assert_eq!((fault.status, fault.code.as_str()), (403, "OutboundWebIdentityFederationDisabledException"));
}

#[test]
fn a_tokens_parameters_have_the_models_bounds() {
    let fleet = fleet();
    let user = fleet.user(0);
    let message = |parameters: &[(&str, &str)]| {
        let fault = fleet.ask(Operation::GetWebIdentityToken, parameters, Some(&user)).expect_err("out of bounds");
        assert_eq!((fault.status, fault.code.as_str()), (400, "ValidationError"));
        fault.message.expect("worded")
    };
    let good = [("Audience.member.1", AUDIENCE), ("SigningAlgorithm", "ES384")];
    let with = |more: (&'static str, &'static str)| message(&[&good[..], &[more]].concat());
    assert!(message(&[]).starts_with("2 validation errors detected: Value null at 'audience'"));
    let enumeration = "Value 'HS256' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: \
                       [ES384, RS256]";
    assert!(message(&[good[0], ("SigningAlgorithm", "HS256")]).ends_with(enumeration));
    assert!(with(("DurationSeconds", "59")).contains("greater than or equal to 60"));
    assert!(with(("DurationSeconds", "3601")).contains("less than or equal to 3600"));
    assert!(with(("Audience.member.2", "")).contains("'audience.2.member'"));
    let names: Vec<String> = (1..=11).map(|n| format!("Audience.member.{n}")).collect();
    let eleven: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "a")).chain([good[1]]).collect();
    assert!(message(&eleven).contains("length less than or equal to 10"));
}

#[test]
fn the_built_in_fleets_announced_parameters_work() {
    let spec = super::super::FleetSpec::default();
    let fleet = Fleet {
        identities: Identities::new(&spec.accounts, &spec.users, &spec.roles),
        providers: IdentityProviders::new(&spec.oidc_providers, &spec.saml_providers),
    };
    let user = fleet.user(0);
    let none = Parameters::none();
    let inquiry = Inquiry {
        parameters: none,
        identities: &fleet.identities,
        providers: &fleet.providers,
        partition: "aws",
        served_by: "eu-west-1",
        is_global: false,
        now: at(0) - Duration::hours(11),
    };
    let announced = ready_made(inquiry);
    for (operation, names) in [
        (Operation::AssumeRoleWithWebIdentity, &["RoleArn", "RoleSessionName", "WebIdentityToken"][..]),
        (Operation::AssumeRoleWithSaml, &["PrincipalArn", "RoleArn", "SAMLAssertion"]),
        (Operation::GetWebIdentityToken, &["Audience.member.1", "SigningAlgorithm"]),
    ] {
        // Both are in the order of the alphabet.
        let values = announced.get(&operation).expect("announced").values();
        let parameters: Vec<_> = names.iter().copied().zip(values.map(String::as_str)).collect();
        assert_eq!(parameters.len(), names.len());
        let answer = fleet.ask(operation, &parameters, operation.is_signed().then_some(&user));
        assert!(answer.is_ok(), "{operation}: {answer:?}");
    }
}

#[test]
fn mistakes_in_providers_are_named() {
    for (state, field) in
        [(r#"url = "http://x""#, "url"), ("client_ids = []", "client_ids"), (r#"jwks = "{}""#, "jwks")]
    {
        let spec: OidcProviderSpec = toml::from_str(state).expect(state);
        assert_eq!(spec.complaints().iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field], "{state}");
    }
    for (state, field) in [
        (r#"name = "a/b""#, "name"),
        (r#"certificate = "x""#, "certificate"),
        ("redeem_within_seconds = 0", "redeem_within_seconds"),
        (r#"account = "1""#, "account"),
    ] {
        let spec: SamlProviderSpec = toml::from_str(state).expect(state);
        assert_eq!(spec.complaints().iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field], "{state}");
    }
    let spec: OidcProviderSpec = toml::from_str(r#"state = "unreachable""#).expect("the documented form");
    assert_eq!((spec.state, spec.complaints()), (ProviderState::Unreachable, vec![]));
}
