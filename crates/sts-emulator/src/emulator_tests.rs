//! The whole fleet through real sockets, called by a bare HTTP client with signatures of AWS's own signer.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, HandshakeKind, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::*;
use crate::{
    Announcement, EmulatorCredentials, EmulatorThread, FaultSpec, InjectedFault, Link, Quota,
    ServiceTime,
};
use sts_model::{Answer, Operation, Reading, region_of_request_id};

pub(crate) const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
pub(crate) const SESSION: &str = "Action=GetSessionToken&Version=2011-06-15";

pub(crate) struct Received {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The text of the one element called `name`.
    pub(crate) fn element(&self, name: &str) -> &str {
        let (_, after) = self.body.split_once(&format!("<{name}>")).expect(name);
        after.split_once(&format!("</{name}>")).expect(name).0
    }
}

#[derive(Clone, Default)]
pub(crate) struct Key {
    pub id: String,
    pub secret: String,
    pub token: Option<String>,
}

pub(crate) fn key(view: &EmulatorView) -> Key {
    let EmulatorCredentials {
        access_key_id: id,
        secret_access_key: secret,
        ..
    } = view.announcement().credentials[0].clone();
    Key {
        id,
        secret,
        token: None,
    }
}

/// An emulator of two Regions and the global endpoint that answers at once.
pub(crate) fn prompt() -> EmulatorConfig {
    let at_once = ServiceTime {
        median_ms: 0.0,
        sigma: 0.0,
    };
    EmulatorConfig {
        endpoints: "global,eu-central-1,eu-west-1".to_owned(),
        link: Link::Undelayed,
        service_time: Operation::ALL.map(|operation| (operation, at_once)).into(),
        ..EmulatorConfig::default()
    }
}

pub(crate) fn faulty(fault: InjectedFault) -> EmulatorConfig {
    EmulatorConfig {
        faults: vec![FaultSpec {
            endpoints: vec!["*".to_owned()],
            probability: 1.0,
            fault,
        }],
        ..prompt()
    }
}

pub(crate) fn announced<'a>(view: &'a EmulatorView, name: &str) -> &'a EndpointAnnouncement {
    view.announced_endpoints()
        .iter()
        .find(|announced| announced.endpoint.name == name)
        .expect(name)
}

pub(crate) fn signed(at: &EndpointAnnouncement, key: &Key, body: &str) -> Request<Full<Bytes>> {
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    signed_as(at, key, ("POST", "/"), &[("content-type", form)], body)
}

/// A request of any form with a signature in its header.
pub(crate) fn signed_as(
    at: &EndpointAnnouncement,
    key: &Key,
    (method, target): (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> Request<Full<Bytes>> {
    let identity = Credentials::new(&key.id, &key.secret, key.token.clone(), None, "test").into();
    let since_epoch =
        Duration::from_secs(u64::try_from(clock::wall(0).unix_timestamp()).expect("after 1970"));
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&at.endpoint.signing_region)
        .name("sts")
        .time(SystemTime::UNIX_EPOCH + since_epoch)
        .settings(SigningSettings::default())
        .build()
        .expect("every parameter is given")
        .into();
    let url = format!("https://{}{target}", at.host);
    let signable = SignableRequest::new(
        method,
        &url,
        headers.iter().copied(),
        SignableBody::Bytes(body.as_bytes()),
    );
    let (instructions, _) = sign(signable.expect("a plain request"), &parameters)
        .expect("signable")
        .into_parts();
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", &at.host);
    for (name, value) in headers.iter().copied().chain(instructions.headers()) {
        request = request.header(name, value);
    }
    request
        .body(Full::from(body.to_owned()))
        .expect("a request")
}

pub(crate) async fn plaintext(at: &EndpointAnnouncement) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(at.plaintext_address)
        .await
        .expect("the fleet listens");
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("a fresh connection");
    tokio::spawn(connection);
    sender
}

pub(crate) async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Received {
    sender.ready().await.expect("the connection is kept alive");
    read(sender.send_request(request).await.expect("an answer")).await
}

async fn read(response: hyper::Response<Incoming>) -> Received {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a whole body").to_bytes();
    let body = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    Received {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

pub(crate) async fn call(view: &EmulatorView, name: &str, key: &Key, body: &str) -> Received {
    let at = announced(view, name);
    exchange(&mut plaintext(at).await, signed(at, key, body)).await
}

pub(crate) fn connector(view: &EmulatorView) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(view.announcement().ca_pem.as_bytes())
        .expect("the fleet announces PEM");
    roots.add(ca).expect("a root certificate");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has suites")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn get_caller_identity_answers_with_the_bytes_and_headers_of_sts() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let received = call(&view, "global", &key(&view), IDENTITY).await;
    assert_eq!(received.status, 200, "{}", received.body);
    let id = received.header("x-amzn-requestid").to_owned();
    let user_id = received.element("UserId").to_owned();
    assert!(
        user_id.starts_with("AIDA") && user_id.len() == 21,
        "{user_id}"
    );
    assert_eq!(
        received.body,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  \
             <GetCallerIdentityResult>\n    <Arn>arn:aws:iam::123456789012:user/simulated</Arn>\n    \
             <UserId>{user_id}</UserId>\n    <Account>123456789012</Account>\n  </GetCallerIdentityResult>\n  \
             <ResponseMetadata>\n    <RequestId>{id}</RequestId>\n  </ResponseMetadata>\n\
             </GetCallerIdentityResponse>\n"
        )
    );
    assert_eq!(received.header("content-type"), "text/xml");
    assert_eq!(
        received.header("content-length"),
        received.body.len().to_string()
    );
    assert!(clock::read_http(received.header("date")).is_some());
    assert_eq!(
        region_of_request_id(received.header("x-amz-sts-extended-request-id")).as_deref(),
        Some("us-east-1")
    );
    let ledger = fleet.shutdown().await;
    assert_eq!(
        ledger.endpoints["global"].results["GetCallerIdentity"]["ok"],
        1
    );
    assert_eq!(
        (ledger.requests(), ledger.endpoints["global"].connections),
        (1, 1)
    );
}

#[tokio::test]
async fn issued_credentials_work_but_do_not_issue_more() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let issued = call(
        &view,
        "eu-west-1",
        &key(&view),
        &format!("{SESSION}&DurationSeconds=900"),
    )
    .await;
    assert_eq!(issued.status, 200, "{}", issued.body);
    let read = Operation::GetSessionToken
        .default_call()
        .read(200, issued.body.as_bytes());
    assert!(
        matches!(read, Reading::Answer(Answer::IssuedSession(_))),
        "{read:?}"
    );
    let element = |name: &str| issued.element(name).to_owned();
    let session = Key {
        id: element("AccessKeyId"),
        secret: element("SecretAccessKey"),
        token: Some(element("SessionToken")),
    };
    let identity = call(&view, "eu-central-1", &session, IDENTITY).await;
    assert_eq!(
        identity.element("Arn"),
        "arn:aws:iam::123456789012:user/simulated"
    );
    let refused = call(&view, "eu-central-1", &session, SESSION).await;
    assert_eq!(
        (refused.status.as_u16(), refused.element("Code")),
        (403, "AccessDenied")
    );
    assert_eq!(
        refused.element("Message"),
        "Cannot call GetSessionToken with session credentials"
    );
}

#[tokio::test]
async fn wrong_calls_get_the_faults_of_sts() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let right = key(&view);
    let wrong = Key {
        secret: "x".repeat(40),
        ..key(&view)
    };
    let below = format!("{SESSION}&DurationSeconds=899");
    let word = format!("{SESSION}&DurationSeconds=abc");
    for (key, body, status, code) in [
        (&wrong, IDENTITY, 403, "SignatureDoesNotMatch"),
        (
            &right,
            "Action=NoSuchAction&Version=2011-06-15",
            400,
            "InvalidAction",
        ),
        (&right, below.as_str(), 400, "ValidationError"),
        (&right, word.as_str(), 400, "MalformedInput"),
    ] {
        let received = call(&view, "eu-west-1", key, body).await;
        assert_eq!(
            (received.status.as_u16(), received.element("Code")),
            (status, code),
            "{body}"
        );
        assert_eq!(
            received.element("RequestId"),
            received.header("x-amzn-requestid")
        );
        assert_eq!(view.ledger().count(code), 1, "{code}");
    }
    // Signed for the wrong Region: the global endpoint wants us-east-1.
    let elsewhere = EndpointAnnouncement {
        plaintext_address: announced(&view, "global").plaintext_address,
        ..announced(&view, "eu-west-1").clone()
    };
    let received = exchange(
        &mut plaintext(&elsewhere).await,
        signed(&elsewhere, &right, IDENTITY),
    )
    .await;
    assert_eq!(
        received.element("Message"),
        "Credential should be scoped to a valid region. "
    );
}

#[tokio::test]
async fn requests_without_an_action_are_sent_to_the_iam_page_and_other_paths_are_unknown() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let mut sender = plaintext(announced(&view, "global")).await;
    let request = |method: &str, target: &str| {
        Request::builder()
            .method(method)
            .uri(target)
            .header("host", "sts")
            .body(Full::default())
            .expect("a request")
    };
    let received = exchange(&mut sender, request("GET", "/?Version=2011-06-15")).await;
    let found = (
        received.status.as_u16(),
        received.header("location"),
        received.body.as_str(),
    );
    assert_eq!(
        found,
        (302, "https://aws.amazon.com/iam?Version=2011-06-15", "")
    );
    let received = exchange(&mut sender, request("POST", "/")).await;
    assert_eq!(
        (received.status.as_u16(), received.header("location")),
        (302, "https://aws.amazon.com/iam")
    );
    let received = exchange(&mut sender, request("POST", "/elsewhere")).await;
    assert_eq!(
        (received.status.as_u16(), received.body.trim()),
        (404, "<UnknownOperationException/>")
    );
    let unsigned = exchange(&mut sender, request("GET", &format!("/?{IDENTITY}"))).await;
    assert_eq!(
        (unsigned.status.as_u16(), unsigned.element("Code")),
        (403, "MissingAuthenticationToken")
    );
    let ledger = view.ledger();
    assert_eq!(
        (
            ledger.count("http:302"),
            ledger.count("http:404"),
            ledger.requests()
        ),
        (2, 1, 4)
    );
    assert_eq!(
        ledger.endpoints["global"].connections, 1,
        "keep-alive is honoured"
    );
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_without_being_read() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let body = Full::from(vec![b'a'; crate::service::dispatch::MAX_BODY_BYTES + 1]);
    let request = Request::post("/")
        .header("host", "sts")
        .body(body)
        .expect("a request");
    let received = exchange(&mut plaintext(announced(&view, "global")).await, request).await;
    assert_eq!(
        (received.status.as_u16(), received.body.as_str()),
        (413, "")
    );
}

#[tokio::test]
async fn the_quota_is_per_region_and_worded_as_sts_words_it() {
    let quota = Quota {
        requests_per_second: 0.001,
        burst: 2,
    };
    let fleet = Emulator::start(EmulatorConfig { quota, ..prompt() })
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let key = key(&view);
    for _ in 0..2 {
        assert_eq!(call(&view, "eu-west-1", &key, IDENTITY).await.status, 200);
    }
    let received = call(&view, "eu-west-1", &key, SESSION).await;
    assert_eq!(
        (received.status.as_u16(), received.element("Code")),
        (400, "Throttling")
    );
    assert_eq!(received.element("Message"), "Rate exceeded");
    assert_eq!(
        call(&view, "eu-central-1", &key, IDENTITY).await.status,
        200
    );
    assert_eq!(view.ledger().count("Throttling"), 1);
}

#[tokio::test]
async fn the_quota_is_the_callers_and_only_six_operations_draw_on_it() {
    let quota = Quota {
        requests_per_second: 0.001,
        burst: 1,
    };
    let fleet = Emulator::start(EmulatorConfig { quota, ..prompt() })
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let (own, credentials) = (key(&view), view.announcement().credentials.clone());
    let other = credentials
        .into_iter()
        .find(|found| found.account == "210987654321")
        .expect("a second account");
    let other = Key {
        id: other.access_key_id,
        secret: other.secret_access_key,
        token: None,
    };
    let role = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=shared&RoleArn=arn:aws:iam::210987654321:role/shared";
    assert_eq!(call(&view, "eu-west-1", &own, role).await.status, 200);
    assert_eq!(
        call(&view, "eu-west-1", &own, IDENTITY)
            .await
            .element("Code"),
        "Throttling"
    );
    assert_eq!(
        call(&view, "eu-west-1", &other, IDENTITY).await.status,
        200,
        "the role's account has paid nothing"
    );
    let free =
        "Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=a&SigningAlgorithm=ES384";
    for _ in 0..2 {
        assert_eq!(call(&view, "eu-west-1", &own, free).await.status, 200);
    }
}

#[tokio::test]
async fn answers_take_at_least_the_round_trip_and_the_service_time() {
    let time = ServiceTime {
        median_ms: 15.0,
        sigma: 0.0,
    };
    let spec = EmulatorConfig {
        link: Link::Bytes,
        rtt_ms: [("*".to_owned(), 40.0)].into(),
        service_time: [(Operation::GetCallerIdentity, time)].into(),
        ..prompt()
    };
    let fleet = Emulator::start(spec).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "eu-west-1");
    assert_eq!(at.rtt_ms, 40.0);
    let mut sender = plaintext(at).await;
    for _ in 0..3 {
        let request = signed(at, &key(&view), IDENTITY);
        let start = clock::monotonic();
        let received = exchange(&mut sender, request).await;
        let taken = clock::monotonic() - start;
        assert_eq!(received.status, 200);
        // A hundred times the injected time would be a machine that stands still, not a noisy one.
        assert!(
            (Duration::from_micros(54_990)..Duration::from_secs(5)).contains(&taken),
            "{taken:?}"
        );
    }
}

#[tokio::test]
async fn tls_verifies_against_the_announced_root_and_resumes() {
    let spec = EmulatorConfig {
        link: Link::Bytes,
        rtt_ms: [("*".to_owned(), 2.0)].into(),
        ..prompt()
    };
    let fleet = Emulator::start(spec).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "eu-central-1");
    let connector = connector(&view);
    let address = at
        .endpoint
        .address
        .expect("endpoints of a fleet have addresses");
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
        let name = ServerName::try_from(at.host.clone()).expect("a host name");
        let stream = TcpStream::connect(address)
            .await
            .expect("the fleet listens");
        let stream = connector
            .connect(name, stream)
            .await
            .expect("the root is trusted");
        assert_eq!(stream.get_ref().1.handshake_kind(), Some(expected));
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .expect("a fresh connection");
        let connection = tokio::spawn(connection);
        assert_eq!(
            exchange(&mut sender, signed(at, &key(&view), IDENTITY))
                .await
                .status,
            200
        );
        drop(sender);
        connection.await.expect("no panic").expect("an orderly end");
    }
    let other = ServerName::try_from("sts.example.com").expect("a host name");
    let stream = TcpStream::connect(address)
        .await
        .expect("the fleet listens");
    assert!(
        connector.connect(other, stream).await.is_err(),
        "the certificate is for one host"
    );
    let page = fleet.shutdown().await.endpoints["eu-central-1"].clone();
    assert_eq!(
        (
            page.connections,
            page.full_handshakes,
            page.resumed_handshakes
        ),
        (3, 1, 1)
    );
    assert_eq!(page.failed_handshakes, 1);
}

#[tokio::test]
async fn fault_resets_and_half_bodies_reach_the_client_as_such_and_the_books() {
    for (fault, named) in [
        (InjectedFault::Reset {}, "injected:reset"),
        (InjectedFault::HalfBody {}, "injected:half-body"),
    ] {
        let fleet = Emulator::start(faulty(fault.clone()))
            .await
            .expect("the fleet starts");
        let view = fleet.view();
        let at = announced(&view, "global");
        let mut sender = plaintext(at).await;
        sender.ready().await.expect("a fresh connection");
        let outcome = sender.send_request(signed(at, &key(&view), IDENTITY)).await;
        match fault {
            InjectedFault::Reset {} => assert!(outcome.is_err(), "{named}"),
            _ => assert!(
                outcome
                    .expect("the head comes")
                    .into_body()
                    .collect()
                    .await
                    .is_err(),
                "{named}"
            ),
        }
        let ledger = fleet.shutdown().await;
        assert_eq!((ledger.requests(), ledger.count(named)), (1, 1), "{named}");
    }
}

#[tokio::test]
async fn books_balance_over_many_connections_with_resets() {
    let mut spec = faulty(InjectedFault::Reset {});
    spec.faults[0].probability = 0.2;
    spec.quota = Quota {
        requests_per_second: 1e6,
        burst: 1_000_000,
    };
    let fleet = Emulator::start(spec).await.expect("the fleet starts");
    let view = fleet.view();
    let mut workers = JoinSet::new();
    for name in ["global", "eu-central-1", "eu-west-1", "global"] {
        let view = view.clone();
        workers.spawn(async move {
            let (at, key) = (announced(&view, name), key(&view));
            let (mut answered, mut severed) = (0_u64, 0_u64);
            let mut sender = plaintext(at).await;
            for _ in 0..250 {
                match sender.send_request(signed(at, &key, IDENTITY)).await {
                    Ok(response) => {
                        assert_eq!(read(response).await.status, 200);
                        answered += 1;
                    }
                    Err(_) => {
                        severed += 1;
                        sender = plaintext(at).await;
                    }
                }
            }
            (answered, severed)
        });
    }
    let (mut answered, mut severed) = (0, 0);
    while let Some(counts) = workers.join_next().await {
        let counts = counts.expect("a worker does not panic");
        (answered, severed) = (answered + counts.0, severed + counts.1);
    }
    let ledger = fleet.shutdown().await;
    assert!(severed > 100, "{severed} of 1,000 at a probability of 0.2");
    assert_eq!(
        (
            ledger.requests(),
            ledger.count("ok"),
            ledger.count("injected:reset")
        ),
        (1000, answered, severed)
    );
}

#[tokio::test]
async fn fault_scripted_answers_throttles_garbage_and_slow_bodies() {
    let status = InjectedFault::Status {
        status: 307,
        location: Some("http://127.0.0.1:9/".to_owned()),
        body: "<html/>".to_owned(),
    };
    for (fault, status, contains) in [
        (status, 307, "<html/>"),
        (InjectedFault::Throttle {}, 400, "<Code>Throttling</Code>"),
        (
            InjectedFault::ServerError { status: 500 },
            500,
            "<Type>Receiver</Type>\n    <Code>InternalFailure</Code>",
        ),
        (
            InjectedFault::ServerError { status: 503 },
            503,
            "<Code>ServiceUnavailable</Code>",
        ),
        (InjectedFault::GarbageBody {}, 200, "not the XML"),
        (
            InjectedFault::SlowBody { interval_ms: 0 },
            200,
            "</GetCallerIdentityResponse>",
        ),
        (
            InjectedFault::ExtraLatency { extra_ms: 5 },
            200,
            "</GetCallerIdentityResponse>",
        ),
    ] {
        let fleet = Emulator::start(faulty(fault.clone()))
            .await
            .expect("the fleet starts");
        let view = fleet.view();
        let received = call(&view, "global", &key(&view), IDENTITY).await;
        assert_eq!(received.status.as_u16(), status, "{fault:?}");
        assert!(
            received.body.contains(contains),
            "{fault:?}: {}",
            received.body
        );
    }
}

#[tokio::test]
async fn fault_a_shifted_clock_shows_in_the_date_and_refuses_signatures_of_now() {
    let fleet = Emulator::start(faulty(InjectedFault::ClockOffset { seconds: 3600 }))
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let received = call(&view, "global", &key(&view), IDENTITY).await;
    assert_eq!(
        (received.status.as_u16(), received.element("Code")),
        (403, "SignatureDoesNotMatch")
    );
    assert!(
        received
            .element("Message")
            .starts_with("Signature expired: ")
    );
    let date = clock::read_http(received.header("date")).expect("a date");
    let ahead = (date - clock::wall(0)).whole_seconds();
    assert!((3_500..=3_600).contains(&ahead), "{ahead} s ahead");
}

#[tokio::test]
async fn fault_connections_end_after_their_number_of_requests_announced_or_not() {
    for silently_after_ms in [None, Some(1)] {
        let close = InjectedFault::CloseAfter {
            requests: 2,
            silently_after_ms,
        };
        let fleet = Emulator::start(faulty(close))
            .await
            .expect("the fleet starts");
        let view = fleet.view();
        let at = announced(&view, "global");
        let mut sender = plaintext(at).await;
        let first = exchange(&mut sender, signed(at, &key(&view), IDENTITY)).await;
        let second = exchange(&mut sender, signed(at, &key(&view), IDENTITY)).await;
        assert_eq!(
            (first.status, first.header("connection")),
            (StatusCode::OK, "")
        );
        let announced_end = if silently_after_ms.is_none() {
            "close"
        } else {
            ""
        };
        assert_eq!(
            (second.status, second.header("connection")),
            (StatusCode::OK, announced_end)
        );
        let ended = tokio::time::timeout(Duration::from_secs(10), async {
            while sender.ready().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        ended.await.expect("the connection ends");
    }
}

#[test]
fn a_stalled_request_does_not_keep_a_fleet_thread_from_ending() {
    let fleet = EmulatorThread::start(faulty(InjectedFault::Stall {})).expect("the fleet starts");
    let view = fleet.view();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let at = announced(&view, "global");
        let mut sender = plaintext(at).await;
        let waiting = sender.send_request(signed(at, &key(&view), IDENTITY));
        assert!(
            tokio::time::timeout(Duration::from_millis(50), waiting)
                .await
                .is_err(),
            "a stall answers nothing"
        );
    });
    assert_eq!(fleet.shutdown().count("injected:stall"), 1);
}

#[test]
fn announcements_survive_their_line_form_and_bind_loopback_only() {
    let fleet = EmulatorThread::start(prompt()).expect("the fleet starts");
    let lines = fleet.view().announcements();
    assert_eq!(lines.len(), 4);
    for line in &lines {
        let text = serde_json::to_string(line).expect("announcements are plain data");
        assert!(!text.contains('\n'));
        assert_eq!(
            &serde_json::from_str::<Announcement>(&text).expect("its own form"),
            line
        );
    }
    for announced in fleet.view().announced_endpoints() {
        assert!(announced.plaintext_address.ip().is_loopback());
        assert!(
            announced
                .endpoint
                .address
                .is_some_and(|address| address.ip().is_loopback())
        );
        assert_eq!(
            announced.endpoint.origin.to_string(),
            format!("https://{}", announced.host)
        );
    }
}

#[test]
fn a_wrong_spec_starts_nothing_and_says_why() {
    let error = EmulatorThread::start(EmulatorConfig {
        vantage: "atlantis".to_owned(),
        ..prompt()
    })
    .expect_err("no such Region");
    assert_eq!(
        error.to_string(),
        "fleet vantage: unknown Region \"atlantis\""
    );
}
