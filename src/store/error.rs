//! Why a store cannot be used.

use std::io;

use thiserror::Error;

use crate::results::ResultsError;

/// Why a store, or a run in it, cannot be used. One line each.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The address is not a store's.
    #[error(
        "{text:?} is no store: {reason}; allowed: a directory, s3://BUCKET or s3://BUCKET/PREFIX"
    )]
    Uri {
        /// What was given, shortened.
        text: String,
        /// The rule.
        reason: &'static str,
    },
    /// The server's address cannot be used.
    #[error("the store's endpoint {text:?}: {reason}")]
    Endpoint {
        /// What was given, shortened.
        text: String,
        /// The rule.
        reason: String,
    },
    /// There is no such directory or bucket.
    #[error("the store {store} does not exist: {what}")]
    Missing {
        /// The store.
        store: String,
        /// What is to be done.
        what: &'static str,
    },
    /// The store refuses.
    #[error("the store {store} refuses {action} {key:?}: {reason}")]
    Refused {
        /// The store.
        store: String,
        /// What was tried, such as `to write`.
        action: &'static str,
        /// The object, or what the list begins with.
        key: String,
        /// The status and the code of the answer, and what to do.
        reason: String,
    },
    /// The store cannot be reached, or gives no answer that is of use.
    #[error("the store {store} gave no usable answer in {attempts} attempts: {reason}")]
    Away {
        /// The store.
        store: String,
        /// How often it was tried.
        attempts: u32,
        /// Why not.
        reason: String,
    },
    /// The store is not waited for any longer.
    #[error("gave up waiting for the store {store}: {reason}")]
    GivenUp {
        /// The store.
        store: String,
        /// Why not.
        reason: &'static str,
    },
    /// The run is there with another content.
    #[error("the store {store} already holds different content under {run}; nothing was replaced")]
    Conflict {
        /// The store.
        store: String,
        /// The run, as the store names it.
        run: String,
    },
    /// The run cannot be named as stored runs are.
    #[error("the store {store} cannot hold the run {run_id}: {reason}")]
    Unnamed {
        /// The store.
        store: String,
        /// The run.
        run_id: String,
        /// What it lacks.
        reason: &'static str,
    },
    /// A run of the store cannot be believed.
    #[error("{run} of the store {store}: {reason}")]
    Damaged {
        /// The store.
        store: String,
        /// The run, as the store names it.
        run: String,
        /// What is wrong.
        reason: String,
    },
    /// More objects than are listed.
    #[error(
        "the store {store} lists more than {limit} objects; --since DATE reads only those of later days"
    )]
    TooMany {
        /// The store.
        store: String,
        /// The limit.
        limit: usize,
    },
    /// A list without an end.
    #[error(
        "the store {store} lists without an end, page after page ({pages} were read); is it a server of S3?"
    )]
    EndlessList {
        /// The store.
        store: String,
        /// How many were read.
        pages: usize,
    },
    /// Nowhere to keep what is read from a bucket.
    #[error(
        "runs of a bucket are kept in a cache, and there is no place for one: set HOME or XDG_CACHE_HOME"
    )]
    NoCache,
    /// What was read from a bucket cannot be kept.
    #[error("the cache of stores: {0}; XDG_CACHE_HOME can name another directory for it")]
    Cache(ResultsError),
    /// This program cannot speak S3.
    #[error("this program was built without the feature s3; a directory can be a store")]
    WithoutS3,
    /// The system refuses.
    #[error("the store {store}: {cause}")]
    System {
        /// The store.
        store: String,
        /// What the system said.
        cause: io::Error,
    },
}

impl StoreError {
    /// Whether it is about one run or one object, so that others can be stored all the same.
    pub fn is_of_one_run(&self) -> bool {
        matches!(
            self,
            Self::Conflict { .. } | Self::Damaged { .. } | Self::Refused { .. }
        )
    }
}
