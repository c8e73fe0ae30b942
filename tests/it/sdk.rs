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
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use sts_model::Operation;

use crate::support::{FAST, TestEmulator};

/// What a call came to, and what it is entered as in the fleet's ledger.
struct CallLedger<'a> {
    fleet: &'a TestEmulator,
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

impl Caller {
    /// Whoever has been issued these credentials.
    fn of(issued: &aws_sdk_sts::types::Credentials) -> Self {
        Self {
            key: issued.access_key_id().to_owned(),
            secret: issued.secret_access_key().to_owned(),
            token: Some(issued.session_token().to_owned()),
        }
    }
}

impl<'a> CallLedger<'a> {
    fn open(fleet: &'a TestEmulator) -> Self {
        let roots =
            TrustStore::empty().with_pem_certificate(fleet.announcement().ca_pem.as_bytes());
        let context = TlsContext::builder()
            .with_trust_store(roots)
            .build()
            .expect("the root is a certificate");
        let http = Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(context)
            .build_https();
        Self {
            fleet,
            http,
            made: BTreeMap::new(),
        }
    }

    /// The fleet's first user.
    fn user(&self) -> Caller {
        let own = &self.fleet.announcement().credentials[0];
        Caller {
            key: own.access_key_id.clone(),
            secret: own.secret_access_key.clone(),
            token: None,
        }
    }

    /// What the fleet announces for a parameter.
    fn parameter(&self, operation: Operation, name: &str) -> String {
        self.fleet.announcement().parameters[&operation][name].clone()
    }

    fn client(&self, endpoint: &str, caller: &Caller) -> Client {
        let announced = self.fleet.endpoint(endpoint);
        let credentials = Credentials::new(
            &caller.key,
            &caller.secret,
            caller.token.clone(),
            None,
            "test",
        );
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
                assert!(
                    answer.request_id().is_some_and(|id| id.len() == 36),
                    "{operation} has no request id"
                );
                Ok(answer)
            }
            Err(error) => {
                let said = error
                    .as_service_error()
                    .unwrap_or_else(|| panic!("{operation}: no answer: {error:?}"));
                let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
                Err((part(said.code()), part(said.message())))
            }
        };
        let result = made
            .as_ref()
            .map_or_else(|(code, _)| code.clone(), |_| "ok".to_owned());
        *self
            .made
            .entry((endpoint.to_owned(), operation, result))
            .or_default() += 1;
        made
    }

    /// The call is refused with this code and words that begin so.
    #[track_caller]
    fn refused<T>(made: Result<T, (String, String)>, code: &str, words: &str) {
        let Err((found, said)) = made else {
            panic!("{code} was expected, not an answer")
        };
        assert_eq!(found, code, "{said}");
        assert!(said.starts_with(words), "{said}");
    }
}

/// The fleet saw these calls and no others.
fn balance(fleet: TestEmulator, made: &BTreeMap<(String, &'static str, String), u64>) {
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
            (
                (endpoint.clone(), (*operation).to_owned(), result.clone()),
                *count,
            )
        })
        .collect();
    assert_eq!(seen, made);
}

#[tokio::test]
async fn the_sdk_for_rust_is_answered_and_refused_as_by_sts() {
    let fleet = TestEmulator::start(&format!("endpoints = \"global,eu-central-1\"\n{FAST}"));
    let mut books = CallLedger::open(&fleet);
    let user = books.user();
    for endpoint in ["global", "eu-central-1"] {
        identify(&mut books, endpoint, &user).await;
    }
    let session = issue(&mut books, &user).await;
    refuse_sessions(&mut books, &session).await;
    refuse_keys(&mut books, &user, &session).await;
    assume_roles(&mut books, &user).await;
    trust_providers(&mut books, &user).await;
    reach_further(&mut books, &user).await;
    look_up(&mut books, &user).await;
    let made = books.made;
    balance(fleet, &made);
}

async fn identify(books: &mut CallLedger<'_>, endpoint: &str, user: &Caller) {
    let sts = books.client(endpoint, user);
    let identity = books
        .call(
            endpoint,
            "GetCallerIdentity",
            sts.get_caller_identity().send(),
        )
        .await
        .expect("answered");
    let own = &books.fleet.announcement().credentials[0];
    assert_eq!(
        (identity.arn(), identity.account()),
        (Some(own.arn.as_str()), Some(own.account.as_str()))
    );
    assert!(
        identity
            .user_id()
            .is_some_and(|id| id.starts_with("AIDA") && id.len() == 21),
        "{identity:?}"
    );
}

/// A session of the user's, which calls GetCallerIdentity under the user's name.
async fn issue(books: &mut CallLedger<'_>, user: &Caller) -> Caller {
    let at = "eu-central-1";
    let sts = books.client(at, user);
    let asked = sts.get_session_token().duration_seconds(900).send();
    let answer = books
        .call(at, "GetSessionToken", asked)
        .await
        .expect("answered");
    let caller = Caller::of(answer.credentials().expect("credentials are the answer"));
    assert!(
        caller.key.starts_with("ASIA") && caller.key.len() == 20,
        "{}",
        caller.key
    );
    identify(books, at, &caller).await;
    caller
}

async fn refuse_sessions(books: &mut CallLedger<'_>, session: &Caller) {
    let at = "eu-central-1";
    let sts = books.client(at, session);
    let made = books
        .call(at, "GetSessionToken", sts.get_session_token().send())
        .await;
    CallLedger::refused(
        made,
        "AccessDenied",
        "Cannot call GetSessionToken with session credentials",
    );
}

async fn refuse_keys(books: &mut CallLedger<'_>, user: &Caller, session: &Caller) {
    let at = "eu-central-1";
    const UNKNOWN: &str = "The security token included in the request is invalid.";
    for (caller, code, words) in [
        (
            Caller {
                secret: "0".repeat(40),
                ..user.clone()
            },
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        ),
        (
            Caller {
                key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
                ..user.clone()
            },
            "InvalidClientTokenId",
            UNKNOWN,
        ),
        (
            Caller {
                token: None,
                ..session.clone()
            },
            "InvalidClientTokenId",
            UNKNOWN,
        ),
    ] {
        let sts = books.client(at, &caller);
        let made = books
            .call(at, "GetCallerIdentity", sts.get_caller_identity().send())
            .await;
        CallLedger::refused(made, code, words);
    }
    let sts = books.client(at, user);
    let asked = sts.get_session_token().duration_seconds(129_601).send();
    let made = books.call(at, "GetSessionToken", asked).await;
    CallLedger::refused(
        made,
        "ValidationError",
        "1 validation error detected: Value '129601' at 'durationSeconds'",
    );
}

/// A role, the role behind it for an hour and no longer, and one that does not trust the user.
async fn assume_roles(books: &mut CallLedger<'_>, user: &Caller) {
    let at = "eu-central-1";
    let sts = books.client(at, user);
    let asked = sts
        .assume_role()
        .role_arn(books.parameter(Operation::AssumeRole, "role-arn"))
        .role_session_name("sdk");
    let tag = Tag::builder()
        .key("Team")
        .value("Blau + Grün")
        .build()
        .expect("a tag");
    let asked = asked.tags(tag).source_identity("Ann").send();
    let answer = books.call(at, "AssumeRole", asked).await.expect("answered");
    let own = answer.assumed_role_user().expect("a user").arn();
    assert!(own.ends_with(":assumed-role/simulated/sdk"), "{own}");
    assert_eq!(answer.source_identity(), Some("Ann"));
    let role = Caller::of(answer.credentials().expect("credentials"));
    let sts = books.client(at, &role);
    let chained = || {
        sts.assume_role()
            .role_arn(format!("{IAM}role/chain/chained"))
            .role_session_name("sdk")
    };
    let answer = books
        .call(at, "AssumeRole", chained().duration_seconds(3_600).send())
        .await
        .expect("answered");
    assert_eq!(
        answer.source_identity(),
        Some("Ann"),
        "it goes along the chain"
    );
    let made = books
        .call(at, "AssumeRole", chained().duration_seconds(3_601).send())
        .await;
    CallLedger::refused(
        made,
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit",
    );
    let sts = books.client(at, user);
    let asked = sts
        .assume_role()
        .role_arn(format!("{IAM}role/external"))
        .role_session_name("sdk")
        .external_id("other");
    let made = books.call(at, "AssumeRole", asked.send()).await;
    CallLedger::refused(
        made,
        "AccessDenied",
        "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: ",
    );
}

/// Sessions for whom providers vouch, with their own word and with another.
async fn trust_providers(books: &mut CallLedger<'_>, user: &Caller) {
    let at = "eu-central-1";
    let sts = books.client(at, user);
    let of = Operation::AssumeRoleWithWebIdentity;
    for (token, genuine) in [
        (books.parameter(of, "web-identity-token"), true),
        ("not.a.token".to_owned(), false),
    ] {
        let asked = sts
            .assume_role_with_web_identity()
            .role_arn(books.parameter(of, "role-arn"));
        let asked = asked
            .role_session_name("sdk")
            .web_identity_token(token)
            .send();
        let made = books.call(at, "AssumeRoleWithWebIdentity", asked).await;
        if genuine {
            assert_eq!(
                made.expect("answered").subject_from_web_identity_token(),
                Some("simulated")
            );
        } else {
            CallLedger::refused(made, "InvalidIdentityToken", "");
        }
    }
    let of = Operation::AssumeRoleWithSaml;
    for (assertion, genuine) in [
        (books.parameter(of, "saml-assertion"), true),
        ("AAAA".to_owned(), false),
    ] {
        let asked = sts
            .assume_role_with_saml()
            .role_arn(books.parameter(of, "role-arn"));
        let asked = asked
            .principal_arn(books.parameter(of, "principal-arn"))
            .saml_assertion(assertion)
            .send();
        let made = books.call(at, "AssumeRoleWithSAML", asked).await;
        if genuine {
            assert_eq!(made.expect("answered").subject(), Some("simulated"));
        } else {
            CallLedger::refused(made, "InvalidIdentityToken", "");
        }
    }
}

/// Other accounts' roots, federated users, delegations, and services outside AWS.
async fn reach_further(books: &mut CallLedger<'_>, user: &Caller) {
    let at = "eu-central-1";
    let sts = books.client(at, user);
    let of = Operation::AssumeRoot;
    let task = PolicyDescriptorType::builder()
        .arn(books.parameter(of, "task-policy-arn"))
        .build();
    let asked = || {
        sts.assume_root()
            .target_principal(books.parameter(of, "target-principal"))
    };
    let allowed = asked().task_policy_arn(task);
    let root = books
        .call(at, "AssumeRoot", allowed.send())
        .await
        .expect("answered");
    assert!(
        root.credentials()
            .is_some_and(|issued| issued.access_key_id().starts_with("ASIA"))
    );
    let asked = sts
        .get_federation_token()
        .name("Ann")
        .duration_seconds(900)
        .send();
    let answer = books
        .call(at, "GetFederationToken", asked)
        .await
        .expect("answered");
    let federated = answer.federated_user().expect("a user").arn();
    assert_eq!(federated, "arn:aws:sts::123456789012:federated-user/Ann");
    let federated = Caller::of(answer.credentials().expect("credentials"));
    let theirs = books.client(at, &federated);
    let made = books
        .call(
            at,
            "GetFederationToken",
            theirs.get_federation_token().name("Ann").send(),
        )
        .await;
    CallLedger::refused(
        made,
        "AccessDenied",
        "Cannot call GetFederationToken with session credentials",
    );
    let token = books.parameter(Operation::GetDelegatedAccessToken, "trade-in-token");
    for (token, genuine) in [(token, true), ("AAAA".to_owned(), false)] {
        let made = books
            .call(
                at,
                "GetDelegatedAccessToken",
                sts.get_delegated_access_token()
                    .trade_in_token(token)
                    .send(),
            )
            .await;
        assert_eq!(made.is_ok(), genuine);
    }
    let asked = || {
        sts.get_web_identity_token()
            .audience("https://example.invalid")
            .signing_algorithm("ES384")
    };
    let answer = books
        .call(at, "GetWebIdentityToken", asked().send())
        .await
        .expect("answered");
    assert_eq!(
        answer
            .web_identity_token()
            .map(|token| token.split('.').count()),
        Some(3)
    );
    let made = books
        .call(
            at,
            "GetWebIdentityToken",
            asked().duration_seconds(3_601).send(),
        )
        .await;
    CallLedger::refused(
        made,
        "ValidationError",
        "1 validation error detected: Value '3601' at 'durationSeconds'",
    );
}

async fn look_up(books: &mut CallLedger<'_>, user: &Caller) {
    let at = "eu-central-1";
    let sts = books.client(at, user);
    let asked = sts.get_access_key_info().access_key_id(&user.key).send();
    let answer = books
        .call(at, "GetAccessKeyInfo", asked)
        .await
        .expect("answered");
    assert_eq!(answer.account(), Some("123456789012"));
    let message = books.parameter(Operation::DecodeAuthorizationMessage, "encoded-message");
    for (message, genuine) in [(message, true), ("AAAA".to_owned(), false)] {
        let asked = sts
            .decode_authorization_message()
            .encoded_message(message)
            .send();
        let made = books.call(at, "DecodeAuthorizationMessage", asked).await;
        if genuine {
            assert!(
                made.expect("answered")
                    .decoded_message()
                    .is_some_and(|text| text.contains("\"allowed\":false"))
            );
        } else {
            CallLedger::refused(made, "InvalidAuthorizationMessageException", "");
        }
    }
}

const IAM: &str = "arn:aws:iam::123456789012:";

#[tokio::test]
async fn without_the_fleets_root_the_sdk_for_rust_sends_nothing() {
    let fleet = TestEmulator::start(&format!("endpoints = \"global\"\n{FAST}"));
    let mut books = CallLedger::open(&fleet);
    let context = TlsContext::builder()
        .with_trust_store(TrustStore::default())
        .build()
        .expect("the system's roots");
    books.http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(context)
        .build_https();
    let error = books
        .client("global", &books.user())
        .get_caller_identity()
        .send()
        .await
        .expect_err("no trust");
    assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
    let nothing = BTreeMap::new();
    balance(fleet, &nothing);
}
