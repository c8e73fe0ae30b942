//! SEAL: call + endpoint + credentials + time → signed request. Time is an argument; the clock is not read here.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::credentials::{Found, Keyring, Secret};
use sts_model::Endpoint;
use sts_model::{Call, ParameterError, SecretSource};

/// Signs calls with the credentials in force, and puts secret parameters into them.
#[derive(Debug, Clone)]
pub struct Signer {
    keyring: Option<Keyring>,
    secrets: Arc<Secrets>,
    user_agent: String,
}

/// The values of secret parameters, by where they were read.
#[derive(Default)]
pub struct Secrets(BTreeMap<SecretSource, Secret>);

impl Secrets {
    /// Keeps `secret`, which was read from `source`.
    pub fn keep(&mut self, source: SecretSource, secret: Secret) {
        self.0.insert(source, secret);
    }

    /// Whether what `source` holds has been read.
    pub fn holds(&self, source: &SecretSource) -> bool {
        self.0.contains_key(source)
    }

    /// Whether STS would accept those that `call` needs.
    ///
    /// # Errors
    /// [`ParameterError`], which repeats no secret.
    pub fn check(&self, call: &Call) -> Result<(), ParameterError> {
        call.secrets()
            .try_for_each(|(parameter, source)| match self.0.get(source) {
                Some(secret) => call.check_secret(parameter, secret.expose()),
                None => Ok(()),
            })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
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
    /// There are no credentials to sign with.
    #[error("cannot sign {operation} for {endpoint}: there are no credentials")]
    NoCredentials {
        /// The endpoint's name.
        endpoint: String,
        /// The operation's name.
        operation: &'static str,
    },
    /// A secret parameter was not read.
    #[error("cannot call {operation}: its {parameter} was not read")]
    SecretNotRead {
        /// The operation's name.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
    },
}

/// A request ready to be sent: `POST /` with these headers and this body, valid for fifteen minutes.
pub struct SignedRequest {
    /// The `Host` header, which is signed; always the endpoint's authority.
    pub host: String,
    /// All other headers in wire order, names in lower case. Values can be secret.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// The form. It can hold secret parameters.
    pub body: Zeroizing<String>,
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
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

    fn found(&self) -> Option<Arc<Found>> {
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
        Ok(Zeroizing::new(call.form_with(|source| {
            Some(self.secrets.0.get(source)?.expose())
        })))
    }

    fn sign_with(
        &self,
        found: Option<&Found>,
        endpoint: &Endpoint,
        call: &Call,
        at: SystemTime,
    ) -> Result<SignedRequest, SignError> {
        let host = endpoint.origin.authority();
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
            let url = format!("{}://{host}/", endpoint.origin.scheme().as_str());
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
            let signature = seal(&message, &scope, found, SigningSettings::default());
            headers.extend(signature.map_err(|reason| SignError::Refused {
                endpoint: endpoint.name.clone(),
                operation,
                reason,
            })?);
        }
        Ok(SignedRequest {
            host,
            headers,
            body,
        })
    }
}

/// Signs the calls of a run, each place's call over again.
///
/// `x-amz-date` counts in whole seconds (AWS's SigV4 specification), so within one second the same call, signed afresh
/// with the same credentials, is the same bits: then it is signed once. A new second or new credentials sign anew.
#[derive(Debug)]
pub struct Seals {
    signer: Signer,
    kept: Vec<Option<Kept>>,
}

/// A signed request and for how long it is what signing again would give.
#[derive(Debug)]
struct Kept {
    second: u64,
    found: Option<Arc<Found>>,
    request: Rc<SignedRequest>,
}

impl Seals {
    /// For a run with so many places; each is always given the same endpoint and call.
    pub fn new(signer: Signer, places: usize) -> Self {
        Self {
            signer,
            kept: std::iter::repeat_with(|| None).take(places).collect(),
        }
    }

    /// The request that [`Signer::sign`] would give for the call of `place`.
    ///
    /// # Errors
    /// As for [`Signer::sign`].
    ///
    /// # Panics
    /// When there is no such place.
    pub fn seal(
        &mut self,
        place: usize,
        endpoint: &Endpoint,
        call: &Call,
        at: SystemTime,
    ) -> Result<Rc<SignedRequest>, SignError> {
        let found = self.signer.found();
        let second = at
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since_1970| since_1970.as_secs());
        if let Some(kept) = &self.kept[place]
            && kept.second == second
            && kept.found.as_ref().map(Arc::as_ptr) == found.as_ref().map(Arc::as_ptr)
        {
            return Ok(Rc::clone(&kept.request));
        }
        let request = Rc::new(
            self.signer
                .sign_with(found.as_deref(), endpoint, call, at)?,
        );
        self.kept[place] = Some(Kept {
            second,
            found,
            request: Rc::clone(&request),
        });
        Ok(request)
    }
}

/// What is signed.
struct Message<'a> {
    method: &'a str,
    url: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
}

/// Where and when a signature holds.
struct Scope<'a> {
    region: &'a str,
    service: &'a str,
    at: SystemTime,
}

/// The headers that make `message` a signed one.
///
/// # Errors
/// The signing library's words; they hold no secret.
fn seal(
    message: &Message<'_>,
    scope: &Scope<'_>,
    found: &Found,
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

const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; charset=utf-8";
const SERVICE: &str = "sts";

#[cfg(test)]
#[path = "sign_tests.rs"]
mod tests;
