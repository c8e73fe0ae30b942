//! Which endpoint each client calls in an environment, now and with the setting.

use crate::place::RegionSource;
use sts_model::{CLIENTS, Called, Client, ClientEnvironment};

/// One client in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCall {
    /// Which client.
    pub client: &'static Client,
    /// What it calls now.
    pub now: Called,
    /// What it would call with `AWS_STS_REGIONAL_ENDPOINTS=regional` and both variables of the Region.
    pub with_setting: Called,
}

impl ClientCall {
    /// Whether that takes it from the global endpoint to another.
    pub fn is_changed(&self) -> bool {
        let is_called = matches!(self.with_setting, Called::Endpoint { .. });
        self.now.is_global() && is_called && !self.with_setting.is_global()
    }
}

/// What each of these clients calls, now and with the setting and that Region; all that are known when none is named.
pub fn client_calls(
    environment: &ClientEnvironment,
    region: Option<&str>,
    only: &[&'static Client],
) -> Vec<ClientCall> {
    let mut set = environment.clone();
    let regions = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .zip(region.into_iter().cycle());
    for (name, value) in regions.chain([("AWS_STS_REGIONAL_ENDPOINTS", "regional")]) {
        set.variables.insert(name.to_owned(), value.to_owned());
    }
    CLIENTS
        .iter()
        .filter(|client| only.is_empty() || only.contains(client))
        .map(|client| ClientCall {
            client,
            now: client.called(environment),
            with_setting: client.called(&set),
        })
        .collect()
}

/// Where the Region of an advice is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionFrom {
    /// An option, or this machine.
    Here(RegionSource),
    /// The place of the run.
    Run,
}
