//! The names of things within a sentence.

use crate::judge::CheckVerdict;
use crate::plan::{ConnectionMode, Group};

/// The kind of connection within a sentence.
pub(crate) fn over(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "on a cold connection",
        ConnectionMode::Warm => "on a warm connection",
        ConnectionMode::Resumed => "on a resumed connection",
    }
}

/// A group as a heading: `get-caller-identity on a cold connection`.
pub(crate) fn caption(group: Group) -> String {
    format!("{} {}", group.operation, over(group.connection))
}

/// What a check found, in a word, as files have it.
pub(crate) fn check_verdict(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Ok => "ok",
        CheckVerdict::Unknown => "unknown",
        CheckVerdict::Warn => "warn",
        CheckVerdict::Invalid => "invalid",
    }
}
