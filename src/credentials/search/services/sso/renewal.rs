//! A session that has ended, renewed as by the AWS CLI: asked for here and not by the SDK, which reads fewer forms of time
//! and so leaves sessions alone that `aws` renews.
//!
//! Source: <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_sdk_ssooidc::{Client, config};
use serde::Serialize;
use zeroize::{Zeroize as _, Zeroizing};

use crate::credentials::search::services::network::Throttled;

use super::session::{SignIn, SsoSession, fits_into_header};

/// A new token, which is written into the file of the session too; `None` where there is none.
pub(super) async fn renewed(
    session: &SsoSession,
    sign_in: &SignIn<'_>,
    config: &SdkConfig,
    now: SystemTime,
) -> Option<Zeroizing<String>> {
    let registration = session.registration()?;
    let config = config::Builder::from(config).retry_classifier(Throttled);
    let answer = Client::from_conf(config.build())
        .create_token()
        .grant_type("refresh_token")
        .client_id(registration.client_id)
        .client_secret(registration.client_secret)
        .refresh_token(registration.refresh_token)
        .send()
        .await
        .ok()?;
    let token = Zeroizing::new(answer.access_token?);
    let mut refresh_token = answer.refresh_token;
    let life = Duration::from_secs(u64::try_from(answer.expires_in).ok()?);
    let end = now.checked_add(life).filter(|end| *end > now)?;
    if !fits_into_header(&token) {
        return None;
    }
    let renewed = Renewed {
        start_url: sign_in.start_url,
        region: sign_in.region,
        access_token: &token,
        expires_at: humantime::format_rfc3339_seconds(end).to_string(),
        client_id: registration.client_id,
        client_secret: registration.client_secret,
        registration_expires_at: registration.expires_at,
        refresh_token: refresh_token.as_deref(),
    };
    // Who cannot write it renews it again the next time.
    let text = serde_json::to_vec_pretty(&renewed).map(Zeroizing::new);
    if let (Ok(text), Some(path)) = (text, sign_in.path()) {
        replace(&path, &text).ok();
    }
    refresh_token.zeroize();
    Some(token)
}

/// The file of a session, with the fields that `aws sso login` writes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renewed<'a> {
    start_url: &'a str,
    region: &'a str,
    access_token: &'a str,
    expires_at: String,
    client_id: &'a str,
    client_secret: &'a str,
    registration_expires_at: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

/// Puts `text` in the place of a file at once, for its owner alone.
fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    let written = file
        .write_all(text)
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        std::fs::remove_file(&beside).ok();
    }
    written
}
