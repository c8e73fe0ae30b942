//! Credentials in the environment variables. Read here and not by the SDK, whose provider trims a token, so that one
//! with a line break in it would pass, and does not know when they expire.

use std::env::VarError;
use std::time::SystemTime;

use aws_credential_types::Credentials;

use crate::credentials::error::CredentialsError;

use super::times::moment;
use super::variables::{home, path_variable};

/// The credentials in the variables; `None` without `AWS_ACCESS_KEY_ID`, whatever else is set. An end that cannot be read
/// is none: it is worth a warning, see [`is_expiry_unread`], and STS knows it better.
pub(super) fn credentials(now: SystemTime) -> Result<Option<Credentials>, CredentialsError> {
    let Some(access_key_id) = variable("AWS_ACCESS_KEY_ID")? else {
        return Ok(None);
    };
    let Some(secret_access_key) = variable("AWS_SECRET_ACCESS_KEY")? else {
        return Err(CredentialsError::Incomplete {
            source_name: SOURCE.to_owned(),
            missing: "AWS_SECRET_ACCESS_KEY",
            note: "",
        });
    };
    let expires = variable(EXPIRATION)?.and_then(|text| moment(&text, now).ok());
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

/// Whether the variables say when their credentials end, and that is no time with its offset from UTC.
pub(super) fn is_expiry_unread(now: SystemTime) -> bool {
    let text = variable(EXPIRATION).ok().flatten();
    text.is_some_and(|text| moment(&text, now).is_err())
}

/// Variables that are set without the key id to which they belong: they are passed over, as by the AWS CLI.
pub(super) fn lone() -> Vec<&'static str> {
    let is_set = |name: &&str| path_variable(name).is_some();
    if is_set(&"AWS_ACCESS_KEY_ID") {
        return Vec::new();
    }
    let names = [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
    ];
    names.into_iter().filter(is_set).collect()
}

/// Older places of keys that are there, and that no current AWS SDK but botocore reads: this program neither.
pub(super) fn older_places() -> Vec<&'static str> {
    let names = [
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_CREDENTIAL_FILE",
        "BOTO_CONFIG",
    ];
    let set = names
        .into_iter()
        .filter(|name| path_variable(name).is_some());
    let boto = home().is_some_and(|home| home.join(".boto").is_file());
    set.chain(boto.then_some("~/.boto")).collect()
}

const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

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
