//! A store as the options describe it.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::run::CREDENTIAL_TIMEOUT;
use crate::cli::options::store::{StoreAccessOptions, StoreOptions};
use crate::cli::state;
use crate::cli::text_file;
use crate::credentials::{self, Recipients, Search, WallClock};
use crate::load::Epoch;
use crate::parallel::runtime;
use crate::place::{MetadataUse, PlaceSearch};
use crate::store::{S3Access, S3Caller, Store, StoreUri};

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
        let access = match &self.uri {
            StoreUri::Directory(_) => S3Access::default(),
            StoreUri::S3 { .. } => self.bucket_access()?,
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
            Err(CommandError::new(Exit::Usage, error))
        }
    }
}

fn caller(options: &StoreAccessOptions, is_aws: bool) -> Result<S3Caller, CommandError> {
    let clock = WallClock::new(|| Epoch::start().wall());
    let recipients = Recipients {
        aws: is_aws,
        plaintext: options.store_insecure_http && !is_aws,
    };
    let search = Search::new(
        options.store_profile.clone(),
        CREDENTIAL_TIMEOUT,
        clock.clone(),
    );
    let runtime = runtime("stsbench-store").or_exit(Exit::Unexpected)?;
    let credentials = runtime
        .block_on(credentials::find(&search.for_recipients(recipients)))
        .context("the store")
        .or_exit(Exit::Credentials)?;
    Ok(S3Caller { credentials, clock })
}
