//! A run with a mark in every text that it can have, redacted, in every format and every file: no mark is left.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Redactor;
use crate::judge;
use crate::report::chart::{OperationsShown, RunShown, draw, of_one_run};
use crate::report::{self, Detail, Format, Look, Report, hgrm_files};
use crate::results::{self, Run};
use crate::sample::Sample;

/// What every mark begins with. No format has it by itself.
const MARK: &str = "qzxmark";
/// The minute, and what stands in ids, of the dates that no run may show any more.
const DATES: [&str; 6] = ["13:47", "1347", "13:59", "1359", "04:41", "0441"];
/// The networks of the addresses.
const NETWORKS: [&str; 2] = ["203.0.113.", "2600:1f"];

/// A saved run of that name.
fn golden(name: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs");
    let bytes = std::fs::read(root.join(name).join("run.json")).expect("a golden run");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// A run whose numbers no check forbids, so that every format has some, with names of the user's.
fn valid() -> Run {
    let mut run = golden("audit");
    run["run_id"] = json!(format!("{MARK}-run"));
    run["started_at"] = json!("2031-07-19T13:47:23Z");
    run["vantage"]["name"] = json!(format!("{MARK} place"));
    run["caller"]["arn"] = json!(MARK);
    run["plan"]["judging"]["gates"] = json!([format!("p50({MARK}-acme) < 30ms")]);
    for target in run["plan"]["targets"].as_array_mut().expect("targets") {
        let endpoint = &mut target["endpoint"];
        if endpoint["name"] == "eu-west-1" {
            endpoint["name"] = json!(format!("{MARK}-acme"));
            endpoint["origin"] = json!(format!("https://{MARK}.example"));
        }
    }
    read(&run).expect("a run")
}

/// A run of every kind of field: a golden run, and what it lacks.
fn rich() -> Value {
    let mut run = golden("failures");
    run["started_at"] = json!("2031-07-19T13:47:23Z");
    run["vantage"]["name_source"] = json!({"kind": "variable", "name": "X"});
    run["vantage"]["local_region"] =
        json!({"name": "eu-central-1", "source": {"kind": "profile", "name": "x"}});
    run["vantage"]["simulation"] = json!({
        "region": "x", "seed": 7, "link": "bytes", "why_not_kernel": "x", "requests_seen": 5,
        "injected": [{"endpoint": "x", "round_trip_ns": 1000, "service_time_median_ns": {"x": 1}}],
    });
    run["certificate"] = json!({
        "schema_version": 1, "tool": {"name": "stsbench", "version": "0.1.0"},
        "host": {"name": "x", "kernel": "x", "cpu": "x", "cores": 2},
        "measured_at": "2031-03-05T04:41:11Z", "link": "bytes",
        "items": [{"name": "x", "verdict": "warn", "subject": "host", "times_ns": {"x": 1, "p99": 2}, "numbers": {"x": 0.5},
            "threshold": "x", "text": "x"}],
    });
    let window = |id: &str, started_at: &str, first: u16| json!({"run_id": id, "started_at": started_at, "elapsed_ns": 60_000_000_000_u64, "first_block": first, "blocks": 8});
    let windows = json!([
        window("a", "2031-07-19T13:47:23Z", 0),
        window("b", "2031-07-19T13:59:41Z", 8),
    ]);
    run["precision"] = json!({
        "pilot_rounds": 1, "wanted_rounds": 9, "granted_rounds": 8, "capped_by": "max-requests", "decided_by": 0,
        "reached": [{"target": 0, "half_width_ratio": 0.1, "met": true}], "stages": windows,
    });
    run["windows"] = windows;
    run["notices"] = json!([{"at_ns": 0, "text": "x"}, {"at_ns": 5, "text": "x"}]);
    run["checks"][0]["finding"] = json!({
        "subject": "answers", "found": "regions-differ", "answers": 3, "differing": 1, "worst": 0, "header_region": "x",
        "token_region": "x", "calls": 1,
    });
    enrich_plan(&mut run["plan"]);
    enrich_series(&mut run["series"][0]);
    run
}

/// Endpoints of the user's, with a twin, parameters, a resolver, gates that name them.
fn enrich_plan(plan: &mut Value) {
    plan["resolver"] = json!("203.0.113.53:5353");
    plan["judging"]["gates"] = json!([
        format!("p50({MARK}-acme) <= 800ms"),
        format!("p50({MARK}-*) <= 800ms"),
        "error_rate(regional) < 90%",
    ]);
    let calls = [
        json!({"operation": "assume-role", "role_arn": "x", "role_session_name": "x", "external_id": "x", "duration_seconds": 900,
            "tags": ["x=y"], "policy": "x", "source_identity": "x", "serial_number": "x", "token_code": "env:X"}),
        json!({"operation": "assume-role-with-web-identity", "role_arn": "x", "role_session_name": "x",
            "web_identity_token": "file:x"}),
    ];
    let targets = plan["targets"].as_array_mut().expect("targets");
    for (number, target) in targets.iter_mut().enumerate() {
        let endpoint = &mut target["endpoint"];
        let (name, twin) = match number / 2 {
            1 => (format!("{MARK}-acme"), None),
            2 => (format!("{MARK}-acme-twin"), Some(format!("{MARK}-acme"))),
            _ => continue,
        };
        endpoint["name"] = json!(name);
        endpoint["origin"] = json!("https://sts.x.example:8443/x");
        endpoint["scope"] = json!("custom");
        if let Some(twin) = twin {
            endpoint["twin_of"] = json!(twin);
        }
        target["call"] = calls[number % 2].clone();
    }
}

fn enrich_series(series: &mut Value) {
    series["origins"] = json!({"x": 3, "other": 1});
    series["contradictions"] = json!([{"served_by": "x", "origin": "x", "calls": 1}]);
    series["repeated_ids"] = json!({"answers": 1, "uuids": 1});
    series["remotes"] = json!({"203.0.113.7": 3, "2600:1f14::7": 1, "other": 1});
    for block in series["blocks"].as_array_mut().expect("blocks") {
        block["remotes"] = json!(["203.0.113.7", "2600:1f14::7", "x"]);
    }
}

/// Puts a mark into every text and name of `run` that takes one, all those of one field at once. What takes none is a number, a date
/// or a word of this program's.
fn marked() -> &'static Run {
    static MARKED: OnceLock<Run> = OnceLock::new();
    MARKED.get_or_init(|| with_marks(rich()))
}

fn with_marks(mut run: Value) -> Run {
    read(&run).expect("a run before it is marked");
    let mut number = 0;
    for field in fields(&run, &mut Vec::new()) {
        let forms: [&dyn Fn(u32) -> String; 5] = [
            &|n| format!("{MARK}{n}"),
            &|n| format!("https://{MARK}{n}.example:8443/{MARK}"),
            &|n| format!("env:{MARK}{n}"),
            &|n| format!("203.0.113.{}:{}", n % 250, 4000 + n),
            &|n| format!("203.0.113.{}", n % 250),
        ];
        for form in forms {
            let mut with = run.clone();
            mark(&mut with, &field, form, &mut number);
            if read(&with).is_ok() {
                run = with;
                break;
            }
        }
    }
    read(&run).expect("each mark was taken")
}

fn read(run: &Value) -> Result<Run, String> {
    let bytes = serde_json::to_vec(run).expect("JSON");
    results::from_json(&bytes, Path::new("run.json")).map_err(|error| error.to_string())
}

/// A step from a value to those in it: all of a list, one of an object, or the names themselves of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Each,
    Of(String),
    Names,
}

/// Every field that holds texts, each once for all elements of a list.
fn fields(value: &Value, path: &mut Vec<Step>) -> BTreeSet<Vec<Step>> {
    let mut found = BTreeSet::new();
    let mut below = |step: Step, value: &Value| {
        path.push(step);
        found.extend(fields(value, path));
        path.pop();
    };
    match value {
        Value::Array(list) => list.iter().for_each(|value| below(Step::Each, value)),
        Value::Object(object) => {
            for (name, value) in object {
                below(Step::Of(name.clone()), value);
            }
            found.insert(path.iter().cloned().chain([Step::Names]).collect());
        }
        Value::String(text) if !is_set(text) => drop(found.insert(path.clone())),
        _ => {}
    }
    found
}

/// A histogram, or what `rich` has marked already.
fn is_set(text: &str) -> bool {
    let is_marked = || text.starts_with(MARK) || text.contains(&format!("({MARK}"));
    text.len() > 300 || is_marked() || NETWORKS.iter().any(|network| text.starts_with(network))
}

fn mark(value: &mut Value, field: &[Step], form: &dyn Fn(u32) -> String, number: &mut u32) {
    let mut next = || {
        *number += 1;
        form(*number)
    };
    match (field.split_first(), value) {
        (None, Value::String(text)) if !is_set(text) => *text = next(),
        (Some((Step::Each, rest)), Value::Array(list)) => {
            list.iter_mut()
                .for_each(|value| mark(value, rest, form, number));
        }
        (Some((Step::Of(name), rest)), Value::Object(object)) => {
            if let Some(value) = object.get_mut(name) {
                mark(value, rest, form, number);
            }
        }
        (Some((Step::Names, _)), Value::Object(object)) => {
            let renamed = std::mem::take(object).into_iter();
            let mut name = |name: String| if is_set(&name) { name } else { next() };
            *object = renamed.map(|(old, value)| (name(old), value)).collect();
        }
        _ => {}
    }
}

/// Everything that is made of a run: its name, and its bytes.
fn everything(run: &Run) -> Vec<(String, Vec<u8>)> {
    let summary = judge::summarise(run);
    let report = Report::new(run, &summary);
    let full = Look {
        detail: Detail::Full,
        ..Look::plain()
    };
    let mut made = vec![
        ("run.json".to_owned(), results::to_json(run)),
        (
            "comparison.csv".to_owned(),
            report::comparison_csv(&report).into_bytes(),
        ),
        (
            "README.txt".to_owned(),
            report::words::sharing::bundle::readme(run).into_bytes(),
        ),
    ];
    for format in Format::ALL {
        for (look, name) in [(Look::plain(), "screen"), (full.clone(), "full")] {
            let document =
                report::render(format, std::slice::from_ref(&report), &look).expect("one run");
            made.push((format!("{format} {name}"), document.text.into_bytes()));
            made.push((
                format!("{format} remarks"),
                document.remarks.join("\n").into_bytes(),
            ));
        }
    }
    for (name, text) in hgrm_files(&report) {
        made.push((format!("hgrm/{name}"), format!("{name}{text}").into_bytes()));
    }
    let shown = RunShown {
        run,
        summary: &summary,
    };
    for picture in draw(shown, &of_one_run(), OperationsShown::All).drawn {
        made.push((
            format!("{} {:?}", picture.stem, picture.theme),
            picture.svg.into_bytes(),
        ));
    }
    made
}

/// What can be read in these bytes: themselves, and what stands packed in a page.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let packed = text
        .split(|c| !is_base64(c))
        .filter(|word| word.len() > 200);
    let unpacked: String = packed
        .filter_map(|word| STANDARD.decode(word).ok())
        .map(|bytes| {
            let mut unpacked = Vec::new();
            let gzip = flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut unpacked);
            String::from_utf8_lossy(if gzip.is_ok() { &unpacked } else { &bytes }).into_owned()
        })
        .collect();
    (text + &unpacked).to_lowercase()
}

/// The marks in these bytes, each with what is around it.
fn marks(bytes: &[u8]) -> Vec<String> {
    let text = readable(bytes);
    let words = [MARK].into_iter().chain(NETWORKS).chain(DATES);
    words
        .filter(|word| {
            // Digits alone stand in numbers too; as a part of a date they follow the day.
            let after = |before: &str| text.contains(&format!("{before}{word}"));
            match word.parse::<u32>() {
                Ok(_) => after("20310719-") || after("20310305-"),
                Err(_) => text.contains(word),
            }
        })
        .filter_map(|word| {
            let at = text.find(word)?;
            let from = text.floor_char_boundary(at.saturating_sub(60));
            let to = text.floor_char_boundary((at + 60).min(text.len()));
            Some(text[from..to].to_owned())
        })
        .collect()
}

#[test]
fn no_mark_of_a_redacted_run_is_in_any_format_file_or_picture_and_without_that_most_have_one() {
    let mut measured = marked().clone();
    measured.header.vantage.simulation = None;
    for run in [marked().clone(), measured, valid()] {
        let shown = everything(&run);
        let seen = shown.iter().filter(|(_, bytes)| !marks(bytes).is_empty());
        assert!(
            seen.count() > shown.len() / 2,
            "marks are not even in a run"
        );
        let redacted = Redactor::default().run(&run);
        for (name, bytes) in everything(&redacted) {
            assert!(marks(&bytes).is_empty(), "{name}: {:?}", marks(&bytes));
        }
        let json = results::to_json(&redacted);
        let again = results::from_json(&json, Path::new("run.json")).expect("readable");
        assert_eq!(again, redacted);
        let twice = results::to_json(&Redactor::default().run(&redacted));
        assert!(twice == json, "nothing is left to take out");
    }
}

#[test]
fn every_text_of_a_run_takes_a_mark_but_for_words_of_a_list() {
    let run: Value = serde_json::from_slice(&results::to_json(marked())).expect("JSON");
    let mut plain = BTreeSet::new();
    texts(&run, "", &mut plain);
    let known: BTreeSet<String> = PLAIN.into_iter().map(str::to_owned).collect();
    assert_eq!(plain, known, "a field has to be decided about");
}

/// Fields that take no mark: words of a list, accounts, dates, histograms, and values that can be absent.
const PLAIN: [&str; 34] = [
    ".caller.account",
    ".certificate.items.subject",
    ".certificate.items.verdict",
    ".certificate.measured_at",
    ".checks.reach.claims",
    ".checks.rule null",
    ".checks.statistic null",
    ".checks.verdict",
    ".completion",
    ".histograms_sha256",
    ".plan.client",
    ".plan.clock",
    ".plan.load.arrivals",
    ".plan.load.shape",
    ".plan.targets.call.operation",
    ".plan.targets.connection",
    ".plan.targets.endpoint.scope",
    ".precision.capped_by",
    ".precision.stages.started_at",
    ".series.blocks.response_time",
    ".series.blocks.service_time",
    ".series.client_overhead",
    ".series.failed_time",
    ".series.lateness",
    ".series.phases",
    ".series.queued",
    ".series.response_time",
    ".series.service_time",
    ".series.trace.points.service_time_ns null",
    ".started_at",
    ".tool.name",
    ".vantage.local_region.source.kind",
    ".vantage.name_source.kind",
    ".windows.started_at",
];

fn texts(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| texts(value, path, found)),
        Value::Object(object) => {
            for (name, value) in object {
                let name = if name.contains(MARK) { "*" } else { name };
                texts(value, &format!("{path}.{name}"), found);
            }
        }
        Value::String(text) => {
            let is_marked = text.contains(MARK) || is_set(text);
            if !is_marked && text.len() < 300 {
                found.insert(path.to_owned());
            }
        }
        Value::Null => drop(found.insert(format!("{path} null"))),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn what_is_measured_and_judged_of_a_redacted_run_is_what_it_was() {
    let run = &read(&rich()).expect("a run");
    let redacted = Redactor::default().run(run);
    let (before, after) = (judge::summarise(run), judge::summarise(&redacted));
    for (old, new) in before.rows.iter().zip(&after.rows) {
        assert_eq!(old.service_time, new.service_time);
        assert_eq!(
            (old.target, old.operation, old.connection),
            (new.target, new.operation, new.connection)
        );
    }
    let checks = |summary: &judge::Summary| -> Vec<_> {
        let checks = summary.checks.iter();
        checks
            .map(|check| (check.name.clone(), check.verdict, check.statistic))
            .collect()
    };
    assert_eq!(checks(&before), checks(&after));
    assert_eq!(
        redacted.plan.judging.gates,
        ["p50(endpoint-1) <= 800ms", "error_rate(regional) < 90%"]
    );
    assert_eq!(redacted.measured.elapsed_ns, run.measured.elapsed_ns);
    assert_eq!(redacted.header.started_at, "2031-07-19T13:00:00Z");
    let starts: Vec<&str> = redacted
        .measured
        .windows
        .iter()
        .map(|window| window.started_at.as_str())
        .collect();
    assert_eq!(
        starts,
        ["2031-07-19T13:00:00Z", "2031-07-19T13:12:18Z"],
        "the gap is as it was"
    );
}

#[test]
fn a_redacted_run_says_so_in_every_format_that_has_room_for_it() {
    let redacted = Redactor::default().run(&valid());
    for (name, bytes) in everything(&redacted) {
        // Tables of numbers, whose columns or keys are other programs' or have been published, and messages of a few words.
        let has_room = [
            "badge",
            "bencher",
            "remarks",
            "github-action-benchmark",
            "csv",
        ]
        .iter()
        .all(|kind| !name.contains(kind));
        if has_room && !bytes.is_empty() {
            assert!(readable(&bytes).contains("redacted"), "{name}");
        }
    }
}

#[test]
fn samples_of_a_redacted_run_have_its_names_and_addresses_and_no_ids() {
    let mut redactor = Redactor::default();
    let run = redactor.run(&read(&rich()).expect("a run"));
    let mut sample = crate::results::small_run::sample(7);
    let exchange = &mut sample.exchange;
    exchange.remote = Some("203.0.113.7:4433".parse().expect("an address"));
    exchange.request_id = sts_model::Remote::new(MARK);
    exchange.served_by = sts_model::Remote::new(MARK);
    exchange.origin = sts_model::Remote::new(MARK);
    exchange.outcome = crate::sample::Outcome::Fault(sts_model::FaultCode::from("QzxmarkFault"));
    let shown: Sample = redactor.sample(sample.clone());
    assert_eq!(shown.timing, sample.timing);
    assert_eq!(shown.arrival, sample.arrival);
    let text = format!("{:?}", shown.exchange).to_lowercase();
    assert!(
        !text.contains(MARK) && !text.contains("203.0.113"),
        "{text}"
    );
    let remote = shown.exchange.remote.expect("an address").ip().to_string();
    assert!(
        run.measured.series[0].remotes.contains_key(&remote),
        "the same as in the run"
    );
}

#[test]
fn what_is_the_same_in_two_runs_is_replaced_by_the_same() {
    let mut redactor = Redactor::default();
    let mut later = valid();
    later
        .measured
        .signing
        .record(std::time::Duration::from_nanos(1));
    let mut elsewhere = later.clone();
    elsewhere.header.vantage.name.push('2');
    let [first, second, third] = [&valid(), &later, &elsewhere].map(|run| redactor.run(run));
    assert_eq!(first.header.vantage.name, second.header.vantage.name);
    assert_ne!(first.header.vantage.name, third.header.vantage.name);
    assert_ne!(
        first.header.run_id, second.header.run_id,
        "each is its own run"
    );
    assert_eq!(first.plan, second.plan);
    let alone = Redactor::default().run(&later);
    assert_ne!(
        alone.header.vantage.name, first.header.vantage.name,
        "whether two that were redacted apart are of one place is not told"
    );
}
