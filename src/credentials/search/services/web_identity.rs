//! The token of a web identity, exchanged for a role at STS.

use std::path::{Path, PathBuf};

use aws_config::web_identity_token::{StaticConfiguration, WebIdentityTokenCredentialsProvider};

use crate::credentials::error::{CredentialsError, FileFault};
use crate::credentials::search::variables::{path_variable, variable};

use super::attempts::Attempts;
use super::network::{Outward, ProfileSetting};

/// Its name for people.
pub(crate) const SOURCE: &str = "the web identity token";

/// The variable that configures it.
pub(crate) const VARIABLE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";

/// What exchanges the token of the variables for their role, or without one for that of the profile. `None` when no
/// variable names a token.
pub(crate) fn provider(
    profile: ProfileSetting<'_>,
    attempts: &Attempts,
) -> Result<Option<WebIdentityTokenCredentialsProvider>, CredentialsError> {
    let Some(token_file) = path_variable(VARIABLE) else {
        return Ok(None);
    };
    let setting = |name, setting| variable(name).or_else(|| profile(setting));
    let Some(role_arn) = setting("AWS_ROLE_ARN", "role_arn") else {
        return Err(CredentialsError::Incomplete {
            source_name: VARIABLE.to_owned(),
            missing: "AWS_ROLE_ARN",
        });
    };
    readable(Path::new(&token_file))?;
    let configuration = StaticConfiguration {
        web_identity_token_file: PathBuf::from(token_file),
        role_arn,
        session_name: setting("AWS_ROLE_SESSION_NAME", "role_session_name")
            .unwrap_or_else(|| SESSION_NAME.to_owned()),
    };
    Ok(Some(
        WebIdentityTokenCredentialsProvider::builder()
            .configure(&Outward::new(profile, attempts)?.provider_config())
            .static_configuration(configuration)
            .build(),
    ))
}

/// The session name in the account's audit log when none was given.
const SESSION_NAME: &str = "stsbench";

/// The SDK reads the token file whole, so it must be a file that ends.
pub(crate) fn readable(path: &Path) -> Result<(), CredentialsError> {
    let fault = match std::fs::metadata(path) {
        Ok(meta) if meta.is_file() => return Ok(()),
        Ok(_) => FileFault::NotRegular,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => FileFault::Missing,
        Err(error) => FileFault::Unreadable(error.kind()),
    };
    Err(CredentialsError::File {
        path: path.to_owned(),
        fault,
    })
}
