//! The command line together with the other places that options come from.

use std::ffi::OsString;

use clap::ArgMatches;

use crate::cli::console::clap_error;
use crate::cli::console::diagnostics::warn;
use crate::cli::options::layers::{Combined, ConfigSurroundings, combine};

/// The words of a run, read with what the other places say.
pub(crate) struct Configured {
    /// Everything as clap reads it.
    pub(crate) matches: ArgMatches,
    /// What came from other places.
    pub(crate) combined: Combined,
}

/// Why a command line cannot be read.
pub(crate) enum Unreadable {
    /// clap refuses it.
    Words(clap::Error),
    /// Another place says something wrong.
    Place(String),
}

/// Reads `arguments`; of the commands that have the options of a run, with what environment, files and presets say.
pub(crate) fn read(
    command: &clap::Command,
    arguments: &[OsString],
) -> Result<Configured, Unreadable> {
    let matches = command
        .clone()
        .try_get_matches_from(arguments)
        .map_err(Unreadable::Words)?;
    let Some((names, own, given)) = of_a_run(command, &matches) else {
        let combined = Combined::default();
        return Ok(Configured { matches, combined });
    };
    let mut combined =
        combine(own, given, &ConfigSurroundings::of_this_process()).map_err(Unreadable::Place)?;
    if names == DOCTOR {
        combined.keep(&OF_AN_EXAMINATION);
    }
    if names == ADVISE {
        combined.keep(&OF_AN_ADVICE);
    }
    if names == ["run"] || names == ["serve"] {
        combined.remarks.extend(combined.fewer_rounds());
    }
    combined.remarks.iter().for_each(|remark| warn(remark));
    let behind = behind(arguments, names);
    let words = combined.words.iter().map(OsString::from);
    let all: Vec<OsString> = arguments[..behind]
        .iter()
        .cloned()
        .chain(words)
        .chain(arguments[behind..].iter().cloned())
        .collect();
    let matches = command.clone().try_get_matches_from(all);
    let matches = matches.map_err(|error| {
        // The words alone can be read, and so can each of the others.
        let about = clap_error::about(&error);
        let places = combined.places_of(&about);
        Unreadable::Place(format!("{}{places}", about.trim_start_matches("error: ")))
    })?;
    Ok(Configured { matches, combined })
}

/// The command with a run's options that is used: its names, the command whose options count, and its words.
fn of_a_run<'a>(
    command: &'a clap::Command,
    matches: &'a ArgMatches,
) -> Option<(&'static [&'static str], &'a clap::Command, &'a ArgMatches)> {
    const COMMANDS: [&[&str]; 5] = [&["run"], &["serve"], &["config", "show"], DOCTOR, ADVISE];
    COMMANDS.into_iter().find_map(|names| {
        let (mut own, mut given) = (command, matches);
        for name in names {
            own = own.find_subcommand(name)?;
            given = given.subcommand_matches(name)?;
        }
        // They examine what a run would do, and what it did.
        let own = if names == DOCTOR || names == ADVISE {
            command.find_subcommand("run")?
        } else {
            own
        };
        Some((names, own, given))
    })
}

/// The command that examines the environment of a run.
const DOCTOR: &[&str] = &["doctor"];

/// The command that says what a run says to do.
const ADVISE: &[&str] = &["advise"];

/// The options of a run that mean the same there.
const OF_AN_ADVICE: [&str; 2] = ["profile", "region"];

/// The options of a run that an examination of its environment has too, and that mean the same there.
const OF_AN_EXAMINATION: [&str; 8] = [
    "endpoints",
    "endpoint-url",
    "allow-host",
    "ca-file",
    "resolver",
    "operations",
    "profile",
    "region",
];

/// The position behind the command's last name.
fn behind(arguments: &[OsString], names: &[&str]) -> usize {
    let mut at = 0;
    for name in names {
        let rest = arguments[at..].iter().position(|word| word == name);
        at += rest.map_or(0, |found| found + 1);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_behind_the_name_of_the_command() {
        let words: Vec<OsString> = ["/bin/run", "config", "show", "--seed=1"]
            .map(OsString::from)
            .to_vec();
        assert_eq!(behind(&words, &["config", "show"]), 3);
        assert_eq!(behind(&words[..2], &["config"]), 2);
    }
}
