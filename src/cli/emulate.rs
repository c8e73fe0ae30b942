//! `stsbench emulate`: the simulated fleet as a server, until SIGTERM, Ctrl-C or the end of its parent.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::builder::NonEmptyStringValueParser;

use crate::emulator::{Announcement, Fleet, FleetSpec, Link};

use super::client_environment::ClientEnvironment;
use super::exit::{Exit, OrExit, Refusal};
use super::options::NonEmptyPath;
use super::text_file;

/// `stsbench emulate`.
#[derive(Debug, clap::Args)]
pub(super) struct EmulateOptions {
    /// The Region that the fleet is seen from; sets every endpoint's round trip [default: eu-central-1]
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    from: Option<String>,
    /// Which of AWS's endpoints to serve, as in `stsbench run --endpoints` [default: global,default]
    #[arg(long, value_name = "SELECTOR", value_parser = NonEmptyStringValueParser::new())]
    endpoints: Option<String>,
    /// Fixes the draws of service times and faults [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How distance is made: kernel delays every packet, TCP's handshake included, and needs Linux with CAP_NET_ADMIN and
    /// CAP_SYS_ADMIN; bytes delays what connections carry; undelayed nothing; auto is kernel if it can be, else bytes
    /// [default: bytes]
    #[arg(long, value_name = "LINK", value_parser = super::options::link)]
    link: Option<Link>,
    /// Kernel link: how likely each packet is lost, 0 to 1, on every path that the fleet file does not describe
    #[arg(long, value_name = "SHARE")]
    loss: Option<f64>,
    /// Kernel link: most that each packet is delayed beyond its half of the round trip, such as 2ms; likewise
    #[arg(long, value_name = "TIME", value_parser = super::options::duration)]
    jitter: Option<Duration>,
    /// Kernel link: bits per second in each direction of every path; likewise
    #[arg(long, value_name = "BITS")]
    rate: Option<f64>,
    /// Reads the whole fleet from a TOML file: users, quota, service times, faults, paths; the options above win
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    fleet: Option<PathBuf>,
    /// The text of such a file itself
    #[arg(long, value_name = "TOML", conflicts_with = "fleet", value_parser = NonEmptyStringValueParser::new())]
    fleet_toml: Option<String>,
    /// While the fleet listens, keeps two files in this directory for other clients: `env`, a script of exports for a shell
    /// (endpoint, Region, the fleet's own keys), and `ca.pem`
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath)]
    env: Option<PathBuf>,
    /// Ends when standard input ends, so that a fleet cannot outlive the process that started it
    #[arg(long)]
    until_stdin_ends: bool,
}

/// Serves until told to end; prints one JSON line for the fleet, one for each endpoint, and in the end the ledger.
pub(super) fn serve(options: &EmulateOptions) -> Result<Exit, Refusal> {
    let spec = spec(options)?;
    let environment =
        options.env.as_deref().map(ClientEnvironment::prepare).transpose().context("--env").or_exit(Exit::Usage)?;
    super::limits::raise();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().or_exit(Exit::Unexpected)?;
    runtime.block_on(async {
        let fleet = Fleet::start(spec).await.or_exit(Exit::Usage)?;
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
        let told = told_to_end(options.until_stdin_ends).await.or_exit(Exit::Unexpected);
        environment.as_ref().inspect(|environment| environment.remove());
        told?;
        announce(&Announcement::Ledger(fleet.shutdown().await))?;
        Ok(Exit::Success)
    })
}

fn spec(options: &EmulateOptions) -> Result<FleetSpec, Refusal> {
    let mut spec = match (&options.fleet, &options.fleet_toml) {
        (None, None) => FleetSpec::default(),
        (None, Some(text)) => toml::from_str(text).context("--fleet-toml").or_exit(Exit::Usage)?,
        (Some(path), _) => {
            let parsed = text_file::read(path)
                .context("--fleet")
                .and_then(|text| toml::from_str(&text).with_context(|| format!("fleet file {}", path.display())));
            parsed.or_exit(Exit::Usage)?
        }
    };
    if let Some(region) = &options.from {
        spec.vantage.clone_from(region);
    }
    if let Some(selector) = &options.endpoints {
        spec.endpoints.clone_from(selector);
    }
    spec.seed = options.seed.unwrap_or(spec.seed);
    spec.link = options.link.unwrap_or(spec.link);
    disturb(options, &mut spec);
    Ok(spec)
}

/// Puts the command line's disturbances on the paths that have no description of their own.
fn disturb(options: &EmulateOptions, spec: &mut FleetSpec) {
    if options.loss.is_none() && options.jitter.is_none() && options.rate.is_none() {
        return;
    }
    let path = spec.path.entry("*".to_owned()).or_default();
    path.loss = options.loss.unwrap_or(path.loss);
    path.jitter_ms = options.jitter.map_or(path.jitter_ms, |jitter| jitter.as_secs_f64() * 1e3);
    path.rate_bits_per_second = options.rate.or(path.rate_bits_per_second);
}

/// One line, at once: whoever started the fleet waits for it.
fn announce(line: &Announcement) -> Result<(), Refusal> {
    let mut text = serde_json::to_vec(line).or_exit(Exit::Unexpected)?;
    text.push(b'\n');
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&text).and_then(|()| stdout.flush()).or_exit(Exit::NotWritten)
}

async fn told_to_end(until_stdin_ends: bool) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let parent_gone = async {
        if until_stdin_ends {
            end_of_stdin().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    if until_stdin_ends {
        // Ctrl-C reaches the whole foreground group; the parent still has answers to wait for and then closes stdin.
        tokio::select! { _ = terminate.recv() => {}, () = parent_gone => {} }
    } else {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    }
    Ok(())
}

/// Returns when standard input ends. A thread of its own, because a blocking read cannot be called off.
async fn end_of_stdin() {
    let (ended, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()).ok();
        ended.send(()).ok();
    });
    wait.await.ok();
}
