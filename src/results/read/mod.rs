//! Reading runs that may come from other machines: bounded, and believed only when they add up.

pub(crate) mod certificate;
pub(crate) mod discover;
pub(crate) mod parse;
pub(crate) mod recover;
pub(crate) mod run;
pub(crate) mod validate;
