//! Who may do what: accounts, users, roles, policies, and the identity providers that accounts trust.

pub(crate) mod arn;
pub(crate) mod federation;
pub(crate) mod identities;
pub(crate) mod policy;
pub(crate) mod repeated;
pub(crate) mod tag_text;
pub(crate) mod unique_keys;
