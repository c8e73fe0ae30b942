//! Whether windows and stages are the blocks of the run, and how the run chose their number.

use crate::results::model::precision::PrecisionOutcome;
use crate::results::model::run::Run;
use crate::results::model::window::{Window, moment, overlap};

use super::rules::{is_date_of_a_run, is_name, is_planned, require};

/// Windows are the run's blocks, each once and in order of time.
pub(super) fn check_windows(run: &Run) -> Result<(), String> {
    if run.measured.windows.is_empty() {
        Ok(())
    } else {
        check_cover("windows", &run.measured.windows, run)
    }
}

fn check_cover(what: &str, windows: &[Window], run: &Run) -> Result<(), String> {
    let mut next = 0;
    for window in windows {
        let Window {
            run_id,
            started_at,
            first_block,
            blocks,
            ..
        } = window;
        require(is_name(run_id), || {
            format!("{what}: {run_id:.64?} is no run's id")
        })?;
        require(is_date_of_a_run(started_at), || {
            format!("{what}: {started_at:.64?} is not an RFC 3339 date")
        })?;
        require(u32::from(*first_block) == next && *blocks > 0, || {
            format!("{what}: {blocks} blocks from block {first_block} on, after {next}")
        })?;
        next += u32::from(*blocks);
    }
    require(next == u32::from(run.plan.blocks), || {
        format!("{what}: {next} of {} blocks", run.plan.blocks)
    })?;
    for (at, pair) in windows.windows(2).enumerate() {
        let in_order = moment(&pair[0].started_at) <= moment(&pair[1].started_at)
            && !overlap(&pair[0], &pair[1]);
        require(in_order, || {
            format!(
                "{what}: number {} begins before the end of the one ahead of it",
                at + 2
            )
        })?;
        let known = windows[..=at]
            .iter()
            .any(|earlier| earlier.run_id == pair[1].run_id);
        require(!known, || {
            format!("{what}: {} is there twice", pair[1].run_id)
        })?;
    }
    Ok(())
}

/// How the run chose its length.
pub(super) fn check_precision(run: &Run) -> Result<(), String> {
    let Some(outcome) = &run.measured.precision else {
        return Ok(());
    };
    let PrecisionOutcome {
        pilot_rounds,
        granted_rounds,
        decided_by,
        reached,
        stages,
        ..
    } = outcome;
    require((1..=*granted_rounds).contains(pilot_rounds), || {
        format!("precision: a pilot of {pilot_rounds} of {granted_rounds} rounds")
    })?;
    let targets = || {
        decided_by
            .iter()
            .chain(reached.iter().map(|reached| &reached.target))
    };
    require(
        targets().all(|target| is_planned(*target, &run.plan)),
        || "precision: a target that is not planned".to_owned(),
    )?;
    require(reached.len() <= run.plan.targets.len(), || {
        format!("precision: {} targets", reached.len())
    })?;
    let widths = reached
        .iter()
        .filter_map(|reached| reached.half_width_ratio);
    require(
        widths
            .into_iter()
            .all(|width| width >= 0.0 && width.is_finite()),
        || "precision: a width that is none".to_owned(),
    )?;
    check_cover("stages", stages, run)
}
