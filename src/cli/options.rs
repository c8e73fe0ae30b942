//! What `stsbench run` understands, by subject. Names are a contract: scripts rely on them.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use crate::plan::{self, Arrivals, Client, Clock, ConnectionMode, Resolver};
use sts_emulator::Link;
use sts_model::Operation;

use super::judging::JudgingOptions;
use super::parameters::Given;

/// `stsbench run`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RunOptions {
    #[command(flatten)]
    pub(super) targets: TargetOptions,
    #[command(flatten)]
    pub(super) load: LoadOptions,
    #[command(flatten)]
    pub(super) judging: JudgingOptions,
    #[command(flatten)]
    pub(super) caller: CallerOptions,
    #[command(flatten)]
    pub(super) output: OutputOptions,
}

/// What is called.
#[derive(Debug, Args)]
#[command(next_help_heading = "Targets")]
pub(super) struct TargetOptions {
    /// Measures the embedded simulated fleet as seen from REGION, eu-central-1 when none is named; needs no account,
    /// touches no credentials
    #[arg(long, value_name = "REGION", num_args = 0..=1, default_missing_value = "eu-central-1", value_parser = NonEmptyStringValueParser::new())]
    pub(super) simulate: Option<String>,
    /// How the simulated distance is made: kernel delays every packet, TCP's handshake included, and needs Linux with
    /// CAP_NET_ADMIN or a user namespace; bytes delays what connections carry; undelayed nothing; auto is kernel if it
    /// can be, else bytes [default: auto]
    #[arg(long, value_name = "LINK", value_parser = link, requires = "simulate")]
    pub(super) link: Option<Link>,
    /// Comma list of global, default, opt-in, all, Region names and globs such as eu-*, aws-cn:*, fips:us-*,
    /// dualstack:*, and names given with --endpoint-url [default: global,default]
    #[arg(long, value_name = "SELECTOR", value_parser = NonEmptyStringValueParser::new())]
    pub(super) endpoints: Option<String>,
    /// Adds an endpoint by URL; repeatable. Hosts other than AWS's own and loopback need --allow-host
    #[arg(long, value_name = "NAME=URL", value_parser = NonEmptyStringValueParser::new())]
    pub(super) endpoint_url: Vec<String>,
    /// Calls one of the endpoints a second time as ENDPOINT-twin: whether the run tells the two apart shows what it makes
    /// of no difference
    #[arg(long, value_name = "ENDPOINT", value_parser = NonEmptyStringValueParser::new())]
    pub(super) twin: Option<String>,
    /// Admits a host that is not AWS's, typed in full; signed requests are sent there
    #[arg(long, value_name = "HOST", value_parser = NonEmptyStringValueParser::new())]
    pub(super) allow_host: Vec<String>,
    /// Admits a Region that is newer than this build's table
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub(super) allow_region: Vec<String>,
    /// Certificates (PEM) to trust besides the public roots, only for loopback addresses and hosts of
    /// --allow-host; with a --resolver on this machine also where that names a loopback address
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    pub(super) ca_file: Option<PathBuf>,
    /// DNS server that is asked for the addresses of endpoints, as IP or IP:PORT, and no other; system is the resolver that
    /// applications use. Who serves the global endpoint depends on it [default: system]
    #[arg(long, value_name = "IP[:PORT]", value_parser = resolver)]
    pub(super) resolver: Option<Resolver>,
    /// Comma list of operations by their AWS CLI names; `stsbench operations` lists them
    /// [default: get-caller-identity,get-session-token]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = operation)]
    pub(super) operations: Vec<Operation>,
    /// Gives an operation a parameter by its AWS CLI name; repeatable. A list's items stand between commas, tags are
    /// key=value; a secret is given as file:PATH or env:NAME
    #[arg(long, value_name = "OPERATION.PARAMETER=VALUE", value_parser = NonEmptyStringValueParser::new())]
    pub(super) param: Vec<String>,
    /// Those of the plan file.
    #[arg(skip)]
    pub(super) plan_parameters: Given,
    /// Comma list of cold (new connection, full handshake), warm (connection kept open) and resumed (new connection, TLS
    /// session continued); each kind is a population of its own [default: cold,warm]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = connection)]
    pub(super) connections: Vec<ConnectionMode>,
    /// Reads endpoints, operations, connections and load from a TOML file, under the options' long names; the command
    /// line wins
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    pub(super) plan: Option<PathBuf>,
}

/// When calls are made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Load")]
pub(super) struct LoadOptions {
    /// Audit: every target once a round, in fresh random order; rounded up to fill the blocks [default: 192, simulated 96]
    #[arg(long, value_name = "N", value_parser = whole(plan::ROUNDS), allow_hyphen_values = true)]
    pub(super) rounds: Option<u32>,
    /// Open load: N requests per second over all targets, on a schedule that does not wait for answers
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    pub(super) rate: Option<f64>,
    /// Open load: how arrivals are spaced [default: constant]
    #[arg(long, value_name = "LAW", value_enum)]
    pub(super) arrivals: Option<ArrivalsName>,
    /// Closed load: N calls under way, the next starts when one ends
    #[arg(long, value_name = "N", value_parser = whole(plan::CONCURRENCY), allow_hyphen_values = true)]
    pub(super) concurrency: Option<u16>,
    /// Length of an open or closed load, such as 30s or 5m
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(super) duration: Option<Duration>,
    /// Rounds before the measured ones: kept and flagged, not compared [default: 2]
    #[arg(long, value_name = "N", value_parser = whole(plan::WARMUP_ROUNDS), allow_hyphen_values = true)]
    pub(super) warmup_rounds: Option<u32>,
    /// Blocks of equal length; connections rotate between them [default: 16]
    #[arg(long, value_name = "N", value_parser = whole(plan::BLOCKS), allow_hyphen_values = true)]
    pub(super) blocks: Option<u16>,
    /// Measures the plan N times, each time in a random order of its own, so that a claim can be made beyond one stretch of time;
    /// from five on the report makes it
    #[arg(long, value_name = "N", value_parser = whole(plan::WINDOWS), allow_hyphen_values = true)]
    pub(super) windows: Option<u16>,
    /// From the start of one window to the next, such as 1h [default: one after the other]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(super) every: Option<Duration>,
    /// Connections that one warm target keeps at most [default: as many as answers of a second need]
    #[arg(long, value_name = "N", value_parser = whole(plan::CONNECTIONS_PER_TARGET), allow_hyphen_values = true)]
    pub(super) connections_per_target: Option<u16>,
    /// Audit: requests per second to one endpoint [default: 2, simulated 6]
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    pub(super) rate_per_endpoint: Option<f64>,
    /// Raises the cap of 10 requests per second to one endpoint; an account's quota is 600 in a Region
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    pub(super) max_rate_per_endpoint: Option<f64>,
    /// Budget: most requests of the whole run [default: 100000]
    #[arg(long, value_name = "N", value_parser = whole(plan::MAX_REQUESTS), allow_hyphen_values = true)]
    pub(super) max_requests: Option<u64>,
    /// Longest time of one whole request, 1ms to 60s [default: 15s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(super) timeout: Option<Duration>,
    /// Fixes the order of calls and the simulated fleet's draws [default: random, recorded]
    #[arg(long, value_name = "N", value_parser = whole(0..=u64::MAX), allow_hyphen_values = true)]
    pub(super) seed: Option<u64>,
    /// Which HTTP client measures [default: hyper]
    #[arg(long, value_name = "NAME", value_enum)]
    pub(super) client: Option<ClientName>,
    /// Whose clock times the calls; where the kernel lends none, the report says so [default: kernel]
    #[arg(long, value_name = "CLOCK", value_enum)]
    pub(super) clock: Option<ClockName>,
    /// How long before each send the thread stops sleeping and watches the clock, up to 1ms; 0s never [default: 200us]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(super) spin: Option<Duration>,
    /// Prints plan, number of calls, CloudTrail events and hosts, and sends nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Who calls, from where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Caller")]
pub(super) struct CallerOptions {
    /// Profile of the AWS configuration; otherwise the whole credential chain is searched
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) profile: Option<String>,
    /// Name of the place that is measured from [default: the host's name]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) vantage: Option<String>,
    /// Shows account and user in the report instead of masking them
    #[arg(long)]
    pub(super) show_identity: bool,
}

/// What is left behind and shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputOptions {
    /// Directory for the files; without it a run goes to reports/RUN-ID, and a report drawn again to stdout alone
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath)]
    pub(super) out: Option<PathBuf>,
    /// Accepts a directory that is not empty and replaces its files of the same names
    #[arg(long)]
    pub(super) force: bool,
    /// What is printed on stdout: terminal, markdown, csv, json, github-summary, junit, github-action-benchmark, bencher,
    /// hyperfine, otava, openmetrics, hgrm, hlog [default: terminal]
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(super) format: Option<crate::report::Format>,
    /// Also writes a file in one of the formats of --format; repeatable. For hgrm the path is a directory, with a file for
    /// each target
    #[arg(long, value_name = "FORMAT=PATH", value_parser = super::exports::export)]
    pub(super) export: Vec<super::exports::Export>,
    /// Progress on stderr: bars on a terminal, plain lines elsewhere
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(super) progress: When,
    /// Colour on stdout; auto honours NO_COLOR
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(super) color: When,
    /// Says nothing but results, warnings and errors
    #[arg(long, short)]
    pub(super) quiet: bool,
}

impl OutputOptions {
    /// Nothing asked for but the report on stdout.
    pub(super) fn plain(color: When) -> Self {
        Self {
            out: None,
            force: false,
            format: None,
            export: Vec::new(),
            progress: When::Never,
            color,
            quiet: false,
        }
    }
}

/// Below the options of `stsbench run --help`.
const EXAMPLES: &str = "\
Examples:
  stsbench run --simulate                                     no account needed
  stsbench run --dry-run                                      what the default would send to AWS
  stsbench run --endpoints global,eu-central-1,eu-west-1      a few near Regions
  stsbench run --endpoints global,eu-west-1 --rounds 800      enough answers for p99
  stsbench run --endpoints global,eu-west-1 --rate 8 --duration 5m
  stsbench run --endpoints global,eu-west-1 --windows 8 --every 1h
  stsbench run --endpoints global,eu-west-1 --precision 2% --max-duration 1h
  stsbench run --endpoints global,eu-west-1 --gate 'p50(regional) <= 0.8 * p50(global)'
  stsbench run --operations assume-role --param assume-role.role-arn=arn:aws:iam::123456789012:role/reader";

/// How a list is printed that is not a run's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people.
    Table,
    /// One array.
    Json,
    /// One line for each entry.
    Csv,
}

/// When something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// When it suits the stream.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// [`Arrivals`] as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ArrivalsName {
    /// Equal gaps.
    Constant,
    /// Independent callers.
    Poisson,
}

impl From<ArrivalsName> for Arrivals {
    fn from(name: ArrivalsName) -> Self {
        match name {
            ArrivalsName::Constant => Self::Constant,
            ArrivalsName::Poisson => Self::Poisson,
        }
    }
}

/// [`Client`] as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ClientName {
    /// Every phase at its own seam, no pool.
    Hyper,
    /// As a Rust application would see it.
    Reqwest,
}

impl From<ClientName> for Client {
    fn from(name: ClientName) -> Self {
        match name {
            ClientName::Hyper => Self::Hyper,
            ClientName::Reqwest => Self::Reqwest,
        }
    }
}

/// The clock's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ClockName {
    /// The kernel's stamps of the packets.
    Kernel,
    /// The measuring thread's own.
    UserSpace,
}

impl From<ClockName> for Clock {
    fn from(name: ClockName) -> Self {
        match name {
            ClockName::Kernel => Self::Kernel,
            ClockName::UserSpace => Self::UserSpace,
        }
    }
}

/// A path that is not empty; clap's own parser takes the empty one.
#[derive(Debug, Clone)]
pub(super) struct NonEmptyPath;

impl clap::builder::TypedValueParser for NonEmptyPath {
    type Value = PathBuf;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<PathBuf, clap::Error> {
        NonEmptyStringValueParser::new()
            .parse_ref(command, argument, value)
            .map(PathBuf::from)
    }
}

pub(super) fn resolver(text: &str) -> Result<Resolver, String> {
    text.parse()
        .map_err(|error: plan::ResolverError| error.to_string())
}

/// An operation by its AWS CLI name.
pub(super) fn operation(name: &str) -> Result<Operation, String> {
    by_name(
        name,
        Operation::ALL
            .iter()
            .map(|operation| (operation.cli_name(), *operation)),
    )
}

/// A kind of connection by name.
pub(super) fn connection(name: &str) -> Result<ConnectionMode, String> {
    by_name(
        name,
        ConnectionMode::ALL
            .iter()
            .map(|connection| (connection.as_str(), *connection)),
    )
}

pub(super) fn link(name: &str) -> Result<Link, String> {
    by_name(name, Link::ALL.iter().map(|link| (link.name(), *link)))
}

fn format(name: &str) -> Result<crate::report::Format, String> {
    name.parse().map_err(|error| format!("{error}"))
}

/// A whole number in its range.
fn whole<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: FromStr + PartialOrd + Display + Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            format!(
                "allowed: a whole number from {} to {}",
                range.start(),
                range.end()
            )
        })
    }
}

/// A number; its range depends on other options, so the plan judges it.
fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| {
        "allowed: a number of requests per second above 0, such as 2 or 0.5".to_owned()
    })
}

/// A time with its unit.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|error| format!("{error}; give a number with its unit, such as 30s or 5m"))
}

fn by_name<T: Copy>(
    name: &str,
    all: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Result<T, String> {
    if let Some((_, value)) = all.clone().find(|(known, _)| *known == name) {
        return Ok(value);
    }
    let known: Vec<_> = all.map(|(known, _)| known).collect();
    let likeness = |known: &str| strsim::jaro_winkler(known, name);
    let nearest = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|a| likeness(a) >= LIKENESS);
    let hint = nearest
        .map(|nearest| format!("did you mean {nearest}? "))
        .unwrap_or_default();
    Err(format!("{hint}allowed: {}", known.join(", ")))
}

/// Names that are less alike than this are not offered (Jaro-Winkler, 0 to 1).
const LIKENESS: f64 = 0.85;
