//! Runs of the real program against its own fleet, one after the other.

use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use sts_emulator::{Announcement, EndpointAnnouncement, FleetAnnouncement};
use stsbench::results::{self, Run};

use super::known_delays::Field;

/// The program, in an environment of its own.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stsbench"));
    command
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null());
    command
}

/// A fleet of its own process, which ends with this value.
struct Fleet {
    child: Child,
    about: FleetAnnouncement,
    endpoints: Vec<EndpointAnnouncement>,
}

impl Fleet {
    fn start(field: &Field, scratch: &Path) -> io::Result<Self> {
        let spec = scratch.join("fleet.toml");
        std::fs::write(&spec, field.fleet())?;
        let mut command = program();
        command
            .args(["emulate", "--until-stdin-ends", "--fleet"])
            .arg(spec);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let told = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut told = told.map(|line| Ok(serde_json::from_str::<Announcement>(&line?)?));
        let Some(Announcement::Fleet(about)) = told.next().transpose()? else {
            return Err(io::Error::other("the fleet did not begin with itself"));
        };
        let endpoints = told
            .take(about.endpoints)
            .filter_map(|line: io::Result<Announcement>| match line {
                Ok(Announcement::Endpoint(endpoint)) => Some(Ok(*endpoint)),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            });
        let endpoints = endpoints.collect::<io::Result<_>>()?;
        Ok(Self {
            child,
            about: *about,
            endpoints,
        })
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// `number` runs of `field`, at that pace for each endpoint.
pub fn runs(field: &Field, number: u64, rounds: u32, per_second: u32) -> io::Result<Vec<Run>> {
    let scratch = tempfile::tempdir()?;
    let fleet = Fleet::start(field, scratch.path())?;
    (0..number)
        .map(|seed| one(field, &fleet, scratch.path(), (seed, rounds, per_second)))
        .collect()
}

fn one(
    field: &Field,
    fleet: &Fleet,
    scratch: &Path,
    (seed, rounds, rate): (u64, u32, u32),
) -> io::Result<Run> {
    let (own, out) = (
        &fleet.about.credentials[0],
        scratch.join(format!("run-{seed}")),
    );
    let mut command = program();
    command
        .env("HOME", scratch)
        .env("AWS_ACCESS_KEY_ID", &own.access_key_id);
    command.env("AWS_SECRET_ACCESS_KEY", &own.secret_access_key);
    command.args([
        "run",
        "--quiet",
        "--operations=get-caller-identity",
        "--connections=warm",
    ]);
    command
        .arg(format!("--seed={seed}"))
        .arg(format!("--rounds={rounds}"));
    command
        .arg(format!("--rate-per-endpoint={rate}"))
        .arg(format!("--max-rate-per-endpoint={rate}"));
    command
        .arg("--endpoints")
        .arg(field.selector())
        .arg("--out")
        .arg(&out);
    for endpoint in &fleet.endpoints {
        command.arg("--endpoint-url").arg(format!(
            "{}={}",
            endpoint.endpoint.name, endpoint.plaintext_url
        ));
    }
    let ran = command.output()?;
    // 3: measured, and found invalid because the machine was busy; the comparisons say so themselves.
    if !matches!(ran.status.code(), Some(0 | 3)) {
        return Err(io::Error::other(
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        ));
    }
    let run = results::read(&out).map_err(io::Error::other)?;
    std::fs::remove_dir_all(out)?;
    Ok(run)
}
