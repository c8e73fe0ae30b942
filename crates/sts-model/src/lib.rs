//! Facts about AWS STS: where its endpoints are and what its operations take and answer.
#![forbid(unsafe_code)]

mod catalog;
mod operation;

pub use catalog::*;
pub use operation::*;
