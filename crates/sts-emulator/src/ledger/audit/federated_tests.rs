//! Records of calls that an identity provider's word opens, and of what their sessions go on to call.

use super::*;
use crate::iam::federation::SigningKey;
use crate::{OidcProviderSpec, RoleSpec};
use sts_model::Operation;

const CI: &str = "arn:aws:iam::123456789012:role/ci";
const NEXT: &str = "arn:aws:iam::123456789012:role/next";
const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/idp.example.com";
const PLACE: &str = "eu-west-1";

/// A fleet with a provider that signs with `key`, a role that trusts it and one that trusts this role.
fn federated(directory: &Path, key: &SigningKey) -> EmulatorConfig {
    let mut spec = audited(directory, prompt());
    spec.oidc_providers.push(OidcProviderSpec {
        url: "https://idp.example.com".to_owned(),
        jwks: Some(json!({ "keys": [key.public()] }).to_string()),
        ..OidcProviderSpec::default()
    });
    let more = ["sts:TagSession", "sts:SetSourceIdentity"];
    for (name, principal, action) in [
        (
            "ci",
            json!({ "Federated": PROVIDER }),
            "sts:AssumeRoleWithWebIdentity",
        ),
        ("next", json!({ "AWS": CI }), "sts:AssumeRole"),
    ] {
        let trust = json!({ "Statement": {
            "Effect": "Allow", "Principal": principal, "Action": [action, more[0], more[1]],
        } });
        spec.roles.push(RoleSpec {
            trust: trust.to_string(),
            policy: Some(
                r#"{"Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}"#
                    .to_owned(),
            ),
            ..RoleSpec::named(name)
        });
    }
    spec
}

/// A token of the provider, good for some minutes, with `claims` beside the standard's.
fn token(key: &SigningKey, claims: &Value) -> String {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let mut all = json!({
        "iss": "https://idp.example.com", "sub": "somebody", "aud": "sts.amazonaws.com", "iat": now, "exp": now + 300,
    });
    for (name, value) in claims.as_object().expect("claims") {
        all[name] = value.clone();
    }
    key.token(&all)
}

fn key_in(answer: &crate::emulator::tests::Received) -> Key {
    assert_eq!(answer.status, 200, "{}", answer.body);
    Key {
        id: answer.element("AccessKeyId").to_owned(),
        secret: answer.element("SecretAccessKey").to_owned(),
        token: Some(answer.element("SessionToken").to_owned()),
    }
}

#[tokio::test]
async fn a_record_tells_what_a_token_brought_and_what_its_session_hands_down() {
    let directory = tempfile::tempdir().expect("a directory");
    let signer = SigningKey::p256();
    let fleet = Emulator::start(federated(directory.path(), &signer))
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let claims = json!({
        "https://aws.amazon.com/tags": { "principal_tags": { "Team": ["blue"], "Job": "7" }, "transitive_tag_keys": ["team"] },
        "https://aws.amazon.com/source_identity": "Ann",
        "https://aws.amazon.com/roles": [CI],
    });
    let assume = |token: &str| {
        let web = "AssumeRoleWithWebIdentity";
        let session = ("RoleSessionName", "ci");
        form(
            web,
            &[("RoleArn", CI), session, ("WebIdentityToken", token)],
        )
    };
    let user = key(&view);
    let full = call(&view, PLACE, &user, &assume(&token(&signer, &claims))).await;
    let plain = call(&view, PLACE, &user, &assume(&token(&signer, &json!({})))).await;
    let next = form(
        "AssumeRole",
        &[("RoleArn", NEXT), ("RoleSessionName", "step")],
    );
    call(&view, PLACE, &key_in(&full), &next).await;
    key_in(&plain);
    fleet.shutdown().await;
    let records = &records(&directory.path().join("trail"))[PLACE];
    assert_eq!(
        records[0]["requestParameters"],
        json!({
            "roleArn": CI,
            "roleSessionName": "ci",
            "sourceIdentity": "Ann",
            "principalTags": { "Team": "blue", "Job": "7" },
            "transitiveTagKeys": ["team"],
        })
    );
    let more = |at: usize| {
        let mut more = records[at]["additionalEventData"].clone();
        let fields = more.as_object_mut().expect("an object");
        fields.retain(|name, _| !["ExtendedRequestId", "RequestDetails"].contains(&name.as_str()));
        more
    };
    let method = "identityProviderConnectionVerificationMethod";
    assert_eq!(
        more(0),
        json!({ (method): "IAMTrustStore", "RoleAuthorizedByIdp": true })
    );
    assert_eq!(more(1), json!({ (method): "IAMTrustStore" }));
    let expected = json!({ "roleArn": CI, "roleSessionName": "ci" });
    assert_eq!(records[1]["requestParameters"], expected);
    assert_eq!(
        records[2]["requestParameters"],
        json!({ "roleArn": NEXT, "roleSessionName": "step", "incomingTransitiveTags": { "Team": "blue" } })
    );
    assert_eq!(more(2), json!({}));
}

#[tokio::test]
async fn a_record_of_a_saml_response_names_its_session_and_its_provider() {
    let directory = tempfile::tempdir().expect("a directory");
    let fleet = Emulator::start(audited(directory.path(), prompt()))
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let ready = view.announcement().parameters[&Operation::AssumeRoleWithSaml].clone();
    let (role, provider) = (&ready["role-arn"], &ready["principal-arn"]);
    let response = ready["saml-assertion"]
        .replace('+', "%2B")
        .replace('=', "%3D");
    let parameters = [
        ("RoleArn", role.as_str()),
        ("PrincipalArn", provider),
        ("SAMLAssertion", &response),
    ];
    let body = form("AssumeRoleWithSAML", &parameters);
    let answer = call(&view, PLACE, &key(&view), &body).await;
    key_in(&answer);
    fleet.shutdown().await;
    let record = &records(&directory.path().join("trail"))[PLACE][0];
    let request = &record["requestParameters"];
    assert!(request["sAMLAssertionID"].is_string(), "{request}");
    assert_eq!(request["roleSessionName"], json!("simulated"));
    let account = "123456789012";
    assert_eq!(
        record["resources"],
        json!([
            { "accountId": account, "type": "AWS::IAM::Role", "ARN": role },
            { "accountId": account, "type": "AWS::IAM::SAMLProvider", "ARN": provider },
        ])
    );
}

#[tokio::test]
async fn a_record_of_an_outbound_token_has_the_tokens_id_and_not_the_token() {
    let directory = tempfile::tempdir().expect("a directory");
    let signer = SigningKey::p256();
    let fleet = Emulator::start(federated(directory.path(), &signer))
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let web = [
        ("RoleArn", CI),
        ("RoleSessionName", "ci"),
        ("WebIdentityToken", &token(&signer, &json!({}))),
    ];
    let web = form("AssumeRoleWithWebIdentity", &web);
    let session = key_in(&call(&view, PLACE, &key(&view), &web).await);
    let ask = [
        ("Audience.member.1", "a"),
        ("SigningAlgorithm", "RS256"),
        ("DurationSeconds", "60"),
    ];
    let answer = call(&view, PLACE, &session, &form("GetWebIdentityToken", &ask)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let claims = claims(answer.element("WebIdentityToken"));
    fleet.shutdown().await;
    let record = &records(&directory.path().join("trail"))[PLACE][1];
    let response = &record["responseElements"];
    assert_eq!(response["webIdentityTokenId"], claims["jti"]);
    let names: Vec<_> = response.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["expiration", "webIdentityTokenId"]);
    // The session says who vouched for it.
    let own = &claims["https://sts.amazonaws.com/"];
    assert_eq!(own["federated_provider"], PROVIDER);
}

/// The claims of a token, not verified.
fn claims(token: &str) -> Value {
    use base64::Engine;
    let part = token.split('.').nth(1).expect("three parts");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part);
    serde_json::from_slice(&bytes.expect("base64")).expect("JSON")
}
