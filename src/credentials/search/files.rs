//! The shared configuration and credentials files: read once, within bounds, and parsed by the SDK's own parser.
//! Nothing that stands in a file leaves this module in an error.

use std::io::Read;
use std::path::{Path, PathBuf};

use aws_config::profile::{ProfileSet, profile_file};

use crate::credentials::error::{CredentialsError, FileFault};

use super::variables::path_variable;

/// What was in the two files; empty where a file is absent.
#[derive(Default)]
pub(crate) struct SharedFiles {
    files: Vec<SharedFile>,
}

struct SharedFile {
    kind: Kind,
    path: PathBuf,
    contents: String,
}

/// Which of the two a file is: their section headings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Config,
    Credentials,
}

#[expect(
    deprecated,
    reason = "aws-config names its parser's own types only by these aliases"
)]
type SdkFiles = profile_file::ProfileFiles;
#[expect(
    deprecated,
    reason = "aws-config names its parser's own types only by these aliases"
)]
type SdkKind = profile_file::ProfileFileKind;

impl SharedFiles {
    /// Reads those of the files that exist.
    pub(crate) fn read(
        config: Option<PathBuf>,
        credentials: Option<PathBuf>,
    ) -> Result<Self, CredentialsError> {
        let mut files = Vec::new();
        // The order is the SDK's: what the credentials file says overrides the configuration.
        for (kind, path) in [(Kind::Config, config), (Kind::Credentials, credentials)] {
            let Some(path) = path else { continue };
            match bounded_text(&path) {
                Ok(contents) => files.push(SharedFile {
                    kind,
                    path,
                    contents,
                }),
                Err(FileFault::Missing) => {}
                Err(fault) => return Err(CredentialsError::File { path, fault }),
            }
        }
        Ok(Self { files })
    }

    /// Reads the files that the AWS variables or the home directory point to.
    pub(crate) fn read_configured() -> Result<Self, CredentialsError> {
        Self::read(
            configured_path(Kind::Config),
            configured_path(Kind::Credentials),
        )
    }

    /// The profiles in them.
    pub(crate) async fn profiles(&self, selected: &str) -> Result<ProfileSet, CredentialsError> {
        let parsed = parse(self.for_sdk(None), selected).await;
        if let Ok(profiles) = parsed {
            return Ok(profiles);
        }
        // The parser does not say in which file it stumbled, so each is tried alone.
        for file in &self.files {
            let alone = SdkFiles::builder()
                .with_contents(file.kind.for_sdk(), file.contents.as_str())
                .build();
            if let Err(line) = parse(alone, selected).await {
                return Err(CredentialsError::File {
                    path: file.path.clone(),
                    fault: FileFault::Malformed(line),
                });
            }
        }
        unreachable!(
            "files that parse one by one parse together: they are parsed one by one and then merged"
        )
    }

    /// The files as the SDK takes them, and after them `overlay`, whose entries override theirs.
    pub(crate) fn for_sdk(&self, overlay: Option<String>) -> SdkFiles {
        // The SDK panics over a set without any file.
        let nothing = SdkFiles::builder().with_contents(SdkKind::Config, "");
        let own = self
            .files
            .iter()
            .map(|file| (file.kind, file.contents.clone()));
        own.chain(overlay.map(|text| (Kind::Credentials, text)))
            .fold(nothing, |all, (kind, text)| {
                all.with_contents(kind.for_sdk(), text)
            })
            .build()
    }
}

impl Drop for SharedFiles {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        for file in &mut self.files {
            file.contents.zeroize();
        }
    }
}

impl Kind {
    fn for_sdk(self) -> SdkKind {
        match self {
            Kind::Config => SdkKind::Config,
            Kind::Credentials => SdkKind::Credentials,
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Kind::Config => "AWS_CONFIG_FILE",
            Kind::Credentials => "AWS_SHARED_CREDENTIALS_FILE",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Config => "config",
            Kind::Credentials => "credentials",
        }
    }
}

/// Files with secrets in them that others than their owner may read: something to warn of, by path only.
pub(crate) fn exposed_files() -> Vec<PathBuf> {
    [Kind::Config, Kind::Credentials]
        .into_iter()
        .filter_map(configured_path)
        .filter(|path| {
            is_exposed(path)
                && bounded_text(path).is_ok_and(|text| text.contains("aws_secret_access_key"))
        })
        .collect()
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
        std::io::ErrorKind::NotFound => FileFault::Missing,
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

/// A path as the AWS CLI reads it: `~` and `~/…` are the home directory, `$NAME` and `${NAME}` variables that are set.
pub(super) fn expanded(path: &str) -> PathBuf {
    let path = with_variables(path);
    match (Path::new(&path).strip_prefix("~"), home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
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

fn home() -> Option<PathBuf> {
    std::env::var_os("HOME")
        .filter(|home| !home.is_empty())
        .map(PathBuf::from)
}

/// The profiles, or the line at which the parser stumbled.
async fn parse(files: SdkFiles, selected: &str) -> Result<ProfileSet, usize> {
    // The files are in memory, so the SDK reads neither the file system nor, with the profile named, the environment.
    aws_config::profile::load(
        &Default::default(),
        &Default::default(),
        &files,
        Some(selected.to_owned().into()),
    )
    .await
    .map_err(|error| {
        std::error::Error::source(&error).map_or(0, |cause| line_in(&cause.to_string()))
    })
}

/// The number of the line in the parser's message, the only part of it that is passed on.
fn line_in(message: &str) -> usize {
    let digits = message.split("on line ").nth(1).unwrap_or_default();
    digits
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default()
        .parse()
        .unwrap_or(0)
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

    async fn fault(contents: &[u8]) -> CredentialsError {
        let (_dir, path) = written(contents);
        match SharedFiles::read(None, Some(path)) {
            Ok(files) => files
                .profiles("default")
                .await
                .expect_err("the file is bad"),
            Err(error) => error,
        }
    }

    #[tokio::test]
    async fn bad_083_a_file_without_a_section_is_refused_by_line_and_not_quoted() {
        let error = fault(b"# keys\naws_secret_access_key = CANARYCANARYCANARY\n").await;
        let text = format!("{error} {error:?}");
        assert!(
            error
                .to_string()
                .ends_with("line 2 is neither a section nor a key = value"),
            "{error}"
        );
        assert!(!text.contains("CANARY"), "{text}");
    }

    #[tokio::test]
    async fn bad_083_of_two_values_the_last_counts() {
        let (_dir, path) = written(b"[default]\nregion = a\nregion = b\n[default]\nregion = c\n");
        let files = SharedFiles::read(None, Some(path)).expect("readable");
        let profiles = files.profiles("default").await.expect("well formed");
        assert_eq!(profiles.get("region"), Some("c"));
    }

    #[tokio::test]
    async fn bad_083_an_endless_file_a_directory_and_other_bytes_than_text_are_refused() {
        let endless = vec![b'\n'; usize::try_from(LARGEST).expect("fits") + 1];
        assert!(fault(&endless).await.to_string().contains("larger than"));
        assert!(
            fault(b"[default]\n\xff\xfe = 1\n")
                .await
                .to_string()
                .ends_with("is not UTF-8 text")
        );
        assert_eq!(bounded_text(Path::new("/")), Err(FileFault::NotRegular));
        assert_eq!(
            bounded_text(Path::new("/dev/zero")),
            Err(FileFault::NotRegular)
        );
    }

    #[tokio::test]
    async fn a_nul_or_an_indented_first_line_ends_in_an_error_or_a_profile_but_never_in_a_panic() {
        for contents in [
            &b"[default]\na\0b = \0\n"[..],
            b"\t[default]\n",
            b"\xef\xbb\xbf[default]\n",
            b"[",
            b"[]\n",
            b"[default]\n= 1\n",
        ] {
            let (_dir, path) = written(contents);
            if let Ok(files) = SharedFiles::read(None, Some(path)) {
                let _ = files.profiles("default").await;
            }
        }
    }

    #[test]
    fn an_absent_file_is_an_empty_one() {
        let files = SharedFiles::read(Some("/nonexistent/config".into()), None)
            .expect("absence is no fault");
        assert!(files.files.is_empty());
    }
}
