//! Whether two runs were measured together, and in which windows of time: what moves both sides of a window alike cancels,
//! and nothing else does.

use std::ops::Range;
use std::time::Duration;

use time::OffsetDateTime;

use crate::plan::{Load, Plan};
use crate::results::{Run, moment};

use super::order::balanced;
use super::refusal::{BetweenError, OutOfStep};

/// How the two sides correspond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Design {
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
    /// Measured one after the other: nothing is decided, and changes stand beside those of the other endpoints.
    Sequential,
    /// Set side by side as asked for, however they were measured: nothing is decided.
    Described,
}

impl Design {
    /// Whether anything is decided; otherwise only numbers stand side by side.
    pub(crate) fn decides(self) -> bool {
        match self {
            Self::Blocks { .. } | Self::Windows { .. } => true,
            Self::Sequential | Self::Described => false,
        }
    }
}

/// A span of time that was measured without a break.
#[derive(Debug, Clone, Copy, PartialEq)]
struct MeasuredWindow {
    /// When its first block began.
    start: OffsetDateTime,
    /// Its run's epoch.
    epoch: OffsetDateTime,
    /// Its last answer.
    end: OffsetDateTime,
    /// How many blocks it has.
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
    let turns = Turns::of(&a, &b);
    if turns.as_ref().is_some_and(Turns::balanced) {
        return Ok(Design::Windows { windows: a.len() });
    }
    let together = a.iter().any(|one| {
        b.iter()
            .any(|other| one.epoch < other.end && other.epoch < one.end)
    });
    if together {
        return Err(BetweenError::OutOfStep { what: out_of_step });
    }
    if let Some(turns) = turns {
        return Err(BetweenError::Unbalanced {
            later: turns.later(),
        });
    }
    Err(BetweenError::Sequential {
        baseline: period(&a),
        candidate: period(&b),
    })
}

/// Whether every block of the one was measured with the block of the same number of the other, or why not.
fn step(
    baseline: &Run,
    candidate: &Run,
    a: &[MeasuredWindow],
    b: &[MeasuredWindow],
) -> Result<(), OutOfStep> {
    let (long_a, long_b) = (baseline.plan.block_length(), candidate.plan.block_length());
    if long_a.abs_diff(long_b) > long_b / BLOCK_TOLERANCE {
        return Err(OutOfStep::BlockLengths {
            baseline_seconds: long_a.as_secs_f64(),
            candidate_seconds: long_b.as_secs_f64(),
        });
    }
    if !a
        .iter()
        .map(|window| window.blocks)
        .eq(b.iter().map(|window| window.blocks))
    {
        return Err(OutOfStep::BlockCounts {
            baseline: baseline.plan.blocks,
            candidate: candidate.plan.blocks,
        });
    }
    let apart =
        |(one, other): (&MeasuredWindow, &MeasuredWindow)| (one.start - other.start).unsigned_abs();
    let most = a.iter().zip(b).map(apart).max().unwrap_or_default();
    if most > long_b / 2 {
        return Err(OutOfStep::Starts {
            apart_seconds: most.as_secs_f64(),
            block_seconds: long_b.as_secs_f64(),
        });
    }
    Ok(())
}

/// Blocks that differ by less than one in so many stay in step over a whole run.
const BLOCK_TOLERANCE: u32 = 100;

/// Both sides' windows in pairs, in order of time, of runs that took turns.
struct Turns {
    /// The middle of each window, s since the first one's.
    moments: Vec<[f64; 2]>,
    /// The place of each among all windows.
    places: Vec<[f64; 2]>,
}

impl Turns {
    /// `None` where one run was measured before the other, and of too few windows.
    fn of(a: &[MeasuredWindow], b: &[MeasuredWindow]) -> Option<Self> {
        let [first, second] = [period(a)?, period(b)?];
        let turns = first.start < second.end && second.start < first.end;
        if !turns || a.len() != b.len() || a.len() < FEWEST_WINDOWS {
            return None;
        }
        let origin = first.start.min(second.start);
        let seconds = |side: &[MeasuredWindow]| -> Vec<f64> {
            let since = |window: &MeasuredWindow| {
                let [start, end] =
                    [window.epoch, window.end].map(|at| (at - origin).as_seconds_f64());
                start.midpoint(end)
            };
            let mut seconds: Vec<f64> = side.iter().map(since).collect();
            seconds.sort_by(f64::total_cmp);
            seconds
        };
        let paired = |[a, b]: &[Vec<f64>; 2]| -> Vec<[f64; 2]> {
            a.iter().zip(b).map(|(&a, &b)| [a, b]).collect()
        };
        let sides = [seconds(a), seconds(b)];
        let mut all = sides.concat();
        all.sort_by(f64::total_cmp);
        let place = |&at: &f64| all.partition_point(|&other| other < at) as f64;
        let places = sides
            .each_ref()
            .map(|side| side.iter().map(place).collect::<Vec<f64>>());
        Some(Self {
            moments: paired(&sides),
            places: paired(&places),
        })
    }

    /// Whether neither a trend by the clock nor one from window to window looks like a difference.
    fn balanced(&self) -> bool {
        balanced(&self.moments) && balanced(&self.places)
    }

    /// How much later than the baseline's windows the candidate's were measured, on average.
    fn later(&self) -> time::Duration {
        let sum: f64 = self.moments.iter().map(|[a, b]| b - a).sum();
        time::Duration::seconds_f64(sum / self.moments.len() as f64)
    }
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
    match run.measured.windows.as_slice() {
        [] => one(
            &run.header.started_at,
            run.measured.elapsed_ns,
            run.plan.blocks,
        )
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

/// From the first start to the last answer.
fn period(windows: &[MeasuredWindow]) -> Option<Range<OffsetDateTime>> {
    let first = windows.iter().map(|window| window.epoch).min()?;
    let last = windows.iter().map(|window| window.end).max()?;
    Some(first..last)
}
