//! IAM policy documents as far as STS needs them: read strictly, evaluated with explicit deny before everything else.
//!
//! Trust policies say who may assume a role, identity policies what a user or a role may do, session policies limit a session.
//! Nothing here knows an operation or looks anybody up: what a condition may ask comes in a [`Context`].

mod address;
mod condition;
mod context;
mod document;
mod instant;
mod keys;
mod malformed;
mod parse;
mod pattern;
mod principal;
mod resource;
mod shared_providers;

pub(crate) use context::Context;
pub(crate) use document::{Grant, Policy, Question, Subject, Verdict};
#[cfg(all(feature = "federation", any(test, fuzzing)))]
pub(crate) use keys::is_ever_set;
#[cfg(feature = "federation")]
pub(crate) use keys::provider_claims;
pub(crate) use keys::{is_ever_set_for_callers, is_ever_set_for_roles};
pub(crate) use parse::PolicyKind;
#[cfg(feature = "federation")]
pub(crate) use principal::is_of_every_account;

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
