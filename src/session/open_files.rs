//! Open files: every connection is one, and running out in the middle of a run would spoil it.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use thiserror::Error;

use crate::plan::{ConnectionMode, Plan};

/// The system allows fewer open files than the plan needs.
#[derive(Debug, Error)]
#[error(
    "the plan can need {needed} open files and this process may have {allowed}; raise it with `ulimit -n {needed}`, or choose fewer endpoints or --connections-per-target"
)]
pub struct TooFewFiles {
    /// Open files that the plan can need.
    pub needed: u64,
    /// Open files that this process may have.
    pub allowed: u64,
}

/// Raises this process's limit on open files as far as the system lets.
pub fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        // A refusal leaves the old limit, by which the plan is judged.
        setrlimit(
            Resource::Nofile,
            Rlimit {
                current: limit.maximum,
                maximum: limit.maximum,
            },
        )
        .ok();
    }
}

/// Raises the limit and checks it against the plan.
///
/// # Errors
/// [`TooFewFiles`] when the system allows fewer open files than `plan` can need.
pub(crate) fn make_room(plan: &Plan) -> Result<(), TooFewFiles> {
    raise_limit();
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let needed = files_needed(plan);
    if allowed < needed {
        Err(TooFewFiles { needed, allowed })
    } else {
        Ok(())
    }
}

/// Connections that can be open at once: the kept ones twice, since the next block's are opened while this block's are in
/// use, and one new one for each target; with room for the program's own files.
fn files_needed(plan: &Plan) -> u64 {
    let kept = plan
        .targets
        .iter()
        .filter(|t| t.connection != ConnectionMode::Cold)
        .count() as u64;
    2 * kept * u64::from(plan.connections_per_target) + plan.targets.len() as u64 + OWN_FILES
}

const OWN_FILES: u64 = 32;

#[cfg(test)]
#[path = "open_files_tests.rs"]
mod tests;
