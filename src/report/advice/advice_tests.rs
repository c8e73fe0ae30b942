//! What is shown, of runs of every outcome.

use sts_model::{CLIENTS, ClientEnvironment};

use crate::advice::{Advice, CallersProfile, RegionFrom, advise, client_calls};
use crate::judge::summarise;
use crate::judge::synthetic_run::{Fixture, answer};
use crate::place::RegionSource;
use crate::results::Run;

use super::{AdviceSheet, json, markdown, terminal};

fn in_region(region: &str) -> ClientEnvironment {
    let mut environment = ClientEnvironment::default();
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        environment
            .variables
            .insert(name.to_owned(), region.to_owned());
    }
    environment
}

/// Text, Markdown and JSON of a run seen from a Region.
fn shown(run: Option<&Run>, region: &str, calls_per_hour: Option<f64>) -> [String; 3] {
    let calls = client_calls(&in_region(region), Some(region), &[]);
    let summary = run.map(summarise);
    let advice = match &summary {
        Some(summary) => advise(summary, Some(region)),
        None => Advice::without_run(Some(region)),
    };
    let advice = advice.for_clients(&calls);
    let from = RegionFrom::Here(RegionSource::Variable("AWS_REGION".to_owned()));
    let sheet = AdviceSheet::new(
        &advice,
        Some(&from),
        &calls,
        run.zip(summary.as_ref()),
        calls_per_hour,
    );
    [
        terminal(&sheet),
        markdown(&sheet),
        json(&sheet).expect("every key is a text"),
    ]
}

fn measured(global: u64, regional: u64, region: &str) -> Run {
    Fixture::of(&format!("global,{region}"))
        .calls(200, |_, _| answer(global))
        .calls_of(region, 200, |_| answer(regional))
        .run()
}

#[test]
fn the_decision_comes_first_and_no_line_is_wider_than_eighty_columns() {
    for (global, regional, region, begins) in [
        (
            90,
            25,
            "eu-central-1",
            "Set AWS_STS_REGIONAL_ENDPOINTS=regional: eu-central-1 saves 65.0 ms",
        ),
        (
            30,
            90,
            "us-west-2",
            "AWS_STS_REGIONAL_ENDPOINTS=regional would make it slower: us-west-2 takes longer than the global endpoint, by 60.0",
        ),
        (
            30,
            30,
            "eu-west-1",
            "No need for AWS_STS_REGIONAL_ENDPOINTS=regional: eu-west-1 and the global",
        ),
        (
            90,
            20,
            "ap-east-1",
            "Set AWS_STS_REGIONAL_ENDPOINTS=regional: ap-east-1 saves 70.0 ms",
        ),
    ] {
        let run = measured(global, regional, region);
        let [text, page, _] = shown(Some(&run), region, Some(10_000.0));
        let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.starts_with(begins), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(
            page.starts_with("# Global or Regional STS endpoint"),
            "{page}"
        );
    }
    for region in ["us-gov-west-1", "cn-north-1"] {
        let [text, ..] = shown(None, region, None);
        assert!(
            text.starts_with("Nothing to decide: the partition of"),
            "{text}"
        );
        assert!(!text.contains("sts.amazonaws.com (global)\n"), "{text}");
    }
}

#[test]
fn an_opt_in_region_is_said_to_be_one() {
    let run = measured(90, 20, "ap-east-1");
    let [text, ..] = shown(Some(&run), "ap-east-1", None);
    assert!(text.contains("an opt-in Region"), "{text}");
    assert!(text.contains("never served in an opt-in Region"), "{text}");
}

#[test]
fn lines_to_paste_come_with_what_is_to_be_set_only() {
    let faster = measured(90, 25, "eu-central-1");
    let [text, page, _] = shown(Some(&faster), "eu-central-1", None);
    for line in [
        "export AWS_STS_REGIONAL_ENDPOINTS=regional",
        "sts_regional_endpoints = regional",
        "sts_region = \"eu-central-1\"",
        "eks.amazonaws.com/sts-regional-endpoints: \"true\"",
    ] {
        assert!(text.contains(line) && page.contains(line), "{line}");
    }
    let slower = measured(25, 90, "eu-central-1");
    let [text, page, _] = shown(Some(&slower), "eu-central-1", None);
    assert!(
        !text.contains("export") && !page.contains("export"),
        "{text}"
    );
}

#[test]
fn json_has_every_client_with_what_it_calls_and_why() {
    let [_, _, document] = shown(None, "eu-central-1", None);
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    let clients = document["clients"].as_array().expect("a list");
    assert_eq!(clients.len(), CLIENTS.len());
    for client in clients {
        let called = &client["calls"];
        assert!(
            called["url"].is_string() || called["refused"]["error"].is_string(),
            "{client}"
        );
        assert!(!client["sources"].as_array().expect("a list").is_empty());
    }
    assert_eq!(document["decision"]["verdict"], "not-shown");
    assert_eq!(document["decision"]["reason"], "no-run");
}

#[test]
fn every_time_in_json_is_one_of_the_summary() {
    let run = measured(90, 25, "eu-central-1");
    let summary = summarise(&run);
    let report = crate::report::Report::new(&run, &summary);
    let summary = crate::report::summary_json(&report);
    let [_, _, document] = shown(Some(&run), "eu-central-1", None);
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    let kept = &document["kept_connection"];
    for number in [
        &kept["difference_ns"],
        &kept["difference_interval_ns"]["low"],
        &kept["difference_interval_ns"]["high"],
        &kept["regional_p50_ns"],
        &kept["global_p50_ns"],
    ] {
        assert!(
            number.is_i64() && summary.contains(&format!(": {number}")),
            "{number}"
        );
    }
}

#[test]
fn a_run_that_was_cut_short_failed_checks_or_saw_no_aws_says_so_below_the_decision() {
    let whole = measured(90, 25, "eu-central-1");
    let [text, ..] = shown(Some(&whole), "eu-central-1", None);
    assert!(
        !text.contains("EARLY LOOK") && !text.contains("INVALID"),
        "{text}"
    );
    let mut cut = whole.clone();
    cut.measured.completion = crate::results::Completion::Interrupted;
    for text in shown(Some(&cut), "eu-central-1", None).iter().take(2) {
        assert!(text.contains("EARLY LOOK: interrupted after"), "{text}");
    }
}

#[test]
fn an_unknown_region_gets_a_hint_and_nothing_to_paste() {
    let [text, markdown, _] = shown(None, "eu-centrall-1", None);
    for text in [text, markdown] {
        assert!(
            text.contains("knows no Region eu-centrall-1, did you mean eu-central-1?"),
            "{text}"
        );
        assert!(!text.contains("export AWS_REGION"), "{text}");
    }
}

/// The text for callers in an environment with these variables, of a run in which Frankfurt is faster.
fn said_in(variables: &[(&str, &str)], callers: CallersProfile) -> String {
    let run = measured(90, 25, "eu-central-1");
    let mut environment = in_region("eu-central-1");
    for (name, value) in variables {
        environment
            .variables
            .insert((*name).to_owned(), (*value).to_owned());
    }
    let calls = client_calls(&environment, Some("eu-central-1"), &[]);
    let summary = summarise(&run);
    let advice = advise(&summary, Some("eu-central-1")).for_clients(&calls);
    let run = Some((&run, &summary));
    let sheet = AdviceSheet::new(&advice, None, &calls, run, None).for_callers(callers);
    let text = terminal(&sheet);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_keeps_clients_from_the_regions_endpoint_is_said() {
    for (variables, words) in [
        (
            &[("AWS_STS_REGIONAL_ENDPOINTS", "foo")][..],
            "make no call here: AWS_STS_REGIONAL_ENDPOINTS is \"foo\"; allowed: legacy, regional.",
        ),
        (
            &[("AWS_ENDPOINT_URL_STS", "https://sts.amazonaws.com")],
            "call the global endpoint whatever AWS_STS_REGIONAL_ENDPOINTS says, because AWS_ENDPOINT_URL_STS names it.",
        ),
        (
            &[("AWS_USE_FIPS_ENDPOINT", "true")],
            "AWS lists no FIPS host https://sts-fips.eu-central-1.amazonaws.com: the name is only constructed and may not exist.",
        ),
    ] {
        let text = said_in(variables, CallersProfile::default());
        assert!(text.contains(words), "{text}");
    }
    let text = said_in(&[], CallersProfile::default());
    assert!(
        !text.contains("FIPS host") && !text.contains("whatever"),
        "{text}"
    );
}

#[test]
fn the_lines_to_paste_are_for_the_callers_profile_and_file() {
    for (profile, heading) in [
        ("default", "[default] region = eu-central-1"),
        ("prod", "[profile prod] region = eu-central-1"),
        ("my team", "[profile \"my team\"] region = eu-central-1"),
    ] {
        let callers = CallersProfile {
            profile: profile.to_owned(),
            file: "/etc/aws/config".to_owned(),
        };
        let text = said_in(&[], callers);
        let section = format!("/etc/aws/config {heading} sts_regional_endpoints = regional");
        assert!(text.contains(&section), "{text}");
    }
}
