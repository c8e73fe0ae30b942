//! The second client: reqwest, as a Rust application would use it, with its phases seen through its public seams.
//!
//! What reqwest does not show is folded. `send` ends when the body is handed to the connection, not when the kernel has
//! it; `wait` ends when the parsed head is handed back; time that reqwest spends before the first seam belongs to the
//! first phase. A session that was offered counts as resumed, also when the server declined it. Whether a head was cut
//! off by a reset or never began is not seen, nor are interim responses, and a head is bounded by 100 fields and by
//! hyper's own buffer of about 400 KiB.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use hyper::body::Bytes;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use rustls::ClientConfig;
use rustls::client::{ClientSessionMemoryCache, Resumption};
use tokio::time::timeout_at;

use super::answer::{Incoming, MAX_FIELDS};
use super::classify::{self, Handshake, Heard};
use super::dial::Route;
use super::marks::{Guide, Handed, Marks, Moments, Sessions, Watch};
use super::stamped::now;
use super::timeline::Timeline;
use super::tls::{SESSIONS_PER_LINE, Trust};
use super::{Exchange, Line, Response, Transport};
use crate::plan::{Connection, Deadlines, Target};
use crate::sample::{Failure, FailureKind, Phase};
use crate::sign::SignedRequest;

/// Sends requests with reqwest.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    trust: Trust,
    deadlines: Deadlines,
}

impl ReqwestTransport {
    /// With the system's resolver.
    pub fn new(trust: Trust, deadlines: Deadlines) -> Self {
        Self { trust, deadlines }
    }
}

impl Transport for ReqwestTransport {
    type Line = ReqwestLine;

    fn line(&self, target: &Target) -> ReqwestLine {
        let origin = &target.endpoint.origin;
        let marks = Marks::default();
        let mut tls = (*self.trust.client_config(&target.endpoint, target.connection)).clone();
        let cache = match target.connection {
            Connection::Resumed => Some(ClientSessionMemoryCache::new(SESSIONS_PER_LINE)),
            Connection::Cold | Connection::Warm => None,
        };
        tls.resumption = Resumption::store(Arc::new(Sessions { cache, marks: marks.clone() }));
        let port = target.endpoint.address.map_or(origin.port(), |address| address.port());
        let host = if origin.host().contains(':') { format!("[{}]", origin.host()) } else { origin.host().to_owned() };
        ReqwestLine {
            route: Arc::new(Route::new(&target.endpoint, target.connection, &self.trust)),
            url: format!("{}://{host}:{port}/", origin.scheme().as_str()),
            authority: origin.authority(),
            literal: origin.ip().map(|ip| SocketAddr::new(ip, port)),
            connection: target.connection,
            deadlines: self.deadlines,
            tls,
            marks,
            client: None,
            kept: Kept::Nothing,
        }
    }
}

/// One connection's place at one target, through reqwest's pool of at most one connection.
pub struct ReqwestLine {
    route: Arc<Route>,
    url: String,
    authority: String,
    /// The host when it is an address; reqwest then asks no resolver.
    literal: Option<SocketAddr>,
    connection: Connection,
    deadlines: Deadlines,
    tls: ClientConfig,
    marks: Marks,
    client: Option<reqwest::Client>,
    kept: Kept,
}

/// What the pool holds, as far as the last exchange tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Nothing,
    Connection,
}

impl Line for ReqwestLine {
    async fn exchange(&mut self, request: SignedRequest) -> Exchange {
        let prepared = self.prepare(request);
        self.kept = Kept::Nothing;
        self.marks.reset();
        let began = now();
        let mut course = Course::default();
        let response = match prepared {
            Ok((client, request)) => self.send(&client, request, began, &mut course).await,
            Err(failure) => Err(failure),
        };
        let end = now();
        if response.is_ok() && self.connection == Connection::Warm {
            self.kept = Kept::Connection;
            // reqwest takes the connection back in a task of its own, which gets its turn now.
            tokio::task::yield_now().await;
        }
        let moments = self.marks.moments();
        let timeline = course.timeline(began, end, &moments, response.as_ref().err());
        Exchange {
            began,
            phases: timeline.phases(),
            connection: self.found(&moments),
            remote: course.remote.or(moments.address).or(self.literal),
            status: course.status,
            response,
        }
    }

    fn is_open(&self) -> bool {
        self.kept == Kept::Connection
    }

    fn close(&mut self) {
        // The pool ends with its client.
        self.client = None;
        self.kept = Kept::Nothing;
    }
}

impl ReqwestLine {
    /// Everything that needs no time: client, headers, and the checks that a request must pass to be sent at all.
    fn prepare(&mut self, request: SignedRequest) -> Result<(reqwest::Client, reqwest::Request), Failure> {
        let refuse = Failure { phase: Phase::Send, kind: FailureKind::ClientRequest };
        if request.host != self.authority {
            return Err(refuse);
        }
        if let Some(literal) = self.literal {
            self.route.admit(literal.ip())?;
            // An address in the URL is what reqwest dials; another fixed address could not be reached.
            if self.route.known_address() != Some(literal) {
                return Err(refuse);
            }
        }
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self.client.insert(self.build().map_err(|_| refuse)?).clone(),
        };
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::try_from(request.host).map_err(|_| refuse)?);
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name.as_str()).map_err(|_| refuse)?;
            let mut value = HeaderValue::from_str(value).map_err(|_| refuse)?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let body = reqwest::Body::wrap(Handed::new(Bytes::from(request.body), self.marks.clone()));
        let formed = client.post(&self.url).headers(headers).body(body).build().map_err(|_| refuse)?;
        Ok((client, formed))
    }

    fn build(&self) -> reqwest::Result<reqwest::Client> {
        let idle = match self.connection {
            Connection::Warm => 1,
            Connection::Cold | Connection::Resumed => 0,
        };
        let guide = Guide { route: Arc::clone(&self.route), deadlines: self.deadlines, marks: self.marks.clone() };
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .dns_resolver(Arc::new(guide))
            .connector_layer(Watch { deadlines: self.deadlines, marks: self.marks.clone() })
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .http1_max_headers(MAX_FIELDS)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(idle)
            .pool_idle_timeout(None)
            .build()
    }

    async fn send(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
        began: Instant,
        course: &mut Course,
    ) -> Result<Response, Failure> {
        let whole = began + self.deadlines.total;
        let first_byte = |moments: &Moments| match moments.handed {
            Some(handed) => whole.min(handed + self.deadlines.first_byte),
            None => whole,
        };
        let answer = match self.marks.within(client.execute(request), first_byte).await {
            Some(Ok(answer)) => answer,
            Some(Err(error)) => return Err(self.refused(&error)),
            None => return Err(self.timed_out()),
        };
        course.head = Some(now());
        course.status = Some(answer.status().as_u16());
        course.remote = answer.remote_addr();
        let incoming =
            Incoming::new(answer.status(), answer.headers()).map_err(|kind| Failure { phase: Phase::Wait, kind })?;
        let received = timeout_at(whole.into(), receive(answer, incoming)).await;
        let received = received.unwrap_or(Err(FailureKind::BodyTimeout));
        received.map_err(|kind| Failure { phase: Phase::Receive, kind })
    }

    /// The kind of connection that the request found, as the seams tell.
    fn found(&self, moments: &Moments) -> Connection {
        match (moments.dialling, moments.offered) {
            (None, _) => self.connection,
            (Some(_), Some(_)) => Connection::Resumed,
            (Some(_), None) => Connection::Cold,
        }
    }

    /// Why no head came, from what the seams saw and what reqwest says.
    fn refused(&self, error: &reqwest::Error) -> Failure {
        let moments = self.marks.moments();
        if let Some(stopped) = moments.stopped {
            return stopped;
        }
        let phase = moments.phase_under_way();
        let kind = match phase {
            Phase::Dns => FailureKind::DnsFailed,
            Phase::Connect => classify::dialling(error, Handshake::NotBegun),
            Phase::Tls => classify::dialling(error, Handshake::Begun),
            Phase::Send | Phase::Wait | Phase::Receive => classify::waiting(error, Heard::Nothing),
        };
        Failure { phase, kind }
    }

    fn timed_out(&self) -> Failure {
        let phase = self.marks.moments().phase_under_way();
        let kind = match phase {
            Phase::Dns => FailureKind::DnsTimeout,
            Phase::Connect => FailureKind::TcpTimeout,
            Phase::Tls => FailureKind::TlsTimeout,
            Phase::Send | Phase::Wait | Phase::Receive => FailureKind::HttpHeaderTimeout,
        };
        Failure { phase, kind }
    }
}

async fn receive(mut answer: reqwest::Response, mut incoming: Incoming) -> Result<Response, FailureKind> {
    while let Some(piece) = answer.chunk().await.map_err(|error| classify::receiving(&error))? {
        incoming.push(&piece)?;
    }
    incoming.finish()
}

/// What is known of an exchange under way, besides the moments.
#[derive(Debug, Default)]
struct Course {
    head: Option<Instant>,
    status: Option<u16>,
    remote: Option<SocketAddr>,
}

impl Course {
    fn timeline(&self, began: Instant, end: Instant, moments: &Moments, failure: Option<&Failure>) -> Timeline {
        let mut timeline = Timeline::start(began);
        let last = failure.map_or(Phase::Receive, |failure| failure.phase);
        let ends = [
            (Phase::Dns, moments.resolved),
            (Phase::Connect, moments.handshake.or(moments.connected)),
            (Phase::Tls, moments.handshake.and(moments.connected)),
            (Phase::Send, moments.handed),
            (Phase::Wait, self.head),
        ];
        for (phase, at) in ends.into_iter().filter(|&(phase, _)| phase < last) {
            if let Some(at) = at {
                timeline.finish(phase, at);
            }
        }
        timeline.finish(last, end);
        timeline
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::stage::{ANSWER, Authority, Stage, Step, long, once, request, say, short, target};
    use super::*;

    fn reqwest() -> ReqwestTransport {
        ReqwestTransport::new(Trust::public(), long())
    }

    fn failure(exchange: &Exchange) -> Option<(Phase, FailureKind)> {
        exchange.response.as_ref().err().map(|&Failure { phase, kind }| (phase, kind))
    }

    fn happened(exchange: &Exchange) -> Vec<Phase> {
        Phase::ALL.into_iter().filter(|&phase| exchange.phases.of(phase).is_some()).collect()
    }

    async fn ending(transport: &ReqwestTransport, script: Vec<Step>) -> (Option<(Phase, FailureKind)>, usize) {
        let stage = Stage::plain(vec![script]).await;
        let exchange = once(transport, &stage.plain_target(Connection::Cold)).await;
        assert_eq!(stage.connections(), 1, "one request dials once");
        (failure(&exchange), stage.requests())
    }

    #[tokio::test]
    async fn a_kept_connection_shows_no_dialling() {
        let pause = Duration::from_millis(60);
        let twice = vec![Step::Hear, say(ANSWER), Step::Hear, Step::Pause(pause), say(ANSWER), Step::Hold];
        let stage = Stage::plain(vec![twice]).await;
        let mut target = target(&format!("http://localhost:{}", stage.address.port()), Connection::Warm);
        // The name is fixed to the peer's address, since localhost can be an IPv6 address too.
        target.endpoint.address = Some(stage.address);
        let mut line = reqwest().line(&target);
        let first = line.exchange(request(&target)).await;
        assert!(first.response.is_ok() && first.connection == Connection::Cold, "{first:?}");
        assert_eq!(happened(&first), [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]);
        assert_eq!((first.remote, first.status), (Some(stage.address), Some(200)));
        assert!(line.is_open());
        let second = line.exchange(request(&target)).await;
        assert!(second.response.is_ok() && second.connection == Connection::Warm, "{second:?}");
        assert_eq!(happened(&second), [Phase::Send, Phase::Wait, Phase::Receive]);
        assert!(second.phases.of(Phase::Wait).is_some_and(|time| time >= pause.mul_f64(0.9)), "{second:?}");
        assert_eq!((stage.connections(), stage.requests()), (1, 2));
        line.close();
        assert_eq!(line.exchange(request(&target)).await.connection, Connection::Cold);
        assert_eq!(stage.connections(), 2);
    }

    #[tokio::test]
    async fn a_name_that_is_asked_for_shows_as_the_dns_phase() {
        let stage = Stage::plain(vec![vec![Step::Hear, say(ANSWER), Step::Hold]]).await;
        let target = target(&format!("http://localhost:{}", stage.address.port()), Connection::Cold);
        let exchange = once(&reqwest(), &target).await;
        assert!(happened(&exchange).starts_with(&[Phase::Dns, Phase::Connect]), "{exchange:?}");
    }

    #[tokio::test]
    async fn fault_05_a_closed_port_is_refused() {
        let address = {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
            listener.local_addr().expect("a bound listener has an address")
        };
        let exchange = once(&reqwest(), &target(&format!("http://{address}"), Connection::Cold)).await;
        assert_eq!(failure(&exchange), Some((Phase::Connect, FailureKind::TcpRefused)));
        assert_eq!(exchange.remote, Some(address));
    }

    #[tokio::test]
    async fn fault_08_a_bad_certificate_is_told_and_no_byte_of_http_is_sent() {
        let authority = Authority::new();
        let elsewhere = authority.server_with(|params| params.subject_alt_names.clear());
        let stage = Stage::tls(vec![vec![Step::Hear, say(ANSWER)]], elsewhere).await;
        let transport = ReqwestTransport::new(authority.trust(), long());
        let exchange = once(&transport, &stage.tls_target(Connection::Cold)).await;
        assert_eq!(failure(&exchange), Some((Phase::Tls, FailureKind::TlsWrongHost)));
        assert_eq!(stage.bytes(), 0);
        let stage = Stage::tls(vec![vec![Step::Hear, say(ANSWER)]], authority.server()).await;
        let exchange = once(&reqwest(), &stage.tls_target(Connection::Cold)).await;
        assert_eq!(failure(&exchange), Some((Phase::Tls, FailureKind::TlsUnknownIssuer)));
        assert_eq!(stage.bytes(), 0);
    }

    #[tokio::test]
    async fn fault_09_and_10_handshakes_that_stall_or_break_are_told() {
        let hurried = ReqwestTransport::new(Trust::public(), short());
        for (script, kind) in [
            (vec![Step::Hold], FailureKind::TlsTimeout),
            (vec![say("HTTP/1.1 400 Bad Request\r\n\r\n"), Step::Hold], FailureKind::TlsNotTls),
            (vec![], FailureKind::TlsClosed),
        ] {
            let stage = Stage::plain(vec![script]).await;
            let exchange = once(&hurried, &stage.tls_target(Connection::Cold)).await;
            assert_eq!(failure(&exchange), Some((Phase::Tls, kind)));
            assert!(exchange.phases.total() < Duration::from_secs(3), "the phase's deadline, not the whole one");
        }
    }

    #[tokio::test]
    async fn fault_11_to_19_broken_answers_are_told_and_nothing_is_sent_twice() {
        let gap = || Step::Pause(Duration::from_millis(20));
        let waiting = |kind| (Some((Phase::Wait, kind)), 1);
        let receiving = |kind| (Some((Phase::Receive, kind)), 1);
        let head = "HTTP/1.1 200 OK\r\n";
        for (script, ended) in [
            (vec![Step::Hear, gap(), Step::Reset], waiting(FailureKind::TcpReset)),
            (vec![Step::Hear, say(head)], waiting(FailureKind::HttpTruncatedHeader)),
            (vec![Step::Hear, say("HTTP/1.1 2OO OK\r\n\r\n")], waiting(FailureKind::HttpMalformed)),
            (vec![Step::Hear, say(&format!("{head}content-length: x\r\n\r\n"))], waiting(FailureKind::HttpFraming)),
            (vec![Step::Hear, say(&format!("{head}content-length: 4\r\n\r\n<a"))], receiving(FailureKind::BodyShort)),
            (
                vec![Step::Hear, say(&format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n"))],
                receiving(FailureKind::HttpFraming),
            ),
            (
                vec![Step::Hear, say(&format!("{head}content-length: 99999\r\n\r\n"))],
                waiting(FailureKind::BodyTooLarge),
            ),
        ] {
            assert_eq!(ending(&reqwest(), script).await, ended);
        }
    }

    #[tokio::test]
    async fn fault_13_a_closed_connection_is_dialled_anew_and_one_that_fails_under_a_request_is_not() {
        let served = vec![Step::Hear, say(ANSWER)];
        let stage = Stage::plain(vec![served.clone(), [served.clone(), vec![Step::Hold]].concat()]).await;
        let target = stage.plain_target(Connection::Warm);
        let mut line = reqwest().line(&target);
        assert!(line.exchange(request(&target)).await.response.is_ok());
        tokio::time::sleep(Duration::from_millis(30)).await;
        let second = line.exchange(request(&target)).await;
        assert!(second.response.is_ok() && second.connection == Connection::Cold, "{second:?}");
        assert_eq!((stage.connections(), stage.requests()), (2, 2));

        let gap = Step::Pause(Duration::from_millis(20));
        let stage = Stage::plain(vec![[served, vec![Step::Hear, gap, Step::Reset]].concat()]).await;
        let target = stage.plain_target(Connection::Warm);
        let mut line = reqwest().line(&target);
        assert!(line.exchange(request(&target)).await.response.is_ok());
        let second = line.exchange(request(&target)).await;
        assert_eq!(
            (failure(&second), second.connection),
            (Some((Phase::Wait, FailureKind::TcpReset)), Connection::Warm)
        );
        assert_eq!((stage.connections(), stage.requests()), (1, 2));
    }

    #[tokio::test]
    async fn fault_15_slow_heads_and_bodies_end_at_their_deadlines() {
        let hurried = ReqwestTransport::new(Trust::public(), short());
        let stage = Stage::plain(vec![vec![Step::Hear, Step::Hold]]).await;
        let exchange = once(&hurried, &stage.plain_target(Connection::Cold)).await;
        assert_eq!(failure(&exchange), Some((Phase::Wait, FailureKind::HttpHeaderTimeout)));
        assert!(exchange.phases.total() < Duration::from_secs(3), "the phase's deadline, not the whole one");
        let total = Duration::from_millis(200);
        let impatient = ReqwestTransport::new(Trust::public(), Deadlines { total, ..long() });
        let half = vec![Step::Hear, say("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<a"), Step::Hold];
        assert_eq!(ending(&impatient, half).await, (Some((Phase::Receive, FailureKind::BodyTimeout)), 1));
    }

    #[tokio::test]
    async fn fault_22_no_redirect_is_followed() {
        let attacker = Stage::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
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
        let stage = Stage::tls(vec![vec![Step::Hear, say(ANSWER), Step::Hold]], authority.server()).await;
        let transport = ReqwestTransport::new(authority.trust(), long());
        for (connection, labels) in
            [(Connection::Resumed, [Connection::Cold, Connection::Resumed]), (Connection::Cold, [Connection::Cold; 2])]
        {
            let target = stage.tls_target(connection);
            let mut line = transport.line(&target);
            for label in labels {
                let exchange = line.exchange(request(&target)).await;
                assert!(exchange.response.is_ok() && exchange.connection == label, "{exchange:?}");
                assert_eq!(happened(&exchange), [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Receive]);
            }
        }
        assert_eq!((stage.connections(), stage.requests()), (4, 4));
    }

    #[tokio::test]
    async fn rule_09_and_11_a_stray_address_or_host_is_refused_unsent() {
        let elsewhere: SocketAddr = "10.0.0.1:80".parse().expect("an address");
        let mut fixed = target("https://sts.eu-central-1.amazonaws.com", Connection::Cold);
        fixed.endpoint.address = Some(elsewhere);
        let exchange = once(&reqwest(), &fixed).await;
        assert_eq!(failure(&exchange), Some((Phase::Connect, FailureKind::TcpNotLoopback)));
        let stage = Stage::plain(vec![vec![Step::Hear, say(ANSWER)]]).await;
        let target = stage.plain_target(Connection::Cold);
        let mut stray = request(&target);
        stray.host = "sts.amazonaws.com".to_owned();
        let exchange = reqwest().line(&target).exchange(stray).await;
        assert_eq!(failure(&exchange), Some((Phase::Send, FailureKind::ClientRequest)));
        assert_eq!(stage.connections(), 0);
    }
}
