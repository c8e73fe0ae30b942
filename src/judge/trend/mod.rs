//! Many runs of one vantage over time: each endpoint's p50 run after run, what was to be expected of it, and what changed when.
//! Two runs are enough to describe; whether one is slower than those before it is decided as [`super::history`] decides it.

mod along;
mod changes;
mod observed;
mod outcome;
#[cfg(test)]
mod trend_tests;

pub(crate) use along::trend;
pub(crate) use observed::Observed;
pub(crate) use outcome::{
    Episode, RunChange, TargetChange, Trend, TrendLine, TrendPoint, TrendRun,
};
