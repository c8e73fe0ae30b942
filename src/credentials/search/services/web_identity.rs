//! The token of a web identity, exchanged for a role at STS.

use std::path::PathBuf;

use aws_credential_types::Credentials;

use crate::credentials::error::CredentialsError;
use crate::credentials::search::files::bounded_text;
use crate::credentials::search::profile::RoleVariables;
use crate::credentials::search::profiles::{Profile, Selected};
use crate::credentials::search::variables::{path_variable, variable};

use super::attempts::Attempts;
use super::sts;

/// Its name for people.
pub(crate) const SOURCE: &str = "the web identity token";

/// The variable that configures it.
pub(crate) const VARIABLE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";

/// The setting that configures it.
pub(crate) const SETTING: &str = "web_identity_token_file";

/// As many characters as STS wants of a token.
const SHORTEST_TOKEN: usize = 4;

/// As many as it takes at most.
///
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>.
const LONGEST_TOKEN: usize = 20_000;

/// Why a text is no token; `None` where it may be one.
fn fault(token: &str) -> Option<&'static str> {
    if token.trim().chars().count() < SHORTEST_TOKEN {
        Some("holds no web identity token: STS wants 4 characters at least")
    } else if token.starts_with('\u{feff}') {
        Some("begins with a byte order mark; save the file without it")
    } else if token.chars().count() > LONGEST_TOKEN {
        Some("holds no web identity token: STS takes 20,000 characters at most")
    } else {
        None
    }
}

/// A role, and the file with the token that it is given for.
pub(crate) struct WebIdentity {
    token_file: PathBuf,
    /// The variable or the setting that names the file.
    named_by: String,
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
                note: "",
            });
        };
        Ok(Some(Self {
            token_file: token_file.into(),
            named_by: VARIABLE.to_owned(),
            role_arn,
            session_name: setting("AWS_ROLE_SESSION_NAME", "role_session_name"),
        }))
    }

    /// That of a profile with this token file, which the setting there names; role and name of the session by the variables, where
    /// they count.
    pub(crate) fn of_profile(
        (token_file, named_by): (&str, String),
        profile: Option<&Profile>,
        variables: RoleVariables,
    ) -> Self {
        let setting = |name: &str, own: &str| {
            let given = variables.value(name);
            given.or_else(|| profile.and_then(|it| it.get(own)).map(str::to_owned))
        };
        Self {
            token_file: token_file.into(),
            named_by,
            role_arn: setting("AWS_ROLE_ARN", "role_arn").unwrap_or_default(),
            session_name: setting("AWS_ROLE_SESSION_NAME", "role_session_name"),
        }
    }

    /// The credentials of the role.
    pub(crate) async fn credentials(
        self,
        selected: Selected<'_>,
        source_name: &str,
        attempts: &Attempts,
    ) -> Result<Credentials, CredentialsError> {
        let (path, named_by) = (self.token_file, self.named_by);
        let token = match bounded_text(&path) {
            Ok(token) => match fault(&token) {
                None => token,
                Some(fault) => {
                    return Err(CredentialsError::Setting {
                        source_name: format!("{named_by}: {}", path.display()),
                        fault,
                    });
                }
            },
            Err(fault) => {
                return Err(CredentialsError::NamedFile {
                    named_by,
                    path,
                    fault,
                });
            }
        };
        let session = self.session_name;
        let answer = sts::client(selected, None, attempts)
            .await?
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sts_cannot_take_for_a_token_is_not_sent() {
        for (token, says) in [
            ("", Some("4 characters at least")),
            ("abc", Some("4 characters at least")),
            ("\n\n\n\n\n", Some("4 characters at least")),
            ("\u{feff}eyJhbGciOi", Some("byte order mark")),
            ("eyJhbGciOi", None),
            ("eyJhbGciOi\n", None),
        ] {
            let fault = fault(token);
            assert_eq!(fault.is_some(), says.is_some(), "{token:?}");
            let is_said = fault.unwrap_or_default().contains(says.unwrap_or_default());
            assert!(is_said, "{token:?}: {fault:?}");
        }
        assert_eq!(fault(&"x".repeat(LONGEST_TOKEN)), None);
        assert!(fault(&"x".repeat(LONGEST_TOKEN + 1)).is_some());
    }
}
