//! The precision of a run that chose its own length.

use serde::Serialize;

use crate::judge::Summary;
use crate::plan::{Cap, ConnectionMode};
use crate::results::{Run, Window};
use sts_model::Operation;

use crate::report::words::numbers::percentile_name;

/// The precision of a run for programs.
#[derive(Serialize)]
pub(crate) struct PrecisionFields<'a> {
    percentile: String,
    half_width_ratio: f64,
    pilot_rounds: u32,
    wanted_rounds: u64,
    granted_rounds: u32,
    capped_by: Option<Cap>,
    stages: &'a [Window],
    targets: Vec<TargetPrecision<'a>>,
}

#[derive(Serialize)]
struct TargetPrecision<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    half_width_ratio: Option<f64>,
    met: bool,
}

impl<'a> PrecisionFields<'a> {
    /// Of a run that chose its own length.
    pub(crate) fn of(run: &'a Run, summary: &Summary) -> Option<Self> {
        let (asked, outcome) = (
            run.plan.judging.precision?,
            run.measured.precision.as_ref()?,
        );
        let targets = summary.precision.iter().map(|reached| {
            let target = run.plan.target(reached.target);
            TargetPrecision {
                endpoint: &target.endpoint.name,
                operation: target.call.operation(),
                connection: target.connection,
                half_width_ratio: reached.half_width_ratio,
                met: reached.met,
            }
        });
        Some(Self {
            percentile: percentile_name(asked.percentile),
            half_width_ratio: asked.half_width_ratio,
            pilot_rounds: outcome.pilot_rounds,
            wanted_rounds: outcome.wanted_rounds,
            granted_rounds: outcome.granted_rounds,
            capped_by: outcome.capped_by,
            stages: &outcome.stages,
            targets: targets.collect(),
        })
    }
}
