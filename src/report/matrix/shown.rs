//! What people are shown of places side by side, not yet laid out for any format. Texts are not escaped; each format does that.

use crate::judge::Place;
use crate::matrix::{CellStanding, Matrix, MatrixCell, MatrixRow};
use crate::report::words::numbers::{NOTHING, duration};
use crate::report::words::side_by_side::matrix as words;

/// Places side by side for people.
pub(crate) struct ShownMatrix<'a> {
    pub(crate) matrix: &'a Matrix,
    pub(crate) title: String,
    pub(crate) subject: String,
    /// That the service was simulated, where it was for some row.
    pub(crate) simulation: Option<String>,
    pub(crate) rows: Vec<ShownRow>,
    /// What stands below.
    pub(crate) remarks: Vec<String>,
}

/// One place.
pub(crate) struct ShownRow {
    pub(crate) vantage: String,
    /// The Region that a Regional client calls from there.
    pub(crate) region: String,
    /// The p50 of the global endpoint, and who served it where it was another Region than its own.
    pub(crate) global: String,
    /// The p50 of the Region's own endpoint.
    pub(crate) own: String,
    /// What the own endpoint saves against the global one.
    pub(crate) saved: String,
    pub(crate) decision: &'static str,
    /// Answers of the Region's own endpoint.
    pub(crate) answers: String,
    /// The day of the run.
    pub(crate) day: String,
    /// One for each endpoint: its p50 with the mark of its standing.
    pub(crate) cells: Vec<String>,
}

impl<'a> ShownMatrix<'a> {
    /// Of a matrix; `remarks` are what was left out and what is missing.
    pub(crate) fn new(matrix: &'a Matrix, remarks: &[String]) -> Self {
        Self {
            matrix,
            title: words::title(matrix),
            subject: words::subject(matrix),
            simulation: words::simulated(matrix),
            rows: matrix.rows.iter().map(|row| shown(matrix, row)).collect(),
            remarks: std::iter::once(words::row_intervals(matrix))
                .chain(words::failures(matrix))
                .chain(words::cut_short(matrix))
                .chain(remarks.iter().cloned())
                .collect(),
        }
    }
}

fn shown(matrix: &Matrix, row: &MatrixRow) -> ShownRow {
    let region = row.advice.region.as_deref();
    let own = region.and_then(|region| matrix.cell(row, region));
    let nothing = || NOTHING.to_owned();
    ShownRow {
        vantage: row.vantage.clone(),
        region: region.map_or_else(nothing, str::to_owned),
        global: matrix
            .endpoints
            .iter()
            .zip(&row.cells)
            .find(|(endpoint, _)| endpoint.place == Place::Global)
            .and_then(|(_, cell)| cell.as_ref())
            .map_or_else(nothing, global),
        own: own.map_or_else(nothing, median),
        saved: words::saving(&row.advice, matrix.group.connection).unwrap_or_else(nothing),
        decision: words::decision(&row.advice),
        answers: own.map_or_else(nothing, |cell| cell.answers.to_string()),
        day: row
            .started_at
            .get(..DAY)
            .unwrap_or(&row.started_at)
            .to_owned(),
        cells: row
            .cells
            .iter()
            .map(|cell| cell.as_ref().map_or_else(String::new, marked))
            .collect(),
    }
}

/// The length of a date at the beginning of a time.
const DAY: usize = "2026-11-22".len();

fn median(cell: &MatrixCell) -> String {
    cell.p50
        .map_or_else(|| NOTHING.to_owned(), |p50| duration(p50.value))
}

fn marked(cell: &MatrixCell) -> String {
    match (cell.p50, cell.standing) {
        // What has no number needs no mark that it has no rank.
        (None, CellStanding::Unranked) => median(cell),
        (_, standing) => format!("{}{}", median(cell), words::mark(standing)),
    }
}

/// The median of the global endpoint, and who served it where one other Region served it all.
fn global(cell: &MatrixCell) -> String {
    let mut served = cell.served_by.keys().filter(|region| *region != HOME);
    match (served.next(), cell.served_by.len()) {
        (Some(region), 1) => format!("{} by {region}", median(cell)),
        (Some(_), _) => format!("{} by several", median(cell)),
        (None, _) => median(cell),
    }
}

/// The Region that the global endpoint is in.
const HOME: &str = "us-east-1";
