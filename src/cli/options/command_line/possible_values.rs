//! Options whose values are words of a fixed list, each with its list.

use crate::cli::options::pictures::report_charts::report_chart_names;
use crate::plan::{ConnectionMode, Level, Preset};
use crate::report::chart::ChartKind;
use crate::report::words::language::Language;
use crate::report::{RowOrder, ScreenColumnName, ScreenStatistic};
use sts_model::{CLIENTS, Operation};

/// The words that an option can have, and whether several stand in one value, with commas between them.
pub(super) struct Words {
    pub(super) all: Vec<String>,
    pub(super) is_list: bool,
}

impl Words {
    /// The words of `argument`; `None` where its values are no words, or clap knows them.
    pub(super) fn of(argument: &clap::Arg) -> Option<Self> {
        if !argument.get_possible_values().is_empty() {
            return None;
        }
        let is_switch = argument
            .get_value_names()
            .is_some_and(|names| names.iter().any(|name| name == "on|off"));
        if is_switch {
            return Some(Self::one(["on", "off"].map(str::to_owned)));
        }
        Some(match argument.get_id().as_str() {
            "operation" => Self::one(operations()),
            "operations" => Self::several(operations()),
            "connection" => Self::one(ConnectionMode::ALL.map(|it| it.as_str().to_owned())),
            "connections" => Self::several(ConnectionMode::ALL.map(|it| it.as_str().to_owned())),
            "preset" => Self::one(Preset::ALL.map(|it| it.as_str().to_owned())),
            "kind" => Self::one(ChartKind::all().map(|kind| kind.name.to_owned())),
            "charts" => Self::several(report_chart_names().into_iter().map(str::to_owned)),
            "language" => Self::one(Language::ALL.map(|it| it.code().to_owned())),
            "percentile" => Self::one(Level::ALL.map(|it| it.to_string().replace('p', ""))),
            "percentiles" => Self::several(ScreenStatistic::names()),
            "columns" => Self::several(ScreenColumnName::names()),
            "sort" => Self::one(RowOrder::names()),
            "client" => Self::one(CLIENTS.iter().map(|client| client.id.to_owned())),
            #[cfg(feature = "simulate")]
            "link" => Self::one(sts_emulator::Link::ALL.map(|it| it.name().to_owned())),
            _ => return None,
        })
    }

    fn one(words: impl IntoIterator<Item = String>) -> Self {
        Self {
            all: words.into_iter().collect(),
            is_list: false,
        }
    }

    fn several(words: impl IntoIterator<Item = String>) -> Self {
        Self {
            is_list: true,
            ..Self::one(words)
        }
    }
}

/// As the AWS CLI has them and, after these, as the API has them.
fn operations() -> impl Iterator<Item = String> {
    let by_cli = Operation::ALL.map(Operation::cli_name);
    let by_api = Operation::ALL.map(Operation::api_name);
    by_cli.into_iter().chain(by_api).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::cli::program::command;

    use super::*;

    /// Every argument of the command and of those below it, with the words that lead to it.
    fn arguments(command: &clap::Command, path: &[String]) -> Vec<(Vec<String>, clap::Arg)> {
        let own = command
            .get_arguments()
            .map(|argument| (path.to_vec(), argument.clone()));
        let below = command.get_subcommands().flat_map(|below| {
            let mut path = path.to_vec();
            path.push(below.get_name().to_owned());
            arguments(below, &path)
        });
        own.chain(below).collect()
    }

    /// The words that a refusal says are allowed, if they are words.
    fn allowed(refusal: &str) -> Vec<String> {
        let Some((_, list)) = refusal.split_once("allowed: ") else {
            return Vec::new();
        };
        let list = list.lines().next().unwrap_or_default();
        let words: Vec<String> = list
            .split(", ")
            .map(|word| word.trim().to_owned())
            .collect();
        let is_words = words.len() > 1 && words.iter().all(|word| !word.contains(' '));
        if is_words { words } else { Vec::new() }
    }

    #[test]
    fn every_option_that_says_which_words_it_allows_completes_them() {
        let mut seen = 0;
        for (path, argument) in arguments(&command(), &[]) {
            let Some(long) = argument.get_long() else {
                continue;
            };
            if !argument.get_action().takes_values() {
                continue;
            }
            let typed = ["stsbench".to_owned()].into_iter().chain(path.clone());
            let typed = typed.chain([format!("--{long}=\u{1}nonsense")]);
            let Err(refusal) = command().try_get_matches_from(typed) else {
                continue;
            };
            let known = Words::of(&argument).map(|words| words.all);
            for word in allowed(&refusal.to_string()) {
                seen += 1;
                let is_format = matches!(long, "format" | "export");
                assert!(
                    is_format || known.as_ref().is_some_and(|known| known.contains(&word)),
                    "{path:?} --{long} does not complete {word}: {refusal}"
                );
            }
        }
        assert!(seen > 100, "{seen}");
    }
}
