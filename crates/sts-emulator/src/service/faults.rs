//! Faults on purpose: what an endpoint does wrong, how often, and nothing else.
//!
//! A fault is chosen when a request has been read, by a seeded stream of the endpoint, in the order of the spec: the first
//! that strikes wins. Faults that shift the clock, end connections or stop the endpoint belong to the endpoint as a whole.

use std::time::Duration;

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use sts_model::FaultCode;

use crate::iam::repeated::is_repeated;
use crate::service::answer::FaultReply;
use crate::service::answer::throttled;
use crate::service::freeze::Freeze;

/// A fault at some endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// Names of the endpoints; `*` is every one.
    pub endpoints: Vec<String>,
    /// How likely a request is affected, 0–1; 1 for faults of the endpoint as a whole.
    #[serde(default = "always")]
    pub probability: f64,
    /// What happens.
    pub fault: InjectedFault,
}

fn always() -> f64 {
    1.0
}

/// What an endpoint can do wrong. Kinds without settings have braces too, because serde takes any field for those without.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum InjectedFault {
    /// Ends the connection with RST instead of answering.
    Reset {},
    /// Never answers, and keeps the connection open.
    Stall {},
    /// Answers 400 `Throttling`, whatever the quota says.
    Throttle {},
    /// Answers with one of STS's own server errors, whatever was asked: 500 `InternalFailure` or 503 `ServiceUnavailable`.
    ServerError {
        /// HTTP status, 500 or 503.
        status: u16,
    },
    /// Answers with a status of its own, such as a redirect.
    Status {
        /// HTTP status, 200–599.
        status: u16,
        /// The `location` header.
        #[serde(default)]
        location: Option<String>,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// Announces the whole body, sends half of it and ends the connection.
    HalfBody {},
    /// Answers 200 with bytes that are not XML.
    GarbageBody {},
    /// Answers later than it would. Unit: milliseconds.
    ExtraLatency {
        /// 0–600,000.
        extra_ms: u64,
    },
    /// Sends the body one byte at a time. Unit: milliseconds between bytes.
    SlowBody {
        /// 0–60,000.
        interval_ms: u64,
    },
    /// Keeps the client's first TLS message unanswered for a while; TCP's handshake and the calls are not touched. Strikes
    /// a handshake as likely as it says. Unit: milliseconds.
    SlowHandshake {
        /// 0–60,000.
        extra_ms: u64,
    },
    /// Sees and states another time than everybody else. Endpoint as a whole. Unit: seconds, positive is ahead.
    ClockOffset {
        /// Within ten years.
        seconds: i64,
    },
    /// Ends each connection after so many requests. Endpoint as a whole.
    CloseAfter {
        /// 1 or more.
        requests: u64,
        /// Without it the last answer says `connection: close`; with it the connection ends unannounced this long after
        /// the last answer. Unit: milliseconds.
        #[serde(default)]
        silently_after_ms: Option<u64>,
    },
    /// Stands still at intervals: requests that come then are answered when it is over, in their order. Endpoint as a whole.
    /// Unit: milliseconds.
    Freeze {
        /// From the endpoint's first request to the first freeze.
        #[serde(default)]
        after_ms: u64,
        /// From one beginning to the next; longer than `length_ms`, up to an hour.
        every_ms: u64,
        /// How long each takes, 1 or more.
        length_ms: u64,
    },
}

impl InjectedFault {
    /// The kind's name, as in the spec and in the ledger.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reset {} => "reset",
            Self::Stall {} => "stall",
            Self::Throttle {} => "throttle",
            Self::ServerError { .. } => "server-error",
            Self::Status { .. } => "status",
            Self::HalfBody {} => "half-body",
            Self::GarbageBody {} => "garbage-body",
            Self::ExtraLatency { .. } => "extra-latency",
            Self::SlowBody { .. } => "slow-body",
            Self::SlowHandshake { .. } => "slow-handshake",
            Self::ClockOffset { .. } => "clock-offset",
            Self::CloseAfter { .. } => "close-after",
            Self::Freeze { .. } => "freeze",
        }
    }

    /// The error that the service itself answers, if the fault is one. AWS publishes the codes and messages of server errors
    /// ("Common errors"); their bodies are in the form of all errors here, because nobody has shown one.
    pub(crate) fn refusal(&self) -> Option<FaultReply> {
        match self {
            Self::Throttle {} => Some(throttled()),
            Self::ServerError { status: 500 } => Some(FaultReply::new(
                500,
                FaultCode::InternalFailure,
                "The request processing has failed because of an unknown error, exception or failure.",
            )),
            Self::ServerError { .. } => Some(FaultReply::new(
                503,
                FaultCode::ServiceUnavailable,
                "The request has failed due to a temporary failure of the server.",
            )),
            _ => None,
        }
    }

    fn is_of_the_endpoint_as_a_whole(&self) -> bool {
        matches!(
            self,
            Self::ClockOffset { .. } | Self::CloseAfter { .. } | Self::Freeze { .. }
        )
    }

    fn complaint(&self) -> Option<&'static str> {
        match self {
            Self::ServerError { status } if ![500, 503].contains(status) => {
                Some("status must be 500 or 503")
            }
            Self::Status { status, .. } if !(200..=599).contains(status) => {
                Some("status must be 200 to 599")
            }
            Self::Status {
                location: Some(location),
                ..
            } if !location.bytes().all(|b| b.is_ascii_graphic()) => {
                Some("location must be printable ASCII")
            }
            Self::ExtraLatency { extra_ms } if *extra_ms > 600_000 => {
                Some("extra_ms must be 0 to 600000")
            }
            Self::SlowBody { interval_ms } if *interval_ms > 60_000 => {
                Some("interval_ms must be 0 to 60000")
            }
            Self::SlowHandshake { extra_ms } if *extra_ms > 60_000 => {
                Some("extra_ms must be 0 to 60000")
            }
            Self::ClockOffset { seconds } if seconds.unsigned_abs() > 315_576_000 => {
                Some("seconds must be within ten years")
            }
            Self::CloseAfter { requests: 0, .. } => Some("requests must be 1 or more"),
            Self::Freeze {
                after_ms, every_ms, ..
            } if (*after_ms).max(*every_ms) > 3_600_000 => {
                Some("after_ms and every_ms must be 3600000 or less")
            }
            Self::Freeze {
                every_ms,
                length_ms,
                ..
            } if *length_ms == 0 || length_ms >= every_ms => {
                Some("length_ms must be 1 or more and less than every_ms")
            }
            _ => None,
        }
    }
}

impl FaultSpec {
    /// What is wrong with the numbers, if anything.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        let is_whole = self.fault.is_of_the_endpoint_as_a_whole();
        if !(0.0..=1.0).contains(&self.probability) {
            Some("probability must be 0 to 1")
        } else if is_whole && self.probability < 1.0 {
            Some("probability is for single requests, and that kind is of the endpoint as a whole")
        } else {
            listed_once(&self.endpoints).or_else(|| self.fault.complaint())
        }
    }

    pub(crate) fn concerns(&self, endpoint: &str) -> bool {
        self.endpoints
            .iter()
            .any(|name| name == "*" || name == endpoint)
    }
}

/// What is wrong with the endpoints at which a fault or a law holds, if anything.
pub(crate) fn listed_once(endpoints: &[String]) -> Option<&'static str> {
    if endpoints.is_empty() {
        Some("endpoints must name at least one; \"*\" is every one")
    } else if is_repeated(endpoints) {
        Some("endpoints must name each once; \"*\" is every one, and stands alone")
    } else {
        None
    }
}

/// When an endpoint ends its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CloseAfter {
    pub requests: u64,
    /// `None` announces the end in the last answer.
    pub silently_after: Option<Duration>,
}

/// The faults of one endpoint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    /// How far the endpoint's clock is ahead. Unit: seconds.
    pub clock_offset_seconds: i64,
    pub close_after: Option<CloseAfter>,
    pub freeze: Option<Freeze>,
    slow_handshakes: Vec<(f64, Duration)>,
    per_request: Vec<(f64, InjectedFault)>,
}

impl Faults {
    /// Those of `specs` that concern `endpoint`.
    pub(crate) fn of(endpoint: &str, specs: &[FaultSpec]) -> Self {
        let mut faults = Self::default();
        for spec in specs.iter().filter(|spec| spec.concerns(endpoint)) {
            match &spec.fault {
                InjectedFault::ClockOffset { seconds } => faults.clock_offset_seconds += seconds,
                InjectedFault::CloseAfter {
                    requests,
                    silently_after_ms,
                } => {
                    let silently_after = silently_after_ms.map(Duration::from_millis);
                    faults.close_after = Some(CloseAfter {
                        requests: *requests,
                        silently_after,
                    });
                }
                InjectedFault::Freeze {
                    after_ms,
                    every_ms,
                    length_ms,
                } => {
                    let [after, every, length] =
                        [after_ms, every_ms, length_ms].map(|&ms| Duration::from_millis(ms));
                    faults.freeze = Some(Freeze::new(after, every, length));
                }
                InjectedFault::SlowHandshake { extra_ms } => {
                    faults
                        .slow_handshakes
                        .push((spec.probability, Duration::from_millis(*extra_ms)));
                }
                fault => faults.per_request.push((spec.probability, fault.clone())),
            }
        }
        faults
    }

    /// How much longer the next handshake waits. Without such faults nothing is drawn, so that other draws stay the same.
    pub(crate) fn handshake_delay(&self, stream: &mut Xoshiro256PlusPlus) -> Duration {
        let slow = self
            .slow_handshakes
            .iter()
            .find(|(probability, _)| stream.random::<f64>() < *probability);
        slow.map_or(Duration::ZERO, |(_, delay)| *delay)
    }

    /// What strikes the next request, if anything.
    pub(crate) fn draw(&self, stream: &mut Xoshiro256PlusPlus) -> Option<&InjectedFault> {
        self.per_request
            .iter()
            .find(|(probability, _)| stream.random::<f64>() < *probability)
            .map(|(_, fault)| fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::service_time::stream;

    #[test]
    fn a_spec_reads_as_toml_and_strikes_as_often_as_it_says() {
        #[derive(Deserialize)]
        struct File {
            faults: Vec<FaultSpec>,
        }
        let text = r#"
            [[faults]]
            endpoints = ["eu-west-1"]
            probability = 0.25
            fault = { kind = "reset" }
            [[faults]]
            endpoints = ["*"]
            fault = { kind = "clock-offset", seconds = -90 }
            [[faults]]
            endpoints = ["*"]
            fault = { kind = "close-after", requests = 3 }
            [[faults]]
            endpoints = ["eu-west-1"]
            fault = { kind = "freeze", every_ms = 10000, length_ms = 1000 }
        "#;
        let file: File = toml::from_str(text).expect("the documented form");
        let faults = Faults::of("eu-west-1", &file.faults);
        assert_eq!(faults.clock_offset_seconds, -90);
        assert_eq!(
            faults.close_after,
            Some(CloseAfter {
                requests: 3,
                silently_after: None
            })
        );
        assert!(faults.freeze.is_some() && Faults::of("global", &file.faults).freeze.is_none());
        let mut draws = stream(3, "eu-west-1");
        let affected = (0..10_000)
            .filter(|_| faults.draw(&mut draws) == Some(&InjectedFault::Reset {}))
            .count();
        assert!((2_300..2_700).contains(&affected), "{affected} of 10,000");
        assert_eq!(Faults::of("global", &file.faults).draw(&mut draws), None);
    }

    #[test]
    fn slow_handshakes_strike_handshakes_and_no_requests() {
        let slow = FaultSpec {
            endpoints: vec!["*".into()],
            probability: 0.5,
            fault: InjectedFault::SlowHandshake { extra_ms: 70 },
        };
        let faults = Faults::of("global", &[slow]);
        let mut draws = stream(5, "global");
        assert_eq!(faults.draw(&mut draws), None);
        let delays: Vec<Duration> = (0..1_000)
            .map(|_| faults.handshake_delay(&mut draws))
            .collect();
        let affected = delays
            .iter()
            .filter(|delay| **delay == Duration::from_millis(70))
            .count();
        assert!((400..600).contains(&affected), "{affected} of 1,000");
        assert!(
            delays
                .iter()
                .all(|delay| delay.is_zero() || *delay == Duration::from_millis(70))
        );
    }

    #[test]
    fn impossible_faults_are_complained_about() {
        let spec = |probability, fault| FaultSpec {
            endpoints: vec!["*".into()],
            probability,
            fault,
        };
        for bad in [
            spec(1.5, InjectedFault::Reset {}),
            spec(f64::NAN, InjectedFault::Reset {}),
            spec(1.0, InjectedFault::ServerError { status: 502 }),
            spec(
                1.0,
                InjectedFault::Status {
                    status: 99,
                    location: None,
                    body: String::new(),
                },
            ),
            spec(
                1.0,
                InjectedFault::Status {
                    status: 302,
                    location: Some("a\r\nb".into()),
                    body: String::new(),
                },
            ),
            spec(
                1.0,
                InjectedFault::CloseAfter {
                    requests: 0,
                    silently_after_ms: None,
                },
            ),
            spec(
                1.0,
                InjectedFault::Freeze {
                    after_ms: 0,
                    every_ms: 10,
                    length_ms: 10,
                },
            ),
            spec(
                1.0,
                InjectedFault::Freeze {
                    after_ms: 0,
                    every_ms: 10,
                    length_ms: 0,
                },
            ),
            spec(
                1.0,
                InjectedFault::Freeze {
                    after_ms: 0,
                    every_ms: u64::MAX,
                    length_ms: 1,
                },
            ),
        ] {
            assert!(bad.complaint().is_some(), "{bad:?}");
        }
        for endpoints in [&[][..], &["global", "global"], &["*", "global"]] {
            let bad = FaultSpec {
                endpoints: endpoints.iter().map(|&name| name.into()).collect(),
                ..spec(1.0, InjectedFault::Stall {})
            };
            assert!(bad.complaint().is_some(), "{bad:?}");
        }
        for whole in [
            InjectedFault::ClockOffset { seconds: 1 },
            InjectedFault::CloseAfter {
                requests: 1,
                silently_after_ms: None,
            },
            InjectedFault::Freeze {
                after_ms: 0,
                every_ms: 10,
                length_ms: 1,
            },
        ] {
            assert_eq!(spec(1.0, whole.clone()).complaint(), None);
            let complaint = spec(0.5, whole).complaint();
            assert!(complaint.is_some_and(|rule| rule.contains("as a whole")));
        }
        assert_eq!(spec(1.0, InjectedFault::Stall {}).complaint(), None);
    }
}
