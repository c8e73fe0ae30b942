//! The caller's credentials, found by the AWS credential chain and kept fresh. Never prints or serialises a secret.
//!
//! `find` looks in these places, in the order of the AWS CLI, and takes the first that is configured. A place that is
//! configured and broken ends the search: the next one may hold the credentials of somebody else.
//!
//! | # | place | configured by | bound |
//! |---|---|---|---|
//! | 1 | environment | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_CREDENTIAL_EXPIRATION` | – |
//! | 2 | role of the profile | `AWS_PROFILE` or `default` in `AWS_CONFIG_FILE` (`~/.aws/config`) and `AWS_SHARED_CREDENTIALS_FILE` (`~/.aws/credentials`) | 4 MiB a file, 20 s |
//! | 3 | web identity | `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`, `AWS_ROLE_SESSION_NAME` | 20 s |
//! | 4 | all else in the profile | as 2 | as 2 |
//! | 5 | container | `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI` | 20 s, 64 KiB |
//! | 6 | instance metadata | nothing; switched off by `AWS_EC2_METADATA_DISABLED` | 2 s |
//!
//! A profile gives keys of a role, of a web identity, of SSO, its own in the credentials file, those of a
//! `credential_process` (60 s unless told otherwise, 64 KiB), its own in the configuration: the first that it names,
//! in the order of the AWS CLI. With `--profile` only that profile counts. Nothing is read before `find` is called.

mod account;
mod check;
mod error;
mod found;
pub(crate) mod hardening;
mod kept_secret;
mod keyring;
pub(crate) mod mask;
mod reason;
mod refresh;
mod search;
mod secret;
mod wall_clock;

pub(crate) use check::Recipients;
pub use error::CredentialsError;
pub(crate) use error::{CallerWords, shell_word};
pub use found::FoundCredentials;
pub(crate) use kept_secret::KeptSecretError;
pub use keyring::Keyring;
pub(crate) use refresh::{Lost, Refresher, Renewal};
pub(crate) use search::process::ProcessFailure;
pub(crate) use search::{
    Remark, Search, client_environment, config_file, container_zone, end_families, find,
    ignores_configured_urls, instance_region, is_exposed, missing_profile, names_instance_metadata,
    profile_region, profile_region_place, variable,
};
#[cfg(any(test, fuzzing))]
pub(crate) use search::{credential_end, process_refusal, sections_in};
pub use secret::Secret;
pub(crate) use wall_clock::WallClock;
