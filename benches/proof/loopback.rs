//! Runs of the real program against its own fleet, one after the other.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use sts_emulator::EmulatorProcess;
use stsbench::results::{self, Run};

use super::known_delays::Field;

const PROGRAM: &str = env!("CARGO_BIN_EXE_stsbench");

/// The program, in an environment of its own.
fn program() -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null());
    command
}

/// `number` runs of `field`, at that pace for each endpoint.
pub fn runs(field: &Field, number: u64, rounds: u32, per_second: u32) -> io::Result<Vec<Run>> {
    let scratch = tempfile::tempdir()?;
    let toml = field.fleet();
    let emulator =
        EmulatorProcess::start(PROGRAM, ["--fleet-toml", &toml]).map_err(io::Error::other)?;
    (0..number)
        .map(|seed| one(field, &emulator, scratch.path(), (seed, rounds, per_second)))
        .collect()
}

fn one(
    field: &Field,
    emulator: &EmulatorProcess,
    scratch: &Path,
    (seed, rounds, rate): (u64, u32, u32),
) -> io::Result<Run> {
    let (own, out) = (
        &emulator.announcement().credentials[0],
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
        // What P27 promises is the interval of one pair; of sixteen that hold together, each would be wider.
        "--simultaneous=off",
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
    for endpoint in emulator.announced_endpoints() {
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
