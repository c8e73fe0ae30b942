//! IAM Identity Center: the session of `aws sso login`, its renewal, and the role that the portal gives for it.

mod portal;
mod renewal;
mod session;

pub(crate) use portal::credentials;
