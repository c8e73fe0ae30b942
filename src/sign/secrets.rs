//! The values of secret parameters, kept apart from the plan.

use std::collections::BTreeMap;
use std::fmt;

use crate::credentials::Secret;
use sts_model::{Call, ParameterError, SecretSource};

/// The values of secret parameters, by where they were read.
#[derive(Default)]
pub struct Secrets(BTreeMap<SecretSource, Secret>);

impl Secrets {
    /// Keeps `secret`, which was read from `source`.
    pub fn keep(&mut self, source: SecretSource, secret: Secret) {
        self.0.insert(source, secret);
    }

    /// Whether what `source` holds has been read.
    pub fn holds(&self, source: &SecretSource) -> bool {
        self.0.contains_key(source)
    }

    /// What was read from `source`.
    pub(super) fn value(&self, source: &SecretSource) -> Option<&str> {
        Some(self.0.get(source)?.expose())
    }

    /// Whether STS would accept those that `call` needs.
    ///
    /// # Errors
    /// [`ParameterError`], which repeats no secret.
    pub fn check(&self, call: &Call) -> Result<(), ParameterError> {
        call.secrets()
            .try_for_each(|(parameter, source)| match self.0.get(source) {
                Some(secret) => call.check_secret(parameter, secret.expose()),
                None => Ok(()),
            })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
