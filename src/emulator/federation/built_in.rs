//! The identity providers that the built-in fleet has: their private keys are the fleet's, so that it can show a token and a
//! response that its own STS accepts. Their names end in `.invalid`: nobody else can have them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra_dsig::{DsigContext, sign};
use bergshamra_keys::{Key, KeysManager, loader};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::super::canonical_request::hex;
use super::super::{clock, entropy};
use super::signing_key::SigningKey;
use super::web_identity::{OidcProvider, ProviderState};
use super::{ProviderError, SamlProvider};

/// The fleet's own OpenID Connect provider and SAML provider.
pub(in crate::emulator) struct BuiltInProviders {
    token_key: SigningKey,
    response_key: Key,
}

impl BuiltInProviders {
    /// The URL of the OpenID Connect provider.
    pub(in crate::emulator) const URL: &str = "https://identity.stsbench.invalid";
    /// The client that its tokens are for.
    pub(in crate::emulator) const CLIENT_ID: &str = "sts.amazonaws.com";
    /// Whom its tokens and responses are about.
    pub(in crate::emulator) const SUBJECT: &str = "simulated";
    /// The last part of the SAML provider's ARN.
    pub(in crate::emulator) const SAML_NAME: &str = "stsbench";

    /// Makes their keys.
    pub(in crate::emulator) fn new() -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048);
        let pair = pair.expect("the operating system gives random bytes");
        let response_key = loader::load_rsa_private_pem(pair.serialize_pem().as_bytes());
        let response_key = response_key.expect("the form is PKCS #8 in PEM");
        Self { token_key: SigningKey::p256(), response_key }
    }

    /// The OpenID Connect provider, as an account registers it.
    pub(in crate::emulator) fn oidc(&self) -> Result<OidcProvider, ProviderError> {
        let keys = json!({ "keys": [self.token_key.public()] }).to_string();
        OidcProvider::new(Self::URL, &[Self::CLIENT_ID.to_owned()], &keys, ProviderState::Serving)
    }

    /// The SAML provider, as `account` registers it.
    pub(in crate::emulator) fn saml(&self, account: &str) -> SamlProvider {
        let provider = SamlProvider::with_key(account, Self::SAML_NAME, self.response_key.clone());
        // A real provider's responses are good for five minutes; this one's are made once for a whole run.
        provider.with_issuer(&Self::saml_issuer()).redeemable_for(LIFETIME)
    }

    /// A web identity token, good for twelve hours from `now`.
    pub(in crate::emulator) fn token(&self, now: OffsetDateTime) -> String {
        let expires = now.saturating_add(LIFETIME).unix_timestamp();
        self.token_key.token(&json!({
            "iss": Self::URL,
            "sub": Self::SUBJECT,
            "aud": Self::CLIENT_ID,
            "iat": now.unix_timestamp(),
            "exp": expires,
        }))
    }

    /// A SAML response (base64) that lets its bearer choose `role` (both ARNs), good for twelve hours from `now`.
    pub(in crate::emulator) fn response(&self, role: &str, provider: &str, now: OffsetDateTime) -> String {
        let text = response(role, provider, now);
        let mut keys = KeysManager::new();
        keys.add_key(self.response_key.clone());
        let signed = sign::sign(&DsigContext::new(keys), &text).expect("the template is ours and the key is RSA");
        STANDARD.encode(signed)
    }

    fn saml_issuer() -> String {
        format!("{}/saml", Self::URL)
    }
}

/// The response with a signature that is still empty.
fn response(role: &str, provider: &str, now: OffsetDateTime) -> String {
    let id = hex(&entropy::bytes::<16>());
    let issuer = BuiltInProviders::saml_issuer();
    let subject = BuiltInProviders::SUBJECT;
    let [issued, ends] = [now, now.saturating_add(LIFETIME)].map(clock::extended);
    let [role, provider] = [role, provider].map(escaped);
    format!(
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_r{id}\" Version=\"2.0\" IssueInstant=\"{issued}\" \
         Destination=\"{SIGN_IN}\"><saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode \
         Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status><saml:Assertion ID=\"_a{id}\" Version=\"2.0\" \
         IssueInstant=\"{issued}\"><saml:Issuer>{issuer}</saml:Issuer>{signature}<saml:Subject><saml:NameID \
         Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{subject}</saml:NameID><saml:SubjectConfirmation \
         Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData NotOnOrAfter=\"{ends}\" \
         Recipient=\"{SIGN_IN}\"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{issued}\" \
         NotOnOrAfter=\"{ends}\"><saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience>\
         </saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant=\"{issued}\"><saml:AuthnContext>\
         <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
         </saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute \
         Name=\"https://aws.amazon.com/SAML/Attributes/Role\"><saml:AttributeValue>{role},{provider}</saml:AttributeValue>\
         </saml:Attribute><saml:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/RoleSessionName\">\
         <saml:AttributeValue>{subject}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>\
         </samlp:Response>",
        signature = signature(&format!("_a{id}")),
    )
}

/// An enveloped signature over `target`, to be filled in.
fn signature(target: &str) -> String {
    format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo><ds:CanonicalizationMethod \
         Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/><ds:SignatureMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/><ds:Reference URI=\"#{target}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/><ds:Transform \
         Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></ds:Transforms><ds:DigestMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue></ds:DigestValue></ds:Reference>\
         </ds:SignedInfo><ds:SignatureValue></ds:SignatureValue></ds:Signature>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

const SIGN_IN: &str = "https://signin.aws.amazon.com/saml";
const LIFETIME: Duration = Duration::hours(12);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("an instant of 2027") + Duration::hours(hours)
    }

    #[test]
    fn its_own_token_is_good_for_a_whole_run() {
        let providers = BuiltInProviders::new();
        let (provider, token) = (providers.oidc().expect("a provider"), providers.token(at(0)));
        for hours in [0, 11] {
            let identity = provider.verify(&token, at(hours)).expect("genuine");
            assert_eq!((identity.subject.as_str(), identity.audience.as_str()), ("simulated", "sts.amazonaws.com"));
        }
        provider.verify(&token, at(12)).expect_err("over");
        let other = BuiltInProviders::new().oidc().expect("a provider");
        other.verify(&token, at(0)).expect_err("another fleet's");
    }

    #[test]
    fn its_own_response_is_good_for_a_whole_run() {
        let providers = BuiltInProviders::new();
        let (role, arn) = ("arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:saml-provider/stsbench");
        let (provider, response) = (providers.saml("123456789012"), providers.response(role, arn, at(0)));
        for hours in [0, 11] {
            let identity = provider.verify(&response, at(hours)).expect("genuine");
            assert_eq!(identity.roles, [(role.to_owned(), arn.to_owned())]);
            assert_eq!(
                (identity.subject_type.as_str(), identity.role_session_name.as_str()),
                ("persistent", "simulated")
            );
            assert_eq!(identity.session_ends, None);
        }
        provider.verify(&response, at(12)).expect_err("over");
        BuiltInProviders::new().saml("123456789012").verify(&response, at(0)).expect_err("another fleet's");
    }
}
