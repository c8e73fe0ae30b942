//! `stsbench serve`: windows on a schedule, and what HTTP shows of them, while things go wrong around it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rustix::process::Signal;
use stsbench::results::Completion;

use crate::interruptions::{children, has_ended};
use crate::shell::broken_pipe;
use crate::stub::{Stub, USER, sts};
use crate::support::{Home, KEY_ID, Ran, SECRET, eventually, signal};

/// A window of a fifth of a second, every second.
const SHORT: [&str; 8] = [
    "--operations=get-caller-identity",
    "--connections=warm",
    "--rounds=4",
    "--blocks=2",
    "--warmup-rounds=0",
    "--rate-per-endpoint=10",
    "--every=1s",
    "--vantage=here",
];

/// A server under way, and what it says.
struct Serving {
    child: Child,
    address: String,
    said: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Serving {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let given = |short: &&&str| {
            let name = short.split('=').next().unwrap_or_default();
            !arguments.iter().any(|argument| argument.starts_with(name))
        };
        let arguments = SHORT.iter().filter(given).chain(arguments).copied();
        Self::of(home, arguments, Stdio::null())
    }

    fn of<'a>(home: &Home, arguments: impl Iterator<Item = &'a str>, stdout: Stdio) -> Self {
        let mut child = home
            .command(["serve", "--listen=127.0.0.1:0"])
            .args(arguments)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let stderr = BufReader::new(child.stderr.take().expect("piped"));
        let said = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&said);
        let reader = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut serving = Self {
            child,
            address: String::new(),
            said,
            reader,
        };
        eventually("the address", || {
            let said = serving.said();
            let found = said.split("serving http://").nth(1);
            let found = found.and_then(|rest| rest.split('/').next());
            serving.address = found.unwrap_or_default().to_owned();
            !serving.address.is_empty()
        });
        serving
    }

    fn said(&self) -> String {
        self.said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it serves");
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    /// The sum of the metric's values over the series whose labels hold `words`.
    fn metric(&self, name: &str, words: &str) -> f64 {
        let page = self.get("/metrics");
        let series = page
            .lines()
            .filter(|line| line.starts_with(&format!("{name}{{")) && line.contains(words));
        series
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    fn succeeded(&self) -> f64 {
        self.metric("stsbench_windows_total", "result=\"success\"")
    }

    /// Waits for so many successful windows more than there are.
    fn successes(&self, more: f64) {
        let before = self.succeeded();
        eventually("a successful window", || self.succeeded() >= before + more);
    }

    fn failures(&self, kind: &str) {
        eventually(kind, || {
            self.metric(
                "stsbench_window_failures_total",
                &format!("kind=\"{kind}\""),
            ) >= 2.0
        });
    }

    /// Ends it as an init system does.
    fn end(self) -> Ran {
        signal(&self.child, Signal::TERM);
        let said = Arc::clone(&self.said);
        let output = self.child.wait_with_output().expect("ends");
        self.reader.join().expect("it has said everything");
        let stderr = said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ran {
            stderr,
            ..Ran::of(output)
        }
        .exits(0)
    }
}

#[test]
fn windows_are_measured_and_shown_until_a_signal_ends_it() {
    let home = Home::new();
    // Time enough between two windows for the signal to come there: in one that is only prepared it ends the program without
    // a word.
    let server = [
        "--simulate",
        "--endpoints=global,eu-central-1",
        "--every=4s",
    ];
    let serving = Serving::start(&home, &server);
    let fleet = children(&serving.child);
    serving.successes(2.0);
    assert!(serving.get("/-/ready").starts_with("HTTP/1.1 200"));
    assert!(serving.get("/-/healthy").starts_with("HTTP/1.1 200"));
    let report = serving.get("/report");
    assert!(
        report.contains("SIMULATED") && report.contains("text/html"),
        "{report:.300}"
    );
    assert_eq!(serving.metric("stsbench_simulated", ""), 1.0);
    assert_eq!(serving.metric("stsbench_cloudtrail_events_total", ""), 0.0);
    let counted = serving.metric("stsbench_request_duration_seconds_count", "");
    assert!(counted >= 16.0, "{counted}");
    assert!(
        std::fs::read_dir(home.path())
            .expect("listed")
            .next()
            .is_none(),
        "kept in memory"
    );
    assert_eq!(fleet.len(), 1);
    serving.end().says(&["window 1: success", "ended"]);
    assert!(fleet.iter().all(|process| has_ended(process)));
}

#[test]
fn bad_130_a_server_bears_a_reader_that_has_gone_and_a_full_disk() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    for stdout in [broken_pipe().into(), full.expect("there").into()] {
        let home = Home::new();
        let server = ["--simulate", "--endpoints=eu-central-1", "--every=4s"];
        let own = |short: &&&str| !short.starts_with("--every");
        let words = SHORT.iter().filter(own).chain(&server).copied();
        let serving = Serving::of(&home, words, stdout);
        serving.successes(1.0);
        let ran = serving.end().says(&["window 1: success", "ended"]);
        assert!(!ran.stderr.contains("internal error"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn a_signal_in_a_window_keeps_what_was_measured_and_is_no_failure() {
    let home = Home::new();
    let out = home.out();
    let out = out.to_str().expect("UTF-8");
    let serving = Serving::start(
        &home,
        &[
            "--simulate",
            "--endpoints=eu-central-1",
            "--rounds=40",
            "--every=5s",
            "--out",
            out,
        ],
    );
    eventually("a window under way", || {
        serving.metric("stsbench_window_running", "") == 1.0
    });
    let begun = || std::fs::read_dir(out).is_ok_and(|entries| entries.count() > 0);
    eventually("its directory", begun);
    serving.end();
    let entry = std::fs::read_dir(out).expect("there").next().expect("one");
    let run = stsbench::results::read(&entry.expect("read").path()).expect("a run");
    assert_eq!(run.measured.completion, Completion::Interrupted);
}

#[test]
fn fault_sts_that_is_away_costs_its_windows_and_no_others() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let home = Home::with_keys(KEY_ID, SECRET);
    let url = format!("--endpoint-url=one=http://{address}");
    let serving = Serving::start(&home, &[&url, "--endpoints=one"]);
    serving.failures("unreachable");
    assert!(serving.metric("stsbench_windows_since_success", "") >= 2.0);
    let listener = TcpListener::bind(address).expect("still free");
    let _stub = Stub::on(listener, |heard| sts(heard, USER, ""));
    serving.successes(2.0);
    assert!(serving.metric("stsbench_windows_since_success", "") <= 1.0);
    let ran = serving.end().says(&["failed (unreachable)"]);
    assert!(
        !ran.stderr.contains(SECRET) && !ran.stderr.contains("panicked"),
        "{}",
        ran.stderr
    );
}

#[test]
fn fault_credentials_that_are_lost_and_found_cost_the_windows_between() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let home = Home::new();
    let file = home.path().join("credentials");
    let home = home.set("AWS_SHARED_CREDENTIALS_FILE", &file);
    let keys =
        format!("[default]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n");
    let url = format!("--endpoint-url=one={}", stub.url());
    let serving = Serving::start(&home, &[&url, "--endpoints=one"]);
    serving.failures("credentials");
    std::fs::write(&file, &keys).expect("written");
    serving.successes(2.0);
    std::fs::remove_file(&file).expect("removed");
    let before = serving.metric("stsbench_window_failures_total", "kind=\"credentials\"");
    eventually("a window without credentials", || {
        serving.metric("stsbench_window_failures_total", "kind=\"credentials\"") > before
    });
    std::fs::write(&file, &keys).expect("written");
    serving.successes(1.0);
    serving.end();
}

#[test]
fn fault_a_directory_that_takes_no_files_costs_the_files_alone() {
    let home = Home::new().file("runs", "in the way");
    let out = home.path().join("runs");
    let place = out.to_str().expect("UTF-8").to_owned();
    let serving = Serving::start(
        &home,
        &["--simulate", "--endpoints=eu-central-1", "--out", &place],
    );
    serving.successes(2.0);
    assert!(serving.metric("stsbench_window_write_failures_total", "") >= 2.0);
    std::fs::remove_file(&out).expect("removed");
    serving.successes(3.0);
    serving.end().says(&["is not kept whole"]);
    let kept = std::fs::read_dir(&out).expect("there").count();
    assert!(kept >= 2, "each window has a directory of its own: {kept}");
}

#[test]
fn each_window_is_stored_and_a_store_that_is_away_costs_no_window() {
    let home = Home::new();
    let store = home.path().join("kept");
    let place = store.to_str().expect("UTF-8").to_owned();
    let serving = Serving::start(
        &home,
        &["--simulate", "--endpoints=eu-central-1", "--store", &place],
    );
    serving.successes(2.0);
    eventually("a file in its place", || {
        drop(std::fs::remove_dir_all(&store));
        std::fs::write(&store, "in the way").is_ok()
    });
    eventually("a run that is not stored", || {
        serving.metric("stsbench_window_write_failures_total", "") >= 1.0
    });
    std::fs::remove_file(&store).expect("removed");
    serving.successes(2.0);
    serving.end().says(&["is not stored"]);
    home.run(["matrix", &place]).exits(0);
}

#[test]
fn fault_a_store_that_never_answers_hides_no_window_and_lets_the_server_end() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", silent.local_addr().expect("bound"));
    let home = Home::with_keys(KEY_ID, SECRET);
    let serving = Serving::start(
        &home,
        &[
            "--simulate",
            "--endpoints=eu-central-1",
            "--store=s3://bucket/p",
            "--store-region=us-east-1",
            "--store-endpoint",
            &endpoint,
        ],
    );
    eventually("the first window", || serving.succeeded() >= 1.0);
    assert!(serving.get("/report").starts_with("HTTP/1.1 200"));
    serving.end().says(&[
        "gave up waiting for the store",
        "the program was asked to end",
    ]);
}

#[test]
fn a_hang_up_reads_the_plan_again_or_keeps_the_old_one_and_says_why() {
    let home = Home::new().file("plan.toml", "connections = [\"warm\"]\n");
    let plan = home.path().join("plan.toml");
    let place = plan.to_str().expect("UTF-8").to_owned();
    // The command line would win over the file.
    let short = SHORT
        .iter()
        .filter(|word| !word.starts_with("--connections"));
    let own = ["--simulate", "--endpoints=eu-central-1", "--plan", &place];
    let serving = Serving::of(&home, short.chain(&own).copied(), Stdio::null());
    serving.successes(1.0);
    let warm = |serving: &Serving| serving.metric("stsbench_requests_total", "connection=\"warm\"");
    assert!(warm(&serving) > 0.0);
    std::fs::write(&plan, "connections = [\"luke-warm\"]\n").expect("written");
    signal(&serving.child, Signal::HUP);
    let attempts = |result: &str| {
        let label = format!("result=\"{result}\"");
        serving.metric("stsbench_reload_attempts_total", &label)
    };
    eventually("the refusal", || attempts("failure") == 1.0);
    assert_eq!(serving.metric("stsbench_reload_last_success", ""), 0.0);
    let before = warm(&serving);
    serving.successes(2.0);
    assert!(warm(&serving) > before, "the old plan is measured");
    for (text, words) in [
        ("windows = 2\n", "--windows is no option"),
        ("rounds =\n", "plan.toml"),
        ("endpoints = [\"global\"]\nrate = 0\n", "rate"),
    ] {
        let before = attempts("failure");
        std::fs::write(&plan, text).expect("written");
        signal(&serving.child, Signal::HUP);
        eventually(words, || attempts("failure") > before);
        eventually(words, || serving.said().contains(words));
    }
    // The fleet that is simulated stays as it was started.
    let before = attempts("failure");
    let configuration = home.path().join("stsbench.toml");
    std::fs::write(&configuration, "link = \"bytes\"\n").expect("written");
    signal(&serving.child, Signal::HUP);
    eventually("the refusal of another link", || {
        attempts("failure") > before
    });
    eventually("its reason", || {
        serving.said().contains("--link has changed")
    });
    std::fs::remove_file(&configuration).expect("removed");
    std::fs::write(&plan, "connections = [\"cold\"]\n").expect("written");
    signal(&serving.child, Signal::HUP);
    eventually("the new plan", || attempts("success") == 1.0);
    eventually("cold calls", || {
        serving.metric("stsbench_requests_total", "connection=\"cold\"") > 0.0
    });
    assert_eq!(
        warm(&serving),
        0.0,
        "what is called no more is shown no more"
    );
    assert_eq!(serving.metric("stsbench_reload_last_success", ""), 1.0);
    serving.end().says(&[
        "the plan stays as it is",
        "luke-warm",
        "the plan was read again",
    ]);
}

#[test]
fn what_makes_no_sense_in_a_server_is_refused_wherever_it_is_given() {
    for (arguments, words) in [
        (
            &["--windows=3"][..],
            "--windows is no option of stsbench serve",
        ),
        (&["--precision=2%"], "--precision is no option"),
        (&["--max-duration=1h"], "--max-duration is no option"),
        (&["--dry-run"], "run --dry-run"),
        (&["--format=json"], "stsbench report"),
        (&["--export=junit=x.xml"], "--export is no option"),
        (&["--force"], "--force is no option"),
        (&["--charts=all"], "--charts is no option"),
        (&["--full"], "--full is no option"),
        (&["--verbose"], "--verbose is no option"),
        (&["--progress=never"], "--progress is no option"),
        (&["--inconclusive=pass"], "--inconclusive is no option"),
        (&["--every=1ms"], "allowed: 1s to 30d"),
        (
            &["--every=2s", "--rounds=400"],
            "--every 2.0 s is shorter than a window",
        ),
        (&["--listen=127.0.0.1"], "--listen"),
        (&["--out=-"], "--out -: a server prints no report"),
        (&["--out=/dev/stdout"], "a server prints no report"),
    ] {
        let all = ["serve", "--simulate", "--endpoints=eu-central-1"];
        let all = all.iter().chain(arguments).copied();
        let ran = Home::new().run(all).exits(2).says(&[words]);
        assert_eq!(ran.stdout, "");
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = format!("--listen={}", taken.local_addr().expect("bound"));
    let server = ["serve", "--simulate", "--endpoints=eu-central-1", &listen];
    Home::new()
        .run(server)
        .refuses(2, &["--listen", "cannot listen on"]);
    let variable = Home::new().set("STSBENCH_FORMAT", "json");
    let server = ["serve", "--simulate"];
    variable
        .run(server)
        .refuses(2, &["STSBENCH_FORMAT", "no option of stsbench serve"]);
    let file = Home::new().file("plan.toml", "windows = 3\n");
    let server = ["serve", "--simulate", "--plan=plan.toml"];
    file.run(server)
        .refuses(2, &["plan file", "--windows is no option"]);
}
