//! The simulated fleet of this program's own: how it is started, and its announcements in the words of a run.

use anyhow::Context as _;

use crate::credentials::{Found, Secret};
use crate::results::{Injected, Simulation};
use sts_emulator::{EmulatorProcess, EndpointAnnouncement, PreparedLink};

/// Starts a fleet of `selector` as seen from `region` and waits until it serves.
pub(crate) fn start(
    region: &str,
    selector: &str,
    seed: u64,
    link: PreparedLink,
) -> anyhow::Result<EmulatorProcess> {
    let seed = seed.to_string();
    launch(
        link,
        &["--from", region, "--endpoints", selector, "--seed", &seed],
    )
}

/// Starts the fleet that the text of a fleet file describes, over that link, and waits until it serves.
pub(crate) fn start_described(toml: &str, link: PreparedLink) -> anyhow::Result<EmulatorProcess> {
    launch(link, &["--fleet-toml", toml])
}

fn launch(link: PreparedLink, arguments: &[&str]) -> anyhow::Result<EmulatorProcess> {
    let program =
        std::env::current_exe().context("cannot find this program to start the simulated fleet")?;
    Ok(EmulatorProcess::start_over(link, program, arguments)?)
}

/// The fleet's own credentials, which open nothing else.
pub(crate) fn credentials(fleet: &EmulatorProcess) -> anyhow::Result<Found> {
    let own = fleet
        .credentials()
        .context("the simulated fleet announced no credentials")?;
    Ok(Found {
        access_key_id: Secret::new(own.access_key_id.clone()),
        secret_access_key: Secret::new(own.secret_access_key.clone()),
        session_token: None,
        source: "the simulated fleet".to_owned(),
        expires: None,
    })
}

/// What the fleet injects, for the record.
pub(crate) fn simulation(fleet: &EmulatorProcess) -> Simulation {
    let announcement = fleet.announcement();
    Simulation {
        region: announcement.vantage.clone(),
        seed: announcement.seed,
        link: announcement.link.name().to_owned(),
        why_not_kernel: announcement.why_not_kernel.clone(),
        injected: fleet.announced_endpoints().iter().map(injected).collect(),
        requests_seen: None,
    }
}

fn injected(announced: &EndpointAnnouncement) -> Injected {
    Injected {
        endpoint: announced.endpoint.name.clone(),
        round_trip_ns: nanoseconds(announced.rtt_ms),
        service_time_median_ns: announced
            .service_time
            .iter()
            .map(|(operation, law)| (operation.cli_name().to_owned(), nanoseconds(law.median_ms)))
            .collect(),
    }
}

fn nanoseconds(milliseconds: f64) -> u64 {
    (milliseconds * 1e6).round() as u64
}
