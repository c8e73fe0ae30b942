//! What an emulator does with bytes: right ones in every form that STS takes, wrong ones, and noise.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::*;
use crate::emulator::tests::{
    IDENTITY, Key, Received, announced, call, exchange, key, plaintext, prompt, signed,
};
use crate::service::service_time;
use crate::service::signature::canonical_request::push_encoded;
use crate::{LatencyLaw, LatencySpec, ServiceTime, Step};
use sts_model::Operation;

/// The target of a presigned GET, as an EKS token is one.
fn presigned(at: &EndpointAnnouncement, key: &Key, query: &str, expires: Duration) -> String {
    let identity = Credentials::new(&key.id, &key.secret, key.token.clone(), None, "test").into();
    let since_epoch =
        Duration::from_secs(u64::try_from(clock::wall(0).unix_timestamp()).expect("after 1970"));
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(expires);
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&at.endpoint.signing_region)
        .name("sts")
        .time(SystemTime::UNIX_EPOCH + since_epoch)
        .settings(settings)
        .build()
        .expect("every parameter is given")
        .into();
    let url = format!("https://{}/?{query}", at.host);
    let signable = SignableRequest::new("GET", &url, std::iter::empty(), SignableBody::Bytes(b""));
    let (instructions, _) = sign(signable.expect("a plain request"), &parameters)
        .expect("signable")
        .into_parts();
    let mut target = format!("/?{query}");
    for (name, value) in instructions.params() {
        target.push_str(&format!("&{name}="));
        push_encoded(&mut target, value.as_bytes());
    }
    target
}

async fn get(at: &EndpointAnnouncement, target: &str) -> Received {
    let request = Request::get(target)
        .header("host", &at.host)
        .body(Full::default())
        .expect("a request");
    exchange(&mut plaintext(at).await, request).await
}

/// What comes back for `bytes` before the connection ends; the client says that it has no more to send.
async fn spoken(at: &EndpointAnnouncement, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(at.plaintext_address)
        .await
        .expect("the fleet listens");
    // The emulator may have answered and left before it has read everything.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    heard(stream).await
}

async fn heard(mut stream: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer));
    // A reset is an end as well.
    let _ = read.await.expect("the connection ends");
    answer
}

/// A signed request as bytes.
fn written(request: &Request<Full<Bytes>>, body: &str) -> Vec<u8> {
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().expect("ASCII")));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

#[tokio::test]
async fn who_is_slow_is_let_go_and_who_waits_between_requests_is_not() {
    let spec = EmulatorConfig {
        client_deadline_ms: 300,
        ..prompt()
    };
    let fleet = Emulator::start(spec).await.expect("the fleet starts");
    let view = fleet.view();
    let (at, key) = (announced(&view, "eu-west-1"), key(&view));
    let mut waiting = plaintext(at).await;
    let first = exchange(&mut waiting, signed(at, &key, IDENTITY)).await;
    assert_eq!(first.status, 200);
    let tls = at.endpoint.address.expect("it listens");
    let beginnings: [(SocketAddr, &[u8]); 6] = [
        (at.plaintext_address, b"P"),
        (at.plaintext_address, b"POST / HTTP/1.1\r\nHost: x\r\n"),
        (
            at.plaintext_address,
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
        ),
        (
            at.plaintext_address,
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na",
        ),
        (tls, b""),
        (tls, b"\x16\x03\x01\x02\x00\x01"),
    ];
    let mut slow = JoinSet::new();
    for (address, beginning) in beginnings {
        slow.spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.write_all(beginning).await.expect("sent");
            heard(stream).await
        });
    }
    for said in slow.join_all().await {
        assert_eq!(String::from_utf8_lossy(&said), "", "nothing is answered");
    }
    let second = exchange(&mut waiting, signed(at, &key, IDENTITY)).await;
    assert_eq!(
        second.status, 200,
        "a connection without a request may wait"
    );
    let ledger = fleet.shutdown().await;
    assert_eq!(ledger.count("ok"), 2);
}

#[tokio::test]
async fn of_two_thousand_idle_connections_the_oldest_make_room_and_a_busy_one_stays() {
    const KEPT: usize = 500;
    let spec = EmulatorConfig {
        idle_connections: KEPT as u32,
        ..prompt()
    };
    let fleet = Emulator::start(spec).await.expect("the fleet starts");
    let view = fleet.view();
    let (at, key) = (announced(&view, "eu-west-1"), key(&view));
    let mut used = plaintext(at).await;
    assert_eq!(
        exchange(&mut used, signed(at, &key, IDENTITY)).await.status,
        200
    );
    let mut idle = Vec::new();
    for number in 0..2000 {
        let stream = TcpStream::connect(at.plaintext_address).await;
        idle.push(stream.expect("there is always room for one more"));
        if number % 100 == 99 {
            // What is used again and again is never the one that has been idle for longest.
            assert_eq!(
                exchange(&mut used, signed(at, &key, IDENTITY)).await.status,
                200
            );
            // Their ends are closed one after the other, so that the test itself needs few descriptors.
            let over = idle.len().saturating_sub(KEPT + 100);
            for stream in idle.drain(..over) {
                assert_eq!(heard(stream).await, b"", "it was closed without a word");
            }
        }
    }
    let newest = idle.pop().expect("there");
    let (oldest, at_work) = (idle.remove(0), newest);
    assert_eq!(heard(oldest).await, b"");
    let mut still = [0; 1];
    let waiting = tokio::time::timeout(Duration::from_millis(50), at_work.peek(&mut still));
    assert!(waiting.await.is_err(), "the newest one is kept");
    let ledger = fleet.shutdown().await;
    assert_eq!(ledger.count("ok"), 21);
}

#[tokio::test]
async fn a_connection_is_not_kept_without_a_request_for_ever() {
    let spec = EmulatorConfig {
        idle_deadline_ms: 200,
        ..prompt()
    };
    let fleet = Emulator::start(spec).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "eu-west-1");
    let idle = TcpStream::connect(at.plaintext_address)
        .await
        .expect("it listens");
    assert_eq!(heard(idle).await, b"");
    // A request is answered however long its connection had nothing to do before.
    let mut used = plaintext(at).await;
    let answer = exchange(&mut used, signed(at, &key(&view), IDENTITY)).await;
    assert_eq!(answer.status, 200);
    fleet.shutdown().await;
}

#[tokio::test]
async fn a_length_beside_chunks_is_refused() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "eu-west-1");
    let body = "2b\r\nAction=GetCallerIdentity&Version=2011-06-15\r\n0\r\n\r\n";
    for fields in [
        "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 60\r\n",
        "transfer-encoding: gzip, chunked\r\ncontent-length: 0\r\n",
    ] {
        let request = format!("POST / HTTP/1.1\r\nHost: {}\r\n{fields}\r\n{body}", at.host);
        let said = String::from_utf8_lossy(&spoken(at, request.as_bytes()).await).into_owned();
        assert!(said.starts_with("HTTP/1.1 400 "), "{fields:?}: {said}");
        assert_eq!(said.matches("HTTP/1.1").count(), 1, "{said}");
    }
    assert_eq!(fleet.shutdown().await.count("http:400"), 3);
}

#[tokio::test]
async fn chunks_that_are_none_and_codings_that_nobody_knows_are_answered() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "eu-west-1");
    for (coding, body, status) in [
        ("chunked", "zz\r\n", "400 Bad Request"),
        ("chunked", "1\r\nabc\r\n0\r\n\r\n", "400 Bad Request"),
        ("chunked", "Action=GetCallerIdentity", "400 Bad Request"),
        ("gzip, chunked", "0\r\n\r\n", "501 Not Implemented"),
    ] {
        let request =
            format!("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {coding}\r\n\r\n{body}");
        let said = String::from_utf8(spoken(at, request.as_bytes()).await).expect("text");
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{body}: {said}"
        );
    }
    let ledger = fleet.shutdown().await;
    assert_eq!((ledger.count("http:400"), ledger.count("http:501")), (3, 1));
}

#[tokio::test]
async fn the_host_of_an_absolute_target_is_the_one_that_is_signed() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let (at, key) = (announced(&view, "eu-west-1"), key(&view));
    let request = String::from_utf8(written(&signed(at, &key, IDENTITY), IDENTITY)).expect("text");
    for (host, status) in [(at.host.as_str(), "200"), ("sts.amazonaws.com", "403")] {
        let absolute = request.replacen("POST /", &format!("POST https://{host}/"), 1);
        let said = String::from_utf8(spoken(at, absolute.as_bytes()).await).expect("text");
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status} ")),
            "{host}: {said}"
        );
    }
}

#[tokio::test]
async fn a_length_beside_chunks_is_refused_behind_another_request_and_only_there() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "eu-west-1");
    let request = |fields: &str, body: &str| {
        format!("POST / HTTP/1.1\r\nHost: {}\r\n{fields}\r\n{body}", at.host)
    };
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let action = "Action=GetCallerIdentity&Version=2011-06-15";
    let chunks = format!("2b\r\n{action}\r\n0\r\n\r\n");
    let both = request(
        "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n",
        &chunks,
    );
    for first in [
        request(&format!("{form}Content-Length: 43\r\n"), action),
        request(&format!("{form}Transfer-Encoding: chunked\r\n"), &chunks),
    ] {
        // Unsigned, which is another refusal.
        let said = spoken(at, format!("{first}{both}").as_bytes()).await;
        let said = String::from_utf8_lossy(&said).into_owned();
        let statuses: Vec<&str> = said
            .split("HTTP/1.1 ")
            .filter_map(|answer| answer.get(..3))
            .collect();
        assert_eq!(statuses, ["403", "400"], "{said}");
    }
    fleet.shutdown().await;
}

#[tokio::test]
async fn presigned_urls_work_and_their_own_expiry_is_not_looked_at() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let (at, key) = (announced(&view, "eu-west-1"), key(&view));
    for seconds in [1, 60, 604_800] {
        let received = get(
            at,
            &presigned(at, &key, IDENTITY, Duration::from_secs(seconds)),
        )
        .await;
        assert_eq!(
            received.element("Arn"),
            "arn:aws:iam::123456789012:user/simulated",
            "{seconds}"
        );
    }
    let target = presigned(at, &key, IDENTITY, Duration::from_secs(60));
    let forged = get(at, &target.replace("X-Amz-Expires=60", "X-Amz-Expires=61")).await;
    assert_eq!(
        (forged.status.as_u16(), forged.element("Code")),
        (403, "SignatureDoesNotMatch")
    );
    let elsewhere = EndpointAnnouncement {
        plaintext_address: announced(&view, "eu-central-1").plaintext_address,
        ..at.clone()
    };
    let received = get(&elsewhere, &target).await;
    assert_eq!(
        received.element("Message"),
        "Credential should be scoped to a valid region. "
    );
}

#[tokio::test]
async fn the_first_of_several_values_counts_and_unknown_parameters_do_not() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let body = format!("{IDENTITY}&Action=NoSuchAction&Version=1999-01-01&Colour=green&=&&x");
    let received = call(&view, "global", &key(&view), &body).await;
    assert_eq!(received.status, 200, "{}", received.body);
    assert!(
        !received.headers.contains_key("transfer-encoding"),
        "answers are never chunked"
    );
}

#[tokio::test]
async fn the_body_limit_is_ten_million_bytes_to_the_byte_announced_or_not() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "global");
    for (length, status) in [(10_000_000, "302"), (10_000_001, "413")] {
        let body = vec![b'a'; length];
        let announced = format!("content-length: {length}\r\n\r\n").into_bytes();
        let size = format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n").into_bytes();
        for (before, after) in [(announced, ""), (size, "\r\n0\r\n\r\n")] {
            let mut stream = TcpStream::connect(at.plaintext_address)
                .await
                .expect("the fleet listens");
            let head: &[u8] = b"POST / HTTP/1.1\r\nhost: sts\r\nconnection: close\r\n";
            let _ = stream
                .write_all(&[head, &before, &body, after.as_bytes()].concat())
                .await;
            let answer = heard(stream).await;
            let start = String::from_utf8_lossy(answer.get(..12).unwrap_or_default()).into_owned();
            // Who goes on sending into a connection that was refused may find a reset instead of the answer.
            assert!(
                start.ends_with(status) || (status == "413" && answer.is_empty()),
                "{length}: {start}"
            );
        }
    }
    let ledger = view.ledger();
    assert_eq!(
        (
            ledger.count("http:302"),
            ledger.count("http:413"),
            ledger.requests()
        ),
        (2, 2, 4)
    );
}

#[tokio::test]
async fn heads_that_are_too_long_or_no_http_get_a_bare_400_and_are_counted() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "global");
    let long_value = format!(
        "GET / HTTP/1.1\r\nhost: sts\r\nx-long: {}\r\n\r\n",
        "a".repeat(1 << 20)
    );
    let long_target = format!("GET /?{} HTTP/1.1\r\nhost: sts\r\n\r\n", "a".repeat(70_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1000));
    let no_http = "\u{1}\u{2}\u{3}\r\n\r\n".to_owned();
    let bad_escape = "GET /%zz HTTP/1.1\r\nhost: sts\r\n\r\n".to_owned();
    let wrong = [long_value, long_target, many, no_http, bad_escape];
    for bytes in &wrong {
        let answer = spoken(at, bytes.as_bytes()).await;
        let answer = String::from_utf8_lossy(&answer);
        let shown = bytes.get(..20);
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{shown:?}: {answer}"
        );
        assert!(
            answer.contains("content-length: 0\r\n")
                && answer.contains("\r\ndate: ")
                && answer.ends_with("\r\n\r\n"),
            "{shown:?}: {answer}"
        );
    }
    let ledger = view.ledger();
    assert_eq!((ledger.requests(), ledger.count("http:400")), (5, 5));
}

#[tokio::test]
async fn a_request_of_http_1_1_says_its_host_once() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "global");
    for (version, hosts, status) in [
        ("1.1", "", "400 Bad Request"),
        ("1.1", "host: a\r\nhost: b\r\n", "400 Bad Request"),
        ("1.1", "host: a\r\n", "302 Found"),
        ("1.0", "", "302 Found"),
        ("1.0", "host: a\r\nhost: b\r\n", "400 Bad Request"),
    ] {
        let request = format!("GET / HTTP/{version}\r\n{hosts}connection: close\r\n\r\n");
        let answer = spoken(at, request.as_bytes()).await;
        let answer = String::from_utf8_lossy(&answer);
        let expected = format!("HTTP/{version} {status}\r\n");
        assert!(answer.starts_with(&expected), "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn latency_laws_are_announced_and_delay_the_answers_of_their_endpoint() {
    let law = |endpoint: &str, law| LatencySpec {
        endpoints: vec![endpoint.to_owned()],
        operations: vec![],
        law,
    };
    let steps = vec![Step {
        after_ms: 0,
        extra_ms: 25.0,
    }];
    let latency = vec![
        law("eu-west-1", LatencyLaw::Constant { ms: 15.0 }),
        law("eu-west-1", LatencyLaw::Steps { steps }),
        law("global", LatencyLaw::Drift { ms_per_minute: 1.0 }),
    ];
    let fleet = Emulator::start(EmulatorConfig {
        latency,
        ..prompt()
    })
    .await
    .expect("the fleet starts");
    let view = fleet.view();
    let at = announced(&view, "eu-west-1");
    let constant = ServiceTime {
        median_ms: 15.0,
        sigma: 0.0,
    };
    assert_eq!(at.service_time[&Operation::GetCallerIdentity], constant);
    assert_eq!(at.faults, ["steps"]);
    assert_eq!(announced(&view, "global").faults, ["drift"]);
    assert!(announced(&view, "eu-central-1").faults.is_empty());
    let request = signed(at, &key(&view), IDENTITY);
    let mut sender = plaintext(at).await;
    let start = clock::monotonic();
    assert_eq!(exchange(&mut sender, request).await.status, 200);
    // A lower bound only: how much later an answer comes is the machine's affair.
    assert!(clock::monotonic() - start >= Duration::from_micros(39_990));
}

#[tokio::test]
async fn methods_besides_get_and_post_call_nothing() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    for method in [
        "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", "PROPFIND",
    ] {
        let request =
            format!("{method} /?{IDENTITY} HTTP/1.1\r\nhost: sts\r\nconnection: close\r\n\r\n");
        let answer =
            String::from_utf8(spoken(announced(&view, "global"), request.as_bytes()).await)
                .expect("ASCII");
        if ["BREW", "PROPFIND"].contains(&method) {
            assert!(answer.starts_with("HTTP/1.1 400 "), "{method}: {answer}");
            assert!(answer.contains("\r\nx-amz-request-id: "), "{answer}");
            assert!(answer.ends_with("\r\n\r\n"), "{method}: {answer}");
            continue;
        }
        assert!(answer.starts_with("HTTP/1.1 404 "), "{method}: {answer}");
        assert!(!answer.contains("content-type"), "{method}: {answer}");
        assert_eq!(
            answer.contains("<UnknownOperationException/>"),
            method != "HEAD",
            "{method}: {answer}"
        );
    }
}

#[tokio::test]
async fn any_bytes_get_an_answer_or_the_end_of_the_connection_and_never_a_defect() {
    let fleet = Emulator::start(prompt()).await.expect("the fleet starts");
    let view = fleet.view();
    let (at, key) = (announced(&view, "eu-west-1"), key(&view));
    let post = written(&signed(at, &key, IDENTITY), IDENTITY);
    let target = presigned(at, &key, IDENTITY, Duration::from_secs(60));
    let presigned = format!("GET {target} HTTP/1.1\r\nhost: {}\r\n\r\n", at.host).into_bytes();
    let mut draws = service_time::stream(7, "noise");
    let mut answered = 0;
    for round in 0..600 {
        let mut bytes = match round % 3 {
            0 => (0..draws.random_range(0..2_000))
                .map(|_| draws.random())
                .collect::<Vec<u8>>(),
            1 => post.clone(),
            _ => presigned.clone(),
        };
        for _ in 0..draws.random_range(0..4) {
            if bytes.is_empty() {
                break;
            }
            let place = draws.random_range(0..bytes.len());
            match draws.random_range(0..4) {
                0 => bytes[place] = draws.random(),
                1 => bytes.truncate(place),
                2 => drop(bytes.remove(place)),
                _ => bytes.insert(place, draws.random()),
            }
        }
        let answer = spoken(at, &bytes).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1."),
            "{:?}",
            String::from_utf8_lossy(&bytes)
        );
        answered += usize::from(!answer.is_empty());
    }
    assert!(answered > 300, "{answered} of 600 answered");
    assert_eq!(
        call(&view, "eu-west-1", &key, IDENTITY).await.status,
        200,
        "the fleet is well"
    );
    let page = fleet.shutdown().await.endpoints["eu-west-1"].clone();
    let results: u64 = page
        .results
        .values()
        .flat_map(std::collections::BTreeMap::values)
        .sum();
    assert_eq!(
        (page.defects, page.connections, results),
        (0, 601, page.requests)
    );
}
