//! Runs the `credential_process` of a profile as the AWS CLI does, without a shell and in the person's own environment,
//! and bounds what it may take. The SDK's own runner hands the command to a shell, waits forever, keeps whatever is
//! printed and quotes its stderr.
//!
//! Source of the format: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.

use std::io::IsTerminal as _;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use rustix::io::Errno;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use zeroize::{Zeroize, Zeroizing};

use super::family::Family;
use super::times::{NoMoment, moment};
use super::words;

/// What became of the process. Never holds anything that it printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessFailure {
    /// Its line in the profile cannot be split into words.
    #[error("has a quotation without an end, or ends in a backslash")]
    Words,
    /// The program could not be started, or its output not be read.
    #[error("could not be run: {}{}", reason(*.0), withheld(.1))]
    NotRun(std::io::ErrorKind, Vec<&'static str>),
    /// It ended with something else than success.
    #[error("failed with {}{}", .0, withheld(.1))]
    Failed(ExitStatus, Vec<&'static str>),
    /// It was still running, and was killed with all that it had started.
    #[error("did not end within {} and was killed; --credential-timeout gives it longer", humantime::format_duration(*.0))]
    TimedOut(Duration),
    /// It printed too much, and was killed.
    #[error("printed more than {0} bytes and was killed")]
    TooMuchOutput(usize),
    /// What it printed is not the JSON object that AWS documents.
    #[error("did not print the documented JSON")]
    NotJson,
    /// The program is there, and is of no kind that the system runs.
    #[error(
        "could not be run: Exec format error; a script has to begin with #! and its interpreter"
    )]
    NoFormat,
    /// A field of the object is not text.
    #[error("printed JSON in which {0} is not a string")]
    NotText(&'static str),
    /// The object has another version than 1.
    #[error("printed a Version other than 1")]
    Version,
    /// The version is a text.
    #[error("printed Version as a string; the number 1 is wanted")]
    VersionText,
    /// The object lacks a key.
    #[error("printed no {0}")]
    Missing(&'static str),
    /// `Expiration` is no time, or has no time zone.
    #[error("printed an Expiration that is not readable as a time with its offset from UTC")]
    Expiration,
    /// `Expiration` has the name of a time zone other than UTC.
    #[error(
        "printed an Expiration with the name of a time zone; read are UTC, GMT, Z, and offsets such as +01:00"
    )]
    NamedZone,
}

/// Why a program could not be started.
fn reason(kind: std::io::ErrorKind) -> String {
    match kind {
        std::io::ErrorKind::NotFound => "there is no such program".to_owned(),
        other => other.to_string(),
    }
}

/// Runs the program that `command` names and reads the credentials that it prints; after `limit`, and where it gives none, all
/// is killed that it has started.
pub(super) async fn run(
    command: &str,
    limit: Duration,
    now: SystemTime,
) -> Result<Credentials, ProcessFailure> {
    let (output, mut ended) = tokio::time::timeout(limit, output_of(command))
        .await
        .map_err(|_| ProcessFailure::TimedOut(limit))??;
    let credentials = parse(&output, now)?;
    ended.has_served = true;
    Ok(credentials)
}

/// Many times what credentials take, session token included, in bytes.
const OUTPUT_LIMIT: usize = 64 << 10;

/// Variables that hold the keys of another identity, under their present and their older names. A program that calls AWS
/// would use them instead of its own. Everything else is passed on, as by the AWS CLI.
const KEYS: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
];

/// Those of them that are set.
fn withheld_keys() -> Vec<&'static str> {
    KEYS.into_iter()
        .filter(|name| std::env::var_os(name).is_some())
        .collect()
}

fn withheld(names: &[&str]) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!(" (it was not given {})", names.join(", "))
}

async fn output_of(command: &str) -> Result<(Zeroizing<Vec<u8>>, Running), ProcessFailure> {
    let not_run = |error: std::io::Error| match Errno::from_io_error(&error) {
        Some(Errno::NOEXEC) => ProcessFailure::NoFormat,
        _ => ProcessFailure::NotRun(error.kind(), withheld_keys()),
    };
    let words = words::split(command).ok_or(ProcessFailure::Words)?;
    let mut running = Running::start(&words).map_err(not_run)?;
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
        if read.map_err(not_run)? == 0 {
            break;
        }
    }
    if output.len() > OUTPUT_LIMIT {
        return Err(ProcessFailure::TooMuchOutput(OUTPUT_LIMIT));
    }
    let status = running.child.wait().await.map_err(not_run)?;
    if status.success() {
        Ok((output, running))
    } else {
        Err(ProcessFailure::Failed(status, withheld_keys()))
    }
}

/// A child that takes all that it has started with it when it is dropped before it has served. One that has served may leave
/// something behind, such as an agent that keeps a session.
struct Running {
    child: Child,
    family: Family,
    has_served: bool,
}

impl Running {
    /// Starts the program with the person's terminal, if there is one: it may ask for a code there. Without a terminal
    /// what it says on stderr goes nowhere, since a log must not get it.
    fn start(words: &[String]) -> std::io::Result<Self> {
        let (program, arguments) = words
            .split_first()
            .ok_or(std::io::ErrorKind::InvalidInput)?;
        let stderr = if std::io::stderr().is_terminal() {
            Stdio::inherit()
        } else {
            Stdio::null()
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::inherit())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .kill_on_drop(true);
        for name in KEYS {
            command.env_remove(name);
        }
        let mut family = Family::begin();
        Ok(Self {
            child: family.start(&mut command)?,
            family,
            has_served: false,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The id is known only until the child has been waited for, so it cannot name a stranger yet.
        if !self.has_served {
            self.family.kill(self.child.id());
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
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

/// The fields that are texts.
const TEXTS: [&str; 4] = [
    "AccessKeyId",
    "SecretAccessKey",
    "SessionToken",
    "Expiration",
];

fn parse(output: &[u8], now: SystemTime) -> Result<Credentials, ProcessFailure> {
    // The parser's own message may quote what it stumbled over.
    // Of a field that is given twice the last counts, as for Python, by which the AWS CLI reads it.
    let fields: Map<String, Value> =
        serde_json::from_slice(output).map_err(|_| ProcessFailure::NotJson)?;
    // Python also takes 1.0 for 1.
    match fields.get("Version") {
        None | Some(Value::Null) => return Err(ProcessFailure::Missing("Version")),
        Some(Value::String(_)) => return Err(ProcessFailure::VersionText),
        Some(version) if version.as_f64() != Some(1.0) => return Err(ProcessFailure::Version),
        Some(_) => {}
    }
    let is_no_text = |name: &&&str| {
        !matches!(
            fields.get(**name),
            None | Some(Value::Null | Value::String(_))
        )
    };
    if let Some(name) = TEXTS.iter().find(is_no_text) {
        return Err(ProcessFailure::NotText(name));
    }
    let mut printed: Printed =
        serde_json::from_value(Value::Object(fields)).map_err(|_| ProcessFailure::NotJson)?;
    let given = |text: &mut Option<String>| text.take().filter(|text| !text.is_empty());
    let key_id = given(&mut printed.access_key_id).ok_or(ProcessFailure::Missing("AccessKeyId"))?;
    let secret =
        given(&mut printed.secret_access_key).ok_or(ProcessFailure::Missing("SecretAccessKey"))?;
    let expires = given(&mut printed.expiration)
        .map(|text| {
            moment(&text, now).map_err(|why| match why {
                NoMoment::NotReadable => ProcessFailure::Expiration,
                NoMoment::NamedZone => ProcessFailure::NamedZone,
            })
        })
        .transpose()?;
    let token = given(&mut printed.session_token);
    Ok(Credentials::new(key_id, secret, token, expires, "process"))
}

/// Why `output` gives no credentials; `None` where it does.
#[cfg(any(test, fuzzing))]
pub(crate) fn refusal(output: &[u8]) -> Option<String> {
    parse(output, SystemTime::UNIX_EPOCH)
        .err()
        .map(|failure| failure.to_string())
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
