//! What the counts of a run amount to: one row per target, each regional target against the global one, and the
//! checks of the run itself. Findings are values; it writes no sentences and ends no process.

mod between;
mod checks;
mod comparison;
mod estimate;
mod failed_calls;
mod gate;
mod history;
mod per_window;
mod precision;
mod rank_range;
mod ranking;
mod row;
mod served_by;
mod service_times;
mod side;
mod summarise;
mod summary;
mod trend;
#[cfg(test)]
mod failing_tests;
#[cfg(test)]
#[path = "synthetic_run_tests.rs"]
pub(crate) mod synthetic_run;

pub(crate) use between::{
    Between, BetweenError, Design, Matched, RunNotice, Setting, Standing, between, describe,
};
pub(crate) use checks::answered_here;
pub use comparison::{Comparison, ComparisonMethod, InGeneral, MoreRounds, Obstacle, Uncompared};
pub use estimate::Verdict;
pub(crate) use estimate::{Margin, MarginPart};
pub use failed_calls::FailedCalls;
pub use gate::{
    Gate, GateClaim, GateError, GateFinding, GateOutcome, GateResult, GateSubject, MeaninglessGate,
    TimeStatistic, Undecidable, check_provable,
};
pub(crate) use history::{
    Change, Creep, History, HistoryLine, HistoryOutcome, MoreFailures, Past, VantageChange,
    against_history,
};
pub(crate) use per_window::per_window;
pub use precision::Wanted;
pub(crate) use precision::wanted_rounds;
pub use rank_range::RankRange;
pub use ranking::{Ranked, Ranking};
pub(crate) use row::FULL_SUPPORT;
pub use row::{Figures, Place, Row};
pub use served_by::ServedBy;
pub(crate) use service_times::service_times;
#[cfg(test)]
pub(crate) use side::Side;
pub use summarise::{compare_pairs, judge, summarise, summarise_by};
pub use summary::Summary;
pub(crate) use trend::{
    Episode, Observed, RunChange, TargetChange, Trend, TrendLine, TrendPoint, TrendRun, trend,
};

pub use crate::results::CheckVerdict;
#[cfg(test)]
pub(crate) use crate::results::Reach;
pub(crate) use crate::results::{Check, Claims, Reached};
pub(crate) use latency_stats::median;
pub use latency_stats::{Estimate, Interval, Method, NoPercentile, Percentile};
