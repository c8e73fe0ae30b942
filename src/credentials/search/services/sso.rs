//! IAM Identity Center: the session that `aws sso login` has left in a file, exchanged for a role at the portal.

use std::path::PathBuf;
use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_lc_rs::digest;
use aws_sdk_sso::Client;
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::credentials::error::{CredentialsError, SsoFault};
use crate::credentials::search::files::{bounded_text, home};
use crate::credentials::search::profile::ProfileRoute;
use crate::credentials::search::profiles::{FileSection, Profile, Profiles};
use crate::credentials::search::times::{NoMoment, moment};
use crate::credentials::search::variables::variable;

use super::attempts::Attempts;
use super::network::{Outward, ProfileSetting};

/// The credentials of the role that the last profile of `route` names. `None` when its session has ended and the SDK can
/// renew it.
pub(crate) async fn credentials(
    profiles: &Profiles,
    route: &ProfileRoute,
    setting: ProfileSetting<'_>,
    now: SystemTime,
    attempts: &Attempts,
) -> Result<Option<Credentials>, CredentialsError> {
    let fault = |fault| CredentialsError::SsoSession {
        profile: route.profile.clone(),
        fault,
    };
    let Some(profile) = profiles.profile(&route.profile)? else {
        return Ok(None);
    };
    let session = match profile.get("sso_session") {
        Some(name) => profiles.session(name)?,
        None => None,
    };
    let of_either = |name: &str| {
        let given = session.and_then(|session: &FileSection| session.get(name));
        given.or_else(|| profile.get(name)).unwrap_or_default()
    };
    let name = profile
        .get("sso_session")
        .unwrap_or_else(|| of_either("sso_start_url"));
    let token = Session::read(name).map_err(fault)?;
    match moment(&token.expires_at, now) {
        Err(NoMoment::NotReadable) => {
            return Err(fault(SsoFault::NotReadable(
                "its expiresAt is no time with its offset from UTC",
            )));
        }
        Err(NoMoment::NamedZone) => {
            return Err(fault(SsoFault::NotReadable(
                "its expiresAt has the name of a time zone; read are UTC, GMT, Z, and offsets such as +01:00",
            )));
        }
        Ok(end) if end > now => {}
        Ok(_) if token.is_renewable() => return Ok(None),
        Ok(end) => return Err(fault(SsoFault::Ended(end))),
    }
    let url = endpoint(profiles, profile);
    let region = of_either("sso_region").to_owned();
    let config = Outward::new(setting, attempts)?.client_config(region, url);
    let asked = role(&config, profile, &token).await;
    let failed = |refused| match refused {
        Refused::Session => fault(SsoFault::Refused),
        Refused::Otherwise => CredentialsError::Unavailable {
            source_name: format!(
                "the SSO portal of profile `{}`",
                crate::credentials::error::shown(&route.profile)
            ),
            reason: attempts.reason(),
        },
    };
    asked.map(Some).map_err(failed)
}

enum Refused {
    /// The portal does not know the session.
    Session,
    Otherwise,
}

async fn role(
    config: &SdkConfig,
    profile: &Profile,
    session: &Session,
) -> Result<Credentials, Refused> {
    let asked = Client::new(config)
        .get_role_credentials()
        .set_account_id(profile.get("sso_account_id").map(str::to_owned))
        .set_role_name(profile.get("sso_role_name").map(str::to_owned))
        .access_token(&session.access_token)
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

/// Where the portal is wanted to be, in the order of the AWS CLI.
fn endpoint(profiles: &Profiles, profile: &Profile) -> Option<String> {
    let is_ignored = variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .or_else(|| {
            profile
                .get("ignore_configured_endpoint_urls")
                .map(str::to_owned)
        })
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is_ignored {
        return None;
    }
    let of_service = || {
        let services = profiles.services(profile.get("services")?)?;
        let mut nested = services.nested("sso");
        let (_, url) = nested.find(|(name, _)| *name == "endpoint_url")?;
        Some(url.to_owned())
    };
    variable("AWS_ENDPOINT_URL_SSO")
        .or_else(|| variable("AWS_ENDPOINT_URL"))
        .or_else(of_service)
        .or_else(|| profile.get("endpoint_url").map(str::to_owned))
}

/// A session as `aws sso login` writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    access_token: String,
    expires_at: String,
    refresh_token: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    registration_expires_at: Option<String>,
}

impl Session {
    /// The one of that name or start URL.
    fn read(name: &str) -> Result<Self, SsoFault> {
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, name.as_bytes());
        let file: String = hash
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let path: PathBuf = home()
            .unwrap_or_default()
            .join(".aws/sso/cache")
            .join(format!("{file}.json"));
        if !path.exists() {
            return Err(SsoFault::Missing);
        }
        let text = bounded_text(&path)
            .map(Zeroizing::new)
            .map_err(|_| SsoFault::NotReadable("its file cannot be read"))?;
        serde_json::from_str(&text).map_err(|_| {
            SsoFault::NotReadable("its file is not the JSON that `aws sso login` writes")
        })
    }

    fn is_renewable(&self) -> bool {
        [
            &self.refresh_token,
            &self.client_id,
            &self.client_secret,
            &self.registration_expires_at,
        ]
        .into_iter()
        .all(Option::is_some)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
        self.client_secret.zeroize();
    }
}
