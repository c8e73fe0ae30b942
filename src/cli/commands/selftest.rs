//! `stsbench selftest`: measures the instrument on this host and keeps its certificate.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::ValueEnum;

use crate::credentials::Keyring;
use crate::load::Epoch;
use crate::results::{Certificate, ItemVerdict, SCHEMA_VERSION};
use crate::selftest::{self, SelftestSetting};
use crate::sign::Signer;
use sts_emulator::{Link, PreparedLink};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::console::stdout::print;
use crate::cli::emulator::{self, RunEmulator};
use crate::cli::exit_code::Exit;
use crate::cli::options::values::NonEmptyPath;
use crate::cli::rendering::show_certificate;
use crate::cli::state;
use crate::session::{self, SessionError, SimulatedService, rfc3339};

/// `stsbench selftest`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct SelftestOptions {
    /// Also puts the certificate, as JSON, into this file
    #[arg(long, short, value_name = "FILE", value_parser = NonEmptyPath)]
    out: Option<PathBuf>,
    /// What is printed on stdout
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = FormatName::Terminal)]
    format: FormatName,
    /// Says nothing but the certificate, warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

/// How a certificate is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// For people.
    Terminal,
    /// The bytes of its file.
    Json,
}

/// Below the options.
const AFTER: &str = "\
Takes about half a minute; calls nothing but a simulated fleet on this machine. The certificate is kept in \
$XDG_STATE_HOME/stsbench or ~/.local/state/stsbench, and reports of later runs on this host carry it.
Exit code: 0 when every item passed or warned, 3 when one failed.";

/// Measures, keeps and prints.
pub(crate) fn selftest(options: &SelftestOptions) -> Result<Exit, CommandError> {
    // Has to come before any thread.
    let link = PreparedLink::prepare(Link::Auto).or_exit(Exit::Unexpected)?;
    let places = places(options.out.as_deref(), state::directory())?;
    session::raise_limit();
    let epoch = Epoch::start_checked().or_exit(Exit::Usage)?;
    let near = simulated(
        selftest::NEAR_EMULATOR,
        PreparedLink::prepare(Link::Undelayed).or_exit(Exit::Unexpected)?,
    )?;
    let far = simulated(selftest::FAR_EMULATOR, link)?;
    let (beside, apart) = (
        setting(emulator::service(&near), epoch)?,
        setting(emulator::service(&far), epoch)?,
    );
    let begin = |part: &str| {
        if !options.quiet {
            say(&format!("measuring: {part}"));
        }
    };
    let items = selftest::examine(&beside, &apart, begin).or_exit(Exit::Unexpected)?;
    for process in [near, far] {
        emulator::requests_seen(process).or_exit(Exit::NoData)?;
    }
    let certificate = Certificate {
        schema_version: SCHEMA_VERSION,
        tool: session::this_program(),
        host: selftest::this_host(),
        measured_at: rfc3339(epoch.wall()),
        link: apart.simulation.link,
        items,
    };
    for place in &places {
        certificate.write(place).or_exit(Exit::NotWritten)?;
        if !options.quiet {
            say(&format!("certificate in {}", place.display()));
        }
    }
    // After the files: half a minute is not lost where nothing can be printed.
    match options.format {
        FormatName::Terminal => show_certificate(&certificate)?,
        FormatName::Json => print(&certificate.to_json())?,
    };
    Ok(if certificate.verdict() == ItemVerdict::Fail {
        Exit::Invalid
    } else {
        Exit::Success
    })
}

fn simulated(description: &str, link: PreparedLink) -> Result<RunEmulator, CommandError> {
    emulator::start_described(description, link).or_exit(Exit::NoData)
}

fn setting(service: SimulatedService, epoch: Epoch) -> Result<SelftestSetting, CommandError> {
    let trust = service.trust().or_exit(Exit::NoData)?;
    let found = service
        .credentials
        .ok_or(SessionError::SimulatedCredentials)
        .or_exit(Exit::NoData)?;
    let user_agent = format!("stsbench/{} selftest", env!("CARGO_PKG_VERSION"));
    Ok(SelftestSetting {
        endpoints: service.endpoints,
        simulation: service.simulation,
        trust,
        signer: Signer::new(Keyring::new(found), user_agent),
        epoch,
    })
}

/// The files that take the certificate: where the user wants it, and where later runs look for it. Both are proved to be
/// writable before half a minute is spent.
fn places(out: Option<&Path>, state: Option<PathBuf>) -> Result<Vec<PathBuf>, CommandError> {
    if out == Some(Path::new("-")) {
        return Err(CommandError::usage(anyhow!(
            "--out takes a file; --format json prints the certificate"
        )));
    }
    if let Some(path) = out {
        Certificate::prove_writable(path)
            .context("--out")
            .or_exit(Exit::NotWritten)?;
    }
    let state = match state.map(|directory| Certificate::prepare(&directory)) {
        Some(Ok(file)) => Some(file),
        Some(Err(error)) if out.is_none() => {
            return Err(CommandError::new(Exit::NotWritten, error));
        }
        Some(Err(error)) => {
            warn(&format!(
                "later runs will not find the certificate: {error}"
            ));
            None
        }
        None => {
            warn(
                "neither XDG_STATE_HOME nor HOME names a directory: only --out FILE keeps the certificate",
            );
            None
        }
    };
    Ok(out.map(Path::to_owned).into_iter().chain(state).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_goes_where_it_can() {
        let home = tempfile::tempdir().expect("a directory");
        let (out, state) = (home.path().join("mine.json"), home.path().join("state"));
        let stored = state.join("certificate.json");
        assert_eq!(
            places(None, Some(state.clone())).expect("both"),
            vec![stored.clone()]
        );
        assert_eq!(
            places(Some(&out), Some(state)).expect("both"),
            [out.clone(), stored]
        );
        assert_eq!(
            places(Some(&out), None).expect("only there"),
            vec![out.clone()]
        );
        assert_eq!(places(None, None).expect("printed"), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_certificate_takes_the_place_of_no_run() {
        let home = tempfile::tempdir().expect("a directory");
        for name in ["run.json", "samples.csv", "journal.jsonl"] {
            let file = home.path().join(name);
            std::fs::write(&file, "measured").expect("written");
            let error = places(Some(&file), None).expect_err(name);
            assert_eq!(error.exit, Exit::NotWritten);
            assert_eq!(std::fs::read(&file).expect("there"), b"measured");
        }
    }

    #[test]
    fn a_state_directory_that_cannot_be_written_matters_only_where_nothing_else_was_asked_for() {
        let home = tempfile::tempdir().expect("a directory");
        let (out, file) = (home.path().join("mine.json"), home.path().join("file"));
        std::fs::write(&file, "x").expect("written");
        let below = Some(file.join("stsbench"));
        assert_eq!(
            places(None, below.clone()).expect_err("nowhere else").exit,
            Exit::NotWritten
        );
        assert_eq!(places(Some(&out), below).expect("there"), [out]);
    }
}
