//! `stsbench config show`: every option of a run with its value, and where it comes from.

use std::fmt::Write as _;

use clap::parser::ValueSource;

use crate::cli::command_error::CommandError;
use crate::cli::console::diagnostics::one_line;
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::command_line::configured::Configured;
use crate::cli::options::layers::{Combined, PROFILE_VARIABLE};
use crate::cli::options::run::RunOptions;
use crate::place::{MetadataUse, PlaceSearch};

/// `stsbench config`.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigOptions {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What is done with the configuration.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigCommand {
    /// Prints the options that `stsbench run` would have here, beside the same words.
    Show(Box<ShowOptions>),
}

/// `stsbench config show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowOptions {
    /// Says of each option where it comes from, and what is not used
    #[arg(long)]
    pub(crate) origin: bool,
    #[command(flatten)]
    pub(crate) run: RunOptions,
}

/// Prints the options of a run, typed and from the other places.
pub(crate) fn config(
    options: &ConfigOptions,
    command: &clap::Command,
    read: &Configured,
) -> Result<Exit, CommandError> {
    let ConfigCommand::Show(options) = &options.command;
    let own = command
        .find_subcommand("config")
        .and_then(|config| config.find_subcommand("show"));
    let given = read.matches.subcommand_matches("config");
    let given = given.and_then(|config| config.subcommand_matches("show"));
    match (own, given) {
        (Some(own), Some(given)) => show(options, own, given, &read.combined),
        _ => Ok(Exit::Unexpected),
    }
}

/// `given` are the words of `show`, in which those of other places stand too.
fn show(
    options: &ShowOptions,
    show: &clap::Command,
    given: &clap::ArgMatches,
    combined: &Combined,
) -> Result<Exit, CommandError> {
    let mut text = String::new();
    match &combined.file {
        Some(file) => writeln!(text, "# {}", file.display()),
        None => writeln!(text, "# no configuration file"),
    }
    .expect("a string takes any text");
    for argument in show.get_arguments() {
        let Some(option) = argument.get_long().filter(|long| !UNSHOWN.contains(long)) else {
            continue;
        };
        let id = argument.get_id().as_str();
        let typed = given.value_source(id) == Some(ValueSource::CommandLine);
        let entry = combined.used.iter().find(|entry| entry.option == option);
        let (value, origin) = match entry {
            Some(entry) => (entry.shown.clone(), entry.origin.to_string()),
            None if typed => (typed_value(given, id), "command line".to_owned()),
            None => of_this_place(option, &options.run, combined)
                .unwrap_or_else(|| (default_of(argument), "default".to_owned())),
        };
        let value = one_line(&value);
        let line = if options.origin {
            format!("{option:<24} {value:<36} {origin}")
        } else {
            format!("{option:<24} {value}")
        };
        writeln!(text, "{}", line.trim_end()).expect("a string takes any text");
    }
    if options.origin {
        for unused in &combined.unused {
            let (entry, instead) = (&unused.entry, &unused.because_of);
            let why = if *instead == entry.option {
                "is given in a nearer place".to_owned()
            } else {
                format!("makes no sense beside {instead}")
            };
            let value = one_line(&entry.shown);
            writeln!(
                text,
                "# not used: {} {value} of {}: it {why}",
                entry.option, entry.origin
            )
            .expect("a string takes any text");
        }
    }
    print(text.as_bytes())
}

/// What an option is that neither was typed nor stands among those of a run, where something else here says it. Services are
/// not asked.
fn of_this_place(
    option: &str,
    options: &RunOptions,
    combined: &Combined,
) -> Option<(String, String)> {
    match option {
        "config-profile" => {
            let profile = combined.profile.clone()?;
            Some((profile, PROFILE_VARIABLE.to_owned()))
        }
        "region" => {
            let search = PlaceSearch {
                profile: options.caller.profile.clone(),
                simulated: options.targets.simulate.clone(),
                metadata: MetadataUse::NotAsked,
                ..PlaceSearch::default()
            };
            let region = search.find().ok()?.region?;
            Some((region.name, region.source.to_string()))
        }
        _ => None,
    }
}

fn typed_value(given: &clap::ArgMatches, id: &str) -> String {
    let values = given.get_raw(id).into_iter().flatten();
    let values: Vec<_> = values.map(|value| value.to_string_lossy()).collect();
    if values.is_empty() {
        "true".to_owned()
    } else {
        values.join(", ")
    }
}

/// What the help says of the default: the text between `[default: ` and `]`.
fn default_of(argument: &clap::Arg) -> String {
    let help = argument.get_long_help().or_else(|| argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let stated = help
        .split_once("[default: ")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(default, _)| default.split_whitespace().collect::<Vec<_>>().join(" "));
    let values = argument.get_default_values().first();
    let parsed = values.map(|value| value.to_string_lossy().into_owned());
    let switch = (!argument.get_action().takes_values()).then(|| "false".to_owned());
    stated
        .or(parsed)
        .or(switch)
        .unwrap_or_else(|| "-".to_owned())
}

/// What is no option of a run.
const UNSHOWN: [&str; 5] = ["help", "version", "origin", "dry-run", "config"];
