//! From the options to a draft: who is called, and who may be.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use anyhow::anyhow;

use crate::plan::{AddressFamily, Client, Draft, PlanError, Resolver, Service};
use sts_model::{Call, Endpoint, Operation};

use super::endpoints::select;
use super::no_effect;
use super::param;
use crate::cli::command_error::CommandError;
#[cfg(any(test, fuzzing))]
use crate::cli::command_error::OrExit as _;
#[cfg(any(test, fuzzing))]
use crate::cli::exit_code::Exit;
#[cfg(any(test, fuzzing))]
use crate::cli::options::layers::plan_file;
use crate::cli::options::run::{RunOptions, TargetOptions};
use crate::place::LocalRegion;
#[cfg(any(test, fuzzing))]
use crate::session::Asked;
use crate::session::{self, Given};

/// What the options ask for at a place in `region`.
pub(crate) fn draft(
    options: &RunOptions,
    region: Option<&LocalRegion>,
) -> Result<Draft, CommandError> {
    let (targets, load) = (&options.targets, &options.load);
    if targets.simulate.is_some() && cfg!(not(feature = "simulate")) {
        return Err(CommandError::usage(WITHOUT_EMULATOR));
    }
    let endpoints = select(targets, region)?;
    no_effect::refuse(options, &endpoints)?;
    let resolver = resolver(options, &endpoints)?;
    let operations = match targets.operations.as_slice() {
        [] => Operation::DEFAULT.to_vec(),
        operations => operations.to_vec(),
    };
    Ok(Draft {
        twin: targets.twin.clone(),
        parameters: given(targets, &operations)?,
        parameters_to_come: targets.simulate.is_some(),
        operations,
        closing: Vec::new(),
        connections: targets.connections.clone(),
        rounds: load.rounds,
        rate: load.rate,
        arrivals: load.arrivals.map(Into::into),
        concurrency: load.concurrency,
        duration: load.duration,
        warmup_rounds: load.warmup_rounds,
        blocks: load.blocks,
        connections_per_target: load.connections_per_target,
        rate_per_endpoint: load.rate_per_endpoint,
        max_rate_per_endpoint: load.max_rate_per_endpoint,
        max_requests: load.max_requests,
        timeout: load.timeout,
        seed: load.seed.unwrap_or_else(random_seed),
        client: load.client.map(Into::into).unwrap_or_default(),
        resolver,
        address_family: address_family(targets, &endpoints)?,
        endpoints,
        clock: load.clock.map(Into::into).unwrap_or_default(),
        spin: load.spin,
        windows: load.windows,
        every: load.every,
        preset: options.configuration.preset,
        judging: options.judging.judging(),
        max_duration: options.judging.max_duration,
        service: if targets.simulate.is_some() {
            Service::Simulated
        } else {
            Service::Shared
        },
    })
}

/// What a run with the plan file at `path`, and no other option, is to do; or why there is none, in one line.
#[cfg(any(test, fuzzing))]
pub(crate) fn planned(path: &std::path::Path) -> Result<Asked, String> {
    use clap::{Args as _, FromArgMatches as _};
    let matches = RunOptions::augment_args(clap::Command::new("run")).get_matches_from(["run"]);
    let mut options = RunOptions::from_arg_matches(&matches).expect("every option has a default");
    plan_file::fill(path, &mut options)
        .or_exit(Exit::Usage)
        .and_then(|()| draft(&options, None))
        .and_then(|draft| Ok(Asked::new(draft)?))
        .map_err(|error| error.to_string())
}

/// The operations' parameters; the command line wins. There it is a mistake to give one to an operation that is not called;
/// in a plan file, which can serve several commands, it has to be one that could be called.
fn given(targets: &TargetOptions, operations: &[Operation]) -> Result<Given, CommandError> {
    let mut given = param::parse(&targets.param)?;
    if let Some(idle) = given
        .keys()
        .find(|operation| !operations.contains(operation))
    {
        let error = anyhow!("--param {idle}: that operation is not called; add it to --operations");
        return Err(CommandError::usage(error));
    }
    for (operation, parameters) in &targets.plan_parameters {
        Call::incomplete(*operation, parameters)
            .map_err(|error| CommandError::usage(anyhow!("plan file: parameters.{error}")))?;
    }
    session::fill(&mut given, targets.plan_parameters.clone());
    Ok(given)
}

/// Who turns names into addresses. One that could not do what it was named for is refused.
fn resolver(options: &RunOptions, endpoints: &[Endpoint]) -> Result<Resolver, CommandError> {
    let resolver = options.targets.resolver.unwrap_or_default();
    let refuse = |why: &str| Err(CommandError::usage(anyhow!("--resolver {resolver}: {why}")));
    if resolver != Resolver::System && options.targets.simulate.is_some() {
        return refuse(
            "--simulate asks no resolver, its endpoints have addresses of their own; see stsbench emulate",
        );
    }
    if resolver != Resolver::System && by_address(endpoints) {
        return refuse("every endpoint is given by its address");
    }
    let reqwest = options.load.client.map(Client::from) == Some(Client::Reqwest);
    let vouched = |host: &str| {
        options
            .targets
            .allow_host
            .iter()
            .any(|allowed| allowed == host)
    };
    let public = |endpoint: &Endpoint| {
        let host = endpoint.origin.host();
        Endpoint::is_aws_host(host) && !vouched(host)
    };
    if reqwest
        && options.targets.ca_file.is_some()
        && resolver.is_local()
        && endpoints.iter().any(public)
    {
        return refuse(
            "with --ca-file it can name addresses of this machine, which --client reqwest cannot verify",
        );
    }
    Ok(resolver)
}

/// Whether no name has to be looked up.
fn by_address(endpoints: &[Endpoint]) -> bool {
    let mut origins = endpoints.iter().map(|endpoint| &endpoint.origin);
    origins.all(|origin| origin.ip().is_some())
}

/// Which addresses are dialled. A choice among none is refused.
fn address_family(
    targets: &TargetOptions,
    endpoints: &[Endpoint],
) -> Result<AddressFamily, CommandError> {
    let family = targets
        .address_family
        .map(AddressFamily::from)
        .unwrap_or_default();
    let why = if targets.simulate.is_some() {
        "--simulate asks no resolver, its endpoints have addresses of their own"
    } else if by_address(endpoints) {
        "every endpoint is given by its address"
    } else {
        return Ok(family);
    };
    if family == AddressFamily::Any {
        return Ok(family);
    }
    let error = anyhow!("--address-family {family}: {why}");
    Err(CommandError::usage(error))
}

/// A seed from the operating system's randomness, exact in every JSON reader.
fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish() & ((1 << 53) - 1)
}

/// What a program without the emulator says of `--simulate`.
const WITHOUT_EMULATOR: PlanError = PlanError::NotBuilt {
    option: "--simulate",
    feature: "simulate",
};
