//! Completion scripts and the manual page, generated from the command line itself.

use super::exit::{Exit, OrExit, Refusal};
use super::output;

/// `stsbench completions`.
#[derive(Debug, clap::Args)]
pub(super) struct CompletionsOptions {
    /// For which shell.
    shell: clap_complete::Shell,
}

pub(super) fn completions(options: &CompletionsOptions, mut command: clap::Command) -> Result<Exit, Refusal> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "stsbench", &mut script);
    output::print(&script)
}

pub(super) fn manual(command: clap::Command) -> Result<Exit, Refusal> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).or_exit(Exit::Unexpected)?;
    output::print(&page)
}
