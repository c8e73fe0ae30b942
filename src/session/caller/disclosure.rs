//! What a run shows of its caller.

use crate::credentials::mask::{self, Disclosure};
use crate::plan::Plan;

/// How much a run shows of its caller.
pub(crate) fn disclosure(show_identity: bool) -> Disclosure {
    if show_identity {
        Disclosure::Whole
    } else {
        Disclosure::Masked
    }
}

/// The plan as the run may show it.
pub(crate) fn disclosed(plan: &Plan, disclosure: Disclosure) -> Plan {
    let mut plan = plan.clone();
    for target in &mut plan.targets {
        target.call = target.call.masked(|text| mask::parameter(text, disclosure));
    }
    plan
}
