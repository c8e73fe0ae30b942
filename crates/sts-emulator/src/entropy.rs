//! Unpredictable bytes from the operating system, for secrets and ids; the seeded draws of the emulator live elsewhere.

use rustls::crypto::aws_lc_rs::default_provider;

use crate::hex::hex;

/// `N` unpredictable bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    default_provider()
        .secure_random
        .fill(&mut bytes)
        .expect("the operating system gives random bytes");
    bytes
}

/// An unpredictable UUID of version 4.
pub(crate) fn uuid() -> String {
    uuid_of(bytes())
}

/// The version 4 UUID of sixteen random bytes (RFC 9562, 5.4).
pub(crate) fn uuid_of(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let digits = hex(&bytes);
    let group = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [
        group(0..8),
        group(8..12),
        group(12..16),
        group(16..20),
        group(20..32),
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_have_the_form_of_version_4() {
        assert_eq!(uuid_of([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_of([0xFF; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
