//! An emulator as a child process, which shares no thread, allocator or code path with the process that measures it.
//!
//! The child is any program with the command line and the output of `stsbench emulate`: its announcements as JSON lines,
//! then, once its standard input has ended, its ledger. It must never inherit the environment, which can hold credentials.
//! Whatever becomes of the child, no wait for it is without an end.

use std::ffi::OsStr;
use std::io::Read as _;
use std::ops::Deref;
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use thiserror::Error;

use crate::announcement::{AnnouncedEmulator, Announcement};
use crate::clock;
use crate::ledger::counts::Ledger;
use crate::prepared_link::PreparedLink;
use crate::process_output::{NoLine, ProcessOutput};

/// An emulator that this process has started. Dropping it ends the child at once.
#[derive(Debug)]
pub struct EmulatorProcess {
    announced: AnnouncedEmulator,
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
    /// The program ended, or closed its output, before it had announced all its endpoints; how it ended.
    #[error("the simulated fleet ended before it served ({0})")]
    Ended(String),
    /// The program was stopped before it served, and killed.
    #[error(
        "the simulated fleet was stopped (SIGSTOP or SIGTSTP) before it served, stood still for {} s and was killed",
        .0.as_secs()
    )]
    Stopped(Duration),
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
    #[error("the simulated fleet ended unexpectedly ({0})")]
    EndedEarly(String),
    /// The emulator ended without its ledger; how it ended.
    #[error("the simulated fleet ended without its ledger ({0})")]
    NoLedger(String),
    /// The emulator said nothing for so long that it was killed.
    #[error("the simulated fleet did not answer within {} s and was killed", .0.as_secs())]
    Silent(Duration),
}

impl EmulatorProcessError {
    /// Whether the fleet came to its end or stood still, for whatever reason; otherwise it was asked for something that it refuses.
    pub fn is_end(&self) -> bool {
        matches!(
            self,
            Self::Ended(_)
                | Self::Stopped(_)
                | Self::EndedEarly(_)
                | Self::NoLedger(_)
                | Self::Silent(_)
        )
    }
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
        process.announced.explain_link(link.why_not_kernel);
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
            .and_then(|output| Ok((read_announcements(&output, child.id())?, output)));
        match announced {
            Ok((announced, output)) => Ok(Self {
                announced,
                child,
                stdin,
                output,
            }),
            Err(error) => Err(refusal_of(child, error)),
        }
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

impl Deref for EmulatorProcess {
    type Target = AnnouncedEmulator;

    fn deref(&self) -> &AnnouncedEmulator {
        &self.announced
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
    process_id: u32,
) -> Result<AnnouncedEmulator, EmulatorProcessError> {
    let deadline = clock::monotonic() + START_DEADLINE;
    let next = || -> Result<Announcement, EmulatorProcessError> {
        let line = line_unless_stopped(output, process_id, deadline)?;
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
    Ok(AnnouncedEmulator::new(*announcement, endpoints))
}

/// The next line. A child that is stopped is not waited for as long as one that is slow.
fn line_unless_stopped(
    output: &ProcessOutput,
    process_id: u32,
    deadline: Instant,
) -> Result<String, EmulatorProcessError> {
    let mut runs_at = clock::monotonic();
    loop {
        let look = clock::monotonic() + LOOK_EVERY;
        match output.line_before(look.min(deadline)) {
            Ok(line) => return Ok(line),
            Err(NoLine::Ended) => return Err(EmulatorProcessError::Ended(String::new())),
            Err(NoLine::Unreadable(error)) => return Err(EmulatorProcessError::Unreadable(error)),
            Err(NoLine::Late) if clock::monotonic() >= deadline => {
                return Err(EmulatorProcessError::Silent(START_DEADLINE));
            }
            Err(NoLine::Late) => {}
        }
        if !is_stopped(process_id) {
            runs_at = clock::monotonic();
        } else if clock::monotonic() - runs_at >= STOPPED_DEADLINE {
            return Err(EmulatorProcessError::Stopped(STOPPED_DEADLINE));
        }
    }
}

/// Whether a signal has stopped the child.
fn is_stopped(process_id: u32) -> bool {
    let id = i32::try_from(process_id).ok().and_then(Pid::from_raw);
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let status = id.and_then(|id| waitid(WaitId::Pid(id), options).ok()?);
    status.is_some_and(|status| status.stopped())
}

/// Ends a child that did not serve: why not, in its own words if it has any.
fn refusal_of(mut child: Child, error: EmulatorProcessError) -> EmulatorProcessError {
    let ended_by_itself = child.try_wait().ok().flatten();
    child.kill().ok();
    let status = child.wait().map_or_else(
        |error| error.to_string(),
        |status| ended_by_itself.unwrap_or(status).to_string(),
    );
    match (child.stderr.take().and_then(complaint), error) {
        (Some(said), _) => EmulatorProcessError::Refused(said),
        (None, EmulatorProcessError::Ended(_)) => EmulatorProcessError::Ended(status),
        (None, error) => error,
    }
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
/// How long one that is stopped may stand still: whoever stops it for a moment lets it go on.
const STOPPED_DEADLINE: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// From the end of its standard input; the ledger is a matter of milliseconds.
const LEDGER_DEADLINE: Duration = Duration::from_secs(5);
const MAX_COMPLAINT_BYTES: u64 = 4096;

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
