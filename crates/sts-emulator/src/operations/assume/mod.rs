//! The operations that assume a role or the root of an account.

pub(crate) mod assume_role;
pub(crate) mod assume_role_with_saml;
pub(crate) mod assume_role_with_web_identity;
pub(crate) mod assume_root;
pub(crate) mod federated_role;
