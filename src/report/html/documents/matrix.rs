//! Places side by side as a page.

use crate::advice::Recommendation;
use crate::matrix::{Matrix, MatrixRow};
use crate::report::chart::{ChartKind, ChartSpec, side_by_side};
use crate::report::matrix::{ShownMatrix, ShownRow, matrix_csv, matrix_json, matrix_markdown};
use crate::report::words::side_by_side::matrix::{LEGEND, distribution};
use crate::report::words::simulation::NotOfAws;

use super::document::{SeveralRuns, SortableCell, SortableLine, SortableTable};

/// Places side by side, as one page that needs nothing beside it; `remarks` are what was left out and what is missing.
pub(crate) fn matrix_page(matrix: &Matrix, remarks: &[String]) -> String {
    let shown = ShownMatrix::new(matrix, remarks);
    let mut document = SeveralRuns {
        title: shown.title.clone(),
        origin: shown
            .simulation
            .clone()
            .map(|text| (NotOfAws::Simulated, text)),
        more: vec![shown.subject.clone()],
        tables: vec![decisions(&shown), medians(&shown)],
        remarks: shown.remarks.clone(),
        legend: vec![LEGEND.to_owned()],
        ..SeveralRuns::default()
    };
    if let Some(kind) = ChartKind::all().find(|kind| kind.name == "matrix") {
        let mut spec = ChartSpec::default();
        spec.look.width = width(matrix);
        let question = kind.question.to_owned();
        document.add_figure(kind.name, question, &spec, |spec| {
            side_by_side(kind, matrix, spec)
        });
    }
    document.add_file("matrix.csv", &matrix_csv(matrix));
    document.add_file("matrix.json", &matrix_json(matrix, remarks));
    document.add_file("matrix.md", &matrix_markdown(&shown));
    document.page()
}

/// Width of the picture, px: wider where there are many endpoints.
fn width(matrix: &Matrix) -> f64 {
    let endpoints = matrix.endpoints.len().min(MOST_COLUMNS) as f64;
    (LEAST_WIDTH + EACH * endpoints).max(ChartSpec::default().look.width)
}

/// So many columns the picture has at most.
const MOST_COLUMNS: usize = 20;
/// Room for what stands beside the columns, px.
const LEAST_WIDTH: f64 = 380.0;
/// Room for a column, px.
const EACH: f64 = 30.0;

/// What each place should do.
fn decisions(shown: &ShownMatrix<'_>) -> SortableTable {
    let heads = [
        "place",
        "Region",
        "global",
        "own Region",
        "saved",
        "decision",
        "answers",
        "day",
    ];
    let line = |(row, place): (&ShownRow, &MatrixRow)| {
        let cells = vec![
            row.vantage.clone(),
            row.region.clone(),
            row.global.clone(),
            row.own.clone(),
            row.saved.clone(),
            row.decision.to_owned(),
            row.answers.clone(),
            row.day.clone(),
        ];
        SortableLine::of(cells, place.advice.decision == Recommendation::MakesSlower)
    };
    let lines = shown.rows.iter().zip(&shown.matrix.rows).map(line);
    SortableTable::new("Decisions".to_owned(), heads, lines.collect())
}

/// The median of every endpoint from every place; a click on one shows its distribution.
fn medians(shown: &ShownMatrix<'_>) -> SortableTable {
    let places = shown.rows.iter().map(|row| row.vantage.as_str());
    let lines = shown.matrix.endpoints.iter().enumerate();
    let lines = lines.map(|(column, endpoint)| {
        let places = shown.rows.iter().zip(&shown.matrix.rows);
        let cells = places.map(|(row, place)| SortableCell {
            text: row.cells[column].clone(),
            details: place.cells[column]
                .as_ref()
                .map_or_else(Vec::new, distribution),
        });
        SortableLine {
            cells: std::iter::once(endpoint.name.clone().into())
                .chain(cells)
                .collect(),
            stands_out: false,
        }
    });
    SortableTable::new(
        "Every endpoint (p50)".to_owned(),
        std::iter::once("endpoint").chain(places),
        lines.collect(),
    )
}
