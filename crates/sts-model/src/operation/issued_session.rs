//! The credentials in an answer: what may be kept of them.

use super::Operation;
use super::reply::{Unreadable, elements_from};
use super::session_token;

/// What is kept of issued credentials: no key, secret or token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedSession {
    /// When the credentials end, `YYYY-MM-DDTHH:MM:SSZ`.
    pub expiration: String,
    /// The Region that issued them, as their token says; `None` when it says none.
    pub origin: Option<String>,
}

/// Reads the answer to `operation`.
pub(super) fn read(body: &[u8], operation: Operation) -> Result<IssuedSession, Unreadable> {
    let (root, result) = (
        format!("{}Response", operation.api_name()),
        format!("{}Result", operation.api_name()),
    );
    // Of the token only the beginning is copied, in which there is nothing secret.
    let [expiration, token] = elements_from(
        body,
        &root,
        [
            (&[&result, "Credentials", "Expiration"], usize::MAX),
            (
                &[&result, "Credentials", "SessionToken"],
                session_token::BEGINNING,
            ),
        ],
    )?;
    let origin = token.as_deref().and_then(session_token::origin);
    expiration
        .map(|expiration| IssuedSession { expiration, origin })
        .ok_or(Unreadable::Mismatch)
}
