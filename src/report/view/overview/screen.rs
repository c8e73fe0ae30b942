//! A run on one screen, prepared once; every format that shows it reads this and computes nothing.

use crate::judge::{Figures, GateResult, Place, Summary};
use crate::plan::{ConnectionMode, Level, Load};
use crate::report::view::fact::Fact;
use crate::report::view::overview::foremost::FOREMOST;
use crate::report::view::report::Report;
use crate::results::{Completion, Run};
use sts_model::Operation;

use super::decision::{Decision, decision};
use super::endpoints::{EndpointRow, endpoints};
use super::next::{Next, next};
use super::operations::{OtherOperation, others};
use super::selection::{Facts, RowOrder, ScreenColumnName, ScreenSelection, ScreenStatistic};
use super::table::{Cell, Measure, ScreenColumn, cell, columns};
use super::trust::{TrustSummary, trust};

/// A run on one screen.
#[derive(Debug, Clone)]
pub(crate) struct Overview<'a> {
    /// The run itself.
    pub run: &'a Run,
    /// The run in numbers.
    pub summary: &'a Summary,
    /// What the run says about the choice of an endpoint.
    pub decision: Decision<'a>,
    /// What the decision leaves open about the Region of the place, in one sentence.
    pub place: Option<String>,
    /// That the run was cut short, and after which part.
    pub early: Option<Early>,
    /// The gates, and what became of them.
    pub gates: &'a [GateResult],
    /// The operation of the table.
    pub operation: Operation,
    /// The kinds of connection that were measured, the foremost first.
    pub connections: Vec<ConnectionMode>,
    /// The columns beside the endpoint's name, from left to right.
    pub columns: Vec<ScreenColumn>,
    /// How many of the columns are there by default, where nobody asked for any: the others come where there is room.
    pub usual_columns: Option<usize>,
    /// Whether somebody said which percentiles are wanted.
    pub statistics_are_asked: bool,
    /// The column by which the endpoints are sorted, where it is one.
    pub sorted_by: Option<ScreenColumn>,
    /// The percentile by which the endpoints were to be sorted, and which none of them has: they are sorted by p50.
    pub unsorted: Option<Level>,
    /// One for each endpoint, in order.
    pub endpoints: Vec<EndpointRow<'a>>,
    /// What the other operations show.
    pub others: Vec<OtherOperation<'a>>,
    /// How far the numbers can be trusted.
    pub trust: TrustSummary<'a>,
    /// What to do next, the most useful first.
    pub next: Vec<Next<'a>>,
    /// That the run is judged otherwise than its plan laid down, where it is.
    pub judged_anew: Option<String>,
    /// The facts of the machine and the measuring, where they are asked for.
    pub facts: Vec<Fact>,
}

/// A run that was cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Early {
    /// How it ended.
    pub completion: Completion,
    /// Calls that were made and measured.
    pub made: u64,
    /// Calls that were planned; `None` for a load without a number.
    pub planned: Option<u64>,
}

impl<'a> Overview<'a> {
    /// The screen of the run of `report`, with what `selection` asks for. `None` for a run without targets.
    pub(crate) fn new(report: &Report<'a>, selection: &ScreenSelection) -> Option<Self> {
        let (run, summary) = (report.run, report.summary);
        let operation = summary.rows.first()?.operation;
        let connections: Vec<ConnectionMode> = FOREMOST
            .into_iter()
            .filter(|connection| {
                summary
                    .rows
                    .iter()
                    .any(|row| row.operation == operation && row.connection == *connection)
            })
            .collect();
        let first = *connections.first()?;
        let decided = decision(run, summary, operation);
        let unsorted = unsorted(summary, selection.order, operation, first);
        let order = match unsorted {
            Some(_) => RowOrder::Time(Level::P50),
            None => selection.order,
        };
        let (columns, usual_columns) = chosen_columns(summary, selection, order, &connections);
        Some(Self {
            run,
            summary,
            place: report.place.clone(),
            early: early(run, summary),
            gates: &summary.gates,
            operation,
            columns,
            usual_columns,
            statistics_are_asked: selection.statistics.is_some(),
            sorted_by: sorted_by(order, first),
            unsorted,
            endpoints: endpoints(summary, operation, first, (order, selection.folding)),
            others: others(summary, operation, |operation| {
                decision(run, summary, operation)
            }),
            trust: trust(summary),
            next: next(run, summary, &decided),
            judged_anew: report.judged_anew(),
            facts: match selection.facts {
                Facts::Hidden => Vec::new(),
                Facts::Shown => report.facts.clone(),
            },
            decision: decided,
            connections,
        })
    }

    /// The kind of connection that comes first.
    pub(crate) fn first_connection(&self) -> ConnectionMode {
        self.connections
            .first()
            .copied()
            .unwrap_or(ConnectionMode::Cold)
    }

    /// What stands in that column beside the endpoint.
    pub(crate) fn cell(&self, endpoint: &EndpointRow<'a>, column: ScreenColumn) -> Cell<'a> {
        cell(self.summary, endpoint, column)
    }

    /// Whether the p50s stand in a column.
    pub(crate) fn has_medians(&self) -> bool {
        let medians = Measure::Time(ScreenStatistic::Percentile(Level::P50));
        self.columns.iter().any(|column| column.measure == medians)
    }

    /// Whether somebody asked for the column, so that it does not go without a word.
    pub(crate) fn is_asked(&self, column: ScreenColumn) -> bool {
        let is_time = matches!(column.measure, Measure::Time(_));
        self.usual_columns.is_none() || self.statistics_are_asked && is_time
    }

    /// Whether somebody wants to see how endpoints compare with the global one, which was not called.
    pub(crate) fn asks_in_vain_for_the_global(&self) -> bool {
        let is_wanted = |column: &ScreenColumn| column.measure == Measure::AgainstGlobal;
        let is_global = |endpoint: &EndpointRow<'_>| endpoint.place == Place::Global;
        self.usual_columns.is_none()
            && self.columns.iter().any(is_wanted)
            && !self.endpoints.iter().any(is_global)
    }

    /// Whether the endpoint has a line of its own before any other: the global one, and that which the decision is about.
    pub(crate) fn is_kept(&self, endpoint: &EndpointRow<'_>) -> bool {
        endpoint.place == Place::Global || self.decision.endpoint() == Some(endpoint.name)
    }
}

/// The percentile of `order`, where no endpoint has it over that kind of connection.
fn unsorted(
    summary: &Summary,
    order: RowOrder,
    operation: Operation,
    first: ConnectionMode,
) -> Option<Level> {
    let RowOrder::Time(level) = order else {
        return None;
    };
    let mut rows = summary
        .rows
        .iter()
        .filter(|row| row.operation == operation && row.connection == first);
    let has = |figures: &Figures| figures.percentile(level).is_some();
    (level != Level::P50 && !rows.any(|row| has(&row.service_time))).then_some(level)
}

/// The column that shows why the endpoints are in that order; `None` where no column does.
fn sorted_by(order: RowOrder, first: ConnectionMode) -> Option<ScreenColumn> {
    let (connection, measure) = match order {
        RowOrder::Time(level) => {
            let measure = Measure::Time(ScreenStatistic::Percentile(level));
            (Some(first), measure)
        }
        RowOrder::City => (None, Measure::City),
        RowOrder::Errors => (None, Measure::Errors),
        RowOrder::Name | RowOrder::Plan => return None,
    };
    Some(ScreenColumn {
        connection,
        measure,
    })
}

/// The columns, and how many of them are the usual ones where nobody asked for any.
fn chosen_columns(
    summary: &Summary,
    selection: &ScreenSelection,
    order: RowOrder,
    connections: &[ConnectionMode],
) -> (Vec<ScreenColumn>, Option<usize>) {
    let mut usual = usual_statistics(summary);
    if let RowOrder::Time(level) = order {
        let sorted_by = ScreenStatistic::Percentile(level);
        if !usual.contains(&sorted_by) {
            usual.push(sorted_by);
        }
    }
    let statistics = selection.statistics.as_deref().unwrap_or(&usual);
    if let Some(wanted) = &selection.columns {
        return (columns(wanted, statistics, connections), None);
    }
    let has = |place: Place| summary.rows.iter().any(|row| row.place == place);
    let is_compared = has(Place::Global) && has(Place::Regional);
    let mut wanted = vec![ScreenColumnName::City, ScreenColumnName::Percentiles];
    if is_compared {
        wanted.push(ScreenColumnName::AgainstGlobal);
    }
    wanted.push(ScreenColumnName::Errors);
    let mut all = columns(&wanted, statistics, connections);
    let number = all.len();
    let more = [
        ScreenColumnName::Interval,
        ScreenColumnName::Rank,
        ScreenColumnName::Answers,
        ScreenColumnName::ServedBy,
    ];
    all.extend(columns(&more, &[], connections));
    (all, Some(number))
}

/// The p50, and of the p95 and p99 the highest that some endpoint supports.
fn usual_statistics(summary: &Summary) -> Vec<ScreenStatistic> {
    let supported = |level: Level| {
        let supports =
            |figures: &Figures| figures.percentile(level).is_some() || figures.is_never(level);
        summary.rows.iter().any(|row| supports(&row.service_time))
    };
    let tail = [Level::P99, Level::P95, Level::P90]
        .into_iter()
        .find(|level| supported(*level));
    std::iter::once(Level::P50)
        .chain(tail)
        .map(ScreenStatistic::Percentile)
        .collect()
}

/// How far a run came that was cut short.
pub(crate) fn early(run: &Run, summary: &Summary) -> Option<Early> {
    let completion = run.measured.completion;
    let planned = match run.plan.load {
        Load::Audit { .. } | Load::Open { .. } => Some(
            run.plan
                .planned_requests()
                .saturating_sub(run.plan.planned_warmup()),
        ),
        Load::Closed { .. } => None,
    };
    (completion != Completion::Complete).then(|| Early {
        completion,
        made: summary
            .rows
            .iter()
            .fold(0, |sum, row| sum.saturating_add(row.counts.issued)),
        planned,
    })
}
