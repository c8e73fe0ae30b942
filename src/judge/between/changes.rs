//! How endpoints changed from one run to a later one. The hour and the service changed as well, so that nothing is decided; what
//! moved all endpoints alike is taken off.

use crate::plan::{Group, TargetId};

use super::result::Standing;
use super::sides::Sides;

/// How the p50 of each pair of targets changed, beside the median change of its operation and kind of connection, where that
/// has enough endpoints.
pub(super) fn changes(sides: &Sides<'_>, shared: &[(TargetId, TargetId)]) -> Vec<Standing> {
    let found: Vec<Result<(Group, f64), Standing>> = shared
        .iter()
        .map(|&(one, other)| sides.change(one, other))
        .collect();
    let common = |group: Group| {
        let of_group = found.iter().flatten().filter(|(of, _)| *of == group);
        let ratios: Vec<f64> = of_group.map(|(_, ratio)| *ratio).collect();
        (ratios.len() >= LEAST_ENDPOINTS)
            .then(|| latency_stats::median(&ratios))
            .flatten()
    };
    let standing = |found: &Result<(Group, f64), Standing>| match found {
        Err(standing) => standing.clone(),
        Ok((group, ratio)) => {
            let common = common(*group);
            Standing::Changed {
                ratio: *ratio,
                common,
                relative: common.map(|common| ratio / common),
            }
        }
    };
    found.iter().map(standing).collect()
}

/// Whether the other endpoints tell a change of this one from one of the hour.
pub(super) fn is_controlled(standing: &Standing) -> bool {
    matches!(
        standing,
        Standing::Changed {
            relative: Some(_),
            ..
        }
    )
}

/// Endpoints from which on the median change is that of the others more than of any one.
const LEAST_ENDPOINTS: usize = 3;
