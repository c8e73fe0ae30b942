//! The services that are asked for credentials, how each is reached, and what became of the requests.

mod answer;
mod attempts;
pub(super) mod container;
pub(super) mod metadata;
mod network;
pub(super) mod roles;
pub(super) mod sso;
mod tunnel;
pub(super) mod web_identity;

pub(super) use attempts::Attempts;
pub(super) use network::ProfileSetting;
