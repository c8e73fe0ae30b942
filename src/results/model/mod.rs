//! What a run is.

pub(crate) mod certificate;
pub(crate) mod header;
pub(crate) mod id;
pub(crate) mod json_error;
pub(crate) mod limits;
pub(crate) mod precision;
pub(crate) mod run;
mod series;
pub(crate) mod window;
