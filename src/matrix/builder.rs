//! Takes the runs of places one at a time, judges each, and sets them side by side.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::advice::{advise, local_region};
use crate::judge::{Place, Row, Summary, summarise};
use crate::plan::{ConnectionMode, Group, Level};
use crate::results::{Claims, Run};
use sts_model::Operation;

use super::value::{CellStanding, Matrix, MatrixCell, MatrixEndpoint, MatrixRow};

/// Takes one run of each place. A run is not kept: a matrix of many places needs the memory of one run.
#[derive(Debug)]
pub(crate) struct MatrixBuilder {
    operation: Option<Operation>,
    connection: Option<ConnectionMode>,
    confidence: f64,
    row_confidence: f64,
    rows: Vec<Judged>,
}

/// A row whose columns have no order yet, with the cells of every group of its run: which one is shown is not known before all
/// runs are there.
#[derive(Debug)]
struct Judged {
    row: MatrixRow,
    groups: Vec<(Group, Cells)>,
}

/// Columns and what stands in them.
type Cells = Vec<(MatrixEndpoint, MatrixCell)>;

/// Why places cannot stand side by side.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum MatrixError {
    /// A place has two runs.
    #[error(
        "vantage {vantage:?} has a row already, from run {one}; {other} is from the same place"
    )]
    SamePlace {
        /// The vantage's name.
        vantage: String,
        /// The run of its row.
        one: String,
        /// The other run.
        other: String,
    },
    /// No run called what was asked for.
    #[error("no run called {what}")]
    NotCalled {
        /// The operation and the kind of connection, as far as they were asked for.
        what: String,
    },
    /// No run at all.
    #[error("there is no run")]
    Nothing,
}

impl MatrixBuilder {
    /// For so many places, whose decisions are to hold together with `confidence`, 0.5–0.9999.
    pub(crate) fn new(places: usize, confidence: f64) -> Self {
        let alone = (1.0 - confidence) / places.max(1) as f64;
        Self {
            operation: None,
            connection: None,
            confidence,
            row_confidence: 1.0 - alone,
            rows: Vec::new(),
        }
    }

    /// Shows this operation and kind of connection instead of those that most places called.
    #[must_use]
    pub(crate) fn showing(
        mut self,
        operation: Option<Operation>,
        connection: Option<ConnectionMode>,
    ) -> Self {
        (self.operation, self.connection) = (operation, connection);
        self
    }

    /// Takes the run of another place.
    ///
    /// # Errors
    /// [`MatrixError::SamePlace`]; the run is then not taken.
    pub(crate) fn add(&mut self, mut run: Run) -> Result<(), MatrixError> {
        let vantage = run.header.vantage.name.clone();
        if let Some(known) = self.rows.iter().find(|known| known.row.vantage == vantage) {
            return Err(MatrixError::SamePlace {
                vantage,
                one: known.row.run_id.clone(),
                other: run.header.run_id,
            });
        }
        let planned_confidence = run.plan.judging.confidence;
        run.plan.judging.confidence = self.row_confidence;
        let summary = summarise(&run);
        let groups = Group::distinct(summary.rows.iter().map(Row::group));
        self.rows.push(Judged {
            groups: groups
                .into_iter()
                .map(|group| (group, cells(&summary, group)))
                .collect(),
            row: MatrixRow {
                vantage,
                simulation: run.header.vantage.simulation.clone(),
                run_id: run.header.run_id.clone(),
                started_at: run.header.started_at.clone(),
                windows: run.measured.windows.len().max(1),
                completion: run.measured.completion,
                planned_confidence,
                cells: Vec::new(),
                advice: advise(&summary, local_region(&run)),
            },
        });
        Ok(())
    }

    /// The first group of a run that goes with what was asked for: new connections before kept ones.
    fn first_group(&self, judged: &Judged) -> Option<Group> {
        let groups: Vec<Group> = judged.groups.iter().map(|(group, _)| *group).collect();
        let goes = |group: &&Group| {
            self.operation.is_none_or(|it| it == group.operation)
                && self.connection.is_none_or(|it| it == group.connection)
        };
        let operation = groups.iter().find(goes)?.operation;
        groups
            .iter()
            .filter(goes)
            .filter(|group| group.operation == operation)
            .min_by_key(|group| group.connection)
            .copied()
    }

    /// The group that most places called, of those that each would show by itself; of equals that of the first place by name.
    fn group(&self) -> Option<Group> {
        let called = |group: Group| {
            let places = self.rows.iter();
            let those = places.filter(|it| it.groups.iter().any(|(of, _)| *of == group));
            those.count()
        };
        let wanted = self.rows.iter().filter_map(|it| self.first_group(it));
        // The first of the largest.
        wanted.rev().max_by_key(|group| called(*group))
    }

    /// The places side by side, by name. Those that did not call what is shown have no row.
    ///
    /// # Errors
    /// [`MatrixError`] without runs, and when none called what was asked for.
    pub(crate) fn finish(mut self) -> Result<Matrix, MatrixError> {
        if self.rows.is_empty() {
            return Err(MatrixError::Nothing);
        }
        self.rows.sort_by(|a, b| a.row.vantage.cmp(&b.row.vantage));
        let group = self.group().ok_or_else(|| MatrixError::NotCalled {
            what: asked_for(self.operation, self.connection),
        })?;
        let mut rows: Vec<(MatrixRow, Cells)> = Vec::new();
        let mut other_calls = Vec::new();
        for judged in self.rows {
            let mut groups = judged.groups.into_iter();
            match groups.find(|(of, _)| *of == group) {
                Some((_, cells)) => rows.push((judged.row, cells)),
                None => other_calls.push(judged.row.vantage),
            }
        }
        let endpoints = columns(&rows);
        let rows = rows
            .into_iter()
            .map(|(row, cells)| in_columns(row, cells, &endpoints))
            .collect();
        Ok(Matrix {
            group,
            confidence: self.confidence,
            row_confidence: self.row_confidence,
            endpoints,
            rows,
            other_calls,
        })
    }
}

fn asked_for(operation: Option<Operation>, connection: Option<ConnectionMode>) -> String {
    let operation = operation.map_or("any operation".to_owned(), |it| it.to_string());
    match connection {
        Some(connection) => format!("{operation} on {connection} connections"),
        None => operation,
    }
}

/// Every endpoint of any row: the global one first, then by name.
fn columns(rows: &[(MatrixRow, Cells)]) -> Vec<MatrixEndpoint> {
    let known: BTreeMap<(bool, &str), &MatrixEndpoint> = rows
        .iter()
        .flat_map(|(_, cells)| cells)
        .map(|(endpoint, _)| {
            let is_global = endpoint.place == Place::Global;
            ((!is_global, endpoint.name.as_str()), endpoint)
        })
        .collect();
    known.into_values().cloned().collect()
}

fn in_columns(mut row: MatrixRow, cells: Cells, endpoints: &[MatrixEndpoint]) -> MatrixRow {
    let mut of: BTreeMap<String, MatrixCell> = cells
        .into_iter()
        .map(|(endpoint, cell)| (endpoint.name, cell))
        .collect();
    row.cells = endpoints
        .iter()
        .map(|endpoint| of.remove(&endpoint.name))
        .collect();
    row
}

fn cells(summary: &Summary, group: Group) -> Cells {
    summary
        .rows
        .iter()
        .filter(|row| row.group() == group && row.place != Place::Twin)
        .map(|row| {
            let endpoint = MatrixEndpoint {
                name: row.endpoint.clone(),
                place: row.place,
            };
            (endpoint, cell(summary, row))
        })
        .collect()
}

fn cell(summary: &Summary, row: &Row) -> MatrixCell {
    MatrixCell {
        p50: row.service_time.estimate(Level::P50).copied(),
        tail: Level::ALL
            .into_iter()
            .filter(|level| *level > Level::P50)
            .filter_map(|level| Some((level, *row.service_time.estimate(level)?)))
            .collect(),
        slowest: row.service_time.max,
        answers: row.service_time.count,
        failed: row.counts.failed(),
        standing: standing(summary, row),
        served_by: row.served_by.clone(),
    }
}

fn standing(summary: &Summary, row: &Row) -> CellStanding {
    let is_forbidden = summary
        .forbidden(row.target, Level::P50, Claims::OneEndpoint)
        .is_some();
    let ranking = summary.ranking_of(row);
    let too_few = ranking.map_or(&[][..], |ranking| &ranking.too_few_blocks);
    match row.rank {
        _ if is_forbidden => CellStanding::Forbidden,
        None => CellStanding::Unranked,
        Some(_) if too_few.contains(&row.target) => CellStanding::Unranked,
        // One that was not compared may be the fastest.
        Some(rank) if rank.low == 1 && !too_few.is_empty() => CellStanding::Unranked,
        Some(rank) if rank.high == 1 => CellStanding::Fastest,
        Some(rank) if rank.low == 1 => CellStanding::TiedForFastest,
        Some(_) => CellStanding::Slower,
    }
}
