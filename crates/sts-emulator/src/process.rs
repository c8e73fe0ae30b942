//! An emulator as a child process, which shares no thread, allocator or code path with the process that measures it.
//!
//! The child is any program with the command line and the output of `stsbench emulate`: its announcements as JSON lines,
//! then, once its standard input has ended, its ledger. It must never inherit the environment, which can hold credentials.
//! Whatever becomes of the child, no wait for it is without an end.

use std::ffi::OsStr;
use std::io::Read as _;
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::time::Duration;

use thiserror::Error;

use sts_model::Endpoint;

use crate::announcement::{Announcement, EmulatorAnnouncement, EndpointAnnouncement};
use crate::clock;
use crate::iam::identities::EmulatorCredentials;
use crate::ledger::counts::Ledger;
use crate::prepared_link::PreparedLink;
use crate::process_output::{NoLine, ProcessOutput};

/// An emulator that this process has started. Dropping it ends the child at once.
#[derive(Debug)]
pub struct EmulatorProcess {
    announcement: EmulatorAnnouncement,
    endpoints: Vec<EndpointAnnouncement>,
    child: Child,
    stdin: Option<ChildStdin>,
    output: ProcessOutput,
}

/// Why an emulator could not be started, or what it failed to say.
#[derive(Debug, Error)]
pub enum EmulatorProcessError {
    /// The program cannot be started.
    #[error("cannot start the simulated fleet")]
    NotStarted(#[source] std::io::Error),
    /// The program refused; the text is its own, from its standard error.
    #[error("{0}")]
    Refused(String),
    /// The program ended, or closed its output, before it had announced all its endpoints.
    #[error("the simulated fleet ended before it served")]
    Ended,
    /// The program's output cannot be read.
    #[error("cannot read what the simulated fleet announces")]
    Unreadable(#[source] std::io::Error),
    /// A line is not an announcement.
    #[error("the simulated fleet announced something unreadable")]
    Malformed(#[source] serde_json::Error),
    /// The first line is not about the emulator as a whole.
    #[error("the simulated fleet did not announce itself first")]
    NotAnnouncedFirst,
    /// Fewer endpoints than the first line promises.
    #[error("the simulated fleet announced too few endpoints")]
    TooFewEndpoints,
    /// The emulator ended while it was still to serve; how it ended.
    #[error("the simulated fleet ended before it was told to ({0})")]
    EndedEarly(String),
    /// The emulator ended without its ledger; how it ended.
    #[error("the simulated fleet ended without its ledger ({0})")]
    NoLedger(String),
    /// The emulator said nothing for so long that it was killed.
    #[error("the simulated fleet did not answer within {} s and was killed", .0.as_secs())]
    Silent(Duration),
}

impl EmulatorProcess {
    /// Starts `program emulate --until-stdin-ends arguments…` with an empty environment and waits until it serves.
    ///
    /// # Errors
    /// The program cannot be started, refuses its arguments, or announces something else than an emulator.
    pub fn start<S: AsRef<OsStr>>(
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Self, EmulatorProcessError> {
        let mut command = Command::new(program);
        command
            .args(["emulate", "--until-stdin-ends"])
            .args(arguments);
        Self::spawn(command, || ())
    }

    /// As [`Self::start`], over a link that this process has prepared. `when_it_ends` is called once, on a thread of its own,
    /// when the child has ended, whether it was told to or not.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_over<S: AsRef<OsStr>>(
        link: PreparedLink,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = S>,
        when_it_ends: impl FnOnce() + Send + 'static,
    ) -> Result<Self, EmulatorProcessError> {
        let mut command = Command::new(program);
        command
            .args(["emulate", "--until-stdin-ends", "--link", link.link.name()])
            .args(arguments);
        let mut process = Self::spawn(command, when_it_ends)?;
        let announced = process.announcement.why_not_kernel.take();
        process.announcement.why_not_kernel = link.why_not_kernel.or(announced);
        Ok(process)
    }

    fn spawn(
        mut command: Command,
        when_it_ends: impl FnOnce() + Send + 'static,
    ) -> Result<Self, EmulatorProcessError> {
        let mut child = command
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(EmulatorProcessError::NotStarted)?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("stdout is piped");
        let announced = ProcessOutput::of(stdout, when_it_ends)
            .map_err(EmulatorProcessError::NotStarted)
            .and_then(|output| Ok((read_announcements(&output)?, output)));
        match announced {
            Ok(((announcement, endpoints), output)) => Ok(Self {
                announcement,
                endpoints,
                child,
                stdin,
                output,
            }),
            Err(error) => Err(refusal_of(child).map_or(error, EmulatorProcessError::Refused)),
        }
    }

    /// What holds for the emulator as a whole.
    pub fn announcement(&self) -> &EmulatorAnnouncement {
        &self.announcement
    }

    /// Every endpoint that it serves, with what it injects there, in the selector's order.
    pub fn announced_endpoints(&self) -> &[EndpointAnnouncement] {
        &self.endpoints
    }

    /// The endpoints under their real names, with their addresses; ready to be measured.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.endpoints
            .iter()
            .map(|announced| announced.endpoint.clone())
            .collect()
    }

    /// The TLS addresses of the endpoints.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.endpoints
            .iter()
            .filter_map(|announced| announced.endpoint.address)
    }

    /// The endpoint of that name, if it is served.
    pub fn endpoint(&self, name: &str) -> Option<&EndpointAnnouncement> {
        self.endpoints
            .iter()
            .find(|announced| announced.endpoint.name == name)
    }

    /// The long-term credentials to use by default, which open nothing else; `None` for an emulator without users.
    pub fn credentials(&self) -> Option<&EmulatorCredentials> {
        self.announcement.credentials.first()
    }

    /// The child's process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the emulator and returns what it has seen. This takes at most a few seconds: a child that is stopped, or does not
    /// answer, is killed.
    ///
    /// # Errors
    /// [`EmulatorProcessError`] when it had ended before, was killed, broke, or did not answer.
    pub fn finish(mut self) -> Result<Ledger, EmulatorProcessError> {
        if self.output.has_ended() {
            return Err(EmulatorProcessError::EndedEarly(self.how_it_ended()));
        }
        drop(self.stdin.take());
        let deadline = clock::monotonic() + LEDGER_DEADLINE;
        let mut ledger = None;
        loop {
            match self.output.line_before(deadline) {
                Ok(line) => {
                    if let Ok(Announcement::Ledger(told)) = serde_json::from_str(&line) {
                        ledger = Some(told);
                    }
                }
                Err(NoLine::Late) => {
                    return ledger.ok_or(EmulatorProcessError::Silent(LEDGER_DEADLINE));
                }
                Err(NoLine::Ended | NoLine::Unreadable(_)) => break,
            }
        }
        ledger.ok_or_else(|| EmulatorProcessError::NoLedger(self.how_it_ended()))
    }

    /// How a child that has closed its output came to its end, with the first of what it said about it.
    fn how_it_ended(&mut self) -> String {
        // Changes nothing for a child that has ended by itself.
        self.child.kill().ok();
        let status = self
            .child
            .wait()
            .map_or_else(|error| error.to_string(), |status| status.to_string());
        match self.child.stderr.take().and_then(complaint) {
            Some(said) => format!("{status}: {said}"),
            None => status,
        }
    }
}

impl Drop for EmulatorProcess {
    fn drop(&mut self) {
        // Both fail only for a child that has already ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn read_announcements(
    output: &ProcessOutput,
) -> Result<(EmulatorAnnouncement, Vec<EndpointAnnouncement>), EmulatorProcessError> {
    let deadline = clock::monotonic() + START_DEADLINE;
    let next = || -> Result<Announcement, EmulatorProcessError> {
        let line = output.line_before(deadline).map_err(|none| match none {
            NoLine::Ended => EmulatorProcessError::Ended,
            NoLine::Late => EmulatorProcessError::Silent(START_DEADLINE),
            NoLine::Unreadable(error) => EmulatorProcessError::Unreadable(error),
        })?;
        serde_json::from_str(&line).map_err(EmulatorProcessError::Malformed)
    };
    let Announcement::Emulator(announcement) = next()? else {
        return Err(EmulatorProcessError::NotAnnouncedFirst);
    };
    let mut endpoints = Vec::with_capacity(announcement.endpoints);
    for _ in 0..announcement.endpoints {
        let Announcement::Endpoint(endpoint) = next()? else {
            return Err(EmulatorProcessError::TooFewEndpoints);
        };
        endpoints.push(*endpoint);
    }
    Ok((*announcement, endpoints))
}

/// Ends a child that did not serve; what it said about that.
fn refusal_of(mut child: Child) -> Option<String> {
    child.kill().ok();
    child.wait().ok();
    child.stderr.take().and_then(complaint)
}

/// What a child that has ended said on standard error, without the `error: ` that programs begin with.
fn complaint(stderr: ChildStderr) -> Option<String> {
    let mut said = Vec::new();
    stderr
        .take(MAX_COMPLAINT_BYTES)
        .read_to_end(&mut said)
        .ok()?;
    let text = String::from_utf8_lossy(&said);
    let text = text.trim().trim_start_matches("error: ");
    (!text.is_empty()).then(|| text.to_owned())
}

/// A fleet serves within a fraction of a second; a busy machine takes longer.
const START_DEADLINE: Duration = Duration::from_secs(60);
/// From the end of its standard input; the ledger is a matter of milliseconds.
const LEDGER_DEADLINE: Duration = Duration::from_secs(5);
const MAX_COMPLAINT_BYTES: u64 = 4096;

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
