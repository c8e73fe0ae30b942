//! What variables say of credentials: set but empty is not set, older names are read, `/dev/null` is no file, and a value that no
//! service issued is refused by its name before anything is sent.

use crate::callers::files::{KEYS, takes_the_good_key};
use crate::callers::network::Source::{Container, Metadata, Role, Sso, WebIdentity};
use crate::callers::network::{search, search_at, service, unknown_key};
use crate::stub::Stub;
use crate::support::{Home, KEY_ID, Ran, SECRET, Untouched};

/// Whether a search ended with credentials, which the service that is called then does not know.
fn found(ran: &Ran) -> bool {
    ran.stderr.contains("InvalidClientTokenId")
}

/// Refused before anything is sent, in words that do not hold what was given.
#[track_caller]
fn refused(home: &Home, words: &[&str]) {
    let peer = Untouched::new();
    let url = format!("peer={}", peer.url());
    let ran = home.measure(&["--endpoint-url", &url, "--endpoints=peer"]);
    let ran = ran.refuses(4, words);
    assert!(!ran.stderr.contains("CANARY"), "{}", ran.stderr);
    peer.check();
}

#[test]
fn bad_079_to_081_a_value_with_a_line_break_or_a_blank_at_its_end_is_refused_by_its_part() {
    let session = "sessionCANARYsessionCANARY";
    for end in ["\n", "\r\n", "\r", " ", "\t", "\u{a0}"] {
        let long = |value: &str| format!("{value}{end}");
        for (home, part) in [
            (Home::with_keys(&long(KEY_ID), SECRET), "access key id"),
            (Home::with_keys(KEY_ID, &long(SECRET)), "secret access key"),
            (
                Home::with_keys(KEY_ID, SECRET).set("AWS_SESSION_TOKEN", long(session)),
                "session token",
            ),
        ] {
            // Only a character that can stand in no key is one that no other service takes either.
            if end == "\u{a0}" && part == "secret access key" {
                continue;
            }
            refused(&home, &["environment variables: ", part]);
        }
    }
    for quote in ['"', '\''] {
        let quoted = |value: &str| format!("{quote}{value}{quote}");
        for (home, part) in [
            (Home::with_keys(&quoted(KEY_ID), SECRET), "access key id"),
            (
                Home::with_keys(&quoted("AKIAQNZG"), SECRET),
                "access key id",
            ),
        ] {
            let at_aws = home.measure(&["--endpoints=eu-west-1"]);
            let at_aws = at_aws.refuses(4, &["environment variables: ", part]);
            assert!(!at_aws.stderr.contains("CANARY"), "{}", at_aws.stderr);
        }
    }
}

#[test]
fn a_file_called_dev_null_is_none_and_the_search_goes_on() {
    const FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
    let peer = Stub::start(service);
    let nothing = ["/dev/null", "/nonexistent/file", "/"];
    for (source, files) in [
        (Container, &FILES[..]),
        (Metadata, &FILES),
        (WebIdentity, &FILES),
        // These are settings of the first file.
        (Role, &FILES[1..]),
        (Sso, &FILES[1..]),
    ] {
        for path in nothing {
            let home = source.home(peer.url());
            let home = files.iter().fold(home, |home, name| home.set(name, path));
            let ran = search(&home);
            assert!(found(&ran), "{source:?} {path}: {}", ran.stderr);
        }
    }
    for (name, other) in [(FILES[0], ".aws/credentials"), (FILES[1], ".aws/config")] {
        for path in nothing {
            let home = Home::new().file(other, format!("[default]\n{KEYS}"));
            takes_the_good_key(&home.set(name, path));
        }
    }
    let both = |home: Home| {
        FILES
            .iter()
            .fold(home, |home, name| home.set(name, "/dev/null"))
    };
    assert!(found(&search(&both(Home::with_keys(KEY_ID, SECRET)))));
    refused(&both(Home::new()), &["no credentials found"]);
}

#[test]
fn a_pipe_as_a_file_is_refused_by_name() {
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let home = Home::new();
        let path = home.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.is_ok_and(|status| status.success()), "a pipe");
        refused(&home.set(name, path), &["pipe: is not a regular file"]);
    }
}

#[test]
fn a_variable_that_is_set_and_empty_is_not_set() {
    const NAMES: [&str; 26] = [
        "AWS_ACCESS_KEY_ID",
        "AWS_CA_BUNDLE",
        "AWS_CONFIG_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_DEFAULT_PROFILE",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_SSO",
        "AWS_ENDPOINT_URL_STS",
        "AWS_METADATA_SERVICE_TIMEOUT",
        "AWS_REGION",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECURITY_TOKEN",
        "AWS_SESSION_TOKEN",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "HTTPS_PROXY",
        "NO_PROXY",
    ];
    let peer = Stub::start(service);
    let empty = |home: Home, value: &str| {
        let unset = NAMES.iter().fold(home, |home, name| home.unset(name));
        NAMES.iter().fold(unset, |home, name| home.set(name, value))
    };
    for value in ["", " "] {
        let ran = search(&empty(Container.home(peer.url()), value));
        assert!(found(&ran), "{value:?}: {}", ran.stderr);
        assert_eq!(ran.stderr.matches("AWS_").count(), 0, "{}", ran.stderr);
    }
    // The first two places are named, and are none.
    let home = Metadata.home(peer.url());
    let home = home
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", "")
        .set("AWS_ROLE_ARN", "");
    let ran = search(&home);
    assert!(found(&ran), "{}", ran.stderr);
    // botocore looks for a profile without a name; variables come before any.
    let ran = search(&Home::with_keys(KEY_ID, SECRET).set("AWS_PROFILE", ""));
    assert!(found(&ran), "{}", ran.stderr);
}

#[test]
fn the_older_name_of_the_session_token_is_read_and_comes_first() {
    let (older, newer) = ("olderCANARYtoken", "newerCANARYtoken");
    for (set, sent) in [
        (&[("AWS_SECURITY_TOKEN", older)][..], older),
        (&[("AWS_SESSION_TOKEN", newer)], newer),
        (
            &[("AWS_SECURITY_TOKEN", older), ("AWS_SESSION_TOKEN", newer)],
            older,
        ),
        (
            &[("AWS_SECURITY_TOKEN", ""), ("AWS_SESSION_TOKEN", newer)],
            newer,
        ),
    ] {
        let home = Home::with_keys("ASIAQNZGCANARYKEY234", SECRET);
        let home = set
            .iter()
            .fold(home, |home, (name, value)| home.set(name, value));
        let peer = Stub::start(unknown_key);
        search_at(&home, &peer);
        let heard = peer.heard();
        let token = heard
            .first()
            .map(|heard| heard.header("x-amz-security-token"));
        assert_eq!(token, Some(sent), "{set:?}");
    }
    // Empty is absent: a header of its own would be signed.
    let file = format!("[default]\n{KEYS}aws_session_token =\n");
    let peer = Stub::start(unknown_key);
    search_at(&Home::new().file(".aws/credentials", file), &peer);
    let heard = peer.heard();
    assert!(!heard.is_empty() && !heard[0].head.contains("x-amz-security-token"));
}

#[test]
fn older_places_of_keys_are_named_where_nothing_else_is_found() {
    for name in [
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_CREDENTIAL_FILE",
        "BOTO_CONFIG",
    ] {
        let told = format!("{name} found, and never read");
        refused(&Home::new().set(name, "CANARY"), &[&told]);
    }
    let boto = Home::new().file(".boto", "[Credentials]\naws_access_key_id = CANARY\n");
    refused(&boto, &["~/.boto found, and never read"]);
}

#[test]
fn the_end_of_the_keys_in_the_variables_is_read_in_every_form() {
    for (form, weekday) in [
        ("YYYY-01-01T00:00:00Z", ""),
        ("YYYY-01-01T00:00:00+0000", ""),
        ("YYYY-01-01T00:00:00+00:00", ""),
        ("YYYY-01-01T00:00:00UTC", ""),
        ("YYYY-01-01 00:00:00.123Z", ""),
        ("YYYY0101T000000Z", ""),
        ("YYYY-01-01T00:00Z", ""),
        ("YYYY-01-01T01:00:00+01:00", ""),
        ("WWW, 01 Jan YYYY 00:00:00 GMT", "Tue Wed"),
    ] {
        let end = |year: &str, weekday: &str| form.replace("YYYY", year).replace("WWW", weekday);
        let (later, earlier) = weekday.split_once(' ').unwrap_or_default();
        let home = |end: String| {
            Home::with_keys("ASIAQNZGCANARYKEY234", SECRET)
                .set("AWS_SESSION_TOKEN", "tokenCANARY")
                .set("AWS_CREDENTIAL_EXPIRATION", end)
        };
        let ran = search(&home(end("2036", later)));
        assert!(
            found(&ran) && !ran.stderr.contains("AWS_CREDENTIAL_EXPIRATION"),
            "{form}: {}",
            ran.stderr
        );
        refused(
            &home(end("2020", earlier)),
            &["environment variables expired at 2020-01-01T00:00:00Z"],
        );
    }
    for none in ["soon", "2036-13-01T00:00:00Z", "2036-01-01T00:00:00 CET"] {
        let home = Home::with_keys(KEY_ID, SECRET).set("AWS_CREDENTIAL_EXPIRATION", none);
        let ran = search(&home);
        let told = "AWS_CREDENTIAL_EXPIRATION";
        assert!(found(&ran) && ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn a_containers_token_that_fits_into_no_header_is_refused_wherever_it_stands() {
    for token in ["CANARY\n", "CANARY\r\n", "CAN\nARY", "\nCANARY"] {
        let peer = Stub::start(service);
        let url = format!("{}/v1/credentials", peer.url());
        let home = Home::new().file("token", token);
        let home = home.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
        let file = home.path().join("token");
        let home = home.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file);
        refused(&home, &["authorization token holds a line break"]);
        assert!(peer.heard().is_empty(), "{token:?}");
    }
    // A web identity token is what the file holds, for whoever wrote it with an editor.
    let peer = Stub::start(service);
    let home = WebIdentity
        .home(peer.url())
        .file("token", "a.web.identity\r\n");
    assert!(found(&search(&home)));
}
