//! A store in a bucket of S3, or of a server that speaks its protocol.

mod client;
mod fault;
mod objects;

pub(super) use objects::S3Objects;
