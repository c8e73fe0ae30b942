//! WHO: the caller's credentials, found by the AWS credential chain and kept fresh. Never prints or serialises a secret.
//!
//! [`find`] looks in these places, in the order of the AWS SDK for Rust, and takes the first that is configured. A place
//! that is configured and broken ends the search: the next one may hold the credentials of somebody else.
//!
//! | # | place | configured by | bound |
//! |---|---|---|---|
//! | 1 | environment | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_CREDENTIAL_EXPIRATION` | – |
//! | 2 | profile | `AWS_PROFILE` or `default` in `AWS_CONFIG_FILE` (`~/.aws/config`) and `AWS_SHARED_CREDENTIALS_FILE` (`~/.aws/credentials`) | 4 MiB a file, 20 s |
//! | 3 | web identity | `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`, `AWS_ROLE_SESSION_NAME` | 20 s |
//! | 4 | container | `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI` | 20 s |
//! | 5 | instance metadata | nothing; switched off by `AWS_EC2_METADATA_DISABLED` | 2 s |
//!
//! A profile gives keys of its own, those of a `credential_process` (10 s, 64 KiB, few environment variables), of SSO,
//! of a web identity, or of its `credential_source`; with `role_arn`, those of a role on top. With `--profile` only
//! that profile counts. Nothing is read before [`find`] is called.

mod account;
mod chain;
mod check;
mod environment;
mod error;
mod files;
pub mod hardening;
mod kept_secret;
pub mod mask;
mod process;
mod profile;
mod refresh;
mod secret;

pub use account::of_key_id as account_of_key_id;
pub use chain::{Search, WallClock, find};
pub use error::{CredentialsError, FileFault, Place, Searched};
pub use files::{exposed_files, is_exposed};
pub use kept_secret::KeptSecretError;
pub use process::ProcessFailure;
pub use refresh::{Lost, Refresher, Renewal, due};
pub use secret::Secret;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

/// Credentials and where they came from.
pub struct Found {
    /// `AKIA…` for long-term keys, `ASIA…` for temporary ones.
    pub access_key_id: Secret,
    /// What signatures are made with.
    pub secret_access_key: Secret,
    /// Sent and signed with temporary credentials.
    pub session_token: Option<Secret>,
    /// Where they were found, for people.
    pub source: String,
    /// When they end; `None` for long-term keys.
    pub expires: Option<SystemTime>,
}

impl Found {
    /// Whether they are temporary, so that STS refuses them to some operations.
    pub fn is_temporary(&self) -> bool {
        self.session_token.is_some()
    }

    /// The key's id as it may be shown: first and last four characters.
    pub fn masked_key(&self) -> String {
        let id = self.access_key_id.expose();
        match (
            id.get(..4),
            id.len().checked_sub(4).and_then(|at| id.get(at..)),
        ) {
            (Some(head), Some(tail)) if id.len() >= 12 => format!("{head}...{tail}"),
            _ => "****".to_owned(),
        }
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found")
            .field("key", &self.masked_key())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// The credentials in force, replaced while a run is under way.
#[derive(Debug, Clone)]
pub struct Keyring {
    current: Arc<RwLock<Arc<Found>>>,
}

impl Keyring {
    /// Starts with these.
    pub fn new(found: Found) -> Self {
        Self {
            current: Arc::new(RwLock::new(Arc::new(found))),
        }
    }

    /// The credentials in force now.
    pub fn current(&self) -> Arc<Found> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts fresh credentials in force for every request signed from now on.
    pub fn replace(&self, found: Found) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
    }
}
