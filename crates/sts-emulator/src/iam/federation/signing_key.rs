//! Keys that the emulator itself signs tokens with, made at start and forgotten at the end.
//!
//! Only the emulator's own verifiers and clients that ask it for its key set can trust them.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::entropy;
use crate::hex::hex;
#[cfg(feature = "federation")]
use crate::iam::federation::elliptic_key::P256;
use crate::iam::federation::elliptic_key::{EllipticKey, P384};

/// A private key with its name.
pub(crate) struct SigningKey {
    id: String,
    pair: Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    Elliptic(EllipticKey),
}

impl SigningKey {
    /// For RS256; 2048 bits. To find one takes a tenth of a second, so the emulators of one process share it. No seed leads to
    /// one: where everything follows from a seed, it is [`PUBLISHED_RSA_KEY`].
    pub(crate) fn rsa() -> &'static Self {
        static OWN: LazyLock<SigningKey> = LazyLock::new(|| {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect(RANDOM);
            SigningKey::named(Pair::Rsa(pair))
        });
        static PUBLISHED: LazyLock<SigningKey> = LazyLock::new(|| {
            let pair = RsaKeyPair::from_pkcs8(PUBLISHED_RSA_KEY).expect("the file holds a key");
            SigningKey::named(Pair::Rsa(pair))
        });
        if entropy::is_seeded() {
            &PUBLISHED
        } else {
            &OWN
        }
    }

    /// For ES256.
    #[cfg(feature = "federation")]
    pub(crate) fn p256() -> Self {
        Self::named(Pair::Elliptic(EllipticKey::on(&P256)))
    }

    /// For ES384.
    pub(crate) fn p384() -> Self {
        Self::named(Pair::Elliptic(EllipticKey::on(&P384)))
    }

    /// The key under a name that is taken from its public half.
    fn named(pair: Pair) -> Self {
        let public = match &pair {
            Pair::Rsa(pair) => pair.public_key().as_ref(),
            Pair::Elliptic(key) => key.public(),
        };
        let hash = digest(&SHA256, public);
        Self {
            id: hex(hash.as_ref().get(..8).unwrap_or_default()),
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
            Pair::Elliptic(key) => ("EC", elliptic(key)),
        };
        let mut key = parts;
        key["kty"] = kind.into();
        key["kid"] = self.id.as_str().into();
        key["alg"] = self.algorithm().into();
        key["use"] = "sig".into();
        key
    }

    fn algorithm(&self) -> &'static str {
        match &self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Elliptic(key) => key.curve().algorithm,
        }
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                // The padding of PKCS #1 1.5 has nothing random in it.
                let random = SystemRandom::new();
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect(RANDOM);
                signature
            }
            Pair::Elliptic(key) => key.sign(message),
        }
    }
}

/// The parts of a public key on its curve.
fn elliptic(key: &EllipticKey) -> Value {
    let curve = key.curve().name;
    // X9.62: one byte that says "uncompressed", then both coordinates.
    let point = &key.public()[1..];
    let [x, y] = <[&[u8]; 2]>::from(point.split_at(point.len() / 2))
        .map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
    json!({ "crv": curve, "x": x, "y": y })
}

/// An RSA key (PKCS #8) that everybody knows, because it is in the source: 2048 bits, for emulators whose answers follow from a
/// seed.
pub(super) const PUBLISHED_RSA_KEY: &[u8] = include_bytes!("published_rsa_key.der");
const RANDOM: &str = "the operating system gives random bytes";
