//! The search for credentials: place after place in the order of the AWS CLI, each within bounds. What the SDK's
//! providers say when they fail is judged by kind and never repeated, because it may hold what they were given.

use std::future::Future;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;

use crate::credentials::check::Recipients;
use crate::credentials::error::{CallerWords, CredentialPlace, CredentialsError, Searched, shown};
use crate::credentials::found::FoundCredentials;
use crate::credentials::secret::Secret;
use crate::credentials::wall_clock::WallClock;

use super::profile::{
    Base, KeyFile, NamedSource, ProfileRoute, RoleVariables, assumes_role, route,
};
use super::profiles::{Profiles, Selected};
use super::services::web_identity::{self, WebIdentity};
use super::services::{Attempts, container, metadata, roles, sso};
use super::variables::path_variable;
use super::{environment, files, process};

/// What to search for.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(super) profile: Option<String>,
    clock: WallClock,
    process_limit: Duration,
    patience: Duration,
    pub(super) recipients: Recipients,
    options: CallerWords,
}

impl Search {
    /// A search in `profile` alone or, without one, in every place. A `credential_process` may take `process_limit`.
    pub(crate) fn new(profile: Option<String>, process_limit: Duration, clock: WallClock) -> Self {
        Self {
            profile,
            clock,
            process_limit,
            patience: SERVICE_LIMIT,
            recipients: Recipients::AWS,
            options: CallerWords::Run,
        }
    }

    /// The same with less time for each place that asks a service.
    #[must_use]
    pub(crate) fn asking_for(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same for credentials that these are shown signatures of.
    #[must_use]
    pub(crate) fn for_recipients(self, recipients: Recipients) -> Self {
        Self { recipients, ..self }
    }

    /// The same for somebody who has these options.
    #[must_use]
    pub(crate) fn for_options(self, options: CallerWords) -> Self {
        Self { options, ..self }
    }
}

impl Search {
    pub(super) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// Whether `--profile` leaves everything else out.
    pub(crate) fn is_for_one_profile(&self) -> bool {
        self.profile.is_some()
    }
}

/// Finds credentials that are well formed and not expired. Needs a tokio runtime with I/O and time enabled.
///
/// # Errors
/// Nothing is configured anywhere, or the first place that is configured gives nothing usable: a broken place is never
/// skipped, since the credentials of the next one may be somebody else's.
pub(crate) async fn find(search: &Search) -> Result<FoundCredentials, CredentialsError> {
    let mut searched = Vec::new();
    let places: &[CredentialPlace] = if search.profile.is_some() {
        &[CredentialPlace::Profile]
    } else {
        &ORDER
    };
    for &place in places {
        match search.look_in(place).await? {
            Look::FoundCredentials(found) => {
                return found.checked(search.clock.now(), search.recipients);
            }
            Look::Nothing(met) => searched.push(Searched { place, met }),
        }
    }
    let options = search.options;
    Err(CredentialsError::NotFound { options, searched })
}

const ORDER: [CredentialPlace; 5] = [
    CredentialPlace::Environment,
    CredentialPlace::Profile,
    CredentialPlace::WebIdentity,
    CredentialPlace::Container,
    CredentialPlace::InstanceMetadata,
];

/// How long a place may take that asks a service, retries included; a chain of several roles fits in.
const SERVICE_LIMIT: Duration = Duration::from_secs(20);

/// Servers of any kind, over TLS: a key only has to fit into a request.
const ANYWHERE: Recipients = Recipients {
    aws: false,
    plaintext: false,
};

/// What a place had to offer.
enum Look {
    FoundCredentials(FoundCredentials),
    /// It is not configured; what was met, for people.
    Nothing(String),
}

fn nothing(met: &str) -> Result<Look, CredentialsError> {
    Ok(Look::Nothing(met.to_owned()))
}

impl Search {
    async fn look_in(&self, place: CredentialPlace) -> Result<Look, CredentialsError> {
        match place {
            CredentialPlace::Environment => match environment::credentials(self.clock.now())? {
                Some(credentials) => Ok(Look::FoundCredentials(found(
                    &credentials,
                    environment::SOURCE.to_owned(),
                ))),
                None => Ok(Look::Nothing(no_variables())),
            },
            CredentialPlace::Profile => self.look_in_profile().await,
            // A profile has been looked in already: there is none.
            CredentialPlace::WebIdentity => {
                let (name, all) = ("default", &Profiles::default());
                self.look_for_web_identity(Selected { name, all }).await
            }
            CredentialPlace::Container => self.look_in_container().await,
            CredentialPlace::InstanceMetadata => self.look_in_metadata().await,
        }
    }

    /// The profile that is asked for, by the option or by a variable.
    pub(super) fn named_profile(&self) -> Option<String> {
        let variables = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
        self.profile.clone().or_else(|| {
            // The AWS CLI's older name for it comes first there too.
            variables
                .into_iter()
                .find_map(path_variable)
                .or_else(|| std::env::var_os("AWS_PROFILE"))
                .map(|name| name.to_string_lossy().into_owned())
        })
    }

    /// Whether one of the files cannot be read, so that nobody knows what it configures.
    pub(crate) fn has_unreadable_file(&self) -> bool {
        files::read_configured().map_or(true, |profiles| !profiles.unreadable().is_empty())
    }

    /// Whether the variables of a web identity count beside a profile.
    pub(super) fn role_variables(&self) -> RoleVariables {
        match self.profile {
            Some(_) => RoleVariables::NotCounted,
            None => RoleVariables::Counted,
        }
    }

    /// What the profile says about how to come by credentials, in the words of who has asked.
    pub(super) fn route(
        &self,
        profiles: &Profiles,
        name: &str,
    ) -> Result<Option<ProfileRoute>, CredentialsError> {
        route(profiles, name, self.role_variables(), self.options)
    }

    /// The name of the profile that is meant, and what the files say of all; `None` where nobody names one and there is no
    /// default.
    pub(super) fn selected(&self) -> Result<Option<(String, Profiles)>, CredentialsError> {
        let named = self.named_profile();
        let is_named = named.is_some();
        let selected = named.unwrap_or_else(|| "default".to_owned());
        if selected.trim().is_empty() {
            let by = self
                .profile
                .as_ref()
                .map_or("AWS_PROFILE", |_| self.options.profile());
            return Err(CredentialsError::ProfileNameEmpty(by));
        }
        let profiles = files::read_configured()?;
        let is_known = profiles.profile(&selected)?.is_some();
        Ok((is_named || is_known).then_some((selected, profiles)))
    }

    async fn look_in_profile(&self) -> Result<Look, CredentialsError> {
        let Some((name, profiles)) = self.selected()? else {
            return Ok(Look::Nothing(no_default()?));
        };
        let selected = Selected {
            name: &name,
            all: &profiles,
        };
        let profile = profiles.profile(&name)?;
        // A web identity in the variables comes after a role of the profile and before all else that it has.
        if self.profile.is_none() && profile.is_some_and(|profile| !assumes_role(profile)) {
            let found = self.look_for_web_identity(selected).await?;
            if matches!(found, Look::FoundCredentials(_)) {
                return Ok(found);
            }
        }
        match self.route(&profiles, &name)? {
            Some(route) => self
                .follow(selected, &route)
                .await
                .map(Look::FoundCredentials),
            None if self.profile.is_some() => Err(CredentialsError::ProfileEmpty { profile: name }),
            None => Ok(Look::Nothing(format!(
                "profile `{}` holds no credentials",
                shown(&name)
            ))),
        }
    }

    async fn follow(
        &self,
        selected: Selected<'_>,
        route: &ProfileRoute,
    ) -> Result<FoundCredentials, CredentialsError> {
        let source_name = format!("profile `{}`", shown(selected.name));
        let attempts = Attempts::default();
        let first = self.first(selected, route, &source_name, &attempts).await?;
        if route.roles.is_empty() {
            return Ok(found(&first, source_name));
        }
        // A role is asked for with whatever keys STS may know, as long as they fit into a request.
        found(&first, source_name.clone()).checked(self.clock.now(), ANYWHERE)?;
        let asked = roles::assume(selected, route, first, &source_name, &attempts);
        let role = within(self.patience, &source_name, &attempts, asked).await??;
        Ok(found(&role, source_name))
    }

    /// The credentials with which a route begins.
    async fn first(
        &self,
        selected: Selected<'_>,
        route: &ProfileRoute,
        source_name: &str,
        attempts: &Attempts,
    ) -> Result<Credentials, CredentialsError> {
        let now = self.clock.now();
        match &route.base {
            Base::Keys(file) => {
                let shown_to = if route.roles.is_empty() {
                    self.recipients
                } else {
                    ANYWHERE
                };
                self.keys_in_file(selected.all, &route.profile, *file, source_name, shown_to)
            }
            Base::Process { command } => process::run(command, self.process_limit, now)
                .await
                .map_err(|failure| CredentialsError::Process {
                    profile: route.profile.clone(),
                    failure,
                }),
            Base::Named(place) => named(*place, selected, now, attempts).await,
            Base::WebIdentity { token_file } => {
                let profile = selected.all.profile(&route.profile)?;
                let variables = self.role_variables().after(&route.roles);
                let named_by = Selected {
                    name: &route.profile,
                    ..selected
                }
                .place(web_identity::SETTING);
                let asked = WebIdentity::of_profile((token_file, named_by), profile, variables);
                let asked = asked.credentials(selected, source_name, attempts);
                within(self.patience, source_name, attempts, asked).await?
            }
            Base::Sso => {
                let asked = sso::credentials(selected, route, now, attempts);
                let name = format!("the SSO portal of profile `{}`", shown(&route.profile));
                within(self.patience, &name, attempts, asked).await?
            }
        }
    }

    /// The keys that stand in one of the files, and may be shown to `recipients`. What is wrong with them is told by its line.
    pub(super) fn keys_in_file(
        &self,
        profiles: &Profiles,
        name: &str,
        file: KeyFile,
        source_name: &str,
        recipients: Recipients,
    ) -> Result<Credentials, CredentialsError> {
        let profile = profiles.profile(name)?;
        let keys = profile.and_then(|profile| Some((profile, file.keys(profile)?)));
        let (profile, keys) = keys.ok_or_else(|| CredentialsError::ProfileEmpty {
            profile: name.to_owned(),
        })?;
        found(&keys, source_name.to_owned())
            .checked_at(self.now(), recipients, |part| file.place(profile, part))?;
        Ok(keys)
    }

    /// The token that variables name, and their role or that of the profile.
    async fn look_for_web_identity(
        &self,
        selected: Selected<'_>,
    ) -> Result<Look, CredentialsError> {
        let Some(identity) = WebIdentity::of_variables(selected)? else {
            return Ok(Look::Nothing(format!(
                "{} is not set",
                web_identity::VARIABLE
            )));
        };
        let attempts = Attempts::default();
        let asked = identity.credentials(selected, web_identity::SOURCE, &attempts);
        let role = within(self.patience, web_identity::SOURCE, &attempts, asked).await??;
        let source_name = web_identity::SOURCE.to_owned();
        Ok(Look::FoundCredentials(found(&role, source_name)))
    }

    async fn look_in_container(&self) -> Result<Look, CredentialsError> {
        if !container::is_configured() {
            return nothing("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set");
        }
        let attempts = Attempts::default();
        let asked = container::credentials(self.clock.now(), &attempts);
        let credentials = within(self.patience, container::SOURCE, &attempts, asked).await??;
        let source_name = container::SOURCE.to_owned();
        Ok(Look::FoundCredentials(found(&credentials, source_name)))
    }

    /// Nobody configures the instance's metadata: on EC2 it is there, elsewhere it is not. So its failure means absence.
    async fn look_in_metadata(&self) -> Result<Look, CredentialsError> {
        if metadata::is_switched_off() {
            return nothing("switched off by AWS_EC2_METADATA_DISABLED");
        }
        let attempts = Attempts::default();
        let (name, profiles) = self.selected()?.unwrap_or_default();
        let selected = Selected {
            name: &name,
            all: &profiles,
        };
        let limit = metadata::limit(selected)?;
        let asked = metadata::credentials(selected, self.clock.now(), &attempts);
        match tokio::time::timeout(limit, asked).await {
            Ok(Ok(Some(credentials))) => Ok(Look::FoundCredentials(found(
                &credentials,
                metadata::SOURCE.to_owned(),
            ))),
            Ok(Ok(None)) => Ok(Look::Nothing(metadata::absence(attempts.reason().as_ref()))),
            Ok(Err(error)) => Err(error),
            Err(_) => Ok(Look::Nothing(format!(
                "no answer within {} s",
                limit.as_secs()
            ))),
        }
    }
}

/// What was met where no variable has keys.
fn no_variables() -> String {
    let unset = "AWS_ACCESS_KEY_ID is not set";
    match &environment::older_places()[..] {
        [] => unset.to_owned(),
        older => format!("{unset}; {} found, and never read", older.join(", ")),
    }
}

/// What was met where no default profile is.
fn no_default() -> Result<String, CredentialsError> {
    let profiles = files::read_configured()?;
    let overlooked = profiles.overlooked("default");
    let overlooked = overlooked.map(|it| it.to_string()).unwrap_or_default();
    Ok(format!(
        "no profile `default`{overlooked}{}",
        files::met(&profiles)
    ))
}

/// The credentials of a place that a profile names, with which its role is assumed.
async fn named(
    place: NamedSource,
    selected: Selected<'_>,
    now: SystemTime,
    attempts: &Attempts,
) -> Result<Credentials, CredentialsError> {
    match place {
        NamedSource::Environment => {
            let lacking = || CredentialsError::Incomplete {
                source_name: environment::SOURCE.to_owned(),
                missing: "AWS_ACCESS_KEY_ID",
                note: "",
            };
            environment::credentials(now)?.ok_or_else(lacking)
        }
        NamedSource::Container => {
            let asked = container::credentials(now, attempts);
            within(SERVICE_LIMIT, container::SOURCE, attempts, asked).await?
        }
        NamedSource::InstanceMetadata => {
            if metadata::is_switched_off() {
                return Err(CredentialsError::Setting {
                    source_name: metadata::SOURCE.to_owned(),
                    fault: "AWS_EC2_METADATA_DISABLED switches it off, and the credential_source of the profile names it",
                });
            }
            let asked = metadata::credentials(selected, now, attempts);
            let answer = within(
                metadata::limit(selected)?,
                metadata::SOURCE,
                attempts,
                asked,
            )
            .await??;
            answer.ok_or_else(|| CredentialsError::Unavailable {
                source_name: metadata::SOURCE.to_owned(),
                reason: attempts.reason(),
            })
        }
    }
}

async fn within<T>(
    limit: Duration,
    source_name: &str,
    attempts: &Attempts,
    answer: impl Future<Output = T>,
) -> Result<T, CredentialsError> {
    let too_late = |_| CredentialsError::TimedOut {
        source_name: source_name.to_owned(),
        limit,
        reason: attempts.reason(),
    };
    tokio::time::timeout(limit, answer).await.map_err(too_late)
}

pub(super) fn found(credentials: &Credentials, source: String) -> FoundCredentials {
    FoundCredentials {
        access_key_id: Secret::new(credentials.access_key_id().to_owned()),
        secret_access_key: Secret::new(credentials.secret_access_key().to_owned()),
        session_token: credentials
            .session_token()
            .map(|token| Secret::new(token.to_owned())),
        source,
        expires: credentials.expiry(),
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
