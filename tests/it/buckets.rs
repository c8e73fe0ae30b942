//! What a bucket's server can say: none of its words come out, and nothing that it was sent. No URL that it gets holds a secret.

use crate::rules::clean;
use crate::stub::{Heard, Stub, USER, response, sts};
use crate::support::{Home, Ran, SECRET};

const KEY_ID: &str = "ASIAQNZGCANARYKEYABC";
const TOKEN: &str = "IQoJb3JpZ2luXzVjExyzCANARYtokenABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcd";

/// A user with a run in `out`.
fn with_run() -> Home {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let home = Home::with_keys(KEY_ID, SECRET).set("AWS_SESSION_TOKEN", TOKEN);
    let given = format!("peer={}", stub.url());
    home.measure(&[
        "--endpoint-url",
        &given,
        "--endpoints=peer",
        "--operations=get-caller-identity",
        "--connections=warm",
        "--warmup-rounds=0",
        "--rounds=12",
        "--blocks=2",
        "--rate-per-endpoint=40",
        "--max-rate-per-endpoint=80",
        "--progress=never",
    ])
    .measures();
    home
}

fn refusal(code: &str, message: &str) -> String {
    let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    response("403 Forbidden", "connection: close\r\n", &body)
}

/// Writes and reads at a bucket with that server.
fn asks(home: &Home, server: &Stub) -> Vec<Ran> {
    let commands = [
        &["push", "out", "--store", "s3://bucket-x/p"][..],
        &["matrix", "s3://bucket-x/p"],
        &["trend", "s3://bucket-x/p"],
    ];
    commands
        .iter()
        .map(|command| {
            let url = ["--store-endpoint", server.url(), "--store-region=us-east-1"];
            home.run(command.iter().chain(&url))
        })
        .collect()
}

type Said = fn(&Heard) -> (String, String);

#[test]
fn a_refusal_of_the_store_shows_a_code_and_no_word_of_the_server() {
    let home = with_run();
    let cases: [(Said, &str); 6] = [
        (
            |_| {
                let message = "User: arn:aws:sts::123456789012:assumed-role/canaryuser/s is not authorized to perform: s3:ListBucket";
                ("AccessDenied".to_owned(), message.to_owned())
            },
            "HTTP 403, AccessDenied; the caller needs s3:",
        ),
        (
            |_| ("InvalidAccessKeyId".to_owned(), format!("The key {KEY_ID}")),
            "HTTP 403, InvalidAccessKeyId; the server does not know",
        ),
        (
            |heard| {
                let token = heard.header("x-amz-security-token");
                ("AccessDenied".to_owned(), format!("token {token} is bad"))
            },
            "HTTP 403, AccessDenied",
        ),
        (
            |heard| {
                (
                    heard.header("x-amz-security-token").to_owned(),
                    String::new(),
                )
            },
            "a code that is not shown",
        ),
        (
            |_| {
                (
                    "XyzCANARYtokenABCDEFGHIJKLMNOPQRSTUVWXYZ".to_owned(),
                    String::new(),
                )
            },
            "a code that is not shown",
        ),
        (
            |heard| {
                let digest = heard.header("authorization").rsplit('=').next();
                (digest.unwrap_or_default().to_owned(), String::new())
            },
            "a code that is not shown",
        ),
    ];
    for (said, told) in cases {
        let server = Stub::start(move |heard| {
            let (code, message) = said(heard);
            refusal(&code, &message)
        });
        for ran in asks(&home, &server) {
            assert!(ran.code != Some(0) && ran.stderr.contains(told), "{ran:?}");
            let secrets = [
                TOKEN,
                KEY_ID,
                "123456789012",
                "canaryuser",
                "CANARYtokenABC",
            ];
            clean("stderr", ran.stderr.as_bytes(), &secrets);
            clean("stdout", ran.stdout.as_bytes(), &secrets);
        }
        for heard in server.heard() {
            let line = heard.head.lines().next().unwrap_or_default();
            assert!(
                !line.contains("X-Amz") && !line.contains("Signature"),
                "{line}"
            );
            assert!(
                heard
                    .header("authorization")
                    .starts_with("AWS4-HMAC-SHA256 ")
            );
            assert_eq!(heard.header("x-amz-security-token"), TOKEN);
        }
        assert!(!server.heard().is_empty());
    }
}

#[test]
fn a_file_of_authorities_that_is_missing_is_told_with_the_setting_that_names_it() {
    let command = [
        "matrix",
        "s3://bucket-x",
        "--store-endpoint",
        "https://127.0.0.1:1",
    ];
    let home = Home::with_keys(KEY_ID, SECRET).set("AWS_SESSION_TOKEN", TOKEN);
    let option = ["--store-ca-file", "/nonexistent/a.pem"];
    let ran = home.run(command.iter().chain(&option)).exits(2);
    ran.says(&["--store-ca-file", "/nonexistent/a.pem"]);
    let home = home.set("AWS_CA_BUNDLE", "/nonexistent/b.pem");
    let ran = home.run(command).exits(2);
    ran.says(&["AWS_CA_BUNDLE", "/nonexistent/b.pem"]);
}
