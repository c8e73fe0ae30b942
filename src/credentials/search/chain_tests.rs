//! The whole search, each time in a process of its own: the AWS variables belong to a process and cannot be set in one
//! that runs other tests. The child is this test binary, started again with [`child`] as its only test.

use super::*;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const CANARY: &str = "CANARYcanaryCANARYcanaryCANARYcanary4242";
/// How the child's own words are told from those of the test framework.
const MARK: &str = "answer: ";

/// Searches as the variables say and prints what people and logs could get to see. Does nothing in an ordinary run.
#[test]
fn child() {
    let Some(mode) = std::env::var_os("STSBENCH_TEST_SEARCH") else {
        return;
    };
    if mode == "panic" {
        crate::credentials::hardening::forbid_dumps().expect("allowed");
        #[cfg(target_os = "linux")]
        println!(
            "{MARK}{:?}",
            rustix::process::dumpable_behavior().expect("readable")
        );
        println!(
            "{MARK}{:?}",
            rustix::process::getrlimit(rustix::process::Resource::Core).current
        );
        crate::credentials::hardening::quiet_panics();
        let _ = std::thread::spawn(|| panic!("{CANARY} {}", 1)).join();
        let _ = std::thread::spawn(|| panic!("written in the source")).join();
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let is_short = std::env::var_os("STSBENCH_TEST_SHORT_LIMIT").is_some();
    let search = Search::new(
        std::env::var("STSBENCH_TEST_PROFILE").ok(),
        Duration::from_secs(if is_short { 2 } else { 60 }),
        WallClock::new(move || now),
    );
    match runtime.block_on(find(&search)) {
        Ok(found) => println!(
            "{MARK}{} from {} {found:?}",
            found.access_key_id.expose(),
            found.source
        ),
        Err(error) => println!("{MARK}{error}\n{error:?}"),
    }
    println!("{MARK}remarks {:?}", search.remarks());
}

/// A home directory of its own, and the variables of a search.
struct Home {
    dir: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let home = Self {
            dir,
            variables: BTreeMap::new(),
        };
        home.set("AWS_EC2_METADATA_DISABLED", "true")
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn file(self, path: &str, contents: &str) -> Self {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the home")).expect("created");
        std::fs::write(path, contents).expect("written");
        self
    }

    fn config(self, contents: &str) -> Self {
        self.file(".aws/config", contents)
    }

    fn run(&self) -> Output {
        let own = std::env::current_exe().expect("this test binary");
        let mut child = Command::new(own);
        child.args([
            "--exact",
            "credentials::search::chain::tests::child",
            "--nocapture",
        ]);
        child
            .env_clear()
            .env("STSBENCH_TEST_SEARCH", "find")
            .env("HOME", self.dir.path());
        child
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(&self.variables);
        child.stdin(Stdio::null()).output().expect("the child runs")
    }

    /// What the search answered, on one line; nothing that was printed holds the secret.
    fn answer(&self) -> String {
        let output = self.run();
        let all = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!all.contains("CANARY") && !all.contains("canary"), "{all}");
        let start = all
            .find(MARK)
            .unwrap_or_else(|| panic!("no answer in {all}"));
        all[start + MARK.len()..]
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Answers every request on loopback with `body` until the test ends; the requests' heads and bodies can be looked at.
fn server(status: &'static str, body: String) -> (String, std::sync::mpsc::Receiver<String>) {
    serve(move |_| (status, body.clone()))
}

/// The same with the status and body that `answer` gives to each request.
fn serve(
    answer: impl Fn(&str) -> (&'static str, String) + Send + 'static,
) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let (seen, requests) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let request = request(&mut stream);
            let (status, body) = answer(&request);
            let reply = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(reply.as_bytes());
            if seen.send(request).is_err() {
                return;
            }
        }
    });
    (address, requests)
}

fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length = length
                .split("content-length: ")
                .nth(1)
                .and_then(|it| it.lines().next()?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return text,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

fn role_answer(operation: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result><Credentials>\
         <AccessKeyId>ASIAQNZGKIQY56JQ7WML</AccessKeyId><SecretAccessKey>{CANARY}</SecretAccessKey>\
         <SessionToken>{CANARY}</SessionToken><Expiration>2035-01-01T00:00:00Z</Expiration></Credentials>\
         <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId>\
         </AssumedRoleUser></{operation}Result></{operation}Response>"
    )
}

fn keys(id: &str) -> String {
    format!("aws_access_key_id = {id}\naws_secret_access_key = {CANARY}\n")
}

#[test]
fn the_environment_comes_before_the_profile() {
    let home = Home::new()
        .set("AWS_ACCESS_KEY_ID", KEY)
        .set("AWS_SECRET_ACCESS_KEY", CANARY);
    let home = home.config(&format!("[default]\n{}", keys("AKIAPROFILEPROFILE77")));
    assert!(
        home.answer()
            .starts_with("AKIAIOSFODNN7EXAMPLE from environment variables FoundCredentials"),
        "{}",
        home.answer()
    );
    // A profile that is asked for by name comes before the environment.
    let home = home.set("STSBENCH_TEST_PROFILE", "default");
    assert!(
        home.answer()
            .starts_with("AKIAPROFILEPROFILE77 from profile `default`"),
        "{}",
        home.answer()
    );
}

#[test]
fn bad_076_without_credentials_every_place_is_listed() {
    let answer = Home::new().set("AWS_SECRET_ACCESS_KEY", CANARY).answer();
    assert_eq!(
        answer,
        "no credentials found; log in with `aws sso login` or `aws configure`, name a profile with --profile, or try \
         `stsbench run --simulate`, which needs no account; searched environment variables (AWS_ACCESS_KEY_ID is not set), shared config and \
         credentials files (no profile `default`), web identity token file (AWS_WEB_IDENTITY_TOKEN_FILE is not set), \
         container credentials (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set), instance metadata \
         (switched off by AWS_EC2_METADATA_DISABLED)"
    );
}

#[test]
fn bad_077_an_id_without_a_secret_is_refused() {
    let answer = Home::new().set("AWS_ACCESS_KEY_ID", CANARY).answer();
    assert_eq!(
        answer,
        "environment variables: AWS_SECRET_ACCESS_KEY is missing"
    );
}

#[test]
fn bad_079_bad_080_what_stands_in_the_environment_is_checked() {
    let home = || Home::new().set("AWS_ACCESS_KEY_ID", KEY);
    let answer = home().set("AWS_SECRET_ACCESS_KEY", "s").answer();
    assert_eq!(
        answer,
        "environment variables: the secret access key is not 16 to 1024 characters long"
    );
    for token in ["CANARY\n", "CANARY\r", "CAN\r\nX-Evil: 1"] {
        let answer = home()
            .set("AWS_SECRET_ACCESS_KEY", CANARY)
            .set("AWS_SESSION_TOKEN", token)
            .answer();
        assert!(
            answer.starts_with("environment variables: the session token holds a blank"),
            "{answer}"
        );
    }
}

#[test]
fn bad_082_a_profile_that_does_not_exist_is_named() {
    let home = Home::new().config("[default]\n");
    assert_eq!(
        home.set("AWS_PROFILE", "nope").answer(),
        "profile `nope` does not exist"
    );
    assert_eq!(
        Home::new().set("AWS_PROFILE", "").answer(),
        "the name of the profile is empty: AWS_PROFILE has to name one, or not to be given"
    );
    assert_eq!(
        Home::new().set("STSBENCH_TEST_PROFILE", " ").answer(),
        "the name of the profile is empty: --profile has to name one, or not to be given"
    );
    let home = Home::new()
        .config("[profile a]\nregion = x\n")
        .set("STSBENCH_TEST_PROFILE", "a");
    assert_eq!(
        home.answer(),
        "profile `a` holds no credentials and no way to get them"
    );
}

#[test]
fn bad_090_expired_credentials_are_refused_at_the_start() {
    let home = Home::new()
        .set("AWS_ACCESS_KEY_ID", KEY)
        .set("AWS_SECRET_ACCESS_KEY", CANARY);
    let answer = home
        .set("AWS_CREDENTIAL_EXPIRATION", "2027-01-15T07:00:00Z")
        .answer();
    assert_eq!(
        answer,
        "the credentials of environment variables expired at 2027-01-15T07:00:00Z"
    );
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"{KEY}","SecretAccessKey":"{CANARY}","Expiration":"2001-01-01T00:00:00Z"}}"#
    );
    let home = Home::new().config(&format!("[default]\ncredential_process = echo '{json}'\n"));
    assert!(
        home.answer()
            .starts_with("the credentials of profile `default` expired"),
        "{}",
        home.answer()
    );
}

#[test]
fn bad_085_a_process_that_hangs_ends_the_search_in_time() {
    let home = Home::new()
        .config("[default]\ncredential_process = sleep 1000\n")
        .set("STSBENCH_TEST_SHORT_LIMIT", "1");
    assert_eq!(
        home.answer(),
        "the credential_process of profile `default` did not end within 2s and was killed; --credential-timeout gives it longer"
    );
}

#[test]
fn bad_085_a_process_that_hangs_is_killed_with_all_that_it_has_started() {
    // One child, one in a session of its own whose parent goes on, and one there whose parent has ended.
    let script = r#"
        cd "$HOME"
        sleep 1000 & echo $! >> part
        setsid sh -c 'echo $$ >> part; exec sleep 1000' &
        sh -c "setsid sh -c 'echo \$\$ >> part; exec sleep 1000' &"
        sleep 0.7; echo $$ >> part; mv part pids; sleep 1000"#;
    let home = Home::new().file("script", script);
    let line = format!(
        "credential_process = sh {}/script",
        home.dir.path().display()
    );
    let home = home
        .config(&format!("[default]\n{line}\n"))
        .set("STSBENCH_TEST_SHORT_LIMIT", "1");
    assert!(
        home.answer().contains("and was killed"),
        "{}",
        home.answer()
    );
    let pids = std::fs::read_to_string(home.dir.path().join("pids")).expect("it had started");
    assert_eq!(pids.lines().count(), 4, "{pids}");
    for pid in pids.lines() {
        assert!(ends(pid), "process {pid} lives on");
    }
}

/// Whether the process is gone, or dead and waiting for its parent, soon.
fn ends(pid: &str) -> bool {
    for _ in 0..500 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        let is_dead = stat.is_ok_and(|stat| stat.contains(") Z "));
        if is_dead || !std::path::Path::new("/proc").join(pid).exists() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

#[test]
fn bad_087_a_process_that_prints_for_ever_is_stopped_at_the_limit() {
    let home = Home::new().config("[default]\ncredential_process = yes\n");
    assert_eq!(
        home.answer(),
        "the credential_process of profile `default` printed more than 65536 bytes and was killed"
    );
}

#[test]
fn bad_086_a_failing_process_is_named_and_not_quoted() {
    let home = Home::new().config(&format!(
        "[default]\ncredential_process = sh -c 'echo {CANARY} >&2; exit 1'\n"
    ));
    assert!(
        home.answer()
            .starts_with("the credential_process of profile `default` failed with exit status: 1")
    );
}

#[test]
fn rule_31_the_process_gets_the_environment_without_the_keys_of_others() {
    let keys = [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_SECRET_KEY",
    ];
    let home = keys
        .into_iter()
        .fold(Home::new(), |home, name| home.set(name, CANARY));
    let passed = [
        ("MYKEY", "own"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_VAULT_BACKEND", "pass"),
        ("OP_SESSION_x", "y"),
        ("GPG_TTY", "/dev/pts/0"),
        ("DISPLAY", ":0"),
        ("PASSWORD_STORE_DIR", "/x"),
        ("HTTPS_PROXY", "http://u:p@proxy"),
    ];
    let home = passed
        .into_iter()
        .fold(home, |home, (name, value)| home.set(name, value))
        .config("[default]\ncredential_process = sh -c 'env > \"$HOME/seen\"; exit 3'\n");
    let answer = home.answer();
    assert!(
        answer.contains(
            "failed with exit status: 3 (it was not given AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN"
        ) && answer.contains("aws configure export-credentials --profile default"),
        "{answer}"
    );
    let seen = std::fs::read_to_string(home.dir.path().join("seen")).expect("the process ran");
    for (name, value) in passed {
        assert!(
            seen.contains(&format!("{name}={value}\n")),
            "{name}: {seen}"
        );
    }
    assert!(!seen.contains("CANARY"), "{seen}");
}

#[test]
fn the_container_is_asked_when_it_is_configured() {
    let body = format!(
        r#"{{"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{CANARY}","Token":"{CANARY}","Expiration":"2035-01-01T00:00:00Z"}}"#
    );
    let (address, _requests) = server("200 OK", body);
    let answer = Home::new()
        .set(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            &format!("{address}/creds"),
        )
        .answer();
    assert!(
        answer.starts_with("ASIAQNZGKIQY56JQ7WML from the container credentials endpoint"),
        "{answer}"
    );
    let (address, _requests) = server("403 Forbidden", CANARY.to_owned());
    let answer = Home::new()
        .set(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            &format!("{address}/creds"),
        )
        .answer();
    let host = address.trim_start_matches("http://");
    assert_eq!(
        answer,
        format!(
            "the container credentials endpoint is configured but failed to give credentials: HTTP status 403 from {host}"
        )
    );
}

#[test]
fn a_role_is_assumed_with_the_keys_of_its_source_profile() {
    let (address, requests) = server("200 OK", role_answer("AssumeRole"));
    let config = format!(
        "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = b\n[profile b]\n{}",
        keys(KEY)
    );
    let home = Home::new()
        .config(&config)
        .set("AWS_ENDPOINT_URL_STS", &address)
        .set("STSBENCH_TEST_PROFILE", "a");
    assert!(
        home.answer()
            .starts_with("ASIAQNZGKIQY56JQ7WML from profile `a`"),
        "{}",
        home.answer()
    );
    assert!(
        requests
            .recv()
            .expect("a request")
            .contains(&format!("Credential={KEY}/"))
    );
}

#[test]
fn a_role_is_assumed_with_the_keys_that_a_process_prints() {
    for config in [
        "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = b\n[profile b]\ncredential_process = sh DIR/print\n",
        "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = a\ncredential_process = sh DIR/print\n",
    ] {
        let (address, requests) = server("200 OK", role_answer("AssumeRole"));
        let json = format!(r#"{{"Version":1,"AccessKeyId":"{KEY}","SecretAccessKey":"{CANARY}"}}"#);
        let home = Home::new();
        let config = config.replace("DIR", &home.dir.path().display().to_string());
        let home = home
            .config(&config)
            .file("print", &format!("echo '{json}'\n"));
        let home = home
            .set("AWS_ENDPOINT_URL_STS", &address)
            .set("STSBENCH_TEST_PROFILE", "a");
        assert!(
            home.answer()
                .starts_with("ASIAQNZGKIQY56JQ7WML from profile `a`"),
            "{}",
            home.answer()
        );
        assert!(
            requests
                .recv()
                .expect("a request")
                .contains(&format!("Credential={KEY}/"))
        );
    }
}

#[test]
fn a_refused_role_says_the_code() {
    let refusal = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{CANARY}</Message></Error>\
         <RequestId>r</RequestId></ErrorResponse>"
    );
    let (address, _requests) = server("403 Forbidden", refusal);
    let config = format!(
        "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = b\n[profile b]\n{}",
        keys(KEY)
    );
    let home = Home::new()
        .config(&config)
        .set("AWS_ENDPOINT_URL_STS", &address)
        .set("AWS_PROFILE", "a");
    assert_eq!(
        home.answer(),
        "profile `a`: STS refused the role with AccessDenied"
    );
}

#[test]
fn a_web_identity_is_exchanged_for_a_role() {
    let (address, requests) = server("200 OK", role_answer("AssumeRoleWithWebIdentity"));
    let home = Home::new()
        .file("token", "an.oidc.token")
        .set("AWS_ENDPOINT_URL_STS", &address);
    let token_file = home.dir.path().join("token").display().to_string();
    let home = home
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", &token_file)
        .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r");
    assert!(
        home.answer()
            .starts_with("ASIAQNZGKIQY56JQ7WML from the web identity token"),
        "{}",
        home.answer()
    );
    assert!(
        requests
            .recv()
            .expect("a request")
            .contains("WebIdentityToken=an.oidc.token")
    );
    let home = home.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token");
    assert_eq!(
        home.answer(),
        "AWS_WEB_IDENTITY_TOKEN_FILE: /nonexistent/token: does not exist"
    );
    let home = home.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/zero");
    assert_eq!(
        home.answer(),
        "AWS_WEB_IDENTITY_TOKEN_FILE: /dev/zero: is not a regular file"
    );
}

/// A user of a profile `a` that signs in through IAM Identity Center; the file of the session holds `session`.
fn with_sso(session: Option<&str>) -> Home {
    let config = "[profile a]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n\
                  [sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://example.invalid/start\n";
    let home = Home::new().config(config).set("STSBENCH_TEST_PROFILE", "a");
    match session {
        // The file is named by the SHA-1 of the session's name, `s`.
        Some(session) => home.file(
            ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json",
            session,
        ),
        None => home,
    }
}

#[test]
fn fault_33_an_sso_session_of_no_use_says_why_and_how_to_sign_in() {
    let at = |expires: &str| format!(r#"{{"accessToken":"{CANARY}","expiresAt":"{expires}"}}"#);
    for (session, says) in [
        (None, "does not exist"),
        (
            Some(at("2001-01-01T00:00:00UTC")),
            "ended at 2001-01-01T00:00:00Z",
        ),
        (
            Some("[]".to_owned()),
            "is not readable: its file is not the JSON that `aws sso login` writes",
        ),
        (
            Some(r#"{"expiresAt":"2036-01-01T00:00:00Z"}"#.to_owned()),
            "is not readable: its file has no accessToken",
        ),
        (
            Some(format!(r#"{{"accessToken":"{CANARY}"}}"#)),
            "is not readable: its file has no expiresAt",
        ),
        (
            Some(format!(r#"{{"accessToken":"{CANARY}","expiresAt":null}}"#)),
            "is not readable: its file has no expiresAt",
        ),
        (
            Some(format!(
                r#"{{"accessToken":"{CANARY}","expiresAt":2082758400}}"#
            )),
            "is not readable: its expiresAt is not a string",
        ),
        (
            Some(at("soon")),
            "is not readable: its expiresAt is no time with its offset from UTC",
        ),
        (
            Some(format!("{CANARY}{{")),
            "is not readable: its file is not the JSON that `aws sso login` writes",
        ),
    ] {
        assert_eq!(
            with_sso(session.as_deref()).answer(),
            format!(
                "the SSO session of profile `a` {says}; sign in with `aws sso login --profile a`"
            )
        );
    }
}

#[test]
fn an_sso_session_of_any_readable_end_is_used_and_a_portal_that_fails_is_told_from_it() {
    let role = format!(
        r#"{{"roleCredentials":{{"accessKeyId":"ASIAQNZGKIQY56JQ7WML","secretAccessKey":"{CANARY}","sessionToken":"t","expiration":2082758400000}}}}"#
    );
    for end in [
        "2036-01-01T00:00:00Z",
        "2036-01-01T00:00:00UTC",
        "2036-01-01T00:00:00+00:00",
        "2036-01-01T00:00:00-08:00",
    ] {
        let session = format!(r#"{{"accessToken":"{CANARY}","expiresAt":"{end}"}}"#);
        let home = |url: &str| with_sso(Some(&session)).set("AWS_ENDPOINT_URL_SSO", url);
        let (address, requests) = server("200 OK", role.clone());
        assert!(
            home(&address)
                .answer()
                .starts_with("ASIAQNZGKIQY56JQ7WML from profile `a`"),
            "{end}: {}",
            home(&address).answer()
        );
        let request = requests.recv().expect("a request");
        assert!(
            request.contains("account_id=123456789012") && request.contains(CANARY),
            "{request}"
        );
    }
    let session = format!(r#"{{"accessToken":"{CANARY}","expiresAt":"2036-01-01T00:00:00Z"}}"#);
    let home = |url: &str| with_sso(Some(&session)).set("AWS_ENDPOINT_URL_SSO", url);
    let (address, _requests) = server("403 Forbidden", CANARY.to_owned());
    let host = address.trim_start_matches("http://");
    assert_eq!(
        home(&address).answer(),
        format!(
            "the SSO portal of profile `a` is configured but failed to give credentials: HTTP status 403 from {host}"
        )
    );
    let refusal = r#"{"message":"Session token not found or invalid","__type":"com.amazonaws.switchboard.portal#UnauthorizedException"}"#;
    let (address, _requests) = server("401 Unauthorized", refusal.to_owned());
    assert_eq!(
        home(&address).answer(),
        "the SSO session of profile `a` is refused by the portal; sign in with `aws sso login --profile a`"
    );
}

#[test]
fn a_failed_source_says_the_kind_and_the_host_and_no_secret() {
    let role = format!(
        "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = b\n[profile b]\n{}",
        keys(KEY)
    );
    let home = || Home::new().config(&role).set("AWS_PROFILE", "a");
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("bound").to_string()
    };
    let (asking, _logins) = server("407 Proxy Authentication Required", CANARY.to_owned());
    let asking = asking.trim_start_matches("http://").to_owned();
    let (refusing, _requests) = server("403 Forbidden", CANARY.to_owned());
    let refusing = refusing.trim_start_matches("http://").to_owned();
    for (home, says) in [
        (
            home().set("AWS_ENDPOINT_URL_STS", &format!("http://{nobody}")),
            format!("tcp.refused at {nobody}"),
        ),
        (
            home().set("AWS_ENDPOINT_URL_STS", "https://nobody.invalid"),
            "at nobody.invalid".to_owned(),
        ),
        (
            home()
                .set("HTTPS_PROXY", &format!("http://user:{CANARY}@{refusing}"))
                .set("AWS_REGION", "eu-central-1"),
            format!(
                "proxy.refused on the way to sts.eu-central-1.amazonaws.com, HTTP status 403: its rules do not allow this host, through the proxy {refusing}"
            ),
        ),
        (
            home()
                .set("HTTPS_PROXY", &format!("http://user:{CANARY}@{asking}"))
                .set("AWS_REGION", "eu-central-1"),
            format!(
                "proxy.refused on the way to sts.eu-central-1.amazonaws.com, HTTP status 407: it wants a user and a password, through the proxy {asking}"
            ),
        ),
        (
            home().set("HTTPS_PROXY", &format!("http://{nobody}")),
            format!("tcp.refused at sts.us-east-1.amazonaws.com, through the proxy {nobody}"),
        ),
        (
            home().set("AWS_ENDPOINT_URL_STS", &format!("http://{refusing}")),
            format!("HTTP status 403 from {refusing}"),
        ),
    ] {
        let answer = home.answer();
        assert!(
            answer.starts_with("profile `a` is configured but failed to give credentials: ")
                && answer.ends_with(&says),
            "{answer} instead of {says}"
        );
    }
}

#[test]
fn a_container_is_asked_where_its_url_says_and_empty_variables_say_nothing() {
    let answer = |end: &str| {
        format!(
            r#"{{"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{CANARY}","Token":"{CANARY}","Expiration":"{end}"}}"#
        )
    };
    let home = |address: &str| {
        Home::new()
            .set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "")
            .set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "")
            .set(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                &format!("{address}/v1/x?y=z"),
            )
            .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod token")
    };
    for end in [
        "2035-01-01T00:00:00Z",
        "2035-01-01T00:00:00+0000",
        "20350101T000000Z",
        "Mon, 01 Jan 2035 00:00:00 GMT",
    ] {
        let (address, requests) = server("200 OK", answer(end));
        assert!(
            home(&address)
                .answer()
                .starts_with("ASIAQNZGKIQY56JQ7WML from the container credentials endpoint"),
            "{end}: {}",
            home(&address).answer()
        );
        let request = requests.recv().expect("a request");
        assert!(
            request.starts_with("GET /v1/x?y=z ") && request.contains("authorization: pod token"),
            "{request}"
        );
    }
    for (body, says) in [
        (answer("soon"), "has an Expiration that is not readable"),
        ("[]".to_owned(), "is no JSON object"),
        (format!(r#"{{"Code":"{CANARY}"}}"#), "is a refusal"),
        ("{}".to_owned(), "has no Expiration"),
        (r#"{"Expiration":null}"#.to_owned(), "has no Expiration"),
        (
            r#"{"expiration":2082758400}"#.to_owned(),
            "has an Expiration that is not a string",
        ),
    ] {
        let (address, _requests) = server("200 OK", body);
        let answer = home(&address).answer();
        assert!(answer.contains(says), "{answer}");
    }
    for (url, says) in [
        (
            "http://192.0.2.1/x",
            "its URL is neither https nor http to this host",
        ),
        (
            "http://169.254.169.254/x",
            "its URL is neither https nor http to this host",
        ),
        (
            "ftp://127.0.0.1/x",
            "its URL is neither https nor http to this host",
        ),
        ("no url", "AWS_CONTAINER_CREDENTIALS_FULL_URI: makes no URL"),
        (
            "\"http://127.0.0.1/x\"",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI: is in quotation marks",
        ),
        ("http://127.0.0.1:1/x\n", "tcp.refused at 127.0.0.1:1"),
    ] {
        let home = Home::new().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
        assert!(home.answer().contains(says), "{}", home.answer());
    }
    let relative = Home::new().set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2/creds");
    let says = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: has to begin with /";
    assert!(relative.answer().contains(says), "{}", relative.answer());
    let home = home("http://127.0.0.1:1").set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\nb");
    assert!(
        home.answer().contains(
            "AWS_CONTAINER_AUTHORIZATION_TOKEN: the authorization token holds a line break"
        ),
        "{}",
        home.answer()
    );
}

#[test]
fn an_end_in_the_environment_that_cannot_be_read_is_a_remark_and_so_are_places_passed_over() {
    let home = Home::new()
        .set("AWS_ACCESS_KEY_ID", KEY)
        .set("AWS_SECRET_ACCESS_KEY", CANARY)
        .set("AWS_CREDENTIAL_EXPIRATION", "soon")
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")
        .config(&format!("[default]\ncredential_process = x\n{}", keys(KEY)));
    let output = String::from_utf8_lossy(&home.run().stdout).into_owned();
    assert!(
        output.contains("from environment variables") && output.contains("UnreadExpiry"),
        "{output}"
    );
    assert!(
        output.contains(
            "AlsoConfigured([\"the credential_process of profile `default`\", \
             \"the keys in the configuration of profile `default`\", \"the container credentials endpoint\"])"
        ),
        "{output}"
    );
}

#[test]
fn fault_32_a_silent_metadata_service_costs_two_seconds_and_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let home = Home::new().set("AWS_EC2_METADATA_DISABLED", "false");
    let answer = home
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address)
        .answer();
    assert!(
        answer.contains("instance metadata (no answer within 2 s)")
            || answer.contains("instance metadata (does not answer"),
        "{answer}"
    );
    let (address, _requests) = server("401 Unauthorized", CANARY.to_owned());
    let home = Home::new().set("AWS_EC2_METADATA_DISABLED", "false");
    let answer = home
        .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address)
        .answer();
    assert!(answer.contains("instance metadata (refuses"), "{answer}");
}

#[cfg(unix)]
#[test]
fn bad_092_rule_27_a_file_with_secrets_that_others_may_read_is_reported_by_path() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new().file(".aws/credentials", &format!("[default]\n{}", keys(KEY)));
    let path: PathBuf = home.dir.path().join(".aws/credentials");
    for (mode, exposed) in [(0o644, true), (0o600, false), (0o640, true)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))
            .expect("the mode is set");
        let output = String::from_utf8_lossy(&home.run().stdout).into_owned();
        assert_eq!(
            output.contains(&format!("ExposedFile(\"{}\")", path.display())),
            exposed,
            "{output}"
        );
        assert!(!output.contains("CANARY"));
    }
}

#[test]
fn bad_022_a_config_file_that_never_ends_is_refused() {
    assert_eq!(
        Home::new().set("AWS_CONFIG_FILE", "/dev/zero").answer(),
        "/dev/zero: is not a regular file"
    );
}

#[test]
fn rule_08_the_process_leaves_no_dump_and_a_panic_shows_nothing_that_was_put_together() {
    let home = Home::new().set("STSBENCH_TEST_SEARCH", "panic");
    let output = home.run();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    #[cfg(target_os = "linux")]
    assert!(stdout.contains("answer: NotDumpable"), "{stdout}");
    assert!(stdout.contains("answer: Some(0)"), "{stdout}");
    assert!(
        stderr.contains("(message withheld)") && stderr.contains(": written in the source"),
        "{stderr}"
    );
    assert!(
        !stderr.contains("CANARY") && stderr.contains("chain_tests.rs:"),
        "{stderr}"
    );
}

#[path = "asked_tests.rs"]
mod asked;

#[path = "caller_tests.rs"]
mod caller;
#[path = "metadata_tests.rs"]
mod metadata_service;
#[path = "refusal_tests.rs"]
mod refusals;
#[path = "throttled_tests.rs"]
mod throttled;
