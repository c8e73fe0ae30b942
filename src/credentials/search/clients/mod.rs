//! What this process's environment says to AWS clients about the STS endpoint that they call: variables and profiles, never
//! a secret.

mod environment;
#[cfg(test)]
mod recorded_tests;

pub(crate) use environment::{client_environment, config_file};
