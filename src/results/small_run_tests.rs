//! A small run, its samples and its certificate, for the tests of this module.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use sts_model::Remote;

use crate::plan::{ConnectionMode, Plan, TargetId};
use crate::record::Recorder;
use crate::sample::{
    Arrival, Exchange, FailureKind, Lookup, Outcome, Phase, Phases, Sample, Stage, Timing,
};

use super::{
    Certificate, Check, CheckVerdict, Completion, Conditions, Header, Host, Item, ItemVerdict,
    Measured, Notice, Reach, Redaction, Run, SCHEMA_VERSION, Subject, Tool, Vantage,
};

const SECOND_NS: u64 = 1_000_000_000;

/// One endpoint, one operation, cold and warm, four blocks.
pub(super) fn plan() -> Plan {
    let endpoint = json!({
        "name": "eu-central-1", "origin": "https://sts.eu-central-1.amazonaws.com", "partition": "aws",
        "region": "eu-central-1", "signing_region": "eu-central-1", "scope": "regional",
    });
    let target = |connection: &str| json!({"endpoint": endpoint, "call": {"operation": "get-caller-identity"}, "connection": connection});
    serde_json::from_value(json!({
        "targets": [target("cold"), target("warm")],
        "load": {"shape": "audit", "rounds": 16, "round_ns": SECOND_NS},
        "warmup_rounds": 2, "blocks": 4, "connections_per_target": 2,
        "deadlines": {
            "dns_ns": SECOND_NS, "connect_ns": SECOND_NS, "tls_ns": SECOND_NS, "first_byte_ns": SECOND_NS, "total_ns": SECOND_NS,
        },
        "rate_per_endpoint": 0.1, "max_requests": 100, "seed": 7, "client": "hyper",
    }))
    .expect("a plan")
}

/// A sample of that plan; every fifth one failed, every seventh is a fault.
pub(crate) fn sample(sequence: u32) -> Sample {
    let mut phases = Phases::default();
    phases.set(Phase::Send, Duration::from_micros(20));
    phases.set(Phase::Wait, Duration::from_millis(5));
    phases.set(Phase::Receive, Duration::from_micros(1));
    let outcome = match sequence {
        n if n % 5 == 4 => Outcome::named("failure", "tcp.reset.pre_header", Some(Phase::Wait)),
        n if n % 7 == 6 => Outcome::named("fault", "aws.Throttling", None),
        _ => Outcome::named("success", "", None),
    };
    Sample {
        arrival: Arrival {
            target: TargetId((sequence % 2) as u16),
            sequence: sequence.into(),
            round: Some(sequence),
            block: (sequence / 4 % 4) as u16,
            stage: if sequence < 2 {
                Stage::Warmup
            } else {
                Stage::Measured
            },
            intended: Duration::from_secs(sequence.into()),
        },
        timing: Timing {
            sent: Duration::from_secs(sequence.into()) + Duration::from_micros(1),
            queued: Duration::ZERO,
            signing: Duration::from_micros(30),
            phases,
            client_overhead: (sequence % 2 == 1).then(|| Duration::from_micros(40)),
        },
        exchange: Exchange {
            http_status: Some(200),
            remote: Some(([127, 0, 0, 1], 443).into()),
            lookup: (sequence % 2 == 1).then_some(Lookup {
                addresses: 2,
                ttl_seconds: Some(60),
            }),
            served_by: Remote::new("eu-central-1"),
            origin: (sequence % 3 == 1)
                .then(|| Remote::new("us-east-1"))
                .flatten(),
            request_id: Remote::new(&format!("{sequence}f-request")),
            bytes_received: 459,
            ..Exchange::new(ConnectionMode::Warm, outcome.expect("names that fit"))
        },
    }
}

/// Any sample that the plan can give.
pub(super) fn any_sample() -> impl Strategy<Value = Sample> {
    let time = || any::<u64>().prop_map(Duration::from_nanos);
    let outcome = prop_oneof![
        Just(Outcome::named("success", "", None)),
        "[A-Za-z0-9.]{0,64}".prop_map(|code| Outcome::named("fault", &format!("aws.{code}"), None)),
        (0..Phase::ALL.len(), prop::sample::select(FailureKind::ALL)).prop_map(|(phase, kind)| {
            Outcome::named("failure", kind.as_str(), Some(Phase::ALL[phase]))
        }),
    ];
    let place = (
        0..2_u16,
        any::<u64>(),
        any::<Option<u32>>(),
        0..4_u16,
        any::<bool>(),
    );
    let times = (
        time(),
        time(),
        time(),
        prop::array::uniform6(prop::option::of(time())),
        prop::option::of(time()),
    );
    let answer = (
        any::<Option<u16>>(),
        any::<Option<([u8; 16], u16)>>(),
        prop::option::of("[a-z0-9-]{1,32}"),
        prop::option::of("[0-9A-Za-z-]{1,64}"),
        any::<u64>(),
        any::<Option<(u16, Option<u32>)>>(),
        prop::option::of("[a-z0-9-]{1,32}"),
    );
    (place, times, outcome, 0..3_usize, answer).prop_map(
        |(place, times, outcome, connection, answer)| {
            let mut phases = Phases::default();
            for (phase, time) in Phase::ALL.into_iter().zip(times.3) {
                if let Some(time) = time {
                    phases.set(phase, time);
                }
            }
            Sample {
                arrival: Arrival {
                    target: TargetId(place.0),
                    sequence: place.1,
                    round: place.2,
                    block: place.3,
                    stage: if place.4 {
                        Stage::Warmup
                    } else {
                        Stage::Measured
                    },
                    intended: times.0,
                },
                timing: Timing {
                    sent: times.1,
                    queued: times.2 / 3,
                    signing: times.2,
                    phases,
                    client_overhead: times.4,
                },
                exchange: Exchange {
                    connection: ConnectionMode::ALL[connection],
                    outcome: outcome.expect("names that fit"),
                    http_status: answer.0,
                    remote: answer.1.map(Into::into),
                    lookup: answer.5.map(|(addresses, ttl_seconds)| Lookup {
                        addresses,
                        ttl_seconds,
                    }),
                    served_by: answer.2.as_deref().and_then(Remote::new),
                    origin: answer.6.as_deref().and_then(Remote::new),
                    request_id: answer.3.as_deref().and_then(Remote::new),
                    bytes_received: answer.4,
                },
            }
        },
    )
}

/// A check with something else about it.
pub(super) fn check(change: impl FnOnce(&mut Check)) -> Check {
    let mut check = Check {
        name: "stalls".into(),
        rule: Some("V3".into()),
        verdict: CheckVerdict::Warn,
        formula: "calls touched / calls".into(),
        statistic: Some(0.25),
        threshold: "0.05".into(),
        text: "a quarter of the calls".into(),
        finding: None,
        reach: Reach::default(),
    };
    change(&mut check);
    check
}

/// A run before its first request.
pub(super) fn header() -> Run {
    Run {
        header: Header {
            schema_version: SCHEMA_VERSION,
            run_id: "20261122-120000-0123abcd".into(),
            tool: Tool {
                name: "stsbench".into(),
                version: "0.1.0".into(),
            },
            vantage: Vantage {
                name: "here".into(),
                name_source: None,
                local_region: None,
                observed: Vec::new(),
                simulation: None,
            },
            caller: None,
            started_at: "2026-11-22T12:00:00Z".into(),
            redaction: Redaction::None,
        },
        plan: plan(),
        measured: Measured {
            completion: Completion::Complete,
            ..Measured::nothing_yet()
        },
        conditions: Conditions {
            measuring_cpu_ratio: Some(0.1 + 0.2),
            spin_cpu_ratio: Some(0.01),
            certificate: Some(certificate(ItemVerdict::Warn)),
            ..Conditions::default()
        },
        checks: vec![check(|_| {})],
        notices: vec![Notice {
            at_ns: 0,
            text: "a notice from before".into(),
        }],
    }
}

/// The run that these samples make, in this order.
pub(crate) fn run(samples: &[Sample]) -> Run {
    let mut recorder = Recorder::new(&plan());
    samples.iter().for_each(|sample| recorder.record(sample));
    let (series, signing) = recorder.finish();
    let end = samples
        .iter()
        .map(|sample| sample.timing.sent + sample.service_time())
        .max()
        .unwrap_or_default();
    let mut run = header();
    run.measured.series = series;
    run.measured.signing = signing;
    run.measured.elapsed_ns = end.as_nanos() as u64;
    run
}

/// A certificate whose gravest verdict is that one.
pub(crate) fn certificate(verdict: ItemVerdict) -> Certificate {
    let item = |name: &str, verdict| Item {
        name: name.into(),
        verdict,
        subject: Subject::Host,
        times_ns: [("p50".into(), -20), ("p99".into(), 4_000)].into(),
        numbers: [("share".into(), 0.1 + 0.2)].into(),
        threshold: "p99 at most 50 µs".into(),
        text: "p99 4.00 µs".into(),
    };
    Certificate {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "stsbench".into(),
            version: "0.1.0".into(),
        },
        host: Host {
            name: "here".into(),
            kernel: "Linux 6.18".into(),
            cpu: "a processor".into(),
            cores: 2,
        },
        measured_at: "2026-11-22T12:00:00Z".into(),
        link: "bytes".into(),
        items: vec![
            item("sleep-overshoot", ItemVerdict::Pass),
            item("stamp-error", verdict),
        ],
    }
}
