//! The names of things within a sentence.

use crate::plan::ConnectionMode;

/// The kind of connection within a sentence.
pub(crate) fn over(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "on a cold connection",
        ConnectionMode::Warm => "on a warm connection",
        ConnectionMode::Resumed => "on a resumed connection",
    }
}
