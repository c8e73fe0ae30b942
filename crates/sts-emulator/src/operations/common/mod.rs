//! What several operations have in common: their parameters, who may, and the credentials that they issue.

pub(crate) mod authorization;
pub(crate) mod callable;
pub(crate) mod context;
pub(crate) mod issuance;
pub(crate) mod mfa;
pub(crate) mod packed_size;
pub(crate) mod provided_contexts;
pub(crate) mod session_parameters;
