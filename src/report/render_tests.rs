//! What CI systems and other programs get, read back.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

use crate::judge::synthetic_run::{Fixture, answer, answer_after, refused};
use crate::judge::{
    Check, CheckVerdict, GateClaim, GateFinding, GateOutcome, GateResult, GateSubject, Interval,
    Reach, Summary, TimeStatistic, Undecidable, summarise,
};
use crate::plan::{ConnectionMode, Group, Level, TargetName};
use crate::results::Run;
use sts_model::Operation;

use super::document::{Document, DocumentError};
use super::exchange::github_summary::github_summary;
use super::render::MAX_SUMMARY_BYTES;
use super::*;

/// An endpoint that is farther than the other and one that never answers; enough answers for p90.
fn run() -> Run {
    let fixture = Fixture::of("global,eu-central-1,ap-northeast-3")
        .calls(48, |_, i| answer(90 + u64::from(i % 7)));
    let near = |i: u32| answer_after(Duration::from_micros(25_000 + 317 * u64::from(i % 11)));
    fixture
        .calls_of("eu-central-1", 48, near)
        .calls_of("ap-northeast-3", 48, |_| refused())
        .simulated_run()
}

fn gate(outcome: GateOutcome, endpoint: &str, finding: GateFinding) -> GateResult {
    let more_samples = (outcome == GateOutcome::Inconclusive).then_some(320);
    let claim = GateClaim {
        subject: GateSubject::Target(TargetName {
            endpoint: endpoint.to_owned(),
            group: Group {
                operation: Operation::GetCallerIdentity,
                connection: ConnectionMode::Warm,
            },
        }),
        outcome,
        finding,
        more_samples,
    };
    GateResult {
        gate: format!("p(90)<{}ms", 30 + outcome as u8),
        outcome,
        claims: vec![claim],
    }
}

/// The run with a gate for each outcome, and checks that warn and refuse.
fn judged(run: &Run) -> Summary {
    let mut summary = summarise(run);
    let finding = GateFinding::Time {
        statistic: TimeStatistic::Percentile(0.9),
        value_ns: 28.1e6,
        interval_ns: Interval {
            low: 27.9e6,
            high: 28.4e6,
            confidence: 0.95,
        },
        limit_ns: 30e6,
        answers: 48,
        taken_as_independent: false,
    };
    summary.gates = [
        GateOutcome::Proven,
        GateOutcome::Inconclusive,
        GateOutcome::Violated,
        GateOutcome::Invalid,
    ]
    .map(|outcome| gate(outcome, "eu-central-1", finding.clone()))
    .to_vec();
    summary.checks.truncate(2);
    summary.checks.push(Check::new(
        "steal",
        CheckVerdict::Warn,
        "the hypervisor took 3 % of the time".to_owned(),
    ));
    summary.checks.push(Check {
        reach: Reach {
            from_percentile: Some(0.9),
            ..Reach::default()
        },
        ..Check::new(
            "stalls",
            CheckVerdict::Invalid,
            "the measuring thread stood still".to_owned(),
        )
    });
    summary
}

fn made(format: Format, run: &Run, summary: &Summary) -> Document {
    render(format, &[Report::new(run, summary)], &everything())
        .expect("a run of one place and time")
}

/// The formats that other programs read.
fn foreign() -> impl Iterator<Item = Format> {
    Format::ALL
        .into_iter()
        .skip_while(|format| *format != Format::GithubSummary)
}

/// The attributes of every element of that name.
fn elements(xml: &str, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("well formed") {
            Event::Eof => return found,
            Event::Start(start) | Event::Empty(start) if start.name().as_ref() == name => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.expect("well formed");
                    let value = attribute
                        .normalized_value(XmlVersion::Implicit1_0)
                        .expect("escaped");
                    (attribute.key.as_ref().to_owned(), value.into_owned())
                });
                found.push(attributes.collect());
            }
            _ => {}
        }
    }
}

fn json(format: Format, run: &Run, summary: &Summary) -> Value {
    serde_json::from_str(&made(format, run, summary).text).expect("JSON")
}

fn cells(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    reader
        .records()
        .map(|row| {
            row.expect("rows of one length")
                .iter()
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

#[test]
fn every_foreign_format_is_as_reviewed() {
    let run = run();
    for format in foreign() {
        let document = made(format, &run, &judged(&run));
        let text = format!("{}\nremarks: {:#?}\n", document.text, document.remarks);
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("{format}"), text) });
    }
}

#[test]
fn junit_counts_what_it_holds_and_says_how_each_gate_ended() {
    let run = run();
    let text = made(Format::Junit, &run, &judged(&run)).text;
    let suites = elements(&text, "testsuite");
    assert_eq!(suites.len(), 2, "gates and checks");
    let sum = |name: &str| {
        suites
            .iter()
            .map(|suite| suite[name].parse::<usize>().expect("a number"))
            .sum::<usize>()
    };
    let ends = ["failure", "error", "skipped", "system-out"].map(|end| elements(&text, end).len());
    assert_eq!([sum("failures"), sum("errors"), sum("skipped")], ends[..3]);
    assert_eq!(
        (sum("tests"), ends.iter().sum()),
        (8, 8),
        "every case has an end"
    );
    assert_eq!(elements(&text, "testsuites")[0]["failures"], "1");
    assert_eq!(elements(&text, "failure")[0]["type"], "violated");
    assert!(
        elements(&text, "failure")[0]["message"]
            .contains("27.9 ms to 28.4 ms, each end with 97.5 % confidence"),
        "{text}"
    );
    assert!(
        text.contains("inconclusive: eu-central-1")
            && text.contains("about 320 more of them would decide it"),
        "{text}"
    );
    assert!(
        !text.contains("each side") && !text.contains("on this system"),
        "{text}"
    );
}

#[test]
fn each_claim_is_told_with_its_own_outcome_and_what_it_lacks() {
    let run = run();
    let summary = judged(&run);
    let summary_page = made(Format::GithubSummary, &run, &summary).text;
    assert!(
        summary_page.contains("about 320 more of them would decide it"),
        "what README promises: {summary_page}"
    );
    for format in [Format::Terminal, Format::Markdown] {
        let text = made(format, &run, &summary).text;
        let labelled =
            ["inconclusive: eu-central-1", "violated: "].map(|label| text.contains(label));
        assert_eq!(labelled, [true; 2], "{format}: {text}");
        assert!(!text.contains("on this system"), "{format}");
    }
}

#[test]
fn without_gates_junit_shows_the_comparisons_and_none_of_them_fails() {
    let run = Fixture::small()
        .calls(48, |_, _| answer(90))
        .calls_of("eu-west-1", 48, |_| answer(300))
        .run();
    let text = made(Format::Junit, &run, &summarise(&run)).text;
    assert_eq!(elements(&text, "failure"), []);
    let names: Vec<_> = elements(&text, "testcase")
        .into_iter()
        .map(|case| case["name"].clone())
        .collect();
    assert_eq!(
        names[..2],
        [
            "p50 get-caller-identity warm against global",
            "p90 get-caller-identity warm against global"
        ]
    );
}

#[test]
fn numbers_that_a_check_forbids_are_not_exported_as_good_ones() {
    let run = run();
    let forbidding = |reach: Reach| {
        let mut summary = summarise(&run);
        summary.checks = vec![Check {
            reach,
            ..Check::new("stalls", CheckVerdict::Invalid, "stood still".to_owned())
        }];
        summary
    };
    let all = forbidding(Reach::default());
    for (format, empty) in [
        (Format::GithubActionBenchmark, "[]"),
        (Format::Bencher, "{}"),
        (Format::Hyperfine, "{\"results\":[]}"),
    ] {
        assert_eq!(json(format, &run, &all).to_string(), empty);
        assert!(made(format, &run, &all).remarks[0].contains("a check calls them invalid"));
    }
    let otava = made(Format::Otava, &run, &all);
    assert_eq!(cells(&otava.text).len(), 1, "a header alone");
    assert!(
        otava
            .remarks
            .iter()
            .any(|remark| remark.contains("no number that stands")),
        "{:?}",
        otava.remarks
    );
    assert!(
        !made(Format::Openmetrics, &run, &all)
            .text
            .contains("quantile=")
    );
    for format in [Format::Hgrm, Format::Hlog] {
        assert!(
            made(format, &run, &all)
                .text
                .contains("# INVALID: stalls: stood still\n"),
            "{format}"
        );
    }

    let tails = forbidding(Reach {
        from_percentile: Some(0.9),
        ..Reach::default()
    });
    let entries = json(Format::GithubActionBenchmark, &run, &tails);
    let names: Vec<_> = entries
        .as_array()
        .expect("an array")
        .iter()
        .map(|entry| entry["name"].to_string())
        .collect();
    assert!(
        names.len() == 2 && names.iter().all(|name| name.contains("/p50")),
        "{names:?}"
    );
    assert_eq!(
        json(Format::Hyperfine, &run, &tails)["results"],
        Value::Array(Vec::new()),
        "its times hold the tail"
    );
}

#[test]
fn each_reader_gets_its_own_unit_and_the_same_number() {
    let run = run();
    let summary = summarise(&run);
    let row = summary
        .rows
        .iter()
        .find(|row| row.endpoint == "eu-central-1")
        .expect("planned");
    let percentile = row
        .service_time
        .estimate(Level::P50)
        .expect("48 answers are enough");
    let name = "eu-central-1 (simulated)/eu-central-1/get-caller-identity/warm/p50";

    let latency = &json(Format::Bencher, &run, &summary)[name]["latency"];
    assert_eq!(latency["value"], percentile.value);
    assert_eq!(latency["lower_value"], percentile.interval.low);

    let entries = json(Format::GithubActionBenchmark, &run, &summary);
    let entry = entries
        .as_array()
        .expect("an array")
        .iter()
        .find(|entry| entry["name"] == name)
        .expect("exported");
    assert_eq!(
        (&entry["unit"], entry["value"].as_f64()),
        (&Value::from("ms"), Some(percentile.value / 1e6))
    );
    let range = entry["range"]
        .as_str()
        .expect("a range")
        .strip_prefix("± ")
        .expect("as the action wants it");
    let half = percentile.interval.half_width().expect("finite") / 1e6;
    assert!(
        (range.parse::<f64>().expect("a number") - half).abs() < 1e-6,
        "{range} for {half}"
    );

    let results = &json(Format::Hyperfine, &run, &summary)["results"];
    let target = results
        .as_array()
        .expect("an array")
        .iter()
        .find(|t| t["parameters"]["endpoint"] == "eu-central-1");
    let target = target.expect("exported");
    let times: Vec<f64> = serde_json::from_value(target["times"].clone()).expect("numbers");
    assert_eq!(
        (times.len(), target["exit_codes"].as_array().map(Vec::len)),
        (48, Some(48))
    );
    assert!(
        target["min"].as_f64() <= target["median"].as_f64()
            && target["median"].as_f64() <= target["max"].as_f64()
    );
    assert!(
        (times[23] - percentile.value / 1e9).abs() < 1e-9,
        "{times:?}"
    );

    let metrics = made(Format::Openmetrics, &run, &summary).text;
    let line = metrics.lines().find(|line| {
        line.contains("endpoint=\"eu-central-1\"") && line.contains("quantile=\"0.5\"")
    });
    let value: f64 = line
        .and_then(|line| line.rsplit(' ').next())
        .expect("a sample")
        .parse()
        .expect("a number");
    assert_eq!(value, percentile.value.round() / 1e9);
}

#[test]
fn an_interval_without_an_upper_end_is_left_open() {
    let run = run();
    let mut summary = summarise(&run);
    for row in &mut summary.rows {
        row.service_time
            .percentiles
            .iter_mut()
            .flatten()
            .for_each(|p| p.interval.high = f64::INFINITY);
    }
    let entry = json(Format::GithubActionBenchmark, &run, &summary)[0].clone();
    assert!(
        entry.get("range").is_none()
            && entry["extra"]
                .as_str()
                .is_some_and(|text| text.contains("interval from"))
    );
    let bencher = json(Format::Bencher, &run, &summary);
    let latency = &bencher
        .as_object()
        .expect("an object")
        .values()
        .next()
        .expect("exported")["latency"];
    assert!(
        latency.get("upper_value").is_none() && latency.get("lower_value").is_some(),
        "{latency}"
    );
    let metrics = made(Format::Openmetrics, &run, &summary).text;
    assert!(
        metrics
            .lines()
            .any(|line| line.contains("high_seconds{") && line.ends_with(" +Inf")),
        "{metrics}"
    );
}

/// Runs on three days, the second with few answers, given in another order than that of time.
fn series() -> Vec<(Run, Summary)> {
    let run = |day: u32, answers: u32| {
        let mut run = Fixture::small()
            .calls(answers, |_, _| answer(20 + u64::from(day)))
            .run();
        run.header.started_at = format!("2026-11-2{day}T14:15:00Z");
        run.header.run_id = format!("2026112{day}-141500-0badcafe");
        let summary = summarise(&run);
        (run, summary)
    };
    vec![run(3, 100), run(1, 100), run(2, 12)]
}

fn together(format: Format, series: &[(Run, Summary)]) -> Result<Document, DocumentError> {
    let reports: Vec<Report<'_>> = series
        .iter()
        .map(|(run, summary)| Report::new(run, summary))
        .collect();
    render(format, &reports, &everything())
}

#[test]
fn otava_gets_one_table_in_order_of_time_without_an_empty_cell() {
    let made = together(Format::Otava, &series()).expect("one place");
    let rows = cells(&made.text);
    assert_eq!(
        rows[0][..5],
        ["time", "run_id", "version", "vantage", "simulated"]
    );
    assert_eq!(
        rows[0][5..],
        [
            "global.get-caller-identity.warm.p50_ms",
            "eu-west-1.get-caller-identity.warm.p50_ms"
        ]
    );
    let times: Vec<_> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        times,
        [1, 2, 3].map(|day| format!("2026-11-2{day} 14:15:00 +0000"))
    );
    assert!(
        rows[1..]
            .iter()
            .flat_map(|row| &row[5..])
            .all(|cell| cell.parse::<f64>().is_ok_and(f64::is_finite))
    );
    assert!(
        made.remarks[0].contains("global.get-caller-identity.warm.p90_ms"),
        "{:?}",
        made.remarks
    );
}

#[test]
fn otava_takes_neither_two_places_nor_a_run_without_a_date() {
    let mut mixed = series();
    mixed[1].0.header.vantage.name = "elsewhere".to_owned();
    let error = together(Format::Otava, &mixed)
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains("\"eu-central-1\"") && error.contains("\"elsewhere\""),
        "{error}"
    );
    let mut undated = series();
    undated[2].0.header.started_at = "yesterday".to_owned();
    let error = together(Format::Otava, &undated)
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains("20261122-141500-0badcafe") && error.contains("yesterday"),
        "{error}"
    );
}

#[test]
fn several_runs_are_one_document_or_follow_each_other_or_are_refused() {
    let series = series();
    let mut refused = Vec::new();
    for format in Format::ALL {
        match together(format, &series) {
            // A comment is empty where nothing happened.
            Ok(made) => assert_eq!(
                made.text.is_empty(),
                format == Format::PrComment,
                "{format}"
            ),
            Err(DocumentError::Runs { runs: 3, .. }) => refused.push(format.as_str()),
            Err(other) => panic!("{format}: {other}"),
        }
    }
    assert_eq!(
        refused,
        [
            "slack",
            "badge",
            "github-action-benchmark",
            "bencher",
            "hyperfine",
            "openmetrics",
            "hlog"
        ]
    );
    let junit = together(Format::Junit, &series).expect("one document").text;
    assert_eq!(
        (
            elements(&junit, "testsuites").len(),
            elements(&junit, "testsuite").len()
        ),
        (1, 6)
    );
}

#[test]
fn a_summary_too_large_for_github_loses_whole_sections_and_says_which() {
    let run = Fixture::realistic_of("global,default").simulated_run();
    let summary = judged(&run);
    let report = Report::new(&run, &summary);
    let whole = github_summary(&report, MAX_SUMMARY_BYTES);
    assert!(!whole.contains("Left out"), "{whole}");
    // What is not folded away comes first.
    let open = whole.find("<details>").expect("most of it is folded away");
    for limit in (0..whole.len()).step_by(499) {
        let text = github_summary(&report, limit);
        assert!(text.len() <= limit, "{} > {limit}", text.len());
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count(),
            "{text}"
        );
        if limit > open + 1000 {
            let (kept, told) = text.split_once("Left out, because").expect("it says so");
            assert!(
                kept.starts_with("## ") && kept.ends_with("\n\n") && told.ends_with(".\n"),
                "{text}"
            );
            for piece in whole.split("<summary>").skip(1) {
                let heading = piece.split('<').next().expect("has a first part");
                let name = match heading.rsplit_once(", ") {
                    Some((name, number)) if number.ends_with("endpoints") => name,
                    _ => heading,
                };
                assert_ne!(
                    kept.contains(&format!("<summary>{name}")),
                    told.contains(name),
                    "{name}: {text}"
                );
            }
        }
    }
}

/// Puts `text` wherever a file or the network could have put it.
fn infested(text: &str) -> (Run, Summary) {
    let mut run = run();
    let mut summary = judged(&run);
    for place in [
        &mut run.header.vantage.name,
        &mut run.header.run_id,
        &mut run.header.tool.version,
    ] {
        *place = text.to_owned();
    }
    run.plan
        .targets
        .iter_mut()
        .for_each(|target| target.endpoint.name = text.to_owned());
    for row in &mut summary.rows {
        (row.endpoint, row.region) = (text.to_owned(), text.to_owned());
        row.served_by = BTreeMap::from([(text.to_owned(), 3)]);
        row.counts.codes = BTreeMap::from([(text.to_owned(), 3)]);
    }
    summary
        .comparisons
        .iter_mut()
        .for_each(|comparison| comparison.endpoint = text.to_owned());
    let check = Check::new("stalls", CheckVerdict::Invalid, text.to_owned());
    let forbidden = GateFinding::Undecidable(Undecidable::Forbidden {
        run_id: run.header.run_id.clone(),
        check: Box::new(check),
    });
    summary
        .gates
        .push(gate(GateOutcome::Violated, text, forbidden));
    summary
        .gates
        .iter_mut()
        .for_each(|gate| gate.gate.push_str(text));
    summary
        .checks
        .iter_mut()
        .for_each(|check| check.text = text.to_owned());
    (run, summary)
}

/// Whether a line is a comment or a sample whose labels are closed and whose value is a number.
fn is_openmetrics(line: &str) -> bool {
    let sample = || {
        let (name, rest) = line.split_once('{')?;
        let mut outside = true;
        let mut escaped = false;
        let end = rest.char_indices().find(|&(_, c)| {
            let closes = c == '}' && outside;
            outside ^= c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let value = rest.get(end?.0 + 2..)?;
        let named = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        Some(named && (value == "+Inf" || value.parse::<f64>().is_ok_and(f64::is_finite)))
    };
    line.starts_with("# ") || sample() == Some(true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rule_16_to_19_no_text_breaks_out_of_any_format(
        text in prop_oneof![
            any::<String>(),
            "([\"'<>&=,;|`\\\\{}\\[\\]#:%\u{0}-\u{1f}\u{85}\u{2028}\u{202e}\u{fffe}\u{ffff} ]|::error::|##\\[|\\]\\]>|-->){1,40}",
        ]
    ) {
        let (run, summary) = infested(&text);
        for format in Format::ALL {
            // Only HdrHistogram's tags can be refused.
            let reports = [Report::new(&run, &summary)];
            let Ok(made) = render(format, &reports, &everything()) else { continue };
            for line in made.text.lines() {
                prop_assert!(!line.contains("##[") && !line.trim_start().starts_with("::"), "{format}: {line:?}");
                prop_assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{format}: {line:?}");
                prop_assert!(format != Format::Openmetrics || is_openmetrics(line), "{line:?}");
                prop_assert!(format != Format::Hgrm || line.starts_with('#') || line.split_whitespace().count() % 4 == 0);
            }
            match format {
                Format::Junit => {
                    let suites = elements(&made.text, "testsuite");
                    prop_assert_eq!(suites.len(), 2);
                    let allowed = |c: char| !matches!(c, '\u{FFFE}' | '\u{FFFF}');
                    prop_assert!(made.text.chars().all(allowed), "{:?}", made.text);
                }
                Format::Otava | Format::Csv => prop_assert!(cells(&made.text).len() > 1),
                Format::Json | Format::Bencher | Format::Hyperfine | Format::GithubActionBenchmark => {
                    prop_assert!(serde_json::from_str::<Value>(&made.text).is_ok(), "{}", made.text);
                }
                Format::GithubSummary | Format::Markdown => prop_assert!(!made.text.contains("<b")),
                _ => {}
            }
        }
    }
}

/// Everything, without colour.
fn everything() -> Look {
    Look {
        detail: Detail::Full,
        ..Look::plain()
    }
}
