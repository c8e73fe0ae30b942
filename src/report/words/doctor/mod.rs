//! What an examination of the environment can find: facts as variants, one sentence for each, and what to do about it.

mod failure;
mod finding;
mod remedy;
mod sentence;

pub(crate) use failure::{CallFailure, CredentialFault};
pub(crate) use finding::{DoctorFinding, DoctorSubject, FindingMark};
