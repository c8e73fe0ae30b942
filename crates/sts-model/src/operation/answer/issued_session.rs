//! The credentials in an answer: what may be kept of them.

use super::kept::IssuedSession;
use super::session_token::{BEGINNING, region_of_session_token};
use super::xml::{Unreadable, elements_from};

/// Reads the answer to the operation that the API calls `api_name`.
pub(crate) fn read(body: &[u8], api_name: &str) -> Result<IssuedSession, Unreadable> {
    let root = format!("{api_name}Response");
    let result = format!("{api_name}Result");
    // Of the token only the beginning is copied, in which there is nothing secret.
    let [expiration, token] = elements_from(
        body,
        &root,
        [
            (&[&result, "Credentials", "Expiration"], usize::MAX),
            (&[&result, "Credentials", "SessionToken"], BEGINNING),
        ],
    )?;
    let origin = token.as_deref().and_then(region_of_session_token);
    expiration
        .map(|expiration| IssuedSession { expiration, origin })
        .ok_or(Unreadable::Mismatch)
}
