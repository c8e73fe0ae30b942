//! The question before a large run, which is asked on a terminal alone.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use anyhow::anyhow;

use crate::cli::command_error::CommandError;
use crate::cli::console::charset::displayable;
use crate::cli::exit_code::Exit;

/// Calls of a run from which on a person at a terminal is asked.
pub(crate) const MANY_CALLS: u64 = 20_000;

/// Asks once whether a run of so many calls to real endpoints may begin. Nobody is asked where stdin or stderr is no
/// terminal, or who said yes before.
///
/// # Errors
/// [`Exit::Usage`] when the answer is no.
pub(crate) fn large_run(calls: u64, takes: &str, already: bool) -> Result<(), CommandError> {
    let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if already || calls <= MANY_CALLS || !terminal {
        return Ok(());
    }
    let mut stderr = std::io::stderr();
    let question = format!("Up to {calls} calls with your account{takes}. Go on? [y/N] ");
    write!(stderr, "{}", displayable(question))
        .and_then(|()| stderr.flush())
        .ok();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).ok();
    if is_yes(&answer) {
        return Ok(());
    }
    let error = anyhow!(
        "not begun: the run makes up to {calls} calls; --preset quick makes fewer, --yes does not ask"
    );
    Err(CommandError::new(Exit::Usage, error))
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        assert!(["y\n", "Yes", " YES \n"].into_iter().all(is_yes));
        assert!(
            ["", "\n", "n", "yy", "no"]
                .into_iter()
                .all(|it| !is_yes(it))
        );
    }

    #[test]
    fn a_small_run_and_one_that_was_agreed_to_are_not_asked_about() {
        assert!(large_run(MANY_CALLS, "", false).is_ok());
        assert!(large_run(u64::MAX, "", true).is_ok());
    }
}
