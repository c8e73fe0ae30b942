//! The search for credentials, place after place.

mod chain;
mod clients;
mod environment;
mod family;
pub(super) mod files;
mod ini;
pub(super) mod process;
mod profile;
mod profiles;
mod region;
mod remarks;
mod services;
mod times;
mod variables;
mod words;

pub(crate) use chain::{Search, find};
pub(crate) use clients::{client_environment, config_file};
pub(crate) use family::end_families;
pub(crate) use files::is_exposed;
#[cfg(any(test, fuzzing))]
pub(crate) use ini::sections_in;
#[cfg(any(test, fuzzing))]
pub(crate) use process::refusal as process_refusal;
pub(crate) use region::{
    container_zone, ignores_configured_urls, instance_region, missing_profile,
    names_instance_metadata, profile_region, profile_region_place, variable,
};
pub(crate) use remarks::Remark;
#[cfg(any(test, fuzzing))]
pub(crate) use times::moment as credential_end;
