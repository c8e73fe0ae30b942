//! `stsbench config show`: every option of a run with its value, and where it comes from.

use std::fmt::Write as _;

use clap::FromArgMatches as _;
use clap::parser::ValueSource;
use sts_model::{SelectorError, without_secrets};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::one_line;
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::command_line::configured::Configured;
use crate::cli::options::draft::draft;
use crate::cli::options::layers::{Combined, PROFILE_VARIABLE, plan_file};
use crate::cli::options::run::RunOptions;
use crate::cli::stores::StorePlace;
use crate::credentials::variable;
use crate::place::{MetadataUse, PlaceSearch};
use crate::session::Asked;

use super::masked;

/// `stsbench config`.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigOptions {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What is done with the configuration.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigCommand {
    /// Prints the options that `stsbench run` would use here with the same arguments.
    Show(Box<ShowOptions>),
}

/// `stsbench config show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowOptions {
    /// Shows where each option comes from, and what is not used
    #[arg(long)]
    pub(crate) origin: bool,
    /// Prints an object in JSON, with origins; --format is the run's
    #[arg(long)]
    pub(crate) json: bool,
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

/// An option with its value and where that comes from.
#[derive(Debug, serde::Serialize)]
struct Shown {
    option: String,
    /// `None` where nothing says it.
    value: Option<String>,
    origin: String,
}

/// A value that is not used.
#[derive(Debug, serde::Serialize)]
struct NotUsed {
    option: String,
    value: String,
    origin: String,
    /// The option that takes its place, or beside which it makes no sense.
    because_of: String,
}

/// Everything that is shown.
#[derive(Debug, serde::Serialize)]
struct Configuration {
    file: Option<String>,
    options: Vec<Shown>,
    not_used: Vec<NotUsed>,
    /// Why `stsbench run` would refuse them.
    refused: Option<String>,
}

/// `given` are the words of `show`, in which those of other places stand too.
fn show(
    options: &ShowOptions,
    show: &clap::Command,
    given: &clap::ArgMatches,
    combined: &Combined,
) -> Result<Exit, CommandError> {
    let idle = combined.untyped().idle(&options.run.output);
    let beside = |option: &str| idle.iter().find(|it| it.option == option);
    let mut shown = Vec::new();
    for argument in show.get_arguments() {
        let Some(option) = argument.get_long().filter(|long| !UNSHOWN.contains(long)) else {
            continue;
        };
        let id = argument.get_id().as_str();
        let typed = given.value_source(id) == Some(ValueSource::CommandLine);
        let mut used = combined.used.iter();
        let entry = used.find(|entry| entry.option == option && beside(option).is_none());
        let by_default = || (default_of(argument), "default".to_owned());
        let (value, origin) = match entry {
            Some(entry) => (Some(masked::entry(entry)), entry.origin.to_string()),
            None if beside(option).is_some() => by_default(),
            None if typed => (
                Some(typed_value(given, option, id)),
                "command line".to_owned(),
            ),
            None => of_this_place(option, &options.run, combined).unwrap_or_else(by_default),
        };
        shown.push(Shown {
            option: option.to_owned(),
            value,
            origin,
        });
    }
    let idle_entries = combined.used.iter().filter_map(|entry| {
        let because_of = beside(&entry.option)?.because_of;
        Some((entry, because_of))
    });
    let unused = combined.unused.iter();
    let unused = unused.map(|unused| (&unused.entry, unused.because_of.as_str()));
    let not_used = unused
        .chain(idle_entries)
        .map(|(entry, because_of)| NotUsed {
            option: entry.option.clone(),
            value: masked::entry(entry),
            origin: entry.origin.to_string(),
            because_of: because_of.to_owned(),
        });
    let configuration = Configuration {
        file: combined.file.as_ref().map(|it| it.display().to_string()),
        options: shown,
        not_used: not_used.collect(),
        refused: refusal(given, combined),
    };
    let text = if options.json {
        serde_json::to_string_pretty(&configuration).or_exit(Exit::Unexpected)? + "\n"
    } else {
        configuration.text(options.origin)
    };
    print(text.as_bytes())
}

impl Configuration {
    /// One line for each option, with its origin where that is asked for.
    fn text(&self, with_origin: bool) -> String {
        let mut text = match &self.file {
            Some(file) => format!("# {file}\n"),
            None => "# no configuration file\n".to_owned(),
        };
        for Shown {
            option,
            value,
            origin,
        } in &self.options
        {
            let value = one_line(value.as_deref().unwrap_or("-"));
            let line = if with_origin {
                format!("{option:<24} {value:<36} {origin}")
            } else {
                format!("{option:<24} {value}")
            };
            writeln!(text, "{}", line.trim_end()).expect("a string takes any text");
        }
        for unused in self.not_used.iter().filter(|_| with_origin) {
            let why = if unused.because_of == unused.option {
                "is given in a nearer place".to_owned()
            } else {
                format!("makes no sense beside {}", unused.because_of)
            };
            let value = one_line(&unused.value);
            let (option, origin) = (&unused.option, &unused.origin);
            writeln!(text, "# not used: {option} {value} of {origin}: it {why}")
                .expect("a string takes any text");
        }
        if let Some(refused) = &self.refused {
            writeln!(text, "# refused by stsbench run: {refused}")
                .expect("a string takes any text");
        }
        text
    }
}

/// Why a run with these options would be refused, in its own words; `None` where it would not be, as far as that shows without
/// asking anybody.
fn refusal(given: &clap::ArgMatches, combined: &Combined) -> Option<String> {
    let mut options = RunOptions::from_arg_matches(given).ok()?;
    options.configuration.untyped = combined.untyped();
    combined.untyped().settle(&mut options.output);
    let error = accept(&mut options).err()?;
    // The metadata service may know the Region, and is not asked here.
    if let Some(SelectorError::NoRegion { .. }) = error.error.downcast_ref() {
        return None;
    }
    Some(one_line(&without_secrets(&format!("{:#}", error.error))))
}

fn accept(options: &mut RunOptions) -> Result<(), CommandError> {
    if let Some(path) = options.targets.plan.clone() {
        plan_file::fill(&path, options).or_exit(Exit::Usage)?;
    }
    let place = place_search(options).find().or_exit(Exit::Usage)?;
    Asked::new(draft(options, place.region.as_ref())?)?;
    StorePlace::of(&options.store).map(drop)
}

/// The search for the place of such a run, which asks no service.
fn place_search(options: &RunOptions) -> PlaceSearch {
    PlaceSearch {
        profile: options.caller.profile.clone(),
        region: options.caller.region.clone(),
        simulated: options.targets.simulate.clone(),
        metadata: MetadataUse::NotAsked,
        ..PlaceSearch::default()
    }
}

/// What an option is that neither was typed nor stands among those of a run, where something else here says it. Services are
/// not asked.
fn of_this_place(
    option: &str,
    options: &RunOptions,
    combined: &Combined,
) -> Option<(Option<String>, String)> {
    let search = place_search(options);
    let (value, origin) = match option {
        "config-profile" => (combined.profile.clone(), PROFILE_VARIABLE.to_owned()),
        "region" => {
            let region = search.find().ok()?.region;
            let (name, source) = region.map(|it| (it.name, it.source.to_string())).unzip();
            (name, source.unwrap_or_default())
        }
        "vantage" => {
            let vantage = search.find().ok()?.vantage;
            (Some(vantage.text), vantage.source.to_string())
        }
        "store-ca-file" => (variable("AWS_CA_BUNDLE"), "AWS_CA_BUNDLE".to_owned()),
        _ => return None,
    };
    Some(match value {
        Some(value) => (Some(value), origin),
        None => (None, "default".to_owned()),
    })
}

fn typed_value(given: &clap::ArgMatches, option: &str, id: &str) -> String {
    let values = given.get_raw(id).into_iter().flatten();
    let values: Vec<_> = values
        .map(|value| masked::value(option, &value.to_string_lossy()))
        .collect();
    if values.is_empty() {
        "true".to_owned()
    } else {
        values.join(", ")
    }
}

/// What the help says of the default: the text between `[default: ` and `]`. `None` where it says nothing.
fn default_of(argument: &clap::Arg) -> Option<String> {
    let help = argument.get_long_help().or_else(|| argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let stated = help
        .split_once("[default: ")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(default, _)| default.split_whitespace().collect::<Vec<_>>().join(" "));
    let values = argument.get_default_values().first();
    let parsed = values.map(|value| value.to_string_lossy().into_owned());
    let switch = (!argument.get_action().takes_values()).then(|| "false".to_owned());
    stated.or(parsed).or(switch)
}

/// What is no option of a run.
const UNSHOWN: [&str; 6] = ["help", "version", "origin", "json", "dry-run", "config"];
