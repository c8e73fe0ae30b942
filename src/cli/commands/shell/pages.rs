//! Completion scripts and the manual pages, made from the command line itself.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::command_line::completion;
use crate::cli::options::values::NonEmptyPath;

/// `stsbench completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = INSTALLING)]
pub(crate) struct CompletionsOptions {
    /// For which shell.
    shell: clap_complete::Shell,
}

/// `stsbench man`.
#[derive(Debug, clap::Args)]
pub(crate) struct ManOptions {
    /// Directory for one file for each page, stsbench.1, stsbench-run.1, …; without it all go to stdout
    #[arg(long, short, value_name = "DIR", value_parser = NonEmptyPath)]
    out: Option<PathBuf>,
}

const INSTALLING: &str = "\
The script asks this program for the values: Regions, cities, operations, formats, profiles, runs.
  bash: stsbench completions bash > ~/.local/share/bash-completion/completions/stsbench
  zsh:  stsbench completions zsh > \"${fpath[1]}/_stsbench\"
  fish: stsbench completions fish > ~/.config/fish/completions/stsbench.fish";

pub(crate) fn completions(options: &CompletionsOptions) -> Result<Exit, CommandError> {
    let script = completion::script(&options.shell.to_string())
        .ok_or_else(|| anyhow!("no completions for {}", options.shell))
        .or_exit(Exit::Unexpected)?;
    print(&script)
}

pub(crate) fn manual(options: &ManOptions, command: &clap::Command) -> Result<Exit, CommandError> {
    let pages = pages(command.clone()).or_exit(Exit::Unexpected)?;
    match &options.out {
        None => print(
            &pages
                .into_iter()
                .flat_map(|(_, page)| page)
                .collect::<Vec<u8>>(),
        ),
        Some(directory) => write(directory, &pages),
    }
}

fn write(directory: &Path, pages: &[(String, Vec<u8>)]) -> Result<Exit, CommandError> {
    let failed = || format!("--out {}", directory.display());
    std::fs::create_dir_all(directory)
        .with_context(failed)
        .or_exit(Exit::NotWritten)?;
    for (name, page) in pages {
        let written = std::fs::write(directory.join(format!("{name}.1")), page);
        written.with_context(failed).or_exit(Exit::NotWritten)?;
    }
    Ok(Exit::Success)
}

/// The page of the program and one of each command below it, each with its name.
fn pages(mut command: clap::Command) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    command.build();
    let mut pages = Vec::new();
    add(&command, &mut pages)?;
    Ok(pages)
}

fn add(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    let name = command.get_display_name().unwrap_or(command.get_name());
    pages.push((name.to_owned(), page));
    let below = command
        .get_subcommands()
        .filter(|it| it.get_name() != "help");
    for subcommand in below {
        add(subcommand, pages)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::cli::program::command;

    use super::*;

    #[test]
    fn every_command_has_a_page_of_its_own_in_a_file_of_its_own() {
        let pages = pages(command()).expect("a vector takes any bytes");
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        let commands = command();
        let commands: Vec<String> = commands
            .get_subcommands()
            .map(|it| format!("stsbench-{}", it.get_name()))
            .collect();
        assert!(names.contains(&"stsbench") && names.contains(&"stsbench-config-show"));
        assert!(
            commands.iter().all(|name| names.contains(&name.as_str())),
            "{names:?}"
        );
        for (name, page) in &pages {
            let page = String::from_utf8_lossy(page);
            assert!(
                page.contains(&format!(".TH {name} 1")),
                "{name}: {page:.200}"
            );
        }
        let home = tempfile::tempdir().expect("a directory");
        write(&home.path().join("man1"), &pages).expect("written");
        let files = std::fs::read_dir(home.path().join("man1")).expect("there");
        assert_eq!(files.count(), pages.len());
    }
}
