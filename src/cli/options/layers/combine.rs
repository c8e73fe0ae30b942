//! All places together: the words of the command line that they come to, and what of them is not used.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::config_file::{self, ConfigChoice};
use super::layer::{LayerEntry, Origin};
use super::untyped::Untyped;
use super::{environment, excluded, preset};
use crate::cli::options::layers::plan_file;
use crate::plan::Preset;
use crate::session::SessionNotice;

/// The options of a run from every place.
#[derive(Debug, Default)]
pub(crate) struct Combined {
    /// Words for the command line, to be put behind the command's name.
    pub(crate) words: Vec<String>,
    /// What is used, of each place in turn.
    pub(crate) used: Vec<LayerEntry>,
    /// What is not used.
    pub(crate) unused: Vec<Unused>,
    /// The configuration file.
    pub(crate) file: Option<PathBuf>,
    /// Its profile.
    pub(crate) profile: Option<String>,
    /// What the user should know.
    pub(crate) remarks: Vec<String>,
}

/// A value that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unused {
    /// The value.
    pub(crate) entry: LayerEntry,
    /// The option of a nearer place that takes its place; its own name when that is given anew.
    pub(crate) because_of: String,
}

/// The variable that names the profile of the configuration file.
pub(crate) const PROFILE_VARIABLE: &str = "STSBENCH_CONFIG_PROFILE";

/// What surrounds the program.
pub(crate) struct ConfigSurroundings {
    /// The environment's variables.
    pub(crate) variables: Vec<(OsString, OsString)>,
    /// The working directory.
    pub(crate) directory: Option<PathBuf>,
    /// The user's home.
    pub(crate) home: Option<PathBuf>,
}

impl ConfigSurroundings {
    /// Those of this process.
    pub(crate) fn of_this_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            directory: std::env::current_dir().ok(),
            home: std::env::var_os("HOME").map(PathBuf::from),
        }
    }

    fn variable(&self, name: &str) -> Option<&str> {
        let (_, value) = self.variables.iter().find(|(key, _)| key == name)?;
        value.to_str().filter(|value| !value.is_empty())
    }
}

/// Puts the places together for the command `run`, whose own words were read as `given`.
///
/// # Errors
/// One line that names the place and what is wrong there.
pub(crate) fn combine(
    run: &clap::Command,
    given: &ArgMatches,
    surroundings: &ConfigSurroundings,
) -> Result<Combined, String> {
    let mut combined = Combined::default();
    let (from_environment, remarks) = environment::read(run, &surroundings.variables)?;
    combined.remarks.extend(remarks);
    let mut nearer = on_the_command_line(run, given);
    combined.add(from_environment, &mut nearer);
    let settings = combined.configuration(run, given, surroundings)?;
    let plan = combined.value("plan", run, given, &settings);
    combined.add(planned(plan.as_deref()), &mut nearer);
    let chosen = combined.value("preset", run, given, &settings);
    let simulated = nearer.iter().any(|option| option == "simulate")
        || settings
            .iter()
            .flatten()
            .any(|entry| entry.option == "simulate" && !entry.words.is_empty());
    for layer in settings {
        combined.add(layer, &mut nearer);
    }
    if let Some(preset) = chosen.as_deref().and_then(Preset::named) {
        let options = preset::options(preset, simulated).into_iter();
        let entries = options
            .map(|(option, value)| LayerEntry::new(run, option, &[value], Origin::Preset(preset)));
        combined.add(entries.collect::<Result<_, _>>()?, &mut nearer);
    }
    combined.words = combined
        .used
        .iter()
        .flat_map(|entry| entry.words.clone())
        .collect();
    Ok(combined)
}

impl Combined {
    /// Leaves out every option but these.
    pub(crate) fn keep(&mut self, options: &[&str]) {
        self.used
            .retain(|entry| options.contains(&entry.option.as_str()));
        self.words = self.used.iter().flat_map(|it| it.words.clone()).collect();
    }

    /// Which file counted, for the user and the run.
    pub(crate) fn notice(&self) -> Option<SessionNotice> {
        let file = self.file.clone()?;
        Some(SessionNotice::Configured {
            file,
            profile: self.profile.clone(),
        })
    }

    /// The options that were not typed.
    pub(crate) fn untyped(&self) -> Untyped {
        Untyped::new(self.used.iter().map(|entry| entry.option.clone()))
    }

    /// Where those options stand that `message` names and that were not typed: `; --rounds is of stsbench.toml line 2`.
    pub(crate) fn places_of(&self, message: &str) -> String {
        let mut places = String::new();
        for entry in &self.used {
            let option = format!("--{}", entry.option);
            let is_whole = |(at, _): (usize, &str)| {
                let behind = message[at + option.len()..].chars().next();
                !behind.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            };
            if message.match_indices(&option).any(is_whole) {
                places += &format!("; {option} is of {}", entry.origin);
            }
        }
        places
    }

    /// Where the value of that option is from, if it was not typed.
    pub(crate) fn origin_of(&self, option: &str) -> Option<String> {
        let entry = self.used.iter().find(|entry| entry.option == option)?;
        Some(entry.origin.to_string())
    }

    /// That a value of another place leaves a preset fewer rounds than it is made of.
    pub(crate) fn fewer_rounds(&self) -> Option<String> {
        let of_preset = self.unused.iter().find(|unused| {
            unused.entry.option == "rounds" && matches!(unused.entry.origin, Origin::Preset(_))
        })?;
        let used = self.used.iter().find(|entry| entry.option == "rounds")?;
        let number = |entry: &LayerEntry| entry.shown.replace(',', "").parse::<u64>().ok();
        let (wanted, given) = (number(&of_preset.entry)?, number(used)?);
        (given < wanted).then(|| {
            format!(
                "rounds = {given} of {} overrides the {wanted} rounds of {}, which are as many as its percentiles need; --rounds {wanted} gives them",
                used.origin, of_preset.entry.origin
            )
        })
    }

    /// Adds a place that is farther than those before it.
    fn add(&mut self, layer: Vec<LayerEntry>, nearer: &mut Vec<String>) {
        let before = nearer.clone();
        for entry in layer {
            let given = before.contains(&entry.option);
            let because_of = if given {
                Some(entry.option.clone())
            } else {
                excluded::by(&entry.option, &before).map(str::to_owned)
            };
            match because_of {
                Some(because_of) => self.unused.push(Unused { entry, because_of }),
                None => {
                    nearer.push(entry.option.clone());
                    self.used.push(entry);
                }
            }
        }
    }

    /// The layers of the configuration file: its profile's and its general options.
    fn configuration(
        &mut self,
        run: &clap::Command,
        given: &ArgMatches,
        surroundings: &ConfigSurroundings,
    ) -> Result<[Vec<LayerEntry>; 2], String> {
        let text = |id: &str| given.try_get_one::<String>(id).ok().flatten().cloned();
        let path = given
            .try_get_one::<PathBuf>("config")
            .ok()
            .flatten()
            .cloned();
        let named = path.or_else(|| surroundings.variable("STSBENCH_CONFIG").map(PathBuf::from));
        let profile = text("config_profile")
            .or_else(|| surroundings.variable(PROFILE_VARIABLE).map(str::to_owned));
        let unsought = given.try_get_one::<bool>("no_config").ok().flatten() == Some(&true);
        let chosen = match named {
            _ if unsought => None,
            Some(path) => Some(ConfigChoice::Named(path)),
            None => self.found(surroundings).map(ConfigChoice::Found),
        };
        let Some(chosen) = chosen else {
            return match profile {
                Some(profile) => Err(format!(
                    "--config-profile {profile}: there is no {}; --config FILE names one",
                    config_file::FILE_NAME
                )),
                None => Ok([Vec::new(), Vec::new()]),
            };
        };
        let directory = surroundings.directory.as_deref();
        let shown = shortest(chosen.path(), directory.unwrap_or(Path::new("/")));
        let settings = config_file::read(run, &chosen, &shown, profile.as_deref())?;
        self.file = Some(shown);
        self.profile = profile;
        Ok([settings.of_profile, settings.general])
    }

    /// The file that is found, if it can be trusted.
    fn found(&mut self, surroundings: &ConfigSurroundings) -> Option<PathBuf> {
        let directory = surroundings.directory.as_deref()?;
        let path = config_file::find(directory, surroundings.home.as_deref())?;
        let Some(why) = config_file::distrusted(&path) else {
            return Some(path);
        };
        self.remarks.push(format!(
            "{} is not used: {why}; --config names it on purpose",
            path.display()
        ));
        None
    }

    /// The value of an option that decides over further places: on the command line, in the environment, in the file.
    fn value(
        &self,
        option: &str,
        run: &clap::Command,
        given: &ArgMatches,
        settings: &[Vec<LayerEntry>],
    ) -> Option<String> {
        let id = run
            .get_arguments()
            .find(|argument| argument.get_long() == Some(option))?
            .get_id()
            .as_str();
        let raw = given.try_get_raw(id).ok().flatten();
        let raw = raw.and_then(|mut values| values.next());
        let entries = self.used.iter().chain(settings.iter().flatten());
        let mut entries = entries.filter(|entry| entry.option == option);
        match raw {
            Some(raw) => raw.to_str().map(str::to_owned),
            None => entries.next().map(|entry| entry.shown.clone()),
        }
    }
}

/// The long names of the options that were typed.
fn on_the_command_line(run: &clap::Command, given: &ArgMatches) -> Vec<String> {
    let is_typed = |id: &str| {
        // The command whose words these are need not have every option of a run.
        matches!(given.try_contains_id(id), Ok(true))
            && given.value_source(id) == Some(ValueSource::CommandLine)
    };
    run.get_arguments()
        .filter(|argument| is_typed(argument.get_id().as_str()))
        .filter_map(clap::Arg::get_long)
        .map(str::to_owned)
        .collect()
}

/// The options of the plan file, which are read when the others are known: here their names count.
fn planned(path: Option<&str>) -> Vec<LayerEntry> {
    let Some(path) = path.map(Path::new) else {
        return Vec::new();
    };
    let names: BTreeSet<String> = plan_file::names(path).into_iter().collect();
    names
        .into_iter()
        .map(|option| LayerEntry {
            option,
            words: Vec::new(),
            shown: "as in the file".to_owned(),
            origin: Origin::PlanFile(path.to_owned()),
        })
        .collect()
}

/// The path as seen from `directory`, where it stands there.
fn shortest(path: &Path, directory: &Path) -> PathBuf {
    path.strip_prefix(directory).unwrap_or(path).to_owned()
}

#[cfg(test)]
#[path = "combine_tests.rs"]
mod tests;
