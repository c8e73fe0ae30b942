//! Options about where options come from.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::untyped::Untyped;
use crate::cli::options::values::{NonEmptyPath, preset};
use crate::plan::Preset;

/// Where options come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigurationOptions {
    /// Run by name: quick (near endpoints, within a minute), standard, p99 (13 min) or full (27 min)
    ///
    /// quick calls global, here and the two nearest endpoints with GetCallerIdentity; standard is the default; p99 calls
    /// global, here and the nearest one with GetCallerIdentity and 1,600 rounds, enough for p99; full is standard with
    /// resumed connections and 800 rounds. Other options win over the preset's
    #[arg(long, value_name = "NAME", value_parser = preset)]
    pub(crate) preset: Option<Preset>,
    /// Reads options from this file instead of looking for stsbench.toml here and above, up to the repository's root or the
    /// home directory. Nearer wins: command line, STSBENCH_ and the option's name in the environment, plan file,
    /// configuration file, preset; `stsbench config show --origin` shows which did
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath, conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Looks for no configuration file
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Uses the options of [profile.NAME] in the configuration file before its general ones [default:
    /// STSBENCH_CONFIG_PROFILE]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "no_config")]
    pub(crate) config_profile: Option<String>,
    /// Those that stand in other places.
    #[arg(skip)]
    pub(crate) untyped: Untyped,
    /// Does not ask on a terminal before a run of more than 20,000 calls
    #[arg(long)]
    pub(crate) yes: bool,
}
