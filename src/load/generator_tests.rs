//! The generator with a fake transport under a paused clock: whole runs in milliseconds.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use tokio::sync::watch;

use super::epoch::Epoch;
use super::event::{Ended, LoadEvent, Stop};
use super::generator::Generator;
use super::precise_sleep::PreciseSleeper;
use crate::credentials::{FoundCredentials, Keyring, Secret};
use crate::plan::{ConnectionMode, Draft, Plan, Service, Target};
use crate::sample::{Outcome, Phase, Phases, Sample, Stage};
use crate::sign::{SignedRequest, Signer};
use crate::transport::{Connection, Response, TimedExchange, Transport};
use sts_model::Catalog;
use sts_model::Operation;

/// Answers after a time that depends on the endpoint; one endpoint can hang, one can make the worker panic.
#[derive(Clone)]
struct Fake {
    answer_after: fn(&str) -> Duration,
}

struct FakeConnection {
    after: Duration,
    open: bool,
    connection: ConnectionMode,
    name: String,
}

impl Transport for Fake {
    type Connection = FakeConnection;

    fn connection(&self, target: &Target) -> FakeConnection {
        let name = target.endpoint.name.clone();
        FakeConnection {
            after: (self.answer_after)(&name),
            open: false,
            connection: target.connection,
            name,
        }
    }
}

impl Connection for FakeConnection {
    async fn exchange(&mut self, _: Rc<SignedRequest>) -> TimedExchange {
        let began = Epoch::now();
        assert!(self.name != "sa-east-1", "a worker that breaks");
        tokio::time::sleep(self.after).await;
        let mut phases = Phases::default();
        phases.set(Phase::Wait, Epoch::now() - began);
        let connection = match self.connection {
            ConnectionMode::Warm if !self.open => ConnectionMode::Cold,
            other => other,
        };
        self.open = true;
        let body =
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn>\
            <UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
        let (status, body) = if self.name == "eu-west-3" {
            (
                400,
                b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>".to_vec(),
            )
        } else {
            (200, body.to_vec())
        };
        let response = Response {
            status,
            request_id: sts_model::Remote::new("7a62c49f"),
            served_by: None,
            date: None,
            retry_after_seconds: None,
            closes: false,
            body: body.into(),
        };
        TimedExchange {
            began,
            phases,
            connection,
            remote: None,
            lookup: None,
            status: Some(status),
            client_overhead: None,
            held: Duration::ZERO,
            response: Ok(response),
        }
    }

    fn hold_until(&mut self, _: std::time::Instant) {}

    fn is_open(&self) -> bool {
        self.open
    }

    fn close(&mut self) {
        self.open = false;
    }
}

fn draft(endpoints: &str) -> Draft {
    Draft {
        endpoints: Catalog::default()
            .select(&endpoints.parse().expect("parses"))
            .expect("selects"),
        operations: vec![Operation::GetCallerIdentity],
        connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
        rounds: Some(32),
        service: Service::Simulated,
        ..Draft::default()
    }
}

struct Seen {
    plan: Arc<Plan>,
    ended: Ended,
    samples: Vec<Sample>,
    withheld: usize,
    noticed: Vec<String>,
}

/// Carries the draft out in simulated time; `stop_after` pulls the plug.
fn carry_out(
    draft: Draft,
    answer_after: fn(&str) -> Duration,
    stop_after: Option<Duration>,
) -> Seen {
    let plan = Arc::new(draft.plan().expect("valid"));
    let secret = |text: &str| Secret::new(text.to_owned());
    let found = FoundCredentials {
        access_key_id: secret("AKIAIOSFODNN7EXAMPLE"),
        secret_access_key: secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: None,
        source: "test".to_owned(),
        expires: None,
    };
    let signer = Signer::new(Keyring::new(found), "test".to_owned());
    let (events, received) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let local = tokio::task::LocalSet::new();
    let ended = local.block_on(&runtime, async {
        let (pull, stop) = watch::channel(Stop::AtEnd);
        if let Some(after) = stop_after {
            tokio::task::spawn_local(async move {
                tokio::time::sleep(after).await;
                pull.send_replace(Stop::Now);
            });
        } else {
            std::mem::forget(pull);
        }
        let transport = Fake { answer_after };
        let epoch = Epoch::start();
        Generator::new(
            Arc::clone(&plan),
            transport,
            signer,
            epoch,
            PreciseSleeper::of_runtime(),
            events,
        )
        .run(stop)
        .await
    });
    sort(plan, ended, received)
}

fn sort(plan: Arc<Plan>, ended: Ended, received: Receiver<Vec<LoadEvent>>) -> Seen {
    let mut seen = Seen {
        plan,
        ended,
        samples: Vec::new(),
        withheld: 0,
        noticed: Vec::new(),
    };
    for event in received.into_iter().flatten() {
        match event {
            LoadEvent::Sample(sample) => seen.samples.push(sample),
            LoadEvent::Withheld { .. } => seen.withheld += 1,
            LoadEvent::Noticed { endpoint, text, .. } => {
                seen.noticed.push(format!("{endpoint}: {text}"));
            }
        }
    }
    let distinct: HashSet<_> = seen.samples.iter().map(|s| s.arrival.sequence).collect();
    assert_eq!(distinct.len(), seen.samples.len(), "one sample per call");
    seen
}

fn twenty(_: &str) -> Duration {
    Duration::from_millis(20)
}

#[test]
fn every_planned_call_becomes_one_sample_and_warm_connections_are_warm() {
    let seen = carry_out(draft("global,eu-west-1"), twenty, None);
    assert_eq!(seen.samples.len() as u64, seen.plan.planned_requests());
    assert_eq!(seen.ended.by, Stop::AtEnd);
    for sample in seen
        .samples
        .iter()
        .filter(|s| s.arrival.stage == Stage::Measured)
    {
        assert_eq!(
            sample.exchange.connection,
            seen.plan.target(sample.arrival.target).connection
        );
        assert_eq!(
            sample.service_time().as_millis() / 2,
            10,
            "20 ms, to the timer's 1 ms"
        );
    }
}

#[test]
fn an_endpoint_that_hangs_delays_no_other() {
    let hangs = |name: &str| {
        if name == "eu-west-1" {
            Duration::from_secs(14)
        } else {
            Duration::from_millis(20)
        }
    };
    let seen = carry_out(draft("global,eu-west-1,eu-west-2"), hangs, None);
    assert_eq!(seen.samples.len() as u64, seen.plan.planned_requests());
    for sample in &seen.samples {
        let target = seen.plan.target(sample.arrival.target);
        if target.endpoint.name != "eu-west-1" {
            assert!(
                sample.lateness() < Duration::from_millis(5),
                "{:?}",
                sample.lateness()
            );
        }
    }
}

#[test]
fn fault_39_an_interrupted_run_makes_no_more_calls_and_keeps_those_under_way() {
    let seen = carry_out(
        draft("global,eu-west-1"),
        twenty,
        Some(Duration::from_secs(3)),
    );
    assert_eq!(seen.ended.by, Stop::Now);
    let planned = seen.plan.planned_requests();
    assert!((1..planned).contains(&(seen.samples.len() as u64)));
    assert!(
        seen.samples
            .iter()
            .all(|s| s.exchange.outcome == Outcome::Success
                && s.arrival.intended <= Duration::from_secs(3))
    );
    assert!(
        seen.ended.elapsed < Duration::from_secs(4),
        "{:?}",
        seen.ended.elapsed
    );
}

#[test]
fn calls_that_never_end_are_delivered_as_abandoned() {
    let never = |_: &str| Duration::from_secs(1_000_000);
    let seen = carry_out(draft("global"), never, Some(Duration::from_secs(1)));
    assert!(!seen.samples.is_empty());
    assert!(
        seen.samples
            .iter()
            .all(|s| s.exchange.outcome.code() == "client.abandoned")
    );
}

#[test]
fn fault_58_a_panic_in_a_worker_loses_no_sample() {
    let seen = carry_out(draft("global,sa-east-1"), twenty, None);
    assert_eq!(seen.samples.len() as u64, seen.plan.planned_requests());
    let broken = seen
        .samples
        .iter()
        .filter(|s| s.exchange.outcome.code() == "client.request")
        .count();
    assert_eq!(broken * 2, seen.samples.len());
}

#[test]
fn fault_24_a_throttled_endpoint_slows_down_is_reported_and_the_books_balance() {
    let seen = carry_out(draft("global,eu-west-3"), twenty, None);
    assert_eq!(
        (seen.samples.len() + seen.withheld) as u64,
        seen.plan.planned_requests()
    );
    assert!(seen.withheld > 0);
    assert!(
        seen.noticed.iter().all(|n| n.starts_with("eu-west-3")) && seen.noticed.len() > 1,
        "{:?}",
        seen.noticed
    );
}

#[test]
fn a_twin_of_a_throttled_endpoint_is_left_alone_with_it() {
    let seen = carry_out(
        Draft {
            twin: Some("eu-west-3".to_owned()),
            ..draft("global,eu-west-3")
        },
        twenty,
        None,
    );
    assert_eq!(
        (seen.samples.len() + seen.withheld) as u64,
        seen.plan.planned_requests()
    );
    let made = |name: &str| {
        seen.samples
            .iter()
            .filter(|s| seen.plan.target(s.arrival.target).endpoint.name == name)
            .count()
    };
    assert!(
        made("eu-west-3-twin") < made("global"),
        "its own answers are good, but they come from the same service"
    );
}

#[test]
fn a_closed_load_keeps_its_number_of_calls_under_way() {
    let closed = Draft {
        rounds: None,
        concurrency: Some(4),
        duration: Some(Duration::from_secs(2)),
        warmup_rounds: Some(1),
        ..draft("global,eu-west-1")
    };
    let seen = carry_out(closed, twenty, None);
    let measured = seen
        .samples
        .iter()
        .filter(|s| s.arrival.stage == Stage::Measured)
        .count();
    // 4 under way, 20 to 21 ms each by the timer's rounding, for 2 s.
    assert!((370..=404).contains(&measured), "{measured}");
}

#[test]
fn a_closed_load_keeps_to_the_rate_of_each_endpoint() {
    let polite = Draft {
        rounds: None,
        concurrency: Some(8),
        duration: Some(Duration::from_secs(10)),
        service: Service::Shared,
        ..draft("global,eu-west-1")
    };
    let seen = carry_out(polite, twenty, None);
    // 2 endpoints × 10/s × 10 s and the warm-up before them.
    assert!(
        (150..=215).contains(&seen.samples.len()),
        "{}",
        seen.samples.len()
    );
}
