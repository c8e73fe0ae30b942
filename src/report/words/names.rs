//! The names of things within a sentence.

use crate::plan::{ConnectionMode, Group, TargetName};
use crate::report::words::chart;
use crate::report::words::language::Language;

/// The kind of connection within a sentence.
pub(crate) fn over(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "on a new connection",
        ConnectionMode::Warm => "on a kept-open connection",
        ConnectionMode::Resumed => "on a resumed connection",
    }
}

/// Over which kind of connection several calls went: `on new connections`.
pub(crate) fn over_several(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "on new connections",
        ConnectionMode::Warm => "on kept-open connections",
        ConnectionMode::Resumed => "on resumed connections",
    }
}

/// The kind of connection as a choice or in a heading: `new connection`.
pub(crate) fn connection(connection: ConnectionMode) -> &'static str {
    chart::connection(Language::English, connection)
}

/// A group as a heading: `GetCallerIdentity, new connection`.
pub(crate) fn caption(group: Group) -> String {
    format!(
        "{}, {}",
        group.operation.api_name(),
        connection(group.connection)
    )
}

/// A target within a sentence: `eu-west-1 (GetCallerIdentity, new connection)`.
pub(crate) fn target(name: &TargetName) -> String {
    format!("{} ({})", name.endpoint, caption(name.group))
}
