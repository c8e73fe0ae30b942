//! Places side by side for a terminal.

use crate::advice::Recommendation;
use crate::report::escape::{at_most, terminal as clean};
use crate::report::formats::page::{
    Ansi, BOLD, DIM, PLAIN, Page, RED, RULED, Style, YELLOW, set_gaps,
};
use crate::report::words::side_by_side::matrix::LEGEND;

use super::shown::{ShownMatrix, ShownRow};

/// How much of a matrix is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MatrixDetail {
    /// The decision of each place.
    Decisions,
    /// The p50 of every endpoint too.
    Full,
}

/// As text of at most `width` characters a line where its tables allow it.
pub(crate) fn matrix_terminal(
    shown: &ShownMatrix<'_>,
    detail: MatrixDetail,
    style: Style,
    width: usize,
) -> String {
    let mut page = Page::new(style, width);
    page.paragraph(BOLD, "", &format!("{}.", shown.title));
    if let Some(simulation) = &shown.simulation {
        page.paragraph(YELLOW, "SIMULATED: ", simulation);
    }
    page.paragraph(DIM, "", &shown.subject);
    page.blank();
    decisions(&mut page, shown);
    if detail == MatrixDetail::Full {
        page.blank();
        every_cell(&mut page, shown);
        page.blank();
        page.paragraph(DIM, "", LEGEND);
    }
    page.blank();
    for remark in &shown.remarks {
        page.paragraph(DIM, "• ", remark);
    }
    page.finish()
}

const HEADER: [&str; 8] = [
    "place", "Region", "global", "own", "saved", "decision", "answers", "day",
];
/// The columns that a narrow page does without, the first one first.
const SPARE: [usize; 3] = [6, 7, 1];
/// Columns of a place's name that stand on any page.
const FEWEST_OF_NAME: usize = 12;
/// Columns of a place's name for which no other column is given up.
const LONGEST_NAME: usize = 24;

fn decisions(page: &mut Page, shown: &ShownMatrix<'_>) {
    let mut kept: Vec<usize> = (0..HEADER.len()).collect();
    let names = shown.rows.iter().map(|row| row.vantage.chars().count());
    let mut name_width = names.max().unwrap_or(0);
    let beyond = |kept: &[usize], name_width| {
        widest(&of_columns(shown, kept, name_width)).saturating_sub(page.width())
    };
    // A name that is longer than the others is the first to lose some of it, the decision never is.
    if beyond(&kept, name_width) > 0 {
        name_width = name_width.min(LONGEST_NAME);
    }
    for spare in SPARE {
        if beyond(&kept, name_width) == 0 {
            break;
        }
        kept.retain(|column| *column != spare);
    }
    let beyond = beyond(&kept, name_width);
    name_width = name_width.saturating_sub(beyond).max(FEWEST_OF_NAME);
    for (at, text) in of_columns(shown, &kept, name_width).iter().enumerate() {
        let row = at.checked_sub(2).and_then(|row| shown.matrix.rows.get(row));
        page.line(row.map_or(DIM, |row| colour(&row.advice.decision)), text);
    }
}

fn of_columns(shown: &ShownMatrix<'_>, kept: &[usize], name_width: usize) -> Vec<String> {
    let rows = shown.rows.iter().map(|row| {
        let cells = [
            &at_most(name_width, &row.vantage),
            &row.region,
            row.global.as_str(),
            &row.own,
            &row.saved,
            row.decision,
            &row.answers,
            &row.day,
        ];
        let cells = cells.map(clean);
        kept.iter().map(|&column| cells[column].clone()).collect()
    });
    grid(kept.iter().map(|&column| HEADER[column].to_owned()), rows)
}

/// The p50 of every endpoint: a line for each endpoint, because there are more of them than places. Places that a line has no
/// room for follow in further tables.
fn every_cell(page: &mut Page, shown: &ShownMatrix<'_>) {
    let mut rest = &shown.rows[..];
    while !rest.is_empty() {
        let mut taken = rest.len();
        while taken > 1 && widest(&cells_of(shown, &rest[..taken])) > page.width() {
            taken -= 1;
        }
        let (these, others) = rest.split_at(taken);
        for (at, text) in cells_of(shown, these).iter().enumerate() {
            page.line(if at < 2 { DIM } else { PLAIN }, text);
        }
        if !others.is_empty() {
            page.blank();
        }
        rest = others;
    }
}

fn cells_of(shown: &ShownMatrix<'_>, places: &[ShownRow]) -> Vec<String> {
    let name = |row: &ShownRow| clean(&at_most(LONGEST_NAME, &row.vantage));
    let header = std::iter::once("p50".to_owned()).chain(places.iter().map(name));
    let endpoints = shown.matrix.endpoints.iter().enumerate();
    let rows = endpoints.map(|(column, endpoint)| {
        std::iter::once(clean(&endpoint.name))
            .chain(places.iter().map(|row| row.cells[column].clone()))
            .collect()
    });
    grid(header, rows)
}

fn grid(
    header: impl Iterator<Item = String>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Vec<String> {
    let mut grid = comfy_table::Table::new();
    grid.load_style(RULED)
        .set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    grid.set_header(header);
    for row in rows {
        grid.add_row(row);
    }
    set_gaps(&mut grid);
    grid.lines().collect()
}

fn widest(lines: &[String]) -> usize {
    let lengths = lines.iter().map(|line| line.trim_end().chars().count());
    lengths.max().unwrap_or(0)
}

fn colour(decision: &Recommendation) -> Ansi {
    match decision {
        Recommendation::SetIt | Recommendation::KeepIt | Recommendation::RemoveUrl { .. } => BOLD,
        Recommendation::MakesSlower | Recommendation::MadeSlower => RED,
        Recommendation::NotShown(_) => YELLOW,
        Recommendation::NoNeed(_)
        | Recommendation::NothingToDecide
        | Recommendation::OtherPartition { .. } => PLAIN,
    }
}
