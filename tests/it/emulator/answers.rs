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
fn a_connection_that_breaks_at_the_first_call_is_no_reason_not_to_begin() {
    use std::io::{Read as _, Write as _};
    let breaks: [&[u8]; 3] = [
        // Dropped with a request that was not read: a reset.
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<GetCaller",
    ];
    for begun in breaks {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        std::thread::spawn(move || {
            let (mut first, _) = listener.accept().expect("a call");
            let mut read = [0; 16 << 10];
            let most = if begun.is_empty() { 1 } else { read.len() };
            let _ = first.read(&mut read[..most]);
            let _ = first.write_all(begun);
            drop(first);
            Stub::on(listener, |heard| sts(heard, USER, ""))
        });
        let home = Home::with_keys(KEY_ID, SECRET);
        let ran = measure(&home, &url, &["--operations=get-caller-identity"]);
        ran.measures();
        assert_eq!(home.stored().measured.series[0].counts.issued, 8);
    }
}

#[test]
fn answers_of_other_services_are_told_as_none_of_sts() {
    let s3 = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    for (status, body) in [
        ("403 Forbidden", s3),
        ("407 Proxy Authentication Required", ""),
        ("401 Unauthorized", "<html></html>"),
    ] {
        let stub = Stub::start(move |_| response(status, "", body));
        let home = Home::with_keys(KEY_ID, SECRET);
        let ran = measure(&home, stub.url(), &["--operations=get-caller-identity"]);
        let told = format!("HTTP {} and a body that STS would not send", &status[..3]);
        ran.exits(5).says(&[&told]);
    }
}

#[test]
fn fault_28_a_refusal_with_a_date_says_by_how_much_the_clock_is_wrong() {
    let body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired</Message></Error></ErrorResponse>";
    for (year, way) in [("2001", "ahead of"), ("2099", "behind")] {
        let date = httpdate_in(year);
        let stub = Stub::start(move |_| response("403 Forbidden", &date, body));
        let home = Home::with_keys(KEY_ID, SECRET);
        let ran = measure(&home, stub.url(), &["--operations=get-caller-identity"]);
        ran.exits(4)
            .says(&[&format!("s {way} the service's, and STS allows 15 minutes")]);
    }
}

/// The field of the first day of a year.
fn httpdate_in(year: &str) -> String {
    let weekday = if year == "2001" { "Mon" } else { "Thu" };
    format!("date: {weekday}, 01 Jan {year} 00:00:00 GMT\r\n")
}

#[test]
fn a_callers_arn_that_holds_the_token_in_another_form_is_not_kept() {
    use base64::Engine as _;
    let forms: [fn(&str) -> String; 4] = [
        |token| base64::engine::general_purpose::STANDARD_NO_PAD.encode(token),
        |token| token.bytes().map(|byte| format!("{byte:02x}")).collect(),
        |token| token.chars().rev().collect(),
        str::to_uppercase,
    ];
    for form in forms {
        let stub = Stub::start(move |_| {
            let arn = format!("arn:aws:iam::123456789012:user/{}", form(TOKEN));
            sts_with("", &arn, "123456789012", "u")
        });
        let home = Home::with_keys(PLAIN_KEY_ID, SECRET).set("AWS_SESSION_TOKEN", TOKEN);
        let shown = ["--operations=get-caller-identity", "--show-identity"];
        let ran = measure(&home, stub.url(), &shown);
        let secret = form(TOKEN);
        clean("stdout", ran.stdout.as_bytes(), &[&secret]);
        clean("stderr", ran.stderr.as_bytes(), &[&secret]);
        if home.out().exists() {
            clean_below(&home.out(), &[&secret]);
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

pub trait Reads {
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
