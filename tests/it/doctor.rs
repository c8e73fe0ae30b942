//! `stsbench doctor`: what it finds about environments that are made up, and that it sends no more than it says.

use std::time::Duration;

use serde_json::Value;

use crate::stub::{Stub, USER, response, sts};
use crate::support::{FAST, Home, KEY_ID, Ran, SECRET, TestEmulator, Untouched, stopwatch};

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
    let fleet = TestEmulator::start(FAST);
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
    let fleet = TestEmulator::start(FAST);
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
    assert!(found.kind("caller").1.contains("they expire in "));
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
    // A Region that AWS does not have is no wrong option.
    let config = "[default]\nregion = eu-centrl-1\n";
    for (home, said) in [
        (
            Home::new().set("AWS_REGION", "foo-bar-1"),
            "AWS_REGION: AWS has no Region foo-bar-1",
        ),
        (
            Home::new().file(".aws/config", config),
            "did you mean eu-central-1?",
        ),
    ] {
        for arguments in [&["--offline"][..], &["--offline", "--endpoints=here"]] {
            let found = examined(&home, arguments, 1);
            let (mark, text) = found.kind("bad-place");
            assert!(mark == "fail" && text.contains(said), "{mark} {text}");
        }
    }
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

/// A fault as STS sends it.
fn fault(status: &str, code: &str, message: &str) -> String {
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    );
    response(status, "content-type: text/xml\r\n", &body)
}

#[test]
fn of_a_caller_whom_nobody_named_no_permission_is_claimed_and_each_refusal_has_its_remedy() {
    let scope = "Credential should be scoped to a valid region. ";
    let mismatch = "SignatureDoesNotMatch";
    for (reply, kind, remedy) in [
        (
            fault("403 Forbidden", "InvalidClientTokenId", ""),
            "refused",
            "renew the credentials",
        ),
        (
            fault("403 Forbidden", "ExpiredToken", ""),
            "refused",
            "get fresh credentials",
        ),
        (
            fault("403 Forbidden", "AccessDenied", ""),
            "refused",
            "denies sts:GetCallerIdentity",
        ),
        (
            fault("403 Forbidden", mismatch, scope),
            "refused",
            "NAME=URL@REGION",
        ),
        (
            fault("403 Forbidden", mismatch, ""),
            "refused",
            "correct the secret access key",
        ),
        (
            fault("400 Bad Request", "Throttling", ""),
            "refused",
            "try again in a minute",
        ),
        (
            response("503 Service Unavailable", "", "busy"),
            "refused",
            "try again in a minute",
        ),
        (
            response("200 OK", "", "<html>sign in</html>"),
            "refused",
            "captive portal",
        ),
        (
            response("302 Found", "location: http://127.0.0.1/\r\n", ""),
            "refused",
            "captive portal",
        ),
        (String::new(), "unanswered", ""),
    ] {
        let said = reply.clone();
        let peer = Stub::start(move |_| said.clone());
        let home = Home::with_keys(KEY_ID, SECRET);
        let url = format!("x={}", peer.url());
        let found = examined(&home, &["--endpoint-url", &url], 1);
        assert_eq!(found.kind(kind).0, "fail", "{reply}");
        let permissions: Vec<&str> = found.marks("permissions").collect();
        assert_eq!(permissions, ["skip"], "{reply}");
        let told = found.0.iter().find(|it| it["finding"]["kind"] == kind);
        let told = told.expect("found");
        assert!(
            told["remedy"]
                .as_str()
                .is_some_and(|it| it.contains(remedy)),
            "{reply}: {told}"
        );
        let is_silent = told["text"]
            .as_str()
            .is_some_and(|it| it.contains("did not answer"));
        assert_eq!(is_silent, kind == "unanswered", "{told}");
    }
}

#[test]
fn a_refusal_with_a_date_tells_how_far_the_clocks_are_apart() {
    let peer = Stub::start(|_| {
        let late = fault(
            "403 Forbidden",
            "SignatureDoesNotMatch",
            "Signature expired",
        );
        late.replacen("\r\n", "\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 1)
    });
    let home = Home::with_keys(KEY_ID, SECRET);
    let url = format!("x={}", peer.url());
    let found = examined(&home, &["--endpoint-url", &url], 1);
    assert!(found.kind("refused").1.contains("set the clock"));
    let (mark, said) = found.kind("clock");
    assert_eq!(mark, "fail");
    assert!(said.contains(" s ahead of the service's"), "{said}");
}

#[test]
fn offline_keys_that_are_incomplete_or_malformed_and_a_broken_file_are_failures() {
    let half = Home::new().set("AWS_ACCESS_KEY_ID", KEY_ID);
    let found = examined(&half, &["--offline"], 1);
    let (_, said) = found.kind("no-credentials");
    assert!(said.contains("AWS_SECRET_ACCESS_KEY is missing"), "{said}");
    let (mark, said) = found.kind("unusable-sources");
    assert!(
        mark == "skip" && said.contains("environment"),
        "{mark} {said}"
    );
    for (id, secret) in [("x", SECRET), (KEY_ID, "abc")] {
        let found = examined(&Home::with_keys(id, secret), &["--offline"], 1);
        let (mark, said) = found.kind("no-credentials");
        assert_eq!(mark, "fail");
        assert!(said.contains("16 to 1"), "{said}");
    }
    let keys = format!("[default]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = abc\n");
    let short = Home::new().file(".aws/credentials", &keys);
    let found = examined(&short, &["--offline"], 1);
    let (_, said) = found.kind("no-credentials");
    assert!(
        said.starts_with("profile `default`, line 3 of ") && said.contains("the secret"),
        "{said}"
    );
    let open = Home::new().file(".aws/credentials", "[default\naws_access_key_id = x\n");
    let found = examined(&open, &["--offline"], 1);
    let (_, said) = found.kind("no-credentials");
    assert!(
        said.contains("line 1 begins with `[` and has no `]`"),
        "{said}"
    );
    let remedy = found.0.iter().find_map(|it| it["remedy"].as_str());
    assert!(remedy.is_some_and(|it| it.starts_with("correct the file")));
    assert!(found.marks("credentials").all(|mark| mark == "skip"));
    assert!(
        !found
            .0
            .iter()
            .any(|it| it["finding"]["kind"] == "no-sources")
    );
}

#[test]
fn an_authority_is_called_after_what_names_it() {
    let fleet = TestEmulator::start(FAST);
    let url = &fleet.endpoint("eu-central-1").url;
    let home = fleet
        .user()
        .set("AWS_ENDPOINT_URL_STS", url)
        .set("AWS_REGION", "eu-central-1");
    let by_option = examined(&home, &["--ca-file", &fleet.ca_file()], 0);
    assert!(by_option.kind("tls-vouched").1.contains("from --ca-file"));
    let home = home.set("AWS_CA_BUNDLE", fleet.ca_file());
    let by_variable = examined(&home, &[], 0);
    assert!(
        by_variable
            .kind("tls-vouched")
            .1
            .contains("from AWS_CA_BUNDLE")
    );
    let (_, said) = by_variable.kind("endpoint-variables");
    assert!(said.contains("AWS's tools follow it"), "{said}");
    fleet.finish();
}

#[test]
fn a_program_that_takes_its_time_is_no_failure_and_can_be_given_more() {
    let keys = format!(r#"{{"Version":1,"AccessKeyId":"{KEY_ID}","SecretAccessKey":"{SECRET}"}}"#);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let home = Home::new()
        .file("keys", keys)
        .file(
            ".aws/config",
            "[default]\ncredential_process = sh -c 'sleep 2; cat $HOME/keys'\n",
        )
        .set("PATH", path);
    let doctor = |more: &[&str]| {
        home.run(
            [
                "doctor",
                "--endpoint-url=x=http://127.0.0.1:1",
                "--endpoints=x",
            ]
            .iter()
            .chain(more),
        )
    };
    let ran = doctor(&[]);
    let line = |text: &str| {
        let lines = ran.stdout.lines();
        lines.filter(|line| line.contains(text)).count()
    };
    assert_eq!(line("warn  caller"), 1, "{}", ran.stdout);
    assert_eq!(line("fail  caller"), 0, "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("give --credential-timeout a longer time"),
        "{}",
        ran.stdout
    );
    let ran = doctor(&["--credential-timeout=20s"]);
    assert!(ran.stdout.contains("AKIA...Y234"), "{}", ran.stdout);
    doctor(&["--offline", "--credential-timeout=20s"])
        .refuses(2, &["--credential-timeout has no effect"]);
}

#[test]
fn what_is_advised_of_plaintext_can_be_done() {
    let url = "http://203.0.113.5:7901";
    let home = Home::with_keys(KEY_ID, SECRET);
    let home = home.set("AWS_ENDPOINT_URL_STS", url);
    let ran = home.run(["doctor", "--format=json"]);
    let found = Found::of(&ran);
    let (mark, text) = found.kind("not-called-in-plaintext");
    assert_eq!(mark, "warn");
    assert!(
        text.contains("plaintext http:// is allowed to a loopback address only"),
        "{text}"
    );
    let advice = "name an https:// URL; `stsbench run` measures";
    assert!(ran.stdout.contains(advice), "{}", ran.stdout);
    assert!(!ran.stdout.contains("give --allow-host"), "{}", ran.stdout);
    Home::with_keys(KEY_ID, SECRET)
        .run(["doctor", &format!("--endpoint-url=x={url}")])
        .refuses(2, &["use https:// (`stsbench run` has --insecure-http)"]);
}

#[test]
fn what_a_run_here_would_take_from_variables_and_files_is_what_is_examined() {
    let file = "region = \"eu-west-3\"\npreset = \"quick\"\nrounds = 48\nformat = \"markdown\"\n";
    let home = Home::new().file("stsbench.toml", file);
    let (_, region) = {
        let found = examined(&home, &["--offline"], 0);
        let (mark, text) = found.kind("region");
        (mark.to_owned(), text.to_owned())
    };
    assert!(region.starts_with("eu-west-3, from "), "{region}");
    let typed = examined(&home, &["--offline", "--region=us-east-2"], 0);
    assert!(typed.kind("region").1.starts_with("us-east-2"));
    let home = Home::new()
        .set("STSBENCH_REGION", "us-west-2")
        .set("STSBENCH_ENDPOINTS", "opt-in")
        .set("STSBENCH_RESOLVER", "127.0.0.1:9");
    let found = examined(&home, &["--offline"], 0);
    assert!(found.kind("region").1.starts_with("us-west-2"));
    assert_eq!(found.kind("opt-in").0, "warn");
    // A preset that depends on the Region is no reason to end.
    let nowhere = Home::new().set("STSBENCH_PRESET", "quick");
    let found = examined(&nowhere, &["--offline"], 0);
    assert_eq!(found.kind("no-region").0, "warn");
}

#[test]
fn a_word_that_no_tool_takes_for_its_endpoint_is_told_and_the_right_ones_are_not() {
    let with = |word: &str| Home::new().set("AWS_STS_REGIONAL_ENDPOINTS", word);
    let found = examined(&with("Regional"), &["--offline"], 0);
    let (mark, text) = found.kind("unknown-endpoint-setting");
    assert!(
        mark == "warn" && text.contains("\"Regional\""),
        "{mark} {text}"
    );
    for word in ["regional", "legacy"] {
        let found = examined(&with(word), &["--offline"], 0);
        let kinds = found.0.iter().map(|it| &it["finding"]["kind"]);
        assert!(
            kinds
                .filter(|kind| **kind == "unknown-endpoint-setting")
                .count()
                == 0
        );
    }
}
