//! `stsbench run`: options → plan → caller → measuring → report.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::IsTerminal as _;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use crate::catalog::{Catalog, Endpoint, Origin, Selector};
use crate::compare::{self, Summary};
use crate::emulator::Link;
use crate::load::{Epoch, Skew, Stop};
use crate::operation::Operation;
use crate::plan::{Client, Connection, Draft, Judging, Plan, Resolver, Service};
use crate::record::Histogram;
use crate::render::Report;
use crate::results::{self, Certificate, Completion, Notice, Run, Vantage, Writer};
use crate::selftest;
use crate::transport::Trust;

use super::caller::{self, Caller};
use super::course::Course;
use super::destination::Destination;
use super::diagnostics::{say, warn};
use super::exit::{Exit, OrExit, Refusal};
use super::fleet::{AdmittedLink, FleetProcess};
use super::measure::{Measured, Sender};
use super::options::{RunOptions, TargetOptions};
use super::parameters::{self, Given};
use super::progress::Progress;
use super::signals::{Signals, Stage};
use super::{dry_run, limits, output, plan_file, state, text_file};

/// Measures, writes and prints.
pub(super) fn run(mut options: RunOptions) -> Result<Exit, Refusal> {
    if let Some(path) = options.targets.plan.clone() {
        plan_file::fill(&path, &mut options.targets, &mut options.load).or_exit(Exit::Usage)?;
    }
    let mut course = Course::set(draft(&options)?)?;
    limits::make_room(course.plan()).or_exit(Exit::Usage)?;
    if options.load.dry_run {
        course.notices().iter().for_each(|text| warn(text));
        return output::print(dry_run::describe(course.plan(), course.service()).as_bytes());
    }
    let link = admit_link(&options.targets)?;
    let epoch = Epoch::start();
    let run_id = results::run_id(epoch.wall());
    let (destination, directory) = Destination::prepare(&options.output, &run_id)?;
    let signals = Signals::listen().context("cannot listen for signals").or_exit(Exit::Unexpected)?;

    let fleet = fleet(&options.targets, course.seed(), link)?;
    let trust = trust(&options.targets, fleet.as_ref())?;
    let mut secrets = fleet.as_ref().map(|fleet| course.call_fleet(fleet)).transpose()?.unwrap_or_default();
    let exposed = parameters::read_secrets(course.plan(), &mut secrets)?;
    course.note(exposed);
    let caller = Caller::of(&course, fleet.as_ref(), &options.caller, epoch)?;
    course.note(caller.notices(course.plan(), epoch.wall()));
    course.note(ignored_variables());
    if caller.is_temporary() {
        course.leave_out_for_temporary_credentials()?;
    }
    let user_agent = format!("stsbench/{} run/{run_id}", env!("CARGO_PKG_VERSION"));
    let sender = Sender { trust, signer: caller.signer(user_agent).with_secrets(secrets), epoch };
    let (identified, preflight_calls) = match caller.is_anonymous() {
        true => (None, 0),
        false => sender.preflight(course.plan())?,
    };
    if let Some(identified) = &identified {
        course.leave_out_for(identified, caller.is_temporary())?;
    }
    course.note(caller.doubts(identified.as_ref()));
    let (plan, notices) = course.finish();
    notices.iter().for_each(|text| warn(text));

    let simulation = fleet.as_ref().map(FleetProcess::simulation);
    let header = Run {
        schema_version: results::SCHEMA_VERSION,
        run_id,
        tool: state::tool(),
        vantage: Vantage { name: vantage(&options, simulation.as_ref().map(|s| s.region.as_str())), simulation },
        caller: identified.as_ref().and_then(|identified| caller.describe(identified, options.caller.show_identity)),
        started_at: caller::rfc3339(epoch.wall()),
        elapsed_ns: 0,
        completion: Completion::Recovered,
        plan: caller::disclosed(&plan, options.caller.show_identity),
        series: Vec::new(),
        signing: Histogram::default(),
        pace: None,
        measuring_cpu_ratio: None,
        spin_cpu_ratio: None,
        health: None,
        certificate: state::certificate(&state::tool(), &selftest::this_host()).map(Certificate::within_run),
        service_clock_ahead_seconds: identified
            .as_ref()
            .and_then(|identified| identified.skew)
            .map(Skew::ahead_seconds),
        windows: Vec::new(),
        checks: Vec::new(),
        notices: notices.into_iter().map(|text| Notice { at_ns: 0, text }).collect(),
    };
    let mut writer = Writer::create(directory, &header).or_exit(Exit::NotWritten)?;
    let mut run = measure(&options, header, &Arc::new(plan), sender, &caller, &signals, &mut writer)?;
    if let (Some(fleet), Some(simulation)) = (fleet, run.vantage.simulation.as_mut()) {
        simulation.requests_seen = fleet.finish().map(|ledger| ledger.requests().saturating_sub(preflight_calls));
    }
    conclude(&options, run, writer, &destination, &signals, &caller)
}

/// Carries the plan out. Files that could not be kept are the writer's to report; the run is whole in memory.
fn measure(
    options: &RunOptions,
    header: Run,
    plan: &Arc<Plan>,
    sender: Sender,
    caller: &Caller,
    signals: &Signals,
    writer: &mut Writer,
) -> Result<Run, Refusal> {
    if !options.output.quiet {
        say(&dry_run::headline(plan, header.vantage.simulation.is_some()));
    }
    let progress = Progress::of(plan, &options.output);
    let sender = Sender { epoch: sender.epoch.moved_to(Epoch::now()), ..sender };
    caller.keep_fresh(signals);
    signals.enter(Stage::Measuring);
    let measured = sender.measure(plan, signals, writer, progress)?;
    signals.enter(Stage::Writing);
    let Measured { series, signing, pace, notices, ended } = measured;
    let elapsed = ended.elapsed.as_secs_f64();
    let lost = caller.lost_notice(ended.elapsed);
    Ok(Run {
        started_at: caller::rfc3339(sender.epoch.wall()),
        elapsed_ns: u64::try_from(ended.elapsed.as_nanos()).unwrap_or(u64::MAX),
        completion: match ended.by {
            Stop::AtEnd => Completion::Complete,
            Stop::Now => Completion::Interrupted,
        },
        series,
        signing,
        pace,
        measuring_cpu_ratio: ended.cpu.filter(|_| elapsed > 0.0).map(|cpu| cpu.as_secs_f64() / elapsed),
        spin_cpu_ratio: (elapsed > 0.0).then(|| ended.spun.as_secs_f64() / elapsed),
        health: Some(ended.health),
        notices: header.notices.iter().cloned().chain(notices).chain(lost).collect(),
        ..header
    })
}

/// Writes and prints the report, and tells by the exit code what it is worth.
fn conclude(
    options: &RunOptions,
    mut run: Run,
    mut writer: Writer,
    destination: &Destination,
    signals: &Signals,
    caller: &Caller,
) -> Result<Exit, Refusal> {
    let summary = compare::summarise(&run);
    run.checks.clone_from(&summary.checks);
    let run = &run;
    let kept = writer.finish(run);
    let written = kept.and_then(|()| output::write_report(writer.directory(), run, &summary));
    let exported = destination.exports().write(&[Report::new(run, &summary)]);
    let printed = output::show(run, &summary, &options.output);
    if let Err(error) = written {
        return Err(Refusal::new(Exit::NotWritten, anyhow::Error::new(error).context("the report is incomplete")));
    }
    if !options.output.quiet {
        if std::io::stdout().is_terminal() {
            // The report has scrolled away above; its first line is what the reader came for.
            say(&format!("\n{}", Report::new(run, &summary).title));
        }
        if let Some(path) = destination.kept_at() {
            say(&format!("results in {}", path.display()));
        }
    }
    exported?;
    printed?;
    if let Some(lost) = caller.lost() {
        return Err(Refusal::new(Exit::Credentials, lost));
    }
    Ok(signals.received().unwrap_or_else(|| worth(&summary)))
}

/// What the numbers are worth, as an exit code.
fn worth(summary: &Summary) -> Exit {
    if summary.rows.iter().all(|row| row.service_time.count == 0) {
        Exit::NoData
    } else if summary.refusals().next().is_some() {
        Exit::Invalid
    } else {
        Exit::Success
    }
}

fn draft(options: &RunOptions) -> Result<Draft, Refusal> {
    let (targets, load) = (&options.targets, &options.load);
    let endpoints = select(targets)?;
    let resolver = resolver(options, &endpoints)?;
    let or_default = |given: &[Connection]| match given {
        [] => vec![Connection::Cold, Connection::Warm],
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
        judging: Judging::default(),
        service: if targets.simulate.is_some() { Service::Simulated } else { Service::Shared },
    })
}

/// The operations' parameters; the command line wins. There it is a mistake to give one to an operation that is not called.
fn given(targets: &TargetOptions, operations: &[Operation]) -> Result<Given, Refusal> {
    let mut given = parameters::parse(&targets.param)?;
    if let Some(idle) = given.keys().find(|operation| !operations.contains(operation)) {
        let error = anyhow!("--param {idle}: that operation is not called; add it to --operations");
        return Err(Refusal::new(Exit::Usage, error));
    }
    parameters::fill(&mut given, targets.plan_parameters.clone());
    Ok(given)
}

/// Who turns names into addresses. One that could not do what it was named for is refused.
fn resolver(options: &RunOptions, endpoints: &[Endpoint]) -> Result<Resolver, Refusal> {
    let resolver = options.targets.resolver.unwrap_or_default();
    let refuse = |why: &str| Err(Refusal::new(Exit::Usage, anyhow!("--resolver {resolver}: {why}")));
    if resolver != Resolver::System && options.targets.simulate.is_some() {
        return refuse("--simulate asks no resolver, its endpoints have addresses of their own; see stsbench emulate");
    }
    let reqwest = options.load.client.map(Client::from) == Some(Client::Reqwest);
    let vouched = |host: &str| options.targets.allow_host.iter().any(|allowed| allowed.eq_ignore_ascii_case(host));
    let public = |endpoint: &Endpoint| {
        let host = endpoint.origin.host();
        Endpoint::is_aws_host(host) && !vouched(host)
    };
    if reqwest && options.targets.ca_file.is_some() && is_local(resolver) && endpoints.iter().any(public) {
        return refuse("with --ca-file it can name addresses of this machine, which --client reqwest cannot verify");
    }
    Ok(resolver)
}

/// Whether the resolver was named by the user and is on this machine.
fn is_local(resolver: Resolver) -> bool {
    matches!(resolver, Resolver::Server(server) if server.ip().to_canonical().is_loopback())
}

/// The endpoints asked for; every host that is not AWS's own has to be on this machine or named in full.
fn select(options: &TargetOptions) -> Result<Vec<Endpoint>, Refusal> {
    if options.simulate.is_some() && !options.endpoint_url.is_empty() {
        return Err(Refusal::new(Exit::Usage, anyhow!("--simulate and --endpoint-url exclude each other")));
    }
    let mut catalog = Catalog { extra_regions: options.allow_region.clone(), ..Catalog::default() };
    for given in &options.endpoint_url {
        let (name, url) = given
            .split_once('=')
            .with_context(|| format!("--endpoint-url {given:?} must be NAME=URL, such as moto=http://127.0.0.1:5000"))
            .or_exit(Exit::Usage)?;
        let origin = Origin::parse(url).with_context(|| format!("--endpoint-url {name}")).or_exit(Exit::Usage)?;
        admit(name, &origin, &options.allow_host)?;
        let endpoint = Endpoint::custom(name, origin).context("--endpoint-url").or_exit(Exit::Usage)?;
        catalog.custom.push(endpoint);
    }
    let selector = options.endpoints.as_deref().unwrap_or(DEFAULT_ENDPOINTS);
    let selector: Selector = selector.parse().context("--endpoints").or_exit(Exit::Usage)?;
    catalog.select(&selector).context("--endpoints").or_exit(Exit::Usage)
}

/// A host that a typo made must not receive a signed request.
fn admit(name: &str, origin: &Origin, allowed: &[String]) -> Result<(), Refusal> {
    let host = origin.host();
    if origin.is_loopback_name() || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)) {
        return Ok(());
    }
    if Endpoint::is_aws_host(host) {
        if origin.port() == 443 {
            return Ok(());
        }
        let error = anyhow!("--endpoint-url {name}: AWS serves STS on port 443 only, not {}", origin.port());
        return Err(Refusal::new(Exit::Usage, error));
    }
    Err(Refusal::new(
        Exit::Usage,
        anyhow!(
            "--endpoint-url {name}: {host} is no STS endpoint of AWS's; --allow-host {host} would send signed requests there"
        ),
    ))
}

/// The link of a simulated run. Nothing may have started a thread yet.
fn admit_link(options: &TargetOptions) -> Result<Option<AdmittedLink>, Refusal> {
    let asked = options.simulate.as_ref().map(|_| options.link.unwrap_or(Link::Auto));
    asked.map(AdmittedLink::prepare).transpose().or_exit(Exit::Usage)
}

fn fleet(options: &TargetOptions, seed: u64, link: Option<AdmittedLink>) -> Result<Option<FleetProcess>, Refusal> {
    let (Some(region), Some(link)) = (&options.simulate, link) else { return Ok(None) };
    let selector = options.endpoints.as_deref().unwrap_or(DEFAULT_ENDPOINTS);
    FleetProcess::start(region, selector, seed, link).map(Some).or_exit(Exit::Usage)
}

fn trust(options: &TargetOptions, fleet: Option<&FleetProcess>) -> Result<Trust, Refusal> {
    let mut trust = Trust::public();
    if let Some(fleet) = fleet {
        let addresses = fleet.endpoints.iter().filter_map(|announced| announced.endpoint.address);
        trust = trust.with_authority(fleet.fleet.ca_pem.as_bytes()).or_exit(Exit::NoData)?.with_fleet(addresses);
    }
    if let Some(path) = &options.ca_file {
        let pem = text_file::read(path).context("--ca-file").or_exit(Exit::Usage)?;
        trust = trust
            .with_authority(pem.as_bytes())
            .with_context(|| format!("--ca-file {}", path.display()))
            .or_exit(Exit::Usage)?;
        if is_local(options.resolver.unwrap_or_default()) {
            trust = trust.with_local_names();
        }
    }
    Ok(options.allow_host.iter().fold(trust, |trust, host| trust.with_host(host)))
}

/// Variables that would lead other programs astray on the way to STS, and that this one does not follow.
fn ignored_variables() -> Option<String> {
    const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let set: Vec<_> =
        PROXIES.into_iter().filter(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty())).collect();
    (!set.is_empty()).then(|| format!("{} set and ignored: STS is called without a proxy", set.join(", ")))
}

fn vantage(options: &RunOptions, simulated: Option<&str>) -> String {
    let host = || rustix::system::uname().nodename().to_string_lossy().into_owned();
    let name = options.caller.vantage.clone().or_else(|| simulated.map(str::to_owned)).unwrap_or_else(host);
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// A seed from the operating system's randomness, exact in every JSON reader.
fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish() & ((1 << 53) - 1)
}

const DEFAULT_ENDPOINTS: &str = "global,default";
