//! What a decision has to be read with.

use crate::judge::{Check, CheckVerdict, Summary};
use crate::report::view::overview::screen::Early;
use crate::report::words::checks::sentence;
use crate::report::words::overview::lines;
use crate::report::words::simulation;
use crate::results::Run;
use sts_model::{REGIONS, nearest};

/// That the run was simulated, and how.
pub(crate) fn simulated(run: &Run) -> Option<String> {
    let simulated = run.header.vantage.simulation.as_ref()?;
    Some(format!("SIMULATED: {}", simulation::simulated(simulated)))
}

/// That AWS's names were answered by this machine.
pub(crate) fn not_aws(run: &Run, summary: &Summary) -> Option<String> {
    let mut found = summary.checks.iter();
    let found =
        found.find(|check| check.name == "not-aws" && check.verdict >= CheckVerdict::Warn)?;
    Some(format!("NOT AWS: {}.", sentence(found, run)))
}

/// That the run was cut short.
pub(crate) fn early(early: &Early) -> String {
    lines::early(early)
}

/// Which checks forbid numbers of the run.
pub(crate) fn failed_checks(summary: &Summary) -> Option<String> {
    let names: Vec<String> = summary.refusals().map(Check::title).collect();
    (!names.is_empty()).then(|| {
        format!(
            "INVALID: {} forbid numbers of this run; `stsbench report` shows which.",
            names.join(", ")
        )
    })
}

/// That this version knows no such Region.
pub(crate) fn unknown_region(region: &str) -> String {
    let meant = nearest(region, REGIONS.iter().map(|known| known.name));
    let hint = meant.map_or(String::new(), |name| format!(", did you mean {name}?"));
    format!("This version knows no Region {region}{hint}")
}
