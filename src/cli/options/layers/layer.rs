//! A value of an option with the place that it comes from.

use std::fmt;
use std::path::PathBuf;

use clap::ArgAction;
use clap::error::ErrorKind;

use crate::cli::console::clap_error;
use crate::plan::Preset;
use sts_model::{is_slip_of, nearest};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// That environment variable.
    Environment(String),
    /// The plan file.
    PlanFile(PathBuf),
    /// A line of the configuration file, in a profile's table or above all tables.
    File {
        /// Its path.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The profile.
        profile: Option<String>,
    },
    /// A preset.
    Preset(Preset),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "{name}"),
            Self::PlanFile(path) => write!(f, "plan file {}", path.display()),
            Self::File {
                path,
                line,
                profile,
            } => {
                write!(f, "{} line {line}", path.display())?;
                match profile {
                    Some(profile) => write!(f, " (profile {profile})"),
                    None => Ok(()),
                }
            }
            Self::Preset(preset) => write!(f, "preset {preset}"),
        }
    }
}

/// An option as one place has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LayerEntry {
    /// Its long name.
    pub(crate) option: String,
    /// How it is written on a command line; nothing for a switch that is off.
    pub(crate) words: Vec<String>,
    /// Its value for people.
    pub(crate) shown: String,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

impl LayerEntry {
    /// The option of `run` with those values.
    ///
    /// # Errors
    /// A text that says what is wrong with the name or a value, without its place.
    pub(super) fn new(
        run: &clap::Command,
        option: &str,
        values: &[String],
        origin: Origin,
    ) -> Result<Self, String> {
        let argument = run
            .get_arguments()
            .find(|argument| argument.get_long() == Some(option))
            .filter(|argument| !ALONE.contains(&option) && !argument.is_hide_set())
            .ok_or_else(|| unknown(run, option))?;
        let words = words(argument, option, values)?;
        check(run, &words)?;
        Ok(Self {
            option: option.to_owned(),
            words,
            shown: values.join(", "),
            origin,
        })
    }
}

/// Options that have a meaning on the command line alone.
pub(super) const ALONE: [&str; 8] = [
    "help",
    "version",
    "config",
    "no-config",
    "config-profile",
    "dry-run",
    "origin",
    "json",
];

fn unknown(run: &clap::Command, option: &str) -> String {
    if ALONE.contains(&option) {
        return format!("{option} is for the command line alone");
    }
    let known = |argument: &&clap::Arg| argument.get_long() == Some(option);
    if run.get_arguments().any(|argument| known(&argument)) {
        return format!("{option} is no option of stsbench {}", run.get_name());
    }
    let options: Vec<&str> = run
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .filter(|long| !ALONE.contains(long))
        .collect();
    let near = nearest(option, options.iter().copied())
        .filter(|near| is_slip_of(option, near))
        // `param` of `parameters`.
        .or_else(|| longest_beginning(option, options.iter().copied()));
    let hint = near
        .map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default();
    let option: String = option
        .chars()
        .take(64)
        .flat_map(char::escape_debug)
        .collect();
    format!("unknown option {option}{hint}")
}

/// The longest of the words with which `option` begins, if it has the better part of it.
fn longest_beginning<'a>(option: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    words
        .filter(|word| option.starts_with(word) && word.len() * 2 >= option.len())
        .max_by_key(|word| word.len())
}

/// The option as words of a command line.
fn words(argument: &clap::Arg, option: &str, values: &[String]) -> Result<Vec<String>, String> {
    let is_list = argument.get_value_delimiter().is_some() || option == "endpoints";
    let is_repeated = matches!(argument.get_action(), ArgAction::Append) && !is_list;
    let alone = format!("--{option}");
    if values.is_empty() {
        return Err(format!(
            "{option} is empty; leave it out or name at least one"
        ));
    }
    if is_list {
        return Ok(vec![format!("{alone}={}", values.join(","))]);
    }
    if is_repeated {
        return Ok(values
            .iter()
            .map(|value| format!("{alone}={value}"))
            .collect());
    }
    let [value] = values else {
        return Err(format!("{option} takes one value, not {}", values.len()));
    };
    let is_switch = !argument.get_action().takes_values();
    match (is_switch || option == "simulate", value.as_str()) {
        (true, "true") => Ok(vec![alone]),
        (true, "false") => Ok(Vec::new()),
        (true, _) if is_switch => Err(format!("{option} {value:?}: allowed: true, false")),
        _ => Ok(vec![format!("{alone}={value}")]),
    }
}

/// Whether the values can be read. That an option needs or excludes another one shows itself when all are together.
fn check(run: &clap::Command, words: &[String]) -> Result<(), String> {
    let line = std::iter::once("run").chain(words.iter().map(String::as_str));
    match run.clone().try_get_matches_from(line) {
        Ok(_) => Ok(()),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::MissingRequiredArgument | ErrorKind::ArgumentConflict
            ) =>
        {
            Ok(())
        }
        Err(error) => {
            let about = clap_error::about(&error);
            Err(about.trim_start_matches("error: ").to_owned())
        }
    }
}
