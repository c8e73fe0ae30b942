//! ECDSA whose signatures follow from key and message alone (RFC 6979), so that a seed fixes every token that is signed.
//!
//! Points are multiplied by the cryptographic library; what is here is arithmetic modulo the order of the curve. It is not made
//! to withstand the measuring of its times: these keys open nothing.

use aws_lc_rs::agreement::{self, ECDH_P384, PrivateKey};
use aws_lc_rs::digest::{self, SHA384, digest};
use aws_lc_rs::hmac;

use crate::entropy;

/// A curve with the hash that JSON Web Algorithms (RFC 7518, 3.4) uses with it.
pub(super) struct Curve {
    /// As in key sets.
    pub(super) name: &'static str,
    /// As in the headers of tokens.
    pub(super) algorithm: &'static str,
    points: &'static agreement::Algorithm,
    order: Number,
    /// Of a scalar, and of the hash: they are equally long.
    bytes: usize,
    hash: &'static digest::Algorithm,
    hmac: hmac::Algorithm,
}

/// ES256 (orders of the curves: FIPS 186-4, D.1.2).
#[cfg(any(test, feature = "federation"))]
pub(super) static P256: Curve = Curve {
    name: "P-256",
    algorithm: "ES256",
    points: &agreement::ECDH_P256,
    order: Number([
        0xF3B9_CAC2_FC63_2551,
        0xBCE6_FAAD_A717_9E84,
        u64::MAX,
        0xFFFF_FFFF_0000_0000,
        0,
        0,
    ]),
    bytes: 32,
    hash: &digest::SHA256,
    hmac: hmac::HMAC_SHA256,
};

/// ES384.
pub(super) static P384: Curve = Curve {
    name: "P-384",
    algorithm: "ES384",
    points: &ECDH_P384,
    order: Number([
        0xECEC_196A_CCC5_2973,
        0x581A_0DB2_48B0_A77A,
        0xC763_4D81_F437_2DDF,
        u64::MAX,
        u64::MAX,
        u64::MAX,
    ]),
    bytes: 48,
    hash: &SHA384,
    hmac: hmac::HMAC_SHA384,
};

/// A private key.
pub(super) struct EllipticKey {
    curve: &'static Curve,
    /// Big-endian, as many bytes as the curve's order.
    scalar: Vec<u8>,
    /// X9.62, uncompressed.
    public: Vec<u8>,
}

impl EllipticKey {
    /// A new key on `curve`.
    pub(super) fn on(curve: &'static Curve) -> Self {
        loop {
            let drawn: [u8; 48] = entropy::bytes();
            if let Some(key) = Self::of(curve, &drawn[..curve.bytes]) {
                return key;
            }
        }
    }

    /// The key with that scalar; none when it is 0 or not below the order.
    fn of(curve: &'static Curve, scalar: &[u8]) -> Option<Self> {
        Some(Self {
            curve,
            scalar: scalar.to_owned(),
            public: curve.point(scalar)?,
        })
    }

    /// The curve that it is on.
    pub(super) fn curve(&self) -> &'static Curve {
        self.curve
    }

    /// The public half (X9.62, uncompressed).
    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }

    /// The signature of `message`: both halves, one behind the other (RFC 7518, 3.4).
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let (curve, order) = (self.curve, &self.curve.order);
        let hash = Number::of(digest(curve.hash, message).as_ref()).reduced(order);
        let mut nonces = Nonces::new(self, &hash.octets(curve.bytes));
        loop {
            let nonce = nonces.next();
            let Some(point) = curve.point(&nonce) else {
                continue;
            };
            let first = Number::of(&point[1..=curve.bytes]).reduced(order);
            let product = first.times(&Number::of(&self.scalar), order);
            let inverse = Number::of(&nonce).inverse(order);
            let second = hash.plus(&product, order).times(&inverse, order);
            if first != Number::ZERO && second != Number::ZERO {
                return [first.octets(curve.bytes), second.octets(curve.bytes)].concat();
            }
        }
    }
}

impl Curve {
    /// The base point times `scalar`; none when that is 0 or not below the order.
    fn point(&self, scalar: &[u8]) -> Option<Vec<u8>> {
        let number = Number::of(scalar);
        (number != Number::ZERO && number.is_below(&self.order)).then_some(())?;
        let key = PrivateKey::from_private_key(self.points, scalar).ok()?;
        Some(key.compute_public_key().ok()?.as_ref().to_vec())
    }
}

/// The candidates for the nonce of one signature, in their order (RFC 6979, 3.2).
struct Nonces {
    algorithm: hmac::Algorithm,
    key: hmac::Tag,
    value: Vec<u8>,
    is_first: bool,
}

impl Nonces {
    fn new(key: &EllipticKey, hash: &[u8]) -> Self {
        let (algorithm, bytes) = (key.curve.hmac, key.curve.bytes);
        let keyed = |with: &[u8], parts: &[&[u8]]| {
            hmac::sign(&hmac::Key::new(algorithm, with), &parts.concat())
        };
        let start = vec![1; bytes];
        let first = keyed(&vec![0; bytes], &[&start, &[0], &key.scalar, hash]);
        let value = keyed(first.as_ref(), &[&start]);
        let second = keyed(first.as_ref(), &[value.as_ref(), &[1], &key.scalar, hash]);
        let value = keyed(second.as_ref(), &[value.as_ref()]);
        Self {
            algorithm,
            key: second,
            value: value.as_ref().to_vec(),
            is_first: true,
        }
    }

    fn next(&mut self) -> Vec<u8> {
        let algorithm = self.algorithm;
        let keyed = |with: &hmac::Tag, text: &[u8]| {
            hmac::sign(&hmac::Key::new(algorithm, with.as_ref()), text)
        };
        if !std::mem::take(&mut self.is_first) {
            self.key = keyed(&self.key, &[&self.value[..], &[0]].concat());
            self.value = keyed(&self.key, &self.value).as_ref().to_vec();
        }
        self.value = keyed(&self.key, &self.value).as_ref().to_vec();
        self.value.clone()
    }
}

/// A number of up to 384 bits, its lowest 64 first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number([u64; 6]);

impl Number {
    const ZERO: Self = Self([0; 6]);
    const ONE: Self = Self([1, 0, 0, 0, 0, 0]);

    /// Of at most 48 bytes, the highest first.
    fn of(bytes: &[u8]) -> Self {
        let mut limbs = [0; 6];
        for (at, byte) in bytes.iter().rev().enumerate() {
            limbs[at / 8] |= u64::from(*byte) << (8 * (at % 8));
        }
        Self(limbs)
    }

    /// As `count` bytes, the highest first.
    fn octets(&self, count: usize) -> Vec<u8> {
        let all = self.0.iter().flat_map(|limb| limb.to_le_bytes());
        let mut low: Vec<u8> = all.take(count).collect();
        low.reverse();
        low
    }

    fn is_below(&self, other: &Self) -> bool {
        self.0.iter().rev().lt(other.0.iter().rev())
    }

    fn is_even(&self) -> bool {
        self.0[0] & 1 == 0
    }

    /// The sum, and whether it is one bit too long.
    fn sum(&self, other: &Self) -> (Self, bool) {
        let (mut limbs, mut carry) = ([0; 6], false);
        for (at, limb) in limbs.iter_mut().enumerate() {
            let (sum, first) = self.0[at].overflowing_add(other.0[at]);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first || second);
        }
        (Self(limbs), carry)
    }

    /// The difference, modulo 2³⁸⁴.
    fn less(&self, other: &Self) -> Self {
        let (mut limbs, mut borrow) = ([0; 6], false);
        for (at, limb) in limbs.iter_mut().enumerate() {
            let (difference, first) = self.0[at].overflowing_sub(other.0[at]);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (difference, first || second);
        }
        Self(limbs)
    }

    /// Half of it, rounded down, with `top` as its highest bit.
    fn half(&self, top: bool) -> Self {
        let (mut limbs, mut carry) = ([0; 6], u64::from(top));
        for (at, limb) in limbs.iter_mut().enumerate().rev() {
            *limb = (self.0[at] >> 1) | (carry << 63);
            carry = self.0[at] & 1;
        }
        Self(limbs)
    }

    /// Below `order`, of a number below twice that.
    fn reduced(self, order: &Self) -> Self {
        if self.is_below(order) {
            self
        } else {
            self.less(order)
        }
    }

    /// The sum modulo `order`, of numbers below it.
    fn plus(&self, other: &Self, order: &Self) -> Self {
        match self.sum(other) {
            (sum, true) => sum.less(order),
            (sum, false) => sum.reduced(order),
        }
    }

    /// The product modulo `order`, of numbers below it.
    fn times(&self, other: &Self, order: &Self) -> Self {
        let bits = (0..384).rev().map(|at| other.0[at / 64] >> (at % 64) & 1);
        bits.fold(Self::ZERO, |product, bit| {
            let doubled = product.plus(&product, order);
            if bit == 1 {
                doubled.plus(self, order)
            } else {
                doubled
            }
        })
    }

    /// The number that gives 1 with it modulo the prime `order`; it is not 0 and below `order`.
    fn inverse(&self, order: &Self) -> Self {
        // Halving modulo an odd number, and the steps of the binary greatest common divisor.
        let halved = |number: &Self| {
            if number.is_even() {
                number.half(false)
            } else {
                let (sum, carry) = number.sum(order);
                sum.half(carry)
            }
        };
        let minus = |one: &Self, other: &Self| {
            if one.is_below(other) {
                one.sum(order).0.less(other)
            } else {
                one.less(other)
            }
        };
        let (mut low, mut high) = (*self, *order);
        let (mut of_low, mut of_high) = (Self::ONE, Self::ZERO);
        while low != Self::ONE {
            if low.is_even() {
                (low, of_low) = (low.half(false), halved(&of_low));
            } else if low.is_below(&high) {
                (low, high) = (high, low);
                (of_low, of_high) = (of_high, of_low);
            } else {
                (low, of_low) = (low.less(&high), minus(&of_low, &of_high));
            }
        }
        of_low
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, UnparsedPublicKey,
    };

    use super::*;
    use crate::hex::hex;

    fn bytes(text: &str) -> Vec<u8> {
        let digits = text.as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16);
        digits
            .map(|pair| byte(pair).expect("hexadecimal"))
            .collect()
    }

    /// RFC 6979, A.2.5 and A.2.6.
    #[test]
    fn signatures_are_those_of_rfc_6979() {
        for (curve, scalar, message, first, second) in [
            (
                &P256,
                "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
                "sample",
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
                "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            ),
            (
                &P384,
                "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
                "sample",
                "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
                "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
            ),
        ] {
            let key = EllipticKey::of(curve, &bytes(scalar)).expect("a scalar of the curve");
            let signature = hex(&key.sign(message.as_bytes())).to_uppercase();
            assert_eq!(signature, format!("{first}{second}"), "{}", curve.name);
        }
    }

    #[test]
    fn others_verify_what_new_keys_sign() {
        for round in 0..20 {
            let message = [round; 5];
            let (first, second) = (EllipticKey::on(&P256), EllipticKey::on(&P384));
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, first.public())
                .verify(&message, &first.sign(&message))
                .expect("right");
            UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, second.public())
                .verify(&message, &second.sign(&message))
                .expect("right");
        }
    }

    #[test]
    fn scalars_that_are_none_make_no_key() {
        for curve in [&P256, &P384] {
            for none in [
                vec![0; curve.bytes],
                curve.order.octets(curve.bytes),
                vec![0xFF; curve.bytes],
            ] {
                assert!(EllipticKey::of(curve, &none).is_none());
            }
        }
    }
}
