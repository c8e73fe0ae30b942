//! Environment variables. One that is empty or blank counts as unset: CI systems and container definitions leave such.
//! And the home directories, which are a matter of a variable too.

use std::ffi::OsString;
use std::path::PathBuf;

use nix::unistd::{Uid, User};

/// The value of a variable that is text. One that is not UTF-8 is no unset one: it has a mark (U+FFFD) in place of what is not, with
/// which it is refused as no Region, no address, no token.
pub(super) fn variable(name: &str) -> Option<String> {
    path_variable(name).map(|value| value.to_string_lossy().into_owned())
}

/// The value of a variable that names a file.
pub(super) fn path_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.to_string_lossy().trim().is_empty())
}

/// The home directory: `HOME`, or where that is no absolute path the one of the user's entry among the accounts, as for the
/// AWS CLI. It is never below the current directory, which may be somebody else's.
pub(super) fn home() -> Option<PathBuf> {
    home_of(std::env::var_os("HOME"))
}

fn home_of(variable: Option<OsString>) -> Option<PathBuf> {
    let named = variable.map(PathBuf::from).filter(|it| it.is_absolute());
    named.or_else(|| entry(User::from_uid(Uid::current())))
}

/// The home directory of another user.
pub(super) fn home_of_user(name: &str) -> Option<PathBuf> {
    entry(User::from_name(name))
}

fn entry(found: nix::Result<Option<User>>) -> Option<PathBuf> {
    let directory = found.ok().flatten()?.dir;
    directory.is_absolute().then_some(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_home_in_the_variables_it_is_that_of_the_account_and_never_a_relative_path() {
        let passwd = std::fs::read_to_string("/etc/passwd").expect("readable");
        let uid = Uid::current().to_string();
        let own = passwd.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            (fields.get(2) == Some(&uid.as_str())).then(|| PathBuf::from(fields[5]))
        });
        for variable in [None, Some(""), Some("."), Some("home/me"), Some("~")] {
            assert_eq!(home_of(variable.map(OsString::from)), own, "{variable:?}");
        }
        let given = home_of(Some("/somewhere".into()));
        assert_eq!(given, Some(PathBuf::from("/somewhere")));
        assert_eq!(home_of_user("root"), Some(PathBuf::from("/root")));
        assert_eq!(home_of_user("nobody-has-this-name"), None);
    }
}
