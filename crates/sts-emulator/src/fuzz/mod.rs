//! Untrusted bytes, given to every reader of this program: what fuzzing runs and what a test replays.
//!
//! One function for each reader; it panics when something is broken that must hold whatever comes in. Compiled for tests
//! and fuzzing alone, so the program never holds it. `tests/fuzz` lends it to libFuzzer and keeps its seeds.

mod targets;
mod texts;

pub use targets::{
    TARGETS, Target, answer, authorization, extended_request_id, presigned, request, saml_response,
    session_token, web_identity_token,
};
pub use texts::{fleet_file, form, json_answer, policy, url_and_form};
