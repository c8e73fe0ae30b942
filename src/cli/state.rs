//! What is kept between runs: the certificate of this host, in the user's state directory.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::results::{Certificate, Host, Tool};

use crate::cli::console::diagnostics::warn;

/// Where state is kept (XDG Base Directory Specification 0.8): `$XDG_STATE_HOME/stsbench`, or below `$HOME`. Paths that
/// are not absolute are as good as none.
pub(crate) fn directory() -> Option<PathBuf> {
    place(std::env::var_os("XDG_STATE_HOME"), std::env::var_os("HOME"))
}

fn place(state: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let absolute =
        |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(state).or_else(|| absolute(home).map(|home| home.join(".local/state")));
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
            place(state.map(Into::into), home.map(Into::into))
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
