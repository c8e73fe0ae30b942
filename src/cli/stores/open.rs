//! A store as the options describe it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::run::CREDENTIAL_TIMEOUT;
use crate::cli::options::store::{StoreAccessOptions, StoreOptions};
use crate::cli::state;
use crate::cli::text_file;
use crate::credentials::{self, CallerWords, Recipients, Search, WallClock, shell_word};
use crate::load::Epoch;
use crate::parallel::runtime;
use crate::place::{MetadataUse, PlaceSearch};
use crate::store::{Patience, S3Access, S3Caller, Store, StoreUri};

/// A store and the way to it, both as they were given.
#[derive(Debug, Clone)]
pub(crate) struct StorePlace {
    uri: StoreUri,
    access: StoreAccessOptions,
}

impl StorePlace {
    pub(crate) fn new(uri: StoreUri, access: StoreAccessOptions) -> Self {
        Self { uri, access }
    }

    /// The same for a store that may be a directory, which options about a server have no effect on.
    pub(crate) fn checked(
        uri: StoreUri,
        access: &StoreAccessOptions,
    ) -> Result<Self, CommandError> {
        if let StoreUri::Directory(_) = uri {
            refuse_without_bucket(access)?;
        }
        Ok(Self::new(uri, access.clone()))
    }

    /// That of a run, if it has one.
    pub(crate) fn of(options: &StoreOptions) -> Result<Option<Self>, CommandError> {
        match &options.store {
            Some(uri) => Self::checked(uri.clone(), &options.access).map(Some),
            None => refuse_without_bucket(&options.access).map(|()| None),
        }
    }

    pub(crate) fn uri(&self) -> &StoreUri {
        &self.uri
    }

    /// Opens the store, with the credentials that are found now.
    pub(crate) fn open(&self) -> Result<Store, CommandError> {
        self.opened(None)
    }

    /// The same for a store that is not waited for without an end.
    pub(crate) fn open_patiently(&self, patience: Patience) -> Result<Store, CommandError> {
        self.opened(Some(patience))
    }

    /// The command that stores the run in `path` here, with the options that this place was described by.
    pub(crate) fn push_command(&self, path: &Path) -> String {
        let access = &self.access;
        let mut words = vec![
            "stsbench".to_owned(),
            "push".to_owned(),
            shell_word(&path.display().to_string()),
            "--store".to_owned(),
            shell_word(&self.uri.to_string()),
        ];
        let ca_file = access
            .store_ca_file
            .as_deref()
            .map(|it| it.display().to_string());
        for (option, value) in [
            ("--store-profile", &access.store_profile),
            ("--store-region", &access.store_region),
            ("--store-endpoint", &access.store_endpoint),
            ("--store-ca-file", &ca_file),
        ] {
            if let Some(value) = value {
                words.extend([option.to_owned(), shell_word(value)]);
            }
        }
        if access.store_insecure_http {
            words.push("--store-insecure-http".to_owned());
        }
        words.join(" ")
    }

    fn opened(&self, patience: Option<Patience>) -> Result<Store, CommandError> {
        let access = match &self.uri {
            StoreUri::Directory(_) => S3Access::default(),
            StoreUri::S3 { .. } => S3Access {
                patience: patience.map(Arc::new),
                ..self.bucket_access()?
            },
        };
        Store::open(self.uri.clone(), &access, state::cache_directory()).or_exit(Exit::Usage)
    }

    fn bucket_access(&self) -> Result<S3Access, CommandError> {
        let options = &self.access;
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let configured = || {
            if credentials::ignores_configured_urls(options.store_profile.as_deref()) {
                return None;
            }
            variable("AWS_ENDPOINT_URL_S3").or_else(|| variable("AWS_ENDPOINT_URL"))
        };
        let endpoint = options.store_endpoint.clone().or_else(configured);
        let own = options.store_ca_file.clone();
        let of_variable = || Some((PathBuf::from(variable(CA_BUNDLE)?), CA_BUNDLE));
        let file = own
            .map(|path| (path, "--store-ca-file"))
            .or_else(of_variable);
        let authorities = match file.filter(|_| endpoint.is_some()) {
            Some((path, named_by)) => Some(
                text_file::read(&path)
                    .context(named_by)
                    .or_exit(Exit::Usage)?
                    .into_bytes(),
            ),
            None => None,
        };
        let place = PlaceSearch {
            region: options.store_region.clone(),
            profile: options.store_profile.clone(),
            metadata: MetadataUse::NotAsked,
            options: CallerWords::Store,
            ..PlaceSearch::default()
        };
        let place = place
            .find()
            .context("the Region of the store")
            .or_exit(Exit::Usage)?;
        let is_aws = endpoint.is_none();
        Ok(S3Access {
            region: place.region.map(|region| region.name),
            endpoint,
            plaintext: options.store_insecure_http,
            authorities,
            caller: Some(Arc::new(caller(options, is_aws)?)),
            patience: None,
        })
    }
}

const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// Options about a server, without one.
pub(crate) fn refuse_without_bucket(access: &StoreAccessOptions) -> Result<(), CommandError> {
    match access.given().first() {
        None => Ok(()),
        Some(option) => {
            let error = anyhow!(
                "{option} is about the bucket of a store, and there is no s3://BUCKET here"
            );
            Err(CommandError::usage(error))
        }
    }
}

fn caller(options: &StoreAccessOptions, is_aws: bool) -> Result<S3Caller, CommandError> {
    let clock = WallClock::new(Epoch::wall_now);
    let recipients = Recipients {
        aws: is_aws,
        plaintext: options.store_insecure_http && !is_aws,
    };
    let search = Search::new(
        options.store_profile.clone(),
        CREDENTIAL_TIMEOUT,
        clock.clone(),
    )
    .for_recipients(recipients)
    .for_options(CallerWords::Store);
    let runtime = runtime("stsbench-store").or_exit(Exit::Unexpected)?;
    let credentials = runtime
        .block_on(credentials::find(&search))
        .context("the store")
        .or_exit(Exit::Credentials)?;
    Ok(S3Caller { credentials, clock })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_the_options_of_a_store() {
        let place = PlaceSearch {
            region: Some("x!".to_owned()),
            metadata: MetadataUse::NotAsked,
            options: CallerWords::Store,
            ..PlaceSearch::default()
        };
        let refused = place.find().expect_err("no Region").to_string();
        assert!(
            refused.starts_with("--store-region: \"x!\" is not"),
            "{refused}"
        );
        let search = Search::new(
            Some(String::new()),
            CREDENTIAL_TIMEOUT,
            WallClock::new(Epoch::wall_now),
        );
        let found = |search: &Search| {
            let runtime = runtime("stsbench-store").expect("starts");
            let found = runtime.block_on(credentials::find(search));
            found.expect_err("no profile").to_string()
        };
        let of_store = search.clone().for_options(CallerWords::Store);
        assert!(found(&of_store).contains("empty: --store-profile has"));
        assert!(found(&search).contains("empty: --profile has"));
    }

    #[test]
    fn the_command_that_stores_a_run_later_reaches_the_same_server_and_is_one_a_shell_reads() {
        let access = StoreAccessOptions {
            store_profile: Some("ops team".to_owned()),
            store_endpoint: Some("https://minio.lab:9000".to_owned()),
            ..StoreAccessOptions::default()
        };
        let uri = "s3://bucket/a b".parse().expect("a store");
        let command = StorePlace::new(uri, access).push_command(Path::new("o u't"));
        assert_eq!(
            command,
            r"stsbench push 'o u'\''t' --store 's3://bucket/a b' --store-profile 'ops team' --store-endpoint https://minio.lab:9000"
        );
        let place = StorePlace::new(
            StoreUri::Directory("runs".into()),
            StoreAccessOptions::default(),
        );
        assert_eq!(
            place.push_command(Path::new("reports/1")),
            "stsbench push reports/1 --store runs"
        );
    }
}
