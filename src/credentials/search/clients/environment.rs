//! From variables and files to what `sts_model` knows of an environment.

use std::collections::{BTreeMap, BTreeSet};

use sts_model::{CLIENT_VARIABLES, ClientEnvironment, ClientProfile, PROFILE_SETTINGS};

use crate::credentials::error::CredentialsError;
use crate::credentials::search::files;
use crate::credentials::search::profiles::{FileSection, Profiles};

/// This process's environment as far as it says which STS endpoint is called; with `profile` as if `AWS_PROFILE` named it.
///
/// # Errors
/// A file that cannot be read, a profile with a line that cannot be, or a `profile` that no file has.
pub(crate) fn client_environment(
    profile: Option<&str>,
) -> Result<ClientEnvironment, CredentialsError> {
    let set = CLIENT_VARIABLES
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)));
    let mut variables: BTreeMap<String, String> = set.collect();
    if let Some(profile) = profile {
        variables.remove("AWS_DEFAULT_PROFILE");
        variables.insert("AWS_PROFILE".to_owned(), profile.to_owned());
    }
    let profiles = files::read_configured()?;
    let environment = environment_of(variables, &profiles)?;
    match profile.filter(|name| !environment.profiles.contains_key(*name)) {
        Some(name) => Err(profiles.missing(name, None)),
        None => Ok(environment),
    }
}

/// The configuration that `AWS_CONFIG_FILE` names, if it does.
pub(crate) fn config_file() -> Option<String> {
    std::env::var("AWS_CONFIG_FILE")
        .ok()
        .filter(|name| !name.is_empty())
}

/// The environment of these variables and files.
pub(super) fn environment_of(
    variables: BTreeMap<String, String>,
    profiles: &Profiles,
) -> Result<ClientEnvironment, CredentialsError> {
    let named = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].map(|name| variables.get(name));
    let names: BTreeSet<&str> = named
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain(["default"])
        .collect();
    let mut found = BTreeMap::new();
    for name in names {
        let Some(profile) = profiles.profile(name)? else {
            continue;
        };
        let services = profile.get("services");
        let section = match services {
            Some(name) => profiles.services(name)?,
            None => None,
        };
        let services_missing = services.filter(|_| section.is_none()).map(str::to_owned);
        let services_url = section.and_then(|section| {
            let mut nested = section.nested("sts");
            nested.find_map(|(name, url)| (name == "endpoint_url").then(|| url.to_owned()))
        });
        let profile = ClientProfile {
            credentials: settings(profile.credentials()),
            config: settings(profile.config()),
            services_url,
            services_missing,
        };
        found.insert(name.to_owned(), profile);
    }
    Ok(ClientEnvironment {
        variables,
        profiles: found,
    })
}

fn settings(part: &FileSection) -> BTreeMap<String, String> {
    PROFILE_SETTINGS
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), part.stated(name)?.to_owned())))
        .collect()
}
