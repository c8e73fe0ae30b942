//! Where a Region may be said, besides the places of credentials: no credential is looked for here.

use crate::credentials::error::shown;

use super::files;
use super::profiles::Profiles;
use super::services::{Attempts, container, metadata};
use super::variables::{path_variable, variable as read_variable};

/// The value of an environment variable that is set and not blank.
pub(crate) fn variable(name: &str) -> Option<String> {
    read_variable(name)
}

/// The profile that is asked for by name or by a variable, or else `default`, and its `region`. What is wrong with the
/// files is left to the search for credentials.
pub(crate) fn profile_region(profile: Option<&str>) -> Option<(String, String)> {
    let variables = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
    let named = profile.map(str::to_owned).or_else(|| {
        let mut named = variables.into_iter().filter_map(path_variable);
        named.next().map(|name| name.to_string_lossy().into_owned())
    });
    let name = named.unwrap_or_else(|| "default".to_owned());
    let profiles: Profiles = files::read_configured().ok()?;
    let region = profiles.profile(&name).ok()??.get("region")?.to_owned();
    Some((shown(&name), region))
}

/// The Availability Zone that ECS tells its tasks, where this is one.
pub(crate) async fn container_zone() -> Option<String> {
    container::zone(&Attempts::default()).await
}

/// The Region that the instance's metadata service tells, unless it is switched off.
pub(crate) async fn instance_region() -> Option<String> {
    if metadata::is_switched_off() {
        return None;
    }
    metadata::region(&|_| None, &Attempts::default()).await
}
