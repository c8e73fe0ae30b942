//! Unpredictable bytes from the operating system, for secrets and ids; the seeded draws of the fleet live elsewhere.

use rustls::crypto::aws_lc_rs::default_provider;

/// `N` unpredictable bytes.
pub(super) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    default_provider().secure_random.fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
