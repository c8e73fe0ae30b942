//! The instance's metadata service: where it is asked, how patiently, and with or without session tokens.

use super::*;

/// A metadata service that answers a request for a token with `token` and all others well; gives its URL and what it hears.
fn service(token: &'static str) -> (String, std::sync::mpsc::Receiver<String>) {
    serve(move |request| {
        if request.starts_with("PUT") {
            (token, "session".to_owned())
        } else if request.contains("/security-credentials/ ") {
            ("200 OK", "role".to_owned())
        } else {
            let keys = format!(
                r#"{{"Code":"Success","AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{CANARY}","Token":"t","Expiration":"2035-01-01T00:00:00Z"}}"#
            );
            ("200 OK", keys)
        }
    })
}

fn home() -> Home {
    Home::new().set("AWS_EC2_METADATA_DISABLED", "false")
}

#[test]
fn a_service_without_session_tokens_is_asked_without_unless_that_is_switched_off() {
    for (status, header) in [
        ("200 OK", true),
        ("403 Forbidden", false),
        ("404 Not Found", false),
        ("405 Method Not Allowed", false),
    ] {
        let (address, requests) = service(status);
        let home = home().set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &format!("{address}/"));
        let answer = home.answer();
        assert!(
            answer.starts_with("ASIAQNZGKIQY56JQ7WML from the instance metadata"),
            "{answer}"
        );
        let heard: Vec<String> = requests.try_iter().collect();
        assert_eq!(heard.len(), 3, "{heard:?}");
        assert!(heard[0].starts_with("PUT /latest/api/token "), "{heard:?}");
        for request in &heard[1..] {
            let sent = request.contains("x-aws-ec2-metadata-token: session");
            assert_eq!(sent, header, "{status}: {request}");
        }
    }
    let (address, _requests) = service("404 Not Found");
    let answer = home()
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address)
        .set("AWS_EC2_METADATA_V1_DISABLED", "true")
        .answer();
    assert!(
        answer.contains("is no session token, and AWS_EC2_METADATA_V1_DISABLED forbids"),
        "{answer}"
    );
}

#[test]
fn the_profile_may_say_where_it_is_and_what_is_no_place_is_named() {
    let (address, _requests) = service("200 OK");
    let config = format!("[default]\nec2_metadata_service_endpoint = {address}\n");
    let answer = home().config(&config).answer();
    assert!(
        answer.starts_with("ASIAQNZGKIQY56JQ7WML from the instance metadata"),
        "{answer}"
    );
    for (name, value, says) in [
        (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "127.0.0.1:1",
            "not a URL",
        ),
        (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "IPv5",
            "neither `IPv4` nor `IPv6`",
        ),
        (
            "AWS_METADATA_SERVICE_TIMEOUT",
            "soon",
            "not a whole number from 1 to 60",
        ),
        (
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "0",
            "not a whole number from 1 to 60",
        ),
    ] {
        let answer = home().set(name, value).answer();
        assert!(answer.starts_with(&format!("{name}: {says}")), "{answer}");
    }
}

#[test]
fn it_is_asked_as_often_and_as_long_as_the_variables_say() {
    let (address, requests) = service("503 Service Unavailable");
    let answer = home()
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address)
        .set("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3")
        .answer();
    assert!(answer.contains("refuses: HTTP status 503"), "{answer}");
    assert_eq!(requests.try_iter().count(), 3);
}

#[test]
fn a_profile_that_names_it_does_not_switch_it_on() {
    let (address, requests) = service("200 OK");
    let config = "[default]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata\n";
    let answer = Home::new()
        .config(config)
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address)
        .answer();
    assert!(
        answer.starts_with("the instance metadata: AWS_EC2_METADATA_DISABLED switches it off"),
        "{answer}"
    );
    assert_eq!(requests.try_iter().count(), 0);
}
