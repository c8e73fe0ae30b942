//! What the run says about the choice of an endpoint: the Region of this place against the global endpoint, over every kind
//! of connection, as values.

use crate::advice::{FailsMore, Favoured, NotShown, OneKind, Recommendation, advise, local_region};
use crate::judge::{Comparison, Obstacle, Place, Row, Summary};
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
        /// The same endpoint over the other kinds of connection, where it was called.
        others: Vec<&'a Row>,
        /// Whether it has the least p50, and over some kind of connection fails more often than another endpoint that has one.
        is_failing: bool,
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
    /// The same over the other kinds of connection.
    pub others: Vec<OtherKind<'a>>,
    /// Whether the endpoint is that of the Region of this place.
    pub is_local: bool,
    /// What the run says to do about the global endpoint here, where the endpoint is that of the Region of this place.
    pub advice: Option<Recommendation>,
    /// Whichever of the two the times speak for and which fails more often, over every kind of connection on which it does: its
    /// time alone is no reason to call it.
    pub failing: Vec<FailsMore>,
}

/// An endpoint and the global one over another kind of connection than the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OtherKind<'a> {
    /// The endpoint's target.
    pub row: &'a Row,
    /// The global endpoint's, when it was called.
    pub global: Option<&'a Row>,
    /// How the two compare, where they do.
    pub comparison: Option<&'a Comparison>,
}

/// Which of two sides it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoreFailing {
    /// The endpoint fails more often than the global one.
    Endpoint,
    /// The global one fails more often.
    Global,
    /// Neither does.
    Neither,
}

impl MoreFailing {
    /// Of an endpoint and the global one, if that was called.
    pub(crate) fn of(row: &Row, global: Option<&Row>) -> Self {
        match global {
            Some(global) if row.fails_more_than(global) => Self::Endpoint,
            Some(global) if global.fails_more_than(row) => Self::Global,
            Some(_) | None => Self::Neither,
        }
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
    let others_of = |row: &'a Row| {
        FOREMOST
            .into_iter()
            .filter(move |kind| *kind != connection)
            .filter_map(move |connection| {
                let group = Group {
                    operation,
                    connection,
                };
                let rows = &summary.rows;
                rows.iter()
                    .find(|other| other.group() == group && other.endpoint == row.endpoint)
            })
    };
    Some(match compared {
        Some((row, outcome)) => {
            let others = others_of(row).map(|row| OtherKind {
                row,
                global: global_of(summary, row.group()),
                comparison: summary.picked(row.target),
            });
            against_global(run, summary, (row, outcome), others.collect())
        }
        None => {
            let row = here.unwrap_or(fastest);
            let is_least = here.is_none_or(|here| here.target == fastest.target);
            let others: Vec<&Row> = others_of(row).collect();
            let mut kinds = std::iter::once(row).chain(others.iter().copied());
            Decision::Fastest {
                row,
                is_least,
                is_failing: is_least && kinds.any(|row| fails_more_than_another(summary, row)),
                others,
                of: number,
            }
        }
    })
}

/// The decision about an endpoint that can be set against the global one.
fn against_global<'a>(
    run: &Run,
    summary: &'a Summary,
    (row, outcome): (&'a Row, GlobalComparison<'a>),
    others: Vec<OtherKind<'a>>,
) -> Decision<'a> {
    let first = OtherKind {
        row,
        global: global_of(summary, row.group()),
        comparison: match outcome {
            GlobalComparison::Compared(comparison) => Some(comparison),
            GlobalComparison::Uncompared(_) => None,
        },
    };
    let kind = |kind: &OtherKind<'a>| {
        Some(OneKind {
            regional: kind.row,
            global: kind.global?,
            verdict: kind.comparison.map(|it| it.verdict),
        })
    };
    let all = std::iter::once(&first).chain(&others);
    let kinds: Vec<OneKind<'_>> = all.filter_map(kind).collect();
    let advice = is_local(run, row).then(|| advise(summary, local_region(run)));
    let mut failing = Favoured::by_times(&kinds).that_fail(&kinds);
    if let Some(advice) = &advice
        && advice.operation == Some(row.operation)
        && let Recommendation::NotShown(NotShown::FailsMore(it)) = &advice.decision
        && !failing.contains(it)
    {
        failing.push(it.clone());
    }
    Decision::AgainstGlobal(Versus {
        row,
        global: first.global,
        outcome,
        others,
        is_local: is_local(run, row),
        advice: advice.map(|advice| advice.decision),
        failing,
    })
}

/// The global endpoint's row of a group.
fn global_of(summary: &Summary, group: Group) -> Option<&Row> {
    let mut rows = summary.rows.iter();
    rows.find(|row| row.place == Place::Global && row.group() == group)
}

/// Whether the row's calls fail more often than those of another endpoint of its group that has a p50.
fn fails_more_than_another(summary: &Summary, row: &Row) -> bool {
    let mut others = summary.rows.iter().filter(|other| {
        other.group() == row.group()
            && other.place != Place::Twin
            && other.target != row.target
            && median(other).is_finite()
    });
    others.any(|other| row.fails_more_than(other))
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
    /// Whether an endpoint that it would speak for fails more often, so that it depends.
    pub(crate) fn is_failing(&self) -> bool {
        match self {
            Self::NoMedian(_) => false,
            Self::AgainstGlobal(versus) => !versus.failing.is_empty(),
            Self::Fastest { is_failing, .. } => *is_failing,
        }
    }
}
