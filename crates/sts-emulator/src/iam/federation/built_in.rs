//! The identity providers that the built-in configuration has: their private keys are the emulator's, so that it can show a token and a
//! response that its own STS accepts. Their names end in `.invalid`: nobody else can have them.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra_dsig::{DsigContext, sign};
use bergshamra_keys::{Key, KeysManager, loader};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::hex::hex;
use crate::iam::federation::saml::SamlProvider;
use crate::iam::federation::signing_key::{PUBLISHED_RSA_KEY, SigningKey};
use crate::iam::federation::spec::BUILT_IN_URL;
use crate::{clock, entropy};

/// The emulator's own OpenID Connect provider and SAML provider.
pub(super) struct BuiltInProviders {
    token_key: SigningKey,
    response_key: Key,
}

impl BuiltInProviders {
    /// Whom its tokens and responses are about.
    pub(super) const SUBJECT: &str = "simulated";

    /// Makes their keys; the RSA key of the responses is one for all emulators of the process.
    pub(super) fn new() -> Self {
        Self {
            token_key: SigningKey::p256(),
            response_key: response_key(),
        }
    }

    /// The public key of its tokens, as a JSON Web Key Set.
    pub(super) fn jwks(&self) -> String {
        json!({ "keys": [self.token_key.public()] }).to_string()
    }

    /// The SAML provider, as `account` registers it under `name`.
    pub(super) fn saml(&self, account: &str, name: &str) -> SamlProvider {
        SamlProvider::with_key(account, name, self.response_key.clone())
    }

    /// A web identity token of the provider at `url` for `client_id`, good for twelve hours from `now`.
    pub(super) fn token(&self, url: &str, client_id: &str, now: OffsetDateTime) -> String {
        self.token_key.token(&json!({
            "iss": url,
            "sub": Self::SUBJECT,
            "aud": client_id,
            "iat": now.unix_timestamp(),
            "exp": now.saturating_add(LIFETIME).unix_timestamp(),
        }))
    }

    /// A SAML response (base64) of `issuer` that lets its bearer choose `role` (both ARNs). It says to be good for twelve
    /// hours from `now`; how long it can be redeemed is the registered provider's matter.
    pub(super) fn response(
        &self,
        issuer: &str,
        role: &str,
        provider: &str,
        now: OffsetDateTime,
    ) -> String {
        let text = response(issuer, role, provider, now);
        let mut keys = KeysManager::new();
        keys.add_key(self.response_key.clone());
        let signed = sign::sign(&DsigContext::new(keys), &text)
            .expect("the template is ours and the key is RSA");
        STANDARD.encode(signed)
    }

    /// Whom its responses name as their issuer.
    pub(super) fn saml_issuer() -> String {
        format!("{}/saml", BUILT_IN_URL)
    }
}

/// To find an RSA key takes a tenth of a second, which is long for the start of an emulator. No seed leads to one.
fn response_key() -> Key {
    static OWN: LazyLock<Key> = LazyLock::new(|| {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048);
        loaded(&pair.expect("the operating system gives random bytes"))
    });
    static PUBLISHED: LazyLock<Key> = LazyLock::new(|| {
        loaded(&KeyPair::try_from(PUBLISHED_RSA_KEY).expect("the file holds a key"))
    });
    let key = if entropy::is_seeded() {
        &PUBLISHED
    } else {
        &OWN
    };
    (*key).clone()
}

fn loaded(pair: &KeyPair) -> Key {
    loader::load_rsa_private_pem(pair.serialize_pem().as_bytes())
        .expect("the form is PKCS #8 in PEM")
}

/// The response with a signature that is still empty.
fn response(issuer: &str, role: &str, provider: &str, now: OffsetDateTime) -> String {
    let id = hex(&entropy::bytes::<16>());
    let issuer = escaped(issuer);
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
#[path = "built_in_tests.rs"]
mod tests;
