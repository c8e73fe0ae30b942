//! Who the caller is, asked before the run.

use crate::load::{Engine, Identified, PreflightError};
use crate::plan::Plan;
use crate::session::error::SessionError;

/// Calls that were made before the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PreflightCalls {
    answered: u64,
    /// Whether these arrived is unknown.
    unanswered: u64,
}

impl PreflightCalls {
    /// `requests` without these, when the run itself made so many calls: of those without an answer as many as the requests
    /// are too many, since the others never arrived.
    pub(crate) fn taken_off(self, requests: u64, made: u64) -> u64 {
        let requests = requests.saturating_sub(self.answered);
        requests - self.unanswered.min(requests.saturating_sub(made))
    }
}

/// Asks endpoints of `plan` in turn who the caller is, until one answers; [`PREFLIGHT_ENDPOINTS`] at most.
///
/// Returns the answer, if any, with the calls that were made. A refusal because of the credentials ends it at once.
pub(crate) fn preflight(
    engine: &Engine,
    plan: &Plan,
) -> Result<(Option<Identified>, PreflightCalls), SessionError> {
    let originals = plan
        .endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.twin_of.is_none());
    let endpoints: Vec<_> = originals.collect();
    let mut calls = PreflightCalls::default();
    let mut last = None;
    for endpoint in endpoints.iter().take(PREFLIGHT_ENDPOINTS) {
        let target = plan
            .targets
            .iter()
            .find(|target| target.endpoint.name == endpoint.name)
            .expect("it came from there");
        let asked = engine.identify(plan, target)?;
        match &asked {
            Err(PreflightError::Unanswered { .. }) => calls.unanswered += 1,
            Ok(_) | Err(_) => calls.answered += 1,
        }
        match asked {
            Ok(identified) => return Ok((Some(identified), calls)),
            Err(error) if error.is_about_credentials() => return Err(error.into()),
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) if endpoints.len() <= PREFLIGHT_ENDPOINTS => Err(error.into()),
        _ => Ok((None, calls)),
    }
}

/// Most endpoints that are asked before the run: each is a call, and a dead one takes its whole deadline.
const PREFLIGHT_ENDPOINTS: usize = 3;

#[cfg(test)]
#[path = "preflight_tests.rs"]
mod tests;
