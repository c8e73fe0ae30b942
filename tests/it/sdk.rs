//! The AWS SDK for Rust before the simulated fleet, over TLS with the fleet's root certificate.
//!
//! Its reader of answers and its signer are nobody's here. The other clients are in tests/interop.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use crate::support::{FAST, FleetProcess};

/// What a call came to, and what it is entered as in the fleet's ledger.
struct Books<'a> {
    fleet: &'a FleetProcess,
    http: SharedHttpClient,
    made: BTreeMap<(String, &'static str, String), u64>,
}

/// Who calls.
#[derive(Clone)]
struct Caller {
    key: String,
    secret: String,
    token: Option<String>,
}

impl<'a> Books<'a> {
    fn open(fleet: &'a FleetProcess) -> Self {
        let roots = TrustStore::empty().with_pem_certificate(fleet.fleet.ca_pem.as_bytes());
        let context = TlsContext::builder().with_trust_store(roots).build().expect("the root is a certificate");
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(context).build_https();
        Self { fleet, http, made: BTreeMap::new() }
    }

    /// The fleet's first user.
    fn user(&self) -> Caller {
        let own = &self.fleet.fleet.credentials[0];
        Caller { key: own.access_key_id.clone(), secret: own.secret_access_key.clone(), token: None }
    }

    fn client(&self, endpoint: &str, caller: &Caller) -> Client {
        let announced = self.fleet.endpoint(endpoint);
        let credentials = Credentials::new(&caller.key, &caller.secret, caller.token.clone(), None, "test");
        let config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .region(Region::new(announced.endpoint.signing_region.clone()))
            .endpoint_url(&announced.url)
            .credentials_provider(credentials)
            .retry_config(RetryConfig::disabled());
        Client::from_conf(config.build())
    }

    /// Makes a call and writes it down: its answer, or the code and the words of its error.
    async fn call<T: RequestId, E: ProvideErrorMetadata + Debug>(
        &mut self,
        endpoint: &str,
        operation: &'static str,
        call: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, (String, String)> {
        let made = match call.await {
            Ok(answer) => {
                assert!(answer.request_id().is_some_and(|id| id.len() == 36), "{operation} has no request id");
                Ok(answer)
            }
            Err(error) => {
                let said = error.as_service_error().unwrap_or_else(|| panic!("{operation}: no answer: {error:?}"));
                let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
                Err((part(said.code()), part(said.message())))
            }
        };
        let result = made.as_ref().map_or_else(|(code, _)| code.clone(), |_| "ok".to_owned());
        *self.made.entry((endpoint.to_owned(), operation, result)).or_default() += 1;
        made
    }

    /// The call is refused with this code and words that begin so.
    #[track_caller]
    fn refused<T>(made: Result<T, (String, String)>, code: &str, words: &str) {
        let Err((found, said)) = made else { panic!("{code} was expected, not an answer") };
        assert_eq!(found, code, "{said}");
        assert!(said.starts_with(words), "{said}");
    }
}

/// The fleet saw these calls and no others.
fn balance(fleet: FleetProcess, made: &BTreeMap<(String, &'static str, String), u64>) {
    let mut seen = BTreeMap::new();
    for (endpoint, page) in fleet.finish().endpoints {
        for (operation, results) in page.results {
            for (result, count) in results {
                seen.insert((endpoint.clone(), operation.clone(), result), count);
            }
        }
    }
    let made: BTreeMap<_, _> = made
        .iter()
        .map(|((endpoint, operation, result), count)| {
            ((endpoint.clone(), (*operation).to_owned(), result.clone()), *count)
        })
        .collect();
    assert_eq!(seen, made);
}

#[tokio::test]
async fn the_sdk_for_rust_is_answered_and_refused_as_by_sts() {
    let fleet = FleetProcess::start(&format!("endpoints = \"global,eu-central-1\"\n{FAST}"));
    let mut books = Books::open(&fleet);
    let user = books.user();
    for endpoint in ["global", "eu-central-1"] {
        identify(&mut books, endpoint, &user).await;
    }
    let session = issue(&mut books, &user).await;
    refuse_sessions(&mut books, &session).await;
    refuse_keys(&mut books, &user, &session).await;
    let made = books.made;
    balance(fleet, &made);
}

async fn identify(books: &mut Books<'_>, endpoint: &str, user: &Caller) {
    let sts = books.client(endpoint, user);
    let identity = books.call(endpoint, "GetCallerIdentity", sts.get_caller_identity().send()).await.expect("answered");
    let own = &books.fleet.fleet.credentials[0];
    assert_eq!((identity.arn(), identity.account()), (Some(own.arn.as_str()), Some(own.account.as_str())));
    assert!(identity.user_id().is_some_and(|id| id.starts_with("AIDA") && id.len() == 21), "{identity:?}");
}

/// A session of the user's, which calls GetCallerIdentity under the user's name.
async fn issue(books: &mut Books<'_>, user: &Caller) -> Caller {
    let at = "eu-central-1";
    let sts = books.client(at, user);
    let asked = sts.get_session_token().duration_seconds(900).send();
    let answer = books.call(at, "GetSessionToken", asked).await.expect("answered");
    let issued = answer.credentials().expect("credentials are the answer");
    let caller = Caller {
        key: issued.access_key_id().to_owned(),
        secret: issued.secret_access_key().to_owned(),
        token: Some(issued.session_token().to_owned()),
    };
    assert!(caller.key.starts_with("ASIA") && caller.key.len() == 20, "{}", caller.key);
    identify(books, at, &caller).await;
    caller
}

async fn refuse_sessions(books: &mut Books<'_>, session: &Caller) {
    let at = "eu-central-1";
    let sts = books.client(at, session);
    let made = books.call(at, "GetSessionToken", sts.get_session_token().send()).await;
    Books::refused(made, "AccessDenied", "Cannot call GetSessionToken with session credentials");
}

async fn refuse_keys(books: &mut Books<'_>, user: &Caller, session: &Caller) {
    let at = "eu-central-1";
    const UNKNOWN: &str = "The security token included in the request is invalid.";
    for (caller, code, words) in [
        (
            Caller { secret: "0".repeat(40), ..user.clone() },
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        ),
        (Caller { key: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..user.clone() }, "InvalidClientTokenId", UNKNOWN),
        (Caller { token: None, ..session.clone() }, "InvalidClientTokenId", UNKNOWN),
    ] {
        let sts = books.client(at, &caller);
        let made = books.call(at, "GetCallerIdentity", sts.get_caller_identity().send()).await;
        Books::refused(made, code, words);
    }
    let sts = books.client(at, user);
    let asked = sts.get_session_token().duration_seconds(129_601).send();
    let made = books.call(at, "GetSessionToken", asked).await;
    Books::refused(made, "ValidationError", "1 validation error detected: Value '129601' at 'durationSeconds'");
}

#[tokio::test]
async fn without_the_fleets_root_the_sdk_for_rust_sends_nothing() {
    let fleet = FleetProcess::start(&format!("endpoints = \"global\"\n{FAST}"));
    let mut books = Books::open(&fleet);
    let context = TlsContext::builder().with_trust_store(TrustStore::default()).build().expect("the system's roots");
    books.http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(context).build_https();
    let error = books.client("global", &books.user()).get_caller_identity().send().await.expect_err("no trust");
    assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
    let nothing = BTreeMap::new();
    balance(fleet, &nothing);
}
