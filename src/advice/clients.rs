//! Which endpoint each client calls in an environment, now and with the setting.

use crate::place::RegionSource;
use sts_model::{CLIENTS, Called, Client, ClientEnvironment, SettingPlace};

/// One client in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientCall {
    /// Which client.
    pub client: &'static Client,
    /// What it calls now.
    pub now: Called,
    /// What it would call with `AWS_STS_REGIONAL_ENDPOINTS=regional` and both variables of the Region.
    pub with_setting: Called,
    /// What it would call if nothing set `AWS_STS_REGIONAL_ENDPOINTS` or `sts_regional_endpoints`.
    pub without_setting: Called,
}

impl ClientCall {
    /// Whether that takes it from the global endpoint to another.
    pub(crate) fn is_changed(&self) -> bool {
        let is_called = matches!(self.with_setting, Called::Endpoint { .. });
        self.now.is_global() && is_called && !self.with_setting.is_global()
    }

    /// Whether it makes no call now, for the value that the setting has, and would with `regional`.
    pub(crate) fn is_repaired(&self) -> bool {
        self.now.refuses_setting() && matches!(self.with_setting, Called::Endpoint { .. })
    }

    /// Whether it calls another than the global endpoint for the setting alone.
    pub(crate) fn is_kept(&self) -> bool {
        let is_called = matches!(self.now, Called::Endpoint { .. });
        is_called && !self.now.is_global() && self.without_setting.is_global()
    }

    /// Where the URL is set that names the global endpoint to it, whatever the setting says.
    pub(crate) fn global_url(&self) -> Option<&SettingPlace> {
        self.now
            .global_url()
            .filter(|_| self.with_setting.is_global())
    }
}

/// What each of these clients calls, now and with the setting and that Region; all that are known when none is named.
pub(crate) fn client_calls(
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
    let mut unset = environment.clone();
    unset.variables.remove("AWS_STS_REGIONAL_ENDPOINTS");
    for profile in unset.profiles.values_mut() {
        for part in [&mut profile.credentials, &mut profile.config] {
            part.remove("sts_regional_endpoints");
        }
    }
    CLIENTS
        .iter()
        .filter(|client| only.is_empty() || only.contains(client))
        .map(|client| ClientCall {
            client,
            now: client.called(environment),
            with_setting: client.called(&set),
            without_setting: client.called(&unset),
        })
        .collect()
}

/// Where the Region of an advice is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegionFrom {
    /// An option, or this machine.
    Here(RegionSource),
    /// The place of the run.
    Run,
}

/// Where the callers' own settings stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallersProfile {
    /// The profile that they use.
    pub profile: String,
    /// The file of the AWS configuration, as a person names it.
    pub file: String,
}

impl Default for CallersProfile {
    fn default() -> Self {
        Self {
            profile: "default".to_owned(),
            file: "~/.aws/config".to_owned(),
        }
    }
}

impl CallersProfile {
    /// Of an environment with that configuration file; the default file where it is `None`.
    pub(crate) fn of(environment: &ClientEnvironment, file: Option<String>) -> Self {
        let usual = Self::default();
        let named = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter();
        let mut named = named.filter_map(|name| environment.variables.get(name));
        Self {
            profile: named
                .find(|name| !name.is_empty())
                .cloned()
                .unwrap_or(usual.profile),
            file: file.unwrap_or(usual.file),
        }
    }
}
