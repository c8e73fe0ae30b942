//! Facts about AWS STS: where its endpoints are and what its operations take and answer.
#![forbid(unsafe_code)]

mod glob;
mod nearest;
mod catalog;
mod operation;

pub use catalog::*;
pub use glob::matches_glob;
pub use nearest::nearest;
pub use operation::*;
