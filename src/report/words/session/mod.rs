//! What a session says about itself and about the places of its credentials.

pub(crate) mod notices;
mod source_fault;
