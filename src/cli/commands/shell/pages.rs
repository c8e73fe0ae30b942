//! Completion scripts and the manual pages, made from the command line itself.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::ValueEnum as _;
use clap_complete::Shell;

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::command_line::completion;
use crate::cli::options::values::NonEmptyPath;

/// `stsbench completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = INSTALLING)]
pub(crate) struct CompletionsOptions {
    /// For which shell: bash, elvish, fish, powershell or zsh
    #[arg(value_parser = shell)]
    shell: Shell,
}

/// A shell by its name. Names of shells are alike without being slips of each other.
fn shell(name: &str) -> Result<Shell, String> {
    let shells = Shell::value_variants().iter();
    let mut named = shells.clone().filter(|shell| shell.to_string() == name);
    named.next().copied().ok_or_else(|| {
        let names: Vec<String> = shells.map(ToString::to_string).collect();
        format!("allowed: {}", names.join(", "))
    })
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

const EXAMPLES: &str = "EXAMPLES";

/// A section of a page, with a heading of man-pages(7).
struct Section {
    heading: &'static str,
    lines: Vec<String>,
}

/// What stands below the options of a help text, by sections: examples, exit codes, and notes before them.
fn below_options(text: &str) -> Vec<Section> {
    let [mut notes, mut codes, mut examples] = [
        Section::called("NOTES"),
        Section::called("EXIT STATUS"),
        Section::called(EXAMPLES),
    ];
    let mut is_example = false;
    for line in text.lines() {
        if matches!(line, "Example:" | "Examples:") {
            is_example = true;
            continue;
        }
        is_example &= line.is_empty() || line.starts_with(' ');
        let section = if line.starts_with("Exit code") {
            &mut codes
        } else if is_example {
            &mut examples
        } else {
            &mut notes
        };
        section.lines.push(line.to_owned());
    }
    [codes, notes, examples]
        .into_iter()
        .filter(|section| section.lines.iter().any(|line| !line.is_empty()))
        .collect()
}

impl Section {
    fn called(heading: &'static str) -> Self {
        Self {
            heading,
            lines: Vec::new(),
        }
    }

    /// Writes it, by the library's section for what stands below the options, whose heading is EXTRA.
    fn render(&self, page: &mut Vec<u8>) -> std::io::Result<()> {
        let text = self.lines.join("\n");
        let command = clap::Command::new("section").after_help(text.trim_matches('\n').to_owned());
        let mut section = Vec::new();
        clap_mangen::Man::new(command).render_extra_section(&mut section)?;
        let section = String::from_utf8_lossy(&section);
        // Examples keep their lines.
        let [begin, end] = match self.heading {
            EXAMPLES => ["\n.nf", ".fi\n"],
            _ => [""; 2],
        };
        let heading = format!(".SH {}{begin}", quoted(self.heading));
        page.extend(section.replacen(".SH EXTRA", &heading, 1).into_bytes());
        page.extend(end.bytes());
        Ok(())
    }
}

/// A heading as one argument of a macro.
fn quoted(heading: &str) -> String {
    if heading.contains(' ') {
        format!("\"{heading}\"")
    } else {
        heading.to_owned()
    }
}

fn add(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let mut page = Vec::new();
    let after = command.get_after_long_help();
    let after = after.or_else(|| command.get_after_help());
    let below = after.map(|text| below_options(&text.to_string()));
    let shown = command.clone().after_help(None).after_long_help(None);
    clap_mangen::Man::new(shown).render(&mut page)?;
    for section in below.into_iter().flatten() {
        section.render(&mut page)?;
    }
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
        for (name, page) in &pages {
            let page = String::from_utf8_lossy(page);
            assert!(!page.contains(".SH EXTRA"), "{name}");
        }
        let home = tempfile::tempdir().expect("a directory");
        write(&home.path().join("man1"), &pages).expect("written");
        let files = std::fs::read_dir(home.path().join("man1")).expect("there");
        assert_eq!(files.count(), pages.len());
    }

    #[test]
    fn what_stands_below_the_options_has_the_headings_of_manual_pages() {
        let text = "A note.\n\nExamples:\n  stsbench run\n.begins with a dot\nExit codes: 0 done";
        let mut page = Vec::new();
        for section in below_options(text) {
            section.render(&mut page).expect("a vector takes any bytes");
        }
        let page = String::from_utf8(page).expect("text");
        let headings: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix(".SH "))
            .collect();
        assert_eq!(headings, ["\"EXIT STATUS\"", "NOTES", "EXAMPLES"]);
        assert!(page.ends_with(".nf\n  stsbench run\n.fi\n"), "{page}");
        assert!(page.contains("\\&.begins"), "{page}");
    }
}
