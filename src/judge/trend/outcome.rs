//! Runs over time, in numbers.

use time::OffsetDateTime;

use latency_stats::{Estimate, Percentile};
use sts_model::Operation;

use crate::judge::between::Setting;
use crate::judge::history::{Change, Creep, HistoryOutcome, MoreFailures, VantageChange};
use crate::judge::row::Place;
use crate::plan::{ConnectionMode, Group, TargetName};
use crate::results::Simulation;

/// Runs of one vantage over time: everything that a table or a picture of them shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trend {
    /// Where all runs were measured.
    pub vantage: String,
    /// The simulation of the latest run, where the runs were simulated.
    pub simulation: Option<Simulation>,
    /// Whether names of AWS's were answered by the machine that measured, in any of the runs.
    pub answered_here: bool,
    /// The runs, the oldest first; at most [`Trend::MOST_RUNS`].
    pub runs: Vec<TrendRun>,
    /// One for each target of the latest run, in its plan's order, then those that only earlier runs have.
    pub lines: Vec<TrendLine>,
}

/// One run of a trend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrendRun {
    /// Its id.
    pub run_id: String,
    /// When it began.
    pub started: OffsetDateTime,
    /// The same as the run says it, RFC 3339.
    pub started_at: String,
    /// Version of the program that measured it.
    pub version: String,
    /// Where all endpoints of an operation and kind of connection were slower or faster together, beyond the limit.
    pub shifts: Vec<VantageChange>,
    /// What is not as in the run before it.
    pub changes: Vec<RunChange>,
}

/// What a run did not have in common with the one before it, for all its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RunChange {
    /// Another version measured.
    Version {
        /// That of the run before.
        from: String,
        /// That of this run.
        to: String,
    },
    /// The plan sets something differently.
    Setting(Setting),
}

/// One target over time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrendLine {
    /// The endpoint's name.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Whether this is the global endpoint.
    pub place: Place,
    /// One for each run, in the order of [`Trend::runs`].
    pub points: Vec<TrendPoint>,
    /// From which run to which it was slower than before.
    pub episodes: Vec<Episode>,
    /// That it has become slower little by little up to the latest run, where it has.
    pub creep: Option<Creep>,
    /// That it fails more often in the latest run than before, where it does.
    pub failures: Option<MoreFailures>,
}

/// One target in one run. Times in nanoseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrendPoint {
    /// The p50 of all calls with its interval; `None` where the run supports none, or did not call the target.
    pub p50: Option<Percentile>,
    /// The global endpoint's p50 over this one's, with its interval where it has one: above 1 this endpoint is faster.
    pub ratio: Option<Estimate>,
    /// How it stands to what the earlier runs and the other endpoints let expect; from the eleventh run on.
    pub change: Option<Change>,
    /// What follows from that.
    pub outcome: HistoryOutcome,
    /// What is not as in the latest earlier run that called it.
    pub changes: Vec<TargetChange>,
}

impl TrendPoint {
    /// The p50 up to which the endpoint counts as steady, ns.
    pub(crate) fn limit(&self) -> Option<f64> {
        self.change
            .map(|change| change.expected * change.limit_ratio)
    }
}

/// What changed of one target from one run to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetChange {
    /// Another Region answered most of its calls.
    ServedBy {
        /// The Region before.
        from: String,
        /// The Region now.
        to: String,
    },
    /// None of the addresses that answered is one of those before: another front end, or another route to it.
    Addresses,
}

/// A stretch of runs in which an endpoint was slower than before it: two points of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Episode {
    /// The first run of it, as a position in [`Trend::runs`].
    pub first: usize,
    /// The last run of it; where that is the latest run of all, it lasts.
    pub last: usize,
}

impl Trend {
    /// How many runs are read at most, the latest: as many as decide about the latest of them.
    pub(crate) const MOST_RUNS: usize = crate::judge::History::READ + 1;
    /// From how many runs on there is something to show.
    pub(crate) const LEAST_RUNS: usize = 2;

    /// The operations and kinds of connection, in order of appearance.
    pub(crate) fn groups(&self) -> Vec<Group> {
        Group::distinct(self.lines.iter().map(TrendLine::group))
    }

    /// Whether some run could be held against those before it.
    pub(crate) fn is_judged(&self) -> bool {
        let mut points = self.lines.iter().flat_map(|line| &line.points);
        points.any(|point| point.change.is_some())
    }
}

impl TrendLine {
    /// Whether it fails more often than before, in the latest run and in the one before.
    pub(crate) fn fails_more(&self) -> bool {
        self.failures.is_some_and(|failures| failures.in_a_row)
    }

    /// The operation and the kind of connection.
    pub(crate) fn group(&self) -> Group {
        Group {
            operation: self.operation,
            connection: self.connection,
        }
    }

    /// What the target is called.
    pub(crate) fn name(&self) -> TargetName {
        TargetName::new(&self.endpoint, self.operation, self.connection)
    }

    /// The target in the latest run.
    pub(crate) fn latest(&self) -> Option<&TrendPoint> {
        self.points.last()
    }

    /// The latest run in which the target was called and had a p50, and the first one.
    pub(crate) fn ends(&self) -> Option<(&Percentile, &Percentile)> {
        let mut known = self.points.iter().filter_map(|point| point.p50.as_ref());
        let first = known.next()?;
        Some((first, known.next_back().unwrap_or(first)))
    }
}
