//! `stsbench doctor`: what it finds about environments that are made up, and that it sends no more than it says.

use std::time::Duration;

use serde_json::Value;

use crate::stub::{Stub, USER, sts};
use crate::support::{FAST, FleetProcess, Home, KEY_ID, Ran, SECRET, Untouched, stopwatch};

const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/reader/session";

/// What was found, by subject and kind.
struct Found(Vec<Value>);

impl Found {
    fn of(ran: &Ran) -> Self {
        let found: Value = serde_json::from_str(&ran.stdout).expect("a JSON array");
        Self(found.as_array().expect("an array").clone())
    }

    /// The mark of the finding of that kind, with what it says.
    #[track_caller]
    fn kind(&self, kind: &str) -> (&str, &str) {
        let mut all = self.0.iter();
        let found = all.find(|it| it["finding"]["kind"] == kind);
        let found = found.unwrap_or_else(|| panic!("no {kind} in {:#?}", self.0));
        let text = |field: &str| found[field].as_str().unwrap_or_default();
        (text("mark"), text("text"))
    }

    fn marks<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a str> {
        let of = self.0.iter().filter(move |it| it["subject"] == subject);
        of.filter_map(|it| it["mark"].as_str())
    }
}

fn examined(home: &Home, arguments: &[&str], code: i32) -> Found {
    let mut all = vec!["doctor", "--format=json"];
    all.extend(arguments);
    Found::of(&home.run(all).exits(code))
}

#[test]
fn a_profile_that_no_file_has_is_found_without_any_call() {
    let config = "[profile there]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
                  aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    let home = Home::new().file(".aws/config", config);
    let missing = examined(&home, &["--offline", "--profile=nope"], 1);
    let (mark, text) = missing.kind("no-credentials");
    assert_eq!(mark, "fail");
    assert!(text.contains("nope"), "{text}");
    // Keys that nothing would be called with are no source of credentials.
    let with_keys = home.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").set(
        "AWS_SECRET_ACCESS_KEY",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    );
    let missing = examined(&with_keys, &["--offline", "--profile=nope"], 1);
    let of_sources: Vec<&str> = missing.marks("credentials").collect();
    assert!(
        of_sources.contains(&"skip") && !of_sources.contains(&"ok"),
        "{of_sources:?}"
    );
    let there = examined(&with_keys, &["--offline", "--profile=there"], 0);
    assert_eq!(there.kind("caller-not-asked").0, "skip");
}

#[test]
fn a_service_that_is_called_as_the_variables_say_is_found_ready() {
    let fleet = FleetProcess::start(FAST);
    let url = &fleet.endpoint("eu-central-1").url;
    let home = fleet
        .user()
        .set("AWS_ENDPOINT_URL_STS", url)
        .set("AWS_CA_BUNDLE", fleet.ca_file())
        .set("AWS_REGION", "eu-central-1");
    let found = examined(&home, &[], 0);
    let (mark, caller) = found.kind("caller");
    assert_eq!(mark, "ok");
    assert!(
        caller.contains("****") && caller.contains("long-term keys"),
        "{caller}"
    );
    assert_eq!(found.kind("tls-vouched").0, "ok");
    assert_eq!(found.kind("clock").0, "ok");
    assert_eq!(found.kind("may-call").0, "ok");
    assert_eq!(
        found.kind("region"),
        ("ok", "eu-central-1, from AWS_REGION")
    );
    assert_eq!(found.kind("sources"), ("ok", "from environment variables"));
    assert_eq!(found.kind("no-opt-in").0, "ok");
    assert_eq!(found.kind("no-proxy").0, "ok");
    assert_eq!(found.kind("endpoint-variables").0, "warn");
    assert!(found.marks("kernel").count() == 2 && found.marks("machine").count() > 0);
    let shown = home.run(["doctor", "--show-identity"]).exits(0);
    assert!(
        !shown.stdout.contains("****") && shown.stdout.contains(" ok, "),
        "{}",
        shown.stdout
    );
    let ledger = fleet.finish();
    assert_eq!(ledger.requests(), 2, "one call each");
}

#[test]
fn credentials_that_are_missing_or_refused_are_failures_with_a_remedy() {
    let fleet = FleetProcess::start(FAST);
    let url = fleet.plaintext("eu-central-1");
    let none = examined(&Home::new(), &["--endpoint-url", &url], 1);
    assert_eq!(none.kind("no-credentials").0, "fail");
    assert_eq!(none.marks("permissions").collect::<Vec<_>>(), ["skip"]);
    let ran = Home::new().run(["doctor", "--endpoint-url", &url]).exits(1);
    assert!(
        ran.stdout.contains("→ set AWS_ACCESS_KEY_ID"),
        "{}",
        ran.stdout
    );
    let wrong = Home::with_keys(KEY_ID, SECRET);
    let refused = examined(&wrong, &["--endpoint-url", &url], 1);
    let (mark, said) = refused.kind("refused");
    assert_eq!(mark, "fail");
    assert!(said.contains("InvalidClientTokenId"), "{said}");
    assert!(
        !refused
            .0
            .iter()
            .any(|it| it.to_string().contains("CANARYsecret"))
    );
}

#[test]
fn a_clock_that_is_far_off_and_a_role_that_may_not_call_are_told() {
    let peer = Stub::start(|heard| {
        let date = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
        sts(heard, ROLE, date)
    });
    let home = Home::with_keys("ASIAQNZGCANARYKEY234", SECRET)
        .set("AWS_SESSION_TOKEN", "tokenCANARYtokenCANARY")
        .set("AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z");
    let url = format!("eu-west-1={}", peer.url());
    let found = examined(&home, &["--endpoint-url", &url], 1);
    let (mark, said) = found.kind("clock");
    assert_eq!(mark, "fail");
    assert!(said.contains(" s ahead of the service's"), "{said}");
    let (mark, said) = found.kind("may-not-call");
    assert_eq!(
        (mark, said),
        ("warn", "STS refuses get-session-token to a role's session")
    );
    assert!(found.kind("caller").1.contains("they end in "));
    assert_eq!(peer.heard().len(), 1, "one call");
    let only = ["--endpoint-url", &url, "--operations=get-session-token"];
    assert_eq!(examined(&home, &only, 1).kind("may-not-call").0, "fail");
}

#[test]
fn a_user_at_a_service_without_a_date_is_ready_and_the_clock_not_checked() {
    let peer = Stub::start(|heard| sts(heard, USER, ""));
    let home = Home::with_keys(KEY_ID, SECRET).set("AWS_REGION", "us-gov-west-1");
    let url = format!("eu-west-1={}", peer.url());
    let endpoints = "--endpoints=eu-west-1,eu-central-2";
    let found = examined(&home, &["--endpoint-url", &url, endpoints], 0);
    assert_eq!(found.marks("clock").collect::<Vec<_>>(), ["skip"]);
    let (mark, said) = found.kind("opt-in");
    assert_eq!(mark, "warn");
    assert!(said.contains("eu-central-2"), "{said}");
}

#[test]
fn offline_nothing_is_sent_and_what_stands_in_files_is_told() {
    let peer = Untouched::new();
    let home = Home::with_keys(KEY_ID, SECRET)
        .unset("AWS_EC2_METADATA_DISABLED")
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", peer.url())
        .set("AWS_ENDPOINT_URL_STS", peer.url())
        .set("HTTPS_PROXY", peer.url())
        .file(
            ".aws/credentials",
            "[default]\naws_access_key_id = x\naws_secret_access_key = y\n",
        );
    let found = examined(&home, &["--offline"], 0);
    peer.check();
    let (mark, said) = found.kind("sources");
    assert_eq!(mark, "warn");
    assert!(
        said.starts_with("from environment variables; also configured"),
        "{said}"
    );
    assert_eq!(found.kind("no-region").0, "warn");
    assert_eq!(found.kind("proxies").0, "warn");
    assert_eq!(found.kind("caller-not-asked").0, "skip");
}

#[test]
fn a_malformed_region_and_a_name_without_an_address_are_failures_and_soon_told() {
    let bad = Home::new().set("AWS_REGION", "Frankfurt");
    let found = examined(&bad, &["--offline"], 1);
    let (mark, said) = found.kind("bad-place");
    assert_eq!(mark, "fail");
    assert!(said.starts_with("AWS_REGION: "), "{said}");
    // No DNS server is there.
    let home = Home::with_keys(KEY_ID, SECRET).set("AWS_REGION", "eu-west-1");
    let began = stopwatch();
    let found = examined(&home, &["--resolver=127.0.0.1:9"], 1);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(found.kind("unresolved").0, "fail");
    assert_eq!(found.kind("unanswered").0, "fail");
}

#[test]
fn a_host_that_a_variable_names_and_nobody_admits_is_not_called() {
    let home = Home::with_keys(KEY_ID, SECRET)
        .set("AWS_ENDPOINT_URL", "https://sts.lab.example")
        .set("AWS_REGION", "eu-west-1");
    let found = examined(&home, &["--resolver=127.0.0.1:9"], 1);
    let (mark, said) = found.kind("not-called");
    assert_eq!(mark, "warn");
    assert!(
        said.contains("AWS_ENDPOINT_URL: ") && said.contains("--allow-host"),
        "{said}"
    );
}
