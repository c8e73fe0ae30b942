//! Whether two runs were measured together, and in which windows of time: what moves both sides of a stretch alike cancels,
//! and nothing else does.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::plan::{Load, Plan};
use crate::results::{Run, moment};

use super::refusal::BetweenError;

/// How the two sides correspond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// Measured at the same time: block by block.
    Blocks {
        /// In how many.
        blocks: usize,
    },
    /// Measured in turn: window by window.
    Windows {
        /// In how many of each.
        windows: usize,
    },
}

/// A span of time that was measured without a break.
#[derive(Debug, Clone, Copy, PartialEq)]
struct MeasuredWindow {
    /// When its first block began.
    start: OffsetDateTime,
    /// When its run's epoch was; its last answer.
    epoch: OffsetDateTime,
    end: OffsetDateTime,
    blocks: u16,
}

/// The design of the two runs, or why they have none.
pub(super) fn design(baseline: &Run, candidate: &Run) -> Result<Design, BetweenError> {
    let (a, b) = (windows(baseline), windows(candidate));
    let out_of_step = match step(baseline, candidate, &a, &b) {
        Ok(()) => {
            return Ok(Design::Blocks {
                blocks: usize::from(candidate.plan.blocks),
            });
        }
        Err(what) => what,
    };
    if alternate(&a, &b) {
        return Ok(Design::Windows { windows: a.len() });
    }
    let together = a.iter().any(|one| {
        b.iter()
            .any(|other| one.epoch < other.end && other.epoch < one.end)
    });
    if together {
        return Err(BetweenError::OutOfStep { what: out_of_step });
    }
    Err(BetweenError::Sequential {
        baseline: span(&a),
        candidate: span(&b),
    })
}

/// Whether every block of the one was measured with the block of the same number of the other, or why not.
fn step(
    baseline: &Run,
    candidate: &Run,
    a: &[MeasuredWindow],
    b: &[MeasuredWindow],
) -> Result<(), String> {
    let (long_a, long_b) = (baseline.plan.block_length(), candidate.plan.block_length());
    if long_a.abs_diff(long_b) > long_b / BLOCK_TOLERANCE {
        let [long_a, long_b] = [long_a, long_b].map(|length| length.as_secs_f64());
        return Err(format!("blocks of {long_a:.1} s against {long_b:.1} s"));
    }
    let blocks = |windows: &[MeasuredWindow]| {
        windows
            .iter()
            .map(|window| window.blocks)
            .collect::<Vec<_>>()
    };
    if blocks(a) != blocks(b) {
        return Err(format!(
            "{} blocks against {}",
            baseline.plan.blocks, candidate.plan.blocks
        ));
    }
    let apart =
        |(one, other): (&MeasuredWindow, &MeasuredWindow)| (one.start - other.start).unsigned_abs();
    let most = a.iter().zip(b).map(apart).max().unwrap_or_default();
    if most > long_b / 2 {
        let [most, long_b] = [most, long_b].map(|length| length.as_secs_f64());
        return Err(format!(
            "started {most:.1} s apart with blocks of {long_b:.1} s"
        ));
    }
    Ok(())
}

/// Blocks that differ by less than one in so many stay in step over a whole run.
const BLOCK_TOLERANCE: u32 = 100;

/// Whether both were measured in at least five windows that took turns: of each two neighbours one belongs to either.
fn alternate(a: &[MeasuredWindow], b: &[MeasuredWindow]) -> bool {
    let mut turns: Vec<(OffsetDateTime, bool)> = a
        .iter()
        .map(|window| (window.epoch, true))
        .chain(b.iter().map(|window| (window.epoch, false)))
        .collect();
    turns.sort();
    a.len() == b.len()
        && a.len() >= FEWEST_WINDOWS
        && turns.chunks(2).all(|pair| pair[0].1 != pair[1].1)
}

/// Windows from which on a t-interval over them says something.
const FEWEST_WINDOWS: usize = 5;

fn windows(run: &Run) -> Vec<MeasuredWindow> {
    let one = |started_at: &str, elapsed_ns: u64, blocks: u16| {
        let epoch = moment(started_at)?;
        let end = epoch.checked_add(time::Duration::nanoseconds(
            i64::try_from(elapsed_ns).unwrap_or(i64::MAX),
        ))?;
        Some(MeasuredWindow {
            start: epoch.checked_add(warm_up(&run.plan))?,
            epoch,
            end,
            blocks,
        })
    };
    match run.windows.as_slice() {
        [] => one(&run.started_at, run.elapsed_ns, run.plan.blocks)
            .into_iter()
            .collect(),
        windows => windows
            .iter()
            .filter_map(|window| one(&window.started_at, window.elapsed_ns, window.blocks))
            .collect(),
    }
}

fn warm_up(plan: &Plan) -> time::Duration {
    let rounds = match plan.load {
        Load::Audit { round, .. } => round.saturating_mul(plan.warmup_rounds),
        Load::Open { .. } | Load::Closed { .. } => Duration::ZERO,
    };
    time::Duration::try_from(rounds).unwrap_or(time::Duration::ZERO)
}

fn span(windows: &[MeasuredWindow]) -> String {
    let text = |moment: OffsetDateTime| {
        let whole = moment.replace_nanosecond(0).unwrap_or(moment);
        whole.format(&Rfc3339).unwrap_or_default()
    };
    match (
        windows.iter().map(|s| s.epoch).min(),
        windows.iter().map(|s| s.end).max(),
    ) {
        (Some(first), Some(last)) => format!("{} to {}", text(first), text(last)),
        _ => "at no time".to_owned(),
    }
}
