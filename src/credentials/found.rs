//! Credentials and where they came from.

use std::fmt;
use std::time::SystemTime;

use super::secret::Secret;

/// Credentials and where they came from.
pub struct FoundCredentials {
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

impl FoundCredentials {
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

impl fmt::Debug for FoundCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundCredentials")
            .field("key", &self.masked_key())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
