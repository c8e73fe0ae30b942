//! Tokens for services outside AWS (GetWebIdentityToken): the issuer that each account has, its claims and its key set.
//!
//! Claims as the IAM user guide lists them ("Understanding token claims"). Whether somebody may have a token, and for how long,
//! is the operation's to say.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

use crate::clock;
use crate::entropy;
use crate::iam::federation::signing_key::SigningKey;

/// What a token is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SigningAlgorithm {
    /// RSA, 2048 bits, SHA-256.
    Rs256,
    /// ECDSA over P-384, SHA-384.
    Es384,
}

impl SigningAlgorithm {
    /// By its name in the request.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES384" => Some(Self::Es384),
            _ => None,
        }
    }
}

/// What a token is to say.
#[derive(Debug, Clone)]
pub(crate) struct OutboundRequest<'a> {
    pub account: &'a str,
    /// The ARN of user or role.
    pub subject: &'a str,
    pub audiences: &'a [String],
    /// Of the session that asks.
    pub source_identity: Option<&'a str>,
    /// Who vouched for the session that asks, if an identity provider did.
    pub federated_provider: Option<&'a str>,
    /// When the session that asks ends, where it does.
    pub session_ends: Option<OffsetDateTime>,
    /// The tags of the principal, each replaced by the session's of the same key.
    pub principal_tags: &'a [(String, String)],
    pub organisation: &'a str,
    pub request_tags: &'a [(String, String)],
    /// The Region that was asked.
    pub region: &'a str,
    pub issued: OffsetDateTime,
    pub duration: Duration,
}

/// The emulator's issuer; every account has a URL of its own, and all share the keys.
pub(crate) struct OutboundIssuer {
    rsa: &'static SigningKey,
    p384: SigningKey,
    salt: [u8; 16],
}

impl OutboundIssuer {
    /// Makes its keys.
    pub(crate) fn new() -> Self {
        Self {
            rsa: SigningKey::rsa(),
            p384: SigningKey::p384(),
            salt: entropy::bytes(),
        }
    }

    /// The `iss` of `account`'s tokens, shaped as AWS's are.
    pub(crate) fn url(&self, account: &str) -> String {
        let hash = digest(&SHA256, &[account.as_bytes(), &self.salt].concat());
        let bytes = hash
            .as_ref()
            .first_chunk::<16>()
            .expect("SHA-256 has 32 bytes");
        format!(
            "https://{}.tokens.sts.global.api.aws",
            entropy::uuid_of(*bytes)
        )
    }

    /// The JSON Web Key Set that proves its tokens.
    pub(crate) fn jwks(&self) -> String {
        json!({ "keys": [self.rsa.public(), self.p384.public()] }).to_string()
    }

    /// The claims of the token that `request` asks for: their size is what STS limits.
    pub(crate) fn claims(&self, request: &OutboundRequest<'_>) -> Value {
        let mut own = Map::new();
        own.insert("aws_account".to_owned(), request.account.into());
        own.insert("source_region".to_owned(), request.region.into());
        own.insert("principal_id".to_owned(), request.subject.into());
        own.insert("org_id".to_owned(), request.organisation.into());
        for (name, tags) in [
            ("principal_tags", request.principal_tags),
            ("request_tags", request.request_tags),
        ] {
            if !tags.is_empty() {
                let tags = tags
                    .iter()
                    .map(|(key, value)| (key.clone(), Value::from(value.as_str())));
                own.insert(name.to_owned(), Value::Object(tags.collect()));
            }
        }
        if let Some(source_identity) = request.source_identity {
            own.insert("source_identity".to_owned(), source_identity.into());
        }
        if let Some(provider) = request.federated_provider {
            own.insert("federated_provider".to_owned(), provider.into());
        }
        if let Some(ends) = request.session_ends {
            let ends = clock::extended(ends);
            own.insert("original_session_exp".to_owned(), ends.into());
        }
        let audience = match request.audiences {
            [only] => Value::from(only.as_str()),
            several => Value::from(several),
        };
        let expires = request.issued.saturating_add(request.duration);
        json!({
            "iss": self.url(request.account),
            "aud": audience,
            "sub": request.subject,
            "iat": request.issued.unix_timestamp(),
            "exp": expires.unix_timestamp(),
            "jti": entropy::uuid(),
            "https://sts.amazonaws.com/": own,
        })
    }

    /// A token with `claims`.
    pub(crate) fn token(&self, claims: &Value, algorithm: SigningAlgorithm) -> String {
        match algorithm {
            SigningAlgorithm::Rs256 => self.rsa.token(claims),
            SigningAlgorithm::Es384 => self.p384.token(claims),
        }
    }
}

#[cfg(all(test, feature = "federation"))]
mod tests {
    use std::collections::HashSet;

    use jsonwebtoken::jwk::JwkSet;
    use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};

    use super::*;

    fn request(audiences: &[String]) -> OutboundRequest<'_> {
        OutboundRequest {
            account: "123456789012",
            subject: "arn:aws:iam::123456789012:role/Worker",
            audiences,
            source_identity: Some("alice"),
            federated_provider: Some("arn:aws:iam::123456789012:saml-provider/a"),
            session_ends: OffsetDateTime::from_unix_timestamp(4_000_003_600).ok(),
            principal_tags: &[],
            organisation: "o-1",
            request_tags: &[],
            region: "eu-west-1",
            issued: OffsetDateTime::from_unix_timestamp(4_000_000_000).expect("an instant of 2096"),
            duration: Duration::minutes(5),
        }
    }

    #[test]
    fn others_verify_the_tokens_with_the_published_keys() {
        let issuer = OutboundIssuer::new();
        let keys: JwkSet = serde_json::from_str(&issuer.jwks()).expect("a key set");
        let audiences = ["https://api.example.com".to_owned()];
        for (algorithm, name) in [
            (SigningAlgorithm::Rs256, "RS256"),
            (SigningAlgorithm::Es384, "ES384"),
        ] {
            assert_eq!(SigningAlgorithm::named(name), Some(algorithm));
            let request = request(&audiences);
            let token = issuer.token(&issuer.claims(&request), algorithm);
            let header = decode_header(&token).expect("a token");
            assert_eq!(format!("{:?}", header.alg), name);
            let key = keys.find(&header.kid.expect("named")).expect("published");
            let mut validation = Validation::new(header.alg);
            validation.set_audience(&audiences);
            validation.set_issuer(&[issuer.url("123456789012")]);
            let key = DecodingKey::from_jwk(key).expect("usable");
            let claims = decode::<Value>(&token, &key, &validation)
                .expect("verified by jsonwebtoken")
                .claims;
            assert_eq!(claims["sub"], "arn:aws:iam::123456789012:role/Worker");
            assert_eq!(
                (&claims["iat"], &claims["exp"]),
                (&json!(4_000_000_000_u64), &json!(4_000_000_300_u64))
            );
            let own = &claims["https://sts.amazonaws.com/"];
            assert_eq!(
                (&own["aws_account"], &own["source_region"]),
                (&json!("123456789012"), &json!("eu-west-1"))
            );
            assert!(own.get("request_tags").is_none() && own.get("principal_tags").is_none());
            assert_eq!(own["source_identity"], "alice");
            assert_eq!(
                own["federated_provider"],
                "arn:aws:iam::123456789012:saml-provider/a"
            );
            assert_eq!(own["org_id"], "o-1");
            assert_eq!(own["original_session_exp"], "2096-10-02T08:06:40Z");
            // The last character of a signature holds bits that no byte takes up; any other has to count.
            let middle = token.len() - 30;
            let mut altered = token.into_bytes();
            altered[middle] = if altered[middle] == b'A' { b'B' } else { b'A' };
            decode::<Value>(&altered, &key, &validation).expect_err("altered");
        }
    }

    #[test]
    fn several_audiences_are_a_list_tags_are_claims_and_no_token_is_like_another() {
        let issuer = OutboundIssuer::new();
        let audiences = ["a".to_owned(), "b".to_owned()];
        let tags = [("job".to_owned(), "42".to_owned())];
        let request = OutboundRequest {
            request_tags: &tags,
            principal_tags: &tags,
            ..request(&audiences)
        };
        let claims = issuer.claims(&request);
        assert_eq!(claims["aud"], json!(["a", "b"]));
        assert_eq!(
            claims["https://sts.amazonaws.com/"]["request_tags"],
            json!({ "job": "42" })
        );
        let own = &claims["https://sts.amazonaws.com/"];
        assert_eq!(own["principal_tags"], own["request_tags"]);
        let ids: HashSet<_> = (0..50)
            .map(|_| issuer.claims(&request)["jti"].to_string())
            .collect();
        assert_eq!(ids.len(), 50);
        assert_ne!(issuer.url("123456789012"), issuer.url("210987654321"));
        assert_eq!(issuer.url("123456789012"), issuer.url("123456789012"));
    }
}
