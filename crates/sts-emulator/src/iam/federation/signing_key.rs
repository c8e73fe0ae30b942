//! Keys that the emulator itself signs tokens with, made at start and forgotten at the end.
//!
//! Only the emulator's own verifiers and clients that ask it for its key set can trust them.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
#[cfg(feature = "federation")]
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::entropy;
use crate::hex::hex;

/// A private key with its name.
pub(crate) struct SigningKey {
    id: String,
    pair: Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    #[cfg(feature = "federation")]
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl SigningKey {
    /// For RS256; 2048 bits. To find one takes a tenth of a second, so the emulators of one process share it.
    pub(crate) fn rsa() -> &'static Self {
        static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect(RANDOM);
            SigningKey::named(Pair::Rsa(pair))
        });
        &KEY
    }

    /// For ES256.
    #[cfg(feature = "federation")]
    pub(crate) fn p256() -> Self {
        Self::named(Pair::P256(
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect(RANDOM),
        ))
    }

    /// For ES384.
    pub(crate) fn p384() -> Self {
        Self::named(Pair::P384(
            EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect(RANDOM),
        ))
    }

    fn named(pair: Pair) -> Self {
        Self {
            id: hex(&entropy::bytes::<8>()),
            pair,
        }
    }

    /// A JSON Web Token with `claims` (RFC 7515, compact form).
    pub(crate) fn token(&self, claims: &Value) -> String {
        let header = json!({ "alg": self.algorithm(), "kid": self.id, "typ": "JWT" });
        let [header, claims] =
            [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{header}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(self.signature(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// The public half, as a member of a JSON Web Key Set (RFC 7517).
    pub(crate) fn public(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (kind, parts) = match &self.pair {
            Pair::Rsa(pair) => {
                let key = pair.public_key();
                let (modulus, exponent) = (key.modulus(), key.exponent());
                let modulus = encode(modulus.big_endian_without_leading_zero());
                (
                    "RSA",
                    json!({ "n": modulus, "e": encode(exponent.big_endian_without_leading_zero()) }),
                )
            }
            #[cfg(feature = "federation")]
            Pair::P256(pair) => ("EC", elliptic("P-256", pair)),
            Pair::P384(pair) => ("EC", elliptic("P-384", pair)),
        };
        let mut key = parts;
        key["kty"] = kind.into();
        key["kid"] = self.id.as_str().into();
        key["alg"] = self.algorithm().into();
        key["use"] = "sig".into();
        key
    }

    fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            #[cfg(feature = "federation")]
            Pair::P256(_) => "ES256",
            Pair::P384(_) => "ES384",
        }
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect(RANDOM);
                signature
            }
            #[cfg(feature = "federation")]
            Pair::P256(pair) => pair.sign(&random, message).expect(RANDOM).as_ref().to_vec(),
            Pair::P384(pair) => pair.sign(&random, message).expect(RANDOM).as_ref().to_vec(),
        }
    }
}

/// The parts of a public key on `curve`.
fn elliptic(curve: &str, pair: &EcdsaKeyPair) -> Value {
    // X9.62: one byte that says "uncompressed", then both coordinates.
    let point = &pair.public_key().as_ref()[1..];
    let [x, y] = <[&[u8]; 2]>::from(point.split_at(point.len() / 2))
        .map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
    json!({ "crv": curve, "x": x, "y": y })
}

const RANDOM: &str = "the operating system gives random bytes";
