//! What an overview shows, and in which order.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::plan::Level;

/// What an overview shows, and in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenSelection {
    /// The columns beside the endpoint's name; `None` takes the most useful ones that fit.
    pub columns: Option<Vec<ScreenColumnName>>,
    /// What is shown of the times; `None` takes the most useful ones that fit.
    pub statistics: Option<Vec<ScreenStatistic>>,
    /// The order of the endpoints.
    pub order: RowOrder,
    /// Whether endpoints that do not fit into the screen become one line.
    pub folding: Folding,
    /// Whether the facts of the machine and the measuring follow.
    pub facts: Facts,
}

impl Default for ScreenSelection {
    fn default() -> Self {
        Self {
            columns: None,
            statistics: None,
            order: RowOrder::Time(Level::P50),
            folding: Folding::Screen,
            facts: Facts::Hidden,
        }
    }
}

impl ScreenSelection {
    /// Whether somebody said which columns or percentiles are wanted.
    pub(crate) fn is_asked(&self) -> bool {
        self.columns.is_some() || self.statistics.is_some()
    }
}

/// Whether endpoints that do not fit into the screen become one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    /// They do.
    Screen,
    /// Every endpoint has its line, twins too.
    None,
}

/// Whether the facts of the machine and the measuring are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facts {
    /// They are not.
    Hidden,
    /// They are.
    Shown,
}

/// A column that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenColumnName {
    /// The city of the endpoint's Region.
    City,
    /// The percentiles of the times, of each kind of connection.
    Percentiles,
    /// The interval around the p50, of each kind of connection.
    Interval,
    /// How the p50 compares with the global endpoint's, of each kind of connection.
    AgainstGlobal,
    /// The rank by p50, of each kind of connection.
    Rank,
    /// The calls that were answered.
    Answers,
    /// The calls that failed.
    Errors,
    /// The Region that answered most calls.
    ServedBy,
}

impl ScreenColumnName {
    /// Every column, in the order of the help text.
    pub const ALL: [Self; 8] = [
        Self::City,
        Self::Percentiles,
        Self::Interval,
        Self::AgainstGlobal,
        Self::Rank,
        Self::Answers,
        Self::Errors,
        Self::ServedBy,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Percentiles => "percentiles",
            Self::Interval => "interval",
            Self::AgainstGlobal => "vs-global",
            Self::Rank => "rank",
            Self::Answers => "answers",
            Self::Errors => "errors",
            Self::ServedBy => "served-by",
        }
    }

    /// Every name, in the order of the help text.
    pub fn names() -> Vec<String> {
        Self::ALL.map(|column| column.as_str().to_owned()).to_vec()
    }
}

/// What is shown of the times of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenStatistic {
    /// A percentile of all calls.
    Percentile(Level),
    /// The slowest answer.
    Max,
}

impl ScreenStatistic {
    /// Every name, in the order of the help text.
    pub fn names() -> Vec<String> {
        let levels = Level::ALL.map(|level| level.to_string().replace('p', ""));
        levels.into_iter().chain(["max".to_owned()]).collect()
    }
}

impl fmt::Display for ScreenStatistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percentile(level) => level.fmt(f),
            Self::Max => f.pad("max"),
        }
    }
}

/// The order of the endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// By that percentile of the first kind of connection, the fastest first.
    Time(Level),
    /// By name.
    Name,
    /// By city.
    City,
    /// The one with the most failed calls first.
    Errors,
    /// As in the plan.
    Plan,
}

impl RowOrder {
    /// Every name, in the order of the help text.
    pub fn names() -> Vec<String> {
        let others = ["name", "city", "errors", "plan"].map(str::to_owned);
        let levels = Level::ALL.map(|level| level.to_string());
        levels.into_iter().chain(others).collect()
    }
}

/// A word that names no column, percentile or order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} {given:?} is unknown; allowed: {allowed}")]
pub struct UnknownSelection {
    what: &'static str,
    given: String,
    allowed: String,
}

impl FromStr for ScreenColumnName {
    type Err = UnknownSelection;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim();
        Self::ALL
            .into_iter()
            .find(|column| column.as_str() == word)
            .ok_or_else(|| UnknownSelection {
                what: "column",
                given: word.to_owned(),
                allowed: Self::names().join(", "),
            })
    }
}

impl FromStr for ScreenStatistic {
    type Err = UnknownSelection;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim();
        if word == "max" {
            return Ok(Self::Max);
        }
        level(word)
            .map(Self::Percentile)
            .ok_or_else(|| UnknownSelection {
                what: "percentile",
                given: word.to_owned(),
                allowed: Self::names().join(", "),
            })
    }
}

impl FromStr for RowOrder {
    type Err = UnknownSelection;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim();
        match word {
            "name" => Ok(Self::Name),
            "city" => Ok(Self::City),
            "errors" => Ok(Self::Errors),
            "plan" => Ok(Self::Plan),
            _ => level(word).map(Self::Time).ok_or_else(|| UnknownSelection {
                what: "order",
                given: word.to_owned(),
                allowed: Self::names().join(", "),
            }),
        }
    }
}

/// `p99`, or `99`.
fn level(word: &str) -> Option<Level> {
    let number = word.strip_prefix('p').unwrap_or(word);
    Level::ALL
        .into_iter()
        .find(|level| level.to_string().strip_prefix('p') == Some(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_allowed_is_understood() {
        for name in ScreenColumnName::names() {
            let column: ScreenColumnName = name.parse().expect("it is allowed");
            assert_eq!(column.as_str(), name);
        }
        for name in ScreenStatistic::names() {
            let statistic: ScreenStatistic = name.parse().expect("it is allowed");
            assert_eq!(statistic.to_string().trim_start_matches('p'), name);
        }
        for name in RowOrder::names() {
            assert!(name.parse::<RowOrder>().is_ok(), "{name}");
        }
        assert_eq!(
            "p99.9".parse(),
            Ok(ScreenStatistic::Percentile(Level::P999)),
            "as it is written elsewhere"
        );
    }

    #[test]
    fn any_other_word_is_refused_with_those_that_are_allowed() {
        let error = "p75".parse::<ScreenStatistic>().expect_err("unknown");
        assert_eq!(
            error.to_string(),
            "percentile \"p75\" is unknown; allowed: 50, 90, 95, 99, 99.9, max"
        );
        assert!("time".parse::<RowOrder>().is_err() && "p50".parse::<ScreenColumnName>().is_err());
    }
}
