//! The services that are asked for credentials, how each is reached, and what became of the requests.

mod answer;
mod attempts;
pub(super) mod container;
pub(super) mod endpoints;
pub(super) mod metadata;
mod near;
mod network;
mod proxies;
pub(super) mod roles;
pub(super) mod sso;
mod sts;
mod tunnel;
pub(super) mod web_identity;

pub(super) use attempts::Attempts;
