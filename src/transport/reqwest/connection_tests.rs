//! The second client against scripted servers.

use std::time::Duration;

use super::*;
use crate::transport::scripted_peer_tests::{
    ANSWER, Authority, ScriptedPeer, Step, long, once, request, say, short, target,
};

fn reqwest() -> ReqwestTransport {
    ReqwestTransport::new(Trust::public(), long())
}

fn failure(exchange: &TimedExchange) -> Option<(Phase, FailureKind)> {
    exchange
        .response
        .as_ref()
        .err()
        .map(|&Failure { phase, kind }| (phase, kind))
}

fn happened(exchange: &TimedExchange) -> Vec<Phase> {
    Phase::ALL
        .into_iter()
        .filter(|&phase| exchange.phases.of(phase).is_some())
        .collect()
}

async fn ending(
    transport: &ReqwestTransport,
    script: Vec<Step>,
) -> (Option<(Phase, FailureKind)>, usize) {
    let peer = ScriptedPeer::plain(vec![script]).await;
    let exchange = once(transport, &peer.plain_target(ConnectionMode::Cold)).await;
    assert_eq!(peer.connections(), 1, "one request dials once");
    (failure(&exchange), peer.requests())
}

#[tokio::test]
async fn a_kept_connection_shows_no_dialling() {
    let pause = Duration::from_millis(60);
    let twice = vec![
        Step::Hear,
        say(ANSWER),
        Step::Hear,
        Step::Pause(pause),
        say(ANSWER),
        Step::Hold,
    ];
    let peer = ScriptedPeer::plain(vec![twice]).await;
    let mut target = target(
        &format!("http://localhost:{}", peer.address.port()),
        ConnectionMode::Warm,
    );
    // The name is fixed to the peer's address, since localhost can be an IPv6 address too.
    target.endpoint.address = Some(peer.address);
    let mut connection = reqwest().connection(&target);
    let first = connection.exchange(request(&target)).await;
    assert!(
        first.response.is_ok() && first.connection == ConnectionMode::Cold,
        "{first:?}"
    );
    assert_eq!(
        happened(&first),
        [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]
    );
    assert_eq!(
        (first.remote, first.status),
        (Some(peer.address), Some(200))
    );
    assert!(connection.is_open());
    let second = connection.exchange(request(&target)).await;
    assert!(
        second.response.is_ok() && second.connection == ConnectionMode::Warm,
        "{second:?}"
    );
    assert_eq!(
        happened(&second),
        [Phase::Send, Phase::Wait, Phase::Receive]
    );
    assert!(
        second
            .phases
            .of(Phase::Wait)
            .is_some_and(|time| time >= pause.mul_f64(0.9)),
        "{second:?}"
    );
    assert_eq!((peer.connections(), peer.requests()), (1, 2));
    connection.close();
    assert_eq!(
        connection.exchange(request(&target)).await.connection,
        ConnectionMode::Cold
    );
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn a_name_that_is_asked_for_shows_as_the_dns_phase() {
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER), Step::Hold]]).await;
    let target = target(
        &format!("http://localhost:{}", peer.address.port()),
        ConnectionMode::Cold,
    );
    let exchange = once(&reqwest(), &target).await;
    assert!(
        happened(&exchange).starts_with(&[Phase::Dns, Phase::Connect]),
        "{exchange:?}"
    );
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
        &reqwest(),
        &target(&format!("http://{address}"), ConnectionMode::Cold),
    )
    .await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Connect, FailureKind::TcpRefused))
    );
    assert_eq!(exchange.remote, Some(address));
}

#[tokio::test]
async fn fault_08_a_bad_certificate_is_told_and_no_byte_of_http_is_sent() {
    let authority = Authority::new();
    let elsewhere = authority.server_with(|params| params.subject_alt_names.clear());
    let peer = ScriptedPeer::tls(vec![vec![Step::Hear, say(ANSWER)]], elsewhere).await;
    let transport = ReqwestTransport::new(authority.trust(), long());
    let exchange = once(&transport, &peer.tls_target(ConnectionMode::Cold)).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Tls, FailureKind::TlsWrongHost))
    );
    assert_eq!(peer.bytes(), 0);
    let peer = ScriptedPeer::tls(vec![vec![Step::Hear, say(ANSWER)]], authority.server()).await;
    let exchange = once(&reqwest(), &peer.tls_target(ConnectionMode::Cold)).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Tls, FailureKind::TlsUnknownIssuer))
    );
    assert_eq!(peer.bytes(), 0);
}

#[tokio::test]
async fn fault_09_and_10_handshakes_that_stall_or_break_are_told() {
    let hurried = ReqwestTransport::new(Trust::public(), short());
    for (script, kind) in [
        (vec![Step::Hold], FailureKind::TlsTimeout),
        (
            vec![say("HTTP/1.1 400 Bad Request\r\n\r\n"), Step::Hold],
            FailureKind::TlsNotTls,
        ),
        (vec![], FailureKind::TlsClosed),
    ] {
        let peer = ScriptedPeer::plain(vec![script]).await;
        let exchange = once(&hurried, &peer.tls_target(ConnectionMode::Cold)).await;
        assert_eq!(failure(&exchange), Some((Phase::Tls, kind)));
        assert!(
            exchange.phases.total() < Duration::from_secs(3),
            "the phase's deadline, not the whole one"
        );
    }
}

#[tokio::test]
async fn fault_11_to_19_broken_answers_are_told_and_nothing_is_sent_twice() {
    let gap = || Step::Pause(Duration::from_millis(20));
    let waiting = |kind| (Some((Phase::Wait, kind)), 1);
    let receiving = |kind| (Some((Phase::Receive, kind)), 1);
    let head = "HTTP/1.1 200 OK\r\n";
    for (script, ended) in [
        (
            vec![Step::Hear, gap(), Step::Reset],
            waiting(FailureKind::TcpReset),
        ),
        (
            vec![Step::Hear, say(head)],
            waiting(FailureKind::HttpTruncatedHeader),
        ),
        (
            vec![Step::Hear, say("HTTP/1.1 2OO OK\r\n\r\n")],
            waiting(FailureKind::HttpMalformed),
        ),
        (
            vec![Step::Hear, say(&format!("{head}content-length: x\r\n\r\n"))],
            waiting(FailureKind::HttpFraming),
        ),
        (
            vec![
                Step::Hear,
                say(&format!("{head}content-length: 4\r\n\r\n<a")),
            ],
            receiving(FailureKind::BodyShort),
        ),
        (
            vec![
                Step::Hear,
                say(&format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n")),
            ],
            receiving(FailureKind::HttpFraming),
        ),
        (
            vec![
                Step::Hear,
                say(&format!("{head}content-length: 99999\r\n\r\n")),
            ],
            waiting(FailureKind::BodyTooLarge),
        ),
    ] {
        assert_eq!(ending(&reqwest(), script).await, ended);
    }
}

#[tokio::test]
async fn fault_13_a_closed_connection_is_dialled_anew_and_one_that_fails_under_a_request_is_not() {
    let served = vec![Step::Hear, say(ANSWER)];
    let peer = ScriptedPeer::plain(vec![
        served.clone(),
        [served.clone(), vec![Step::Hold]].concat(),
    ])
    .await;
    let target = peer.plain_target(ConnectionMode::Warm);
    let mut connection = reqwest().connection(&target);
    assert!(connection.exchange(request(&target)).await.response.is_ok());
    tokio::time::sleep(Duration::from_millis(30)).await;
    let second = connection.exchange(request(&target)).await;
    assert!(
        second.response.is_ok() && second.connection == ConnectionMode::Cold,
        "{second:?}"
    );
    assert_eq!((peer.connections(), peer.requests()), (2, 2));

    let gap = Step::Pause(Duration::from_millis(20));
    let peer =
        ScriptedPeer::plain(vec![[served, vec![Step::Hear, gap, Step::Reset]].concat()]).await;
    let target = peer.plain_target(ConnectionMode::Warm);
    let mut connection = reqwest().connection(&target);
    assert!(connection.exchange(request(&target)).await.response.is_ok());
    let second = connection.exchange(request(&target)).await;
    assert_eq!(
        (failure(&second), second.connection),
        (
            Some((Phase::Wait, FailureKind::TcpReset)),
            ConnectionMode::Warm
        )
    );
    assert_eq!((peer.connections(), peer.requests()), (1, 2));
}

#[tokio::test]
async fn fault_15_slow_heads_and_bodies_end_at_their_deadlines() {
    let hurried = ReqwestTransport::new(Trust::public(), short());
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, Step::Hold]]).await;
    let exchange = once(&hurried, &peer.plain_target(ConnectionMode::Cold)).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Wait, FailureKind::HttpHeaderTimeout))
    );
    assert!(
        exchange.phases.total() < Duration::from_secs(3),
        "the phase's deadline, not the whole one"
    );
    let total = Duration::from_millis(200);
    let impatient = ReqwestTransport::new(Trust::public(), Deadlines { total, ..long() });
    let half = vec![
        Step::Hear,
        say("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<a"),
        Step::Hold,
    ];
    assert_eq!(
        ending(&impatient, half).await,
        (Some((Phase::Receive, FailureKind::BodyTimeout)), 1)
    );
}

#[tokio::test]
async fn fault_22_no_redirect_is_followed() {
    let attacker = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
    for status in [301, 302, 303, 307, 308] {
        let place = format!("location: http://{}/", attacker.address);
        let said = format!("HTTP/1.1 {status} Go\r\n{place}\r\ncontent-length: 0\r\n\r\n");
        let ended = ending(&reqwest(), vec![Step::Hear, say(&said), Step::Hold]).await;
        assert_eq!(ended, (Some((Phase::Wait, FailureKind::HttpRedirect)), 1));
    }
    assert_eq!(attacker.connections(), 0);
}

#[tokio::test]
async fn a_resumed_line_offers_its_session_and_a_cold_one_never_has_any() {
    let authority = Authority::new();
    let peer = ScriptedPeer::tls(
        vec![vec![Step::Hear, say(ANSWER), Step::Hold]],
        authority.server(),
    )
    .await;
    let transport = ReqwestTransport::new(authority.trust(), long());
    for (connection, labels) in [
        (
            ConnectionMode::Resumed,
            [ConnectionMode::Cold, ConnectionMode::Resumed],
        ),
        (ConnectionMode::Cold, [ConnectionMode::Cold; 2]),
    ] {
        let target = peer.tls_target(connection);
        let mut connection = transport.connection(&target);
        for label in labels {
            let exchange = connection.exchange(request(&target)).await;
            assert!(
                exchange.response.is_ok() && exchange.connection == label,
                "{exchange:?}"
            );
            assert_eq!(
                happened(&exchange),
                [
                    Phase::Connect,
                    Phase::Tls,
                    Phase::Send,
                    Phase::Wait,
                    Phase::Receive
                ]
            );
        }
    }
    assert_eq!((peer.connections(), peer.requests()), (4, 4));
}

#[tokio::test]
async fn rule_09_and_11_a_stray_address_or_host_is_refused_unsent() {
    let elsewhere: SocketAddr = "10.0.0.1:80".parse().expect("an address");
    let mut fixed = target(
        "https://sts.eu-central-1.amazonaws.com",
        ConnectionMode::Cold,
    );
    fixed.endpoint.address = Some(elsewhere);
    let exchange = once(&reqwest(), &fixed).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Connect, FailureKind::TcpNotLoopback))
    );
    let peer = ScriptedPeer::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
    let target = peer.plain_target(ConnectionMode::Cold);
    let mut stray = request(&target);
    Rc::get_mut(&mut stray).expect("not shared yet").host = "sts.amazonaws.com".to_owned();
    let exchange = reqwest().connection(&target).exchange(stray).await;
    assert_eq!(
        failure(&exchange),
        Some((Phase::Send, FailureKind::ClientRequest))
    );
    assert_eq!(peer.connections(), 0);
}
