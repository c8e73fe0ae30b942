//! The program: which subcommand is asked for, and how its result ends the process.

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};

use super::commands::{
    baseline, compare, doctor, endpoints, merge, operations, recover, report, run, shell,
};
#[cfg(feature = "simulate")]
use super::commands::{emulate, selftest};
use super::console::clap_error::of_clap;
use super::console::diagnostics::{say, warn};
use super::console::signals::survive_file_limit;
use super::exit_code::{self, Exit};
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
    /// Measures how exact this program is on this host, and certifies it.
    #[cfg(feature = "simulate")]
    Selftest(selftest::SelftestOptions),
    /// Examines whether this environment is ready for a run, and says what to do.
    Doctor(doctor::DoctorOptions),
    /// Renders saved runs again, in any format.
    Report(report::ReportOptions),
    /// Makes several runs of one plan one run: other hours, other parts.
    Merge(merge::MergeOptions),
    /// Judges one run against another, or against those before it.
    Compare(compare::CompareOptions),
    /// Accepts that an endpoint has become slower than its history, or lists what was accepted.
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
    /// Prints a shell's completion script.
    Completions(shell::CompletionsOptions),
    /// Prints the manual: this program's page and one for each command.
    Man,
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
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return of_clap(&error, &Cli::command(), &arguments),
    };
    let result = match cli.command {
        Command::Run(options) => run::run(*options),
        #[cfg(feature = "simulate")]
        Command::Selftest(options) => selftest::selftest(&options),
        Command::Doctor(options) => doctor::doctor(&options),
        Command::Report(options) => report::report(&options),
        Command::Merge(options) => merge::merge(&options),
        Command::Compare(options) => compare::compare(&options),
        Command::Baseline(options) => baseline::baseline(&options),
        Command::Recover(options) => recover::recover(&options),
        Command::Endpoints(options) => endpoints::list(&options),
        Command::Operations(options) => operations::list(&options),
        #[cfg(feature = "simulate")]
        Command::Emulate(options) => emulate::serve(&options),
        Command::Completions(options) => shell::completions(&options, Cli::command()),
        Command::Man => shell::manual(Cli::command()),
    };
    result.unwrap_or_else(|error| {
        say(&format!("error: {error}"));
        error.exit
    })
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

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
