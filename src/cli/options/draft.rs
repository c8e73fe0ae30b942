//! From the options to a draft: who is called, and who may be.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use anyhow::{Context as _, anyhow};

use crate::plan::{Client, ConnectionMode, Draft, PlanError, Resolver, Service};
use sts_model::Operation;
use sts_model::{Catalog, Endpoint, Origin, Selector};

use super::param;
use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::run::{RunOptions, TargetOptions};
use crate::session::{self, Given};

/// What the options ask for.
pub(crate) fn draft(options: &RunOptions) -> Result<Draft, CommandError> {
    let (targets, load) = (&options.targets, &options.load);
    if targets.simulate.is_some() && cfg!(not(feature = "simulate")) {
        return Err(CommandError::new(Exit::Usage, WITHOUT_EMULATOR));
    }
    let endpoints = select(targets)?;
    let resolver = resolver(options, &endpoints)?;
    let or_default = |given: &[ConnectionMode]| match given {
        [] => vec![ConnectionMode::Cold, ConnectionMode::Warm],
        given => given.to_vec(),
    };
    let operations = match targets.operations.as_slice() {
        [] => Operation::DEFAULT.to_vec(),
        operations => operations.to_vec(),
    };
    Ok(Draft {
        endpoints,
        twin: targets.twin.clone(),
        parameters: given(targets, &operations)?,
        parameters_to_come: targets.simulate.is_some(),
        operations,
        connections: or_default(&targets.connections),
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
        clock: load.clock.map(Into::into).unwrap_or_default(),
        spin: load.spin,
        windows: load.windows,
        every: load.every,
        judging: options.judging.judging(),
        max_duration: options.judging.max_duration,
        service: if targets.simulate.is_some() {
            Service::Simulated
        } else {
            Service::Shared
        },
    })
}

/// The operations' parameters; the command line wins. There it is a mistake to give one to an operation that is not called.
fn given(targets: &TargetOptions, operations: &[Operation]) -> Result<Given, CommandError> {
    let mut given = param::parse(&targets.param)?;
    if let Some(idle) = given
        .keys()
        .find(|operation| !operations.contains(operation))
    {
        let error = anyhow!("--param {idle}: that operation is not called; add it to --operations");
        return Err(CommandError::new(Exit::Usage, error));
    }
    session::fill(&mut given, targets.plan_parameters.clone());
    Ok(given)
}

/// Who turns names into addresses. One that could not do what it was named for is refused.
fn resolver(options: &RunOptions, endpoints: &[Endpoint]) -> Result<Resolver, CommandError> {
    let resolver = options.targets.resolver.unwrap_or_default();
    let refuse = |why: &str| {
        Err(CommandError::new(
            Exit::Usage,
            anyhow!("--resolver {resolver}: {why}"),
        ))
    };
    if resolver != Resolver::System && options.targets.simulate.is_some() {
        return refuse(
            "--simulate asks no resolver, its endpoints have addresses of their own; see stsbench emulate",
        );
    }
    let reqwest = options.load.client.map(Client::from) == Some(Client::Reqwest);
    let vouched = |host: &str| {
        options
            .targets
            .allow_host
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host))
    };
    let public = |endpoint: &Endpoint| {
        let host = endpoint.origin.host();
        Endpoint::is_aws_host(host) && !vouched(host)
    };
    if reqwest
        && options.targets.ca_file.is_some()
        && is_local(resolver)
        && endpoints.iter().any(public)
    {
        return refuse(
            "with --ca-file it can name addresses of this machine, which --client reqwest cannot verify",
        );
    }
    Ok(resolver)
}

/// Whether the resolver was named by the user and is on this machine.
pub(crate) fn is_local(resolver: Resolver) -> bool {
    matches!(resolver, Resolver::Server(server) if server.ip().to_canonical().is_loopback())
}

/// The endpoints asked for; every host that is not AWS's own has to be on this machine or named in full.
fn select(options: &TargetOptions) -> Result<Vec<Endpoint>, CommandError> {
    if options.simulate.is_some() && !options.endpoint_url.is_empty() {
        return Err(CommandError::new(
            Exit::Usage,
            anyhow!("--simulate and --endpoint-url exclude each other"),
        ));
    }
    let mut catalog = Catalog {
        extra_regions: options.allow_region.clone(),
        ..Catalog::default()
    };
    for given in &options.endpoint_url {
        let (name, url) = given
            .split_once('=')
            .with_context(|| {
                format!(
                    "--endpoint-url {given:?} must be NAME=URL, such as moto=http://127.0.0.1:5000"
                )
            })
            .or_exit(Exit::Usage)?;
        let origin = Origin::parse(url)
            .with_context(|| format!("--endpoint-url {name}"))
            .or_exit(Exit::Usage)?;
        admit(name, &origin, &options.allow_host)?;
        let endpoint = Endpoint::custom(name, origin)
            .context("--endpoint-url")
            .or_exit(Exit::Usage)?;
        catalog.custom.push(endpoint);
    }
    let selector = options.endpoints.as_deref().unwrap_or(DEFAULT_ENDPOINTS);
    let selector: Selector = selector
        .parse()
        .context("--endpoints")
        .or_exit(Exit::Usage)?;
    catalog
        .select(&selector)
        .context("--endpoints")
        .or_exit(Exit::Usage)
}

/// A host that a typo made must not receive a signed request.
fn admit(name: &str, origin: &Origin, allowed: &[String]) -> Result<(), CommandError> {
    let host = origin.host();
    if origin.is_loopback_name()
        || allowed
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host))
    {
        return Ok(());
    }
    if Endpoint::is_aws_host(host) {
        if origin.port() == 443 {
            return Ok(());
        }
        let error = anyhow!(
            "--endpoint-url {name}: AWS serves STS on port 443 only, not {}",
            origin.port()
        );
        return Err(CommandError::new(Exit::Usage, error));
    }
    Err(CommandError::new(
        Exit::Usage,
        anyhow!(
            "--endpoint-url {name}: {host} is no STS endpoint of AWS's; --allow-host {host} would send signed requests there"
        ),
    ))
}

/// A seed from the operating system's randomness, exact in every JSON reader.
fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish() & ((1 << 53) - 1)
}

/// What is called unless endpoints are named.
pub(crate) const DEFAULT_ENDPOINTS: &str = "global,default";

/// What a program without the emulator says of `--simulate`.
const WITHOUT_EMULATOR: PlanError = PlanError::NotBuilt {
    option: "--simulate",
    feature: "simulate",
};
