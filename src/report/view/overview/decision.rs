//! What the run says about the choice of an endpoint: the Region of this place against the global endpoint, over every kind
//! of connection, as values.

use crate::advice::{NotShown, Recommendation, advise, local_region};
use crate::judge::{Comparison, Obstacle, Place, Row, Summary, Verdict};
use crate::plan::{ConnectionMode, Group, Level};
use crate::results::Run;
use sts_model::Operation;

use crate::report::view::overview::foremost::{FOREMOST, is_local};

/// What the run says, first of all about the first kind of connection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decision<'a> {
    /// No endpoint has a p50.
    NoMedian(NoMedian),
    /// An endpoint was compared with the global one, or could not be.
    AgainstGlobal(Versus<'a>),
    /// There is no global endpoint to compare with.
    Fastest {
        /// That of the Region of this place, or else the one with the least p50.
        row: &'a Row,
        /// Whether it has the least p50.
        is_least: bool,
        /// The same endpoint over the other kinds of connection.
        others: Vec<&'a Row>,
        /// How many endpoints have a p50.
        of: usize,
    },
}

/// Why no endpoint has a p50.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoMedian {
    /// No endpoint gave an answer that counts.
    NoAnswer,
    /// Most calls failed.
    MostFailed,
    /// There are too few answers.
    TooFew,
}

/// An endpoint against the global one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Versus<'a> {
    /// The endpoint's target over the first kind of connection.
    pub row: &'a Row,
    /// The global endpoint's, when it was called.
    pub global: Option<&'a Row>,
    /// How the two compare, or why they do not.
    pub outcome: GlobalComparison<'a>,
    /// The same over the other kinds of connection, where they were compared.
    pub others: Vec<&'a Comparison>,
    /// Whether the endpoint is that of the Region of this place.
    pub is_local: bool,
    /// What the run says to do about the global endpoint here, where the endpoint is that of the Region of this place.
    pub advice: Option<Recommendation>,
}

impl Versus<'_> {
    /// Whether the endpoint that is not the slower one by that verdict fails more often, so that its time alone is no reason to
    /// call it.
    pub(crate) fn is_failing(&self, verdict: Verdict) -> bool {
        if matches!(
            self.advice,
            Some(Recommendation::NotShown(NotShown::FailsMore(_)))
        ) {
            return true;
        }
        let Some(global) = self.global else {
            return false;
        };
        match verdict {
            Verdict::Faster | Verdict::SlightlyFaster => self.row.fails_more_than(global),
            Verdict::Slower | Verdict::SlightlySlower => global.fails_more_than(self.row),
            Verdict::Equivalent => {
                self.row.fails_more_than(global) || global.fails_more_than(self.row)
            }
            Verdict::Inconclusive | Verdict::Invalid | Verdict::NoData => false,
        }
    }

    /// Whether the endpoint fails more often than the global one.
    pub(crate) fn fails_more(&self) -> bool {
        self.global
            .is_some_and(|global| self.row.fails_more_than(global))
    }
}

/// How an endpoint compares with the global one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum GlobalComparison<'a> {
    /// By this comparison.
    Compared(&'a Comparison),
    /// It does not, for this reason.
    Uncompared(&'a Obstacle),
}

/// The decision by the calls of `operation`.
pub(crate) fn decision<'a>(run: &Run, summary: &'a Summary, operation: Operation) -> Decision<'a> {
    FOREMOST
        .into_iter()
        .find_map(|connection| over(run, summary, operation, connection))
        .unwrap_or_else(|| Decision::NoMedian(no_median(summary)))
}

/// Why no endpoint of the run has a p50.
pub(crate) fn no_median(summary: &Summary) -> NoMedian {
    let rows = &summary.rows;
    if rows.iter().all(|row| row.service_time.count == 0) {
        NoMedian::NoAnswer
    } else if rows
        .iter()
        .any(|row| row.failures_reach(Level::P50.share()))
    {
        NoMedian::MostFailed
    } else {
        NoMedian::TooFew
    }
}

/// The endpoints that a report tells of in a group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroupEndpoints<'a> {
    /// How many endpoints have a p50; twins are not counted.
    pub number: usize,
    /// The one with the least p50.
    pub fastest: &'a Row,
    /// That of the Region of this place, if it has a p50.
    pub here: Option<&'a Row>,
    /// The endpoint that is set against the global one: that of the Region of this place, or else the fastest Regional one,
    /// whichever is compared; if none is, whichever has a reason for it.
    pub compared: Option<(&'a Row, GlobalComparison<'a>)>,
}

impl<'a> GroupEndpoints<'a> {
    /// Of that group; `None` where no endpoint has a p50.
    pub(crate) fn of(run: &Run, summary: &'a Summary, group: Group) -> Option<Self> {
        Self::among(run, summary, group, |_| true)
    }

    /// Of those of the group that are shown; `None` where none of them has a p50.
    pub(crate) fn among(
        run: &Run,
        summary: &'a Summary,
        group: Group,
        is_shown: impl Fn(&Row) -> bool,
    ) -> Option<Self> {
        let rows: Vec<&Row> = summary
            .rows
            .iter()
            .filter(|row| row.group() == group && is_shown(row))
            .filter(|row| row.place != Place::Twin && median(row).is_finite())
            .collect();
        let fastest = least(rows.iter().copied())?;
        let here = rows.iter().copied().find(|row| is_local(run, row));
        let regional = rows
            .iter()
            .copied()
            .filter(|row| row.place == Place::Regional);
        let regional = least(regional);
        let candidates = || here.into_iter().chain(regional);
        let compared = candidates()
            .find_map(|row| Some((row, GlobalComparison::Compared(summary.picked(row.target)?))));
        let compared = compared.or_else(|| {
            candidates()
                .find_map(|row| Some((row, GlobalComparison::Uncompared(obstacle(summary, row)?))))
        });
        Some(Self {
            number: rows.len(),
            fastest,
            here,
            compared,
        })
    }
}

/// The decision by one kind of connection; `None` where no endpoint has a p50 over it.
fn over<'a>(
    run: &Run,
    summary: &'a Summary,
    operation: Operation,
    connection: ConnectionMode,
) -> Option<Decision<'a>> {
    let group = Group {
        operation,
        connection,
    };
    let GroupEndpoints {
        number,
        fastest,
        here,
        compared,
    } = GroupEndpoints::of(run, summary, group)?;
    let same_endpoint = |row: &Row, other: &Row| {
        other.endpoint == row.endpoint
            && other.operation == operation
            && other.connection != connection
    };
    let others_of = |row: &'a Row| {
        FOREMOST.into_iter().filter_map(move |kind| {
            summary
                .rows
                .iter()
                .find(|other| other.connection == kind && same_endpoint(row, other))
        })
    };
    Some(match compared {
        Some((row, outcome)) => Decision::AgainstGlobal(Versus {
            row,
            global: summary
                .rows
                .iter()
                .find(|global| global.place == Place::Global && global.group() == row.group()),
            outcome,
            others: others_of(row)
                .filter_map(|other| summary.picked(other.target))
                .collect(),
            is_local: is_local(run, row),
            advice: is_local(run, row).then(|| advise(summary, local_region(run)).decision),
        }),
        None => Decision::Fastest {
            row: here.unwrap_or(fastest),
            is_least: here.is_none_or(|here| here.target == fastest.target),
            others: others_of(here.unwrap_or(fastest))
                .filter(|other| median(other).is_finite())
                .collect(),
            of: number,
        },
    })
}

fn obstacle<'a>(summary: &'a Summary, row: &Row) -> Option<&'a Obstacle> {
    summary
        .uncompared
        .iter()
        .find(|pair| pair.candidate == row.target && pair.level == Level::P50)
        .map(|pair| &pair.reason)
}

/// The row with the least p50.
pub(crate) fn least<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<&'a Row> {
    rows.min_by(|a, b| median(a).total_cmp(&median(b)))
}

/// The p50, ns; infinite where there is none.
pub(crate) fn median(row: &Row) -> f64 {
    row.service_time
        .percentile(Level::P50)
        .unwrap_or(f64::INFINITY)
}

impl Decision<'_> {
    /// The endpoint that it is about.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        match self {
            Self::NoMedian(_) => None,
            Self::AgainstGlobal(versus) => Some(&versus.row.endpoint),
            Self::Fastest { row, .. } => Some(&row.endpoint),
        }
    }
}
