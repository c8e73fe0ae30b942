//! The decision, and the two times that it is about.

use crate::judge::{Comparison, Row, Summary};
use crate::plan::{Level, TargetId};
use crate::report::view::overview::decision::{Decision, GlobalComparison};
use crate::report::words::advice::on;
use crate::report::words::numbers::{NOTHING, duration};
use crate::report::words::verdicts::{saved, verdict_cell};

/// An endpoint and the global one over one kind of connection.
pub(crate) struct EndpointPair {
    /// Over which kind of connection.
    pub(crate) connection: &'static str,
    /// The endpoint.
    pub(crate) endpoint: String,
    /// Its p50.
    pub(crate) time: String,
    /// The global endpoint's p50.
    pub(crate) global: String,
    /// How they compare, with the interval.
    pub(crate) verdict: String,
    /// The difference, with its interval.
    pub(crate) difference: String,
}

/// What the decision is about: one pair for each kind of connection, the foremost first.
pub(crate) fn pairs(summary: &Summary, decision: &Decision<'_>) -> Vec<EndpointPair> {
    let Decision::AgainstGlobal(versus) = decision else {
        return Vec::new();
    };
    let first = match versus.outcome {
        GlobalComparison::Compared(comparison) => Some(comparison),
        GlobalComparison::Uncompared(_) => None,
    };
    let others = versus.others.iter().filter_map(|kind| kind.comparison);
    let all = first.into_iter().chain(others);
    all.map(|comparison| pair(summary, comparison)).collect()
}

fn pair(summary: &Summary, comparison: &Comparison) -> EndpointPair {
    let median = |target: TargetId| {
        let row: Option<&Row> = summary.rows.iter().find(|row| row.target == target);
        row.and_then(|row| row.service_time.percentile(Level::P50))
            .map_or_else(|| NOTHING.to_owned(), duration)
    };
    EndpointPair {
        connection: on(comparison.connection),
        endpoint: comparison.endpoint.clone(),
        time: median(comparison.candidate),
        global: median(comparison.baseline),
        verdict: verdict_cell(comparison),
        difference: saved(comparison.difference),
    }
}
