//! What was found about one operation over one kind of connection, as a value.

use crate::judge::{Comparison, Obstacle, Row, Summary};

use super::overview::decision::{GlobalComparison, GroupEndpoints};

/// What was found about one group.
#[derive(Debug)]
pub(crate) enum Headline<'a> {
    /// An endpoint compared with the global one.
    Compared {
        /// The endpoint.
        row: &'a Row,
        /// The global one.
        global: Option<&'a Row>,
        /// The comparison.
        comparison: &'a Comparison,
    },
    /// An endpoint that is not compared with the global one, and why.
    Uncompared {
        /// The endpoint.
        row: &'a Row,
        /// Why.
        obstacle: &'a Obstacle,
    },
    /// The endpoint of the vantage's own Region, which is not the fastest and has no global one to be compared with.
    OwnOf {
        /// How many endpoints there are.
        number: usize,
        /// The endpoint.
        own: &'a Row,
    },
    /// The fastest endpoint, none of which can be compared with a global one.
    FastestOf {
        /// How many endpoints there are.
        number: usize,
        /// The endpoint.
        fastest: &'a Row,
    },
}

impl<'a> Headline<'a> {
    /// The finding about these endpoints.
    pub(crate) fn of(summary: &'a Summary, endpoints: &GroupEndpoints<'a>) -> Self {
        match &endpoints.compared {
            Some((row, GlobalComparison::Compared(comparison))) => Self::Compared {
                row,
                global: summary
                    .rows
                    .iter()
                    .find(|row| row.target == comparison.baseline),
                comparison,
            },
            Some((row, GlobalComparison::Uncompared(obstacle))) => {
                Self::Uncompared { row, obstacle }
            }
            None => match endpoints.here {
                Some(own) if own.target != endpoints.fastest.target => Self::OwnOf {
                    number: endpoints.number,
                    own,
                },
                _ => Self::FastestOf {
                    number: endpoints.number,
                    fastest: endpoints.fastest,
                },
            },
        }
    }
}
