//! What targets are called in sentences.

use crate::plan::{Plan, TargetId};

/// A target by its endpoint, operation and kind of connection: `eu-west-1 get-caller-identity warm`.
pub(super) fn target_name(plan: &Plan, id: TargetId) -> String {
    match plan.targets.get(usize::from(id.0)) {
        Some(target) => target.name().to_string(),
        None => unplanned(id),
    }
}

/// The name of a target's endpoint.
pub(super) fn endpoint_name(plan: &Plan, id: TargetId) -> String {
    match plan.targets.get(usize::from(id.0)) {
        Some(target) => target.endpoint.name.clone(),
        None => unplanned(id),
    }
}

/// The host that a target's requests go to.
pub(super) fn host_name(plan: &Plan, id: TargetId) -> String {
    match plan.targets.get(usize::from(id.0)) {
        Some(target) => target.endpoint.origin.host().to_owned(),
        None => unplanned(id),
    }
}

/// A finding from a file can name any number; it is worth a strange sentence and no panic.
fn unplanned(id: TargetId) -> String {
    format!("target {}", id.0)
}
