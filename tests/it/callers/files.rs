//! AWS's shared files as people have them: every form that the AWS CLI reads is read, and what arrives at the service
//! shows by whose keys. What cannot be read is named with its line, and spoils its own section only.

use crate::callers::network::search_at;
use crate::stub::Stub;
use crate::support::Home;

const GOOD: &str = "AKIAGOODGOODGOODGOOD";
pub const KEYS: &str = "aws_access_key_id = AKIAGOODGOODGOODGOOD\naws_secret_access_key = goodsecretgoodsecretgoodsecret\n";

/// The id of the key that the service was called with, and what the program said.
fn used(home: &Home) -> (Option<String>, String) {
    let peer = Stub::start(crate::callers::network::unknown_key);
    let ran = search_at(home, &peer);
    let heard = peer.heard();
    let id = heard.first().and_then(|heard| {
        let (_, after) = heard.header("authorization").split_once("Credential=")?;
        after.split('/').next().map(str::to_owned)
    });
    (id, ran.stderr)
}

#[track_caller]
pub fn takes_the_good_key(home: &Home) {
    let (id, said) = used(home);
    assert_eq!(id.as_deref(), Some(GOOD), "{said}");
}

fn indented(by: &str) -> String {
    KEYS.lines().map(|line| format!("{by}{line}\n")).collect()
}

#[test]
fn every_layout_that_the_aws_cli_reads_is_read() {
    let (first, second) = KEYS.split_once('\n').expect("two lines");
    for file in [
        format!("[default]\n{}", indented("    ")),
        format!("[default]\n{}", indented("\t")),
        format!(" [default]\n{KEYS}"),
        format!("[default]\n  {first}\n{second}"),
        format!("[default] /* note */\n{KEYS}"),
        format!("[dev] extra words\nx = 1\n[default]\n{KEYS}"),
        format!("[default]\n{KEYS}").replace('\n', "\r"),
        format!("[default]\n{KEYS}").replace('\n', "\r\n"),
        format!("[default]\n{}", KEYS.replace(" = ", ": ")),
        format!("[default]\n{}", KEYS.to_uppercase()),
        format!("[default]\n{KEYS}aws_session_token =\n"),
        format!("[default]\n{KEYS}[broken]\nwords\n"),
        format!("[a#b]\nx = 1\n[default]\n{KEYS}"),
    ] {
        takes_the_good_key(&Home::new().file(".aws/credentials", &file));
    }
    let config = format!("[profile uat]\n{}", indented("  "));
    takes_the_good_key(
        &Home::new()
            .file(".aws/config", config)
            .file(".aws/credentials", format!("[default]\n{KEYS}")),
    );
}

#[test]
fn every_name_that_the_aws_cli_finds_is_found() {
    for (heading, name) in [
        ("[profile \"my prod\"]", "my prod"),
        ("[profile 'my prod']", "my prod"),
        ("[profile \"dev\"]", "dev"),
        ("[profile \"Corp Prod/Admin\"]", "Corp Prod/Admin"),
        ("[profile größe]", "größe"),
        ("[profile a(b)=c,d&e]", "a(b)=c,d&e"),
        ("[profile  dev]", "dev"),
        ("[profile a#b]", "a#b"),
    ] {
        let home = Home::new()
            .file(".aws/config", format!("{heading}\n{KEYS}"))
            .set("AWS_PROFILE", name);
        takes_the_good_key(&home);
    }
    let home = Home::new().file(".aws/credentials", format!("[my prod]\n{KEYS}"));
    takes_the_good_key(&home.set("AWS_PROFILE", "my prod"));
    let home = Home::new().file(".aws/config", format!("[x]\n[profile my prod]\n{KEYS}"));
    let (id, said) = used(&home.set("AWS_PROFILE", "my prod"));
    assert!(
        id.is_none() && said.contains("the section in line 2 of") && said.contains("in quotes"),
        "{said}"
    );
}

#[test]
fn older_names_are_read_and_empty_is_absent() {
    let dev = format!(
        "[default]\naws_access_key_id = AKIAOTHEROTHEROTHER2\naws_secret_access_key = xxxxxxxxxxxxxxxxxxxx\n[dev]\n{KEYS}"
    );
    let home = || Home::new().file(".aws/credentials", &dev);
    takes_the_good_key(&home().set("AWS_DEFAULT_PROFILE", "dev"));
    takes_the_good_key(
        &home()
            .set("AWS_DEFAULT_PROFILE", "dev")
            .set("AWS_PROFILE", "default"),
    );
    takes_the_good_key(
        &home()
            .set("AWS_DEFAULT_PROFILE", "")
            .set("AWS_PROFILE", "dev"),
    );
    let temporary = "[default]\naws_access_key_id = ASIAGOODGOODGOODGOOD\naws_secret_access_key = goodsecretgoodsecretgoodsecret\n";
    let (id, said) = used(&Home::new().file(".aws/credentials", temporary));
    assert!(
        id.is_none() && said.contains("session token is missing"),
        "{said}"
    );
    let home = Home::new().file(
        ".aws/credentials",
        format!("{temporary}aws_security_token = t\n"),
    );
    assert_eq!(used(&home).0.as_deref(), Some("ASIAGOODGOODGOODGOOD"));
}

#[test]
fn no_file_can_be_said_with_dev_null() {
    let home = Home::new()
        .file("keys", format!("[default]\n{KEYS}"))
        .set("AWS_CONFIG_FILE", "/dev/null");
    let keys = home.path().join("keys");
    takes_the_good_key(&home.set("AWS_SHARED_CREDENTIALS_FILE", keys));
    let home = Home::new()
        .file("keys", format!("[default]\n{KEYS}"))
        .set("AWS_CONFIG_FILE", "/");
    takes_the_good_key(&home.set("AWS_SHARED_CREDENTIALS_FILE", "$HOME/keys"));
}

#[test]
fn a_line_that_cannot_be_read_is_named_with_its_form() {
    for (file, says) in [
        (format!("[default]\nwords\n{KEYS}"), "line 2 is neither"),
        (format!("[default]\n= 1\n{KEYS}"), "line 2 has no name"),
        (KEYS.to_owned(), "line 1 stands before any [section]"),
        (
            format!("\u{feff}[default]\n{KEYS}"),
            "line 1 begins with a byte order mark",
        ),
        (
            format!("[default]\nx =\n  words\n{KEYS}"),
            "line 3 is indented",
        ),
    ] {
        let (id, said) = used(&Home::new().file(".aws/credentials", file));
        assert!(id.is_none() && said.contains(says), "{said}");
    }
}

#[test]
fn a_line_that_cannot_be_read_costs_its_own_section_and_is_told() {
    for (broken, line) in [("words", 5), ("= 1", 5), ("x = 1\n\twords\nwords", 7)] {
        for (file, name) in [
            (".aws/credentials", "broken"),
            (".aws/config", "profile broken"),
        ] {
            let text = format!("[default]\n{KEYS}[{name}]\n{broken}\n");
            let home = Home::new().file(file, text);
            takes_the_good_key(&home);
            let told = format!("{file}: line {line} cannot be read; its section is left out");
            let (_, said) = used(&home);
            assert!(said.contains(&told), "{told}: {said}");
        }
    }
    let (first, second) = KEYS.split_once('\n').expect("two lines");
    for deeper in ["  ", "\t"] {
        let text = format!("[default]\n{first}\n{deeper}{second}");
        let (id, said) = used(&Home::new().file(".aws/credentials", text));
        assert!(
            id.is_none() && said.contains("begin each setting in the same column"),
            "{said}"
        );
    }
}

#[test]
fn a_variable_that_is_not_utf_8_is_refused_and_not_passed_over() {
    use std::os::unix::ffi::OsStrExt as _;
    let wild = std::ffi::OsStr::from_bytes(b"http://127.0.0.1/\xff");
    let region = ["run", "--dry-run", "--endpoints=here"];
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        Home::new()
            .set(name, wild)
            .run(region)
            .refuses(2, &[name, "is not a Region"]);
    }
    // Whoever is next would be another caller.
    let (id, said) = used(&Home::new().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", wild));
    assert!(id.is_none() && said.contains("container"), "{said}");
}

#[test]
fn without_a_home_nothing_is_taken_from_the_current_directory() {
    let sso = "[default]\nsso_account_id = 123456789012\nsso_role_name = r\nsso_region = eu-central-1\n\
               sso_start_url = https://example.invalid/start\n";
    // Named by the SHA-1 of the start URL.
    let token = ".aws/sso/cache/1a456e1a50f672d76dbb7e005eadd369d967380a.json";
    let portal = Stub::start(crate::callers::network::unknown_key);
    for home in [None, Some(""), Some("."), Some("./")] {
        let user = Home::new()
            .file("config", sso)
            .file(".aws/credentials", format!("[default]\n{KEYS}"))
            .file(
                token,
                r#"{"accessToken":"CWDTOKEN","expiresAt":"2036-01-01T00:00:00Z"}"#,
            )
            .set("AWS_ENDPOINT_URL_SSO", portal.url())
            .unset("HOME");
        let config = user.path().join("config");
        let user = user.set("AWS_CONFIG_FILE", config);
        let user = match home {
            Some(home) => user.set("HOME", home),
            None => user,
        };
        let (id, said) = used(&user);
        assert!(
            id.is_none() && said.contains("the SSO session of profile `default` does not exist"),
            "{home:?}: {said}"
        );
    }
    assert!(portal.heard().is_empty());
}
