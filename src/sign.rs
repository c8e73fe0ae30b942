//! SEAL: call + endpoint + credentials + time → signed request. Time is an argument; the clock is not read here.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::catalog::Endpoint;
use crate::credentials::Keyring;
use crate::operation::Call;

/// Signs calls with the credentials in force.
#[derive(Debug, Clone)]
pub struct Signer {
    keyring: Keyring,
    user_agent: String,
}

/// A request could not be signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The signing library refused its parameters.
    #[error("cannot sign {operation} for {endpoint}: {reason}")]
    Refused {
        /// The endpoint's name.
        endpoint: String,
        /// The operation's name.
        operation: &'static str,
        /// The library's words; they hold no secret.
        reason: String,
    },
}

/// A request ready to be sent: `POST /` with these headers and this body, valid for fifteen minutes.
pub struct SignedRequest {
    /// The `Host` header, which is signed; always the endpoint's authority.
    pub host: String,
    /// All other headers in wire order, names in lower case. Values can be secret.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// The form.
    pub body: String,
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Signer {
    /// Signs with whatever `keyring` holds at each call; `user_agent` names the tool in the account's audit log.
    pub fn new(keyring: Keyring, user_agent: String) -> Self {
        Self { keyring, user_agent }
    }

    /// Whether the credentials in force are temporary.
    pub fn is_temporary(&self) -> bool {
        self.keyring.current().is_temporary()
    }

    /// A request for `call` at `endpoint`, signed for the moment `at`.
    ///
    /// # Errors
    /// [`SignError::Refused`] when the credentials cannot be put into headers.
    pub fn sign(&self, endpoint: &Endpoint, call: &Call, at: SystemTime) -> Result<SignedRequest, SignError> {
        let refuse = |reason: String| SignError::Refused {
            endpoint: endpoint.name.clone(),
            operation: call.operation().cli_name(),
            reason,
        };
        let host = endpoint.origin.authority();
        let body = call.form();
        let mut headers = vec![
            ("content-type".to_owned(), Zeroizing::new(CONTENT_TYPE.to_owned())),
            ("user-agent".to_owned(), Zeroizing::new(self.user_agent.clone())),
            ("accept".to_owned(), Zeroizing::new("*/*".to_owned())),
        ];
        if call.is_signed() {
            let found = self.keyring.current();
            let identity = Credentials::new(
                found.access_key_id.expose(),
                found.secret_access_key.expose(),
                found.session_token.as_ref().map(|token| token.expose().to_owned()),
                None,
                "stsbench",
            )
            .into();
            let parameters = v4::SigningParams::builder()
                .identity(&identity)
                .region(&endpoint.signing_region)
                .name("sts")
                .time(at)
                .settings(SigningSettings::default())
                .build()
                .map_err(|e| refuse(e.to_string()))?
                .into();
            let url = format!("{}://{host}/", endpoint.origin.scheme().as_str());
            let signed_headers = [("host", host.as_str()), ("content-type", CONTENT_TYPE)];
            let request =
                SignableRequest::new("POST", url, signed_headers.into_iter(), SignableBody::Bytes(body.as_bytes()))
                    .map_err(|e| refuse(e.to_string()))?;
            let (instructions, _) = sign(request, &parameters).map_err(|e| refuse(e.to_string()))?.into_parts();
            let (signature_headers, _) = instructions.into_parts();
            for header in signature_headers {
                headers.push((header.name().to_owned(), Zeroizing::new(header.value().to_owned())));
            }
        }
        Ok(SignedRequest { host, headers, body })
    }
}

const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; charset=utf-8";
