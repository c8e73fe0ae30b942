//! What `stsbench doctor` understands.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;

use crate::cli::options::layers::Untyped;
use crate::cli::options::values::{
    NonEmptyPath, callers_region, credential_timeout, host, operation, resolver,
};
use crate::plan::Resolver;
use sts_model::Operation;

/// `stsbench doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct DoctorOptions {
    /// What a run would call, as in `stsbench run --endpoints`
    #[arg(long, value_name = "SELECTOR", value_parser = NonEmptyStringValueParser::new())]
    pub(super) endpoints: Option<String>,
    /// Endpoint by URL, as in `stsbench run`; the first one is asked who calls [default: AWS_ENDPOINT_URL_STS,
    /// AWS_ENDPOINT_URL, the endpoint of the Region of this place]
    #[arg(long, value_name = "NAME=URL[@REGION]", value_parser = NonEmptyStringValueParser::new())]
    pub(super) endpoint_url: Vec<String>,
    /// Admits a host that is not AWS's, typed in full; a signed request is sent there
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub(super) allow_host: Vec<String>,
    /// Certificates (PEM) to trust besides the public roots, only for loopback addresses and hosts of --allow-host
    /// [default: AWS_CA_BUNDLE where AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL is called]
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    pub(super) ca_file: Option<PathBuf>,
    /// DNS server that is asked for addresses, as in `stsbench run` [default: system]
    #[arg(long, value_name = "IP[:PORT]", value_parser = resolver)]
    pub(super) resolver: Option<Resolver>,
    /// Comma list of operations that a run would call [default: get-caller-identity,get-session-token]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = operation)]
    pub(super) operations: Vec<Operation>,
    /// Profile of the AWS configuration; otherwise the whole credential chain is searched
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(super) profile: Option<String>,
    /// Longest time that credentials may take, 1s to 1h [default: 1500ms]
    #[arg(long, value_name = "TIME", value_parser = credential_timeout, allow_hyphen_values = true)]
    pub(super) credential_timeout: Option<Duration>,
    /// Region that an SDK here would call [default: as in `stsbench run`]
    #[arg(long, value_name = "REGION", value_parser = callers_region)]
    pub(super) region: Option<String>,
    /// Shows account and user instead of masking them
    #[arg(long)]
    pub(super) show_identity: bool,
    /// Sends nothing: no name is looked up, no credentials are fetched, STS is not called
    #[arg(long)]
    pub(super) offline: bool,
    /// What is printed on stdout
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = FormatName::Terminal)]
    pub(super) format: FormatName,
    /// Options that were not typed.
    #[arg(skip)]
    pub(super) untyped: Untyped,
}

impl DoctorOptions {
    /// The same, knowing which of them were not typed.
    pub(crate) fn with_untyped(self, untyped: Untyped) -> Self {
        Self { untyped, ..self }
    }
}

/// How the findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    /// For people.
    Terminal,
    /// One array with an object for each finding.
    Json,
}

/// Below the options.
const AFTER: &str = "\
Takes at most 5 s (without --credential-timeout), changes nothing, and sends at most one GetCallerIdentity. Each line has a mark (ok, skip, warn, fail) and, \
where there is something to do, what to do. What STSBENCH_ variables and stsbench.toml say of runs counts here too.
Exit code: 0 when nothing failed, else 1.";
