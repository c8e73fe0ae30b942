//! Completion of words: the shell's script asks this program, which knows Regions, operations, formats, profiles and runs.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use clap_complete::env::{CompleteEnv, Shells};

use super::runs::saved_runs;
use super::words::Words;

use crate::cli::console::diagnostics::{one_line, say};
use crate::cli::exit_code::Exit;
use crate::cli::options::layers::profile_names;
use crate::cli::text_file;
use crate::report::{ComparisonFormat, Format};
use crate::results::Baselines;
use sts_model::{Activation, REGIONS};

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
    let text = String::from_utf8(script).ok()?;
    let text = match shell {
        "zsh" => for_zsh(&text),
        "bash" => for_bash(&text),
        _ => text,
    };
    Some(text.into_bytes())
}

/// The library's script for bash, which takes words as bash divides them: at `=` and `:` too (`COMP_WORDBREAKS`), so that
/// `near:2` would be three. Here what stands together in the line is one word, and of each candidate bash gets what follows
/// the part that it does not replace.
fn for_bash(script: &str) -> String {
    script
        .replace("=${COMP_CWORD}\n", "\n")
        .replace(WORDS_OF_BASH, WORDS_OF_THE_LINE)
        .replace("    elif [[ $_CLAP_COMPLETE_SPACE", WITHOUT_THE_BEGINNING)
}

const WORDS_OF_BASH: &str = r#"    local words=("${COMP_WORDS[@]}")
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        words[COMP_CWORD]="$2"
    fi
"#;

const WORDS_OF_THE_LINE: &str = r#"    local words=() at=-1 i before
    local rest="${COMP_LINE:0:COMP_POINT}"
    for (( i = 0; i <= COMP_CWORD; i++ )); do
        before="${rest%%[![:blank:]]*}"
        rest="${rest#"$before"}"
        if (( i == 0 )) || [[ -n "$before" ]]; then
            (( ++at ))
        fi
        if (( i == COMP_CWORD )); then
            # A word that bash does not divide comes without its quotes.
            if [[ -n "$before" ]]; then
                words[at]="$2"
            else
                words[at]+="$rest"
            fi
        else
            words[at]+="${COMP_WORDS[i]}"
            rest="${rest#"${COMP_WORDS[i]}"}"
        fi
    done
    _CLAP_COMPLETE_INDEX=$at
    local kept=""
    if [[ "${words[at]}" == *[=:]* ]]; then
        kept="${words[at]%"$2"}"
    fi
"#;

const WITHOUT_THE_BEGINNING: &str = r#"    else
        COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    fi
    if [[ $_CLAP_COMPLETE_SPACE"#;

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
    let answered = CompleteEnv::with_factory(move || with_whole_lists(command()))
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

/// `command` with lists that are completed as a whole, so that no word of them is offered twice.
fn with_whole_lists(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .collect();
    let command = command.mut_args(|argument| match Words::of(&argument) {
        Some(words) if words.is_list => argument.value_delimiter(None),
        _ => argument,
    });
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, with_whole_lists)
    })
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
    if let Some(Words { all, is_list }) = Words::of(&argument) {
        let complete: Complete = if is_list { listed } else { beginning };
        let completer = move |typed: &OsStr| complete(typed, offered(typed, &all));
        return argument.add(ArgValueCompleter::new(completer));
    }
    let formats: Vec<String> = formats.iter().map(|&format| format.to_owned()).collect();
    let is_run = argument.get_value_names().is_some_and(|names| {
        names
            .iter()
            .any(|name| name.split('|').any(|part| part == "RUN"))
    });
    let completer = match argument.get_long() {
        Some("endpoints") => ArgValueCompleter::new(|typed: &OsStr| listed(typed, endpoints())),
        Some("simulate" | "region" | "from") => {
            ArgValueCompleter::new(|typed: &OsStr| beginning(typed, regions_and_cities()))
        }
        // Lists and comparisons have formats of their own, which clap knows.
        Some("format") if argument.get_possible_values().is_empty() => {
            ArgValueCompleter::new(move |typed: &OsStr| beginning(typed, formats.clone()))
        }
        Some("export") => ArgValueCompleter::new(move |typed: &OsStr| exports(typed, &formats)),
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

/// Words with a capital are other names of those without, and offered where a capital is typed.
fn offered(typed: &OsStr, words: &[String]) -> Vec<String> {
    let has_capital = |text: &str| text.starts_with(|first: char| first.is_ascii_uppercase());
    let typed = typed.to_string_lossy();
    let is_meant = has_capital(typed.rsplit(',').next().unwrap_or_default());
    let words = words.iter().filter(|word| is_meant || !has_capital(word));
    words.cloned().collect()
}

/// Completes what is typed to some of the words.
type Complete = fn(&OsStr, Vec<String>) -> Vec<CompletionCandidate>;

fn beginning(typed: &OsStr, words: Vec<String>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let words = words.into_iter().map(as_one_word);
    let fitting = words.filter(|word| word.starts_with(&*typed));
    fitting.map(CompletionCandidate::new).collect()
}

/// The same for the last item of a list between commas, without those that stand in it.
fn listed(typed: &OsStr, words: Vec<String>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let (before, last) = match typed.rfind(',') {
        Some(at) => typed.split_at(at + 1),
        None => ("", &*typed),
    };
    let is_new = |word: &String| before.split(',').all(|there| there.trim() != word);
    let fitting = words
        .into_iter()
        .filter(|word| word.starts_with(last) && is_new(word));
    fitting
        .map(|word| CompletionCandidate::new(format!("{before}{word}")))
        .collect()
}

/// A format with `=`, and after it the paths of files.
fn exports(typed: &OsStr, formats: &[String]) -> Vec<CompletionCandidate> {
    match typed.to_string_lossy().split_once('=') {
        Some((format, path)) => PathCompleter::any()
            .complete(OsStr::new(path))
            .into_iter()
            .map(|candidate| candidate.add_prefix(format!("{format}=")))
            .collect(),
        None => beginning(typed, formats.iter().map(|it| format!("{it}=")).collect()),
    }
}

/// A name with blanks, so that it stays one word: bash puts what it is given into the line as it is.
fn as_one_word(name: String) -> String {
    let is_bash = std::env::var_os(VARIABLE).is_some_and(|shell| shell == "bash");
    if is_bash {
        name.replace(' ', "\\ ")
    } else {
        name
    }
}

fn regions() -> Vec<String> {
    let known = REGIONS
        .iter()
        .filter(|region| region.activation != Activation::Announced);
    known.map(|region| region.name.to_owned()).collect()
}

fn endpoints() -> Vec<String> {
    let groups = ["global", "here", "near:2", "default", "opt-in", "all"];
    let groups = groups.map(str::to_owned).into_iter();
    groups.chain(regions_and_cities()).collect()
}

/// Regions by name, and by the city where that is typed.
fn regions_and_cities() -> Vec<String> {
    let cities = REGIONS
        .iter()
        .filter_map(|region| region.city)
        .map(|city| city.to_lowercase().replace(". ", "-").replace(' ', "-"));
    regions().into_iter().chain(cities).collect()
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
    fn what_stands_in_a_list_is_not_offered_again() {
        let found = words(&listed(OsStr::new("global,eu-west-1,glob"), endpoints()));
        assert!(found.is_empty(), "{found:?}");
        let all = || vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(words(&listed(OsStr::new("a,"), all())), ["a,b"]);
    }

    #[test]
    fn other_names_of_operations_are_offered_where_a_capital_is_typed() {
        let all = ["get-x".to_owned(), "GetX".to_owned()];
        assert_eq!(offered(OsStr::new(""), &all), ["get-x"]);
        assert_eq!(offered(OsStr::new("get-y,G"), &all), all);
    }

    #[test]
    fn files_are_completed_behind_the_format_of_an_export() {
        let formats = ["junit".to_owned(), "json".to_owned()];
        let found = words(&exports(OsStr::new("j"), &formats));
        assert_eq!(found, ["junit=", "json="]);
        let home = tempfile::tempdir().expect("a directory");
        std::fs::write(home.path().join("out.xml"), "").expect("written");
        let typed = format!("junit={}/o", home.path().display());
        let found = words(&exports(OsStr::new(&typed), &formats));
        assert_eq!(found, [format!("{typed}ut.xml")]);
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
