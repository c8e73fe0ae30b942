//! A table of endpoints, not yet laid out for any format.

use crate::judge::Place;
use crate::plan::{Group, Level};

/// The endpoints for one operation over one kind of connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What the rows have in common.
    pub group: Group,
    /// The group as a heading.
    pub caption: String,
    /// The columns from left to right; the first is the endpoint.
    pub columns: Vec<Column>,
    /// Sorted by p50; endpoints without it come last.
    pub lines: Vec<Line>,
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column {
    /// The endpoint's name.
    Endpoint,
    /// A percentile of the service time.
    ServiceTime(Level),
    /// The interval around the p50 of the service time.
    Interval,
    /// How the p50 compares with the global endpoint's, with the interval.
    AgainstGlobal,
    /// The interval that holds the rank by p50.
    Rank,
    /// A percentile of the response time.
    ResponseTime(Level),
    /// The number of calls behind the figures.
    Answers,
    /// Calls that failed, and their share.
    Errors,
    /// The Regions that say they answered.
    ServedBy,
}

/// One endpoint's line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Whether this is the line that the others are compared against.
    pub place: Place,
    /// The endpoint's name.
    pub endpoint: String,
    /// What stands beside the name.
    pub content: Content,
    /// Whether a check forbids its p50.
    pub soundness: Soundness,
}

/// Whether numbers may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soundness {
    /// No check forbids it.
    Sound,
    /// A check forbids it.
    Invalid,
}

/// What stands beside an endpoint's name.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// One text per column after the first.
    Cells(Vec<String>),
    /// No figures; why there are none.
    NoData(String),
}

impl Column {
    /// The heading.
    pub fn title(self) -> String {
        match self {
            Self::Endpoint => "endpoint".to_owned(),
            Self::ServiceTime(level) => level.to_string(),
            Self::Interval => "interval".to_owned(),
            Self::AgainstGlobal => "against global".to_owned(),
            Self::Rank => "rank".to_owned(),
            Self::ResponseTime(level) => format!("{level} from schedule"),
            Self::Answers => "answers".to_owned(),
            Self::Errors => "errors".to_owned(),
            Self::ServedBy => "served by".to_owned(),
        }
    }

    /// Whether the column holds names rather than numbers.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Endpoint | Self::ServedBy)
    }
}
