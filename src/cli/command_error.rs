//! Why a command failed, with the exit code that says so.

use std::fmt;

use super::console::diagnostics::one_line;
use super::exit_code::Exit;
use crate::session::SessionError;

/// Why a command did not do what it was asked, and the exit code that says so.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// How the process ends.
    pub(crate) exit: Exit,
    /// The reason, with its causes.
    pub(crate) error: anyhow::Error,
}

impl CommandError {
    /// An end with `exit` because of `error`.
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit,
            error: error.into(),
        }
    }

    /// What was typed, or what a file says, is wrong.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self::new(Exit::Usage, error)
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The alternate form prints the causes on the same line.
        f.write_str(&one_line(&format!("{:#}", self.error)))
    }
}

impl From<SessionError> for CommandError {
    fn from(error: SessionError) -> Self {
        let exit = match &error {
            SessionError::Plan(_)
            | SessionError::Gate(_)
            | SessionError::OpenFiles(_)
            | SessionError::Secret { .. }
            | SessionError::PlaintextSecret { .. }
            | SessionError::Parameter(_)
            | SessionError::Authority { .. } => Exit::Usage,
            SessionError::Credentials(_)
            | SessionError::NothingAllowed { .. }
            | SessionError::CredentialsLost(_) => Exit::Credentials,
            SessionError::Preflight(error) if error.is_about_credentials() => Exit::Credentials,
            SessionError::Preflight(_)
            | SessionError::SimulatedAuthority(_)
            | SessionError::SimulatedCredentials => Exit::NoData,
            SessionError::Results(_) | SessionError::NoWindow | SessionError::NoPilot => {
                Exit::NotWritten
            }
            SessionError::System(_)
            | SessionError::PilotKind
            | SessionError::Stages(_)
            | SessionError::Windows { .. }
            | SessionError::Engine(_) => Exit::Unexpected,
        };
        Self::new(exit, error)
    }
}

/// Gives a fallible step the exit code of its kind.
pub(crate) trait OrExit<T> {
    fn or_exit(self, exit: Exit) -> Result<T, CommandError>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, CommandError> {
        self.map_err(|error| CommandError::new(exit, error))
    }
}
