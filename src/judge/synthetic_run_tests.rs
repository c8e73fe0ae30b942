//! Synthetic runs for the tests of everything that reads a run: no clock, no network, the same bytes every time.

use std::time::Duration;

use crate::health::{Clocks, Health, HostShare, Processor, Stalls};
use crate::plan::{ConnectionMode, Draft, Judging, Load, Plan, Target, TargetId};
use crate::record::Recorder;
use crate::results::{
    Caller, Completion, Conditions, Header, Measured, Notice, Redaction, Run, SCHEMA_VERSION,
    Simulation, Tool, Vantage,
};
use crate::sample::{
    Arrival, Exchange, Failure, FailureKind, Outcome, Phase, Phases, Sample, Stage, Timing,
};
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use sts_model::Catalog;
use sts_model::{FaultCode, Operation, Remote};

use super::{Summary, summarise};

/// How one synthetic call ends.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The service time.
    time: Duration,
    outcome: Outcome,
    /// Actual minus intended send.
    lateness: Duration,
    /// Wait for a busy connection.
    queued: Duration,
    /// The kind of connection that was found; `None` is the target's own.
    found: Option<ConnectionMode>,
    /// What the program's own clock would have added; `None` was timed by that clock.
    client_overhead: Option<Duration>,
}

impl Reply {
    /// Sent that much later than intended.
    pub(crate) fn late(self, lateness: Duration) -> Self {
        Self { lateness, ..self }
    }

    /// Timed by the program's own clock.
    pub(crate) fn unstamped(self) -> Self {
        Self {
            client_overhead: None,
            ..self
        }
    }

    /// After that wait for a busy connection.
    pub(crate) fn queued(self, queued: Duration) -> Self {
        Self { queued, ..self }
    }

    /// Over that kind of connection, whatever the target wanted.
    pub(crate) fn over(self, connection: ConnectionMode) -> Self {
        Self {
            found: Some(connection),
            ..self
        }
    }
}

/// A success after so many milliseconds.
pub(crate) fn answer(milliseconds: u64) -> Reply {
    answer_after(Duration::from_millis(milliseconds))
}

/// A success after that time.
pub(crate) fn answer_after(time: Duration) -> Reply {
    Reply {
        client_overhead: Some(Duration::from_micros(40)),
        ..reply(time, Outcome::Success)
    }
}

/// A connection that was refused.
pub(crate) fn refused() -> Reply {
    failed(FailureKind::TcpRefused)
}

/// A call that failed so.
pub(crate) fn failed(kind: FailureKind) -> Reply {
    let phase = Phase::Connect;
    let outcome = Outcome::Failure(Failure { phase, kind });
    reply(Duration::from_micros(80), outcome)
}

/// A call that STS denied.
pub(crate) fn denied() -> Reply {
    reply(
        Duration::from_millis(5),
        Outcome::Fault(FaultCode::AccessDenied),
    )
}

/// A call whose key STS did not take any more.
pub(crate) fn expired() -> Reply {
    reply(
        Duration::from_millis(5),
        Outcome::Fault(FaultCode::ExpiredToken),
    )
}

/// A call that STS throttled.
pub(crate) fn throttled() -> Reply {
    reply(
        Duration::from_millis(5),
        Outcome::Fault(FaultCode::Throttling),
    )
}

fn reply(time: Duration, outcome: Outcome) -> Reply {
    Reply {
        time,
        outcome,
        lateness: Duration::from_micros(60),
        queued: Duration::ZERO,
        found: None,
        client_overhead: None,
    }
}

/// A run in the making.
pub(crate) struct Fixture {
    plan: Plan,
    replies: Vec<Vec<Reply>>,
}

impl Fixture {
    /// The global endpoint and one regional one, one operation, warm.
    pub(crate) fn small() -> Self {
        Self::of("global,eu-west-1")
    }

    /// These endpoints, one operation, warm.
    pub(crate) fn of(selector: &str) -> Self {
        Self::planned(
            selector,
            None,
            &[Operation::GetCallerIdentity],
            &[ConnectionMode::Warm],
        )
    }

    /// These endpoints, one of them a second time, one operation, warm.
    pub(crate) fn with_twin(selector: &str, twin: &str) -> Self {
        Self::planned(
            selector,
            Some(twin),
            &[Operation::GetCallerIdentity],
            &[ConnectionMode::Warm],
        )
    }

    /// These endpoints, one operation, cold.
    pub(crate) fn cold(selector: &str) -> Self {
        Self::planned(
            selector,
            None,
            &[Operation::GetCallerIdentity],
            &[ConnectionMode::Cold],
        )
    }

    /// These endpoints, both operations, cold and warm.
    pub(crate) fn wide(selector: &str) -> Self {
        Self::planned(
            selector,
            None,
            &Operation::DEFAULT,
            &[ConnectionMode::Cold, ConnectionMode::Warm],
        )
    }

    /// These endpoints, one of them a second time where a twin is named, these operations and kinds of connection.
    pub(crate) fn planned(
        selector: &str,
        twin: Option<&str>,
        operations: &[Operation],
        connections: &[ConnectionMode],
    ) -> Self {
        let endpoints = Catalog::default()
            .select(&selector.parse().expect("parses"))
            .expect("selects");
        let draft = Draft {
            endpoints,
            twin: twin.map(str::to_owned),
            operations: operations.to_vec(),
            connections: connections.to_vec(),
            seed: 7,
            ..Draft::default()
        };
        let plan = draft.plan().expect("a plan");
        Self {
            replies: vec![Vec::new(); plan.targets.len()],
            plan,
        }
    }

    /// These endpoints seen from Frankfurt as they might be: every number of answers and failures that a report has to
    /// show, from an endpoint without any to one with a few.
    pub(crate) fn realistic_of(selector: &str) -> Self {
        let mut random = SplitMix::new(2026);
        Self::wide(selector).calls(192, |target, i| {
            let name = target.endpoint.name.as_str();
            let round_trip = ROUND_TRIPS_MS
                .iter()
                .find(|(endpoint, _)| *endpoint == name)
                .map_or(50.0, |found| found.1);
            let round_trips = if target.connection == ConnectionMode::Cold {
                3.0
            } else {
                1.0
            };
            let milliseconds = round_trips * round_trip + 2.2 * (0.35 * random.normal()).exp();
            let time = Duration::from_secs_f64(milliseconds / 1e3);
            match name {
                "ap-northeast-3" => refused(),
                "sa-east-1" if i.is_multiple_of(40) => throttled(),
                _ => answer_after(time),
            }
        })
    }

    /// So many answers of every target around the median that `milliseconds` says, log-normal with that standard deviation
    /// of the logarithm; another `seed` draws them anew.
    pub(crate) fn noisy(
        self,
        number: u32,
        seed: u64,
        sigma: f64,
        milliseconds: impl Fn(&Target) -> f64,
    ) -> Self {
        let mut random = SplitMix::new(seed);
        self.calls(number, |target, _| {
            answer_after(Duration::from_secs_f64(
                milliseconds(target) * (sigma * random.normal()).exp() / 1e3,
            ))
        })
    }

    /// What the plan says how the run is judged.
    pub(crate) fn judged(mut self, judging: Judging) -> Self {
        self.plan.judging = judging;
        self
    }

    /// So many measured calls of every target, each ending as `end` says for the target and the call's number.
    pub(crate) fn calls(mut self, number: u32, mut end: impl FnMut(&Target, u32) -> Reply) -> Self {
        for (target, replies) in self.plan.targets.iter().zip(&mut self.replies) {
            *replies = (0..number).map(|i| end(target, i)).collect();
        }
        self
    }

    /// So many measured calls of that endpoint's targets, instead of what they had.
    pub(crate) fn calls_of(
        mut self,
        endpoint: &str,
        number: u32,
        mut end: impl FnMut(u32) -> Reply,
    ) -> Self {
        for (target, replies) in self.plan.targets.iter().zip(&mut self.replies) {
            if target.endpoint.name == endpoint {
                *replies = (0..number).map(&mut end).collect();
            }
        }
        self
    }

    /// The run, planned for as many rounds as the longest target has calls.
    pub(crate) fn run(self) -> Run {
        self.run_until(usize::MAX)
    }

    /// The same, ended after so many calls of every target.
    pub(crate) fn run_until(mut self, calls: usize) -> Run {
        let rounds = self.replies.iter().map(Vec::len).max().unwrap_or(0);
        let round = Duration::from_millis(400);
        self.plan.load = Load::Audit {
            rounds: u32::try_from(rounds).expect("few rounds"),
            round,
        };
        let mut recorder = Recorder::new(&self.plan);
        for (id, target) in self.plan.targets() {
            for _ in 0..self.plan.warmup_rounds {
                let mut warmup = sample(id, target, 0, 0, &answer(20));
                warmup.arrival.stage = Stage::Warmup;
                recorder.record(&warmup);
            }
            let replies = &self.replies[usize::from(id.0)];
            for (i, reply) in replies.iter().enumerate().take(calls) {
                let block = i * usize::from(self.plan.blocks) / replies.len();
                recorder.record(&sample(
                    id,
                    target,
                    i,
                    u16::try_from(block).expect("few blocks"),
                    reply,
                ));
            }
        }
        let (series, signing) = recorder.finish();
        Run {
            header: Header {
                schema_version: SCHEMA_VERSION,
                run_id: "20261122-141500-0badcafe".to_owned(),
                tool: Tool {
                    name: "stsbench".to_owned(),
                    version: "0.1.0".to_owned(),
                },
                vantage: Vantage {
                    name: "eu-central-1".to_owned(),
                    name_source: None,
                    local_region: None,
                    observed: Vec::new(),
                    simulation: None,
                },
                caller: Some(Caller {
                    account: "****1234".to_owned(),
                    arn: "arn:aws:iam::****1234:user/****".to_owned(),
                    access_key: "AKIA…WXYZ".to_owned(),
                    source: "profile default".to_owned(),
                }),
                started_at: "2026-11-22T14:15:00Z".to_owned(),
                redaction: Redaction::None,
            },
            plan: self.plan,
            measured: Measured {
                elapsed_ns: (round * u32::try_from(rounds).expect("few rounds")).as_nanos() as u64
                    + 83_000_000,
                completion: if calls < rounds {
                    Completion::Interrupted
                } else {
                    Completion::Complete
                },
                series,
                signing,
                pace: None,
                windows: Vec::new(),
                precision: None,
            },
            conditions: Conditions {
                measuring_cpu_ratio: Some(0.04),
                health: Some(calm(rounds as u64)),
                ..Conditions::default()
            },
            checks: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// The run, called against a simulated fleet that saw every request.
    pub(crate) fn simulated_run(self) -> Run {
        let mut run = self.run();
        let calls = run
            .measured
            .series
            .iter()
            .map(|s| s.counts.issued + s.counts.warmup)
            .sum();
        run.header.caller = None;
        run.header.vantage.simulation = Some(Simulation {
            region: "eu-central-1".to_owned(),
            seed: 7,
            link: "bytes".to_owned(),
            why_not_kernel: None,
            injected: Vec::new(),
            requests_seen: Some(calls),
        });
        run.notices.push(Notice {
            at_ns: 0,
            text: "HTTPS_PROXY is set and ignored".to_owned(),
        });
        run
    }

    /// The run in numbers.
    pub(crate) fn summary(self) -> Summary {
        summarise(&self.run())
    }
}

/// A machine on which nothing happened for so many rounds.
fn calm(rounds: u64) -> Health {
    let seconds = rounds * 2 / 5 + 1;
    let mut windows = vec![0; crate::health::WINDOW_STEPS];
    windows[0] = seconds;
    Health {
        stalls: Stalls::new(Duration::from_millis(10)),
        processor: Some(Processor {
            ran_ns: seconds * 40_000_000,
            waited_ns: seconds * 2_000_000,
            turns: seconds * 200,
            windows,
        }),
        process_cpu_ns: Some(seconds * 60_000_000),
        host: Some(HostShare {
            all_ticks: seconds * 200,
            stolen_ticks: seconds,
        }),
        clocks: Some(Clocks::default()),
    }
}

/// Round trips from Frankfurt, ms, rounded from public tables of inter-Region latency.
const ROUND_TRIPS_MS: [(&str, f64); 18] = [
    ("global", 91.0),
    ("us-east-1", 90.4),
    ("us-east-2", 100.0),
    ("us-west-1", 150.0),
    ("us-west-2", 142.0),
    ("ap-south-1", 121.0),
    ("ap-northeast-1", 226.0),
    ("ap-northeast-2", 222.0),
    ("ap-northeast-3", 232.0),
    ("ap-southeast-1", 158.0),
    ("ap-southeast-2", 251.0),
    ("ca-central-1", 93.0),
    ("eu-central-1", 0.7),
    ("eu-west-1", 25.1),
    ("eu-west-2", 15.9),
    ("eu-west-3", 9.8),
    ("eu-north-1", 22.4),
    ("sa-east-1", 203.0),
];

fn sample(id: TargetId, target: &Target, i: usize, block: u16, reply: &Reply) -> Sample {
    let intended = Duration::from_millis(400) * u32::try_from(i).expect("few calls");
    let connection = reply.found.unwrap_or(target.connection);
    let served_by = if target.endpoint.name == "global" {
        "us-east-1"
    } else {
        &target.endpoint.region
    };
    Sample {
        arrival: Arrival {
            target: id,
            sequence: i as u64,
            round: u32::try_from(i).ok(),
            block,
            stage: Stage::Measured,
            intended,
        },
        timing: Timing {
            sent: intended + reply.lateness + reply.queued,
            queued: reply.queued,
            signing: Duration::from_micros(9),
            phases: phases(connection, reply),
            client_overhead: reply.client_overhead,
        },
        exchange: Exchange {
            served_by: (reply.outcome == Outcome::Success)
                .then(|| Remote::new(served_by))
                .flatten(),
            ..Exchange::new(connection, reply.outcome.clone())
        },
    }
}

fn phases(connection: ConnectionMode, reply: &Reply) -> Phases {
    let mut phases = Phases::default();
    let shares: &[(Phase, u32)] = match (&reply.outcome, connection) {
        (Outcome::Failure(failure), _) => &[(failure.phase, 100)],
        (_, ConnectionMode::Warm) => &[(Phase::Send, 1), (Phase::Wait, 98), (Phase::Receive, 1)],
        (_, ConnectionMode::Cold | ConnectionMode::Resumed) => &[
            (Phase::Dns, 1),
            (Phase::Connect, 31),
            (Phase::Tls, 33),
            (Phase::Send, 1),
            (Phase::Wait, 33),
            (Phase::Receive, 1),
        ],
    };
    for &(phase, percent) in shares {
        phases.set(phase, reply.time * percent / 100);
    }
    phases
}

/// Random numbers that are the same with the same seed, everywhere.
pub(crate) struct SplitMix(SplitMix64);

impl SplitMix {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SplitMix64::seed_from_u64(seed))
    }

    /// About normal, with mean 0 and standard deviation 1: the sum of twelve uniforms.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// Uniform, 0 to 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
