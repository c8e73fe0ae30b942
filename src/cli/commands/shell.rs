//! Completion scripts and the manual page, generated from the command line itself.

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;

/// `stsbench completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsOptions {
    /// For which shell.
    shell: clap_complete::Shell,
}

pub(crate) fn completions(
    options: &CompletionsOptions,
    mut command: clap::Command,
) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "stsbench", &mut script);
    print(&script)
}

pub(crate) fn manual(command: clap::Command) -> Result<Exit, CommandError> {
    print(&pages(command).or_exit(Exit::Unexpected)?)
}

/// The page of the program and, after it, one of each command: a single file, since it goes to stdout.
fn pages(mut command: clap::Command) -> std::io::Result<Vec<u8>> {
    command.build();
    let mut pages = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut pages)?;
    for subcommand in command.get_subcommands() {
        clap_mangen::Man::new(subcommand.clone()).render(&mut pages)?;
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use crate::cli::program::Cli;

    use super::*;

    #[test]
    fn every_command_that_the_manual_names_has_its_page() {
        let command = Cli::command();
        let names: Vec<_> = command
            .get_subcommands()
            .map(|it| format!(".TH stsbench-{} 1", it.get_name()))
            .collect();
        let pages = String::from_utf8(pages(command).expect("a vector takes any bytes"))
            .expect("pages are text");
        assert!(!names.is_empty());
        for name in names {
            assert!(pages.contains(&name), "{name}");
        }
    }
}
