//! What changed from one run to the next, beside the times.

use crate::judge::between::other_settings;

use super::observed::{Observed, ObservedTarget};
use super::outcome::{RunChange, TargetChange};

/// What the run has not in common with the one before it.
pub(super) fn of_run(before: &Observed, run: &Observed) -> Vec<RunChange> {
    let version = (before.version != run.version).then(|| RunChange::Version {
        from: before.version.clone(),
        to: run.version.clone(),
    });
    let settings = other_settings(&before.plan, &run.plan);
    version
        .into_iter()
        .chain(settings.into_iter().map(RunChange::Setting))
        .collect()
}

/// What changed of a target since the latest earlier run that called it.
pub(super) fn of_target(before: &ObservedTarget, target: &ObservedTarget) -> Vec<TargetChange> {
    let served = before.served_by.as_ref().zip(target.served_by.as_ref());
    let served = served
        .filter(|(from, to)| from != to)
        .map(|(from, to)| TargetChange::ServedBy {
            from: from.clone(),
            to: to.clone(),
        });
    let are_known = !before.addresses.is_empty() && !target.addresses.is_empty();
    let addresses = (are_known && before.addresses.is_disjoint(&target.addresses))
        .then_some(TargetChange::Addresses);
    served.into_iter().chain(addresses).collect()
}
