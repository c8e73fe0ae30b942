//! Writing to a bucket beside others: conflicts, a caller with few permissions, a store that hangs. What is said to be stored is.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::stub::{Heard, Stub, response};
use crate::support::{Home, SECRET};

const KEY_ID: &str = "AKIAQNZGCANARYKEYABC";

/// A bucket in memory that heeds `If-None-Match`.
struct Bucket {
    server: Stub,
    objects: Arc<Mutex<BTreeMap<String, String>>>,
}

/// What is answered to a method and a path instead of what S3 would; `None` for what S3 would.
type Instead = dyn Fn(&str, &str, bool) -> Option<String> + Send + Sync;

fn fault(status: &str, code: &str) -> String {
    let body = format!("<Error><Code>{code}</Code></Error>");
    response(status, "", &body)
}

impl Bucket {
    fn start(instead: impl Fn(&str, &str, bool) -> Option<String> + Send + Sync + 'static) -> Self {
        let objects = Arc::new(Mutex::new(BTreeMap::new()));
        let kept = Arc::clone(&objects);
        let server = Stub::start(move |heard| {
            let mut objects = kept.lock().unwrap_or_else(PoisonError::into_inner);
            answer(&mut objects, heard, &instead)
        });
        Self { server, objects }
    }

    fn push(&self, home: &Home, more: &[&str]) -> crate::support::Ran {
        let options = [
            "--store=s3://bucket/p",
            "--store-region=us-east-1",
            "--store-endpoint",
            self.server.url(),
        ];
        home.run(["push"].iter().chain(more).chain(&options))
    }

    fn names(&self) -> Vec<String> {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let last = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
        objects.keys().map(last).collect()
    }

    fn remove(&self, name: &str) {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        objects.retain(|path, _| !path.ends_with(name));
    }

    /// Every run's manifest lists what is there.
    #[track_caller]
    fn manifests_are_right(&self, runs: usize) {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let manifests = objects
            .iter()
            .filter(|(path, _)| path.ends_with("/manifest.json"));
        let mut seen = 0;
        for (path, text) in manifests {
            seen += 1;
            let manifest: Value = serde_json::from_str(text).expect("JSON");
            for file in manifest["files"].as_array().expect("files") {
                let name = file["name"].as_str().expect("a name");
                let object = objects.get(&path.replace("manifest.json", name));
                let object = object.unwrap_or_else(|| panic!("{name} is not there"));
                assert_eq!(file["bytes"], object.len() as u64, "{name}");
            }
        }
        assert_eq!(seen, runs);
    }
}

fn answer(objects: &mut BTreeMap<String, String>, heard: &Heard, instead: &Instead) -> String {
    let mut words = heard.head.split_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let is_there = objects.contains_key(path);
    if let Some(answer) = instead(method, path, is_there) {
        return answer;
    }
    let etag = "etag: \"x\"\r\n";
    match method {
        "PUT" if is_there => fault("412 Precondition Failed", "PreconditionFailed"),
        "PUT" => {
            assert_eq!(heard.header("if-none-match"), "*", "nothing is replaced");
            objects.insert(path.to_owned(), heard.body.clone());
            response("200 OK", etag, "")
        }
        // The answer to HEAD has no body.
        "HEAD" if is_there => response("200 OK", etag, ""),
        "HEAD" => response("404 Not Found", "", ""),
        _ if path.contains("list-type=2") => response("200 OK", "", &list(objects)),
        _ => match objects.get(path) {
            Some(body) => response("200 OK", etag, body),
            None => fault("404 Not Found", "NoSuchKey"),
        },
    }
}

/// Every object in one page.
fn list(objects: &BTreeMap<String, String>) -> String {
    let mut list = "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>".to_owned();
    for path in objects.keys() {
        let key = path.trim_start_matches("/bucket/").replace("%3D", "=");
        list += &format!("<Contents><Key>{key}</Key></Contents>");
    }
    list + "</ListBucketResult>"
}

/// A run of the golden ones under another id.
fn golden(run_id: &str) -> Value {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs/audit");
    let text = std::fs::read_to_string(golden.join("run.json")).expect("readable");
    let mut run: Value = serde_json::from_str(&text).expect("JSON");
    run["run_id"] = run_id.into();
    run["started_at"] = "2025-01-28T13:42:06Z".into();
    run
}

fn home() -> Home {
    let run = golden("20250128-134206-00000001").to_string();
    Home::with_keys(KEY_ID, SECRET).file("one.json", run)
}

#[test]
fn what_others_write_at_this_moment_is_written_again_and_the_manifest_lists_what_is_there() {
    for busy in [
        "/run.json",
        "/summary.csv",
        "/histograms.hlog",
        "/manifest.json",
    ] {
        let conflicts = Mutex::new(2);
        let bucket = Bucket::start(move |method, path, _| {
            let mut left = conflicts.lock().unwrap_or_else(PoisonError::into_inner);
            if method != "PUT" || !path.ends_with(busy) || *left == 0 {
                return None;
            }
            *left -= 1;
            Some(fault("409 Conflict", "ConditionalRequestConflict"))
        });
        let ran = bucket.push(&home(), &["one.json"]).exits(0);
        assert!(ran.stderr.contains("00000001 stored"), "{busy}: {ran:?}");
        bucket.manifests_are_right(1);
    }
}

#[test]
fn a_conflict_without_an_end_is_no_success() {
    let bucket = Bucket::start(|method, path, _| {
        let is_busy = method == "PUT" && path.ends_with("/manifest.json");
        is_busy.then(|| fault("409 Conflict", "ConditionalRequestConflict"))
    });
    let ran = bucket.push(&home(), &["one.json"]).exits(6);
    ran.says(&[
        "manifest.json",
        "HTTP 409, ConditionalRequestConflict",
        "push again",
    ]);
    assert_eq!(
        bucket.names(),
        ["histograms.hlog", "run.json", "summary.csv"]
    );
}

#[test]
fn what_is_said_to_be_there_and_is_not_is_no_success() {
    let bucket = Bucket::start(|method, path, _| {
        let is_denied = method == "PUT" && path.ends_with("/manifest.json");
        is_denied.then(|| fault("412 Precondition Failed", "PreconditionFailed"))
    });
    let ran = bucket.push(&home(), &["one.json"]).exits(6);
    ran.says(&["manifest.json", "is said to be there, and is not"]);
}

#[test]
fn who_may_write_and_read_and_not_list_completes_a_run_that_was_cut_off() {
    // S3 tells nobody what is missing who may not list the bucket.
    let bucket = Bucket::start(|method, _, is_there| match method {
        "HEAD" if !is_there => Some(response("403 Forbidden", "", "")),
        "GET" if !is_there => Some(fault("403 Forbidden", "AccessDenied")),
        _ => None,
    });
    let home = home();
    let push = || bucket.push(&home, &["one.json"]).exits(0).stderr;
    assert!(push().contains("00000001 stored"));
    assert!(push().contains("is there already"));
    bucket.remove("/manifest.json");
    bucket.remove("/summary.csv");
    assert!(push().contains("00000001 stored"));
    bucket.manifests_are_right(1);
    assert!(push().contains("is there already"));
}

#[test]
fn a_server_without_conditions_is_written_to_only_where_the_name_is_known_to_be_free() {
    let bucket = Bucket::start(|method, _, is_there| match method {
        "HEAD" if !is_there => Some(response("403 Forbidden", "", "")),
        "PUT" => Some(fault("501 Not Implemented", "NotImplemented")),
        _ => None,
    });
    bucket
        .push(&home(), &["one.json"])
        .exits(6)
        .says(&["HTTP 501"]);
    assert!(bucket.names().is_empty());
}

#[test]
fn a_manifest_of_something_else_is_no_success() {
    let bucket = Bucket::start(|_, _, _| None);
    bucket.push(&home(), &["one.json"]).exits(0);
    let mut objects = bucket
        .objects
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    for (path, text) in objects.iter_mut() {
        if path.ends_with("/manifest.json") {
            *text = text.replace("\"sha256\": \"", "\"sha256\": \"0");
        }
    }
    drop(objects);
    let ran = bucket.push(&home(), &["one.json"]).exits(6);
    ran.says(&["its manifest does not list this run; nothing was replaced"]);
}

#[test]
fn a_run_that_is_refused_costs_no_other_its_place_in_the_store() {
    let ids = ["20250128-134206-00000001", "20250128-134206-00000002"];
    let mut other = golden(ids[0]);
    other["elapsed_ns"] = (other["elapsed_ns"].as_u64().expect("a number") + 1).into();
    let mut broken = golden("20250128-134206-00000000");
    broken["series"][0]["target"] = 999.into();
    let home = Home::new()
        .file("first/one.json", other.to_string())
        .file("runs/0.json", broken.to_string())
        .file("runs/1.json", golden(ids[0]).to_string())
        .file("runs/2.json", golden(ids[1]).to_string());
    home.run(["push", "first", "--store=store"]).exits(0);
    let ran = home.run(["push", "runs", "--store=store"]).exits(6);
    ran.says(&[
        "not stored: \"runs/0.json\"",
        "already holds different content under",
        "run=20250128-134206-00000001; nothing was replaced",
        "20250128-134206-00000002 stored",
        "2 of 3 runs are not stored",
    ]);
    let ran = home.run(["matrix", "store", "--format=json"]).exits(0);
    assert!(ran.stdout.contains(ids[1]), "{}", ran.stdout);
    home.run(["push", "runs/1.json", "--store=store"]).exits(6);
}

#[test]
fn a_run_that_the_store_does_not_deliver_costs_that_run_alone() {
    let id = |place: usize| format!("20250128-134206-0000000{place}");
    let mut home = Home::with_keys(KEY_ID, SECRET);
    for place in 1..=4 {
        let mut run = golden(&id(place));
        run["vantage"]["name"] = format!("place-{place}").into();
        home = home.file(&format!("runs/{place}.json"), run.to_string());
    }
    // How many places lack their run, and whether anything is left to show.
    for (lost, exit) in [(1, 0), (2, 0), (4, 2)] {
        let refuses = Arc::new(Mutex::new(false));
        let refused = Arc::clone(&refuses);
        let bucket = Bucket::start(move |method, path, _| {
            let is_lost = (1..=lost).any(|place| path.contains(&format!("place-{place}/")));
            let refuses = *refused.lock().unwrap_or_else(PoisonError::into_inner);
            let is_refused = refuses && method == "GET" && is_lost && path.ends_with("/run.json");
            is_refused.then(|| fault("500 Internal Server Error", "InternalError"))
        });
        bucket.push(&home, &["runs"]).exits(0);
        *refuses.lock().unwrap_or_else(PoisonError::into_inner) = true;
        let view = [
            "matrix",
            "s3://bucket/p",
            "--store-region=us-east-1",
            "--store-endpoint",
            bucket.server.url(),
            "--format=csv",
        ];
        let ran = home.run(view).exits(exit);
        let ran = ran.says(&["gave no usable answer in 5 attempts: HTTP 500, InternalError"]);
        for place in 1..=4 {
            let is_shown = ran.stdout.contains(&format!("place-{place}"));
            assert_eq!(
                is_shown,
                exit == 0 && place > lost,
                "{lost}: {}",
                ran.stdout
            );
        }
    }
}
