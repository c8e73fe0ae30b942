//! What the service answers once it knows who is asking: one file per operation.
//!
//! Beside them: `session_parameters` reads what several operations take, `authorization` decides who may, `issuance` makes the
//! credentials. Nothing here authenticates, waits or counts.

mod assume;
mod common;
mod decode_authorization_message;
mod get_access_key_info;
mod get_caller_identity;
mod get_delegated_access_token;
mod get_federation_token;
mod get_scoped_credentials;
mod get_session_token;
mod get_web_identity_token;
pub(crate) mod inquiry;
pub(crate) mod perform;
pub(crate) mod ready_made;
