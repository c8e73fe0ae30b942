//! The places side by side, as values.

use std::collections::BTreeMap;

use latency_stats::Percentile;

use crate::advice::{Advice, Recommendation};
use crate::judge::Place;
use crate::plan::{Group, Level};
use crate::results::{Completion, Simulation};

/// Runs of several places side by side: one row for each place, one column for each endpoint.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matrix {
    /// The operation and the kind of connection of the cells.
    pub group: Group,
    /// The confidence with which the decisions of all rows hold together, 0–1.
    pub confidence: f64,
    /// The confidence of each row's intervals, 0–1: 1 − (1 − `confidence`)/rows by Bonferroni's inequality.
    pub row_confidence: f64,
    /// The columns: the global endpoint first, then by name.
    pub endpoints: Vec<MatrixEndpoint>,
    /// The places by name.
    pub rows: Vec<MatrixRow>,
    /// Places that have no row, because their runs did not call what is shown, by name.
    pub other_calls: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatrixEndpoint {
    /// The endpoint's name.
    pub name: String,
    /// Which side of a comparison it is on.
    pub place: Place,
}

/// One place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MatrixRow {
    /// The vantage's name.
    pub vantage: String,
    /// How the service was simulated, where it was.
    pub simulation: Option<Simulation>,
    /// The run.
    pub run_id: String,
    /// When its epoch was, RFC 3339.
    pub started_at: String,
    /// How many windows it has, at least 1.
    pub windows: usize,
    /// Whether it came to its end.
    pub completion: Completion,
    /// The confidence that its run was planned with, 0–1.
    pub planned_confidence: f64,
    /// One for each of the matrix's endpoints; `None` where the run did not call it.
    pub cells: Vec<Option<MatrixCell>>,
    /// What the place should do about the global endpoint.
    pub advice: Advice,
}

/// One endpoint as one place sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MatrixCell {
    /// The median service time with its interval, ns; `None` without enough answers, and where it is a failure.
    pub p50: Option<Percentile>,
    /// The percentiles above it that the answers support, ns, rising.
    pub tail: Vec<(Level, Percentile)>,
    /// The slowest answer, ns.
    pub slowest: Option<f64>,
    /// Answers that counted.
    pub answers: u64,
    /// Calls that failed.
    pub failed: u64,
    /// How it stands among the endpoints of its row.
    pub standing: CellStanding,
    /// Calls by the Region that says it answered.
    pub served_by: BTreeMap<String, u64>,
}

/// How an endpoint stands among those of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellStanding {
    /// The fastest for certain.
    Fastest,
    /// No significant difference to the fastest.
    TiedForFastest,
    /// Slower for certain.
    Slower,
    /// Without a rank: too little was measured to compare it, or to compare the others with it.
    Unranked,
    /// A check forbids its median.
    Forbidden,
}

impl CellStanding {
    /// As in files.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Fastest => "fastest",
            Self::TiedForFastest => "tied-for-fastest",
            Self::Slower => "slower",
            Self::Unranked => "unranked",
            Self::Forbidden => "forbidden",
        }
    }
}

impl Matrix {
    /// How many places come to a decision.
    pub(crate) fn number_of(&self, is: impl Fn(&Recommendation) -> bool) -> usize {
        self.rows
            .iter()
            .filter(|row| is(&row.advice.decision))
            .count()
    }

    /// The cell of the endpoint in that row, where it was called.
    pub(crate) fn cell<'a>(&self, row: &'a MatrixRow, endpoint: &str) -> Option<&'a MatrixCell> {
        let column = self
            .endpoints
            .iter()
            .position(|known| known.name == endpoint)?;
        row.cells.get(column)?.as_ref()
    }
}
