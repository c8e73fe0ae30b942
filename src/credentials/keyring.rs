//! The credentials in force.

use std::sync::{Arc, PoisonError, RwLock};

use super::found::FoundCredentials;

/// The credentials in force, replaced while a run is under way.
#[derive(Debug, Clone)]
pub struct Keyring {
    current: Arc<RwLock<Arc<FoundCredentials>>>,
}

impl Keyring {
    /// Starts with these.
    pub fn new(found: FoundCredentials) -> Self {
        Self {
            current: Arc::new(RwLock::new(Arc::new(found))),
        }
    }

    /// The credentials in force now.
    pub fn current(&self) -> Arc<FoundCredentials> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts fresh credentials in force for every request signed from now on.
    pub fn replace(&self, found: FoundCredentials) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
    }
}
