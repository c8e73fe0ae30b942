//! IAM Identity Center: the session that `aws sso login` has left in a file, exchanged for a role at the portal.

use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use aws_sdk_sso::{Client, config};

use crate::credentials::error::{CredentialsError, SsoFault, shown};
use crate::credentials::search::profile::ProfileRoute;
use crate::credentials::search::profiles::{FileSection, Profile, Selected};

use crate::credentials::search::services::attempts::Attempts;
use crate::credentials::search::services::endpoints::{self, CredentialService};
use crate::credentials::search::services::network::{Outward, Throttled};

use super::renewal;
use super::session::{SignIn, Token};

/// The credentials of the role that the last profile of `route` names.
pub(crate) async fn credentials(
    selected: Selected<'_>,
    route: &ProfileRoute,
    now: SystemTime,
    attempts: &Attempts,
) -> Result<Credentials, CredentialsError> {
    let fault = |fault| CredentialsError::SsoSession {
        profile: route.profile.clone(),
        fault,
    };
    let unavailable = |reason| CredentialsError::Unavailable {
        source_name: format!("the SSO portal of profile `{}`", shown(&route.profile)),
        reason,
    };
    let Some(profile) = selected.all.profile(&route.profile)? else {
        return Err(unavailable(None));
    };
    let session = match profile.get("sso_session") {
        Some(name) => selected.all.session(name)?,
        None => None,
    };
    let of_either = |name: &str| {
        let given = session.and_then(|session: &FileSection| session.get(name));
        given.or_else(|| profile.get(name)).unwrap_or_default()
    };
    let outward = Outward::new(selected, attempts)?;
    let session_name = profile.get("sso_session");
    let sign_in = SignIn {
        name: session_name.unwrap_or_else(|| of_either("sso_start_url")),
        start_url: of_either("sso_start_url"),
        region: of_either("sso_region"),
        is_renewable: session_name.is_some(),
    };
    let token = match sign_in.token(now).map_err(fault)? {
        Token::Good(token) => token,
        Token::Ended(session) => {
            let url = endpoints::url(CredentialService::SsoOidc, selected).await?;
            let config = outward.client_config(sign_in.region.to_owned(), url);
            let renewed = renewal::renewed(&session, &sign_in, &config, now).await;
            renewed.ok_or_else(|| fault(SsoFault::NotRenewed(attempts.reason())))?
        }
    };
    let url = endpoints::url(CredentialService::Sso, selected).await?;
    let config = outward.client_config(sign_in.region.to_owned(), url);
    let asked = role(&config, profile, &token).await;
    asked.map_err(|refused| match refused {
        Refused::Session => fault(SsoFault::Refused),
        Refused::Otherwise => unavailable(attempts.reason()),
    })
}

enum Refused {
    /// The portal does not know the session.
    Session,
    Otherwise,
}

async fn role(config: &SdkConfig, profile: &Profile, token: &str) -> Result<Credentials, Refused> {
    let config = config::Builder::from(config).retry_classifier(Throttled);
    let asked = Client::from_conf(config.build())
        .get_role_credentials()
        .set_account_id(profile.get("sso_account_id").map(str::to_owned))
        .set_role_name(profile.get("sso_role_name").map(str::to_owned))
        .access_token(token)
        .send()
        .await;
    let answer = asked.map_err(|error| {
        let refusal = error.as_service_error();
        if refusal.is_some_and(GetRoleCredentialsError::is_unauthorized_exception) {
            Refused::Session
        } else {
            Refused::Otherwise
        }
    })?;
    let role = answer.role_credentials.ok_or(Refused::Otherwise)?;
    let end = u64::try_from(role.expiration).map_err(|_| Refused::Otherwise)?;
    Ok(Credentials::new(
        role.access_key_id.ok_or(Refused::Otherwise)?,
        role.secret_access_key.ok_or(Refused::Otherwise)?,
        role.session_token,
        SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::from_millis(end)),
        "sso",
    ))
}
