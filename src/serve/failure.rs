//! Why a window failed, in few words for a label.

use crate::load::PreflightError;
use crate::session::SessionError;

/// Why a window has no numbers, or none that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WindowFailure {
    /// No usable credentials, or they were lost while measuring.
    Credentials,
    /// The service refuses the operations to this caller, or is no STS.
    Refused,
    /// No endpoint answered who calls.
    Unreachable,
    /// Calls were made, and hardly one was answered.
    NoData,
    /// The system refused what it takes to measure.
    System,
}

impl WindowFailure {
    /// Every kind.
    pub(crate) const ALL: [Self; 5] = [
        Self::Credentials,
        Self::Refused,
        Self::Unreachable,
        Self::NoData,
        Self::System,
    ];

    /// As in labels and logs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::NoData => "no-data",
            Self::System => "system",
        }
    }

    /// The kind of a session's error.
    pub(crate) fn of(error: &SessionError) -> Self {
        match error {
            SessionError::Credentials(_) | SessionError::CredentialsLost(_) => Self::Credentials,
            SessionError::Preflight(error) if error.is_about_credentials() => Self::Credentials,
            SessionError::Preflight(PreflightError::Unanswered { .. }) => Self::Unreachable,
            SessionError::NothingAllowed { .. }
            | SessionError::Preflight(
                PreflightError::Refused { .. } | PreflightError::Foreign { .. },
            ) => Self::Refused,
            _ => Self::System,
        }
    }
}
