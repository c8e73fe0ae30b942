//! What a client finds out its endpoint from.

use std::collections::BTreeMap;

/// The variables that some client reads for it.
pub const CLIENT_VARIABLES: [&str; 12] = [
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AMAZON_REGION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SDK_LOAD_CONFIG",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
];

/// The settings of a profile that some client reads for it. The STS URL of its services section is beside them.
pub const PROFILE_SETTINGS: [&str; 6] = [
    "region",
    "sts_regional_endpoints",
    "endpoint_url",
    "ignore_configured_endpoint_urls",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
];

/// An environment, as far as it says which STS endpoint is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientEnvironment {
    /// Of [`CLIENT_VARIABLES`] those that are set, also to nothing.
    pub variables: BTreeMap<String, String>,
    /// Profiles by name: those that are in a file.
    pub profiles: BTreeMap<String, ClientProfile>,
}

/// A profile, as far as it says which STS endpoint is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientProfile {
    /// Of [`PROFILE_SETTINGS`] those that the credentials file has.
    pub credentials: BTreeMap<String, String>,
    /// Of [`PROFILE_SETTINGS`] those that the configuration has.
    pub config: BTreeMap<String, String>,
    /// The `endpoint_url` of `sts` in the services section that the profile names.
    pub services_url: Option<String>,
    /// The name of a services section that the profile names and no file has.
    pub services_missing: Option<String>,
}

impl ClientEnvironment {
    /// The value of a variable, which may be empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable that is not empty.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.variable(name).filter(|value| !value.is_empty())
    }
}
