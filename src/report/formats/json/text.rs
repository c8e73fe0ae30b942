//! A value as JSON text.

use serde::Serialize;

use crate::report::escape;

/// The value indented, with a line end, and without anything that a CI system would take for a command.
pub(crate) fn indented(document: &impl Serialize) -> String {
    let text =
        serde_json::to_string_pretty(document).expect("strings and numbers have a JSON form");
    escape::json(&text) + "\n"
}
