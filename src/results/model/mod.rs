//! What a run is.

pub(crate) mod block_times;
pub(crate) mod certificate;
pub(crate) mod conditions;
pub(crate) mod digest;
pub(crate) mod header;
pub(crate) mod id;
pub(crate) mod limits;
pub(crate) mod measured;
pub(crate) mod notice;
pub(crate) mod precision;
pub(crate) mod run;
pub(crate) mod window;
