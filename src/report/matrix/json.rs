//! Places side by side for programs: versioned JSON, integer nanoseconds, `null` for unknown values.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::matrix::{Matrix, MatrixCell, MatrixRow};
use crate::plan::ConnectionMode;
use crate::report::formats::json::text::indented;
use crate::report::words::side_by_side::matrix::{decision_name, title};
use sts_model::Operation;

/// The matrix as JSON, indented, with a line end.
pub(crate) fn matrix_json(matrix: &Matrix, remarks: &[String]) -> String {
    let document = Document {
        schema: "stsbench-matrix",
        schema_version: VERSION,
        title: title(matrix),
        operation: matrix.group.operation,
        connection: matrix.group.connection,
        confidence: matrix.confidence,
        row_confidence: matrix.row_confidence,
        places: matrix.rows.iter().map(|row| place(matrix, row)).collect(),
        notices: remarks,
    };
    indented(&document)
}

/// Version of this schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    schema_version: u32,
    title: String,
    operation: Operation,
    connection: ConnectionMode,
    /// With which all decisions hold together.
    confidence: f64,
    /// Of each place's intervals.
    row_confidence: f64,
    places: Vec<PlaceRow<'a>>,
    notices: &'a [String],
}

#[derive(Serialize)]
struct PlaceRow<'a> {
    vantage: &'a str,
    simulated: bool,
    region: Option<&'a str>,
    run_id: &'a str,
    started_at: &'a str,
    windows: usize,
    decision: &'static str,
    /// Of the own Region's endpoint against the global one, negative where it takes longer.
    saved_ns: Option<i64>,
    saved_low_ns: Option<i64>,
    saved_high_ns: Option<i64>,
    endpoints: Vec<EndpointCell<'a>>,
}

#[derive(Serialize)]
struct EndpointCell<'a> {
    endpoint: &'a str,
    p50_ns: Option<u64>,
    p50_low_ns: Option<u64>,
    p50_high_ns: Option<u64>,
    answers: u64,
    failed: u64,
    standing: &'static str,
    served_by: &'a BTreeMap<String, u64>,
}

fn place<'a>(matrix: &'a Matrix, row: &'a MatrixRow) -> PlaceRow<'a> {
    // An interval without an end has none in JSON.
    let whole = |value: f64| value.is_finite().then_some(value.round() as i64);
    let saved = row
        .advice
        .saving(matrix.group.connection)
        .map(|saving| saving.difference);
    let ends = saved.and_then(|saved| saved.interval);
    PlaceRow {
        vantage: &row.vantage,
        simulated: row.simulation.is_some(),
        region: row.advice.region.as_deref(),
        run_id: &row.run_id,
        started_at: &row.started_at,
        windows: row.windows,
        decision: decision_name(&row.advice),
        saved_ns: saved.and_then(|saved| whole(saved.value)),
        saved_low_ns: ends.and_then(|ends| whole(ends.low)),
        saved_high_ns: ends.and_then(|ends| whole(ends.high)),
        endpoints: matrix
            .endpoints
            .iter()
            .zip(&row.cells)
            .filter_map(|(endpoint, cell)| Some(endpoint_cell(&endpoint.name, cell.as_ref()?)))
            .collect(),
    }
}

fn endpoint_cell<'a>(endpoint: &'a str, cell: &'a MatrixCell) -> EndpointCell<'a> {
    let whole = |value: f64| value.is_finite().then_some(value.round() as u64);
    EndpointCell {
        endpoint,
        p50_ns: cell.p50.and_then(|p50| whole(p50.value)),
        p50_low_ns: cell.p50.and_then(|p50| whole(p50.interval.low)),
        p50_high_ns: cell.p50.and_then(|p50| whole(p50.interval.high)),
        answers: cell.answers,
        failed: cell.failed,
        standing: cell.standing.as_str(),
        served_by: &cell.served_by,
    }
}
