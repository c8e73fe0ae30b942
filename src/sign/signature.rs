//! A signature by AWS Signature Version 4, as headers.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use zeroize::Zeroizing;

use crate::credentials::FoundCredentials;

/// What is signed.
pub(super) struct Message<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a [u8],
}

/// Where and when a signature holds.
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) at: SystemTime,
}

/// The headers that make `message` a signed one.
///
/// # Errors
/// The signing library's words; they hold no secret.
pub(super) fn signature_headers(
    message: &Message<'_>,
    scope: &Scope<'_>,
    found: &FoundCredentials,
    settings: SigningSettings,
) -> Result<Vec<(String, Zeroizing<String>)>, String> {
    let token = found
        .session_token
        .as_ref()
        .map(|token| token.expose().to_owned());
    let identity = Credentials::new(
        found.access_key_id.expose(),
        found.secret_access_key.expose(),
        token,
        None,
        "stsbench",
    )
    .into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(scope.at)
        .settings(settings)
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let body = SignableBody::Bytes(message.body);
    let request = SignableRequest::new(
        message.method,
        message.url,
        message.headers.iter().copied(),
        body,
    )
    .map_err(|error| error.to_string())?;
    let (instructions, _) = sign(request, &parameters)
        .map_err(|error| error.to_string())?
        .into_parts();
    let (headers, _) = instructions.into_parts();
    Ok(headers
        .into_iter()
        .map(|header| {
            (
                header.name().to_owned(),
                Zeroizing::new(header.value().to_owned()),
            )
        })
        .collect())
}
