//! How the process ends: one number for each kind of end, the same in every command.

use std::fmt;
use std::process::{ExitCode, Termination};

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Success = 0,
    /// A gate is violated, or a target of the candidate is slower.
    GateFailed = 1,
    /// The command line, a file or the plan is wrong; nothing was sent.
    Usage = 2,
    /// The measurement is invalid, a target has no data, or an item of the self-test failed.
    Invalid = 3,
    /// No usable credentials.
    Credentials = 4,
    /// No endpoint gave any data.
    NoData = 5,
    /// The report could not be written.
    NotWritten = 6,
    /// A gate is neither proven nor violated, or a comparison decides nothing: more answers are needed.
    Inconclusive = 7,
    /// Something that should not happen did.
    Unexpected = 70,
    /// Cut short by Ctrl-C; what was measured is saved.
    Interrupted = 130,
    /// Cut short by SIGTERM or SIGHUP; what was measured is saved.
    Terminated = 143,
}

/// The same, for `--help` and the manual page.
pub(super) const HELP: &str = "\
Exit codes: 0 done · 1 gate violated, candidate slower · 2 usage, nothing sent · 3 measurement invalid, a target without data, self-test failed · \
4 credentials · 5 no endpoint gave data · 6 report not written · 7 gate or comparison inconclusive · 70 internal error · 130/143 interrupted, partial report saved";

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Why a command did not do what it was asked, and the exit code that says so.
#[derive(Debug)]
pub struct Refusal {
    /// How the process ends.
    pub exit: Exit,
    /// The reason, with its causes.
    pub error: anyhow::Error,
}

impl Refusal {
    /// Refuses with `exit` because of `error`.
    pub(super) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit,
            error: error.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The alternate form prints the causes on the same line.
        f.write_str(&super::diagnostics::one_line(&format!("{:#}", self.error)))
    }
}

/// Gives a fallible step the exit code of its kind.
pub(super) trait OrExit<T> {
    fn or_exit(self, exit: Exit) -> Result<T, Refusal>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, Refusal> {
        self.map_err(|error| Refusal::new(exit, error))
    }
}
