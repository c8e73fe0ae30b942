//! Who the caller is, asked before the run.

use crate::credentials::mask::{self, Disclosure};
use crate::load::{Engine, Identified, PreflightError};
use crate::plan::{Plan, Target};
use crate::session::error::SessionError;
use sts_model::{Endpoint, Operation, Region, Scope};

/// Calls that were made before the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PreflightCalls {
    answered: u64,
    /// Whether these arrived is unknown.
    unanswered: u64,
    /// Those of both to AWS's hosts.
    to_aws: u64,
}

impl PreflightCalls {
    /// How many there were.
    pub(crate) fn made(self) -> u64 {
        self.answered + self.unanswered
    }

    /// How many of them were to AWS's hosts, of which a simulated service has the names too.
    pub(crate) fn to_aws(self) -> u64 {
        self.to_aws
    }

    /// One more, which was answered or not.
    fn count(&mut self, target: &Target, is_answered: bool) {
        self.answered += u64::from(is_answered);
        self.unanswered += u64::from(!is_answered);
        self.to_aws += u64::from(target.endpoint.belongs_to_aws());
    }

    /// `requests` without these, when the run itself made so many calls: of those without an answer as many as the requests
    /// are too many, since the others never arrived.
    pub(crate) fn taken_off(self, requests: u64, made: u64) -> u64 {
        let requests = requests.saturating_sub(self.answered);
        requests - self.unanswered.min(requests.saturating_sub(made))
    }
}

/// Asks endpoints of `plan` in turn who the caller is, until one answers: those first that take the keys of every account.
///
/// Returns the answer, if any; `calls` counts those that were made, also where there is an error. Without an answer the run
/// goes on, since its own calls may be answered, unless [`ENOUGH_REFUSALS`] endpoints that take the keys of every account
/// reject this one, or no endpoint leaves hope.
pub(crate) fn preflight(
    engine: &Engine,
    plan: &Plan,
    disclosure: Disclosure,
    calls: &mut PreflightCalls,
) -> Result<Option<Identified>, SessionError> {
    let targets = in_order(plan);
    let (mut errors, mut rejections) = (Vec::new(), 0);
    for &target in &targets {
        let error = match ask(engine, plan, target, calls)? {
            Ok(identified) => return Ok(Some(identified)),
            Err(error) => error.showing(|text| shown(text, disclosure)),
        };
        if error.rejects_the_key() && takes_every_account(&target.endpoint) {
            rejections += 1;
            if rejections == ENOUGH_REFUSALS {
                return Err(error.into());
            }
        }
        errors.push(error);
        if calls.unanswered == MOST_UNANSWERED {
            break;
        }
    }
    let rejected = errors.iter().position(PreflightError::rejects_the_key);
    let in_vain = errors.iter().all(|error| is_final(error, plan))
        && (errors.len() == targets.len() || rejected.is_some());
    let telling = rejected.unwrap_or(errors.len().saturating_sub(1));
    if !in_vain || telling >= errors.len() {
        return Ok(None);
    }
    // One that was slow once is asked again before there is no run.
    if let Some(at) = errors.iter().position(PreflightError::is_slow) {
        match ask(engine, plan, targets[at], calls)? {
            Ok(identified) => return Ok(Some(identified)),
            Err(error) if !is_final(&error, plan) => return Ok(None),
            Err(_) => {}
        }
    }
    Err(errors.swap_remove(telling).into())
}

/// Asks one endpoint, and counts the call.
fn ask(
    engine: &Engine,
    plan: &Plan,
    target: &Target,
    calls: &mut PreflightCalls,
) -> Result<Result<Identified, PreflightError>, SessionError> {
    let asked = engine.identify(plan, target)?;
    let is_unanswered = matches!(asked, Err(PreflightError::Unanswered { .. }));
    calls.count(target, !is_unanswered);
    Ok(asked)
}

/// The endpoints of `plan` that close each connection after its answer; `calls` counts those that were made to find out. Of AWS's
/// it is known, so only those of others are asked, but for the one that `identified` the caller.
pub(crate) fn closing(
    engine: &Engine,
    plan: &Plan,
    identified: &Identified,
    calls: &mut PreflightCalls,
) -> Result<Vec<String>, SessionError> {
    let mut closing = Vec::new();
    for target in in_order(plan) {
        let endpoint = &target.endpoint;
        if endpoint.name == identified.endpoint {
            closing.extend(identified.closes.then(|| endpoint.name.clone()));
            continue;
        }
        if endpoint.scope != Scope::Custom {
            continue;
        }
        match engine.identify(plan, target)? {
            Ok(answer) => {
                calls.count(target, true);
                closing.extend(answer.closes.then_some(answer.endpoint));
            }
            Err(PreflightError::Unanswered { .. }) => {
                calls.count(target, false);
                break;
            }
            Err(_) => calls.count(target, true),
        }
    }
    Ok(closing)
}

/// One target of each endpoint, in the plan's order; those last whose Region has to be enabled.
fn in_order(plan: &Plan) -> Vec<&Target> {
    let originals = plan
        .endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.twin_of.is_none());
    let mut targets: Vec<&Target> = originals
        .filter_map(|endpoint| {
            plan.targets
                .iter()
                .find(|target| target.endpoint.name == endpoint.name)
        })
        .collect();
    targets.sort_by_key(|target| is_opt_in(&target.endpoint));
    targets
}

/// Whether the endpoint is AWS's and every account can use it. What another service takes, nobody knows.
fn takes_every_account(endpoint: &Endpoint) -> bool {
    endpoint.scope != Scope::Custom && !is_opt_in(endpoint)
}

/// Whether the endpoint's Region has to be enabled first: until then it refuses the account's keys, with the code for an
/// unknown key.
fn is_opt_in(endpoint: &Endpoint) -> bool {
    Region::has_to_be_enabled(&endpoint.region)
}

/// Whether the run's own calls to that endpoint would fail as well. What is not called by the plan does not decide over it.
fn is_final(error: &PreflightError, plan: &Plan) -> bool {
    let is_called = plan
        .targets
        .iter()
        .any(|target| target.call.operation() == Operation::GetCallerIdentity);
    match error {
        _ if error.may_pass() => false,
        PreflightError::Refused { .. } => is_called || error.rejects_the_key(),
        PreflightError::Foreign { .. } => is_called,
        PreflightError::Unanswered { .. } | PreflightError::Sign(_) => true,
    }
}

/// The service's own text, as far as it may be shown.
fn shown(text: &str, disclosure: Disclosure) -> Option<String> {
    match disclosure {
        Disclosure::Whole => Some(mask::remote_text(text)),
        Disclosure::Masked => None,
    }
}

/// Endpoints without an answer after which no more are asked: each takes its whole deadline.
const MOST_UNANSWERED: u64 = 3;

/// Endpoints that must reject a key which they would take from every account, before the others need not be asked.
const ENOUGH_REFUSALS: usize = 2;

#[cfg(test)]
#[path = "preflight_tests.rs"]
mod tests;
