//! Places side by side as CSV: one row for each endpoint that a place called.

use crate::matrix::{Matrix, MatrixCell, MatrixRow};
use crate::report::escape::terminal as clean;
use crate::report::formats::csv::{fraction, integer, write};
use crate::report::words::side_by_side::matrix::decision_name;
use crate::results::csv_cell;

/// `saved_ns` is what a call saves where the own Region's endpoint is called instead of the global one, and stands in every row
/// of its place; its interval has `row_confidence`.
const HEADER: &str = "vantage,region,endpoint,operation,connection,p50_ns,p50_low_ns,p50_high_ns,answers,failed,standing,decision,\
                      saved_ns,saved_low_ns,saved_high_ns,row_confidence,run_id,started_at,windows,simulated";

/// One row for each endpoint that a place called.
pub(crate) fn matrix_csv(matrix: &Matrix) -> String {
    let mut rows = vec![HEADER.split(',').map(str::to_owned).collect()];
    for row in &matrix.rows {
        let called = matrix
            .endpoints
            .iter()
            .zip(&row.cells)
            .filter_map(|(endpoint, cell)| Some((endpoint, cell.as_ref()?)));
        rows.extend(called.map(|(endpoint, cell)| line(matrix, row, &endpoint.name, cell)));
    }
    write(rows)
}

fn line(matrix: &Matrix, row: &MatrixRow, endpoint: &str, cell: &MatrixCell) -> Vec<String> {
    let text = |text: &str| csv_cell(&clean(text)).into_owned();
    let saved = row
        .advice
        .saving(matrix.group.connection)
        .map(|saving| saving.difference);
    let ends = saved.and_then(|saved| saved.interval);
    vec![
        text(&row.vantage),
        text(row.advice.region.as_deref().unwrap_or_default()),
        text(endpoint),
        matrix.group.operation.to_string(),
        matrix.group.connection.to_string(),
        integer(cell.p50.map(|p50| p50.value)),
        integer(cell.p50.map(|p50| p50.interval.low)),
        integer(cell.p50.map(|p50| p50.interval.high)),
        cell.answers.to_string(),
        cell.failed.to_string(),
        cell.standing.as_str().to_owned(),
        decision_name(&row.advice).to_owned(),
        integer(saved.map(|saved| saved.value)),
        integer(ends.map(|ends| ends.low)),
        integer(ends.map(|ends| ends.high)),
        fraction(Some(matrix.row_confidence)),
        text(&row.run_id),
        text(&row.started_at),
        row.windows.to_string(),
        row.simulation.is_some().to_string(),
    ]
}
