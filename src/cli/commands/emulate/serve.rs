//! `stsbench emulate`: the simulated fleet as a server, until SIGTERM, Ctrl-C or the end of its parent.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::builder::NonEmptyStringValueParser;

use sts_emulator::{Announcement, Emulator, EmulatorConfig, Link, ask_readiness};

use super::client_environment::ClientEnvironment;
use super::emulator_file;
use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::values::{NonEmptyPath, duration, ipv4, link, listen, region, share};
use crate::cli::text_file;
use crate::load::Epoch;
use crate::parallel::{runtime, start_thread};
use crate::session;

/// `stsbench emulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct EmulateOptions {
    /// The Region that the fleet is seen from, by name or city; sets every endpoint's round trip [default: eu-central-1]
    #[arg(long, value_name = "REGION", value_parser = region)]
    from: Option<String>,
    /// Which of AWS's endpoints to serve, as in `stsbench run --endpoints` [default: global,default]
    #[arg(long, value_name = "SELECTOR", value_parser = NonEmptyStringValueParser::new())]
    endpoints: Option<String>,
    /// Fixes the draws of service times and faults, and with --clock ids and credentials too [default: 0]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<u64>,
    /// The fleet's clock stands still at TIME, such as 2026-01-01T00:00:00Z: the same requests in the same order at an endpoint
    /// get the same answers, byte for byte. Signatures may still be dated by this machine's clock
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    clock: Option<String>,
    /// How distance is made: kernel delays every packet, TCP's handshake included, and needs Linux with CAP_NET_ADMIN and
    /// CAP_SYS_ADMIN; bytes delays what connections carry; undelayed nothing; auto is kernel if it can be, else bytes
    /// [default: bytes]
    #[arg(long, value_name = "LINK", value_parser = link)]
    link: Option<Link>,
    /// Port of every endpoint's TLS address, on loopback addresses of their own [default: any free one]. At 443, which needs
    /// CAP_NET_BIND_SERVICE, the fleet's DNS is all that a client needs to reach it by its real names
    #[arg(long, value_name = "PORT", allow_hyphen_values = true)]
    listen_port: Option<u16>,
    /// The first endpoint's address; the others follow it [default: 127.0.1.1]. One that other machines reach, such as 0.0.0.0,
    /// is shared by all: each takes two ports from --listen-port on, TLS and plaintext, in the order of --endpoints
    #[arg(long, value_name = "ADDRESS", value_parser = ipv4)]
    listen: Option<Ipv4Addr>,
    /// Allows addresses that other machines can reach. Their clients talk to a simulation, and its keys give no access to AWS
    #[arg(long)]
    i_know_it_is_not_aws: bool,
    /// Answers `GET /_stsbench/ready` at ADDRESS:PORT with 200 as soon as every endpoint is served
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = listen)]
    ready_listen: Option<SocketAddr>,
    /// Asks the fleet with that --ready-listen whether it is ready, and ends: with 0 if it is, else with 5. For images without
    /// another HTTP client
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = listen, exclusive = true)]
    is_ready: Option<SocketAddr>,
    /// Kernel link: probability that a packet is lost, such as 0.05 or 5%, on every path that the fleet file does not describe
    #[arg(long, value_name = "SHARE", value_parser = share, allow_hyphen_values = true)]
    loss: Option<f64>,
    /// Kernel link: the most that a packet is delayed beyond half a round trip, such as 2ms; on every path that the fleet file
    /// does not describe
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = duration)]
    jitter: Option<Duration>,
    /// Kernel link: bits per second in each direction of every path that the fleet file does not describe
    #[arg(long, value_name = "BITS", allow_hyphen_values = true)]
    rate: Option<f64>,
    /// Reads the whole fleet from a TOML file: users, quota, service times, faults, paths; the options above win
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    fleet: Option<PathBuf>,
    /// The text of such a file itself
    #[arg(long, value_name = "TOML", conflicts_with = "fleet", value_parser = NonEmptyStringValueParser::new())]
    fleet_toml: Option<String>,
    /// Prints the fleet as it would be, as a fleet file, and ends: the built-in accounts, users and roles are a starting
    /// point for your own
    #[arg(long, conflicts_with_all = ["env", "until_stdin_ends"])]
    print_fleet: bool,
    /// Writes a record of each call as CloudTrail would, one JSON line in the file of its Region in DIR
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath)]
    audit: Option<PathBuf>,
    /// While the fleet listens, keeps two files in this directory for other clients: `env`, a script of exports for a shell
    /// (endpoint, Region, the fleet's own keys), and `ca.pem`
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath)]
    env: Option<PathBuf>,
    /// Ends when standard input ends, so that a fleet cannot outlive the process that started it
    #[arg(long)]
    until_stdin_ends: bool,
}

/// Serves until told to end; prints one JSON line for the fleet, one for each endpoint, and in the end the ledger.
pub(crate) fn serve(options: &EmulateOptions) -> Result<Exit, CommandError> {
    Epoch::start_checked().or_exit(Exit::Usage)?;
    if let Some(address) = options.is_ready {
        return ask_readiness(address)
            .map(|()| Exit::Success)
            .with_context(|| format!("the fleet at {address} is not ready"))
            .or_exit(Exit::NoData);
    }
    let spec = spec(options)?;
    if options.until_stdin_ends {
        wake_with_parent().or_exit(Exit::Unexpected)?;
    }
    if options.print_fleet {
        let text = toml::to_string(&spec).or_exit(Exit::Unexpected)?;
        print(text.as_bytes())?;
        return Ok(Exit::Success);
    }
    let environment = options
        .env
        .as_deref()
        .map(ClientEnvironment::prepare)
        .transpose()
        .context("--env")
        .or_exit(Exit::Usage)?;
    session::raise_limit();
    let runtime = runtime("fleet").or_exit(Exit::Unexpected)?;
    runtime.block_on(async {
        let fleet = Emulator::start(spec).await.or_exit(Exit::Usage)?;
        let view = fleet.view();
        for line in view.announcements() {
            announce(&line)?;
        }
        if let Some(environment) = &environment {
            environment
                .write(view.announcement(), view.announced_endpoints())
                .context("--env")
                .or_exit(Exit::NotWritten)?;
        }
        let told = told_to_end(options.until_stdin_ends)
            .await
            .or_exit(Exit::Unexpected);
        if let Some(environment) = &environment {
            environment.remove();
        }
        told?;
        announce(&Announcement::Ledger(fleet.shutdown().await))?;
        Ok(Exit::Success)
    })
}

/// The fleet that the file and the options describe together, or everything that is wrong with it.
fn spec(options: &EmulateOptions) -> Result<EmulatorConfig, CommandError> {
    let (source, text) = match (&options.fleet, &options.fleet_toml) {
        (None, None) => (String::new(), String::new()),
        (None, Some(text)) => ("--fleet-toml ".to_owned(), text.clone()),
        (Some(path), _) => {
            let text = text_file::read(path)
                .context("--fleet")
                .or_exit(Exit::Usage)?;
            (format!("fleet file {} ", path.display()), text)
        }
    };
    let wrong = |complaint: String| anyhow!("{source}{complaint}");
    let parsed = emulator_file::parse(&text).map_err(wrong);
    let mut spec = parsed.or_exit(Exit::Usage)?;
    if let Some(region) = &options.from {
        spec.vantage.clone_from(region);
    }
    if let Some(selector) = &options.endpoints {
        spec.endpoints.clone_from(selector);
    }
    spec.seed = options.seed.unwrap_or(spec.seed);
    spec.link = options.link.unwrap_or(spec.link);
    spec.listen_port = options.listen_port.unwrap_or(spec.listen_port);
    spec.listen_address = options.listen.unwrap_or(spec.listen_address);
    spec.i_know_it_is_not_aws |= options.i_know_it_is_not_aws;
    spec.ready_listen = options.ready_listen.or(spec.ready_listen);
    if options.clock.is_some() {
        spec.clock.clone_from(&options.clock);
    }
    if options.audit.is_some() {
        spec.audit.clone_from(&options.audit);
    }
    disturb(options, &mut spec);
    // What an option says has no place in the file.
    let given = |field: &str| match field {
        "vantage" => options.from.is_some(),
        "endpoints" => options.endpoints.is_some(),
        "clock" => options.clock.is_some(),
        "listen_address" => options.listen.is_some(),
        "ready_listen" => options.ready_listen.is_some(),
        "i_know_it_is_not_aws" => options.i_know_it_is_not_aws,
        _ => false,
    };
    let found = emulator_file::placed(&text, spec.mistakes(), given);
    if found.is_empty() {
        Ok(spec)
    } else {
        Err(wrong(found.join("; "))).or_exit(Exit::Usage)
    }
}

/// Puts the command line's disturbances on the paths that have no description of their own.
fn disturb(options: &EmulateOptions, spec: &mut EmulatorConfig) {
    if options.loss.is_none() && options.jitter.is_none() && options.rate.is_none() {
        return;
    }
    let path = spec.path.entry("*".to_owned()).or_default();
    path.loss = options.loss.unwrap_or(path.loss);
    path.jitter_ms = options
        .jitter
        .map_or(path.jitter_ms, |jitter| jitter.as_secs_f64() * 1e3);
    path.rate_bits_per_second = options.rate.or(path.rate_bits_per_second);
}

/// Prints one line without delay: the program that started the fleet waits for it.
fn announce(line: &Announcement) -> Result<(), CommandError> {
    let mut text = serde_json::to_vec(line).or_exit(Exit::Unexpected)?;
    text.push(b'\n');
    print(&text).map(|_| ())
}

async fn told_to_end(until_stdin_ends: bool) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let parent_gone = async {
        if until_stdin_ends {
            end_of_stdin().await
        } else {
            std::future::pending().await
        }
    };
    if until_stdin_ends {
        // Ctrl-C reaches the whole foreground group; the parent still has answers to wait for and then closes stdin.
        tokio::select! { _ = terminate.recv() => {}, gone = parent_gone => gone? }
    } else {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    }
    Ok(())
}

/// Has the end of the parent wake this process, should it be stopped then: only who runs can notice that standard input has
/// ended.
fn wake_with_parent() -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::CONT))?;
    Ok(())
}

/// Returns when standard input ends. A thread of its own, because a blocking read cannot be called off.
async fn end_of_stdin() -> std::io::Result<()> {
    let (ended, wait) = tokio::sync::oneshot::channel();
    start_thread("stdin", move || {
        std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()).ok();
        ended.send(()).ok();
    })?;
    wait.await.ok();
    Ok(())
}
