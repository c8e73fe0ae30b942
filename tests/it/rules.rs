//! The rules that keep secrets secret and requests at home, tried on the whole program.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;

use crate::stub::{Stub, USER, response, sts};
use crate::support::{
    CLIENTS, FAST, Home, KEY_ID, Ran, SECRET, SMALL, TestEmulator, Untouched, eventually, signal,
    subcommands,
};

/// Every form in which `secret` could leak: itself, in pieces of twelve, in base64, in hexadecimal, percent-encoded.
fn traces(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut forms: BTreeSet<Vec<u8>> = secret
        .as_bytes()
        .windows(12.min(secret.len()))
        .map(<[u8]>::to_vec)
        .collect();
    let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
    for shift in 0..3 {
        // Base64 depends on the position; the inner part of each is the same whatever stands around it.
        let encoded = engine.encode(format!("{}{secret}", "x".repeat(shift)));
        forms.insert(encoded.as_bytes()[4..encoded.len() - 4].to_vec());
    }
    let hex = |upper: bool| {
        let digits = secret.bytes().map(|byte| {
            if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            }
        });
        digits.collect::<String>().into_bytes()
    };
    forms.extend([hex(true), hex(false)]);
    let percent = secret.bytes().map(|b| {
        if b.is_ascii_alphanumeric() {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    });
    forms.insert(percent.collect::<String>().into_bytes());
    forms
}

#[track_caller]
pub fn clean(what: &str, bytes: &[u8], secrets: &[&str]) {
    for secret in secrets {
        for trace in traces(secret) {
            let found = bytes.windows(trace.len()).any(|window| window == trace);
            assert!(!found, "{what} holds {:?}", String::from_utf8_lossy(&trace));
        }
    }
}

#[track_caller]
pub fn clean_below(directory: &Path, secrets: &[&str]) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(directory).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files += clean_below(&path, secrets);
        } else {
            clean(
                &path.display().to_string(),
                &std::fs::read(&path).expect("readable"),
                secrets,
            );
            files += 1;
        }
    }
    files
}

fn arguments<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let fixed = [
        "--endpoint-url",
        url,
        "--endpoints=peer",
        "--rounds=4",
        "--blocks=2",
        "--warmup-rounds=0",
    ];
    let rest = [
        "--connections=cold,warm",
        "--rate-per-endpoint=10",
        "--progress=always",
    ];
    fixed
        .into_iter()
        .chain(rest)
        .chain(more.iter().copied())
        .collect()
}

const TOKEN: &str = "CANARYtokenCANARYtoken/CANARY+token==";

fn with_token() -> Home {
    Home::with_keys(KEY_ID, SECRET)
        .set("AWS_SESSION_TOKEN", TOKEN)
        .set("RUST_LOG", "trace")
        .set("RUST_BACKTRACE", "full")
}

#[test]
fn rule_02_no_secret_reaches_an_output_or_a_file() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let url = format!("peer={}", stub.url());
    let returned = [
        "ASIARETURNEDCANARY22",
        "returnedCANARYreturnedCANARYreturned4242",
        "tokenCANARYtokenCANARY",
    ];
    let own = [KEY_ID, SECRET, TOKEN];
    let homes = [with_token(), Home::with_keys(KEY_ID, SECRET)];
    for (home, client) in homes.into_iter().zip(CLIENTS) {
        let ran = home
            .measure(&arguments(&url, &["--client", client]))
            .measures();
        for secrets in [&own[..], &returned] {
            clean("stdout", ran.stdout.as_bytes(), secrets);
            clean("stderr", ran.stderr.as_bytes(), secrets);
            assert!(clean_below(&home.out(), secrets) >= 7);
        }
    }
}

#[test]
fn rule_02_no_secret_is_shown_when_everything_fails() {
    let echoing = |heard: &crate::stub::Heard| {
        // The worst peer: it sends back all that it was sent, wherever an answer has room.
        let all = format!("{} {}", heard.head, heard.body).replace(['\r', '\n', '<', '&'], " ");
        let body = format!(
            "<ErrorResponse><Error><Code>{all}</Code><Message>{all}</Message></Error></ErrorResponse>"
        );
        response(
            "400 Bad Request",
            &format!(
                "x-amzn-requestid: {}\r\n",
                heard.header("x-amz-security-token")
            ),
            &body,
        )
    };
    let half = |_: &crate::stub::Heard| {
        "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<SecretAccessKey>".to_owned() + SECRET
    };
    for stub in [Stub::start(echoing), Stub::start(half)] {
        let home = Home::with_keys(KEY_ID, SECRET).set("RUST_LOG", "trace");
        let url = format!("peer={}", stub.url());
        let ran = home.measure(&arguments(&url, &["--timeout=500ms"]));
        assert!(ran.code != Some(0), "{ran:?}");
        clean("stdout", ran.stdout.as_bytes(), &[SECRET]);
        clean("stderr", ran.stderr.as_bytes(), &[SECRET]);
        if home.out().exists() {
            clean_below(&home.out(), &[SECRET]);
        }
    }
}

#[test]
fn rule_02_and_31_the_fleet_inherits_neither_environment_nor_arguments() {
    let home = with_token();
    let mut command = home.command(["run", "--out", "out"]);
    command
        .args(SMALL)
        .arg("--max-requests=5000")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = command.spawn().expect("starts");
    let mut fleet = None;
    eventually("the fleet", || {
        let threads = std::fs::read_dir(format!("/proc/{}/task", running.id())).expect("it runs");
        let listed = threads.filter_map(|thread| {
            std::fs::read_to_string(thread.ok()?.path().join("children")).ok()
        });
        fleet = listed
            .flat_map(|ids| {
                ids.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .next();
        let cmdline = fleet
            .as_ref()
            .map(|id| std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default());
        cmdline.is_some_and(|line| line.windows(7).any(|word| word == b"emulate"))
    });
    let fleet = fleet.expect("found");
    for file in ["cmdline", "environ"] {
        let bytes = std::fs::read(format!("/proc/{fleet}/{file}")).expect("readable");
        clean(file, &bytes, &[KEY_ID, SECRET, TOKEN]);
    }
    assert!(
        std::fs::read(format!("/proc/{fleet}/environ"))
            .expect("readable")
            .is_empty()
    );
    clean(
        "cmdline",
        &std::fs::read(format!("/proc/{}/cmdline", running.id())).expect("readable"),
        &[KEY_ID, SECRET],
    );
    signal(&running, rustix::process::Signal::TERM);
    running.wait().expect("ends");
}

#[test]
fn rule_03_no_option_takes_a_secret() {
    let script = Home::new().run(["run", "--help"]).exits(0).stdout;
    let options: BTreeSet<_> = script
        .split_whitespace()
        .filter(|word| word.starts_with("--"))
        .collect();
    assert!(options.len() > 25, "{options:?}");
    for option in options {
        let name = option.trim_matches(['-', ')', '"', '|', ':', ',', '.', ';']);
        // They are about http://, and switch no verification off.
        if ["insecure-http", "store-insecure-http"].contains(&name) {
            continue;
        }
        let words: Vec<_> = name.split('-').collect();
        let forbidden = [
            "secret",
            "key",
            "token",
            "password",
            "passphrase",
            "insecure",
            "session",
        ];
        assert!(
            !forbidden.iter().any(|word| words.contains(word)),
            "{option}"
        );
    }
    for option in [
        "--secret",
        "--secret-access-key",
        "--access-key",
        "-k",
        "--insecure",
        "--session-token",
    ] {
        Home::new()
            .run(["run", "--simulate", option, "x"])
            .refuses(2, &["unexpected argument"]);
    }
}

#[test]
fn rule_04_who_called_is_masked_unless_asked_for() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let url = format!("peer={}", stub.url());
    let home = Home::with_keys(KEY_ID, SECRET);
    let ran = home.measure(&arguments(&url, &[])).measures();
    let masked = home.stored().header.caller.expect("known");
    assert_eq!(
        (masked.account.as_str(), masked.access_key.as_str()),
        ("****9012", "AKIA...Y234")
    );
    for text in [
        ran.stdout,
        ran.stderr,
        home.result("run.json"),
        home.result("report.md"),
        home.result("summary.json"),
    ] {
        assert!(
            !text.contains("123456789012")
                && !text.contains("user/somebody")
                && !text.contains(KEY_ID),
            "{text}"
        );
    }
    home.measure(&arguments(&url, &["--show-identity", "--force"]))
        .measures();
    assert_eq!(home.stored().header.caller.expect("known").arn, USER);
    assert!(
        !home.result("run.json").contains(KEY_ID),
        "the key's id is masked even then"
    );
}

#[test]
fn rule_06_and_23_sessions_are_short_unused_and_every_request_says_who_made_it() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let home = Home::with_keys(KEY_ID, SECRET);
    let url = format!("peer={}", stub.url());
    home.measure(&arguments(&url, &[])).measures();
    let (heard, run) = (stub.heard(), home.stored());
    let sessions: Vec<_> = heard
        .iter()
        .filter(|heard| heard.body.contains("GetSessionToken"))
        .collect();
    assert!(
        sessions.len() >= 8 && heard.len() > sessions.len(),
        "{} of {}",
        sessions.len(),
        heard.len()
    );
    assert!(
        sessions
            .iter()
            .all(|heard| heard.body.contains("DurationSeconds=900")),
        "{sessions:?}"
    );
    for heard in &heard {
        let signed = heard.header("authorization");
        assert!(
            signed.contains(&format!("Credential={KEY_ID}/")),
            "signed with keys that STS gave back: {signed}"
        );
        assert!(
            heard.header("x-amz-security-token").is_empty()
                && heard.header("accept-encoding").is_empty()
        );
        let agent = heard.header("user-agent");
        assert_eq!(
            agent,
            format!(
                "stsbench/{} run/{}",
                env!("CARGO_PKG_VERSION"),
                run.header.run_id
            )
        );
        assert_eq!(
            heard.header("host"),
            stub.url().trim_start_matches("http://"),
            "signed and connected host are one"
        );
    }
}

#[test]
fn rule_08_a_process_that_holds_keys_leaves_no_core() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let home = Home::with_keys(KEY_ID, SECRET);
    let url = format!("peer={}", stub.url());
    let mut command = home.command(["run", "--out", "out"]);
    command.args(
        arguments(&url, &["--rounds=200"])
            .iter()
            .filter(|argument| **argument != "--rounds=4"),
    );
    let mut running = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    eventually("a call", || stub.heard().len() > 2);
    let limits =
        std::fs::read_to_string(format!("/proc/{}/limits", running.id())).expect("readable");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("listed")
        .to_owned();
    signal(&running, rustix::process::Signal::ABORT);
    running.wait().expect("ends");
    assert_eq!(
        core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"],
        "{core}"
    );
    let left = std::fs::read_dir(home.path())
        .expect("readable")
        .filter_map(Result::ok);
    assert!(
        left.map(|entry| entry.file_name())
            .all(|name| !name.to_string_lossy().starts_with("core"))
    );
}

#[test]
fn rule_08_every_subcommand_forbids_core_files_before_anything_else() {
    for subcommand in subcommands() {
        let home = Home::with_keys(KEY_ID, SECRET);
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        // A pipe that is full holds the process up where it prints its help.
        std::io::Write::write_all(&mut writer, &[0; 64 * 1024]).expect("there is room");
        let program = home.command([subcommand.as_str(), "--help"]);
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", "ulimit -c unlimited; exec \"$0\" \"$@\""])
            .arg(program.get_program())
            .args(program.get_args())
            .stdout(writer)
            .stderr(Stdio::null());
        let mut running = command.spawn().expect("starts");
        let core = || {
            let limits = std::fs::read_to_string(format!("/proc/{}/limits", running.id()));
            let limits = limits.unwrap_or_default();
            let line = limits
                .lines()
                .find(|line| line.starts_with("Max core file size"));
            line.is_some_and(|line| line.split_whitespace().skip(4).take(2).eq(["0", "0"]))
        };
        eventually(&subcommand, core);
        running.kill().expect("killed");
        running.wait().expect("ends");
        drop(reader);
    }
}

#[test]
fn rule_13_and_14_the_environment_can_neither_add_authorities_nor_take_the_sessions_keys() {
    let fleet = TestEmulator::start(&format!("endpoints = \"eu-central-1\"\n{FAST}"));
    let (url, ca_file) = (
        fleet
            .secure("eu-central-1")
            .replace("eu-central-1=", "peer="),
        fleet.ca_file(),
    );
    let home = fleet.user();
    let keys = home.path().join("keys.log");
    let directory = Path::new(&ca_file)
        .parent()
        .expect("a directory")
        .to_owned();
    let home = home
        .set("SSL_CERT_FILE", &ca_file)
        .set("SSL_CERT_DIR", directory)
        .set("AWS_CA_BUNDLE", &ca_file)
        .set("CURL_CA_BUNDLE", &ca_file)
        .set("SSLKEYLOGFILE", &keys);
    for client in CLIENTS {
        home.measure(&arguments(&url, &["--client", client, "--force"]))
            .exits(5)
            .says(&["tls."]);
    }
    let only_identity = "--operations=get-caller-identity";
    // The name is none of a Region, so requests are signed for us-east-1 and the fleet refuses them: after the handshake.
    home.measure(&arguments(
        &url,
        &["--ca-file", &ca_file, "--force", only_identity],
    ))
    .exits(4);
    assert!(!keys.exists(), "session keys were written");
    let ledger = fleet.finish();
    assert_eq!(
        ledger.requests(),
        1,
        "nothing was sent over connections that were not trusted"
    );
}

#[test]
fn rule_15_results_are_private_whatever_the_umask() {
    let home = Home::new();
    let script = format!(
        "umask 000; exec \"$0\" run --out nested/out {}",
        SMALL.join(" ")
    );
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", &script, env!("CARGO_BIN_EXE_stsbench")])
        .env_clear()
        .current_dir(home.path());
    Ran::of(shell.output().expect("runs")).measures();
    let mut seen = 0;
    let mut directories = vec![home.path().join("nested")];
    while let Some(directory) = directories.pop() {
        let mode =
            |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&directory), 0o700, "{}", directory.display());
        for entry in std::fs::read_dir(&directory).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                directories.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 7, "{seen} files");
}

#[test]
fn rule_16_what_a_peer_says_is_no_formula() {
    let formula = "=HYPERLINK(\"http://evil\",\"x\")";
    let stub =
        Stub::start(move |heard| sts(heard, USER, &format!("x-amzn-requestid: {formula}\r\n")));
    let home = Home::with_keys(KEY_ID, SECRET);
    let url = format!("peer={}", stub.url());
    home.measure(&arguments(&url, &[])).measures();
    let mut reader = csv::Reader::from_path(home.out().join("samples.csv")).expect("readable");
    let mut seen = 0;
    for record in reader.records() {
        for cell in &record.expect("a row") {
            assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{cell}");
            assert!(!cell.contains("HYPERLINK"), "no id has such a form: {cell}");
            seen += 1;
        }
    }
    assert!(seen >= 16, "{seen}");
}

#[test]
fn rule_09_a_name_that_only_sounds_like_this_machine_is_not_called_in_plaintext() {
    let peer = Untouched::new();
    let port = peer.url().rsplit(':').next().expect("a port").to_owned();
    for host in [
        "localhost.localdomain",
        "localhost.",
        "0.0.0.0",
        "[::]",
        "127.0.0.1.nip.io",
    ] {
        let url = format!("peer=http://{host}:{port}");
        let arguments = ["--endpoint-url", &url, "--endpoints=peer"];
        Home::with_keys(KEY_ID, SECRET)
            .measure(&arguments)
            .refuses(2, &["--endpoint-url peer"]);
    }
    peer.check();
}
