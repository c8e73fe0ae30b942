//! The shared configuration and credentials files: where they are, and read within bounds.
//! Nothing that stands in a file leaves this module in an error.

use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::credentials::error::{CredentialsError, FileFault};

use super::ini;
use super::profiles::{Kind, Profiles};
use super::variables::{home, home_of_user, path_variable};

/// The profiles in those of the two files that exist.
pub(super) fn read(
    config: Option<PathBuf>,
    credentials: Option<PathBuf>,
) -> Result<Profiles, CredentialsError> {
    let mut profiles = Profiles::default();
    for (kind, path) in [(Kind::Config, config), (Kind::Credentials, credentials)] {
        let Some(path) = path else { continue };
        if says_nothing(&path) {
            continue;
        }
        let text = match bounded_text(&path) {
            Ok(text) => Zeroizing::new(text),
            Err(FileFault::Missing) => continue,
            Err(FileFault::Unreadable(why)) => {
                profiles.note_unreadable(path, why);
                continue;
            }
            Err(fault) => return Err(CredentialsError::File { path, fault }),
        };
        match ini::read(&text) {
            Ok(sections) => profiles.add(kind, &path, sections),
            Err((line, fault)) => {
                let fault = FileFault::Malformed(line, fault);
                return Err(CredentialsError::File { path, fault });
            }
        }
    }
    Ok(profiles)
}

/// The profiles in the files that the AWS variables or the home directory point to.
pub(super) fn read_configured() -> Result<Profiles, CredentialsError> {
    read(
        configured_path(Kind::Config),
        configured_path(Kind::Credentials),
    )
}

/// What was met where no profile is, beside that: files that cannot be read, and those that a variable names in vain.
pub(super) fn met(profiles: &Profiles) -> String {
    let unreadable = profiles.unreadable().iter();
    let unreadable =
        unreadable.map(|(path, why)| format!("; {}: cannot be read: {why}", path.display()));
    let kinds = [Kind::Config, Kind::Credentials].into_iter();
    let absent = kinds.filter_map(|kind| {
        path_variable(kind.variable())?;
        let path = configured_path(kind)?;
        let is_absent = matches!(bounded_text(&path), Err(FileFault::Missing));
        is_absent.then(|| {
            format!(
                "; {} names {}, which does not exist",
                kind.variable(),
                path.display()
            )
        })
    });
    unreadable.chain(absent).collect()
}

/// Whether `path` is how people say that there is no file: `/dev/null`, or the directory that a container's mount of a
/// missing file leaves behind.
fn says_nothing(path: &Path) -> bool {
    path.is_dir() || is_null(path)
}

/// Whether `path` is `/dev/null`, by whatever name.
pub(super) fn is_null(path: &Path) -> bool {
    path.canonicalize()
        .is_ok_and(|it| it == Path::new("/dev/null"))
}

/// Files with secrets in them that others than their owner may read: something to warn of, by path only.
pub(super) fn exposed_files() -> Vec<PathBuf> {
    [Kind::Config, Kind::Credentials]
        .into_iter()
        .filter_map(configured_path)
        .filter(|path| {
            is_exposed(path)
                && bounded_text(path).is_ok_and(|text| holds_secrets(&Zeroizing::new(text)))
        })
        .collect()
}

/// Whether a secret or a token stands in a file, in whatever case its name is written.
fn holds_secrets(text: &str) -> bool {
    let names = [
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
    ];
    text.lines().any(|line| {
        let name = line.trim_start();
        names.into_iter().any(|known| {
            name.get(..known.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(known))
        })
    })
}

/// Whether others than its owner may read the file.
#[cfg(unix)]
pub(crate) fn is_exposed(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
}

/// Whether others than its owner may read the file; not known here.
#[cfg(not(unix))]
pub(crate) fn is_exposed(_: &Path) -> bool {
    false
}

/// A file's text, when it is a regular file of at most [`LARGEST`] bytes.
///
/// The kind of file is asked before it is opened, because opening a pipe waits for a writer.
pub(crate) fn bounded_text(path: &Path) -> Result<String, FileFault> {
    bounded(path, LARGEST)
}

/// The same of at most `largest` bytes.
pub(crate) fn bounded(path: &Path, largest: u64) -> Result<String, FileFault> {
    let meta = std::fs::metadata(path).map_err(|error| fault_of(&error))?;
    if !meta.is_file() {
        return Err(FileFault::NotRegular);
    }
    // Room for all of it, so that no growing leaves a copy behind.
    let mut bytes = Vec::with_capacity(
        usize::try_from(meta.len().min(largest)).map_or(0, |length| length + 64),
    );
    std::fs::File::open(path)
        .and_then(|file| file.take(largest + 1).read_to_end(&mut bytes))
        .map_err(|error| fault_of(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > largest) {
        return Err(FileFault::TooLarge(largest));
    }
    String::from_utf8(bytes).map_err(|_| FileFault::NotText)
}

fn fault_of(error: &std::io::Error) -> FileFault {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => FileFault::Missing,
        kind => FileFault::Unreadable(kind),
    }
}

/// Where the file is: its variable, or its usual place below the home directory.
fn configured_path(kind: Kind) -> Option<PathBuf> {
    match path_variable(kind.variable()) {
        Some(path) => Some(path.to_str().map_or_else(|| PathBuf::from(&path), expanded)),
        None => home().map(|home| home.join(".aws").join(kind.name())),
    }
}

/// A path as the AWS CLI reads it: `~` and `~/…` are the home directory, `~name` that of another user, `$NAME` and `${NAME}`
/// variables that are set.
pub(super) fn expanded(path: &str) -> PathBuf {
    let path = with_variables(path);
    let Some(from_home) = path.strip_prefix('~') else {
        return PathBuf::from(path);
    };
    let (user, rest) = from_home.split_once('/').unwrap_or((from_home, ""));
    let home = match user {
        "" => home(),
        user => home_of_user(user),
    };
    match home {
        Some(home) => home.join(rest.trim_start_matches('/')),
        None => PathBuf::from(path),
    }
}

fn with_variables(text: &str) -> String {
    let Some((before, after)) = text.split_once('$') else {
        return text.to_owned();
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (name, rest) = match after.strip_prefix('{').and_then(|it| it.split_once('}')) {
        Some(braced) => braced,
        None => after.split_at(after.find(|c| !is_name(c)).unwrap_or(after.len())),
    };
    match std::env::var(name) {
        Ok(value) if !name.is_empty() => format!("{before}{value}{}", with_variables(rest)),
        // What is not set stays as it is.
        _ => format!("{before}${}", with_variables(after)),
    }
}

/// Larger than the file of an organisation with ten thousand profiles, in bytes.
const LARGEST: u64 = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(contents: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("credentials");
        std::fs::write(&path, contents).expect("written");
        (dir, path)
    }

    fn fault(contents: &[u8]) -> CredentialsError {
        let (_dir, path) = written(contents);
        read(None, Some(path)).err().expect("the file is bad")
    }

    #[test]
    fn bad_083_a_file_without_a_section_is_refused_by_line_and_not_quoted() {
        let error = fault(b"# keys\naws_secret_access_key = CANARYCANARYCANARY\n");
        let text = format!("{error} {error:?}");
        assert!(
            error
                .to_string()
                .ends_with("line 2 stands before any [section]"),
            "{error}"
        );
        assert!(!text.contains("CANARY"), "{text}");
    }

    #[test]
    fn bad_083_of_two_values_the_last_counts() {
        let (_dir, path) = written(b"[default]\nregion = a\nregion = b\n[default]\nregion = c\n");
        let profiles = read(None, Some(path)).expect("readable");
        let profile = profiles.profile("default").expect("well formed");
        assert_eq!(profile.and_then(|it| it.get("region")), Some("c"));
        let lines: Vec<usize> = profiles
            .repeats()
            .into_iter()
            .map(|(_, line)| line)
            .collect();
        assert_eq!(lines, [3, 4]);
    }

    #[test]
    fn of_two_spellings_of_one_profile_the_last_replaces_the_first_as_of_one() {
        for second in ["[profile dev]", "[profile \"dev\"]", "[profile 'dev' ]"] {
            let text = format!(
                "[profile dev]\nrole_arn = r\nregion = a\n[profile k]\n{second}\nregion = b\n"
            );
            let (_dir, path) = written(text.as_bytes());
            let profiles = read(Some(path), None).expect("readable");
            let profile = profiles
                .profile("dev")
                .expect("well formed")
                .expect("there");
            assert_eq!(
                (profile.get("region"), profile.get("role_arn")),
                (Some("b"), None),
                "{second}"
            );
            let lines: Vec<usize> = profiles
                .repeats()
                .into_iter()
                .map(|(_, line)| line)
                .collect();
            assert_eq!(lines, [5], "{second}");
        }
    }

    #[test]
    fn a_file_that_may_not_be_read_is_an_empty_one_and_known() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let circle = dir.path().join("circle");
        std::os::unix::fs::symlink(&circle, &circle).expect("a link");
        // Regular, and not readable even for the superuser.
        for path in [circle, PathBuf::from("/proc/self/mem")] {
            let profiles = read(Some(path.clone()), None).expect("no fault");
            assert!(profiles.profile("default").is_ok_and(|it| it.is_none()));
            assert_eq!(profiles.unreadable()[0].0, path);
            let asked = profiles.missing("dev", None).to_string();
            assert!(asked.contains("cannot be read"), "{asked}");
        }
        // Below a file there is nothing.
        let below = dir.path().join("file");
        std::fs::write(&below, "").expect("written");
        let profiles = read(Some(below.join("config")), None).expect("no fault");
        assert!(profiles.unreadable().is_empty());
    }

    #[test]
    fn a_heading_that_was_meant_for_a_profile_is_shown_with_the_right_form() {
        for (kind, heading, name, right) in [
            (Kind::Credentials, "[profile dev]", "dev", "[NAME], without"),
            (
                Kind::Credentials,
                "[default ]",
                "default",
                "[NAME], without",
            ),
            (Kind::Config, "[dev]", "dev", "[profile NAME]"),
            (Kind::Config, "[Profile dev]", "dev", "[profile NAME]"),
            (Kind::Config, "[ profile dev ]", "dev", "[profile NAME]"),
            (
                Kind::Config,
                "[profile my prod]",
                "my prod",
                "[profile NAME]",
            ),
        ] {
            let (_dir, path) = written(format!("[x]\n{heading}\nregion = a\n").as_bytes());
            let files = match kind {
                Kind::Config => (Some(path), None),
                Kind::Credentials => (None, Some(path)),
            };
            let profiles = read(files.0, files.1).expect("readable");
            let said = profiles.missing(name, None).to_string();
            let says = |what: &str| said.contains(what);
            assert!(
                says("the section in line 2 of") && says(right),
                "{heading}: {said}"
            );
        }
    }

    #[test]
    fn bad_083_an_endless_file_a_directory_and_other_bytes_than_text_are_refused() {
        let endless = vec![b'\n'; usize::try_from(LARGEST).expect("fits") + 1];
        assert!(fault(&endless).to_string().contains("larger than"));
        assert!(
            fault(b"[default]\n\xff\xfe = 1\n")
                .to_string()
                .ends_with("is not UTF-8 text")
        );
        assert_eq!(bounded_text(Path::new("/")), Err(FileFault::NotRegular));
        assert_eq!(
            bounded_text(Path::new("/dev/zero")),
            Err(FileFault::NotRegular)
        );
    }

    #[test]
    fn a_nul_or_an_indented_first_line_ends_in_an_error_or_a_profile_but_never_in_a_panic() {
        for contents in [
            &b"[default]\na\0b = \0\n"[..],
            b"\t[default]\n",
            b"\xef\xbb\xbf[default]\n",
            b"[",
            b"[]\n",
            b"[default]\n= 1\n",
        ] {
            let (_dir, path) = written(contents);
            if let Ok(profiles) = read(None, Some(path)) {
                let _ = profiles.profile("default");
            }
        }
    }

    #[test]
    fn an_absent_file_and_how_people_name_none_are_empty_ones() {
        for path in ["/nonexistent/config", "/dev/null", "/"] {
            let profiles = read(Some(path.into()), None).expect("absence is no fault");
            assert!(
                profiles.profile("default").is_ok_and(|it| it.is_none()),
                "{path}"
            );
        }
        assert!(read(Some("/dev/zero".into()), None).is_err());
    }

    #[test]
    fn a_path_is_expanded_as_by_the_aws_cli() {
        let home = std::env::var("HOME").expect("set");
        for (path, is) in [
            ("~/x", format!("{home}/x")),
            ("$HOME/x", format!("{home}/x")),
            ("a${HOME}b", format!("a{home}b")),
            ("$STSBENCH_UNSET/x${", "$STSBENCH_UNSET/x${".to_owned()),
            ("~root/x", "/root/x".to_owned()),
            ("~root", "/root".to_owned()),
            (
                "~nobody-has-this-name/x",
                "~nobody-has-this-name/x".to_owned(),
            ),
        ] {
            assert_eq!(expanded(path), PathBuf::from(is), "{path}");
        }
    }
}
