//! NOTICE: what a session and an examination of its environment find, as values. Their sentences are in `report::words`.
//!
//! It must never write a sentence.

mod environment;
mod failure;
mod session;
mod source;

pub use environment::{DoctorFinding, DoctorSubject, FindingMark};
pub use failure::{CallFailure, CredentialFault};
pub use session::{ClockOffset, RefusedCaller, SessionNotice};
pub use source::SourceFault;
