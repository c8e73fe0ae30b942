//! What a person should know about the places of credentials, beside the credentials that were found.

use std::path::PathBuf;

use crate::credentials::error::{CredentialsError, shown};
use crate::credentials::found::FoundCredentials;

use super::chain::{Search, found};
use super::profile::{Base, NamedSource, offers, takes_its_own};
use super::profiles::Selected;
use super::services::{container, web_identity};
use super::variables::{path_variable, variable};
use super::{environment, files};

/// Something to warn of. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Remark {
    /// Others than its owner may read a file with secrets.
    ExposedFile(PathBuf),
    /// A line of one of the files cannot be read, and its section was left out.
    UnreadLine(PathBuf, usize),
    /// A line of one of the files gives a section or a setting again, and replaces the one before.
    RepeatedLine(PathBuf, usize),
    /// A file is there, cannot be read for this reason, and counts as empty.
    UnreadableFile(PathBuf, std::io::ErrorKind),
    /// Variables that are set without the key id to which they belong.
    LoneVariables(Vec<&'static str>),
    /// `AWS_CREDENTIAL_EXPIRATION` is no time.
    UnreadExpiry,
    /// Older places of keys that are there and never read, although the AWS CLI would call with the keys there.
    OlderPlaces(Vec<&'static str>),
    /// Places that are configured too, in the order of the search.
    AlsoConfigured(Vec<String>),
    /// Settings of the profile that say where the search asks, and not what is measured.
    SearchOnly(Vec<String>),
    /// Settings of the profile about calls that are sent again, which nothing here is.
    NotFollowed(Vec<String>),
}

impl Search {
    /// What there is to say after a search that has found credentials.
    pub(crate) fn remarks(&self) -> Vec<Remark> {
        let configured = self.configured();
        let is_environment = configured
            .first()
            .is_some_and(|it| it == environment::SOURCE);
        let is_late = configured.first().is_none_or(|it| it == container::SOURCE);
        let older = if is_late && !self.is_for_one_profile() {
            environment::older_places()
        } else {
            Vec::new()
        };
        let unread_expiry = is_environment && environment::is_expiry_unread(self.now());
        let others: Vec<String> = configured.into_iter().skip(1).collect();
        let lone = match self.is_for_one_profile() {
            true => Vec::new(),
            false => environment::lone(),
        };
        let exposed = files::exposed_files().into_iter();
        exposed
            .map(Remark::ExposedFile)
            .chain(of_files())
            .chain((!lone.is_empty()).then_some(Remark::LoneVariables(lone)))
            .chain(unread_expiry.then_some(Remark::UnreadExpiry))
            .chain((!older.is_empty()).then_some(Remark::OlderPlaces(older)))
            .chain((!others.is_empty()).then_some(Remark::AlsoConfigured(others)))
            .chain(self.of_the_network())
            .collect()
    }

    /// What the profile says of the way to STS.
    fn of_the_network(&self) -> impl Iterator<Item = Remark> + use<> {
        let name = self.named_profile().unwrap_or_else(|| "default".to_owned());
        let profiles = files::read_configured().unwrap_or_default();
        let selected = Selected {
            name: &name,
            all: &profiles,
        };
        let set = |names: &[&str]| -> Vec<String> {
            let set = names.iter().filter(|name| selected.get(name).is_some());
            set.map(|name| selected.place(name)).collect()
        };
        let (search_only, not_followed) = (set(&ENDPOINTS), set(&RETRIES));
        let search_only = (!search_only.is_empty()).then_some(Remark::SearchOnly(search_only));
        let not_followed = (!not_followed.is_empty()).then_some(Remark::NotFollowed(not_followed));
        search_only.into_iter().chain(not_followed)
    }

    /// Whether the variables have keys in full, or the files the profile that the search would take, which says in full how it
    /// gets its credentials; and whether keys that stand there have the form of some. Nothing is asked.
    ///
    /// # Errors
    /// As [`super::find`], of what stands in variables and files.
    pub(crate) fn check_configured(&self) -> Result<(), CredentialsError> {
        if let Some(keys) = self.configured_keys()? {
            keys.checked(self.now(), self.recipients)?;
        }
        Ok(())
    }

    /// The keys that the search would take from a variable or a file; `None` where it would ask somebody for them, or where
    /// none are configured.
    fn configured_keys(&self) -> Result<Option<FoundCredentials>, CredentialsError> {
        if self.profile.is_none()
            && let Some(keys) = environment::credentials(self.now())?
        {
            return Ok(Some(found(&keys, environment::SOURCE.to_owned())));
        }
        let Some((selected, profiles)) = self.selected()? else {
            return Ok(None);
        };
        match self.route(&profiles, &selected)? {
            None if self.profile.is_some() => {
                Err(CredentialsError::ProfileEmpty { profile: selected })
            }
            Some(route) if route.roles.is_empty() => {
                let Base::Keys(file) = route.base else {
                    return Ok(None);
                };
                let source_name = format!("profile `{}`", shown(&selected));
                let keys = self.keys_in_file(
                    &profiles,
                    &route.profile,
                    file,
                    &source_name,
                    self.recipients,
                )?;
                Ok(Some(found(&keys, source_name)))
            }
            _ => Ok(None),
        }
    }

    /// The places that are configured, in the order of the search: the first gives the credentials. None where a profile
    /// that is asked for gives nothing, because nothing else is tried then.
    pub(crate) fn configured(&self) -> Vec<String> {
        let is_set = |name| variable(name).is_some();
        let environment = is_set("AWS_ACCESS_KEY_ID").then(|| environment::SOURCE.to_owned());
        let web = path_variable(web_identity::VARIABLE).map(|_| web_identity::SOURCE.to_owned());
        let container = container::is_configured().then(|| container::SOURCE.to_owned());
        let offer = self.offered_by_profile();
        let mut places: Vec<String> = if self.is_for_one_profile() {
            if offer.role.is_none() && offer.own.is_empty() {
                return Vec::new();
            }
            let profile = offer.role.clone().into_iter().chain(offer.own);
            profile
                .chain(environment)
                .chain(web)
                .chain(container)
                .collect()
        } else {
            environment
                .into_iter()
                .chain(offer.role.clone())
                .chain(web)
                .chain(offer.own)
                .chain(container)
                .collect()
        };
        // The place whose credentials ask for the role is used.
        if offer.role.is_some() && places.first() == offer.role.as_ref() {
            places.retain(|place| Some(place.as_str()) != offer.source);
        }
        places
    }

    fn offered_by_profile(&self) -> Offer {
        let name = self.named_profile().unwrap_or_else(|| "default".to_owned());
        let Ok(profiles) = files::read_configured() else {
            return Offer::default();
        };
        let Ok(Some(profile)) = profiles.profile(&name) else {
            return Offer::default();
        };
        let (role, own) = offers(profile);
        let called = |what: &str| format!("{what} of profile `{}`", shown(&name));
        let own = if takes_its_own(&name, profile) {
            Vec::new()
        } else {
            own.into_iter().map(called).collect()
        };
        let route = self.route(&profiles, &name);
        let route = route.ok().flatten();
        let source = match route.map(|route| route.base) {
            Some(Base::Named(NamedSource::Environment)) => Some(environment::SOURCE),
            Some(Base::Named(NamedSource::Container)) => Some(container::SOURCE),
            _ => None,
        };
        Offer {
            role: role.map(called),
            own,
            source,
        }
    }
}

/// Settings with which AWS's tools choose their endpoints.
const ENDPOINTS: [&str; 5] = [
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "endpoint_url",
    "services",
    "sts_regional_endpoints",
];

/// Settings of how often AWS's tools call.
const RETRIES: [&str; 2] = ["max_attempts", "retry_mode"];

/// What there is to say of the files themselves.
fn of_files() -> Vec<Remark> {
    let Ok(profiles) = files::read_configured() else {
        return Vec::new();
    };
    let unread = profiles
        .unread()
        .map(|(path, line)| Remark::UnreadLine(path, line));
    let repeats = profiles.repeats().into_iter();
    let repeats = repeats.map(|(path, line)| Remark::RepeatedLine(path, line));
    let unreadable = profiles.unreadable().iter().cloned();
    let unreadable = unreadable.map(|(path, why)| Remark::UnreadableFile(path, why));
    unread.chain(repeats).chain(unreadable).collect()
}

/// What the profile offers.
#[derive(Default)]
struct Offer {
    role: Option<String>,
    /// All else.
    own: Vec<String>,
    /// The place outside the profile with whose credentials its role is asked for.
    source: Option<&'static str>,
}
