//! The token of a web identity, exchanged for a role at STS.

use std::path::PathBuf;

use aws_credential_types::Credentials;

use crate::credentials::error::CredentialsError;
use crate::credentials::search::files::bounded_text;
use crate::credentials::search::profiles::{Profile, Selected};
use crate::credentials::search::variables::{path_variable, variable};

use super::attempts::Attempts;
use super::sts;

/// Its name for people.
pub(crate) const SOURCE: &str = "the web identity token";

/// The variable that configures it.
pub(crate) const VARIABLE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";

/// A role, and the file with the token that it is given for.
pub(crate) struct WebIdentity {
    token_file: PathBuf,
    role_arn: String,
    session_name: Option<String>,
}

impl WebIdentity {
    /// The token of the variables for their role, or without one for that of the profile. `None` when no variable names a
    /// token.
    pub(crate) fn of_variables(selected: Selected<'_>) -> Result<Option<Self>, CredentialsError> {
        let Some(token_file) = path_variable(VARIABLE) else {
            return Ok(None);
        };
        let setting =
            |name, setting| variable(name).or_else(|| selected.get(setting).map(str::to_owned));
        let Some(role_arn) = setting("AWS_ROLE_ARN", "role_arn") else {
            return Err(CredentialsError::Incomplete {
                source_name: VARIABLE.to_owned(),
                missing: "AWS_ROLE_ARN",
            });
        };
        Ok(Some(Self {
            token_file: token_file.into(),
            role_arn,
            session_name: setting("AWS_ROLE_SESSION_NAME", "role_session_name"),
        }))
    }

    /// That of a profile with this token file.
    pub(crate) fn of_profile(token_file: &str, profile: Option<&Profile>) -> Self {
        let setting = |name: &str| profile.and_then(|it| it.get(name)).map(str::to_owned);
        Self {
            token_file: token_file.into(),
            role_arn: setting("role_arn").unwrap_or_default(),
            session_name: setting("role_session_name"),
        }
    }

    /// The credentials of the role.
    pub(crate) async fn credentials(
        self,
        selected: Selected<'_>,
        source_name: &str,
        attempts: &Attempts,
    ) -> Result<Credentials, CredentialsError> {
        let path = self.token_file;
        let token = bounded_text(&path).map_err(|fault| CredentialsError::File { path, fault })?;
        let session = self.session_name;
        let answer = sts::client(selected, None, attempts)?
            .assume_role_with_web_identity()
            .role_arn(self.role_arn)
            .role_session_name(session.unwrap_or_else(|| sts::SESSION_NAME.to_owned()))
            .web_identity_token(token)
            .send()
            .await
            .map_err(|error| sts::failed(&error, source_name, attempts))?;
        sts::given(answer.credentials, source_name, attempts)
    }
}
