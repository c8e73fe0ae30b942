//! Options that would have no effect beside the others: refused, because who gives one expects something of it.

use std::path::Path;

use crate::cli::command_error::CommandError;
use crate::cli::options::layers::NoEffect;
use crate::cli::options::names::{ClientName, ClockName};
use crate::cli::options::run::{RunOptions, TargetOptions};
use crate::plan::{ConnectionMode, POLITE_RATE_PER_SECOND, Resolver, SIMULATED_RATE_PER_SECOND};
use sts_model::{Endpoint, Region, Scheme};

/// Refuses the first typed option that would change nothing of a run that calls `endpoints`. What depends on the load is the
/// plan's to refuse.
pub(super) fn refuse(options: &RunOptions, endpoints: &[Endpoint]) -> Result<(), CommandError> {
    let idle = [
        simulated(options),
        uncalled(&options.targets, endpoints),
        of_the_client(options),
        unjudged(options),
        idle_cap(options),
    ];
    let untyped = &options.configuration.untyped;
    untyped.refuse_typed(idle.into_iter().flatten())
}

/// Options of the way to real endpoints, beside --simulate.
fn simulated(options: &RunOptions) -> Option<NoEffect> {
    options.targets.simulate.as_ref()?;
    let targets = &options.targets;
    let (option, why) = if !targets.allow_host.is_empty() {
        ("--allow-host", "calls no other host than the fleet's")
    } else if !targets.allow_region.is_empty() {
        (
            "--allow-region",
            "has the Regions of this build's table alone",
        )
    } else if targets.ca_file.is_some() {
        ("--ca-file", "trusts the fleet's own certificates")
    } else if options.caller.profile.is_some() {
        ("--profile", "calls with the fleet's own keys")
    } else {
        return None;
    };
    Some(NoEffect::new(
        option,
        format!("has no effect: --simulate {why}"),
    ))
}

/// Options about endpoints that are not called.
fn uncalled(targets: &TargetOptions, endpoints: &[Endpoint]) -> Option<NoEffect> {
    let named = |name: &str| endpoints.iter().any(|endpoint| endpoint.name == name);
    let urls = targets.endpoint_url.iter();
    let mut names = urls.filter_map(|text| text.split_once('=').map(|(name, _)| name));
    if let Some(name) = names.find(|name| !named(name)) {
        return Some(NoEffect::new(
            "--endpoint-url",
            format!("{name} is not called; add {name} to --endpoints"),
        ));
    }
    let regions = |region: &&String| endpoints.iter().any(|e| e.region == region.as_str());
    if let Some(region) = targets.allow_region.iter().find(|region| !regions(region)) {
        return Some(NoEffect::new(
            "--allow-region",
            format!("{region} has no effect: --endpoints names no endpoint there"),
        ));
    }
    let is_listed = |region: &&String| Region::named(region).is_some();
    if let Some(region) = targets.allow_region.iter().find(is_listed) {
        return Some(NoEffect::new(
            "--allow-region",
            format!("{region} has no effect: this build's table has the Region"),
        ));
    }
    let admitted = AdmittedOptions {
        hosts: &targets.allow_host,
        ca_file: targets.ca_file.as_deref(),
        resolver: targets.resolver.unwrap_or_default(),
    };
    admitted.without_effect(endpoints)
}

/// What admits hosts and certificates.
pub(crate) struct AdmittedOptions<'a> {
    /// `--allow-host`.
    pub(crate) hosts: &'a [String],
    /// `--ca-file`.
    pub(crate) ca_file: Option<&'a Path>,
    /// `--resolver`.
    pub(crate) resolver: Resolver,
}

impl AdmittedOptions<'_> {
    /// The first of the options that changes nothing where `endpoints` are called.
    pub(crate) fn without_effect(&self, endpoints: &[Endpoint]) -> Option<NoEffect> {
        let is_at = |e: &Endpoint, host: &str| e.origin.host() == host;
        let idle = |host: &&String| !endpoints.iter().any(|e| is_at(e, host));
        if let Some(host) = self.hosts.iter().find(idle) {
            return Some(NoEffect::new(
                "--allow-host",
                format!("{host} has no effect: no endpoint that is called has this host"),
            ));
        }
        // With --ca-file it says of AWS's hosts too whose certificates are trusted.
        let is_public = |e: &Endpoint| {
            Endpoint::is_aws_host(e.origin.host())
                && e.origin.port() == 443
                && self.ca_file.is_none()
        };
        let needless = |e: &Endpoint| e.origin.is_loopback_name() || is_public(e);
        let needs_none = |host: &&String| {
            let mut others = endpoints.iter().filter(|e| !needless(e));
            !others.any(|e| is_at(e, host))
        };
        if let Some(host) = self.hosts.iter().find(needs_none) {
            return Some(NoEffect::new(
                "--allow-host",
                format!("{host} has no effect: AWS's own hosts and loopback ones need none"),
            ));
        }
        self.ca_file?;
        let is_tls = |e: &&Endpoint| e.origin.scheme() == Scheme::Https;
        let mut tls = endpoints.iter().filter(is_tls);
        let admitted = |e: &Endpoint| {
            let named = self.hosts.iter().any(|host| host == e.origin.host());
            e.origin.is_loopback_name() || named || self.resolver.is_local()
        };
        (!tls.any(admitted)).then(|| {
            NoEffect::new(
                "--ca-file",
                "has no effect: it holds for loopback addresses and hosts of --allow-host, and none is called by https://",
            )
        })
    }
}

/// A cap that lets an audit be as fast as it is without one.
fn idle_cap(options: &RunOptions) -> Option<NoEffect> {
    let load = &options.load;
    let cap = load.max_rate_per_endpoint?;
    let usual = if options.targets.simulate.is_some() {
        SIMULATED_RATE_PER_SECOND
    } else {
        POLITE_RATE_PER_SECOND
    };
    let is_audit = load.rate.is_none() && load.concurrency.is_none();
    (is_audit && load.rate_per_endpoint.is_none() && cap >= usual).then(|| {
        NoEffect::new(
            "--max-rate-per-endpoint",
            format!(
                "{cap} has no effect: a run makes {usual} requests/s to one endpoint; --rate-per-endpoint says how many it is to make"
            ),
        )
    })
}

/// Options of judging where nothing is asked.
fn unjudged(options: &RunOptions) -> Option<NoEffect> {
    options
        .judging
        .measure
        .without_effect(&options.judging.gate)
}

/// Options of the client that measures.
fn of_the_client(options: &RunOptions) -> Option<NoEffect> {
    let (load, connections) = (&options.load, &options.targets.connections);
    if load.client == Some(ClientName::Reqwest) && load.clock == Some(ClockName::Kernel) {
        return Some(NoEffect::new(
            "--clock",
            "kernel has no effect: --client reqwest does not lend its sockets; use --clock user-space",
        ));
    }
    let keeps = |kind: &ConnectionMode| *kind != ConnectionMode::Cold;
    let all_cold = !connections.is_empty() && !connections.iter().any(keeps);
    (load.connections_per_target.is_some() && all_cold).then(|| {
        NoEffect::new(
            "--connections-per-target",
            "has no effect: cold calls keep no connection",
        )
    })
}

#[cfg(all(test, feature = "simulate"))]
#[path = "no_effect_tests.rs"]
mod tests;
