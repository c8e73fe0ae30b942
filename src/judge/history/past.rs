//! What of a run is kept as history.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::judge::between::{
    BetweenError, Setting, other_settings, require_comparable, require_same_load, require_valid,
};
use crate::judge::estimate::counted;
use crate::judge::failed_calls::FailedCalls;
use crate::judge::row::{Place, Row};
use crate::judge::summarise::rows_and_checks;
use crate::plan::{Level, TargetName};
use crate::results::{Check, Claims, Run, moment};

/// What of a run is kept as history.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Past {
    pub(crate) started: OffsetDateTime,
    pub(crate) run_id: String,
    /// The logarithms of p50 in ns, where the run supports one; of no twin, which tests its run.
    pub(crate) medians: BTreeMap<TargetName, f64>,
    /// The failed calls of each target but twins.
    pub(super) failed: BTreeMap<TargetName, FailedCalls>,
    /// Settings that are not the candidate's.
    pub(super) other: Vec<Setting>,
}

impl Past {
    /// Of `run`, as history of `candidate`.
    ///
    /// # Errors
    /// [`BetweenError`] when the two did not measure alike, or the run is invalid.
    pub(crate) fn of(run: &Run, candidate: &Run) -> Result<Self, BetweenError> {
        Self::require_alike(run, candidate)?;
        Ok(Self {
            other: other_settings(&run.plan, &candidate.plan),
            ..Self::unchecked(run)?
        })
    }

    /// Refuses runs that did not measure alike.
    pub(crate) fn require_alike(run: &Run, candidate: &Run) -> Result<(), BetweenError> {
        require_comparable(run, candidate)?;
        require_same_load(&run.plan, &candidate.plan)
    }

    /// Of a run that is not set against any other yet.
    pub(super) fn unchecked(run: &Run) -> Result<Self, BetweenError> {
        let (rows, checks) = rows_and_checks(run);
        Self::judged(run, &rows, &checks)
    }

    /// Of a run whose rows and checks are there already.
    pub(crate) fn judged(run: &Run, rows: &[Row], checks: &[Check]) -> Result<Self, BetweenError> {
        require_valid(run, checks)?;
        let median = |row: &Row| Some((row.name(), p50(run, row, checks)?.ln()));
        let originals = || rows.iter().filter(|row| row.place != Place::Twin);
        Ok(Self {
            started: moment(&run.header.started_at).unwrap_or(OffsetDateTime::UNIX_EPOCH),
            run_id: run.header.run_id.clone(),
            medians: originals().filter_map(median).collect(),
            failed: originals().map(|row| (row.name(), row.failed())).collect(),
            other: Vec::new(),
        })
    }
}

/// The p50 of all calls that may be used, ns. Each endpoint is seen beside the others of its run, so that what all of them went through
/// in it cancels: neither a check on claims about one endpoint alone nor a median without a narrow interval of its own
/// stands against it. The history itself shows how far such medians lie apart.
fn p50(run: &Run, row: &Row, checks: &[Check]) -> Option<f64> {
    let forbidden = checks
        .iter()
        .any(|check| check.forbids(row.target, MEDIAN, Claims::All));
    if forbidden || row.failures_reach(MEDIAN) || row.calls() < Level::P50.answers_needed() {
        return None;
    }
    let series = &run.measured.series[usize::from(row.target.0)];
    counted(&series.service_time)
        .with_never(series.counts.failed())
        .quantile(MEDIAN)
        .filter(|p50| *p50 > 0.0 && p50.is_finite())
}

const MEDIAN: f64 = Level::P50.share();
