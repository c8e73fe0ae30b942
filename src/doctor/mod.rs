//! READY: examines the environment that a run would have, before anything is measured. Each probe is bounded in time, all of
//! them together take less than five seconds, and STS is sent one GetCallerIdentity at most.
//!
//! It must never measure, change anything, or write a sentence: what it finds are values of
//! [`DoctorFinding`](crate::notice::DoctorFinding).

mod call;
mod caller;
mod examination;
mod examine;
mod machine;
mod network;
mod permissions;

pub(crate) use examination::{Connectivity, Examination, Uncallable};
