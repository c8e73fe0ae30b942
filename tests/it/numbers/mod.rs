//! Whether what a run says is true.

pub mod capture;
mod claims;
mod doubts;
mod gates;
mod judging;
mod ledger;
mod phases;
mod served_by;
mod truth;
mod validity;
mod windows;
