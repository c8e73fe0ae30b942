//! The operations, one file each: what is true of it and, where the answer is its own, how that is read.

pub(super) mod assume_role;
pub(super) mod assume_role_with_saml;
pub(super) mod assume_role_with_web_identity;
pub(super) mod assume_root;
pub(super) mod decode_authorization_message;
pub(super) mod get_access_key_info;
pub(super) mod get_caller_identity;
pub(super) mod get_delegated_access_token;
pub(super) mod get_federation_token;
pub(super) mod get_scoped_credentials;
pub(super) mod get_session_token;
pub(super) mod get_web_identity_token;
