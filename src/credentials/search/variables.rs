//! Environment variables. One that is empty or blank counts as unset: CI systems and container definitions leave such.

use std::ffi::OsString;

/// The value of a variable that is text. One that is not UTF-8 is no unset one: it has a mark (U+FFFD) in place of what is not, with
/// which it is refused as no Region, no address, no token.
pub(super) fn variable(name: &str) -> Option<String> {
    path_variable(name).map(|value| value.to_string_lossy().into_owned())
}

/// The value of a variable that names a file.
pub(super) fn path_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.to_string_lossy().trim().is_empty())
}
