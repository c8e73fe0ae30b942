//! Whatever bytes a server answers with: what a run has written, the program reads again.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::emulator::answers::Reads as _;
use crate::stub::{Heard, Stub, USER, sts};
use crate::support::{Home, KEY_ID, SECRET};

/// Runs of the program.
const CASES: u32 = 24;

/// Text as it could stand in an answer, with what XML, terminals and tables make something of.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "",
        "&#27;[31m",
        "&#0;",
        "\u{202e}",
        "]]>",
        "<![CDATA[x]]>",
        "&amp;&lt;",
        "=1+1",
        "\",\"",
        "\u{feff}",
        "::error::x",
        "NaN",
    ]);
    prop_oneof![
        4 => "[A-Za-z0-9+=,.@_/-]{1,40}".boxed(),
        2 => odd.prop_map(str::to_owned).boxed(),
        1 => "\\PC{0,30}".boxed(),
        1 => "[ -~]{200,3000}".boxed(),
    ]
}

/// A response with `lines` in its head.
fn with_head(status: &str, lines: &[Vec<u8>], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for line in lines {
        bytes.extend(line);
        bytes.extend(b"\r\n");
    }
    bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
    bytes.extend(body);
    bytes
}

/// The lines that are read of a head, with anything behind their names.
fn head() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let name = prop::sample::select(vec![
        "date",
        "server",
        "retry-after",
        "x-amzn-requestid",
        "x-amz-sts-extended-request-id",
        "via",
        "age",
        "x-cache",
        "content-type",
    ]);
    let value = prop_oneof![
        text().prop_map(String::into_bytes),
        prop::collection::vec(
            any::<u8>().prop_filter("a line", |b| !matches!(b, 0 | b'\r' | b'\n')),
            0..40
        ),
    ];
    let line = (name, value).prop_map(|(name, value)| [name.as_bytes(), b": ", &value].concat());
    prop::collection::vec(line, 0..4)
}

/// An answer to the caller's question with any text in its fields.
fn identity() -> impl Strategy<Value = Vec<u8>> {
    let account = prop_oneof![3 => Just("123456789012".to_owned()).boxed(), 1 => text().boxed()];
    (head(), text(), text(), account, text()).prop_map(|(head, name, user, account, id)| {
        let body = format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::{account}:user/{name}</Arn><UserId>{user}</UserId><Account>{account}</Account>\
             </GetCallerIdentityResult><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\
             </GetCallerIdentityResponse>"
        );
        with_head("200 OK", &head, body.as_bytes())
    })
}

/// Any answer: as it should be, a refusal, spoilt, cut, or no HTTP at all.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    let fault = (head(), text(), text()).prop_map(|(head, code, message)| {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>{code}</RequestId></ErrorResponse>"
        );
        with_head("403 Forbidden", &head, body.as_bytes())
    });
    let spoilt = (identity(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(mut bytes, at, byte)| {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        },
    );
    let cut = (identity(), any::<prop::sample::Index>()).prop_map(|(mut bytes, at)| {
        bytes.truncate(at.index(bytes.len()));
        bytes
    });
    let status = prop::sample::select(vec![
        "200 OK",
        "204 No Content",
        "302 Found",
        "500 \u{e9}",
        "999 ",
    ]);
    let body = prop::collection::vec(any::<u8>(), 0..200);
    let other =
        (status, head(), body).prop_map(|(status, head, body)| with_head(status, &head, &body));
    prop_oneof![
        6 => identity().boxed(),
        2 => fault.boxed(),
        1 => spoilt.boxed(),
        1 => cut.boxed(),
        1 => other.boxed(),
        1 => prop::collection::vec(any::<u8>(), 0..100).boxed(),
    ]
}

/// Whether a run measured a server that answers so, the first of them to the question who calls; what was written was read again.
fn measured(answers: Vec<Vec<u8>>, earlier: &str) -> bool {
    let turn = AtomicUsize::new(0);
    let stub = Stub::start(move |heard: &Heard| {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        match answers.get(turn / 2) {
            // Every other call is answered well, so that there is something to write.
            Some(answer) if turn.is_multiple_of(2) => answer.clone(),
            _ => sts(heard, USER, "").into_bytes(),
        }
    });
    let home = Home::with_keys(KEY_ID, SECRET);
    let given = format!("peer={}", stub.url());
    let ran = home.measure(&[
        "--endpoint-url",
        &given,
        "--endpoints=peer",
        "--operations=get-caller-identity",
        "--connections=warm",
        "--warmup-rounds=0",
        "--rounds=16",
        "--blocks=2",
        "--rate-per-endpoint=80",
        "--max-rate-per-endpoint=200",
        "--timeout=500ms",
        "--progress=never",
        "--show-identity",
    ]);
    assert!(matches!(ran.code, Some(0 | 3 | 4 | 5)), "{ran:?}");
    assert!(
        ran.code != Some(0) || home.out().join("run.json").exists(),
        "{ran:?}"
    );
    if home.out().join("run.json").exists() {
        let out = home.out();
        let out = out.to_str().expect("UTF-8");
        home.run(["report", out]).exits(0);
        home.run(["report", "--format=json", out]).exits(0);
        home.run(["compare", earlier, out]).reads();
        home.run(["merge", out, "--out", "merged"]).reads();
    }
    // A busy machine does not keep its schedule.
    matches!(ran.code, Some(0 | 3))
}

#[test]
fn whatever_bytes_a_server_sends_a_run_that_is_done_is_read_again() {
    let (before, stub) = (
        Home::with_keys(KEY_ID, SECRET),
        Stub::start(|heard: &Heard| sts(heard, USER, "")),
    );
    let given = format!("--endpoint-url=peer={}", stub.url());
    before
        .measure(&[
            &given,
            "--endpoints=peer",
            "--operations=get-caller-identity",
            "--connections=warm",
            "--rounds=8",
            "--blocks=2",
            "--rate-per-endpoint=40",
            "--max-rate-per-endpoint=80",
        ])
        .measures();
    let earlier = before.out();
    let earlier = earlier.to_str().expect("UTF-8").to_owned();
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        // Each attempt is a run of the program.
        max_shrink_iters: 20,
        ..Config::default()
    };
    let done = AtomicUsize::new(0);
    let answers = prop::collection::vec(answer(), 1..5);
    let outcome = TestRunner::new(config).run(&answers, |answers| {
        if measured(answers, &earlier) {
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(done.into_inner() > 0, "some of them are measured");
}
