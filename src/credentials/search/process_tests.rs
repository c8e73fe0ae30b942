use proptest::prelude::*;

use super::*;

const SECRET: &str = "CANARYcanaryCANARYcanaryCANARYcanary4242";

/// The line of a profile that has a shell run `script`.
fn shell(script: &str) -> String {
    format!("sh -c '{}'", script.replace('\'', r#"'"'"'"#))
}

async fn printed(line: &str) -> Result<Credentials, ProcessFailure> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    run(line, Duration::from_secs(60), now).await
}

async fn failure(script: &str) -> ProcessFailure {
    printed(&shell(script))
        .await
        .expect_err("the process gives nothing usable")
}

#[tokio::test]
async fn what_the_process_prints_is_read() {
    for expiration in [
        "2035-05-26T12:34:56Z",
        "2035-05-26T12:34:56+0000",
        "20350526T123456Z",
        "Sat, 26 May 2035 12:34:56 GMT",
    ] {
        let json = format!(
            r#"{{"Version":1,"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{SECRET}","SessionToken":"t","Expiration":"{expiration}"}}"#
        );
        let found = printed(&shell(&format!("printf %s '{json}'")))
            .await
            .expect("good");
        assert_eq!(
            (
                found.access_key_id(),
                found.secret_access_key(),
                found.session_token()
            ),
            ("ASIAQNZGKIQY56JQ7WML", SECRET, Some("t"))
        );
        assert_eq!(
            found
                .expiry()
                .and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok()),
            Some(Duration::from_secs(2_063_795_696)),
            "{expiration}"
        );
    }
}

#[test]
fn what_python_takes_for_version_1_is_taken_and_of_a_repeated_field_the_last_counts() {
    let now = SystemTime::UNIX_EPOCH;
    let json = r#"{"Version":1.0,"AccessKeyId":"A","AccessKeyId":"B","SecretAccessKey":"S"}"#;
    let found = parse(json.as_bytes(), now).expect("good");
    assert_eq!(found.access_key_id(), "B");
    for (version, expected) in [
        ("1.5", ProcessFailure::Version),
        ("true", ProcessFailure::Version),
        ("\"1\"", ProcessFailure::VersionText),
        ("null", ProcessFailure::Missing("Version")),
    ] {
        let json = format!(r#"{{"Version":{version},"AccessKeyId":"A","SecretAccessKey":"S"}}"#);
        let failure = parse(json.as_bytes(), now).expect_err("another version");
        assert_eq!(failure, expected, "{version}");
    }
}

#[tokio::test]
async fn what_is_printed_empty_counts_as_absent() {
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"A","SecretAccessKey":"{SECRET}","SessionToken":"","Expiration":""}}"#
    );
    let found = printed(&shell(&format!("printf %s '{json}'")))
        .await
        .expect("good");
    assert_eq!((found.session_token(), found.expiry()), (None, None));
}

#[tokio::test]
async fn arguments_arrive_as_they_are_written() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let script = dir.path().join("keeps");
    let seen = dir.path().join("seen");
    std::fs::write(
        &script,
        format!("printf '%s\\n' \"$@\" > '{}'\n", seen.display()),
    )
    .expect("written");
    let line = format!(
        "sh {} https://idp.example.com/start?app=1&role=2 --arg \"team #1\" pa$$word `id` ; (x) $HOME a\\ b 'c\"d' *",
        script.display()
    );
    printed(&line).await.expect_err("it prints nothing");
    let seen = std::fs::read_to_string(seen).expect("it ran");
    assert_eq!(
        seen.lines().collect::<Vec<_>>(),
        [
            "https://idp.example.com/start?app=1&role=2",
            "--arg",
            "team #1",
            "pa$$word",
            "`id`",
            ";",
            "(x)",
            "$HOME",
            "a b",
            "c\"d",
            "*"
        ]
    );
}

#[tokio::test]
async fn bad_086_what_a_failing_process_says_is_not_repeated() {
    let failure = failure(&format!("echo {SECRET} >&2; echo {SECRET}; exit 1")).await;
    assert!(matches!(failure, ProcessFailure::Failed(..)));
    assert!(
        !format!("{failure} {failure:?}").contains("CANARY"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn bad_087_every_other_output_is_refused_by_kind() {
    for (output, expected) in [
        (
            r#"{"Version":2,"AccessKeyId":"A","SecretAccessKey":"B"}"#,
            ProcessFailure::Version,
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"B"}"#,
            ProcessFailure::Missing("Version"),
        ),
        (
            r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"B","Expiration":2082758400}"#,
            ProcessFailure::NotText("Expiration"),
        ),
        (
            r#"{"Version":1,"AccessKeyId":7,"SecretAccessKey":"B"}"#,
            ProcessFailure::NotText("AccessKeyId"),
        ),
        (
            r#"{"Version":1,"SecretAccessKey":"B"}"#,
            ProcessFailure::Missing("AccessKeyId"),
        ),
        (
            r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":""}"#,
            ProcessFailure::Missing("SecretAccessKey"),
        ),
        (
            r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"B","Expiration":"tomorrow"}"#,
            ProcessFailure::Expiration,
        ),
        (
            r#"{"Version":"1","AccessKeyId":"CANARY"}"#,
            ProcessFailure::VersionText,
        ),
        ("", ProcessFailure::NotJson),
        ("CANARY", ProcessFailure::NotJson),
    ] {
        assert_eq!(
            failure(&format!("printf %s '{output}'")).await,
            expected,
            "{output}"
        );
    }
}

#[tokio::test]
async fn fault_31_a_program_that_does_not_exist_is_a_failure() {
    let error = printed("/nonexistent/program --x").await;
    assert!(
        matches!(
            error,
            Err(ProcessFailure::NotRun(std::io::ErrorKind::NotFound, _))
        ),
        "{error:?}"
    );
    for (line, expected) in [
        ("a 'b", ProcessFailure::Words),
        ("a \\", ProcessFailure::Words),
    ] {
        assert_eq!(printed(line).await.expect_err("no words"), expected);
    }
}

/// Whether what a script left behind still runs, whose number stands in that file.
fn is_running(file: &std::path::Path) -> bool {
    let id = std::fs::read_to_string(file).expect("it was started");
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.trim()));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn bad_085_a_process_that_fails_leaves_nothing_behind() {
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("left");
    let leaves = format!(
        "setsid sh -c \"echo \\$\\$ > {file}; exec sleep 83\" > /dev/null 2>&1 & while [ ! -s {file} ]; do sleep 0.01; done",
        file = file.display()
    );
    let failed = failure(&format!("{leaves}; exit 3")).await;
    assert!(matches!(failed, ProcessFailure::Failed(..)), "{failed:?}");
    assert!(!is_running(&file), "after a failure");
    std::fs::remove_file(&file).expect("removed");
    assert_eq!(
        failure(&format!("{leaves}; echo nothing")).await,
        ProcessFailure::NotJson
    );
    assert!(!is_running(&file), "after no credentials");
    std::fs::remove_file(&file).expect("removed");
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{SECRET}"}}"#
    );
    let served = format!("{leaves}; printf %s '{json}'");
    printed(&shell(&served)).await.expect("good");
    assert!(is_running(&file), "an agent goes on");
    let id = std::fs::read_to_string(&file).expect("it was started");
    let id = id
        .trim()
        .parse()
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(id.expect("a number"), rustix::process::Signal::KILL).ok();
}

/// A JSON object of the fields that are looked for, with right and wrong values.
fn objects() -> impl Strategy<Value = String> {
    let field = prop::sample::select(
        &[
            "Version",
            "AccessKeyId",
            "SecretAccessKey",
            "SessionToken",
            "Expiration",
            "Other",
        ][..],
    );
    let value = prop::sample::select(
        &[
            "1",
            "2",
            "-1",
            "1e400",
            "null",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"CANARY\"",
            "\"\\ud800\"",
            "\"2030-01-01T00:00:00Z\"",
            "\"9999-12-31T23:59:59-23:59\"",
            "\"-999999-01-01T00:00:00Z\"",
        ][..],
    );
    prop::collection::vec((field, value), 0..7).prop_map(|fields| {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn bad_087_whatever_a_process_prints_is_read_or_refused_and_never_repeated(
        object in objects(), bytes in prop::collection::vec(any::<u8>(), 0..200), cut in any::<prop::sample::Index>()
    ) {
        let cut_off = &object[..cut.index(object.len())];
        for output in [object.as_bytes(), cut_off.as_bytes(), &bytes] {
            if let Err(failure) = parse(output, SystemTime::UNIX_EPOCH) {
                prop_assert!(!failure.to_string().contains("CANARY"), "{failure}");
            }
        }
    }
}

#[tokio::test]
async fn a_program_of_no_kind_that_the_system_runs_is_told_from_one_that_is_missing() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = tempfile::tempdir().expect("a directory");
    let program = home.path().join("helper");
    std::fs::write(&program, "echo no interpreter\n").expect("written");
    let executable = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&program, executable).expect("set");
    let now = SystemTime::UNIX_EPOCH;
    let command = program.display().to_string();
    let failed = run(&command, Duration::from_secs(10), now).await;
    assert_eq!(failed.expect_err("no format"), ProcessFailure::NoFormat);
}
