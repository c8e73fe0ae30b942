//! NOUN: one request as it was measured. It computes no statistics and formats nothing for people.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::plan::{ConnectionMode, TargetId};
use sts_model::FaultCode;

/// One request as it was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Which population it was meant for.
    pub target: TargetId,
    /// Position in the schedule, from 0; unique in a run.
    pub sequence: u64,
    /// Round of an audit, from 0; `None` for other loads.
    pub round: Option<u32>,
    /// Block, from 0; warm-up samples carry block 0.
    pub block: u16,
    /// Whether it counts.
    pub stage: Stage,
    /// When the schedule wanted it sent, since the run's epoch.
    pub intended: Duration,
    /// When its first phase began, since the run's epoch.
    pub sent: Duration,
    /// How long it waited for a turn on one of its target's connections, all of them busy; part of the time between
    /// `intended` and `sent`.
    pub queued: Duration,
    /// What signing it cost, before it was sent and outside every measured time.
    pub signing: Duration,
    /// How long each phase took; disjoint, and together the service time.
    pub phases: Phases,
    /// By how much the thread's own clock would have told a longer service time than the kernel's stamps; `None` when the
    /// phases stand on the thread's clock.
    pub client_overhead: Option<Duration>,
    /// The kind of connection that it really found.
    pub connection: ConnectionMode,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP status, when a response's head arrived.
    pub http_status: Option<u16>,
    /// Address that answered, when one was connected.
    pub remote: Option<SocketAddr>,
    /// What the resolver told before the connection was opened; `None` when none was asked, as over a kept connection.
    pub lookup: Option<Lookup>,
    /// The Region that says it answered.
    pub served_by: Option<String>,
    /// The Region of origin in the session token of the answer: who answered, told by a second witness.
    pub origin: Option<String>,
    /// STS's id of the request, at most 128 visible ASCII characters.
    pub request_id: Option<String>,
    /// Bytes of the response's body.
    pub bytes_received: u64,
}

impl Sample {
    /// From the intended send to the end of the answer: what a caller on that schedule waits.
    pub fn response_time(&self) -> Duration {
        (self.sent + self.service_time()).saturating_sub(self.intended)
    }

    /// From the actual send to the end of the answer: what the network and the service take.
    pub fn service_time(&self) -> Duration {
        self.phases.total()
    }

    /// How much later than intended it was sent because of this machine: without the wait for a busy connection.
    pub fn lateness(&self) -> Duration {
        self.sent
            .saturating_sub(self.intended)
            .saturating_sub(self.queued)
    }
}

/// What a resolver told of the name of an endpoint. Which resolver that was, the plan says; the address that was chosen
/// is the sample's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup {
    /// How many addresses it told; at most 65,535 are counted.
    pub addresses: u16,
    /// How long they may be kept, s; `None` when the resolver does not tell, as the system's.
    pub ttl_seconds: Option<u32>,
}

/// Whether a sample counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Kept, flagged and not compared.
    Warmup,
    /// Counted.
    Measured,
}

impl Stage {
    /// As in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warmup => "warmup",
            Self::Measured => "measured",
        }
    }

    /// The stage of that name, as in files.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Warmup, Self::Measured]
            .into_iter()
            .find(|stage| stage.as_str() == name)
    }
}

/// A part of a request's time. The names are those of HAR and k6; METHOD.md has the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Name to address.
    Dns,
    /// TCP handshake.
    Connect,
    /// TLS handshake.
    Tls,
    /// From the end of the handshakes, or the beginning over a kept connection, until the kernel has the request's last
    /// byte.
    Send,
    /// The request's last byte to the answer's first.
    Wait,
    /// The answer's first byte to its last.
    Receive,
}

impl Phase {
    /// Every phase, in the order in which they happen.
    pub const ALL: [Self; 6] = [
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::Send,
        Self::Wait,
        Self::Receive,
    ];

    /// As in files and charts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::Receive => "receive",
        }
    }

    /// The phase of that name, as in files.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == name)
    }
}

/// How long each phase took; `None` is a phase that did not happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases {
    times: [Option<Duration>; Phase::ALL.len()],
}

impl Phases {
    /// How long the phase took.
    pub fn of(&self, phase: Phase) -> Option<Duration> {
        self.times[phase as usize]
    }

    /// Records how long the phase took.
    pub fn set(&mut self, phase: Phase, time: Duration) {
        self.times[phase as usize] = Some(time);
    }

    /// All phases together: the service time.
    pub fn total(&self) -> Duration {
        self.times.iter().flatten().sum()
    }
}

/// How a request ended. A request that failed is data, never an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The operation's own answer.
    Success,
    /// STS reported an error in its own form.
    Fault(FaultCode),
    /// No answer, or none that STS would give.
    Failure(Failure),
}

impl Outcome {
    /// `success`, `fault` or `failure`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fault(_) => "fault",
            Self::Failure(_) => "failure",
        }
    }

    /// The fault's or failure's code, such as `aws.Throttling` or `tcp.refused`; empty for a success.
    pub fn code(&self) -> String {
        match self {
            Self::Success => String::new(),
            Self::Fault(code) => format!("aws.{code}"),
            Self::Failure(failure) => failure.kind.as_str().to_owned(),
        }
    }

    /// The phase that a failure ended in; `None` for everything else.
    pub fn failed_phase(&self) -> Option<Phase> {
        match self {
            Self::Success | Self::Fault(_) => None,
            Self::Failure(failure) => Some(failure.phase),
        }
    }

    /// The outcome with that [`class`](Self::class), [`code`](Self::code) and [`failed_phase`](Self::failed_phase);
    /// `None` when they do not fit together.
    pub fn named(class: &str, code: &str, failed_phase: Option<Phase>) -> Option<Self> {
        match (class, code, failed_phase) {
            ("success", "", None) => Some(Self::Success),
            ("fault", code, None) => Some(Self::Fault(FaultCode::from(code.strip_prefix("aws.")?))),
            ("failure", code, Some(phase)) => {
                let kind = *FailureKind::ALL.iter().find(|kind| kind.as_str() == code)?;
                Some(Self::Failure(Failure { phase, kind }))
            }
            _ => None,
        }
    }
}

/// Where and how a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Failure {
    /// The phase that did not end well.
    pub phase: Phase,
    /// What happened.
    pub kind: FailureKind,
}

macro_rules! failure_kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $text:literal,)*) => {
        /// What happened to a request that failed: a stable name and number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FailureKind {
            $($(#[$doc])* $variant,)*
        }

        impl FailureKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Stable name, `layer.what`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// Stable number; the hundreds tell the layer.
            pub fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }
        }
    };
}

failure_kinds! {
    /// The name does not exist.
    DnsNxdomain = 1101 "dns.nxdomain",
    /// No answer from the resolver in time.
    DnsTimeout = 1102 "dns.timeout",
    /// The resolver failed or had no address.
    DnsFailed = 1103 "dns.failed",
    /// A public name that resolved to a private or loopback address.
    DnsRebind = 1104 "dns.rebind",
    /// Nobody listens.
    TcpRefused = 1201 "tcp.refused",
    /// No answer to the TCP handshake in time.
    TcpTimeout = 1202 "tcp.timeout",
    /// No route.
    TcpUnreachable = 1203 "tcp.unreachable",
    /// The connection was reset before a response's head.
    TcpReset = 1204 "tcp.reset.pre_header",
    /// Plaintext, but the peer is not this machine.
    TcpNotLoopback = 1205 "tcp.not_loopback",
    /// Any other socket error.
    TcpOther = 1299 "tcp.other",
    /// The certificate has expired.
    TlsExpired = 1301 "tls.expired",
    /// The certificate is not valid yet.
    TlsNotYetValid = 1302 "tls.not_yet_valid",
    /// The certificate is for another name.
    TlsWrongHost = 1303 "tls.wrong_host",
    /// The certificate's issuer is not trusted.
    TlsUnknownIssuer = 1304 "tls.unknown_issuer",
    /// The certificate is unusable for another reason.
    TlsBadCertificate = 1305 "tls.bad_certificate",
    /// The handshake took too long.
    TlsTimeout = 1306 "tls.timeout",
    /// The peer refused the handshake.
    TlsAlert = 1307 "tls.alert",
    /// No protocol version or cipher suite in common.
    TlsVersion = 1308 "tls.version",
    /// The peer does not speak TLS.
    TlsNotTls = 1309 "tls.not_tls",
    /// The connection ended during the handshake.
    TlsClosed = 1310 "tls.closed",
    /// Any other failure of the handshake.
    TlsOther = 1399 "tls.other",
    /// No response's head in time.
    HttpHeaderTimeout = 1401 "http.header_timeout",
    /// The connection ended within the response's head.
    HttpTruncatedHeader = 1402 "http.truncated_header",
    /// Contradicting or broken message lengths.
    HttpFraming = 1403 "http.framing",
    /// Not HTTP/1.1, or a head beyond 32 KiB or 100 fields.
    HttpMalformed = 1404 "http.malformed",
    /// A redirect; never followed.
    HttpRedirect = 1405 "http.redirect",
    /// More interim responses than 8.
    HttpInterimFlood = 1406 "http.interim_flood",
    /// An error status without STS's error body.
    HttpStatus = 1407 "http.status",
    /// The body ended early.
    BodyShort = 1601 "body.short",
    /// The body took too long.
    BodyTimeout = 1602 "body.timeout",
    /// The body is not STS's XML.
    BodyXml = 1603 "body.xml",
    /// The body is larger than 64 KiB.
    BodyTooLarge = 1604 "body.too_large",
    /// No body where STS always sends one.
    BodyEmpty = 1605 "body.empty",
    /// A content encoding that was not asked for.
    BodyEncoding = 1606 "body.encoding",
    /// The answer to another call.
    BodyMismatch = 1607 "body.mismatch",
    /// No file descriptor left.
    ClientFds = 1801 "client.fds",
    /// No local port left.
    ClientPorts = 1802 "client.ports",
    /// The request could not be signed or formed.
    ClientRequest = 1803 "client.request",
    /// Given up because the run ended before the answer came.
    ClientAbandoned = 1804 "client.abandoned",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_add_up_to_the_service_time() {
        let mut phases = Phases::default();
        phases.set(Phase::Tls, Duration::from_millis(20));
        phases.set(Phase::Wait, Duration::from_millis(22));
        assert_eq!(
            (phases.total(), phases.of(Phase::Dns)),
            (Duration::from_millis(42), None)
        );
    }

    #[test]
    fn an_outcome_can_be_told_from_its_names() {
        let failures = FailureKind::ALL.iter().map(|&kind| {
            Outcome::Failure(Failure {
                phase: Phase::Tls,
                kind,
            })
        });
        let faults = FaultCode::KNOWN
            .iter()
            .chain(&["BrandNew"])
            .map(|&code| Outcome::Fault(FaultCode::from(code)));
        for outcome in failures.chain(faults).chain([Outcome::Success]) {
            let named = Outcome::named(outcome.class(), &outcome.code(), outcome.failed_phase());
            assert_eq!(named, Some(outcome));
        }
        for (class, code, phase) in [
            ("success", "aws.Throttling", None),
            ("success", "", Some(Phase::Dns)),
            ("fault", "Throttling", None),
            ("failure", "tcp.refused", None),
            ("failure", "tcp.nonsense", Some(Phase::Connect)),
            ("", "", None),
        ] {
            assert_eq!(
                Outcome::named(class, code, phase),
                None,
                "{class} {code} {phase:?}"
            );
        }
    }

    #[test]
    fn failure_names_and_numbers_are_unique() {
        for (i, a) in FailureKind::ALL.iter().enumerate() {
            for b in &FailureKind::ALL[i + 1..] {
                assert!(
                    a.as_str() != b.as_str() && a.number() != b.number(),
                    "{a:?} {b:?}"
                );
            }
        }
    }
}
