//! What is kept of one run, so that no trend has more than one whole run in memory.

use std::collections::{BTreeMap, BTreeSet};

use latency_stats::{Estimate, Percentile};

use crate::judge::between::BetweenError;
use crate::judge::checks::answered_here;
use crate::judge::history::Past;
use crate::judge::row::{Place, Row};
use crate::judge::summarise::summarise;
use crate::judge::summary::Summary;
use crate::plan::{Level, Plan, TargetName};
use crate::results::{Claims, Run, Vantage};

/// What is kept of one run of a trend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Observed {
    pub(super) past: Past,
    pub(super) vantage: Vantage,
    pub(super) started_at: String,
    /// Whether names of AWS's were answered by the machine that measured.
    pub(super) answered_here: bool,
    pub(super) version: String,
    /// What it was to do; without it a change of settings is not seen.
    pub(super) plan: Plan,
    /// Its targets but the twins, in the plan's order.
    pub(super) targets: Vec<ObservedTarget>,
}

/// One target in one run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ObservedTarget {
    pub(super) name: TargetName,
    pub(super) place: Place,
    pub(super) p50: Option<Percentile>,
    pub(super) ratio: Option<Estimate>,
    /// The Region that says it answered most of the calls.
    pub(super) served_by: Option<String>,
    /// The addresses that answered.
    pub(super) addresses: BTreeSet<String>,
}

impl Observed {
    /// Of `run`, beside the `latest` of the trend, which may be the run itself.
    ///
    /// # Errors
    /// [`BetweenError`] when the two did not measure alike, or the run is invalid.
    pub(crate) fn of(run: &Run, latest: &Run) -> Result<Self, BetweenError> {
        if run.header.run_id != latest.header.run_id {
            Past::require_alike(run, latest)?;
        }
        let summary = summarise(run);
        Ok(Self {
            past: Past::judged(run, &summary.rows, &summary.checks)?,
            vantage: run.header.vantage.clone(),
            started_at: run.header.started_at.clone(),
            answered_here: !answered_here(run).is_empty(),
            version: run.header.tool.version.clone(),
            plan: run.plan.clone(),
            targets: summary
                .rows
                .iter()
                .filter(|row| row.place != Place::Twin)
                .map(|row| observed(run, &summary, row))
                .collect(),
        })
    }

    pub(super) fn target(&self, name: &TargetName) -> Option<&ObservedTarget> {
        self.targets.iter().find(|target| target.name == *name)
    }
}

fn observed(run: &Run, summary: &Summary, row: &Row) -> ObservedTarget {
    let series = &run.measured.series[usize::from(row.target.0)];
    let is_forbidden = summary
        .forbidden(row.target, Level::P50, Claims::All)
        .is_some();
    let p50 = row
        .service_time
        .estimate(Level::P50)
        .filter(|_| !is_forbidden);
    let ratio = summary
        .picked(row.target)
        .filter(|comparison| comparison.reason.is_none())
        .map(|comparison| comparison.ratio);
    ObservedTarget {
        name: row.name(),
        place: row.place,
        p50: p50.copied(),
        ratio,
        served_by: most(&row.served_by),
        addresses: series.remotes.keys().cloned().collect(),
    }
}

/// The Region of most calls; of equals the first by name.
fn most(served_by: &BTreeMap<String, u64>) -> Option<String> {
    let most = served_by
        .iter()
        .max_by(|(a, calls), (b, others)| calls.cmp(others).then_with(|| b.cmp(a)));
    most.map(|(region, _)| region.clone())
}
