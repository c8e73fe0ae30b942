//! Web identity tokens: a JSON Web Token of an OpenID Connect provider, verified with the provider's registered keys.
//!
//! Signed by RSA (RS256, RS384, RS512) or ECDSA (ES256, ES384), as the service model has it; AWS's ES512 is missing here. The
//! key comes from the registered set alone: what a token says about keys (`jwk`, `jku`, `x5c`) is not looked at.

use std::collections::HashSet;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, dangerous, decode, decode_header};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::iam::federation::claim_tags::session_tags;
use crate::iam::federation::identity::{WebIdentity, is_source_identity, provider_name};
use crate::iam::federation::rejection::{ProviderError, Rejection};
use crate::iam::federation::spec::ProviderState;
use crate::iam::policy::provider_claims;

/// A registered OpenID Connect provider.
#[derive(Debug, Clone)]
pub(crate) struct OidcProvider {
    name: String,
    client_ids: Vec<String>,
    keys: JwkSet,
    state: ProviderState,
}

/// The `iss` of a token, not verified yet: use it only to find the provider.
pub(crate) fn issuer_of(token: &str) -> Result<String, Rejection> {
    readable(token)?;
    let claims: Claims = dangerous::insecure_decode_claims(token).map_err(|_| not_a_token())?;
    required(&claims, "iss").map(str::to_owned)
}

impl OidcProvider {
    /// Registers the provider at `url`, whose keys are `jwks` (JSON) and whose tokens are for any of `client_ids`.
    pub(crate) fn new(
        url: &str,
        client_ids: &[String],
        jwks: &str,
        state: ProviderState,
    ) -> Result<Self, ProviderError> {
        let keys: JwkSet =
            serde_json::from_str(jwks).map_err(|error| ProviderError::Keys(error.to_string()))?;
        if !(1..=MAX_KEYS).contains(&keys.keys.len()) {
            return Err(ProviderError::KeyCount);
        }
        Ok(Self {
            name: provider_name(url).to_owned(),
            client_ids: client_ids.to_vec(),
            keys,
            state,
        })
    }

    /// The URL without its scheme.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What `token` says at `now`, if this provider has said it.
    pub(crate) fn verify(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<WebIdentity, Rejection> {
        let header = readable(token)?;
        match self.state {
            ProviderState::Serving => {}
            ProviderState::Rejecting => return Err(Rejection::Refused),
            ProviderState::Unreachable => return Err(Rejection::Unreachable),
        }
        let key = self.key(&header).ok_or_else(no_key)?;
        let mut validation = Validation::new(header.alg);
        // Claims are judged below: the library would read the machine's clock, and STS has its own words for each.
        validation.required_spec_claims = HashSet::new();
        (validation.validate_exp, validation.validate_aud) = (false, false);
        let token =
            decode::<Claims>(token, &key, &validation).map_err(|_| Rejection::not_valid())?;
        self.judge(&token.claims, now.unix_timestamp())
    }

    /// The one registered key that can have made the signature.
    fn key(&self, header: &Header) -> Option<DecodingKey> {
        let mut fitting = self.keys.keys.iter().filter(|key| fits(key, header.alg));
        let chosen = match &header.kid {
            Some(kid) => fitting.find(|key| key.common.key_id.as_ref() == Some(kid))?,
            // Without a name the key must be beyond doubt.
            None => fitting.next().filter(|_| fitting.next().is_none())?,
        };
        DecodingKey::from_jwk(chosen).ok()
    }

    fn judge(&self, claims: &Claims, now: i64) -> Result<WebIdentity, Rejection> {
        let issuer = required(claims, "iss")?;
        // Google's tokens alone may leave the scheme out.
        let has_scheme = issuer.starts_with("https://") || issuer == "accounts.google.com";
        if !has_scheme || provider_name(issuer) != self.name {
            return Err(Rejection::no_provider(issuer));
        }
        let subject = required(claims, "sub")?;
        let (audience, original_audience) = self.audience(claims)?;
        let (expires, issued) = (instant(claims, "exp")?, instant(claims, "iat")?);
        let expires = expires.ok_or_else(|| missing("exp"))?;
        let issued = issued.ok_or_else(|| missing("iat"))?;
        if now >= expires {
            let message = "Token expired: current date/time";
            return Err(Rejection::Expired(format!(
                "{message} {now} must be before the expiration date/time {expires}"
            )));
        }
        let starts = instant(claims, "nbf")?.unwrap_or(issued).max(issued);
        if starts > now.saturating_add(CLOCK_SKEW_SECONDS) {
            return Err(Rejection::not_valid());
        }
        let methods = claims.get("amr").and_then(Value::as_array);
        let source_identity = match claims.get("https://aws.amazon.com/source_identity") {
            None => None,
            Some(claim) => {
                let name = claim.as_str().filter(|name| is_source_identity(name));
                Some(name.ok_or_else(Rejection::source_identity)?.to_owned())
            }
        };
        Ok(WebIdentity {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            audience,
            original_audience,
            methods: methods
                .into_iter()
                .flatten()
                .filter_map(|method| method.as_str().map(str::to_owned))
                .collect(),
            source_identity,
            session_tags: session_tags(claims).ok_or_else(Rejection::not_valid)?,
            roles: roles(claims)?,
            more_claims: self.more_claims(claims),
        })
    }

    /// The claims that conditions can ask about beyond `aud` and `sub`: `email`, and what AWS takes from this provider's tokens.
    fn more_claims(&self, claims: &Claims) -> Vec<(String, Vec<String>)> {
        let texts = |value: &Value| match value {
            Value::String(text) => vec![text.clone()],
            Value::Number(_) | Value::Bool(_) => vec![value.to_string()],
            Value::Array(values) => values
                .iter()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
            Value::Null | Value::Object(_) => Vec::new(),
        };
        let names = provider_claims(&self.name).iter().chain(&["email"]);
        names
            .filter_map(|name| Some(((*name).to_owned(), texts(claim(claims, name)?))))
            .collect()
    }

    /// Whom the token is for, and whom else it names (IAM user guide, "Available keys for AWS OIDC federation").
    fn audience(&self, claims: &Claims) -> Result<(String, Option<String>), Rejection> {
        let named: Vec<&str> = match claims.get("aud").ok_or_else(|| missing("aud"))? {
            Value::String(audience) => vec![audience],
            Value::Array(audiences) => audiences.iter().filter_map(Value::as_str).collect(),
            _ => return Err(wrong_audience()),
        };
        let registered = |audience: &&str| self.client_ids.iter().any(|id| id == audience);
        if let Some(party) = claims.get("azp").and_then(Value::as_str) {
            let original = named.first().map(|audience| (*audience).to_owned());
            return Some(party)
                .filter(registered)
                .map(|party| (party.to_owned(), original))
                .ok_or_else(wrong_audience);
        }
        let found = named
            .into_iter()
            .find(registered)
            .ok_or_else(wrong_audience)?;
        Ok((found.to_owned(), None))
    }
}

type Claims = Map<String, Value>;

/// The header of a token that is one, signed in a way that STS takes.
fn readable(token: &str) -> Result<Header, Rejection> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(not_a_token());
    }
    let header = decode_header(token).map_err(|_| not_a_token())?;
    // Extensions that must be understood are not, and neither is encryption.
    let plain = header.crit.is_none() && header.enc.is_none() && header.zip.is_none();
    if plain && ALGORITHMS.contains(&header.alg) {
        Ok(header)
    } else {
        Err(not_a_token())
    }
}

/// Whether `key` can have made a signature by `algorithm`.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512) => {
            true
        }
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => {
            curve.curve == EllipticCurve::P256
        }
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES384) => {
            curve.curve == EllipticCurve::P384
        }
        _ => false,
    };
    let named = key
        .common
        .key_algorithm
        .is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    kind && named && !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption))
}

fn required<'a>(claims: &'a Claims, name: &str) -> Result<&'a str, Rejection> {
    let text = claims
        .get(name)
        .ok_or_else(|| missing(name))?
        .as_str()
        .filter(|text| !text.is_empty());
    text.ok_or_else(Rejection::not_valid)
}

/// The claim that a condition key calls `name`. A slash stands in the claim's own name (CircleCI), or parts a claim from one inside
/// (Google); AWS's table of keys has a colon in its place.
fn claim<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    let inside = || {
        let (outer, inner) = name.split_once('/')?;
        let nested = claims.get(outer).and_then(|outer| outer.get(inner));
        nested.or_else(|| claims.get(&format!("{outer}:{inner}")))
    };
    claims.get(name).or_else(inside)
}

/// The roles that the token may be used for: one as a text, or several as a list.
fn roles(claims: &Claims) -> Result<Option<Vec<String>>, Rejection> {
    let name = |role: &Value| role.as_str().map(str::to_owned);
    let roles = match claims.get("https://aws.amazon.com/roles") {
        None => return Ok(None),
        Some(Value::Array(roles)) => roles.iter().map(name).collect(),
        Some(role) => name(role).map(|role| vec![role]),
    };
    roles.map(Some).ok_or_else(Rejection::not_valid)
}

/// A time claim; STS takes whole seconds only (service model, "integer or a long integer").
fn instant(claims: &Claims, name: &str) -> Result<Option<i64>, Rejection> {
    claims
        .get(name)
        .map(|claim| claim.as_i64().ok_or_else(Rejection::not_valid))
        .transpose()
}

// The texts of STS, as found in public reports of its answers.

fn not_a_token() -> Rejection {
    let message = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
    Rejection::Invalid(message.to_owned())
}

/// STS's own two spaces are kept.
fn no_key() -> Rejection {
    let message = "Couldn't retrieve verification key from your identity provider,  please reference \
                   AssumeRoleWithWebIdentity documentation for requirements";
    Rejection::Invalid(message.to_owned())
}

fn missing(claim: &str) -> Rejection {
    Rejection::Invalid(format!("Missing a required claim: {claim}"))
}

fn wrong_audience() -> Rejection {
    Rejection::Invalid("Incorrect token audience".to_owned())
}

const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::ES256,
    Algorithm::ES384,
];

/// The service model's longest token is 20,000 characters; those of a JWT are single bytes.
const MAX_TOKEN_BYTES: usize = 20_000;

/// As many as IAM keeps of each kind.
const MAX_KEYS: usize = 100;

/// How far a provider's clock may be ahead. AWS states no number; a token is refused within 198 s of its end, so that there
/// is no leeway at that side.
const CLOCK_SKEW_SECONDS: i64 = 300;

#[cfg(test)]
#[path = "web_identity_tests.rs"]
mod tests;
