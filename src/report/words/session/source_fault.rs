//! What is said of each fault of a file or a variable that gives credentials.

use std::fmt;

use crate::notice::SourceFault;

impl SourceFault {
    /// What a run says of it after the fact: what follows from it, or what to do; empty where the fact says so.
    pub(super) fn consequence(&self) -> &'static str {
        match self {
            Self::ExposedFile(_) => "; chmod 600 it",
            Self::UnreadLine { .. } => "; its section is left out",
            Self::UnreadExpiry => {
                " with its offset from UTC; when the credentials expire is not known"
            }
            Self::OlderPlaces(_) => "; the AWS CLI would call with the keys there",
            Self::RepeatedLine { .. } | Self::UnreadableFile { .. } | Self::LoneVariables(_) => "",
        }
    }

    /// What `doctor` advises.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Self::ExposedFile(_) => "chmod 600 the file",
            Self::UnreadLine { .. } => "correct the line",
            Self::RepeatedLine { .. } => "keep one of them; the AWS CLI refuses the whole file",
            Self::UnreadableFile { .. } => {
                "make it readable for this user, or set HOME, AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE"
            }
            Self::LoneVariables(_) => "set AWS_ACCESS_KEY_ID too, or remove them",
            Self::OlderPlaces(_) => {
                "remove them, or put their keys into a profile: the AWS CLI would call with them"
            }
            Self::UnreadExpiry => {
                "give a time with its offset from UTC, such as 2030-01-01T00:00:00Z"
            }
        }
    }
}

impl fmt::Display for SourceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExposedFile(path) => write!(f, "{} can be read by others", path.display()),
            Self::UnreadLine { path, line } => {
                write!(f, "{}: line {line} cannot be read", path.display())
            }
            Self::RepeatedLine { path, line } => write!(
                f,
                "{}: line {line} repeats a section or a setting: it replaces the earlier one completely",
                path.display()
            ),
            Self::UnreadableFile { path, reason } => write!(
                f,
                "{}: cannot be read: {reason}; it counts as empty, as for the AWS CLI",
                path.display()
            ),
            Self::LoneVariables(names) => write!(
                f,
                "{}: set without AWS_ACCESS_KEY_ID, and not used",
                names.join(", ")
            ),
            Self::OlderPlaces(names) => write!(f, "{} found, and never read", names.join(", ")),
            Self::UnreadExpiry => {
                f.write_str("AWS_CREDENTIAL_EXPIRATION is not readable as a time")
            }
        }
    }
}
