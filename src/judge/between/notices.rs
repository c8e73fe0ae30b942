//! What to know before believing a comparison of runs.

use time::OffsetDateTime;

use crate::plan::Plan;
use crate::results::{Run, moment};

pub(crate) fn notices(baseline: &Run, candidate: &Run, now: OffsetDateTime) -> Vec<String> {
    let mut notices = Vec::new();
    for (name, run) in [("baseline", baseline), ("candidate", candidate)] {
        if moment(&run.started_at).is_some_and(|started| started > now + LEEWAY) {
            notices.push(future(name, run));
        }
    }
    notices.extend(
        other_settings(&baseline.plan, &candidate.plan)
            .into_iter()
            .map(|what| {
                format!(
                    "the {what} of the two runs is not the same; it may be what is compared here"
                )
            }),
    );
    notices
}

/// What two plans that can be compared set differently.
pub(crate) fn other_settings(a: &Plan, b: &Plan) -> Vec<&'static str> {
    let settings = [
        ("resolver", a.resolver != b.resolver),
        ("deadlines", a.deadlines != b.deadlines),
        (
            "number of connections per target",
            a.connections_per_target != b.connections_per_target,
        ),
        (
            "rate per endpoint",
            a.rate_per_endpoint != b.rate_per_endpoint,
        ),
    ];
    settings
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect()
}

/// That a run is dated later than the clock that reads it.
pub(crate) fn future(name: &str, run: &Run) -> String {
    format!(
        "the {name} {} is dated in the future, {}; one of the clocks is wrong",
        run.run_id, run.started_at
    )
}

/// How far clocks of different machines may be apart without a word.
pub(crate) const LEEWAY: time::Duration = time::Duration::minutes(1);
