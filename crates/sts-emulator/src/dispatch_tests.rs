//! Where the parameters stand, in which form the answer comes, and what the layers before the service say.

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;

use super::tests::*;
use super::*;
use crate::InjectedFault;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn started() -> (Emulator, EmulatorView) {
    let emulator = Emulator::start(prompt())
        .await
        .expect("the emulator starts");
    let view = emulator.view();
    (emulator, view)
}

async fn asked(view: &EmulatorView, request: Request<Full<Bytes>>) -> Received {
    exchange(&mut plaintext(announced(view, "global")).await, request).await
}

fn plain(method: &str, target: &str, headers: &[(&str, &str)]) -> Request<Full<Bytes>> {
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", "sts");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.body(Full::default()).expect("a request")
}

#[tokio::test]
async fn parameters_of_the_url_and_of_the_form_are_taken_together_at_every_path() {
    let (_emulator, view) = started().await;
    let at = announced(&view, "global");
    let query = format!("/?{IDENTITY}");
    let elsewhere = format!("/tags/x?{IDENTITY}");
    for (method, target, headers, body) in [
        // As Google's federation clients sign it.
        ("POST", query.as_str(), &[][..], ""),
        (
            "POST",
            "/?Action=GetCallerIdentity",
            &[FORM],
            "Version=2011-06-15",
        ),
        (
            "POST",
            "/?Version=2011-06-15",
            &[FORM],
            "Action=GetCallerIdentity",
        ),
        (
            "POST",
            "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Ax",
            &[FORM],
            IDENTITY,
        ),
        ("POST", &elsewhere, &[], ""),
        ("GET", &elsewhere, &[], ""),
        ("GET", &query, &[], ""),
        // The URL comes first.
        ("POST", &query, &[FORM], "Action=NoSuchAction&Version=1"),
        // A body that is no form is only signed.
        (
            "POST",
            &query,
            &[("content-type", "text/plain")],
            "Action=NoSuchAction",
        ),
    ] {
        let request = signed_as(at, &key(&view), (method, target), headers, body);
        let received = asked(&view, request).await;
        assert_eq!(
            received.status, 200,
            "{method} {target} {body}: {}",
            received.body
        );
        assert_eq!(received.element("Account"), "123456789012");
    }
    // The signature covers the path and the query.
    let mut request = signed_as(at, &key(&view), ("POST", "/tags/x"), &[FORM], IDENTITY);
    *request.uri_mut() = "/tags/y".parse().expect("a path");
    let received = asked(&view, request).await;
    assert_eq!(
        (received.status.as_u16(), received.element("Code")),
        (403, "SignatureDoesNotMatch")
    );
}

#[tokio::test]
async fn without_an_action_the_root_leads_to_the_iam_page_and_other_paths_nowhere() {
    let (_emulator, view) = started().await;
    for (method, target, status) in [
        ("GET", "/", 302),
        ("POST", "/?Version=2011-06-15", 302),
        ("GET", "/elsewhere?Version=2011-06-15", 404),
        ("POST", "/elsewhere", 404),
    ] {
        let received = asked(&view, plain(method, target, &[])).await;
        assert_eq!(received.status, status, "{method} {target}");
        assert!(!received.headers.contains_key("content-type"));
        assert!(received.headers.contains_key("x-amzn-requestid"));
    }
}

#[tokio::test]
async fn whoever_accepts_json_gets_json_for_answers_and_for_faults() {
    let (_emulator, view) = started().await;
    let at = announced(&view, "global");
    let accept = ("accept", "application/json");
    let request = signed_as(at, &key(&view), ("POST", "/"), &[FORM, accept], IDENTITY);
    let received = asked(&view, request).await;
    assert_eq!(received.header("content-type"), "application/json");
    let id = received.header("x-amzn-requestid");
    let read: serde_json::Value = serde_json::from_str(&received.body).expect("JSON");
    let user_id = &read["GetCallerIdentityResponse"]["GetCallerIdentityResult"]["UserId"];
    assert_eq!(
        received.body,
        format!(
            "{{\"GetCallerIdentityResponse\":{{\"GetCallerIdentityResult\":{{\"Account\":\"123456789012\",\
             \"Arn\":\"arn:aws:iam::123456789012:user/simulated\",\"UserId\":{user_id}}},\
             \"ResponseMetadata\":{{\"RequestId\":\"{id}\"}}}}}}"
        )
    );

    let request = signed_as(at, &key(&view), ("POST", "/"), &[FORM, accept], SESSION);
    let read: serde_json::Value =
        serde_json::from_str(&asked(&view, request).await.body).expect("JSON");
    let credentials = &read["GetSessionTokenResponse"]["GetSessionTokenResult"]["Credentials"];
    assert!(credentials["Expiration"].is_f64(), "{credentials}");

    for (target, status, code) in [
        (format!("/?{IDENTITY}"), 403, "MissingAuthenticationToken"),
        ("/?Action=None".to_owned(), 400, "InvalidAction"),
    ] {
        let received = asked(&view, plain("GET", &target, &[accept])).await;
        assert_eq!(received.status, status);
        assert_eq!(received.header("content-type"), "application/json");
        let read: serde_json::Value = serde_json::from_str(&received.body).expect("JSON");
        assert_eq!(read["Error"]["Code"], code);
        assert_eq!(read["Error"]["Type"], "Sender");
        assert_eq!(read["RequestId"], received.header("x-amzn-requestid"));
    }
}

#[tokio::test]
async fn an_injected_refusal_has_the_form_that_was_asked_for() {
    let emulator = Emulator::start(faulty(InjectedFault::Throttle {})).await;
    let emulator = emulator.expect("the emulator starts");
    let view = emulator.view();
    let at = announced(&view, "global");
    let headers = [FORM, ("accept", "application/json")];
    let request = signed_as(at, &key(&view), ("POST", "/"), &headers, IDENTITY);
    let received = asked(&view, request).await;
    let read: serde_json::Value = serde_json::from_str(&received.body).expect("JSON");
    assert_eq!(read["Error"]["Code"], "Throttling");
}

#[tokio::test]
async fn pages_of_every_origin_may_call() {
    let (_emulator, view) = started().await;
    let preflight = [
        ("origin", "https://a"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,x-amz-date"),
    ];
    let received = asked(&view, plain("OPTIONS", "/", &preflight)).await;
    assert_eq!(
        (received.status.as_u16(), received.body.as_str()),
        (200, "")
    );
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "authorization,x-amz-date"),
        ("access-control-max-age", "172800"),
        (
            "access-control-expose-headers",
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,smithy-protocol",
        ),
    ] {
        assert_eq!(received.header(name), value, "{name}");
    }
    let at = announced(&view, "global");
    let headers = [FORM, ("origin", "https://a")];
    let request = signed_as(at, &key(&view), ("POST", "/"), &headers, IDENTITY);
    let received = asked(&view, request).await;
    assert_eq!(
        (
            received.status.as_u16(),
            received.header("access-control-allow-origin")
        ),
        (200, "*")
    );
    // Who is no page is told nothing.
    let received = call(&view, "global", &key(&view), IDENTITY).await;
    assert!(!received.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_head_of_16384_bytes_is_read_and_a_longer_one_is_refused_without_ids() {
    let (_emulator, view) = started().await;
    for (bytes, status) in [(16_384, 302), (16_385, 400), (60_000, 400)] {
        let around = "GET /? HTTP/1.1\r\nhost: sts\r\n\r\n".len();
        let target = format!("/?{}", "x".repeat(bytes - around));
        let received = asked(&view, plain("GET", &target, &[])).await;
        assert_eq!(received.status, status, "{bytes}");
        let has_id = received.headers.contains_key("x-amzn-requestid");
        assert_eq!(has_id, status == 302, "{bytes}");
    }
    assert_eq!(view.ledger().count("http:400"), 2);
    let received = asked(&view, plain("GET", "/%zz", &[])).await;
    assert_eq!(received.status, 400);
    assert!(!received.headers.contains_key("x-amzn-requestid"));
}
