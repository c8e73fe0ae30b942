//! What is kept between runs in the user's directories: the certificate of this host, and the cache of stores.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::results::{Certificate, Host, Tool};

use crate::cli::console::diagnostics::warn;

/// Where state is kept (XDG Base Directory Specification 0.8): `$XDG_STATE_HOME/stsbench`, or below `$HOME`. Paths that
/// are not absolute are as good as none.
pub(crate) fn directory() -> Option<PathBuf> {
    of_user("XDG_STATE_HOME", ".local/state")
}

/// Where what can be fetched again is kept: `$XDG_CACHE_HOME/stsbench`, or below `$HOME`.
pub(crate) fn cache_directory() -> Option<PathBuf> {
    of_user("XDG_CACHE_HOME", ".cache")
}

fn of_user(variable: &str, below_home: &str) -> Option<PathBuf> {
    place(
        std::env::var_os(variable),
        std::env::var_os("HOME"),
        below_home,
    )
}

fn place(named: Option<OsString>, home: Option<OsString>, below_home: &str) -> Option<PathBuf> {
    let absolute =
        |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(named).or_else(|| absolute(home).map(|home| home.join(below_home)));
    base.map(|base| base.join("stsbench"))
}

/// The stored certificate, when it speaks of `tool` on `host`. One that cannot be read costs a warning and no more.
pub(crate) fn certificate(tool: &Tool, host: &Host) -> Option<Certificate> {
    match Certificate::stored(&directory()?) {
        Ok(certificate) => certificate.filter(|certificate| certificate.holds_for(tool, host)),
        Err(error) => {
            warn(&format!("the certificate is not used: {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_is_kept_where_xdg_says_and_never_at_a_relative_place() {
        let place = |state: Option<&str>, home: Option<&str>| {
            place(state.map(Into::into), home.map(Into::into), ".local/state")
        };
        assert_eq!(
            place(Some("/state"), Some("/home/me")),
            Some("/state/stsbench".into())
        );
        for no_state in [None, Some(""), Some("state")] {
            assert_eq!(
                place(no_state, Some("/home/me")),
                Some("/home/me/.local/state/stsbench".into())
            );
            assert_eq!(place(no_state, Some("")), None);
            assert_eq!(place(no_state, None), None);
        }
    }
}
