//! The search for credentials: place after place in the order of the AWS SDK, each within bounds. What the SDK's
//! providers say when they fail is judged by kind and never repeated, because it may hold what they were given.

use std::error::Error;
use std::future::Future;
use std::path::Path;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError as SdkError;
use aws_sdk_sts::error::ProvideErrorMetadata;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;

use crate::credentials::error::{CredentialPlace, CredentialsError, FileFault, Searched, shown};
use crate::credentials::found::FoundCredentials;
use crate::credentials::secret::Secret;
use crate::credentials::wall_clock::WallClock;

use super::network::{ProfileSetting, inward, outward};
use super::profile::{
    Base, KEY_ID, KeyFile, Mfa, NamedSource, ProfileRoute, SECRET, TOKENS, route,
};
use super::profiles::{Profile, Profiles};
use super::variables::{path_variable, variable};
use super::{environment, files, process, roles};

/// What to search for.
#[derive(Debug, Clone)]
pub struct Search {
    profile: Option<String>,
    clock: WallClock,
    process_limit: Duration,
}

impl Search {
    /// A search in `profile` alone or, without one, in every place.
    pub fn new(profile: Option<String>, clock: WallClock) -> Self {
        Self {
            profile,
            clock,
            process_limit: process::LIMIT,
        }
    }
}

/// Finds credentials that are well formed and not expired. Needs a tokio runtime with I/O and time enabled.
///
/// # Errors
/// Nothing is configured anywhere, or the first place that is configured gives nothing usable: a broken place is never
/// skipped, since the credentials of the next one may be somebody else's.
pub async fn find(search: &Search) -> Result<FoundCredentials, CredentialsError> {
    let mut searched = Vec::new();
    let places: &[CredentialPlace] = if search.profile.is_some() {
        &[CredentialPlace::Profile]
    } else {
        &ORDER
    };
    for &place in places {
        match search.look_in(place).await? {
            Look::FoundCredentials(found) => return found.checked(search.clock.now()),
            Look::Nothing(met) => searched.push(Searched { place, met }),
        }
    }
    Err(CredentialsError::NotFound { searched })
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
/// How long the instance's metadata may take: off EC2 nobody answers, and somebody waits.
const METADATA_LIMIT: Duration = Duration::from_secs(2);
/// How long one connection or answer of it may take: silence and slowness differ.
const METADATA_STEP_LIMIT: Duration = Duration::from_secs(1);

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
            CredentialPlace::Environment => match environment::credentials()? {
                Some(credentials) => Ok(Look::FoundCredentials(found(
                    &credentials,
                    environment::SOURCE.to_owned(),
                ))),
                None => nothing("AWS_ACCESS_KEY_ID is not set"),
            },
            CredentialPlace::Profile => self.look_in_profile().await,
            CredentialPlace::WebIdentity => look_for_web_identity().await,
            CredentialPlace::Container => look_in_container().await,
            CredentialPlace::InstanceMetadata => look_in_metadata().await,
        }
    }

    async fn look_in_profile(&self) -> Result<Look, CredentialsError> {
        let named = match &self.profile {
            Some(name) => Some(name.clone()),
            // The AWS CLI's older name for it comes first there too.
            None => ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"]
                .into_iter()
                .find_map(path_variable)
                .or_else(|| std::env::var_os("AWS_PROFILE"))
                .map(|name| name.to_string_lossy().into_owned()),
        };
        let selected = named.as_deref().unwrap_or("default");
        if selected.trim().is_empty() {
            return Err(CredentialsError::ProfileNameEmpty);
        }
        let profiles = files::read_configured()?;
        if named.is_none() && profiles.profile(selected)?.is_none() {
            return nothing("no profile `default`");
        }
        match route(&profiles, selected)? {
            Some(route) => self
                .follow(&profiles, selected, &route)
                .await
                .map(Look::FoundCredentials),
            None if self.profile.is_some() => Err(CredentialsError::ProfileEmpty {
                profile: selected.to_owned(),
            }),
            None => Ok(Look::Nothing(format!(
                "profile `{}` holds no credentials",
                shown(selected)
            ))),
        }
    }

    async fn follow(
        &self,
        profiles: &Profiles,
        selected: &str,
        route: &ProfileRoute,
    ) -> Result<FoundCredentials, CredentialsError> {
        let source_name = format!("profile `{}`", shown(selected));
        let profile = profiles.profile(selected)?;
        let setting = |name: &str| profile.and_then(|it| it.get(name)).map(str::to_owned);
        let known = match &route.base {
            Base::Keys(keys) => keys_of(profiles.profile(&route.profile)?, *keys),
            Base::Process { command } => {
                let printed = process::run(command, self.process_limit).await;
                Some(printed.map_err(|failure| CredentialsError::Process {
                    profile: route.profile.clone(),
                    failure,
                })?)
            }
            Base::Named(place) => Some(named(*place, &setting).await?),
            Base::WebIdentity { token_file } => {
                readable(Path::new(token_file))?;
                None
            }
            Base::Sso => None,
        };
        if let (Some(credentials), true) = (&known, route.roles.is_empty()) {
            return Ok(found(credentials, source_name));
        }
        let provider = roles::provider(profiles, route, known, &setting)?;
        match within(SERVICE_LIMIT, &source_name, provider.provide_credentials()).await? {
            Ok(credentials) => Ok(found(&credentials, source_name)),
            Err(error) => Err(explained(&error, source_name, Some(route))),
        }
    }
}

/// The keys that stand in one of the files.
fn keys_of(profile: Option<&Profile>, keys: KeyFile) -> Option<Credentials> {
    let profile = profile?;
    let part = match keys {
        KeyFile::InCredentials => profile.credentials(),
        KeyFile::InConfig => profile.config(),
    };
    let token = TOKENS.into_iter().find_map(|name| part.get(name));
    Some(Credentials::new(
        part.get(KEY_ID)?,
        part.get(SECRET)?,
        token.map(str::to_owned),
        None,
        "profile",
    ))
}

/// The credentials of a place that a profile names, with which its role is assumed.
async fn named(
    place: NamedSource,
    profile: ProfileSetting<'_>,
) -> Result<Credentials, CredentialsError> {
    let (name, answer) = match place {
        NamedSource::Environment => {
            let lacking = || CredentialsError::Incomplete {
                source_name: environment::SOURCE.to_owned(),
                missing: "AWS_ACCESS_KEY_ID",
            };
            return environment::credentials()?.ok_or_else(lacking);
        }
        NamedSource::Container => {
            let name = "the container credentials endpoint";
            let provider = container_provider();
            (
                name,
                within(SERVICE_LIMIT, name, provider.provide_credentials()).await?,
            )
        }
        NamedSource::InstanceMetadata => {
            let name = "the instance metadata";
            let provider = metadata_provider(profile)?;
            (
                name,
                within(METADATA_LIMIT, name, provider.provide_credentials()).await?,
            )
        }
    };
    answer.map_err(|error| explained(&error, name.to_owned(), None))
}

async fn look_for_web_identity() -> Result<Look, CredentialsError> {
    let Some(token_file) = path_variable("AWS_WEB_IDENTITY_TOKEN_FILE") else {
        return nothing("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    };
    if variable("AWS_ROLE_ARN").is_none() {
        return nothing("AWS_ROLE_ARN is not set");
    }
    readable(Path::new(&token_file))?;
    let provider = WebIdentityTokenCredentialsProvider::builder()
        .configure(&outward(&|_| None)?)
        .build();
    ask(&provider, "the web identity token").await
}

async fn look_in_container() -> Result<Look, CredentialsError> {
    let variables = [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    if variables.into_iter().all(|name| variable(name).is_none()) {
        return nothing("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set");
    }
    ask(&container_provider(), "the container credentials endpoint").await
}

fn container_provider() -> EcsCredentialsProvider {
    EcsCredentialsProvider::builder()
        .configure(&inward())
        .build()
}

/// Nobody configures the instance's metadata: on EC2 it is there, elsewhere it is not. So its failure means absence.
async fn look_in_metadata() -> Result<Look, CredentialsError> {
    if std::env::var("AWS_EC2_METADATA_DISABLED")
        .is_ok_and(|value| value.eq_ignore_ascii_case("true"))
    {
        return nothing("switched off by AWS_EC2_METADATA_DISABLED");
    }
    match tokio::time::timeout(
        METADATA_LIMIT,
        metadata_provider(&|_| None)?.provide_credentials(),
    )
    .await
    {
        Ok(Ok(credentials)) => Ok(Look::FoundCredentials(found(
            &credentials,
            "the instance metadata".to_owned(),
        ))),
        Ok(Err(SdkError::CredentialsNotLoaded(_))) => {
            nothing("does not answer, or the instance has no role")
        }
        Ok(Err(_)) => nothing("refuses, or answers with something else than credentials"),
        Err(_) => Ok(Look::Nothing(format!(
            "no answer within {} s",
            METADATA_LIMIT.as_secs()
        ))),
    }
}

/// The endpoint is always named, because the SDK would read the files by itself to find one.
fn metadata_provider(
    profile: ProfileSetting<'_>,
) -> Result<ImdsCredentialsProvider, CredentialsError> {
    let config = inward();
    let setting = |name, setting| variable(name).or_else(|| profile(setting));
    let mode = setting(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "ec2_metadata_service_endpoint_mode",
    );
    let usual = match mode {
        Some(mode) if mode.eq_ignore_ascii_case("ipv6") => "http://[fd00:ec2::254]",
        _ => "http://169.254.169.254",
    };
    let endpoint = setting(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "ec2_metadata_service_endpoint",
    );
    let client = imds::Client::builder()
        .configure(&config)
        .endpoint(endpoint.as_deref().unwrap_or(usual))
        .map_err(|_| CredentialsError::Malformed {
            source_name: "the instance metadata".to_owned(),
            fault: "its endpoint is not a URL",
        })?
        .max_attempts(1)
        .connect_timeout(METADATA_STEP_LIMIT)
        .read_timeout(METADATA_STEP_LIMIT)
        .operation_attempt_timeout(METADATA_LIMIT)
        .operation_timeout(METADATA_LIMIT)
        .build();
    Ok(ImdsCredentialsProvider::builder()
        .configure(&config)
        .imds_client(client)
        .build())
}

/// Asks a place that is configured, so that silence is an error.
async fn ask(
    provider: &impl ProvideCredentials,
    source_name: &str,
) -> Result<Look, CredentialsError> {
    match within(SERVICE_LIMIT, source_name, provider.provide_credentials()).await? {
        Ok(credentials) => Ok(Look::FoundCredentials(found(
            &credentials,
            source_name.to_owned(),
        ))),
        Err(error) => Err(explained(&error, source_name.to_owned(), None)),
    }
}

async fn within<T>(
    limit: Duration,
    source_name: &str,
    answer: impl Future<Output = T>,
) -> Result<T, CredentialsError> {
    let too_late = |_| CredentialsError::TimedOut {
        source_name: source_name.to_owned(),
        limit,
    };
    tokio::time::timeout(limit, answer).await.map_err(too_late)
}

fn found(credentials: &Credentials, source: String) -> FoundCredentials {
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

/// The SDK reads the token file whole, so it must be a file that ends.
fn readable(path: &Path) -> Result<(), CredentialsError> {
    let fault = match std::fs::metadata(path) {
        Ok(meta) if meta.is_file() => return Ok(()),
        Ok(_) => FileFault::NotRegular,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => FileFault::Missing,
        Err(error) => FileFault::Unreadable(error.kind()),
    };
    Err(CredentialsError::File {
        path: path.to_owned(),
        fault,
    })
}

/// What an error of the SDK means, by the types in its chain of causes.
fn explained(
    error: &SdkError,
    source_name: String,
    route: Option<&ProfileRoute>,
) -> CredentialsError {
    let causes = || {
        std::iter::successors(Some(error as &(dyn Error + 'static)), |&cause| {
            cause.source()
        })
    };
    if let Some(code) = causes().find_map(refusal) {
        let hint = match route.map(|route| route.mfa) {
            Some(Mfa::Asked) => "; a profile asks for an MFA code, which cannot be entered here",
            Some(Mfa::NotAsked) | None => "",
        };
        return CredentialsError::RoleRefused {
            source_name,
            code,
            hint,
        };
    }
    let unreachable = causes()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        // The cached session of somebody who never signed in is a file that is not found.
        .any(|cause| cause.kind() != std::io::ErrorKind::NotFound);
    match route {
        Some(route) if route.base == Base::Sso && !unreachable => CredentialsError::SsoSession {
            profile: route.profile.clone(),
        },
        _ => CredentialsError::Unavailable { source_name },
    }
}

/// The code with which STS refused a role, when this is such a refusal.
fn refusal(cause: &(dyn Error + 'static)) -> Option<String> {
    let code = match cause.downcast_ref::<AssumeRoleError>() {
        Some(refusal) => refusal.code(),
        None => cause
            .downcast_ref::<AssumeRoleWithWebIdentityError>()?
            .code(),
    };
    // The code comes from the network and is shown on a terminal.
    let code: String = code?
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '.')
        .take(64)
        .collect();
    (!code.is_empty()).then_some(code)
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
