//! Environment variables. One that is empty or blank counts as unset: CI systems and container definitions leave such.

use std::ffi::OsString;

/// The value of a variable that is text.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// The value of a variable that names a file.
pub(super) fn path_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.to_string_lossy().trim().is_empty())
}
