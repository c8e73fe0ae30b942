//! What else variables and profiles say, above all where a Region may be said: no credential is looked for here.

use crate::credentials::error::{CredentialsError, shown};

use sts_model::nearest_slip;

use super::files;
use super::profiles::{Profiles, Selected};
use super::services::{Attempts, container, endpoints, metadata};
use super::variables::{path_variable, variable as read_variable};

/// The value of an environment variable that is set and not blank.
pub(crate) fn variable(name: &str) -> Option<String> {
    read_variable(name)
}

/// The profile that is asked for by name or by a variable, or else `default`, and its `region`. A file that is none is left to
/// the search for credentials.
///
/// # Errors
/// The profile has a line that cannot be read: what it says of the Region is not known.
pub(crate) fn profile_region(
    profile: Option<&str>,
) -> Result<Option<(String, String)>, CredentialsError> {
    let name = named(profile);
    let Ok(profiles) = files::read_configured() else {
        return Ok(None);
    };
    let region = profiles.profile(&name)?.and_then(|it| it.get("region"));
    Ok(region.map(|region| (shown(&name), region.to_owned())))
}

/// The line and the file in which the `region` of that profile stands.
pub(crate) fn profile_region_place(profile: Option<&str>) -> Option<String> {
    let configured = Configured::read(profile);
    let profile = configured.all.profile(&configured.name).ok()??;
    profile.place("region")
}

/// That the profile which is asked for by name or by a variable does not exist, and which one may have been meant; `None` where
/// it does, where none is asked for, and where the files cannot be read.
pub(crate) fn missing_profile(profile: Option<&str>) -> Option<String> {
    let name = asked_for(profile)?;
    let profiles = files::read_configured().ok()?;
    if !matches!(profiles.profile(&name), Ok(None)) {
        return None;
    }
    let missing = profiles.missing(&name, None).to_string();
    Some(match nearest_slip(&name, profiles.names()) {
        Some(near) => format!("{missing}; did you mean {}?", shown(near)),
        None => missing,
    })
}

fn named(profile: Option<&str>) -> String {
    asked_for(profile).unwrap_or_else(|| "default".to_owned())
}

fn asked_for(profile: Option<&str>) -> Option<String> {
    let variables = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
    profile.map(str::to_owned).or_else(|| {
        let mut named = variables.into_iter().filter_map(path_variable);
        named.next().map(|name| name.to_string_lossy().into_owned())
    })
}

/// The profiles of the files, none where these cannot be read, and the name of the one that is selected.
struct Configured {
    name: String,
    all: Profiles,
}

impl Configured {
    fn read(profile: Option<&str>) -> Self {
        Self {
            name: named(profile),
            all: files::read_configured().unwrap_or_default(),
        }
    }

    fn selected(&self) -> Selected<'_> {
        Selected {
            name: &self.name,
            all: &self.all,
        }
    }
}

/// Whether the URLs of services that variables and the profile name are to be ignored.
pub(crate) fn ignores_configured_urls(profile: Option<&str>) -> bool {
    endpoints::are_ignored(Configured::read(profile).selected())
}

/// The Availability Zone that ECS tells its tasks, where this is one.
pub(crate) async fn container_zone() -> Option<String> {
    container::zone(&Attempts::default()).await
}

/// Whether a variable or the profile says where the instance's metadata service is.
pub(crate) fn names_instance_metadata(profile: Option<&str>) -> bool {
    metadata::is_named(Configured::read(profile).selected())
}

/// The Region that the instance's metadata service tells, unless it is switched off; `profile` may say where that is.
pub(crate) async fn instance_region(profile: Option<&str>) -> Option<String> {
    if metadata::is_switched_off() {
        return None;
    }
    let configured = Configured::read(profile);
    metadata::region(configured.selected(), &Attempts::default()).await
}
