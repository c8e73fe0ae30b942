//! What a run says to those it is passed on to.

pub(crate) mod bundle;
pub(crate) mod redaction;
