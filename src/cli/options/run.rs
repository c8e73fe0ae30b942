//! What `stsbench run` understands, by subject. Names are a contract: scripts rely on them.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::plan::{self, ConnectionMode, Resolver};
#[cfg(feature = "simulate")]
use sts_emulator::Link;
use sts_model::Operation;

use super::judging::JudgingOptions;
use super::layers::{ConfigurationOptions, Untyped};
use super::names::{AddressFamilyName, ArrivalsName, ClientName, ClockName};
use super::output::OutputOptions;
use super::store::StoreOptions;
#[cfg(feature = "simulate")]
use super::values::link;
use super::values::{
    NonEmptyPath, callers_region, connection, credential_timeout, duration, host, newer_region,
    operation, rate, region, resolver, vantage, whole,
};
use crate::session::Given;

/// `stsbench run`.
#[derive(Debug, Args)]
#[command(after_help = FEW_EXAMPLES, after_long_help = EXAMPLES)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    pub(crate) configuration: ConfigurationOptions,
    #[command(flatten)]
    pub(crate) targets: TargetOptions,
    #[command(flatten)]
    pub(crate) load: LoadOptions,
    #[command(flatten)]
    pub(crate) judging: JudgingOptions,
    #[command(flatten)]
    pub(crate) caller: CallerOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
    #[command(flatten)]
    pub(crate) store: StoreOptions,
}

impl RunOptions {
    /// The same, knowing which of them were not typed; of these goes what says nothing of this run's report.
    pub(crate) fn with_untyped(mut self, untyped: Untyped) -> Self {
        untyped.settle(&mut self.output);
        self.configuration.untyped = untyped;
        self
    }
}

/// What is called.
#[derive(Debug, Args)]
#[command(next_help_heading = "Targets")]
pub(crate) struct TargetOptions {
    /// Measures a simulated fleet as seen from REGION, a name or a city, eu-central-1 when none is named; needs no account
    ///
    /// It is embedded in this program and touches no credentials
    #[arg(long, value_name = "REGION", num_args = 0..=1, default_missing_value = "eu-central-1", value_parser = region)]
    pub(crate) simulate: Option<String>,
    /// How the simulated distance is made: kernel delays every packet, TCP's handshake included, and needs Linux with
    /// CAP_NET_ADMIN or a user namespace; bytes delays what connections carry; undelayed nothing; auto is kernel if it
    /// can be, else bytes [default: auto]
    #[arg(long, value_name = "LINK", value_parser = link, requires = "simulate")]
    #[cfg(feature = "simulate")]
    pub(crate) link: Option<Link>,
    /// Measures the emulator that announced itself in FILE, the output of a running `stsbench emulate`, instead of starting
    /// one; --simulate names this place's Region there
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath, requires = "simulate", conflicts_with = "link")]
    #[arg(hide_short_help = true)]
    #[cfg(feature = "simulate")]
    pub(crate) emulator: Option<PathBuf>,
    /// Which endpoints, with commas between them: Regions, cities, eu-*, here, near:2, global, default, all [default:
    /// global:here,default:here]
    ///
    /// Comma list of global, default, opt-in, all (global, default and opt-in), Region names and globs such as eu-*,
    /// us-gov-*, aws-cn:*, fips:us-*, dualstack:*, fips:aws-us-gov:*, here (the Region of this place), near:N (the N Regions
    /// nearest to it that every account has), global:here and default:here (those of this place's partition, and the Region
    /// of this place where it is an opt-in one; GovCloud and China have no global endpoint), near:N:here (near:N, or none if the Region of this place is unknown), and names given with --endpoint-url; a glob means commercial Regions if it matches any
    #[arg(long, short, value_name = "SELECTOR", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) endpoints: Option<String>,
    /// Adds an endpoint by URL, which may have a path; repeatable. It is signed for REGION, else for the Region in an AWS
    /// host's name, else for the Region called NAME, else for us-east-1. Hosts other than AWS's own and loopback need
    /// --allow-host
    #[arg(long, value_name = "NAME=URL[@REGION]", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) endpoint_url: Vec<String>,
    /// Calls one of the endpoints a second time as ENDPOINT-twin. The two are the same, so a difference that the run finds
    /// between them is measurement error
    #[arg(long, value_name = "ENDPOINT", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) twin: Option<String>,
    /// Allows a host that is not AWS's, typed in full; signed requests are sent there
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub(crate) allow_host: Vec<String>,
    /// Allows plain http:// to this host on another machine, typed in full, as in a container network; requests to it are not
    /// signed with keys that look like AWS's
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub(crate) insecure_http: Vec<String>,
    /// With --insecure-http: also signs with AWS's keys and sends secret parameters, although anyone on the network path can
    /// read them
    #[arg(long, requires = "insecure_http")]
    pub(crate) yes_send_signed_requests_in_plaintext: bool,
    /// Allows a Region that is newer than this build's table
    #[arg(long, value_name = "REGION", value_parser = newer_region)]
    pub(crate) allow_region: Vec<String>,
    /// Certificates (PEM) to trust besides the public roots, only for loopback addresses and hosts of
    /// --allow-host; with a --resolver on this machine also if it answers with a loopback address
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    pub(crate) ca_file: Option<PathBuf>,
    /// DNS server that is asked for the addresses of endpoints, as IP or IP:PORT, and no other; system is the resolver that
    /// applications use. Who serves the global endpoint depends on it [default: system]
    #[arg(long, value_name = "IP[:PORT]", value_parser = resolver)]
    pub(crate) resolver: Option<Resolver>,
    /// Which of a name's addresses are dialled: the first that the resolver gives, or the first of a family
    /// [default: any]
    #[arg(long, value_name = "FAMILY", value_enum)]
    pub(crate) address_family: Option<AddressFamilyName>,
    /// Comma list of operations by their AWS CLI names; `stsbench operations` lists them
    /// [default: get-caller-identity,get-session-token]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = operation)]
    pub(crate) operations: Vec<Operation>,
    /// Gives an operation a parameter by its AWS CLI name; repeatable. List items are separated by commas, tags are
    /// key=value; a secret is given as file:PATH or env:NAME
    #[arg(long, value_name = "OPERATION.PARAMETER=VALUE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) param: Vec<String>,
    /// Those of the plan file.
    #[arg(skip)]
    pub(crate) plan_parameters: Given,
    /// Which connections: cold (new), warm (kept open), resumed [default: cold,warm]
    ///
    /// Comma list of cold (new connection, full handshake), warm (connection kept open) and resumed (new connection, TLS
    /// session continued); each kind is judged by itself
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = connection)]
    pub(crate) connections: Vec<ConnectionMode>,
    /// Reads what to call, when, and how to judge it from a TOML file, under the options' long names; the command line wins
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    pub(crate) plan: Option<PathBuf>,
}

/// When calls are made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Load")]
pub(crate) struct LoadOptions {
    /// Audit: every target once a round, in fresh random order; rounded up to fill the blocks [default: 96]
    #[arg(long, short = 'n', value_name = "N", value_parser = whole(plan::ROUNDS), allow_hyphen_values = true)]
    pub(crate) rounds: Option<u32>,
    /// Open load: N requests per second over all targets, on a schedule that does not wait for answers
    #[arg(long, value_name = "N", value_parser = rate, allow_hyphen_values = true)]
    pub(crate) rate: Option<f64>,
    /// Open load: how arrivals are spaced [default: constant]
    #[arg(long, value_name = "SPACING", value_enum)]
    pub(crate) arrivals: Option<ArrivalsName>,
    /// Closed load: N calls under way, the next starts when one ends
    #[arg(long, value_name = "N", value_parser = whole(plan::CONCURRENCY), allow_hyphen_values = true)]
    pub(crate) concurrency: Option<u16>,
    /// Length of an open or closed load, such as 30s or 5m
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) duration: Option<Duration>,
    /// Rounds before the measured ones: kept and flagged, not compared [default: 2]
    #[arg(long, value_name = "N", value_parser = whole(plan::WARMUP_ROUNDS), allow_hyphen_values = true)]
    pub(crate) warmup_rounds: Option<u32>,
    /// Blocks of equal length; connections rotate between them [default: 16]
    #[arg(long, value_name = "N", value_parser = whole(plan::BLOCKS), allow_hyphen_values = true)]
    pub(crate) blocks: Option<u16>,
    /// Measures the plan N times, each time in a new random order, to support a claim about more than one stretch of time;
    /// the report makes that claim from five windows on
    #[arg(long, value_name = "N", value_parser = whole(plan::WINDOWS), allow_hyphen_values = true)]
    pub(crate) windows: Option<u16>,
    /// From the start of one window to the next, such as 1h [default: one after the other]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) every: Option<Duration>,
    /// Connections that one warm target keeps at most [default: as many as one second of answers needs]
    #[arg(long, value_name = "N", value_parser = whole(plan::CONNECTIONS_PER_TARGET), allow_hyphen_values = true)]
    pub(crate) connections_per_target: Option<u16>,
    /// Audit: requests per second to one endpoint [default: 3, simulated 6]
    #[arg(long, value_name = "N", value_parser = rate, allow_hyphen_values = true)]
    pub(crate) rate_per_endpoint: Option<f64>,
    /// Raises the cap of 10 requests per second to one endpoint; an account's quota is 600 in a Region
    #[arg(long, value_name = "N", value_parser = rate, allow_hyphen_values = true)]
    pub(crate) max_rate_per_endpoint: Option<f64>,
    /// Most requests that the whole run may make [default: 100000]
    #[arg(long, value_name = "N", value_parser = whole(plan::MAX_REQUESTS), allow_hyphen_values = true)]
    pub(crate) max_requests: Option<u64>,
    /// Longest time of one whole request, 1ms to 60s [default: 15s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) timeout: Option<Duration>,
    /// Fixes the order of calls and the simulated fleet's draws [default: random, recorded]
    #[arg(long, value_name = "N", value_parser = whole(0..=u64::MAX), allow_hyphen_values = true)]
    pub(crate) seed: Option<u64>,
    /// Which HTTP client measures [default: hyper]
    #[arg(long, value_name = "NAME", value_enum)]
    pub(crate) client: Option<ClientName>,
    /// Which clock times the calls; the report says so where the kernel's is not available [default: kernel]
    #[arg(long, value_name = "CLOCK", value_enum)]
    pub(crate) clock: Option<ClockName>,
    /// How long before each send the thread stops sleeping and polls the clock instead, up to 1ms; with 0s it never polls
    /// [default: 200us]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) spin: Option<Duration>,
    /// Prints plan, number of calls, CloudTrail events and hosts, and sends nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// How long a credential_process may take unless `--credential-timeout` says otherwise: people may have to fetch a code.
pub(crate) const CREDENTIAL_TIMEOUT: Duration = Duration::from_secs(60);

/// Who calls, from where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Caller")]
pub(crate) struct CallerOptions {
    /// Profile of the AWS configuration; otherwise the whole credential chain is searched
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) profile: Option<String>,
    /// Longest time that a credential_process may take, 1s to 1h, including the time to type a code [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = credential_timeout, allow_hyphen_values = true, conflicts_with = "simulate")]
    pub(crate) credential_timeout: Option<Duration>,
    /// Region that an SDK here would call [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the metadata's]
    ///
    /// The report is about it, and here and near:N in --endpoints refer to it. Metadata: the container's, then the instance's
    #[arg(long, value_name = "REGION", value_parser = callers_region)]
    pub(crate) region: Option<String>,
    /// Name of the place that is measured from [default: STSBENCH_VANTAGE, the Region, the CI's runner or repository,
    /// STSBENCH_NODE_ZONE, the host's name]
    #[arg(long, value_name = "NAME", value_parser = vantage)]
    pub(crate) vantage: Option<String>,
    /// Refuses to measure unless this machine's node, zone, Region or host name is that of --vantage, because a scheduler can
    /// move a task
    #[arg(long)]
    pub(crate) require_vantage: bool,
    /// Shows account and user in the report instead of masking them
    #[arg(long)]
    pub(crate) show_identity: bool,
}

/// Below the options of `stsbench run -h`.
const FEW_EXAMPLES: &str = "\
Examples:
  stsbench run --simulate --preset quick                      no account needed
  stsbench run --preset quick                                 near endpoints, within a minute
  stsbench run -e global,frankfurt,eu-west-1 -n 192           a few Regions
--help has every option.";

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
