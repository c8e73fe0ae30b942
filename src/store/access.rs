//! How a bucket is reached.

use std::sync::Arc;

use crate::credentials::{FoundCredentials, WallClock};

/// How an S3 store is reached; a directory needs none of it.
#[derive(Debug, Default)]
pub struct S3Access {
    /// The Region of the bucket; without it that of the environment, and then what S3 says.
    pub region: Option<String>,
    /// The server, when it is not AWS's.
    pub endpoint: Option<String>,
    /// Whether the server may be called in plaintext at an address that is not of this machine.
    pub plaintext: bool,
    /// Further certificate authorities in PEM form, for servers that are not AWS's.
    pub authorities: Option<Vec<u8>>,
    /// Who calls; nothing is signed without.
    pub caller: Option<Arc<S3Caller>>,
}

/// Who calls a bucket.
#[derive(Debug)]
pub struct S3Caller {
    /// The credentials that sign.
    pub credentials: FoundCredentials,
    /// The time of the signatures.
    pub clock: WallClock,
}
