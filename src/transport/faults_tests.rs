//! What becomes of a request when the peer misbehaves, through real sockets.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose};
use time::OffsetDateTime;

use super::{Connection, HyperTransport, TimedExchange, Transport, Trust};
use crate::plan::{ConnectionMode, Deadlines};
use crate::sample::{Failure, FailureKind, Phase};
use crate::transport::dns::{Resolve, Resolved};
use crate::transport::scripted_peer_tests::{
    ANSWER, Authority, HOST, ScriptedPeer, Step, long, once, request, say, short, target,
};

fn plain() -> HyperTransport {
    HyperTransport::new(Trust::public(), long())
}

fn hurried() -> HyperTransport {
    HyperTransport::new(Trust::public(), short())
}

fn failure(exchange: &TimedExchange) -> Option<(Phase, FailureKind)> {
    exchange
        .response
        .as_ref()
        .err()
        .map(|&Failure { phase, kind }| (phase, kind))
}

fn is_sum_of_phases_only(exchange: &TimedExchange, phases: &[Phase]) -> bool {
    Phase::ALL
        .iter()
        .all(|phase| exchange.phases.of(*phase).is_some() == phases.contains(phase))
}

/// Plays `script` to one cold request and tells how the request ended, and how often it was sent.
async fn ending(
    transport: &HyperTransport,
    script: Vec<Step>,
) -> (Option<(Phase, FailureKind)>, usize) {
    let peer = ScriptedPeer::plain(vec![script]).await;
    let exchange = once(transport, &peer.plain_target(ConnectionMode::Cold)).await;
    assert!(peer.connections() <= 1, "one request dials once");
    (failure(&exchange), peer.requests())
}

#[tokio::test]
async fn a_cold_request_is_answered_and_its_phases_are_all_there() {
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER), Step::Hold]]).await;
    let exchange = once(&plain(), &peer.plain_target(ConnectionMode::Cold)).await;
    let response = exchange.response.as_ref().expect("an answer");
    assert_eq!(
        (response.status, response.body.as_slice()),
        (200, b"<a/>".as_slice())
    );
    assert_eq!(response.request_id.as_deref(), Some("7a62c49f"));
    assert_eq!(
        (exchange.connection, exchange.remote),
        (ConnectionMode::Cold, Some(peer.address))
    );
    assert_eq!(exchange.status, Some(200));
    assert!(is_sum_of_phases_only(
        &exchange,
        &[Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]
    ));
}

#[tokio::test]
async fn waiting_and_receiving_are_told_apart() {
    let pause = Duration::from_millis(60);
    let script = vec![
        Step::Hear,
        Step::Pause(pause),
        say("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<a"),
        Step::Pause(pause),
        say("/>"),
        Step::Hold,
    ];
    let peer = ScriptedPeer::plain(vec![script]).await;
    let exchange = once(&plain(), &peer.plain_target(ConnectionMode::Cold)).await;
    let of = |phase| exchange.phases.of(phase).expect("the phase happened");
    assert!(
        of(Phase::Wait) >= pause.mul_f64(0.9) && of(Phase::Receive) >= pause.mul_f64(0.9),
        "{exchange:?}"
    );
    assert!(of(Phase::Send) < pause, "{exchange:?}");
}

#[tokio::test]
async fn fault_05_a_closed_port_is_refused() {
    let address = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        listener
            .local_addr()
            .expect("a bound listener has an address")
    };
    let exchange = once(
        &plain(),
        &target(&format!("http://{address}"), ConnectionMode::Cold),
    )
    .await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Connect, FailureKind::TcpRefused))
    );
    assert_eq!(exchange.remote, Some(address));
    assert!(is_sum_of_phases_only(&exchange, &[Phase::Connect]));
}

#[tokio::test]
async fn fault_09_a_silent_handshake_ends_at_its_deadline() {
    let peer = ScriptedPeer::plain(vec![vec![Step::Hold]]).await;
    let mut target = peer.plain_target(ConnectionMode::Cold);
    target.endpoint = peer.tls_target(ConnectionMode::Cold).endpoint;
    let exchange = once(&hurried(), &target).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Tls, FailureKind::TlsTimeout))
    );
    assert!(
        exchange
            .phases
            .of(Phase::Tls)
            .is_some_and(|time| time >= short().tls.mul_f64(0.9)),
        "{exchange:?}"
    );
}

#[tokio::test]
async fn fault_10_what_is_not_tls_and_what_hangs_up_are_told_apart() {
    for (script, kind) in [
        (
            vec![say("HTTP/1.1 400 Bad Request\r\n\r\n"), Step::Hold],
            FailureKind::TlsNotTls,
        ),
        (
            vec![
                Step::Say(b"\x15\x03\x03\x00\x02\x02\x28".to_vec()),
                Step::Hold,
            ],
            FailureKind::TlsAlert,
        ),
        (
            vec![
                Step::Say(b"\x15\x03\x03\x00\x02\x02\x46".to_vec()),
                Step::Hold,
            ],
            FailureKind::TlsVersion,
        ),
        (vec![], FailureKind::TlsClosed),
        (vec![Step::Reset], FailureKind::TcpReset),
    ] {
        let peer = ScriptedPeer::plain(vec![script]).await;
        let exchange = once(&plain(), &peer.tls_target(ConnectionMode::Cold)).await;
        assert_eq!(failure(&exchange), Some((Phase::Tls, kind)));
    }
}

#[tokio::test]
async fn fault_11_a_reset_before_the_head_is_told_and_nothing_is_sent_twice() {
    let gap = Step::Pause(Duration::from_millis(20));
    let ended = ending(&plain(), vec![Step::Hear, gap, Step::Reset]).await;
    assert_eq!(ended, (Some((Phase::Wait, FailureKind::TcpReset)), 1));
}

#[tokio::test]
async fn fault_12_a_connection_that_ends_within_the_head_or_the_body_is_told() {
    let gap = || Step::Pause(Duration::from_millis(20));
    let half_head = || say("HTTP/1.1 200 OK\r\ncontent-le");
    let half_body = || say("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<a");
    let truncated = Some((Phase::Wait, FailureKind::HttpTruncatedHeader));
    let short = Some((Phase::Receive, FailureKind::BodyShort));
    assert_eq!(ending(&plain(), vec![Step::Hear]).await, (truncated, 1));
    assert_eq!(
        ending(&plain(), vec![Step::Hear, half_head()]).await,
        (truncated, 1)
    );
    assert_eq!(
        ending(&plain(), vec![Step::Hear, half_head(), gap(), Step::Reset]).await,
        (truncated, 1)
    );
    assert_eq!(
        ending(&plain(), vec![Step::Hear, half_body()]).await,
        (short, 1)
    );
    assert_eq!(
        ending(&plain(), vec![Step::Hear, half_body(), gap(), Step::Reset]).await,
        (short, 1)
    );
}

#[tokio::test]
async fn fault_13_a_kept_connection_that_the_server_closed_is_dialled_anew_and_labelled_cold() {
    let served = vec![Step::Hear, say(ANSWER)];
    let peer = ScriptedPeer::plain(vec![served.clone(), [served, vec![Step::Hold]].concat()]).await;
    let target = peer.plain_target(ConnectionMode::Warm);
    let mut connection = plain().connection(&target);
    assert_eq!(
        connection.exchange(request(&target)).await.connection,
        ConnectionMode::Cold
    );
    tokio::time::sleep(Duration::from_millis(30)).await;
    let second = connection.exchange(request(&target)).await;
    assert!(
        second.response.is_ok() && second.connection == ConnectionMode::Cold,
        "{second:?}"
    );
    assert_eq!((peer.connections(), peer.requests()), (2, 2));
}

#[tokio::test]
async fn fault_13_a_kept_connection_that_fails_under_a_request_fails_the_request() {
    let gap = Step::Pause(Duration::from_millis(20));
    for (last, kind) in [
        (Some(Step::Reset), FailureKind::TcpReset),
        (None, FailureKind::HttpTruncatedHeader),
    ] {
        let mut script = vec![Step::Hear, say(ANSWER), Step::Hear, gap.clone()];
        script.extend(last);
        let peer = ScriptedPeer::plain(vec![script]).await;
        let target = peer.plain_target(ConnectionMode::Warm);
        let mut connection = plain().connection(&target);
        assert!(connection.exchange(request(&target)).await.response.is_ok());
        let second = connection.exchange(request(&target)).await;
        assert_eq!(
            (failure(&second), second.connection),
            (Some((Phase::Wait, kind)), ConnectionMode::Warm)
        );
        assert_eq!((peer.connections(), peer.requests()), (1, 2));
        assert!(!connection.is_open());
    }
}

#[tokio::test]
async fn a_warm_line_keeps_its_connection_until_it_is_closed() {
    let peer = ScriptedPeer::plain(vec![vec![
        Step::Hear,
        say(ANSWER),
        Step::Hear,
        say(ANSWER),
        Step::Hold,
    ]])
    .await;
    let target = peer.plain_target(ConnectionMode::Warm);
    let mut connection = plain().connection(&target);
    assert!(!connection.is_open());
    assert_eq!(
        connection.exchange(request(&target)).await.connection,
        ConnectionMode::Cold
    );
    assert!(connection.is_open());
    let second = connection.exchange(request(&target)).await;
    assert!(
        second.response.is_ok() && second.connection == ConnectionMode::Warm,
        "{second:?}"
    );
    assert!(is_sum_of_phases_only(
        &second,
        &[Phase::Send, Phase::Wait, Phase::Receive]
    ));
    assert_eq!((peer.connections(), peer.requests()), (1, 2));
    connection.close();
    assert!(!connection.is_open());
    assert_eq!(
        connection.exchange(request(&target)).await.connection,
        ConnectionMode::Cold
    );
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn bad_118_a_server_that_closes_after_each_answer_makes_warm_requests_cold() {
    let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\n<a/>";
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(closing), Step::Hold]]).await;
    let target = peer.plain_target(ConnectionMode::Warm);
    let mut connection = plain().connection(&target);
    for _ in 0..2 {
        let exchange = connection.exchange(request(&target)).await;
        assert!(
            exchange.response.is_ok() && exchange.connection == ConnectionMode::Cold,
            "{exchange:?}"
        );
        assert!(!connection.is_open());
    }
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn fault_14_wrong_lengths_are_told() {
    let framing_in = |phase| (Some((phase, FailureKind::HttpFraming)), 1);
    let with = |head: &str, body: &str| {
        vec![
            Step::Hear,
            say(&format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}")),
            Step::Hold,
        ]
    };
    let both = with(
        "content-length: 4\r\ntransfer-encoding: chunked",
        "4\r\n<a/>\r\n0\r\n\r\n",
    );
    assert_eq!(ending(&plain(), both).await, framing_in(Phase::Wait));
    let two = with("content-length: 4\r\ncontent-length: 5", "<a/>");
    assert_eq!(ending(&plain(), two).await, framing_in(Phase::Wait));
    assert_eq!(
        ending(&plain(), with("content-length: x", "<a/>")).await,
        framing_in(Phase::Wait)
    );
    assert_eq!(
        ending(&plain(), with("content-length: 4", "<a/>more")).await,
        framing_in(Phase::Receive)
    );
}

#[tokio::test]
async fn fault_14_more_than_was_declared_spoils_a_kept_connection() {
    let late = vec![
        Step::Hear,
        say(ANSWER),
        Step::Pause(Duration::from_millis(20)),
        say("more"),
        Step::Hold,
    ];
    let peer = ScriptedPeer::plain(vec![late, vec![Step::Hear, say(ANSWER), Step::Hold]]).await;
    let target = peer.plain_target(ConnectionMode::Warm);
    let mut connection = plain().connection(&target);
    assert!(connection.exchange(request(&target)).await.response.is_ok());
    tokio::time::sleep(Duration::from_millis(60)).await;
    let second = connection.exchange(request(&target)).await;
    assert!(
        second.response.is_ok() && second.connection == ConnectionMode::Cold,
        "{second:?}"
    );
    assert_eq!((peer.connections(), peer.requests()), (2, 2));
}

#[tokio::test]
async fn fault_15_a_dripping_head_or_body_ends_at_the_deadline_and_not_per_byte() {
    let gap = Duration::from_millis(30);
    let head = vec![
        Step::Hear,
        Step::Drip(b"HTTP/1.1 200 OK\r\nx-slow: yes\r\n\r\n", gap),
    ];
    assert_eq!(
        ending(&hurried(), head).await,
        (Some((Phase::Wait, FailureKind::HttpHeaderTimeout)), 1)
    );
    let body = vec![
        Step::Hear,
        say("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n"),
        Step::Drip(b"<aaaaaaaaaaaaaaa", gap),
    ];
    let deadlines = Deadlines {
        total: Duration::from_millis(200),
        ..long()
    };
    let impatient = HyperTransport::new(Trust::public(), deadlines);
    assert_eq!(
        ending(&impatient, body).await,
        (Some((Phase::Receive, FailureKind::BodyTimeout)), 1)
    );
}

#[tokio::test]
async fn fault_16_broken_chunks_are_a_framing_failure() {
    for body in [
        "zz\r\n",
        "FFFFFFFFFFFFFFFFF\r\n",
        "-1\r\n",
        "4\r\n<a/>xx0\r\n\r\n",
    ] {
        let said = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}");
        let ended = ending(&plain(), vec![Step::Hear, say(&said), Step::Hold]).await;
        assert_eq!(
            ended,
            (Some((Phase::Receive, FailureKind::HttpFraming)), 1),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn fault_18_a_body_beyond_64_kib_is_cut_off() {
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000)).repeat(3);
    let said = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}");
    let ended = ending(&plain(), vec![Step::Hear, say(&said), Step::Hold]).await;
    assert_eq!(
        ended,
        (Some((Phase::Receive, FailureKind::BodyTooLarge)), 1)
    );
}

#[tokio::test]
async fn fault_19_a_broken_or_huge_head_is_malformed() {
    let field = format!("x-bomb: {}\r\n", "x".repeat(1000));
    for head in [
        "HTTP/1.1 2OO OK\r\n\r\n".to_owned(),
        "HTTP/9.9 200 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 99 Low\r\n\r\n".to_owned(),
        "HTTP/1.1 1000 High\r\n\r\n".to_owned(),
        "HTTP/1.1 000 None\r\n\r\n".to_owned(),
        "<html>HTTP/0.9</html>\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nx-nul: \0\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", field.repeat(40)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "x-many: 1\r\n".repeat(101)),
    ] {
        let ended = ending(&plain(), vec![Step::Hear, say(&head), Step::Hold]).await;
        assert_eq!(
            ended,
            (Some((Phase::Wait, FailureKind::HttpMalformed)), 1),
            "{:.40}",
            head.escape_debug().to_string()
        );
    }
}

#[tokio::test]
async fn fault_20_eight_interim_responses_are_borne_and_nine_are_a_flood() {
    let interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
    let script = |count: usize| {
        vec![
            Step::Hear,
            say(&interim.repeat(count)),
            say(ANSWER),
            Step::Hold,
        ]
    };
    assert_eq!(ending(&plain(), script(8)).await, (None, 1));
    let storm = vec![Step::Hear, say(&interim.repeat(9)), Step::Hold];
    assert_eq!(
        ending(&plain(), storm).await,
        (Some((Phase::Wait, FailureKind::HttpInterimFlood)), 1)
    );
    // One read may bring the final head with all that came before it.
    let at_once = |count: usize| {
        let all = interim.repeat(count) + ANSWER;
        vec![Step::Hear, say(&all), Step::Hold]
    };
    assert_eq!(ending(&plain(), at_once(8)).await, (None, 1));
    for count in [9, 50, 1300] {
        assert_eq!(
            ending(&plain(), at_once(count)).await,
            (Some((Phase::Wait, FailureKind::HttpInterimFlood)), 1),
            "{count}"
        );
    }
    let switching = say("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n");
    let ended = ending(&plain(), vec![Step::Hear, switching, Step::Hold]).await;
    assert_eq!(ended, (Some((Phase::Wait, FailureKind::HttpMalformed)), 1));
}

#[tokio::test]
async fn fault_20_waiting_ends_with_the_final_head_and_not_with_an_interim_one() {
    let pause = Duration::from_millis(60);
    let script = vec![
        Step::Hear,
        say("HTTP/1.1 100 Continue\r\n\r\n"),
        Step::Pause(pause),
        say(ANSWER),
        Step::Hold,
    ];
    let peer = ScriptedPeer::plain(vec![script]).await;
    let exchange = once(&plain(), &peer.plain_target(ConnectionMode::Cold)).await;
    assert!(
        exchange
            .phases
            .of(Phase::Wait)
            .is_some_and(|time| time >= pause.mul_f64(0.9)),
        "{exchange:?}"
    );
}

#[tokio::test]
async fn fault_22_no_redirect_is_followed() {
    let attacker = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
    for status in [301, 302, 303, 307, 308] {
        for place in [
            format!("http://{}/", attacker.address),
            "/".to_owned(),
            "https://sts.amazonaws.com/".to_owned(),
        ] {
            let said =
                format!("HTTP/1.1 {status} Go\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n");
            let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(&said), Step::Hold]]).await;
            let exchange = once(&plain(), &peer.plain_target(ConnectionMode::Warm)).await;
            assert_eq!(
                failure(&exchange),
                Some((Phase::Wait, FailureKind::HttpRedirect))
            );
            assert_eq!((exchange.status, peer.requests()), (Some(status), 1));
        }
    }
    assert_eq!(attacker.connections(), 0);
}

#[tokio::test]
async fn fault_51_an_answer_before_the_request_was_read_counts() {
    let early = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 4\r\n\r\n<a/>";
    let peer = ScriptedPeer::plain(vec![vec![
        Step::Pause(Duration::from_millis(20)),
        say(early),
    ]])
    .await;
    let exchange = once(&plain(), &peer.plain_target(ConnectionMode::Cold)).await;
    assert_eq!(exchange.response.map(|response| response.status), Ok(400));
}

type Change = fn(&mut CertificateParams);

#[tokio::test]
async fn fault_08_a_bad_certificate_is_told_and_no_byte_of_http_is_sent() {
    let authority = Authority::new();
    let past = |params: &mut CertificateParams| params.not_after = OffsetDateTime::UNIX_EPOCH;
    let future = |params: &mut CertificateParams| {
        params.not_before = OffsetDateTime::UNIX_EPOCH + time::Duration::days(365 * 100);
    };
    let client_only = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    let elsewhere = |params: &mut CertificateParams| params.subject_alt_names.clear();
    let cases: [(Change, FailureKind); 4] = [
        (past, FailureKind::TlsExpired),
        (future, FailureKind::TlsNotYetValid),
        (elsewhere, FailureKind::TlsWrongHost),
        (client_only, FailureKind::TlsBadCertificate),
    ];
    for (change, kind) in cases {
        let peer = ScriptedPeer::tls(
            vec![vec![Step::Hear, say(ANSWER)]],
            authority.server_with(change),
        )
        .await;
        let transport = HyperTransport::new(authority.trust(), long());
        let exchange = once(&transport, &peer.tls_target(ConnectionMode::Cold)).await;
        assert_eq!(failure(&exchange), Some((Phase::Tls, kind)));
        assert_eq!((peer.connections(), peer.bytes()), (1, 0));
    }
}

#[tokio::test]
async fn rule_13_further_authorities_vouch_for_this_machine_and_named_hosts_only() {
    let authority = Authority::new();
    let script = vec![vec![Step::Hear, say(ANSWER), Step::Hold]];
    let peer = ScriptedPeer::tls(script, authority.server()).await;
    let unknown = once(&plain(), &peer.tls_target(ConnectionMode::Cold)).await;
    assert_eq!(
        failure(&unknown),
        Some((Phase::Tls, FailureKind::TlsUnknownIssuer))
    );

    let at_stage = AtStage(peer.address);
    let mut remote = peer.tls_target(ConnectionMode::Cold);
    remote.endpoint.address = None;
    // The stub's address is private, so a name has to be vouched for before it is even dialled.
    let stranger = HyperTransport::with_resolver(authority.trust(), long(), at_stage);
    assert_eq!(
        failure(&once(&stranger, &remote).await),
        Some((Phase::Dns, FailureKind::DnsRebind))
    );
    let vouched = HyperTransport::with_resolver(
        authority.trust().with_host(HOST),
        long(),
        AtStage(peer.address),
    );
    assert!(once(&vouched, &remote).await.response.is_ok());
    let without_root = HyperTransport::with_resolver(
        Trust::public().with_host(HOST),
        long(),
        AtStage(peer.address),
    );
    assert_eq!(
        failure(&once(&without_root, &remote).await),
        Some((Phase::Tls, FailureKind::TlsUnknownIssuer))
    );
    assert_eq!(peer.requests(), 1);
}

#[tokio::test]
async fn a_resumed_line_is_labelled_by_what_the_handshake_says_and_cold_and_warm_never_resume() {
    let authority = Authority::new();
    for versions in [[&rustls::version::TLS13], [&rustls::version::TLS12]] {
        let server = authority.server_speaking(&versions, |_| ());
        let peer = ScriptedPeer::tls(vec![vec![Step::Hear, say(ANSWER), Step::Hold]], server).await;
        let transport = HyperTransport::new(authority.trust(), long());
        for (connection, labels) in [
            (
                ConnectionMode::Resumed,
                [
                    ConnectionMode::Cold,
                    ConnectionMode::Resumed,
                    ConnectionMode::Resumed,
                ],
            ),
            (ConnectionMode::Cold, [ConnectionMode::Cold; 3]),
        ] {
            let target = peer.tls_target(connection);
            let mut connection = transport.connection(&target);
            for label in labels {
                let exchange = connection.exchange(request(&target)).await;
                assert!(
                    exchange.response.is_ok() && exchange.connection == label,
                    "{exchange:?}"
                );
                assert!(exchange.phases.of(Phase::Tls).is_some() && !connection.is_open());
            }
        }
        assert_eq!((peer.connections(), peer.requests()), (6, 6));
    }
}

#[tokio::test]
async fn session_tickets_are_not_taken_for_the_first_byte() {
    let authority = Authority::new();
    let pause = Duration::from_millis(80);
    let script = vec![Step::Hear, Step::Pause(pause), say(ANSWER), Step::Hold];
    let peer = ScriptedPeer::tls(vec![script], authority.server()).await;
    let exchange = once(
        &HyperTransport::new(authority.trust(), long()),
        &peer.tls_target(ConnectionMode::Resumed),
    )
    .await;
    assert!(exchange.response.is_ok(), "{exchange:?}");
    assert!(
        exchange
            .phases
            .of(Phase::Wait)
            .is_some_and(|time| time >= pause.mul_f64(0.9)),
        "{exchange:?}"
    );
    assert!(
        exchange
            .phases
            .of(Phase::Receive)
            .is_some_and(|time| time < pause),
        "{exchange:?}"
    );
}

#[tokio::test]
async fn fault_13_a_kept_tls_connection_that_the_server_closed_is_labelled_cold() {
    let authority = Authority::new();
    let peer = ScriptedPeer::tls(vec![vec![Step::Hear, say(ANSWER)]], authority.server()).await;
    let target = peer.tls_target(ConnectionMode::Warm);
    let mut connection = HyperTransport::new(authority.trust(), long()).connection(&target);
    for _ in 0..2 {
        let exchange = connection.exchange(request(&target)).await;
        assert!(
            exchange.response.is_ok() && exchange.connection == ConnectionMode::Cold,
            "{exchange:?}"
        );
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!((peer.connections(), peer.requests()), (2, 2));
}

/// Resolves every name to one address.
struct AtStage(SocketAddr);

impl Resolve for AtStage {
    async fn addresses(&self, _: &str, _: u16) -> Result<Resolved, FailureKind> {
        Ok(vec![self.0].into())
    }
}

/// Resolves every name to these addresses.
struct Several(Vec<SocketAddr>);

impl Resolve for Several {
    async fn addresses(&self, _: &str, _: u16) -> Result<Resolved, FailureKind> {
        Ok(self.0.clone().into())
    }
}

#[tokio::test]
async fn a_loopback_name_is_called_at_the_next_address_after_a_refusal_and_first_there_from_then_on()
 {
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
    let port = peer.address.port();
    let refusing: SocketAddr = format!("[::1]:{port}").parse().expect("an address");
    let localhost = target(&format!("http://localhost:{port}"), ConnectionMode::Cold);
    for order in [
        vec![refusing, peer.address],
        vec![refusing, refusing, peer.address],
        vec![peer.address, refusing],
        vec![
            "10.0.0.1:1".parse().expect("an address"),
            refusing,
            peer.address,
        ],
    ] {
        let transport =
            HyperTransport::with_resolver(Trust::public(), long(), Several(order.clone()));
        for _ in 0..2 {
            let exchange = once(&transport, &localhost).await;
            assert!(exchange.response.is_ok(), "{order:?}: {exchange:?}");
            assert_eq!(exchange.remote, Some(peer.address), "{order:?}");
        }
    }
    let both_refuse = HyperTransport::with_resolver(
        Trust::public(),
        long(),
        Several(vec![refusing, "127.0.0.2:1".parse().expect("an address")]),
    );
    let exchange = once(&both_refuse, &localhost).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Connect, FailureKind::TcpRefused))
    );
    assert_eq!(exchange.remote, "127.0.0.2:1".parse().ok());
}

#[tokio::test]
async fn a_name_that_is_no_loopback_name_is_called_at_its_first_address_only() {
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
    let port = peer.address.port();
    let refusing: SocketAddr = format!("[::1]:{port}").parse().expect("an address");
    let stack = target(&format!("https://stack:{port}"), ConnectionMode::Cold);
    let trust = Trust::public().with_host("stack");
    let transport =
        HyperTransport::with_resolver(trust, long(), Several(vec![refusing, peer.address]));
    let exchange = once(&transport, &stack).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Connect, FailureKind::TcpRefused))
    );
    assert_eq!((exchange.remote, peer.connections()), (Some(refusing), 0));
}

/// Never answers.
struct Silent;

impl Resolve for Silent {
    async fn addresses(&self, _: &str, _: u16) -> Result<Resolved, FailureKind> {
        std::future::pending().await
    }
}

/// Knows no name.
struct Ignorant(Result<(), FailureKind>);

impl Resolve for Ignorant {
    async fn addresses(&self, _: &str, _: u16) -> Result<Resolved, FailureKind> {
        self.0.map(|()| Resolved::default())
    }
}

#[tokio::test]
async fn fault_01_and_02_what_the_resolver_says_is_told_and_nothing_is_dialled() {
    let target = target(&format!("https://{HOST}"), ConnectionMode::Cold);
    for (answer, kind) in [
        (Err(FailureKind::DnsNxdomain), FailureKind::DnsNxdomain),
        (Ok(()), FailureKind::DnsFailed),
    ] {
        let transport = HyperTransport::with_resolver(Trust::public(), long(), Ignorant(answer));
        let exchange = once(&transport, &target).await;
        assert_eq!(
            (failure(&exchange), exchange.remote),
            (Some((Phase::Dns, kind)), None)
        );
    }
    let exchange = once(
        &HyperTransport::with_resolver(Trust::public(), short(), Silent),
        &target,
    )
    .await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Dns, FailureKind::DnsTimeout))
    );
    assert!(is_sum_of_phases_only(&exchange, &[Phase::Dns]));
    assert!(exchange.phases.total() >= short().dns.mul_f64(0.9));
}

#[tokio::test]
async fn fault_03_a_public_name_with_a_private_address_is_refused_and_the_address_told() {
    let address: SocketAddr = "10.0.0.1:443".parse().expect("an address");
    let transport = HyperTransport::with_resolver(Trust::public(), long(), AtStage(address));
    let exchange = once(
        &transport,
        &target(&format!("https://{HOST}"), ConnectionMode::Cold),
    )
    .await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Dns, FailureKind::DnsRebind))
    );
    assert_eq!(exchange.remote, Some(address));
}

#[tokio::test]
async fn rule_09_plaintext_and_fixed_addresses_reach_this_machine_only() {
    let elsewhere: SocketAddr = "10.0.0.1:80".parse().expect("an address");
    let transport = HyperTransport::with_resolver(Trust::public(), long(), AtStage(elsewhere));
    let exchange = once(
        &transport,
        &target("http://localhost:80", ConnectionMode::Cold),
    )
    .await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Connect, FailureKind::TcpNotLoopback))
    );
    let mut fixed = target(&format!("https://{HOST}"), ConnectionMode::Cold);
    fixed.endpoint.address = Some(elsewhere);
    let exchange = once(&plain(), &fixed).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Connect, FailureKind::TcpNotLoopback))
    );
}

#[tokio::test]
async fn rule_11_a_request_signed_for_another_host_is_not_sent() {
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
    let target = peer.plain_target(ConnectionMode::Cold);
    let mut stray = request(&target);
    Rc::get_mut(&mut stray).expect("not shared yet").host = "sts.amazonaws.com".to_owned();
    let exchange = plain().connection(&target).exchange(stray).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Send, FailureKind::ClientRequest))
    );
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn rule_01_neither_request_nor_response_shows_a_secret() {
    let secret = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ncanary";
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(secret), Step::Hold]]).await;
    let target = peer.plain_target(ConnectionMode::Cold);
    let exchange = once(&plain(), &target).await;
    assert!(exchange.response.is_ok());
    let shown = format!("{:?} {:?} {:#?}", exchange, request(&target), exchange);
    assert!(
        !shown.contains("canary") && !shown.contains("99, 97, 110"),
        "{shown}"
    );
}
