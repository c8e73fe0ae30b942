//! The simulated fleet as a child process: the measured process shares no thread, allocator or code path with it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, anyhow, bail};

use crate::credentials::{Found, Secret};
use crate::results::{Injected, Simulation};
use sts_emulator::{
    Announcement, EndpointAnnouncement, FleetAnnouncement, KernelLinkError, Ledger, Link,
    acquire_link_rights,
};

/// The link that a simulated run can have.
#[derive(Debug)]
pub(crate) struct AdmittedLink {
    link: Link,
    why_not_kernel: Option<String>,
}

impl AdmittedLink {
    /// Sees to what the link needs, which can be a network namespace of this process's own. Has to be called before the
    /// process has threads.
    pub(crate) fn prepare(asked: Link) -> Result<Self, KernelLinkError> {
        let rights = match asked {
            Link::Kernel | Link::Auto => acquire_link_rights(),
            Link::Bytes | Link::Undelayed => Ok(()),
        };
        match rights {
            Ok(()) => Ok(Self {
                link: asked,
                why_not_kernel: None,
            }),
            Err(error)
                if asked == Link::Kernel || matches!(error, KernelLinkError::Stranded { .. }) =>
            {
                Err(error)
            }
            Err(error) => Ok(Self {
                link: Link::Bytes,
                why_not_kernel: Some(error.to_string()),
            }),
        }
    }
}

/// A fleet that this process has started and ends.
#[derive(Debug)]
pub(crate) struct FleetProcess {
    pub(crate) fleet: FleetAnnouncement,
    pub(crate) endpoints: Vec<EndpointAnnouncement>,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl FleetProcess {
    /// Starts a fleet of `selector` as seen from `region` and waits until it serves.
    pub(crate) fn start(
        region: &str,
        selector: &str,
        seed: u64,
        link: AdmittedLink,
    ) -> anyhow::Result<Self> {
        Self::launch(
            &[
                "--from",
                region,
                "--endpoints",
                selector,
                "--seed",
                &seed.to_string(),
            ],
            link,
        )
    }

    /// Starts the fleet that the text of a fleet file describes, over that link, and waits until it serves.
    pub(crate) fn described(toml: &str, link: AdmittedLink) -> anyhow::Result<Self> {
        Self::launch(&["--fleet-toml", toml], link)
    }

    fn launch(arguments: &[&str], link: AdmittedLink) -> anyhow::Result<Self> {
        let program = std::env::current_exe()
            .context("cannot find this program to start the simulated fleet")?;
        let mut child = Command::new(program)
            .args(["emulate", "--until-stdin-ends", "--link", link.link.name()])
            .args(arguments)
            // Nothing of the user's environment, which can hold credentials, is the fleet's business.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the simulated fleet")?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        let started = announced(&mut lines);
        let (mut fleet, endpoints) = match started {
            Ok(announced) => announced,
            Err(error) => {
                drop(stdin);
                child.kill().ok();
                let said = child
                    .wait_with_output()
                    .map(|o| String::from_utf8_lossy(&o.stderr).trim().to_owned());
                let said = said.unwrap_or_default();
                return Err(if said.is_empty() {
                    error
                } else {
                    anyhow!("{}", said.trim_start_matches("error: "))
                });
            }
        };
        fleet.why_not_kernel = link.why_not_kernel.or(fleet.why_not_kernel);
        Ok(Self {
            fleet,
            endpoints,
            child,
            stdin,
            lines,
        })
    }

    /// The fleet's own credentials, which open nothing else.
    pub(crate) fn credentials(&self) -> anyhow::Result<Found> {
        let own = self
            .fleet
            .credentials
            .first()
            .context("the simulated fleet announced no credentials")?;
        Ok(Found {
            access_key_id: Secret::new(own.access_key_id.clone()),
            secret_access_key: Secret::new(own.secret_access_key.clone()),
            session_token: None,
            source: "the simulated fleet".to_owned(),
            expires: None,
        })
    }

    /// What the fleet injects, for the record.
    pub(crate) fn simulation(&self) -> Simulation {
        let nanoseconds = |milliseconds: f64| (milliseconds * 1e6).round() as u64;
        let injected = |e: &EndpointAnnouncement| Injected {
            endpoint: e.endpoint.name.clone(),
            round_trip_ns: nanoseconds(e.rtt_ms),
            service_time_median_ns: e
                .service_time
                .iter()
                .map(|(operation, law)| {
                    (operation.cli_name().to_owned(), nanoseconds(law.median_ms))
                })
                .collect(),
        };
        Simulation {
            region: self.fleet.vantage.clone(),
            seed: self.fleet.seed,
            link: self.fleet.link.name().to_owned(),
            why_not_kernel: self.fleet.why_not_kernel.clone(),
            injected: self.endpoints.iter().map(injected).collect(),
            requests_seen: None,
        }
    }

    /// Ends the fleet and asks what it has seen; `None` when it can no longer say.
    pub(crate) fn finish(mut self) -> Option<Ledger> {
        drop(self.stdin.take());
        let ledger = self.lines.by_ref().map_while(Result::ok).find_map(|line| {
            match serde_json::from_str(&line) {
                Ok(Announcement::Ledger(ledger)) => Some(ledger),
                _ => None,
            }
        });
        self.child.wait().ok();
        ledger
    }
}

impl Drop for FleetProcess {
    fn drop(&mut self) {
        drop(self.stdin.take());
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn announced(
    lines: &mut std::io::Lines<BufReader<ChildStdout>>,
) -> anyhow::Result<(FleetAnnouncement, Vec<EndpointAnnouncement>)> {
    let mut next = || -> anyhow::Result<Announcement> {
        let line = lines
            .next()
            .context("the simulated fleet ended before it served")??;
        serde_json::from_str(&line).context("the simulated fleet announced something unreadable")
    };
    let Announcement::Fleet(fleet) = next()? else {
        bail!("the simulated fleet did not announce itself first")
    };
    let mut endpoints = Vec::with_capacity(fleet.endpoints);
    for _ in 0..fleet.endpoints {
        let Announcement::Endpoint(endpoint) = next()? else {
            bail!("the simulated fleet announced too few endpoints")
        };
        endpoints.push(*endpoint);
    }
    Ok((*fleet, endpoints))
}
