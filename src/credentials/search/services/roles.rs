//! Roles that are assumed at STS one after the other. Every setting is sent as it stands in the file.

use aws_credential_types::Credentials;

use crate::credentials::error::CredentialsError;
use crate::credentials::search::profile::{ProfileRoute, duration};
use crate::credentials::search::profiles::Selected;

use super::attempts::Attempts;
use super::sts;

/// The credentials of the last role of `route`, which begins with `first`.
pub(crate) async fn assume(
    selected: Selected<'_>,
    route: &ProfileRoute,
    first: Credentials,
    source_name: &str,
    attempts: &Attempts,
) -> Result<Credentials, CredentialsError> {
    let mut credentials = first;
    for name in route.roles.iter().rev() {
        let profile = selected.all.profile(name)?;
        let setting = |name: &str| profile.and_then(|it| it.get(name)).map(str::to_owned);
        let length = match profile {
            Some(profile) => duration(name, profile)?,
            None => None,
        };
        let session = setting("role_session_name").unwrap_or_else(|| sts::SESSION_NAME.to_owned());
        let answer = sts::client(selected, Some(credentials), attempts)
            .await?
            .assume_role()
            .set_role_arn(setting("role_arn"))
            .role_session_name(session)
            .set_external_id(setting("external_id"))
            .set_duration_seconds(length)
            .send()
            .await
            .map_err(|error| sts::failed(&error, source_name, attempts))?;
        credentials = sts::given(answer.credentials, source_name, attempts)?;
    }
    Ok(credentials)
}
