//! What is said of a command line that clap refuses: one line, with the option that was probably meant.

use std::ffi::OsString;
use std::io::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::charset::displayable;
use super::diagnostics::{one_line, say};
use crate::cli::exit_code::Exit;
use sts_model::nearest_slip;

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
            say(&one_line(&unknown(error, command, &texts(arguments))));
            Exit::Usage
        }
        ErrorKind::InvalidSubcommand => {
            let said = unknown_command(error, command, &texts(arguments));
            say(&one_line(&said));
            Exit::Usage
        }
        ErrorKind::InvalidUtf8 => {
            say(&one_line(&not_text(arguments)));
            Exit::Usage
        }
        _ => {
            say(&one_line(&about(error)));
            Exit::Usage
        }
    }
}

fn texts(arguments: &[OsString]) -> Vec<String> {
    let words = arguments.iter();
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// Which argument is not UTF-8.
fn not_text(arguments: &[OsString]) -> String {
    let Some(at) = arguments.iter().position(|word| word.to_str().is_none()) else {
        return "error: an argument is not UTF-8".to_owned();
    };
    let word = arguments[at].to_string_lossy();
    let before = at.checked_sub(1).and_then(|at| arguments[at].to_str());
    let option = match word.split_once('=') {
        Some((option, _)) if option.starts_with('-') => Some(option),
        _ => before.filter(|before| before.starts_with('-') && !before.contains('=')),
    };
    match option {
        Some(option) => format!("error: the value of '{}' is not UTF-8", abridged(option)),
        None => format!("error: argument {at} is not UTF-8"),
    }
}

/// The beginning of what is too long to be repeated.
fn abridged(given: &str) -> String {
    match given.char_indices().nth(MOST_REPEATED) {
        Some((at, _)) => format!("{}…", &given[..at]),
        None => given.to_owned(),
    }
}

/// Characters.
const MOST_REPEATED: usize = 80;

/// What clap has to say, with its colours.
fn shown(error: &clap::Error) -> String {
    displayable(error.render().ansi().to_string())
}

/// What clap says is wrong, without usage and pointers to help. Of a long value it repeats the beginning, so that the rest of the
/// line has room.
pub(crate) fn about(error: &clap::Error) -> String {
    let mut text = error.render().to_string();
    if let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidValue) {
        text = text.replace(given.as_str(), &abridged(given));
    }
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
    lines.join("; ").replace(":; ", ": ") + &hint_at_charts(error)
}

/// Where pictures are made, for who asks a report for one.
fn hint_at_charts(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let is_format = text(ContextKind::InvalidArg).starts_with("--format");
    let is_picture = matches!(text(ContextKind::InvalidValue), "png" | "svg");
    let has_hint = error.render().to_string().contains("stsbench chart");
    match is_format && is_picture && !has_hint {
        true => "; `stsbench chart --kind endpoints --out FILE.png RUN…` draws pictures".to_owned(),
        false => String::new(),
    }
}

/// An argument that the command does not have, and what was probably meant.
fn unknown(error: &clap::Error, command: &clap::Command, words: &[String]) -> String {
    let given = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(given)) => given.as_str(),
        _ => return about(error),
    };
    let refusal = format!("error: unexpected argument '{}' found", abridged(given));
    let name = given.split('=').next().unwrap_or_default();
    let (mut used, mut path) = (None, String::new());
    for word in words.iter().skip(1) {
        if let Some(inner) = used.unwrap_or(command).find_subcommand(word) {
            used = Some(inner);
            path = format!("{path} {}", inner.get_name());
        }
    }
    let hint = match name.strip_prefix("--") {
        Some(name) => meant(name, command, used),
        None if given.starts_with('-') => None,
        None => separated(given, words),
    };
    match hint {
        Some(hint) => format!("{refusal}; {hint}"),
        None => {
            format!("{refusal}; `stsbench{path} --help` lists what there is")
        }
    }
}

/// A command that there is not, and what was probably meant.
fn unknown_command(error: &clap::Error, command: &clap::Command, words: &[String]) -> String {
    let given = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(given)) => given.as_str(),
        _ => return about(error),
    };
    let refusal = format!("error: there is no command '{}'", abridged(given));
    let (mut above, mut path) = (command, command.get_name().to_owned());
    for word in words.iter().skip(1).take_while(|word| *word != given) {
        if let Some(inner) = above.find_subcommand(word) {
            above = inner;
            path = format!("{path} {word}");
        }
    }
    let names = above.get_subcommands().map(clap::Command::get_name);
    match nearest_slip(&given.to_lowercase(), names.chain(["help"])) {
        Some(near) => format!("{refusal}; did you mean {near}?"),
        None => format!("{refusal}; `{path} --help` lists what there is"),
    }
}

/// The option of the command that in use that is a slip away, or the commands that have the option.
fn meant(name: &str, command: &clap::Command, used: Option<&clap::Command>) -> Option<String> {
    let own = longs(used.unwrap_or(command)).into_iter();
    // Those that every command line has are added when it is read.
    let added = ["help", "version"].into_iter();
    let added = added.take(if used.is_some() { 1 } else { 2 });
    if let Some(near) = nearest_slip(name, own.chain(added)) {
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
            ("stsbench config show --roundz 3", "did you mean --rounds?"),
            ("stsbench --verison", "did you mean --version?"),
            ("stsbench run --hlep", "did you mean --help?"),
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
    fn a_command_that_is_a_slip_away_is_offered_wherever_it_stands() {
        for (line, hint) in [
            ("stsbench rnu", "did you mean run?"),
            ("stsbench Report", "did you mean report?"),
            ("stsbench endpoint", "did you mean endpoints?"),
            ("stsbench config shwo", "did you mean show?"),
            ("stsbench hlep", "did you mean help?"),
            ("stsbench nonsense", "`stsbench --help` lists"),
            (
                "stsbench baseline nonsense",
                "`stsbench baseline --help` lists",
            ),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let command = Cli::command();
            let error = command.clone().try_get_matches_from(&words);
            let said = unknown_command(&error.expect_err(line), &command, &words);
            assert!(said.contains(hint), "{line}: {said}");
        }
    }

    #[test]
    fn of_what_is_too_long_the_beginning_is_repeated() {
        let long = "x".repeat(500);
        let said = said(&format!("stsbench run --{long} 96"));
        assert!(said.len() < 200 && said.contains("--help"), "{said}");
        let words = ["stsbench", "run", "--rounds", &long];
        let error = Cli::command()
            .try_get_matches_from(words)
            .expect_err("no number");
        let said = about(&error);
        assert!(
            said.len() < 250 && said.contains("--rounds") && said.contains("allowed:"),
            "{said}"
        );
    }

    #[test]
    fn what_is_not_utf_8_is_named_and_not_repeated() {
        use std::os::unix::ffi::OsStringExt as _;
        let words = |bytes: &[&[u8]]| -> Vec<OsString> {
            bytes
                .iter()
                .map(|word| OsString::from_vec(word.to_vec()))
                .collect()
        };
        for (line, named) in [
            (words(&[b"stsbench", b"run", b"--seed=\xff"]), "'--seed'"),
            (
                words(&[b"stsbench", b"run", b"--seed", b"\xff"]),
                "'--seed'",
            ),
            (words(&[b"stsbench", b"report", b"\xff=\xfe"]), "argument 2"),
            (words(&[b"stsbench", b"\xff"]), "argument 1"),
        ] {
            let said = not_text(&line);
            assert!(said.contains(named), "{said}");
        }
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
