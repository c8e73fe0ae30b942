//! A secret that the user keeps in a file or in an environment variable, such as an identity provider's token: read once,
//! within bounds, and never repeated in an error.

use std::path::Path;

use thiserror::Error;
use zeroize::Zeroizing;

use super::error::FileFault;
use super::search::files::bounded;
use super::secret::Secret;

/// Why a kept secret cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeptSecretError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The environment variable is not set.
    #[error("is not set")]
    NotSet,
    /// The environment variable is not text.
    #[error("is not UTF-8 text")]
    NotText,
    /// It is longer than any secret that STS takes.
    #[error("is larger than {LARGEST} bytes")]
    TooLarge,
    /// There is nothing in it but white space.
    #[error("is empty")]
    Empty,
}

impl Secret {
    /// The text of the file at `path` without the white space around it.
    ///
    /// # Errors
    /// `KeptSecretError` when it is no regular file, no text, empty or longer than 128 KiB.
    pub fn in_file(path: &Path) -> Result<Self, KeptSecretError> {
        trimmed(&Zeroizing::new(bounded(path, LARGEST)?))
    }

    /// The value of the environment variable `name` without the white space around it.
    ///
    /// # Errors
    /// `KeptSecretError` when it is not set, no text, empty or longer than 128 KiB.
    pub fn in_environment(name: &str) -> Result<Self, KeptSecretError> {
        let value = std::env::var_os(name).ok_or(KeptSecretError::NotSet)?;
        let value = Zeroizing::new(value.into_string().map_err(|_| KeptSecretError::NotText)?);
        if u64::try_from(value.len()).is_ok_and(|length| length > LARGEST) {
            return Err(KeptSecretError::TooLarge);
        }
        trimmed(&value)
    }
}

fn trimmed(text: &str) -> Result<Secret, KeptSecretError> {
    match text.trim() {
        "" => Err(KeptSecretError::Empty),
        secret => Ok(Secret::new(secret.to_owned())),
    }
}

/// A SAML assertion, the longest of them, has at most 100,000 characters of base64 (service model 2011-06-15).
const LARGEST: u64 = 128 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn file(contents: &[u8]) -> Result<String, KeptSecretError> {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("secret");
        std::fs::write(&path, contents).expect("written");
        Secret::in_file(&path).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_secret_is_the_text_of_its_file_without_the_white_space_around_it() {
        assert_eq!(file(b"\n eyJ.a.b \r\n").as_deref(), Ok("eyJ.a.b"));
    }

    #[test]
    fn what_is_no_secret_is_refused_by_kind() {
        assert_eq!(file(b" \n"), Err(KeptSecretError::Empty));
        assert_eq!(
            file(&[0xFF]),
            Err(KeptSecretError::File(FileFault::NotText))
        );
        assert_eq!(
            file(&vec![b'x'; 200_000]),
            Err(KeptSecretError::File(FileFault::TooLarge(LARGEST)))
        );
        let fault = |path: &str| {
            Secret::in_file(Path::new(path))
                .map(|_| ())
                .expect_err("no file")
        };
        assert_eq!(
            fault("/dev/zero"),
            KeptSecretError::File(FileFault::NotRegular)
        );
        assert_eq!(
            fault("/nonexistent/token"),
            KeptSecretError::File(FileFault::Missing)
        );
        let unset = Secret::in_environment("STSBENCH_TEST_NOT_SET")
            .map(|_| ())
            .expect_err("not set");
        assert_eq!(unset, KeptSecretError::NotSet);
    }
}
