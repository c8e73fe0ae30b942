//! What is said of a command line that clap refuses: one line, with the option that was probably meant.

use std::ffi::OsString;
use std::io::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::charset::displayable;
use super::diagnostics::{one_line, say};
use crate::cli::exit_code::Exit;
use sts_model::{is_slip_of, nearest};

/// Shows what clap has to say: help and version as they are, an error as one line.
pub(crate) fn of_clap(
    error: &clap::Error,
    command: &clap::Command,
    arguments: &[OsString],
) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Colours are for terminals that want them; the stream decides, by NO_COLOR and its kin.
            let written = write!(anstream::stdout(), "{}", shown(error));
            match written {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::NotWritten,
                _ => Exit::Success,
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            write!(anstream::stderr(), "{}", shown(error)).ok();
            Exit::Usage
        }
        ErrorKind::UnknownArgument => {
            let words: Vec<String> = arguments
                .iter()
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            say(&one_line(&unknown(error, command, &words)));
            Exit::Usage
        }
        _ => {
            say(&one_line(&about(error)));
            Exit::Usage
        }
    }
}

/// What clap has to say, with its colours.
fn shown(error: &clap::Error) -> String {
    displayable(error.render().ansi().to_string())
}

/// What clap says is wrong, without usage and pointers to help.
pub(crate) fn about(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let about = text.split("\n\nUsage:").next().unwrap_or_default();
    let about = about
        .split("\n\nFor more information")
        .next()
        .unwrap_or_default();
    let lines: Vec<_> = about
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("; ").replace(":; ", ": ")
}

/// An argument that the command does not have, and what was probably meant.
fn unknown(error: &clap::Error, command: &clap::Command, words: &[String]) -> String {
    let given = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(given)) => given.as_str(),
        _ => return about(error),
    };
    let refusal = format!("error: unexpected argument '{given}' found");
    let name = given.split('=').next().unwrap_or_default();
    let used = words
        .iter()
        .skip(1)
        .find_map(|word| command.find_subcommand(word));
    let hint = match name.strip_prefix("--") {
        Some(name) => meant(name, command, used),
        None if given.starts_with('-') => None,
        None => separated(given, words),
    };
    match hint {
        Some(hint) => format!("{refusal}; {hint}"),
        None => {
            let command = used.map_or_else(String::new, |used| format!(" {}", used.get_name()));
            format!("{refusal}; `stsbench{command} --help` lists what there is")
        }
    }
}

/// The option of the command that in use that is a slip away, or the commands that have the option.
fn meant(name: &str, command: &clap::Command, used: Option<&clap::Command>) -> Option<String> {
    let own = longs(used.unwrap_or(command));
    let near = own.iter().copied().filter(|long| is_slip_of(name, long));
    if let Some(near) = nearest(name, near) {
        return Some(format!("did you mean --{near}?"));
    }
    let others: Vec<&str> = command
        .get_subcommands()
        .filter(|other| longs(other).contains(&name))
        .map(clap::Command::get_name)
        .collect();
    (!others.is_empty()).then(|| format!("it is an option of stsbench {}", others.join(", ")))
}

fn longs(command: &clap::Command) -> Vec<&str> {
    command
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .collect()
}

/// A second word behind an option that takes a list: the list as it has to be written.
fn separated(given: &str, words: &[String]) -> Option<String> {
    let at = words.iter().position(|word| word == given)?;
    let option = words[..at].iter().rposition(|word| word.starts_with('-'))?;
    let (name, first) = match words[option].split_once('=') {
        Some((name, value)) => (name, vec![value]),
        None => (words[option].as_str(), Vec::new()),
    };
    if !LISTS.contains(&name) {
        return None;
    }
    let following = words[option + 1..]
        .iter()
        .take_while(|word| !word.starts_with('-'));
    let items = first.into_iter().chain(following.map(String::as_str));
    let items: Vec<&str> = items.map(|item| item.trim_matches(',')).collect();
    Some(format!(
        "a list has commas between its items: {name} {}",
        items.join(",")
    ))
}

/// Options that take a list between commas.
const LISTS: [&str; 4] = ["--endpoints", "-e", "--operations", "--connections"];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use crate::cli::program::Cli;

    use super::*;

    fn said(line: &str) -> String {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let command = Cli::command();
        let error = command
            .clone()
            .try_get_matches_from(&words)
            .expect_err(line);
        unknown(&error, &command, &words)
    }

    #[test]
    fn an_option_that_is_a_slip_away_is_offered_and_no_far_one() {
        for (line, hint) in [
            ("stsbench run --round 96", "did you mean --rounds?"),
            (
                "stsbench run --endpoint global",
                "did you mean --endpoints?",
            ),
            (
                "stsbench run --seed-number=3",
                "`stsbench run --help` lists",
            ),
            ("stsbench run --font x", "`stsbench run --help` lists"),
            (
                "stsbench report --rounds 96",
                "it is an option of stsbench run",
            ),
            (
                "stsbench merge --simulate",
                "it is an option of stsbench run",
            ),
        ] {
            let said = said(line);
            assert!(said.contains(hint), "{line}: {said}");
        }
        assert!(!said("stsbench run --font x").contains("--format"));
    }

    #[test]
    fn a_list_with_blanks_is_shown_with_commas() {
        for (line, hint) in [
            ("stsbench run --endpoints a b", "--endpoints a,b"),
            (
                "stsbench run --endpoints=a, b c --seed 1",
                "--endpoints a,b,c",
            ),
            (
                "stsbench run --connections cold warm",
                "--connections cold,warm",
            ),
        ] {
            let said = said(line);
            assert!(said.ends_with(hint), "{line}: {said}");
        }
        assert!(!said("stsbench run --seed 1 b").contains("commas"));
    }
}
