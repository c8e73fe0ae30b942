//! Arrivals, samples and the other side's ledger agree; what one endpoint does wrong is its own affair.

use std::collections::BTreeMap;
use std::path::Path;

use sts_emulator::Ledger;
use stsbench::judge;
use stsbench::results::CheckVerdict;
use stsbench::results::Run;

use crate::support::{CLIENTS, FAST, Home, TestEmulator, Untouched, alone};

/// Rows of `samples.csv` by endpoint, operation and `succeeded` or the code.
fn rows(out: &Path) -> BTreeMap<(String, String, String), u64> {
    let mut reader = csv::Reader::from_path(out.join("samples.csv")).expect("readable");
    let headers = reader.headers().expect("a head").clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header == name)
            .expect("a column")
    };
    let (endpoint, operation, code) = (column("endpoint"), column("operation"), column("code"));
    let mut counted = BTreeMap::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let key = (
            row[endpoint].to_owned(),
            row[operation].to_owned(),
            row[code].to_owned(),
        );
        *counted.entry(key).or_default() += 1;
    }
    counted
}

fn seen(ledger: &Ledger, endpoint: &str, operation: &str, result: &str) -> u64 {
    ledger.endpoints[endpoint]
        .results
        .get(operation)
        .and_then(|results| results.get(result))
        .copied()
        .unwrap_or(0)
}

/// At least five thousand calls under `load` at a fleet that resets one connection in fifty.
fn books_balance(load: &[&str]) {
    let faults =
        "[[faults]]\nendpoints = [\"*\"]\nprobability = 0.02\nfault = { kind = \"reset\" }\n";
    let fleet = TestEmulator::start(&format!(
        "endpoints = \"global,eu-central-1\"\nseed = 4\n{FAST}{faults}"
    ));
    let home = fleet.user();
    let urls = [fleet.plaintext("global"), fleet.plaintext("eu-central-1")];
    let mut arguments = vec![
        "--endpoint-url",
        &urls[0],
        "--endpoint-url",
        &urls[1],
        "--endpoints=global,eu-central-1",
    ];
    arguments.extend([
        "--max-rate-per-endpoint=5000",
        "--blocks=8",
        "--seed=2",
        "--quiet",
    ]);
    arguments.extend(load);
    // A machine under test is a busy one: late calls make a run invalid and change no book.
    let ran = home.measure(&arguments);
    assert!(matches!(ran.code, Some(0 | 3)), "{ran:?}");
    let (run, ledger, samples) = (home.stored(), fleet.finish(), rows(&home.out()));

    let delivered: u64 = samples.values().sum();
    let counted: u64 = run
        .measured
        .series
        .iter()
        .map(|series| series.counts.issued + series.counts.warmup)
        .sum();
    // The calls that open a block's connections ahead of it are part of the plan.
    let planned = run.plan.planned_requests();
    assert!(planned >= 5_000, "{planned}");
    assert_eq!(
        (delivered, counted),
        (planned, planned),
        "every arrival is one sample"
    );
    for series in &run.measured.series {
        let counts = &series.counts;
        assert_eq!(
            counts.issued,
            counts.succeeded + counts.faults + counts.failures + counts.redialled,
            "{counts:?}"
        );
        assert_eq!(counts.withheld, 0);
    }
    let mut asked_before = 0;
    let mut resets = 0;
    for endpoint in ["global", "eu-central-1"] {
        for (ours, theirs) in [
            ("get-caller-identity", "GetCallerIdentity"),
            ("get-session-token", "GetSessionToken"),
        ] {
            let at = |code: &str| {
                samples
                    .get(&(endpoint.to_owned(), ours.to_owned(), code.to_owned()))
                    .copied()
                    .unwrap_or(0)
            };
            let by_operation = |result: &str| {
                // The ledger names operations as STS does or as the command line does.
                seen(&ledger, endpoint, theirs, result).max(seen(&ledger, endpoint, ours, result))
            };
            resets += by_operation("injected:reset");
            asked_before += by_operation("ok") - at("");
            let failed: u64 = samples
                .iter()
                .filter(|((e, o, code), _)| e == endpoint && o == ours && !code.is_empty())
                .map(|(_, count)| count)
                .sum();
            asked_before += by_operation("injected:reset") - failed;
        }
    }
    assert!(
        resets > 50,
        "{resets} resets; one call in fifty was asked for"
    );
    assert!(
        (1..=3).contains(&asked_before),
        "only the question who calls is not among the samples: {asked_before}"
    );
    assert_eq!(ledger.requests(), planned + asked_before);
}

#[test]
fn the_books_balance_under_open_load() {
    let _turn = alone();
    books_balance(&[
        "--rate=1250",
        "--duration=4s",
        "--warmup-rounds=0",
        "--connections=cold,warm",
    ]);
}

#[test]
fn the_books_balance_under_closed_load() {
    let _turn = alone();
    books_balance(&[
        "--concurrency=8",
        "--duration=10m",
        "--max-requests=5000",
        "--connections=warm",
    ]);
}

/// A short audit of `endpoints` given by `urls`.
fn audit(home: &Home, urls: &[String], more: &[&str]) -> crate::support::Ran {
    let names: Vec<_> = urls
        .iter()
        .map(|url| url.split('=').next().unwrap_or_default())
        .collect();
    let selector = format!("--endpoints={}", names.join(","));
    let mut arguments = vec![
        selector.as_str(),
        "--rounds=12",
        "--blocks=2",
        "--warmup-rounds=0",
        "--rate-per-endpoint=10",
    ];
    urls.iter()
        .for_each(|url| arguments.extend(["--endpoint-url", url]));
    arguments.extend([
        "--operations=get-caller-identity",
        "--connections=warm",
        "--progress=never",
    ]);
    arguments.extend(more);
    home.measure(&arguments)
}

fn emulator_with(faults: &str) -> TestEmulator {
    TestEmulator::start(&format!(
        "endpoints = \"eu-central-1,eu-west-1\"\n{FAST}{faults}"
    ))
}

fn codes(run: &Run, endpoint: &str) -> BTreeMap<String, u64> {
    let series = run
        .measured
        .series
        .iter()
        .find(|series| run.plan.target(series.target).endpoint.name == endpoint);
    series.expect("it was planned").counts.codes.clone()
}

#[test]
fn fault_05_an_endpoint_that_refuses_leaves_the_others_alone() {
    let fleet = emulator_with("");
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound");
    let urls = [
        format!("gone=http://{closed}"),
        fleet.plaintext("eu-central-1"),
    ];
    let home = fleet.user();
    audit(&home, &urls, &[]).measures();
    let run = home.stored();
    assert_eq!(
        codes(&run, "gone"),
        BTreeMap::from([("tcp.refused".to_owned(), 12)])
    );
    assert_eq!(
        run.measured.series[1].counts.succeeded + run.measured.series[1].counts.redialled,
        12,
        "the healthy one is unaffected"
    );
    let report = home.result("report.md");
    assert!(
        report.contains("no data") && !report.contains("NaN") && !report.contains(" 0 ms"),
        "{report}"
    );
    assert!(
        home.result("summary.csv")
            .lines()
            .any(|line| line.starts_with("gone,") && line.contains(",12,0,0,12,"))
    );
}

#[test]
fn fault_01_when_every_endpoint_refuses_there_is_no_data() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound");
    let home = Home::with_keys(crate::support::KEY_ID, crate::support::SECRET);
    audit(&home, &[format!("gone=http://{closed}")], &[])
        .exits(5)
        .says(&["gone", "tcp.refused"]);
    let many: Vec<_> = (0..4)
        .map(|i| format!("gone-{i}=http://{closed}"))
        .collect();
    audit(&home, &many, &["--force"]).exits(5);
    assert!(home.result("report.md").contains("no data"));
}

#[test]
fn fault_22_rule_12_a_redirect_is_a_failure_and_its_target_is_never_called() {
    let attacker = Untouched::new();
    for (status, client) in [302, 307].into_iter().zip(CLIENTS) {
        let fault = format!(
            "[[faults]]\nendpoints = [\"eu-west-1\"]\nfault = {{ kind = \"status\", status = {status}, location = \"{}\" }}\n",
            attacker.url()
        );
        let fleet = emulator_with(&fault);
        let home = fleet.user();
        let urls = [
            fleet.plaintext("eu-central-1"),
            fleet.plaintext("eu-west-1"),
        ];
        audit(&home, &urls, &["--quiet", "--client", client]).measures();
        let run = home.stored();
        assert_eq!(
            codes(&run, "eu-west-1"),
            BTreeMap::from([("http.redirect".to_owned(), 12)])
        );
        let made = run.measured.series[1].counts.issued + run.measured.series[1].counts.warmup;
        assert_eq!(
            fleet.finish().endpoints["eu-west-1"].requests,
            made,
            "each is sent once"
        );
    }
    attacker.check();
}

#[test]
fn fault_24_a_throttled_endpoint_is_slowed_down_stopped_and_reported() {
    let fleet =
        emulator_with("[[faults]]\nendpoints = [\"eu-west-1\"]\nfault = { kind = \"throttle\" }\n");
    let home = fleet.user();
    let urls = [
        fleet.plaintext("eu-central-1"),
        fleet.plaintext("eu-west-1"),
    ];
    audit(&home, &urls, &[]).measures();
    let (run, ledger) = (home.stored(), fleet.finish());
    let throttled = &run.measured.series[1].counts;
    assert!(
        throttled.withheld > 0 && throttled.issued + throttled.warmup + throttled.withheld >= 12,
        "{throttled:?}"
    );
    assert_eq!(throttled.throttled, throttled.faults);
    assert_eq!(
        ledger.endpoints["eu-west-1"].requests,
        throttled.issued + throttled.warmup
    );
    assert_eq!(
        run.measured.series[0].counts.withheld, 0,
        "the other endpoint keeps its schedule"
    );
    assert!(
        run.notices
            .iter()
            .any(|notice| notice.text.contains("eu-west-1") && notice.text.contains("throttled"))
    );
    let summary = judge::summarise(&run);
    let check = summary
        .checks
        .iter()
        .find(|check| check.name == "throttling")
        .expect("it applies");
    assert_ne!(check.verdict, CheckVerdict::Ok, "{check:?}");
}
