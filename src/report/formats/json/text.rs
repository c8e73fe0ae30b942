//! A value as JSON text.

use serde::Serialize;

use crate::report::escape;

/// Any such document: indented, with a line end, and nothing in it that a CI system would obey.
pub(crate) fn indented(document: &impl Serialize) -> String {
    let text =
        serde_json::to_string_pretty(document).expect("strings and numbers have a JSON form");
    escape::json(&text) + "\n"
}
