//! Which rows of a run a picture shows.

use crate::judge::{Place, Row, Summary};
use crate::plan::{ConnectionMode, Group};
use sts_model::{Operation, nearest};

use super::kind::ChartError;
use super::spec::{ChartOption, ChartSpec, EndpointPattern};

/// The rows of a run that a picture shows.
pub(super) struct SelectedTargets<'a> {
    /// What is shown.
    pub operation: Operation,
    /// The kinds of connection, in the order of reports.
    pub connections: Vec<ConnectionMode>,
    /// Their rows, in the plan's order.
    pub rows: Vec<&'a Row>,
}

impl<'a> SelectedTargets<'a> {
    /// What `spec` selects.
    ///
    /// # Errors
    /// [`ChartError::Unknown`] for what the run does not have.
    pub(super) fn of(summary: &'a Summary, spec: &ChartSpec) -> Result<Self, ChartError> {
        let asked = &spec.selection;
        let operations = distinct(summary.rows.iter().map(|row| row.operation));
        let operation = one_of(ChartOption::Operation, asked.operation, &operations, |op| {
            op.cli_name().to_owned()
        })?
        .unwrap_or_else(|| foremost(summary));
        let rows = || {
            summary
                .rows
                .iter()
                .filter(move |row| row.operation == operation && row.place != Place::Twin)
        };
        let measured: Vec<ConnectionMode> = ConnectionMode::ALL
            .into_iter()
            .filter(|&connection| rows().any(|row| row.connection == connection))
            .collect();
        let connections = match one_of(
            ChartOption::Connection,
            asked.connection,
            &measured,
            |connection| connection.as_str().to_owned(),
        )? {
            Some(only) => vec![only],
            None => measured,
        };
        let names = distinct(rows().map(|row| row.endpoint.as_str()));
        require_known(&asked.endpoints, &names)?;
        let wanted = |name: &str| {
            asked.endpoints.is_empty() || asked.endpoints.iter().any(|pattern| pattern.fits(name))
        };
        let rows = rows()
            .filter(|row| connections.contains(&row.connection) && wanted(&row.endpoint))
            .collect();
        Ok(Self {
            operation,
            connections,
            rows,
        })
    }
}

/// The operation of the report's headline: the first that has an answer.
pub(super) fn foremost(summary: &Summary) -> Operation {
    let groups = Group::distinct(summary.rows.iter().map(Row::group));
    let answered = |operation: Operation| {
        summary
            .rows
            .iter()
            .any(|row| row.operation == operation && row.service_time.count > 0)
    };
    let mut operations = groups.iter().map(|group| group.operation);
    operations
        .clone()
        .find(|&operation| answered(operation))
        .or_else(|| operations.next())
        .unwrap_or(Operation::GetCallerIdentity)
}

fn one_of<T: Copy + PartialEq>(
    option: ChartOption,
    asked: Option<T>,
    known: &[T],
    name: impl Fn(T) -> String,
) -> Result<Option<T>, ChartError> {
    match asked {
        Some(value) if !known.contains(&value) => Err(unknown(
            option,
            name(value),
            &known.iter().map(|&value| name(value)).collect::<Vec<_>>(),
        )),
        asked => Ok(asked),
    }
}

/// # Errors
/// [`ChartError::Unknown`] for a pattern that fits none of the names.
pub(super) fn require_known(
    patterns: &[EndpointPattern],
    names: &[&str],
) -> Result<(), ChartError> {
    let fits_none = |pattern: &&EndpointPattern| !names.iter().any(|name| pattern.fits(name));
    let Some(pattern) = patterns.iter().find(fits_none) else {
        return Ok(());
    };
    let known: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    Err(unknown(
        ChartOption::Endpoints,
        pattern.as_str().to_owned(),
        &known,
    ))
}

fn unknown(option: ChartOption, given: String, known: &[String]) -> ChartError {
    let nearest = nearest(&given, known.iter().map(String::as_str)).map(str::to_owned);
    ChartError::Unknown {
        option,
        given,
        nearest,
        known: known.join(", "),
    }
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen: Vec<T> = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}
