//! Runs the `credential_process` of a profile, bounded in time and output. The SDK's own runner can do neither: it waits
//! for ever, keeps whatever is printed, hands the child the whole environment and quotes its stderr.
//!
//! Source of the format: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.

use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use zeroize::{Zeroize, Zeroizing};

/// What became of the process. Never holds anything that it printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessFailure {
    /// The shell could not be started, or its output not be read.
    #[error("could not be run: {0}")]
    NotRun(std::io::ErrorKind),
    /// It ended with something else than success.
    #[error("failed with {0}; its messages are not shown, since they may hold secrets")]
    Failed(ExitStatus),
    /// It was still running, and was killed with all that it had started.
    #[error("did not end within {} and was killed", humantime::format_duration(*.0))]
    TimedOut(Duration),
    /// It printed too much, and was killed.
    #[error("printed more than {0} bytes and was killed")]
    TooMuchOutput(usize),
    /// What it printed is not the JSON object that AWS documents.
    #[error("printed something else than the documented JSON")]
    NotJson,
    /// The object has another version than 1, or none.
    #[error("printed another version than 1")]
    Version,
    /// The object lacks a key.
    #[error("printed no {0}")]
    Missing(&'static str),
    /// `Expiration` is not a time of RFC 3339.
    #[error("printed an Expiration that is not a time of RFC 3339")]
    Expiration,
}

/// Runs `command` in a shell and reads the credentials that it prints; kills it and its children after `limit`.
pub(super) async fn run(command: &str, limit: Duration) -> Result<Credentials, ProcessFailure> {
    let output = tokio::time::timeout(limit, output_of(command))
        .await
        .map_err(|_| ProcessFailure::TimedOut(limit))??;
    parse(&output)
}

/// How long a process may take: AWS names no limit, and a person waits for it.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// Many times what credentials take, session token included, in bytes.
const OUTPUT_LIMIT: usize = 64 << 10;

/// What a program needs in order to find its files, its agent and its user. Variables that hold keys are not among
/// them, so that the child cannot pass on credentials that are not its own.
const PASSED_ON: [&str; 27] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "GNUPGHOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CA_BUNDLE",
    "NO_PROXY",
    "no_proxy",
];

/// Passed on unless they hold a password.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

async fn output_of(command: &str) -> Result<Zeroizing<Vec<u8>>, ProcessFailure> {
    let mut running = Running::start(command)?;
    let mut stdout = running
        .child
        .stdout
        .take()
        .expect("stdout is piped by start");
    // The buffer never grows, so no copy of a secret is left behind in memory that was given back.
    let mut output = Zeroizing::new(Vec::with_capacity(OUTPUT_LIMIT + 1));
    while output.len() <= OUTPUT_LIMIT {
        let room = OUTPUT_LIMIT + 1 - output.len();
        let read = (&mut stdout)
            .take(u64::try_from(room).expect("small"))
            .read_buf(&mut *output)
            .await;
        if read.map_err(|error| ProcessFailure::NotRun(error.kind()))? == 0 {
            break;
        }
    }
    if output.len() > OUTPUT_LIMIT {
        return Err(ProcessFailure::TooMuchOutput(OUTPUT_LIMIT));
    }
    let status = running
        .child
        .wait()
        .await
        .map_err(|error| ProcessFailure::NotRun(error.kind()))?;
    if status.success() {
        Ok(output)
    } else {
        Err(ProcessFailure::Failed(status))
    }
}

/// A child that takes its whole process group with it when it is dropped before its end.
struct Running {
    child: Child,
}

impl Running {
    fn start(command: &str) -> Result<Self, ProcessFailure> {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(command);
        shell
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        shell
            .env_clear()
            .envs(environment())
            .process_group(0)
            .kill_on_drop(true);
        Ok(Self {
            child: shell
                .spawn()
                .map_err(|error| ProcessFailure::NotRun(error.kind()))?,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The id is known only until the child has been waited for, so it cannot name a stranger yet.
        let group = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            // A group that has gone meanwhile is what was wanted.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

fn environment() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    let passed_on = PASSED_ON
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)));
    let proxies = PROXIES
        .into_iter()
        .filter_map(|name| Some((name, std::env::var(name).ok()?)));
    passed_on.chain(
        proxies
            .filter(|(_, url)| !url.contains('@'))
            .map(|(name, url)| (name, url.into())),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: Option<i64>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    expiration: Option<String>,
}

impl Drop for Printed {
    fn drop(&mut self) {
        self.secret_access_key.zeroize();
        self.session_token.zeroize();
    }
}

fn parse(output: &[u8]) -> Result<Credentials, ProcessFailure> {
    // The parser's own message may quote what it stumbled over.
    let mut printed: Printed =
        serde_json::from_slice(output).map_err(|_| ProcessFailure::NotJson)?;
    if printed.version != Some(1) {
        return Err(ProcessFailure::Version);
    }
    let key_id = printed
        .access_key_id
        .take()
        .ok_or(ProcessFailure::Missing("AccessKeyId"))?;
    let secret = printed
        .secret_access_key
        .take()
        .ok_or(ProcessFailure::Missing("SecretAccessKey"))?;
    let expires = printed
        .expiration
        .as_deref()
        .map(|text| rfc3339(text).ok_or(ProcessFailure::Expiration))
        .transpose()?;
    Ok(Credentials::new(
        key_id,
        secret,
        printed.session_token.take(),
        expires,
        "process",
    ))
}

/// The time that a text of RFC 3339 names.
pub(super) fn rfc3339(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "CANARYcanaryCANARYcanaryCANARYcanary4242";

    async fn failure(command: &str) -> ProcessFailure {
        run(command, Duration::from_secs(60))
            .await
            .expect_err("the process gives nothing usable")
    }

    #[tokio::test]
    async fn what_the_process_prints_is_read() {
        let json = format!(
            r#"{{"Version":1,"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{SECRET}","SessionToken":"t","Expiration":"2035-05-26T12:34:56Z"}}"#
        );
        let found = run(&format!("printf '%s' '{json}'"), Duration::from_secs(60))
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
            Some(Duration::from_secs(2_063_795_696))
        );
    }

    #[tokio::test]
    async fn bad_085_a_process_that_hangs_is_killed_with_its_children() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let pids = dir.path().join("pids");
        let command = format!(
            "sleep 1000 & echo $! > '{0}.part'; echo $$ >> '{0}.part'; mv '{0}.part' '{0}'; sleep 1000",
            pids.display()
        );
        let failure = run(&command, Duration::from_secs(2)).await;
        assert_eq!(
            failure.expect_err("it never prints"),
            ProcessFailure::TimedOut(Duration::from_secs(2))
        );
        let pids = std::fs::read_to_string(&pids).expect("the process had started");
        for pid in pids.lines() {
            assert!(ends(pid).await, "process {pid} lives on");
        }
    }

    /// Whether the process is gone, or dead and waiting for its parent, soon.
    async fn ends(pid: &str) -> bool {
        for _ in 0..500 {
            match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
                Ok(stat)
                    if !stat
                        .rsplit(')')
                        .next()
                        .unwrap_or_default()
                        .trim_start()
                        .starts_with('Z') =>
                {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                _ => return true,
            }
        }
        false
    }

    #[tokio::test]
    async fn bad_086_what_a_failing_process_says_is_not_repeated() {
        let failure = failure(&format!("echo {SECRET} >&2; echo {SECRET}; exit 1")).await;
        assert!(matches!(failure, ProcessFailure::Failed(_)));
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
                ProcessFailure::Version,
            ),
            (
                r#"{"Version":1,"SecretAccessKey":"B"}"#,
                ProcessFailure::Missing("AccessKeyId"),
            ),
            (
                r#"{"Version":1,"AccessKeyId":"A"}"#,
                ProcessFailure::Missing("SecretAccessKey"),
            ),
            (
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"B","Expiration":"tomorrow"}"#,
                ProcessFailure::Expiration,
            ),
            (
                r#"{"Version":"1","AccessKeyId":"CANARY"}"#,
                ProcessFailure::NotJson,
            ),
            ("", ProcessFailure::NotJson),
            ("CANARY", ProcessFailure::NotJson),
        ] {
            assert_eq!(
                failure(&format!("printf '%s' '{output}'")).await,
                expected,
                "{output}"
            );
        }
    }

    #[tokio::test]
    async fn bad_087_a_process_that_prints_for_ever_is_stopped_at_the_limit() {
        assert_eq!(
            failure("yes").await,
            ProcessFailure::TooMuchOutput(OUTPUT_LIMIT)
        );
    }

    #[tokio::test]
    async fn fault_31_a_program_that_does_not_exist_is_a_failure() {
        assert!(
            matches!(failure("/nonexistent/program").await, ProcessFailure::Failed(status) if status.code() == Some(127))
        );
    }
}
