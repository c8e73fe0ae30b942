//! What `stsbench serve` understands: the options of a run, but for those that make no sense in a server.

use std::net::SocketAddr;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use crate::cli::options::run::RunOptions;
use crate::cli::options::values::listen;

/// `stsbench serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    pub(crate) run: RunOptions,
    /// Address and port to serve on. Other machines can read what is served on an address that is not loopback
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:10778",
        value_parser = listen,
        help_heading = "Serving"
    )]
    pub(crate) listen: SocketAddr,
}

/// From one window to the next, unless `--every` says otherwise.
pub(crate) const EVERY: Duration = Duration::from_secs(15 * 60);

/// The options of a run that a server has too. What is not among them is refused, so that nothing is accepted and ignored.
const SERVED: [&str; 57] = [
    "preset",
    "config",
    "no-config",
    "config-profile",
    "yes",
    "simulate",
    "link",
    "emulator",
    "endpoints",
    "endpoint-url",
    "twin",
    "allow-host",
    "insecure-http",
    "yes-send-signed-requests-in-plaintext",
    "allow-region",
    "ca-file",
    "resolver",
    "address-family",
    "operations",
    "param",
    "connections",
    "plan",
    "rounds",
    "rate",
    "arrivals",
    "concurrency",
    "duration",
    "warmup-rounds",
    "blocks",
    "every",
    "connections-per-target",
    "rate-per-endpoint",
    "max-rate-per-endpoint",
    "max-requests",
    "timeout",
    "seed",
    "client",
    "clock",
    "spin",
    "gate",
    "margin",
    "confidence",
    "simultaneous",
    "profile",
    "credential-timeout",
    "region",
    "vantage",
    "require-vantage",
    "show-identity",
    "out",
    "store",
    "store-profile",
    "store-region",
    "store-endpoint",
    "store-ca-file",
    "store-insecure-http",
    "quiet",
];

fn is_served(option: &str) -> bool {
    SERVED.contains(&option) || option == "listen"
}

/// The command with the help of a server, which does not show what it refuses.
pub(crate) fn adapted(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|argument| {
        let refused = argument.get_long().is_some_and(|long| !is_served(long));
        argument.hide(refused)
    });
    command
        .mut_arg("every", |argument| argument.help(EVERY_HELP))
        .mut_arg("out", |argument| argument.help(OUT_HELP))
        .mut_arg("store", |argument| argument.help(STORE_HELP))
        .mut_arg("plan", |argument| argument.help(PLAN_HELP))
        .mut_arg("max_requests", |argument| argument.help(MAX_REQUESTS_HELP))
        .after_help(FEW_EXAMPLES)
        .after_long_help(EXAMPLES)
}

const EVERY_HELP: &str = "From the start of one window to the next, 1s to 30d [default: 15m]";
const OUT_HELP: &str = "Keeps each run in a directory of its own below DIR; old ones are never deleted [default: in memory]";
const STORE_HELP: &str = "Also stores each run: a directory, s3://BUCKET or s3://BUCKET/PREFIX. Nothing in a store is ever replaced. \
    A run that cannot be stored is counted as not kept; with --out `stsbench push` stores it later";
const PLAN_HELP: &str = "Reads what to call, when, and how to judge it from a TOML file, under the options' long names; the \
    command line wins. SIGHUP reads it again";
const MAX_REQUESTS_HELP: &str = "Most requests that one window may make [default: 100000]";

const FEW_EXAMPLES: &str = "\
Examples:
  stsbench serve --simulate --every 1m -e global,here         no account needed
Serves /metrics, /report, /-/healthy and /-/ready. --help has every option.";

const EXAMPLES: &str = "\
Examples:
  stsbench serve --simulate --every 1m -e global,here         no account needed
  stsbench serve --every 15m --preset quick                   near endpoints, four times an hour
  stsbench serve --plan plan.toml --out runs --listen 0.0.0.0:10778
Serves /metrics, /report, /-/healthy and /-/ready.";

/// The first option among `given` that a server refuses.
pub(crate) fn refused(command: &clap::Command, given: &ArgMatches) -> Option<String> {
    let mut long = command.get_arguments().filter_map(|argument| {
        let typed =
            given.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine);
        argument.get_long().filter(|_| typed)
    });
    long.find(|long| !is_served(long) && *long != "help")
        .map(str::to_owned)
}
