//! Signature Version 4, verified.

pub(crate) mod authenticate;
pub(crate) mod canonical_request;
pub(crate) mod presented_signature;
