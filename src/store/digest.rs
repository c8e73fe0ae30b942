//! Digests of objects.

use aws_lc_rs::digest::{Context, SHA256};

use crate::results::{ListedFile, hexadecimal};

/// An object as a manifest lists it.
pub(super) fn listed_file(name: &str, bytes: &[u8]) -> ListedFile {
    ListedFile {
        name: name.to_owned(),
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut sum = Context::new(&SHA256);
    sum.update(bytes);
    hexadecimal(sum)
}
