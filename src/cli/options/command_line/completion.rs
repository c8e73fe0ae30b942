//! Completion of words: the shell's script asks this program, which knows Regions, operations, formats, profiles and runs.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use clap_complete::env::{CompleteEnv, Shells};

use crate::cli::console::diagnostics::{one_line, say};
use crate::cli::exit_code::Exit;
use crate::cli::options::layers::profile_names;
use crate::cli::text_file;
use crate::plan::{ConnectionMode, Preset};
use crate::report::{ComparisonFormat, Format};
use crate::results::Baselines;
use sts_model::{Activation, Operation, REGIONS};

/// The variable that makes a call one for completions; its value is the shell.
const VARIABLE: &str = "STSBENCH_COMPLETE";

/// The script that a shell reads.
pub(crate) fn script(shell: &str) -> Option<Vec<u8>> {
    let shells = Shells::builtins();
    let completer = shells.completer(shell)?;
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "stsbench", "stsbench", "stsbench", &mut script)
        .ok()?;
    if shell == "zsh" {
        script = for_zsh(&String::from_utf8(script).ok()?).into_bytes();
    }
    Some(script)
}

/// The library's script for zsh, which leaves out two things. zsh drops candidates that do not begin with the typed word, such
/// as the path of a run whose id was typed, unless it is told that they fit (`-U`). And a file of `fpath` is read as the body
/// of the function that completes, at the first completion, which has to answer then too.
fn for_zsh(script: &str) -> String {
    let fitting = script.replace(
        "_describe -V 'values' other",
        "_describe -V 'values' other -U",
    );
    format!(
        "{}\n[[ ${{funcstack[1]}} != _stsbench ]] || _clap_dynamic_completer_stsbench \"$@\"\n",
        fitting.trim_end()
    )
}

/// Answers the shell's script, if it is what calls.
pub(crate) fn answer(arguments: &[OsString], command: fn() -> clap::Command) -> Option<Exit> {
    std::env::var_os(VARIABLE)?;
    let directory = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .try_complete(arguments.to_vec(), directory.as_deref());
    match answered {
        Ok(true) => Some(Exit::Success),
        Ok(false) => None,
        Err(error) => {
            say(&one_line(&error.to_string()));
            Some(Exit::Usage)
        }
    }
}

/// `command` with the values that its options can have.
pub(crate) fn with_values(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .collect();
    let formats = match command.get_name() {
        "compare" => ComparisonFormat::ALL.map(ComparisonFormat::as_str).to_vec(),
        _ => Format::ALL.map(Format::as_str).to_vec(),
    };
    let command = command.mut_args(|argument| valued(argument, &formats));
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, with_values)
    })
}

fn valued(argument: clap::Arg, formats: &[&'static str]) -> clap::Arg {
    let formats = |end: &'static str| {
        let names = formats.iter().map(|format| format!("{format}{end}"));
        let names: Vec<String> = names.collect();
        ArgValueCompleter::new(move |typed: &OsStr| beginning(typed, names.clone()))
    };
    let is_run = argument.get_value_names().is_some_and(|names| {
        names
            .iter()
            .any(|name| name.split('|').any(|part| part == "RUN"))
    });
    let completer = match argument.get_long() {
        Some("endpoints") => ArgValueCompleter::new(|typed: &OsStr| listed(typed, endpoints())),
        Some("simulate" | "region" | "from") => {
            ArgValueCompleter::new(|typed: &OsStr| beginning(typed, regions()))
        }
        Some("operations") => ArgValueCompleter::new(|typed: &OsStr| {
            beginning(
                typed,
                Operation::ALL.map(|it| it.cli_name().to_owned()).to_vec(),
            )
        }),
        Some("connections") => ArgValueCompleter::new(|typed: &OsStr| {
            beginning(
                typed,
                ConnectionMode::ALL
                    .map(|it| it.as_str().to_owned())
                    .to_vec(),
            )
        }),
        Some("preset") => ArgValueCompleter::new(|typed: &OsStr| {
            beginning(typed, Preset::ALL.map(|it| it.as_str().to_owned()).to_vec())
        }),
        // Lists and comparisons have formats of their own, which clap knows.
        Some("format") if argument.get_possible_values().is_empty() => formats(""),
        Some("export") => formats("="),
        Some("baseline") => ArgValueCompleter::new(|typed: &OsStr| beginning(typed, baselines())),
        Some("config-profile") => {
            ArgValueCompleter::new(|typed: &OsStr| beginning(typed, config_profiles()))
        }
        Some("profile") => ArgValueCompleter::new(|typed: &OsStr| beginning(typed, profiles())),
        None if is_run => ArgValueCompleter::new(|typed: &OsStr| saved_runs(typed)),
        _ => return argument,
    };
    argument.add(completer)
}

fn beginning(typed: &OsStr, words: Vec<String>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let fitting = words.into_iter().filter(|word| word.starts_with(&*typed));
    fitting.map(CompletionCandidate::new).collect()
}

/// The same for the last item of a list between commas.
fn listed(typed: &OsStr, words: Vec<String>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let (before, last) = match typed.rfind(',') {
        Some(at) => typed.split_at(at + 1),
        None => ("", &*typed),
    };
    let fitting = words.into_iter().filter(|word| word.starts_with(last));
    fitting
        .map(|word| CompletionCandidate::new(format!("{before}{word}")))
        .collect()
}

fn regions() -> Vec<String> {
    let known = REGIONS
        .iter()
        .filter(|region| region.activation != Activation::Announced);
    known.map(|region| region.name.to_owned()).collect()
}

fn endpoints() -> Vec<String> {
    let groups = ["global", "here", "near:2", "default", "opt-in", "all"];
    let cities = REGIONS
        .iter()
        .filter_map(|region| region.city)
        .map(|city| city.to_lowercase().replace(". ", "-").replace(' ', "-"));
    groups
        .map(str::to_owned)
        .into_iter()
        .chain(regions())
        .chain(cities)
        .collect()
}

/// The profiles of the configuration file that is found here.
fn config_profiles() -> Vec<String> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let directory = std::env::current_dir().unwrap_or_default();
    let named = std::env::var_os("STSBENCH_CONFIG").map(PathBuf::from);
    profile_names(named, &directory, home.as_deref())
}

/// The names of profiles in AWS's shared files. Nothing else of them is looked at.
fn profiles() -> Vec<String> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let file = |variable: &str, name: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .or_else(|| home.as_ref().map(|home| home.join(".aws").join(name)))
    };
    let files = [
        file("AWS_CONFIG_FILE", "config"),
        file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ];
    let mut names: Vec<String> = files
        .iter()
        .flatten()
        .filter_map(|path| text_file::read(path).ok())
        .flat_map(|text| sections(&text))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn sections(text: &str) -> Vec<String> {
    let headings = text.lines().filter_map(|line| {
        let name = line.trim().strip_prefix('[')?.split(']').next()?.trim();
        let (kind, rest) = name
            .split_once(char::is_whitespace)
            .unwrap_or(("profile", name));
        (kind == "profile").then(|| rest.trim().trim_matches('"').to_owned())
    });
    headings.filter(|name| !name.is_empty()).collect()
}

/// The names of runs below `reports`.
fn baselines() -> Vec<String> {
    let stored = Baselines::stored(Path::new("reports")).unwrap_or_default();
    stored.named.into_iter().map(|it| it.name).collect()
}

/// Runs below `reports`, and paths.
fn saved_runs(typed: &OsStr) -> Vec<CompletionCandidate> {
    let saved = std::fs::read_dir(Path::new("reports"))
        .into_iter()
        .flatten();
    let runs = saved
        .flatten()
        .filter(|entry| entry.path().join("run.json").is_file())
        .filter_map(|entry| entry.path().to_str().map(str::to_owned));
    let mut runs: Vec<String> = runs.collect();
    runs.sort_unstable();
    let by_id = typed.to_string_lossy();
    let mut candidates: Vec<CompletionCandidate> = runs
        .into_iter()
        .filter(|run| run.starts_with(&*by_id) || run["reports/".len()..].starts_with(&*by_id))
        .map(CompletionCandidate::new)
        .collect();
    if candidates.is_empty() {
        candidates = PathCompleter::any().complete(typed);
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(candidates: &[CompletionCandidate]) -> Vec<String> {
        candidates
            .iter()
            .map(|candidate| candidate.get_value().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn the_last_item_of_a_list_is_completed() {
        let found = words(&listed(OsStr::new("global,eu-central"), endpoints()));
        assert_eq!(found, ["global,eu-central-1", "global,eu-central-2"]);
        assert_eq!(
            words(&listed(OsStr::new("frankf"), endpoints())),
            ["frankfurt"]
        );
    }

    #[test]
    fn profiles_are_the_headings_of_shared_files() {
        let text =
            "[default]\nregion = x\n[profile a b]\n[sso-session s]\n[ profile \"c\" ]\n[plain]\n";
        assert_eq!(sections(text), ["default", "a b", "c", "plain"]);
    }

    #[test]
    fn profiles_of_a_configuration_file_are_its_tables() {
        let home = tempfile::tempdir().expect("a directory");
        let below = home.path().join("a/b");
        std::fs::create_dir_all(&below).expect("made");
        let text = "seed = 1\n[profile.nightly]\nseed = 2\n[profile.\"a b\"]\n";
        std::fs::write(home.path().join("stsbench.toml"), text).expect("written");
        let found = profile_names(None, &below, None);
        assert_eq!(found, ["a b", "nightly"]);
        let missing = Some(home.path().join("none.toml"));
        assert!(profile_names(missing, &below, None).is_empty());
    }

    #[test]
    fn every_shell_has_a_script_that_calls_this_program() {
        for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
            let script = String::from_utf8(script(shell).expect(shell)).expect("a text");
            assert!(
                script.contains(VARIABLE) && script.contains("stsbench"),
                "{shell}"
            );
        }
        assert!(script("tcsh").is_none());
    }
}
