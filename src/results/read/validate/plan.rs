//! Whether the stored plan is one that could have been carried out.

use crate::plan::{Load, Plan, Target, TargetId};
use crate::results::model::limits::{MAX_BLOCKS, MAX_TARGETS};

use super::rules::{is_name, require};

/// The plan's size, targets and rate.
pub(super) fn check_plan(plan: &Plan) -> Result<(), String> {
    let targets = plan.targets.len();
    require((1..=MAX_TARGETS).contains(&targets), || {
        format!("{targets} targets; allowed: 1 to {MAX_TARGETS}")
    })?;
    let blocks = plan.blocks;
    require((1..=MAX_BLOCKS).contains(&blocks), || {
        format!("{blocks} blocks; allowed: 1 to {MAX_BLOCKS}")
    })?;
    for (id, target) in plan.targets() {
        check_target(id, target, &plan.targets[..usize::from(id.0)])?;
    }
    let rate = match plan.load {
        Load::Open {
            rate_per_second, ..
        } => rate_per_second,
        Load::Audit { .. } | Load::Closed { .. } => plan.rate_per_endpoint,
    };
    require(rate > 0.0 && rate.is_finite(), || {
        format!("a rate of {rate}; allowed: above 0")
    })
}

/// A target with names of ours, and none of those before it again.
fn check_target(id: TargetId, target: &Target, earlier: &[Target]) -> Result<(), String> {
    let endpoint = &target.endpoint;
    let names = [
        &endpoint.name,
        &endpoint.region,
        &endpoint.partition,
        &endpoint.signing_region,
    ];
    let named = names
        .into_iter()
        .chain(&endpoint.twin_of)
        .all(|name| is_name(name));
    require(named, || {
        format!(
            "target {} is at an endpoint of the name or Region {:?}",
            id.0, endpoint.name
        )
    })?;
    let twice = earlier.iter().any(|other| {
        other.endpoint.name == endpoint.name
            && other.call.operation() == target.call.operation()
            && other.connection == target.connection
    });
    require(!twice, || format!("target {} is there twice", id.0))
}
