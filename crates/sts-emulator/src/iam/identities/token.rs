//! Session tokens: a principal and an expiry, sealed so that only this emulator can read or make one.
//!
//! In front stands what AWS's tokens show in the clear. Version 2, of every regional endpoint: `0x21`, then protobuf fields
//! `origin_ec`, a number and the Region of origin. Version 1, of the global endpoint: `0x17` and `er/aws`, no Region. The sealed
//! part is AES-256-GCM over JSON; the key id and everything in front are bound to it, so that no byte can be altered.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::entropy;
use crate::iam::identities::principal::Session;

/// Which form a token has, and with it where it is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenVersion {
    /// Valid in Regions enabled by default only.
    V1,
    /// Valid in all Regions.
    V2,
}

/// What a session token says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Claims {
    #[serde(flatten)]
    pub session: Session,
    /// Seconds since 1970.
    #[serde(rename = "e")]
    pub expires: i64,
}

/// Makes and opens tokens; its key never leaves this process.
pub(super) struct Sealer(LessSafeKey);

impl Sealer {
    /// A sealer whose tokens no other one opens.
    pub(super) fn new() -> Self {
        let key =
            UnboundKey::new(&AES_256_GCM, &entropy::bytes::<32>()).expect("AES-256 takes 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// The token of `claims` for `access_key_id`, of at least `minimum` characters, issued in `region`.
    pub(super) fn token(
        &self,
        claims: &Claims,
        access_key_id: &str,
        version: TokenVersion,
        region: &str,
        minimum: usize,
    ) -> String {
        let mut plain = serde_json::to_vec(claims).expect("claims are plain data");
        let head = head(version, region);
        // Blanks at the end are no part of JSON's value. Four characters of base64 carry three bytes.
        let bytes = minimum.div_ceil(4) * 3;
        let least =
            |plain: usize| head.len() + length_field(plain + OVERHEAD).len() + plain + OVERHEAD;
        while least(plain.len()).div_ceil(3) * 3 < bytes {
            plain.push(b' ');
        }
        let mut token = head;
        token.extend(length_field(plain.len() + OVERHEAD));
        let sealed = self.seal(&[&token, access_key_id.as_bytes()].concat(), plain);
        token.extend(sealed);
        STANDARD.encode(token)
    }

    /// What `token` says, if this sealer made it for `access_key_id`.
    pub(super) fn open_token(
        &self,
        token: &[u8],
        access_key_id: &str,
    ) -> Option<(Claims, TokenVersion)> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let bytes = STANDARD.decode(token).ok()?;
        let (version, rest) = if let Some(rest) = bytes.strip_prefix(V2_HEAD) {
            let (length, rest) = rest.strip_prefix(&[0x1A])?.split_first()?;
            (TokenVersion::V2, rest.get(usize::from(*length)..)?)
        } else {
            (TokenVersion::V1, bytes.strip_prefix(V1_HEAD)?)
        };
        let sealed = length_delimited(rest)?;
        let head = &bytes[..bytes.len() - sealed.len()];
        let claims = self.open(&[head, access_key_id.as_bytes()].concat(), sealed)?;
        Some((claims, version))
    }

    /// `value` sealed for `purpose`, as base64.
    pub(super) fn text<T: Serialize>(&self, purpose: &str, value: &T) -> String {
        STANDARD.encode(self.seal(
            purpose.as_bytes(),
            serde_json::to_vec(value).expect("plain data"),
        ))
    }

    /// The value in a text that [`Self::text`] made for `purpose`.
    pub(super) fn open_text<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        self.open(purpose.as_bytes(), &STANDARD.decode(text).ok()?)
    }

    fn seal(&self, bound: &[u8], mut plain: Vec<u8>) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = entropy::bytes();
        let aad = Aad::from(bound);
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut plain)
            .expect("plain texts are far below the limit of GCM");
        [&nonce[..], &plain].concat()
    }

    fn open<T: DeserializeOwned>(&self, bound: &[u8], sealed: &[u8]) -> Option<T> {
        let (nonce, cipher) = sealed.split_at_checked(NONCE_LEN)?;
        let mut cipher = cipher.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(bound), &mut cipher)
            .ok()?;
        serde_json::from_slice(plain).ok()
    }
}

/// What stands in the clear before the sealed part's length.
fn head(version: TokenVersion, region: &str) -> Vec<u8> {
    match version {
        TokenVersion::V1 => V1_HEAD.to_vec(),
        TokenVersion::V2 => {
            let length = [
                0x1A,
                u8::try_from(region.len()).expect("Region names are short"),
            ];
            [V2_HEAD, &length, region.as_bytes()].concat()
        }
    }
}

/// Protobuf field 4 of `length` bytes, without them.
fn length_field(mut length: usize) -> Vec<u8> {
    let mut field = vec![0x22];
    while length >= 0x80 {
        field.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    field.push(length as u8);
    field
}

/// The bytes of protobuf field 4, which must be all that is left.
fn length_delimited(bytes: &[u8]) -> Option<&[u8]> {
    let varint = bytes.strip_prefix(&[0x22])?;
    let end = varint.iter().take(4).position(|byte| byte & 0x80 == 0)?;
    let length = varint[..=end]
        .iter()
        .rev()
        .fold(0, |length, byte| (length << 7) | usize::from(byte & 0x7F));
    let rest = varint.get(end + 1..)?;
    (rest.len() == length).then_some(rest)
}

/// Largest token that STS issues today. Unit: characters.
pub(crate) const LARGEST_TOKEN: usize = 4_096;

/// Longer ones are not even decoded.
const LONGEST_TOKEN: usize = 2 * LARGEST_TOKEN;
const V1_HEAD: &[u8] = b"\x17\x0A\x06er/aws\x10\x01";
const V2_HEAD: &[u8] = b"\x21\x0A\x09origin_ec\x10\x01";
/// Nonce and authentication tag.
const OVERHEAD: usize = NONCE_LEN + 16;
