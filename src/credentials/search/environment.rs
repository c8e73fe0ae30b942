//! Credentials in the environment variables. Read here and not by the SDK, whose provider trims a token, so that one
//! with a line break in it would pass, and does not know when they expire.

use std::env::VarError;

use aws_credential_types::Credentials;

use crate::credentials::error::CredentialsError;

use super::process::rfc3339;

/// The credentials in the variables; `None` without `AWS_ACCESS_KEY_ID`, whatever else is set.
pub(super) fn credentials() -> Result<Option<Credentials>, CredentialsError> {
    let Some(access_key_id) = variable("AWS_ACCESS_KEY_ID")? else {
        return Ok(None);
    };
    let Some(secret_access_key) = variable("AWS_SECRET_ACCESS_KEY")? else {
        return Err(CredentialsError::Incomplete {
            source_name: SOURCE.to_owned(),
            missing: "AWS_SECRET_ACCESS_KEY",
        });
    };
    let expires = match variable("AWS_CREDENTIAL_EXPIRATION")? {
        Some(text) => Some(
            rfc3339(&text)
                .ok_or_else(|| malformed("AWS_CREDENTIAL_EXPIRATION is not a time of RFC 3339"))?,
        ),
        None => None,
    };
    // The older name comes first, as with the AWS CLI.
    let token = match variable("AWS_SECURITY_TOKEN")? {
        Some(token) => Some(token),
        None => variable("AWS_SESSION_TOKEN")?,
    };
    Ok(Some(Credentials::new(
        access_key_id,
        secret_access_key,
        token,
        expires,
        SOURCE,
    )))
}

/// Their name for people.
pub(super) const SOURCE: &str = "environment variables";

/// A variable's value; an empty or blank one counts as unset, as it does for the SDK.
fn variable(name: &str) -> Result<Option<String>, CredentialsError> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        // The error quotes the value.
        Err(VarError::NotUnicode(_)) => Err(malformed("a credentials variable is not UTF-8 text")),
    }
}

fn malformed(fault: &'static str) -> CredentialsError {
    CredentialsError::Malformed {
        source_name: SOURCE.to_owned(),
        fault,
    }
}
