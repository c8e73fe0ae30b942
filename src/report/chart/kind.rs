//! The kinds of picture.

use std::fmt;

use thiserror::Error;

use sts_model::Operation;

/// A kind of picture: one question about one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chart {
    /// How much faster is each regional endpoint than the global one?
    Dumbbell,
    /// How slow are the slow calls?
    Percentiles,
    /// Where does the time of a call go?
    Phases,
    /// Do repeated calls keep their time?
    Timeline,
}

impl Chart {
    /// Every chart, in the order of reports.
    pub const ALL: [Self; 4] = [
        Self::Dumbbell,
        Self::Percentiles,
        Self::Phases,
        Self::Timeline,
    ];

    /// As in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dumbbell => "dumbbell",
            Self::Percentiles => "percentiles",
            Self::Phases => "phases",
            Self::Timeline => "timeline",
        }
    }

    /// The question that the chart answers, for the text beside the picture.
    pub fn question(self) -> &'static str {
        match self {
            Self::Dumbbell => "How much faster is each regional endpoint than the global one?",
            Self::Percentiles => "How slow are the slow calls?",
            Self::Phases => "Where does the time of a call go?",
            Self::Timeline => "Do repeated calls keep their time?",
        }
    }
}

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why there is no picture.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ChartError {
    /// Nothing to draw.
    #[error("no {chart} chart of {operation}: no call of it succeeded")]
    NoData {
        /// The picture that was asked for.
        chart: Chart,
        /// The operation.
        operation: Operation,
    },
}
