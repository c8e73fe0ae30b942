//! What to do about the global endpoint, in words.

mod cautions;
mod changes;
mod clients;
mod decision;
mod place;
mod snippets;

pub(crate) use cautions::{early, failed_checks, not_aws, of_clients, simulated, unknown_region};
pub(crate) use changes::changes;
pub(crate) use clients::{called, client, why};
pub(crate) use decision::{AT_STAKE_UNKNOWN, NOTHING_AT_STAKE, a_month, decision, fails_more, on};
pub(crate) use place::{global_served, no_region, region, served_since_2025};
pub(crate) use snippets::snippets;
