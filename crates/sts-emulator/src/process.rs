//! An emulator as a child process, which shares no thread, allocator or code path with the process that measures it.
//!
//! The child is any program with the command line and the output of `stsbench emulate`: its announcements as JSON lines,
//! then, once its standard input has ended, its ledger. It must never inherit the environment, which can hold credentials.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Lines};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use thiserror::Error;

use sts_model::Endpoint;

use crate::announcement::{Announcement, EmulatorAnnouncement, EndpointAnnouncement};
use crate::iam::identities::EmulatorCredentials;
use crate::ledger::counts::Ledger;
use crate::prepared_link::PreparedLink;

/// An emulator that this process has started. Dropping it ends the child at once.
#[derive(Debug)]
pub struct EmulatorProcess {
    announcement: EmulatorAnnouncement,
    endpoints: Vec<EndpointAnnouncement>,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
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
    /// The emulator ended without its ledger.
    #[error("the simulated fleet ended without its ledger")]
    NoLedger,
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
        Self::spawn(command)
    }

    /// As [`Self::start`], over a link that this process has prepared.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_over<S: AsRef<OsStr>>(
        link: PreparedLink,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Self, EmulatorProcessError> {
        let mut command = Command::new(program);
        command
            .args(["emulate", "--until-stdin-ends", "--link", link.link.name()])
            .args(arguments);
        let mut process = Self::spawn(command)?;
        let announced = process.announcement.why_not_kernel.take();
        process.announcement.why_not_kernel = link.why_not_kernel.or(announced);
        Ok(process)
    }

    fn spawn(mut command: Command) -> Result<Self, EmulatorProcessError> {
        let mut child = command
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(EmulatorProcessError::NotStarted)?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        match read_announcements(&mut lines) {
            Ok((announcement, endpoints)) => Ok(Self {
                announcement,
                endpoints,
                child,
                stdin,
                lines,
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

    /// Ends the emulator and returns what it has seen.
    ///
    /// # Errors
    /// [`EmulatorProcessError::NoLedger`] when it was killed or broke.
    pub fn finish(mut self) -> Result<Ledger, EmulatorProcessError> {
        drop(self.stdin.take());
        let ledger = self.lines.by_ref().map_while(Result::ok).find_map(|line| {
            match serde_json::from_str(&line) {
                Ok(Announcement::Ledger(ledger)) => Some(ledger),
                _ => None,
            }
        });
        // It has said all it had to say; how it exits changes nothing.
        self.child.wait().ok();
        ledger.ok_or(EmulatorProcessError::NoLedger)
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
    lines: &mut Lines<BufReader<ChildStdout>>,
) -> Result<(EmulatorAnnouncement, Vec<EndpointAnnouncement>), EmulatorProcessError> {
    let mut next = || -> Result<Announcement, EmulatorProcessError> {
        let line = lines
            .next()
            .ok_or(EmulatorProcessError::Ended)?
            .map_err(EmulatorProcessError::Unreadable)?;
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

/// Ends a child that did not serve; what it said on standard error, without the `error: ` that programs begin with.
fn refusal_of(mut child: Child) -> Option<String> {
    child.kill().ok();
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.trim().trim_start_matches("error: ");
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
