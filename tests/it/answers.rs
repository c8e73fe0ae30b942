//! What a server can answer: nothing of what it was sent comes back out, a success proves itself, an answer that was given
//! before is noticed, and whatever was measured can be read again.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::rules::{clean, clean_below};
use crate::stub::{Heard, Stub, USER, response, sts};
use crate::support::{Home, KEY_ID, Ran, SECRET};

/// Letters alone, so that no rule about digits or signs keeps it out.
const PLAIN_KEY_ID: &str = "AKIAQNZGCANARYKEYABC";
const TOKEN: &str = "CANARYtokenCANARYtoken";
/// As short as a form of ids allows, and in the form of a Region.
const TRADE_IN: &str = "canary-trade-in-1";

fn measure(home: &Home, url: &str, more: &[&str]) -> Ran {
    let given = format!("peer={url}");
    let mut arguments = vec![
        "--endpoint-url",
        &given,
        "--endpoints=peer",
        "--connections=warm",
        "--warmup-rounds=0",
        "--blocks=2",
        "--rate-per-endpoint=40",
        "--max-rate-per-endpoint=80",
        "--progress=never",
    ];
    arguments.extend(more);
    if !more.iter().any(|option| option.starts_with("--rounds")) {
        arguments.push("--rounds=8");
    }
    home.measure(&arguments)
}

/// Answers with a field's worth of text in each place of a response where one can stand.
const PLACES: [fn(&str) -> String; 9] = [
    |text| {
        sts_with(
            &format!("x-amzn-requestid: {text}\r\n"),
            USER,
            "123456789012",
            "u",
        )
    },
    |text| {
        sts_with(
            &format!("x-amz-sts-extended-request-id: {}\r\n", region(text)),
            USER,
            "123456789012",
            "u",
        )
    },
    |text| {
        sts_with(
            &format!("date: {text}\r\nserver: {text}\r\nretry-after: {text}\r\n"),
            USER,
            "123456789012",
            "u",
        )
    },
    |text| {
        sts_with(
            "",
            &format!("arn:aws:iam::123456789012:user/{text}"),
            "123456789012",
            "u",
        )
    },
    |text| {
        sts_with(
            "",
            &format!("arn:aws:sts::123456789012:assumed-role/{text}/s"),
            "123456789012",
            "u",
        )
    },
    |text| sts_with("", USER, text, "u"),
    |text| sts_with("", USER, "123456789012", text),
    |text| fault(text, "m"),
    |text| fault("AccessDenied", text),
];

fn sts_with(headers: &str, arn: &str, account: &str, user: &str) -> String {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>{arn}</Arn>\
         <UserId>{user}</UserId><Account>{account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>{user}\
         </RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    );
    response("200 OK", headers, &body)
}

fn fault(code: &str, message: &str) -> String {
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{code}</RequestId></ErrorResponse>"
    );
    response("403 Forbidden", "", &body)
}

/// The header that names a Region, naming this.
fn region(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("1:{text}:S:1:R:x"))
}

/// What a request carried that must not come back out.
fn sent(heard: &Heard) -> Vec<String> {
    let authorization = heard.header("authorization").split([' ', ',', '/']);
    let signed = authorization.filter_map(|part| {
        let id = part.strip_prefix("Credential=");
        id.or_else(|| part.strip_prefix("Signature="))
    });
    let signed: Vec<String> = signed.map(str::to_owned).collect();
    let form = form_urlencoded::parse(heard.body.as_bytes())
        .filter(|(name, _)| name == "TradeInToken")
        .map(|(_, value)| value.into_owned());
    signed
        .into_iter()
        .chain([heard.header("x-amz-security-token").to_owned()])
        .chain(form)
        .filter(|text| !text.is_empty())
        .collect()
}

#[test]
fn what_a_server_repeats_of_a_request_is_in_no_file_and_no_stream() {
    let turn = AtomicUsize::new(0);
    let stub = Stub::start(move |heard| {
        let texts = sent(heard);
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        let text = &texts[turn / PLACES.len() % texts.len()];
        PLACES[turn % PLACES.len()](text)
    });
    let home = Home::with_keys(PLAIN_KEY_ID, SECRET)
        .set("AWS_SESSION_TOKEN", TOKEN)
        .set("TRADE_IN", TRADE_IN);
    let trade_in = "get-delegated-access-token.trade-in-token=env:TRADE_IN";
    for shown in [&[][..], &["--show-identity", "--force"]] {
        let mut more = vec![
            "--operations=get-caller-identity,get-delegated-access-token",
            "--param",
            trade_in,
            "--rounds=24",
        ];
        more.extend(shown);
        let ran = measure(&home, stub.url(), &more);
        let heard = stub.heard();
        assert!(heard.len() > 20, "{ran:?}");
        let mut secrets: Vec<String> = heard.iter().flat_map(sent).collect();
        secrets.sort();
        secrets.dedup();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        assert!(
            secrets.contains(&TOKEN) && secrets.contains(&PLAIN_KEY_ID),
            "{secrets:?}"
        );
        clean("stdout", ran.stdout.as_bytes(), &secrets);
        clean("stderr", ran.stderr.as_bytes(), &secrets);
        if home.out().exists() {
            clean_below(&home.out(), &secrets);
        }
    }
}

#[test]
fn answers_that_a_cache_gives_are_noticed_and_refused() {
    let id = "x-amzn-requestid: 11111111-2222-3333-4444-555555555555\r\n";
    let stub = Stub::start(move |heard| sts(heard, USER, id));
    let home = Home::with_keys(KEY_ID, SECRET);
    let ran = measure(
        &home,
        stub.url(),
        &["--operations=get-caller-identity", "--rounds=16", "--full"],
    );
    let ran = ran.exits(3).says(&["repeated-answers"]);
    assert!(
        ran.stdout
            .contains("with the request id of an earlier answer"),
        "{}",
        ran.stdout
    );
    let series = &home.stored().measured.series[0];
    assert!(
        series.counts.issued == 16 && series.repeated_ids.uuids >= 15,
        "{:?}",
        series.repeated_ids
    );
}

#[test]
fn one_word_as_the_id_of_every_answer_is_a_warning() {
    let stub = Stub::start(|heard| sts(heard, USER, "x-amzn-requestid: mock\r\n"));
    let home = Home::with_keys(KEY_ID, SECRET);
    let ran = measure(
        &home,
        stub.url(),
        &["--operations=get-caller-identity", "--rounds=16", "--full"],
    );
    let ran = ran.measures();
    assert!(!ran.stderr.contains("repeated-answers"), "{}", ran.stderr);
    assert!(ran.stdout.contains("repeated-answers"), "{}", ran.stdout);
}

#[test]
fn credentials_without_all_their_parts_are_no_answer() {
    let whole = |heard: &Heard| sts(heard, USER, "");
    for (from, to) in [
        (
            "<SecretAccessKey>returnedCANARYreturnedCANARYreturned4242</SecretAccessKey>",
            "",
        ),
        (
            "<SessionToken>tokenCANARYtokenCANARY</SessionToken>",
            "<SessionToken/>",
        ),
        (
            "<GetSessionTokenResponse>",
            "<GetSessionTokenResponse xmlns=\"http://evil.example/ns\">",
        ),
    ] {
        let stub = Stub::start(move |heard| {
            let answer = whole(heard);
            let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            response("200 OK", "", &body.replace(from, to))
        });
        let home = Home::with_keys(KEY_ID, SECRET);
        measure(&home, stub.url(), &["--operations=get-session-token"]).exits(5);
        let counts = &home.stored().measured.series[0].counts;
        assert_eq!(counts.codes["body.mismatch"], counts.issued, "{to}");
    }
}

/// A run with so many good answers to begin with, the caller's own question included.
fn after_good_answers(good: usize, rounds: &str, bad: fn() -> String) -> Ran {
    let turn = AtomicUsize::new(0);
    let stub = Stub::start(move |heard| {
        if turn.fetch_add(1, Ordering::Relaxed) < good {
            sts(heard, USER, "")
        } else {
            bad()
        }
    });
    let home = Home::with_keys(KEY_ID, SECRET);
    measure(
        &home,
        stub.url(),
        &["--operations=get-caller-identity", rounds],
    )
}

#[test]
fn a_run_that_fails_almost_entirely_or_shows_no_number_is_not_done() {
    let broken = || response("500 Internal Server Error", "", "");
    let empty = || response("200 OK", "", "");
    let denied = || fault("AccessDenied", "m");
    let throttled = || fault("Throttling", "m");
    for good in [0, 1, 2, 6, 7] {
        for bad in [broken, empty, throttled] {
            let ran = after_good_answers(good, "--rounds=32", bad);
            assert!(matches!(ran.code, Some(5)), "{good}: {ran:?}");
        }
    }
    let ran = after_good_answers(4, "--rounds=32", denied);
    assert!(matches!(ran.code, Some(3 | 5)), "{ran:?}");
    for rounds in ["--rounds=2", "--rounds=4"] {
        let ran = after_good_answers(99, rounds, broken).exits(3);
        assert!(ran.stderr.contains("no p50"), "{}", ran.stderr);
    }
}

#[test]
fn what_was_measured_is_read_again_whatever_the_server_said() {
    let odd_arns = [
        "arn:&#27;[31m:iam::123456789012:user/x",
        "arn:aws:iam::123456789012:user/&#7;",
        "arn:aws:iam::123456789012:user/\u{202e}",
        "",
        "arn:aws:sts::123456789012:assumed-role/&lt;script&gt;/&#0;",
    ];
    let long = format!("arn:{}:iam::123456789012:user/x", "a".repeat(1500));
    let operation = "--operations=get-session-token";
    let (before, stub) = (
        Home::with_keys(KEY_ID, SECRET),
        Stub::start(|heard| sts(heard, USER, "")),
    );
    measure(&before, stub.url(), &[operation]).measures();
    let earlier = before.out();
    let earlier = earlier.to_str().expect("UTF-8");
    for arn in odd_arns.into_iter().chain([long.as_str()]) {
        let answer = sts_with("x-amzn-requestid: \u{e9}\r\n", arn, "123456789012", "u");
        let turn = AtomicUsize::new(0);
        // The caller's question is answered so, every other call well.
        let stub = Stub::start(move |heard| {
            if turn.fetch_add(1, Ordering::Relaxed) == 0 {
                answer.clone()
            } else {
                sts(heard, USER, "")
            }
        });
        let home = Home::with_keys(KEY_ID, SECRET);
        let ran = measure(
            &home,
            stub.url(),
            &["--operations=get-session-token", "--show-identity"],
        );
        ran.measures();
        let out = home.out();
        let out = out.to_str().expect("UTF-8");
        home.run(["report", out]).exits(0);
        home.run(["compare", earlier, out]).reads();
        home.run(["merge", out, "--out", "merged"]).reads();
    }
}

trait Reads {
    /// Understood what it was given, whatever came of it: two runs one after the other cannot always be compared.
    fn reads(self);
}

impl Reads for Ran {
    #[track_caller]
    fn reads(self) {
        let is_about_a_file = self.stderr.contains("run.json\"");
        assert!(
            matches!(self.code, Some(0..=3 | 7)) && !is_about_a_file,
            "{self:?}"
        );
    }
}
