//! The session that `aws sso login` has left in a file.

use std::path::PathBuf;
use std::time::SystemTime;

use aws_lc_rs::digest;
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use crate::credentials::error::SsoFault;
use crate::credentials::search::files::bounded_text;
use crate::credentials::search::times::{NoMoment, moment};
use crate::credentials::search::variables::home;

/// How and where somebody has signed in.
pub(super) struct SignIn<'a> {
    /// The session's name or, without one, its start URL: it names the file.
    pub(super) name: &'a str,
    pub(super) start_url: &'a str,
    pub(super) region: &'a str,
    /// Only a session with a name is renewed.
    pub(super) is_renewable: bool,
}

/// What a session's file holds.
pub(super) enum Token {
    Good(Zeroizing<String>),
    /// It has ended, and can be renewed.
    Ended(SsoSession),
}

impl SignIn<'_> {
    /// What was left by `aws sso login`.
    pub(super) fn token(&self, now: SystemTime) -> Result<Token, SsoFault> {
        let mut session = SsoSession::read(self)?;
        let end = read_time(&session.expires_at, now, EXPIRES_AT)?;
        if end > now {
            let token = Zeroizing::new(std::mem::take(&mut session.access_token));
            return if token.is_empty() {
                Err(SsoFault::NotReadable("its accessToken is empty"))
            } else if fits_into_header(&token) {
                Ok(Token::Good(token))
            } else {
                Err(SsoFault::NotReadable(
                    "its accessToken holds a blank, a line break or another character that fits into no header",
                ))
            };
        }
        if !self.is_renewable {
            return Err(SsoFault::Ended(end));
        }
        let Some(registration) = session.registration() else {
            return Err(SsoFault::Ended(end));
        };
        if read_time(registration.expires_at, now, REGISTRATION)? <= now {
            return Err(SsoFault::RegistrationEnded(end));
        }
        Ok(Token::Ended(session))
    }

    /// The path of its file; `None` without a home directory.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, self.name.as_bytes());
        let hex = hash.as_ref().iter().map(|byte| format!("{byte:02x}"));
        let file: String = hex.collect();
        Some(home()?.join(".aws/sso/cache").join(format!("{file}.json")))
    }
}

/// What is wrong with a time of the file: that it cannot be read, or that its zone cannot.
type TimeFaults = [&'static str; 2];

const EXPIRES_AT: TimeFaults = [
    "its expiresAt is no time with its offset from UTC",
    "its expiresAt has the name of a time zone; read are UTC, GMT, Z, and offsets such as +01:00",
];
const REGISTRATION: TimeFaults = [
    "its registrationExpiresAt is no time with its offset from UTC",
    "its registrationExpiresAt has the name of a time zone; read are UTC, GMT, Z, and offsets such as +01:00",
];

fn read_time(text: &str, now: SystemTime, faults: TimeFaults) -> Result<SystemTime, SsoFault> {
    let [unreadable, zone] = faults;
    moment(text, now).map_err(|why| {
        SsoFault::NotReadable(match why {
            NoMoment::NotReadable => unreadable,
            NoMoment::NamedZone => zone,
        })
    })
}

pub(super) fn fits_into_header(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| matches!(byte, b'!'..=b'~'))
}

/// A session as `aws sso login` writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SsoSession {
    access_token: String,
    expires_at: String,
    refresh_token: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    registration_expires_at: Option<String>,
}

/// What a session is renewed with.
pub(super) struct Registration<'a> {
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a str,
    pub(super) refresh_token: &'a str,
    /// When client and secret end, as it stands in the file.
    pub(super) expires_at: &'a str,
}

impl SsoSession {
    /// The one of that name or start URL.
    fn read(sign_in: &SignIn<'_>) -> Result<Self, SsoFault> {
        let path = sign_in.path().filter(|path| path.exists());
        let path = path.ok_or(SsoFault::Missing)?;
        let text = bounded_text(&path)
            .map(Zeroizing::new)
            .map_err(|_| SsoFault::NotReadable("its file cannot be read"))?;
        serde_json::from_str(&text).map_err(|_| SsoFault::NotReadable(unreadable(&text)))
    }

    /// What it is renewed with; `None` where a part is missing.
    pub(super) fn registration(&self) -> Option<Registration<'_>> {
        Some(Registration {
            client_id: self.client_id.as_deref()?,
            client_secret: self.client_secret.as_deref()?,
            refresh_token: self.refresh_token.as_deref()?,
            expires_at: self.registration_expires_at.as_deref()?,
        })
    }
}

/// Why a text is no session.
fn unreadable(text: &str) -> &'static str {
    let fields: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    match (fields.get("accessToken"), fields.get("expiresAt")) {
        _ if fields.is_empty() => "its file is not the JSON that `aws sso login` writes",
        (None | Some(Value::Null), _) => "its file has no accessToken",
        (Some(token), _) if !token.is_string() => "its accessToken is not a string",
        (_, None | Some(Value::Null)) => "its file has no expiresAt",
        (_, Some(end)) if !end.is_string() => "its expiresAt is not a string",
        _ => "its file is not the JSON that `aws sso login` writes",
    }
}

impl Drop for SsoSession {
    fn drop(&mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
        self.client_secret.zeroize();
    }
}
