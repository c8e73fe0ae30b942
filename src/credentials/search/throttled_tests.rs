//! Services that want to be asked again.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const STATUSES: [(&str, bool); 8] = [
    ("429 Too Many Requests", true),
    ("500 Internal Server Error", true),
    ("502 Bad Gateway", true),
    ("503 Service Unavailable", true),
    ("504 Gateway Timeout", true),
    ("400 Bad Request", false),
    ("403 Forbidden", false),
    ("404 Not Found", false),
];

/// A server whose first answer has that status and the second one holds the keys; and how many it has given.
fn second_time_lucky(
    status: &'static str,
    keys: String,
) -> (String, std::sync::mpsc::Receiver<String>) {
    let answers = AtomicUsize::new(0);
    serve(move |_| match answers.fetch_add(1, Ordering::SeqCst) {
        0 => (status, "{}".to_owned()),
        _ => ("200 OK", keys.clone()),
    })
}

fn assert_asked_again(
    status: &str,
    is_again: bool,
    answer: &str,
    requests: &std::sync::mpsc::Receiver<String>,
) {
    let is_found = answer.starts_with("ASIAQNZGKIQY56JQ7WML from ");
    assert_eq!(is_found, is_again, "{status}: {answer}");
    let asked = requests.try_iter().count();
    assert_eq!(asked, if is_again { 2 } else { 1 }, "{status}");
}

#[test]
fn a_container_service_that_is_asked_too_often_is_asked_again() {
    let keys = format!(
        r#"{{"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{CANARY}","Token":"t","Expiration":"2035-01-01T00:00:00Z"}}"#
    );
    for (status, is_again) in STATUSES {
        let (address, requests) = second_time_lucky(status, keys.clone());
        let home = Home::new().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address);
        assert_asked_again(status, is_again, &home.answer(), &requests);
    }
}

#[test]
fn a_portal_that_is_asked_too_often_is_asked_again() {
    let role = format!(
        r#"{{"roleCredentials":{{"accessKeyId":"ASIAQNZGKIQY56JQ7WML","secretAccessKey":"{CANARY}","sessionToken":"t","expiration":2082758400000}}}}"#
    );
    let session = format!(r#"{{"accessToken":"{CANARY}","expiresAt":"2036-01-01T00:00:00Z"}}"#);
    for (status, is_again) in STATUSES {
        let (address, requests) = second_time_lucky(status, role.clone());
        let home = with_sso(Some(&session)).set("AWS_ENDPOINT_URL_SSO", &address);
        assert_asked_again(status, is_again, &home.answer(), &requests);
    }
}
