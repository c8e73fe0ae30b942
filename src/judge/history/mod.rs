//! A run against those before it: whether an endpoint has become slower than it was, apart from what all endpoints of a
//! vantage went through together.
//!
//! One slow run proves little, because what disturbs a vantage lasts minutes: an endpoint is called slower when this run and
//! the one before it each lie beyond their own limit. A run that is repeated at once sees the same minutes, so the one before
//! is the latest that began at least [`History::APART`] earlier. From then on it is slower in each run that is beyond, until two
//! in a row are not; its runs meanwhile are kept out of the baseline, so that nothing turns green by itself.

mod accepted;
mod against;
mod episodes;
mod failures;
mod group;
#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod lasting_tests;
mod outcome;
mod past;

pub(crate) use against::against_history;
pub(super) use group::{GroupHistory, Judged};
pub(crate) use outcome::{
    Change, Creep, History, HistoryLine, HistoryOutcome, MoreFailures, VantageChange,
};
pub(crate) use past::Past;
