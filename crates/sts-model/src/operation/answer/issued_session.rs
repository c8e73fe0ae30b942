//! The credentials in an answer: what may be kept of them.

use super::kept::IssuedSession;
use super::session_token::{BEGINNING, region_of_session_token};
use super::xml::{Copied, Unreadable, answer, is_filled};

/// Reads the answer to the operation that the API calls `api_name`: all four parts of credentials, with something in each.
pub(crate) fn read(body: &[u8], api_name: &str) -> Result<IssuedSession, Unreadable> {
    let result = format!("{api_name}Result");
    let path = |name| [result.as_str(), "Credentials", name];
    let (id, secret) = (path("AccessKeyId"), path("SecretAccessKey"));
    let (token, end) = (path("SessionToken"), path("Expiration"));
    // Of the token only the beginning is copied, in which there is nothing secret.
    let found = answer(
        body,
        api_name,
        [
            (&id, Copied::Nothing),
            (&secret, Copied::Nothing),
            (&token, Copied::Beginning(BEGINNING)),
            (&end, Copied::Nothing),
        ],
    )?;
    if !found.iter().all(is_filled) {
        return Err(Unreadable::Mismatch);
    }
    let [_, _, token, _] = found;
    let origin = token.and_then(|token| region_of_session_token(&token.text));
    Ok(IssuedSession { origin })
}
