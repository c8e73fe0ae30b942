//! The formats that are this program's own.

pub(crate) mod certificate;
#[cfg(test)]
mod certificate_tests;
pub(crate) mod csv;
pub(crate) mod doctor;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod overview;
pub(crate) mod page;
pub(crate) mod terminal;
