//! Files of runs with invented times, for the program to read: written after the description of the format and not with the
//! program's own writer, so that what it reads is not what it would have written.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer as _, V2Serializer};
use serde_json::{Value, json};

/// How one call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Answered after so many ns.
    Answered(u64),
    /// Given up after so many ns.
    Failed(u64),
}

/// The calls of one endpoint in each block of the run.
pub type Blocks = Vec<Vec<Call>>;

/// A run of warm calls, once a round to each endpoint.
#[derive(Debug, Clone)]
pub struct Invented {
    pub run_id: String,
    /// RFC 3339.
    pub started_at: String,
    /// `global` and names of Regions.
    pub endpoints: Vec<String>,
    /// As planned, whatever came of it.
    pub rounds: u32,
    /// The calls of each endpoint; every endpoint has as many blocks.
    pub calls: Vec<Blocks>,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
}

/// Blocks of a run unless others are asked for.
pub const BLOCKS: usize = 16;
/// From a round to the next, ns.
const ROUND_NS: u64 = 250_000_000;
/// Phases of a call that the format has.
const PHASES: usize = 6;
/// The longest time that a histogram of the format tells apart, ns.
const MAX_NS: u64 = 3_600_000_000_000;

impl Invented {
    /// A complete run of `rounds` rounds in 16 blocks: what `call` says of each endpoint in each round.
    pub fn of(
        endpoints: &[&str],
        rounds: usize,
        mut call: impl FnMut(usize, usize) -> Call,
    ) -> Self {
        let mut calls = vec![vec![Vec::new(); BLOCKS]; endpoints.len()];
        for round in 0..rounds {
            for (endpoint, blocks) in calls.iter_mut().enumerate() {
                blocks[round * BLOCKS / rounds].push(call(endpoint, round));
            }
        }
        Self {
            run_id: "20260101-000000-00000000".to_owned(),
            started_at: "2026-01-01T00:00:00Z".to_owned(),
            endpoints: endpoints.iter().map(|&name| name.to_owned()).collect(),
            rounds: u32::try_from(rounds).expect("few rounds"),
            calls,
            interrupted: false,
        }
    }

    /// The contents of its `run.json`.
    pub fn to_json(&self) -> Value {
        let blocks = self.calls.first().map_or(0, Vec::len);
        let targets: Vec<Value> = self.endpoints.iter().map(|name| target(name)).collect();
        let series = self.calls.iter().enumerate();
        let series: Vec<Value> = series
            .map(|(at, blocks)| self::series(at, blocks))
            .collect();
        json!({
            "schema_version": 1,
            "run_id": self.run_id,
            "tool": {"name": "stsbench", "version": env!("CARGO_PKG_VERSION")},
            "vantage": {"name": "proof", "simulation": null},
            "caller": null,
            "started_at": self.started_at,
            "elapsed_ns": self.elapsed_ns(),
            "completion": if self.interrupted { "interrupted" } else { "complete" },
            "plan": {
                "targets": targets,
                "load": {"shape": "audit", "rounds": self.rounds, "round_ns": ROUND_NS},
                "warmup_rounds": 2,
                "blocks": blocks,
                "connections_per_target": 1,
                "deadlines": {
                    "dns_ns": 5_000_000_000_u64,
                    "connect_ns": 3_100_000_000_u64,
                    "tls_ns": 5_000_000_000_u64,
                    "first_byte_ns": 10_000_000_000_u64,
                    "total_ns": 15_000_000_000_u64,
                },
                "rate_per_endpoint": 4.0,
                "max_requests": 1_000_000_000,
                "seed": 1,
                "client": "hyper",
                "resolver": "system",
                "clock": "kernel",
                "spin_ns": 200_000,
                "judging": {"confidence": 0.95, "margin_ratio": 0.02, "margin_ns": 1_000_000},
            },
            "series": series,
            "signing": "",
            "measuring_cpu_ratio": 0.05,
            "service_clock_ahead_seconds": 0,
            "checks": [],
            "notices": [],
        })
    }

    /// From the first call to the last one's answer, as if the slowest had been sent first.
    fn elapsed_ns(&self) -> u64 {
        let calls = self.calls.iter().flatten().flatten();
        let slowest = calls.map(|call| match *call {
            Call::Answered(time) | Call::Failed(time) => time,
        });
        let planned = u64::from(self.rounds) * ROUND_NS;
        slowest.fold(planned, u64::max)
    }

    /// Writes it into `directory`, which is made; where the file is.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, directory: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(directory)?;
        let path = directory.join("run.json");
        fs::write(&path, serde_json::to_vec(&self.to_json())?)?;
        Ok(path)
    }
}

fn target(name: &str) -> Value {
    let global = name == "global";
    let (host, region) = if global {
        ("sts.amazonaws.com".to_owned(), "aws-global")
    } else {
        (format!("sts.{name}.amazonaws.com"), name)
    };
    json!({
        "endpoint": {
            "name": name,
            "origin": format!("https://{host}"),
            "partition": "aws",
            "region": region,
            "signing_region": if global { "us-east-1" } else { name },
            "scope": if global { "global" } else { "regional" },
        },
        "call": {"operation": "get-caller-identity"},
        "connection": "warm",
    })
}

/// Target `number` of a run.
pub fn series(number: usize, blocks: &[Vec<Call>]) -> Value {
    let all = blocks.concat();
    let (times, failed) = (histogram(&answered(&all)), histogram(&given_up(&all)));
    let blocks: Vec<Value> = blocks.iter().enumerate().map(block).collect();
    json!({
        "target": number,
        "counts": counts(&all),
        "response_time": times,
        "service_time": times,
        "failed_time": failed,
        // Every call was sent at the nanosecond that it was planned for.
        "lateness": histogram(&vec![1; all.len()]),
        "client_overhead": "",
        "queued": "",
        "phases": vec![""; PHASES],
        "blocks": blocks,
        "served_by": {},
        "origins": {},
        "contradictions": [],
        "lookups": {
            "answered": 0, "fewest_addresses": 0, "most_addresses": 0,
            "shortest_ttl_seconds": null, "longest_ttl_seconds": null,
        },
        "remotes": {},
        "trace": {"stride": 1, "points": [], "seen": 0},
    })
}

fn block((number, calls): (usize, &Vec<Call>)) -> Value {
    let times = histogram(&answered(calls));
    json!({"number": number, "counts": counts(calls), "response_time": times, "service_time": times})
}

fn counts(calls: &[Call]) -> Value {
    let failures = given_up(calls).len();
    let codes: BTreeMap<&str, usize> = [("http.header_timeout", failures)]
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .collect();
    json!({
        "issued": calls.len(), "succeeded": calls.len() - failures, "faults": 0, "failures": failures, "redialled": 0,
        "throttled": 0, "withheld": 0, "warmup": 0, "warmup_failures": 0, "codes": codes,
    })
}

fn answered(calls: &[Call]) -> Vec<u64> {
    let time = |call: &Call| match call {
        Call::Answered(time) => Some(*time),
        Call::Failed(_) => None,
    };
    calls.iter().filter_map(time).collect()
}

fn given_up(calls: &[Call]) -> Vec<u64> {
    let time = |call: &Call| match call {
        Call::Answered(_) => None,
        Call::Failed(time) => Some(*time),
    };
    calls.iter().filter_map(time).collect()
}

/// Times as the format has them: HdrHistogram's V2 encoding of 1 ns to 1 h at three digits, in base64 without padding; empty
/// for none.
pub fn histogram(times: &[u64]) -> String {
    if times.is_empty() {
        return String::new();
    }
    let mut counted =
        Histogram::<u64>::new_with_bounds(1, MAX_NS, 3).expect("the format's own bounds");
    times
        .iter()
        .for_each(|&time| counted.saturating_record(time.max(1)));
    let mut bytes = Vec::new();
    V2Serializer::new()
        .serialize(&counted, &mut bytes)
        .expect("memory takes all");
    STANDARD_NO_PAD.encode(bytes)
}
