//! `stsbench doctor`: whether this environment is ready for a run.

#[cfg(feature = "simulate")]
mod link;
mod options;
mod prepare;

use anyhow::Context as _;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::charset::displayable;
use crate::cli::console::signals::Signals;
use crate::cli::console::stdout::{print, style, width};
use crate::cli::exit_code::Exit;
use crate::cli::options::output::When;
use crate::notice::{DoctorFinding, FindingMark};
use crate::report::{doctor as page, doctor_json};

pub(crate) use options::DoctorOptions;
use options::FormatName;

/// Examines and prints.
pub(crate) fn doctor(options: &DoctorOptions) -> Result<Exit, CommandError> {
    // Until it ends, a signal ends what it has started too.
    let _signals = Signals::listen_for_examination()
        .context("cannot listen for signals")
        .or_exit(Exit::Unexpected)?;
    let examination = prepare::examination(options)?;
    #[cfg(feature = "simulate")]
    let link = link::LinkTrial::start();
    let mut findings = examination.findings();
    #[cfg(feature = "simulate")]
    findings.push(link.finding());
    findings.sort_by_key(DoctorFinding::subject);
    let text = match options.format {
        FormatName::Terminal => displayable(page(&findings, style(When::Auto), width())),
        FormatName::Json => doctor_json(&findings),
    };
    print(text.as_bytes())?;
    let failed = findings
        .iter()
        .any(|finding| finding.mark() == FindingMark::Fail);
    Ok(if failed {
        Exit::GateFailed
    } else {
        Exit::Success
    })
}
