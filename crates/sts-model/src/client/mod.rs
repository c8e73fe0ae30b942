//! WHO CALLS WHAT: the AWS SDKs and CLIs, and which STS endpoint each of them calls in an environment, and why.
//!
//! The facts stand in one table with their sources; [`Client::called`] applies them. Environments are values: this module
//! reads no variable and no file.

mod facts;
mod families;
mod table;
mod environment;
mod called;
mod settings;
mod resolve;
#[cfg(test)]
mod table_tests;

pub use called::{Because, Called, Refusal, SettingPlace};
pub use environment::{CLIENT_VARIABLES, ClientEnvironment, ClientProfile, PROFILE_SETTINGS};
pub use facts::{Client, DefaultMode, Since};
pub use families::LEGACY_REGIONS;
pub use table::CLIENTS;
