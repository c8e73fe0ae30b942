//! IAM Identity Center: the session that `aws sso login` has left in a file, exchanged for a role at the portal.

use std::path::PathBuf;
use std::time::SystemTime;

use aws_config::sso::SsoTokenProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::token::ProvideToken as _;
use aws_lc_rs::digest;
use aws_sdk_sso::Client;
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::credentials::error::{CredentialsError, SsoFault, shown};
use crate::credentials::search::files::{bounded_text, home};
use crate::credentials::search::profile::ProfileRoute;
use crate::credentials::search::profiles::{FileSection, Profile, Selected};
use crate::credentials::search::times::{NoMoment, moment};

use super::attempts::Attempts;
use super::endpoints::{self, CredentialService};
use super::network::Outward;

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
        Token::Ended(end) => {
            let url = endpoints::url(CredentialService::SsoOidc, selected)?;
            let config = outward.client_config(sign_in.region.to_owned(), url);
            let renewed = sign_in.renewed(&config, now).await;
            renewed.ok_or_else(|| match attempts.reason() {
                None => fault(SsoFault::Ended(end)),
                reason => fault(SsoFault::NotRenewed(reason)),
            })?
        }
    };
    let url = endpoints::url(CredentialService::Sso, selected)?;
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
    let asked = Client::new(config)
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

/// How and where somebody has signed in.
struct SignIn<'a> {
    /// The session's name or, without one, its start URL: it names the file.
    name: &'a str,
    start_url: &'a str,
    region: &'a str,
    /// Only a session with a name is renewed.
    is_renewable: bool,
}

/// What a session's file holds.
enum Token {
    Good(Zeroizing<String>),
    /// It ended then, and can be renewed.
    Ended(SystemTime),
}

impl SignIn<'_> {
    /// What was left by `aws sso login`.
    fn token(&self, now: SystemTime) -> Result<Token, SsoFault> {
        let mut session = Session::read(self.name)?;
        match moment(&session.expires_at, now) {
            Err(NoMoment::NotReadable) => Err(SsoFault::NotReadable(
                "its expiresAt is no time with its offset from UTC",
            )),
            Err(NoMoment::NamedZone) => Err(SsoFault::NotReadable(
                "its expiresAt has the name of a time zone; read are UTC, GMT, Z, and offsets such as +01:00",
            )),
            Ok(end) if end > now => {
                let token = Zeroizing::new(std::mem::take(&mut session.access_token));
                if token.bytes().all(|byte| matches!(byte, b'!'..=b'~')) {
                    Ok(Token::Good(token))
                } else {
                    Err(SsoFault::NotReadable(
                        "its accessToken holds a blank, a line break or another character that fits into no header",
                    ))
                }
            }
            Ok(end) if self.is_renewable && session.is_renewable() => Ok(Token::Ended(end)),
            Ok(end) => Err(SsoFault::Ended(end)),
        }
    }

    /// A new token, which is written into the file too, as the AWS CLI does; `None` where there is none.
    async fn renewed(&self, config: &SdkConfig, now: SystemTime) -> Option<Zeroizing<String>> {
        // The SDK renews a session only with a clock of its own kind, which its loader alone makes.
        let loaded = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(self.region.to_owned()))
            .no_credentials()
            .load()
            .await;
        let mut config = config.to_builder();
        config.set_time_source(loaded.time_source());
        let provider = SsoTokenProvider::builder()
            .configure(&config.build())
            .region(Region::new(self.region.to_owned()))
            .session_name(self.name)
            .start_url(self.start_url)
            .build()
            .await;
        let token = provider.provide_token().await.ok()?;
        // Where nothing was renewed it is the one that has ended.
        let is_new = token.expiration().is_some_and(|end| end > now);
        is_new.then(|| Zeroizing::new(token.token().to_owned()))
    }
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
