//! Signs calls with the credentials in force.

use std::sync::Arc;
use std::time::SystemTime;

use aws_sigv4::http_request::SigningSettings;
use zeroize::Zeroizing;

use crate::credentials::{FoundCredentials, Keyring};
use sts_model::{Call, Endpoint};

use super::error::SignError;
use super::secrets::Secrets;
use super::signature::{Message, Scope, signature_headers};
use super::signed_request::SignedRequest;

/// Signs calls with the credentials in force, and puts secret parameters into them.
#[derive(Debug, Clone)]
pub struct Signer {
    keyring: Option<Keyring>,
    secrets: Arc<Secrets>,
    user_agent: String,
}

impl Signer {
    /// Signs with whatever `keyring` holds at each call; `user_agent` names the tool in the account's audit log.
    pub fn new(keyring: Keyring, user_agent: String) -> Self {
        Self {
            keyring: Some(keyring),
            secrets: Arc::default(),
            user_agent,
        }
    }

    /// Makes calls that STS wants unsigned, and cannot sign any.
    pub fn without_credentials(user_agent: String) -> Self {
        Self {
            keyring: None,
            secrets: Arc::default(),
            user_agent,
        }
    }

    /// The same, with the values of secret parameters.
    pub fn with_secrets(self, secrets: Secrets) -> Self {
        Self {
            secrets: Arc::new(secrets),
            ..self
        }
    }

    /// Whether the credentials in force are temporary.
    pub fn is_temporary(&self) -> bool {
        self.found().is_some_and(|found| found.is_temporary())
    }

    /// A request for `call` at `endpoint`, signed for the moment `at`; valid for fifteen minutes around it. A call that
    /// STS wants unsigned carries neither signature nor session token.
    ///
    /// # Errors
    /// [`SignError`] when there are no credentials, they cannot be put into headers, or a secret parameter is missing.
    pub fn sign(
        &self,
        endpoint: &Endpoint,
        call: &Call,
        at: SystemTime,
    ) -> Result<SignedRequest, SignError> {
        self.sign_with(self.found().as_deref(), endpoint, call, at)
    }

    pub(super) fn found(&self) -> Option<Arc<FoundCredentials>> {
        self.keyring.as_ref().map(Keyring::current)
    }

    fn form(&self, call: &Call) -> Result<Zeroizing<String>, SignError> {
        if let Some((parameter, _)) = call
            .secrets()
            .find(|(_, source)| !self.secrets.holds(source))
        {
            let operation = call.operation().cli_name();
            return Err(SignError::SecretNotRead {
                operation,
                parameter: parameter.cli_name,
            });
        }
        Ok(Zeroizing::new(
            call.form_with(|source| self.secrets.value(source)),
        ))
    }

    pub(super) fn sign_with(
        &self,
        found: Option<&FoundCredentials>,
        endpoint: &Endpoint,
        call: &Call,
        at: SystemTime,
    ) -> Result<SignedRequest, SignError> {
        let host = endpoint.origin.authority();
        let path = endpoint.origin.path().to_owned();
        let body = self.form(call)?;
        let mut headers = vec![
            (
                "content-type".to_owned(),
                Zeroizing::new(CONTENT_TYPE.to_owned()),
            ),
            (
                "user-agent".to_owned(),
                Zeroizing::new(self.user_agent.clone()),
            ),
            ("accept".to_owned(), Zeroizing::new("*/*".to_owned())),
        ];
        if call.is_signed() {
            let operation = call.operation().cli_name();
            let no_credentials = || SignError::NoCredentials {
                endpoint: endpoint.name.clone(),
                operation,
            };
            let found = found.ok_or_else(no_credentials)?;
            let url = format!("{}://{host}{path}", endpoint.origin.scheme().as_str());
            let message = Message {
                method: "POST",
                url: &url,
                headers: &[("host", host.as_str()), ("content-type", CONTENT_TYPE)],
                body: body.as_bytes(),
            };
            let scope = Scope {
                region: &endpoint.signing_region,
                service: SERVICE,
                at,
            };
            let signature = signature_headers(&message, &scope, found, SigningSettings::default());
            headers.extend(signature.map_err(|reason| SignError::Refused {
                endpoint: endpoint.name.clone(),
                operation,
                reason,
            })?);
        }
        Ok(SignedRequest::new(host, path, headers, body))
    }
}

pub(super) const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; charset=utf-8";
const SERVICE: &str = "sts";
