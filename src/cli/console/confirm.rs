//! The question before a large run, which is asked on a terminal alone.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use anyhow::anyhow;

use crate::cli::command_error::CommandError;
use crate::cli::console::charset::displayable;

/// Calls of a run from which on a person at a terminal is asked.
pub(crate) const MANY_CALLS: u64 = 20_000;

/// Asks once whether so many calls to real endpoints may begin; `per` follows their number and says of what time they are. Nobody is asked where stdin or stderr is no
/// terminal, or who said yes before.
///
/// # Errors
/// A usage error when the answer is no.
pub(crate) fn large_run(calls: u64, per: &str, already: bool) -> Result<(), CommandError> {
    let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if already || calls <= MANY_CALLS || !terminal {
        return Ok(());
    }
    let mut stderr = std::io::stderr();
    let question = format!("Up to {calls} calls with your account{per}. Go on? [y/N] ");
    write!(stderr, "{}", displayable(question))
        .and_then(|()| stderr.flush())
        .ok();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).ok();
    if is_yes(&answer) {
        return Ok(());
    }
    Err(CommandError::usage(anyhow!(refusal(calls, per))))
}

fn refusal(calls: u64, per: &str) -> String {
    format!("not begun: up to {calls} calls{per}; --preset quick makes fewer, --yes does not ask")
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
    fn the_refusal_says_of_what_time_the_calls_are_as_the_question_did() {
        assert!(refusal(30_000, " a day").starts_with("not begun: up to 30000 calls a day;"));
    }

    #[test]
    fn a_small_run_and_one_that_was_agreed_to_are_not_asked_about() {
        assert!(large_run(MANY_CALLS, "", false).is_ok());
        assert!(large_run(u64::MAX, "", true).is_ok());
    }
}
