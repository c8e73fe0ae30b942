//! The decision about the global endpoint, as the end of a run says it.

use crate::advice::{advise, local_region};
use crate::judge::{Place, Summary};
use crate::report::words::advice::decision;
use crate::results::Run;

/// What to do about the global endpoint where the run was measured, in one sentence; `None` where the run does not ask: it
/// knows no Region of its place, or did not call the global endpoint.
pub(crate) fn sentence(run: &Run, summary: &Summary) -> Option<String> {
    let region = local_region(run)?;
    let has_global = summary.rows.iter().any(|row| row.place == Place::Global);
    has_global.then(|| format!("{}.", decision(&advise(summary, Some(region)))))
}
