//! Latency laws: how long one endpoint takes over its requests, where that differs from the rest of the emulator or changes.
//!
//! `constant` and `log-normal` replace the emulator's service time, the last that concerns a request; `spikes`, `steps` and `drift`
//! add to it, all of them together. Steps and drift count from the endpoint's first request. Pure but for that moment: time
//! and chance are arguments.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use sts_model::Operation;

use crate::iam::repeated::is_repeated;
use crate::service::faults::listed_once;
use crate::service::service_time::{LONGEST_MS, ServiceTime};

/// A law at some endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencySpec {
    /// Names of the endpoints; `*` is every one.
    pub endpoints: Vec<String>,
    /// The operations that it holds for; none named is every one.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// The law.
    pub law: LatencyLaw,
}

/// How a time comes about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LatencyLaw {
    /// Always the same.
    Constant {
        /// Unit: milliseconds, 0–60,000.
        ms: f64,
    },
    /// As [`ServiceTime`].
    LogNormal {
        /// Unit: milliseconds, 0–60,000.
        median_ms: f64,
        /// 0–3.
        sigma: f64,
    },
    /// Some requests take much longer.
    Spikes {
        /// How likely a request is one of them, 0–1.
        probability: f64,
        /// How much longer. Unit: milliseconds, 0–60,000.
        extra_ms: f64,
    },
    /// From certain moments on everything takes longer; the step that began last holds.
    Steps {
        /// In the order of their moments, at least one.
        steps: Vec<Step>,
    },
    /// Everything takes longer and longer, or shorter and shorter.
    Drift {
        /// Unit: milliseconds for each minute, -60,000–60,000. No time becomes shorter than nothing.
        ms_per_minute: f64,
    },
}

/// A change at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, from the endpoint's first request. Unit: milliseconds, up to a day.
    pub after_ms: u64,
    /// How much longer requests take from then on. Unit: milliseconds, 0–60,000.
    pub extra_ms: f64,
}

impl LatencyLaw {
    /// The kind's name, as in the spec.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Constant { .. } => "constant",
            Self::LogNormal { .. } => "log-normal",
            Self::Spikes { .. } => "spikes",
            Self::Steps { .. } => "steps",
            Self::Drift { .. } => "drift",
        }
    }

    /// The service time that it replaces the emulator's with, if it does.
    fn base(&self) -> Option<ServiceTime> {
        match *self {
            Self::Constant { ms } => Some(ServiceTime {
                median_ms: ms,
                sigma: 0.0,
            }),
            Self::LogNormal { median_ms, sigma } => Some(ServiceTime { median_ms, sigma }),
            Self::Spikes { .. } | Self::Steps { .. } | Self::Drift { .. } => None,
        }
    }

    /// Whether it adds to a service time instead of being one.
    pub(crate) fn disturbs(&self) -> bool {
        self.base().is_none()
    }

    /// What it adds at `elapsed` after the endpoint's first request. Unit: milliseconds.
    fn extra_ms(&self, elapsed: Duration, stream: &mut Xoshiro256PlusPlus) -> f64 {
        match self {
            Self::Constant { .. } | Self::LogNormal { .. } => 0.0,
            Self::Spikes {
                probability,
                extra_ms,
            } => {
                if stream.random::<f64>() < *probability {
                    *extra_ms
                } else {
                    0.0
                }
            }
            Self::Steps { steps } => {
                let begun = |step: &&Step| Duration::from_millis(step.after_ms) <= elapsed;
                steps
                    .iter()
                    .take_while(begun)
                    .last()
                    .map_or(0.0, |step| step.extra_ms)
            }
            Self::Drift { ms_per_minute } => ms_per_minute * elapsed.as_secs_f64() / 60.0,
        }
    }
}

impl LatencySpec {
    /// What is wrong with the numbers, if anything.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        let time_ok = |ms: f64| (0.0..=60_000.0).contains(&ms);
        if let Some(complaint) = listed_once(&self.endpoints) {
            return Some(complaint);
        }
        if is_repeated(&self.operations) {
            return Some("operations must name each once");
        }
        match &self.law {
            LatencyLaw::Constant { ms } if !time_ok(*ms) => Some("ms must be 0 to 60000"),
            LatencyLaw::LogNormal { median_ms, sigma } => ServiceTime {
                median_ms: *median_ms,
                sigma: *sigma,
            }
            .complaint(),
            LatencyLaw::Spikes { probability, .. } if !(0.0..=1.0).contains(probability) => {
                Some("probability must be 0 to 1")
            }
            LatencyLaw::Spikes { extra_ms, .. } if !time_ok(*extra_ms) => {
                Some("extra_ms must be 0 to 60000")
            }
            LatencyLaw::Steps { steps } if steps.is_empty() => Some("steps must be one or more"),
            LatencyLaw::Steps { steps } if !steps.is_sorted_by(|a, b| a.after_ms < b.after_ms) => {
                Some("steps must be in the order of after_ms")
            }
            LatencyLaw::Steps { steps } if steps.iter().any(|step| step.after_ms > 86_400_000) => {
                Some("after_ms must be 86400000 or less")
            }
            LatencyLaw::Steps { steps } if !steps.iter().all(|step| time_ok(step.extra_ms)) => {
                Some("extra_ms must be 0 to 60000")
            }
            LatencyLaw::Drift { ms_per_minute }
                if !(-60_000.0..=60_000.0).contains(ms_per_minute) =>
            {
                Some("ms_per_minute must be -60000 to 60000")
            }
            _ => None,
        }
    }

    /// Whether it holds at `endpoint`, for whatever operation.
    pub(crate) fn concerns(&self, endpoint: &str) -> bool {
        self.endpoints
            .iter()
            .any(|name| name == "*" || name == endpoint)
    }

    fn holds_for(&self, operation: Operation) -> bool {
        self.operations.is_empty() || self.operations.contains(&operation)
    }
}

/// The service time of `operation` that `specs` put in the place of `emulators` at `endpoint`.
pub(crate) fn base(
    specs: &[LatencySpec],
    endpoint: &str,
    operation: Operation,
    of_all: ServiceTime,
) -> ServiceTime {
    let here = specs
        .iter()
        .filter(|spec| spec.concerns(endpoint) && spec.holds_for(operation));
    here.rev()
        .find_map(|spec| spec.law.base())
        .unwrap_or(of_all)
}

/// The laws of one endpoint that add to its service times.
#[derive(Debug, Default)]
pub(crate) struct Disturbances {
    laws: Vec<LatencySpec>,
    first_request: OnceLock<Instant>,
}

impl Disturbances {
    /// Those of `specs` that hold at `endpoint`.
    pub(crate) fn of(endpoint: &str, specs: &[LatencySpec]) -> Self {
        let here = specs
            .iter()
            .filter(|spec| spec.concerns(endpoint) && spec.law.disturbs());
        Self {
            laws: here.cloned().collect(),
            first_request: OnceLock::new(),
        }
    }

    /// `time`, as they disturb it, of a request that came at `received`. Without laws nothing is drawn, so that other draws
    /// stay the same.
    pub(crate) fn disturb(
        &self,
        time: Duration,
        operation: Operation,
        received: Instant,
        stream: &mut Xoshiro256PlusPlus,
    ) -> Duration {
        if self.laws.is_empty() {
            return time;
        }
        let elapsed =
            received.saturating_duration_since(*self.first_request.get_or_init(|| received));
        let laws = self.laws.iter().filter(|spec| spec.holds_for(operation));
        let extra: f64 = laws.map(|spec| spec.law.extra_ms(elapsed, stream)).sum();
        Duration::from_secs_f64((time.as_secs_f64() * 1e3 + extra).clamp(0.0, LONGEST_MS) / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::service::service_time::stream;

    const TOML: &str = r#"
        [[latency]]
        endpoints = ["eu-west-1"]
        law = { kind = "constant", ms = 10 }
        [[latency]]
        endpoints = ["*"]
        operations = ["get-session-token"]
        law = { kind = "log-normal", median_ms = 20, sigma = 0.5 }
        [[latency]]
        endpoints = ["eu-west-1"]
        law = { kind = "steps", steps = [{ after_ms = 1000, extra_ms = 50 }, { after_ms = 2000, extra_ms = 5 }] }
        [[latency]]
        endpoints = ["eu-west-1"]
        operations = ["get-caller-identity"]
        law = { kind = "drift", ms_per_minute = -600 }
        [[latency]]
        endpoints = ["global"]
        law = { kind = "spikes", probability = 0.1, extra_ms = 200 }
    "#;

    fn specs() -> Vec<LatencySpec> {
        #[derive(Deserialize)]
        struct File {
            latency: Vec<LatencySpec>,
        }
        toml::from_str::<File>(TOML)
            .expect("the documented form")
            .latency
    }

    #[test]
    fn the_last_law_that_is_a_service_time_replaces_the_emulators() {
        let of_all = ServiceTime {
            median_ms: 4.0,
            sigma: 0.25,
        };
        let at = |endpoint, operation| base(&specs(), endpoint, operation, of_all);
        let (identity, session) = (Operation::GetCallerIdentity, Operation::GetSessionToken);
        assert_eq!(
            at("eu-west-1", identity),
            ServiceTime {
                median_ms: 10.0,
                sigma: 0.0
            }
        );
        assert_eq!(
            at("eu-west-1", session),
            ServiceTime {
                median_ms: 20.0,
                sigma: 0.5
            }
        );
        assert_eq!(at("global", identity), of_all);
    }

    #[test]
    fn steps_and_drift_count_from_the_first_request_and_no_time_is_negative() {
        let laws = Disturbances::of("eu-west-1", &specs());
        let mut draws = stream(1, "eu-west-1");
        let (start, ms) = (clock::monotonic(), Duration::from_millis);
        let mut at =
            |after, operation| laws.disturb(ms(10), operation, start + ms(after), &mut draws);
        let (identity, session) = (Operation::GetCallerIdentity, Operation::GetSessionToken);
        for (after, expected) in [
            (0, 10),
            (999, 10),
            (1_000, 60),
            (1_999, 60),
            (2_000, 15),
            (86_400_000, 15),
        ] {
            assert_eq!(at(after, session), ms(expected), "after {after} ms");
        }
        // Drift takes ten milliseconds a second away.
        for (after, expected) in [(500, 5), (1_000, 50), (2_000, 0), (60_000, 0)] {
            assert_eq!(at(after, identity), ms(expected), "after {after} ms");
        }
    }

    #[test]
    fn spikes_are_as_frequent_as_they_say_and_elsewhere_nothing_is_drawn() {
        let laws = Disturbances::of("global", &specs());
        let mut draws = stream(9, "global");
        let (now, base) = (clock::monotonic(), Duration::from_millis(3));
        let times: Vec<Duration> = (0..10_000)
            .map(|_| laws.disturb(base, Operation::GetCallerIdentity, now, &mut draws))
            .collect();
        let spikes = times
            .iter()
            .filter(|time| **time == Duration::from_millis(203))
            .count();
        assert!((900..1_100).contains(&spikes), "{spikes} of 10,000");
        assert!(
            times
                .iter()
                .all(|time| [base, Duration::from_millis(203)].contains(time))
        );

        let none = Disturbances::of("eu-central-1", &specs());
        let (mut drawn, mut untouched) = (stream(9, "x"), stream(9, "x"));
        assert_eq!(
            none.disturb(base, Operation::GetCallerIdentity, now, &mut drawn),
            base
        );
        assert_eq!(drawn.random::<u64>(), untouched.random::<u64>());
    }

    #[test]
    fn impossible_laws_are_complained_about() {
        let step = |after_ms, extra_ms| Step { after_ms, extra_ms };
        for law in [
            LatencyLaw::Constant { ms: -1.0 },
            LatencyLaw::Constant { ms: f64::NAN },
            LatencyLaw::LogNormal {
                median_ms: 1.0,
                sigma: 4.0,
            },
            LatencyLaw::Spikes {
                probability: 1.1,
                extra_ms: 1.0,
            },
            LatencyLaw::Spikes {
                probability: 0.1,
                extra_ms: 60_001.0,
            },
            LatencyLaw::Steps { steps: vec![] },
            LatencyLaw::Steps {
                steps: vec![step(2, 1.0), step(1, 1.0)],
            },
            LatencyLaw::Steps {
                steps: vec![step(u64::MAX, 1.0)],
            },
            LatencyLaw::Steps {
                steps: vec![step(1, f64::INFINITY)],
            },
            LatencyLaw::Drift {
                ms_per_minute: f64::NAN,
            },
        ] {
            let spec = LatencySpec {
                endpoints: vec!["*".into()],
                operations: vec![],
                law,
            };
            assert!(spec.complaint().is_some(), "{spec:?}");
        }
        assert!(specs().iter().all(|spec| spec.complaint().is_none()));
    }
}
