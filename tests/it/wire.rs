//! What is recorded is what the wire saw: samples against a packet capture that somebody else's program made.

use std::collections::HashMap;
use std::net::SocketAddr;

use crate::numbers::capture::{Capture, Exchanged};
use crate::stub::{Stub, USER, sts};
use crate::support::{FAST, Home, KEY_ID, SECRET, TestEmulator, alone, aloud};

/// Recorded minus captured, µs, sorted; of measured calls over kept connections.
struct Errors(Vec<f64>);

/// When a call was sent and how long it took, ns; the moment is counted from the run's epoch.
struct Recorded {
    sent: u64,
    took: u64,
}

impl Errors {
    /// Each call is paired with the exchange whose request left closest to when the call says that it was sent. A call
    /// without one nearby is as wrong as it can be.
    fn of(home: &Home, exchanged: &[Exchanged]) -> Self {
        let recorded = recorded(home);
        let epoch = epoch(&recorded, exchanged);
        let error = |call: &Recorded| match closest(exchanged, epoch + call.sent) {
            Some(wire) => (call.took as f64 - (wire.answer - wire.request) as f64) / 1e3,
            None => f64::INFINITY,
        };
        let mut errors: Vec<f64> = recorded.iter().map(error).collect();
        errors.sort_by(f64::total_cmp);
        Self(errors)
    }

    /// The share of errors whose size stays below that of the result.
    fn within(&self, share: f64) -> f64 {
        let mut sizes: Vec<f64> = self.0.iter().map(|error| error.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        sizes[((sizes.len() - 1) as f64 * share) as usize]
    }
}

fn recorded(home: &Home) -> Vec<Recorded> {
    let text = home.result("samples.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<HashMap<String, String>> = rows
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("rows of one form");
    let measured = rows.iter().filter(|row| {
        row["stage"] == "measured"
            && row["found_connection"] == "warm"
            && row["outcome"] == "success"
    });
    let call = |row: &HashMap<String, String>| {
        assert!(
            !row["client_overhead_ns"].is_empty(),
            "every call is stamped: {row:?}"
        );
        let number = |name: &str| row[name].parse().expect("a number");
        Recorded {
            sent: number("sent_ns"),
            took: number("service_time_ns"),
        }
    };
    measured.map(call).collect()
}

/// The run's epoch on the capture's clock: the one on which most of some calls meet an exchange.
fn epoch(recorded: &[Recorded], exchanged: &[Exchanged]) -> u64 {
    let some: Vec<&Recorded> = recorded
        .iter()
        .step_by(recorded.len().div_ceil(40))
        .collect();
    let anchor = &recorded[recorded.len() / 2];
    let candidates = exchanged
        .iter()
        .map(|exchanged| exchanged.request - anchor.sent);
    let met = |epoch: &u64| {
        some.iter()
            .filter(|call| closest(exchanged, epoch + call.sent).is_some())
            .count()
    };
    candidates.max_by_key(met).expect("something was captured")
}

/// The exchange whose request left within 50 µs of `at`.
fn closest(exchanged: &[Exchanged], at: u64) -> Option<&Exchanged> {
    let after = exchanged.partition_point(|exchanged| exchanged.request < at);
    let neighbours = exchanged[after.saturating_sub(1)..].iter().take(2);
    let nearest = neighbours.min_by_key(|exchanged| exchanged.request.abs_diff(at))?;
    (nearest.request.abs_diff(at) < 50_000).then_some(nearest)
}

/// Measures at `rate`; the errors, or `None` where nothing can be captured.
fn measured(
    url: &str,
    address: SocketAddr,
    home: &Home,
    rate: u32,
    extra: &[&str],
) -> Option<Errors> {
    let capture = Capture::start(address.port())?;
    let (rate, cap) = (
        format!("--rate={rate}"),
        format!("--max-rate-per-endpoint={}", 2 * rate),
    );
    let mut arguments = vec![
        "--endpoint-url",
        url,
        &rate,
        &cap,
        "--duration=4s",
        "--connections=warm",
    ];
    arguments.extend([
        "--operations=get-caller-identity",
        "--connections-per-target=16",
        "--warmup-rounds=0",
    ]);
    arguments.extend([
        "--blocks=2",
        "--max-requests=100000",
        "--seed=1",
        "--quiet",
        "--force",
    ]);
    arguments.extend(extra);
    home.measure(&arguments).measures();
    Some(Errors::of(home, &capture.finish()))
}

/// The stamps are the kernel's, so a busy machine does not move them; a processor that is taken away between two of the
/// kernel's own readings does, and then the same is measured again.
fn proven(attempt: impl Fn() -> Option<Errors>) {
    let mut last = String::new();
    for _ in 0..3 {
        let Some(errors) = attempt() else { return };
        let (p50, p99) = (errors.within(0.50), errors.within(0.99));
        last = format!(
            "{} calls: p50 {p50:.1} µs, p99 {p99:.1} µs off the wire",
            errors.0.len()
        );
        aloud(&last);
        if p50 <= 15.0 && p99 <= 50.0 {
            return;
        }
    }
    panic!("{last}");
}

#[test]
fn recorded_times_are_those_of_the_wire_in_plaintext() {
    let _turn = alone();
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let address = stub
        .url()
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let url = format!("stub={}", stub.url());
    let home = Home::with_keys(KEY_ID, SECRET);
    for rate in [100, 1000] {
        proven(|| measured(&url, address, &home, rate, &["--endpoints=stub"]));
    }
}

#[test]
fn recorded_times_are_those_of_the_wire_under_tls() {
    let _turn = alone();
    let fleet = TestEmulator::start(&format!("endpoints = \"eu-central-1\"\n{FAST}"));
    let (url, ca_file) = (fleet.secure("eu-central-1"), fleet.ca_file());
    let address = fleet
        .endpoint("eu-central-1")
        .endpoint
        .address
        .expect("a fleet's endpoint has an address");
    let home = fleet.user();
    let extra = ["--endpoints=eu-central-1", "--ca-file", &ca_file];
    proven(|| measured(&url, address, &home, 200, &extra));
}

#[test]
fn the_programs_own_clock_is_used_when_asked_and_says_so() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let url = format!("stub={}", stub.url());
    let home = Home::with_keys(KEY_ID, SECRET);
    let ran = home.measure(&[
        "--endpoint-url",
        &url,
        "--endpoints=stub",
        "--rate=50",
        "--max-rate-per-endpoint=100",
        "--duration=1s",
        "--connections=warm",
        "--operations=get-caller-identity",
        "--blocks=2",
        "--clock=user-space",
        "--spin=0s",
        "--full",
    ]);
    assert!(
        ran.stdout.contains("this program's own, as asked"),
        "{}",
        ran.stdout
    );
    let run = home.stored();
    assert!(
        run.measured
            .series
            .iter()
            .all(|series| series.client_overhead.is_empty() && !series.service_time.is_empty())
    );
}
