//! The program: which subcommand is asked for, and how its result ends the process.

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::command_error::CommandError;
use super::commands::saved::places::matrix;
use super::commands::saved::{baseline, chart, compare, merge, push, recover, report, trend, view};
use super::commands::serve::options::ServeOptions;
use super::commands::{advise, doctor, endpoints, operations, run, serve, shell};
#[cfg(feature = "simulate")]
use super::commands::{emulate, selftest};
use super::console::clap_error::of_clap;
use super::console::diagnostics::{one_line, say, warn};
use super::console::signals::survive_file_limit;
use super::exit_code::{self, Exit};
use super::options::command_line::configured::{self, Configured, Unreadable};
use super::options::command_line::{completion, short_help};
use super::options::run::RunOptions;
use crate::credentials::hardening;

/// Measures AWS STS endpoints: global against regional, cold and warm, with freshly signed calls.
#[derive(Debug, Parser)]
#[command(
    name = "stsbench",
    version,
    after_help = exit_code::help(),
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures, then writes and prints the report.
    Run(Box<RunOptions>),
    /// Measures on a schedule, and serves metrics and the last report over HTTP.
    Serve(Box<ServeOptions>),
    /// Measures how exact this program is on this host, and certifies it.
    #[cfg(feature = "simulate")]
    Selftest(selftest::SelftestOptions),
    /// Examines whether this environment is ready for a run, and says what to do.
    Doctor(doctor::DoctorOptions),
    /// Says whether to set AWS_STS_REGIONAL_ENDPOINTS here: what each SDK calls now, and what that costs.
    Advise(advise::AdviseOptions),
    /// Renders saved runs again, in any format.
    Report(report::ReportOptions),
    /// Shows a bundle from somebody else, after checking its files against its manifest.
    View(Box<view::ViewOptions>),
    /// Draws one picture of saved runs, exactly as asked for.
    Chart(Box<chart::ChartCommand>),
    /// Merges several runs of the same plan into one run with several windows.
    Merge(merge::MergeOptions),
    /// Judges one run against another, or against those before it.
    Compare(compare::CompareOptions),
    /// Shows runs of one vantage over time: every p50, and what changed when.
    Trend(trend::TrendOptions),
    /// Shows runs of several vantage points side by side.
    Matrix(matrix::MatrixOptions),
    /// Puts saved runs into a store, from which matrix, trend and compare read.
    Push(push::PushOptions),
    /// Names a run to compare with, accepts that an endpoint has become slower, or lists both.
    Baseline(baseline::BaselineOptions),
    /// Rebuilds a run from the journal of one that was cut off.
    Recover(recover::RecoverOptions),
    /// Lists the STS endpoints of every partition and Region.
    Endpoints(endpoints::EndpointsOptions),
    /// Lists the operations of STS: parameters, permission, quota, audit event, durations.
    Operations(operations::OperationsOptions),
    /// Serves a simulated STS fleet on this machine, for any client.
    #[cfg(feature = "simulate")]
    Emulate(emulate::EmulateOptions),
    /// Shows the options of a run and where they come from.
    Config(shell::config::ConfigOptions),
    /// Prints a shell's completion script.
    Completions(shell::CompletionsOptions),
    /// Prints the manual: this program's page and one for each command.
    Man(shell::ManOptions),
}

/// Carries out the command line and returns how the process ends.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    hardening::quiet_panics();
    // Before anything is read: the environment of any subcommand can hold keys.
    if let Err(error) = hardening::forbid_dumps() {
        warn(&format!(
            "{error}; a crash could leave secrets in a core file"
        ));
    }
    if let Err(error) = survive_file_limit() {
        warn(&format!(
            "a file that reaches the limit on file sizes would end this program: {error}"
        ));
    }
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(exit) = completion::answer(&arguments, command) {
        return exit;
    }
    let command = if arguments.iter().any(|word| word == "-h") {
        short_help::without_subjects(command())
    } else {
        command()
    };
    let read = match configured::read(&command, &arguments) {
        Ok(read) => read,
        Err(Unreadable::Words(error)) => return of_clap(&error, &command, &arguments),
        Err(Unreadable::Place(error)) => {
            say(&format!("error: {}", one_line(&error)));
            return Exit::Usage;
        }
    };
    let cli = match Cli::from_arg_matches(&read.matches) {
        Ok(cli) => cli,
        Err(error) => return of_clap(&error, &command, &arguments),
    };
    carry_out(cli, &command, &arguments, &read).unwrap_or_else(|error| {
        let text = error.to_string();
        let places = match error.exit {
            Exit::Usage => read.combined.places_of(&text),
            _ => String::new(),
        };
        say(&format!("error: {text}{}", one_line(&places)));
        error.exit
    })
}

fn carry_out(
    cli: Cli,
    command: &clap::Command,
    arguments: &[OsString],
    read: &Configured,
) -> Result<Exit, CommandError> {
    match cli.command {
        Command::Run(options) => {
            let options = options.with_untyped(read.combined.untyped());
            run::run(options, read.combined.notice().as_ref())
        }
        Command::Serve(options) => serve::serve(*options, command, arguments, read),
        #[cfg(feature = "simulate")]
        Command::Selftest(options) => selftest::selftest(&options),
        Command::Doctor(options) => doctor::doctor(&options.with_untyped(read.combined.untyped())),
        Command::Advise(options) => advise::advise(&options, &read.combined),
        Command::Report(options) => report::report(&options),
        Command::View(options) => view::view(&options),
        Command::Chart(options) => chart::chart(&options),
        Command::Merge(options) => merge::merge(&options),
        Command::Compare(options) => compare::compare(&options),
        Command::Trend(options) => trend::trend(&options),
        Command::Matrix(options) => matrix::matrix(&options),
        Command::Push(options) => push::push(&options),
        Command::Baseline(options) => baseline::baseline(&options),
        Command::Recover(options) => recover::recover(&options),
        Command::Endpoints(options) => endpoints::list(&options),
        Command::Operations(options) => operations::list(&options),
        #[cfg(feature = "simulate")]
        Command::Emulate(options) => emulate::serve(&options),
        Command::Config(options) => shell::config::config(&options, command, read),
        Command::Completions(options) => shell::completions(&options),
        Command::Man(options) => shell::manual(&options, command),
    }
}

/// The command line as clap reads it, with what help and completions add to it.
pub(crate) fn command() -> clap::Command {
    completion::with_values(short_help::shortened(Cli::command()))
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    #[test]
    fn a_number_below_zero_is_a_value_everywhere_and_no_unknown_option() {
        const NUMBERS: [&str; 9] = [
            "N",
            "PX",
            "FACTOR",
            "PERCENTILE",
            "TIME",
            "SHARE",
            "BITS",
            "PORT",
            "ORDER",
        ];
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            for option in command.get_arguments() {
                let name = option.get_value_names().and_then(|names| names.first());
                let is_number = name.is_some_and(|name| NUMBERS.contains(&name.as_str()));
                let is_taken = option.is_allow_hyphen_values_set();
                assert!(!is_number || is_taken, "{} {option}", command.get_name());
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn an_option_has_one_default() {
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            for option in command.get_arguments() {
                let help = option.get_long_help().or_else(|| option.get_help());
                let help = help.map(ToString::to_string).unwrap_or_default();
                let defaults = help.matches("[default:").count();
                assert!(defaults <= 1, "{} {option}: {help}", command.get_name());
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn help_is_a_word_too() {
        let kind = |words: &[&str]| {
            Cli::try_parse_from(words)
                .map(drop)
                .map_err(|error| error.kind())
        };
        assert_eq!(kind(&["stsbench", "help"]), Err(ErrorKind::DisplayHelp));
        assert_eq!(
            kind(&["stsbench", "help", "run"]),
            Err(ErrorKind::DisplayHelp)
        );
        assert_eq!(
            kind(&["stsbench", "help", "nonsense"]),
            Err(ErrorKind::InvalidSubcommand)
        );
    }
}
