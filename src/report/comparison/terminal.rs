//! A comparison for a terminal.

use super::compared::Compared;
use super::sheet::{Highlight, Sheet, SheetTable};
use crate::report::escape::terminal as clean;
use crate::report::formats::page::{
    Ansi, BOLD, DIM, PLAIN, Page, RED, RULED, Style, YELLOW, set_gaps,
};
use crate::report::formats::terminal::gates;

/// The comparison as text of at most `width` characters a line, down to 40.
pub(crate) fn compared_terminal(compared: Compared<'_>, style: Style, width: usize) -> String {
    let sheet = compared.sheet();
    let mut page = Page::new(style, width);
    page.paragraph(BOLD, "", &sheet.title);
    page.blank();
    if let Some((not_of_aws, text)) = compared.origin() {
        page.paragraph(YELLOW, &format!("{}: ", not_of_aws.capitals()), &text);
        page.blank();
    }
    gates(&mut page, compared.gates(), &compared.runs());
    let names = sheet
        .facts
        .iter()
        .map(|fact| fact.name.len())
        .max()
        .unwrap_or(0);
    for fact in &sheet.facts {
        page.paragraph(PLAIN, &format!("{:names$}  ", fact.name), &fact.value);
    }
    page.blank();
    for notice in compared.notices() {
        page.paragraph(YELLOW, "warning: ", &notice);
    }
    page.blank();
    let kept = fitting(&sheet, page.width());
    for table in &sheet.tables {
        page.paragraph(BOLD, "", &table.caption);
        for (i, text) in grid(&sheet, table, &kept).iter().enumerate() {
            // The heading and its rule come before the lines.
            page.line(
                i.checked_sub(2)
                    .and_then(|line| table.lines.get(line))
                    .map_or(DIM, |line| ansi(line.highlight)),
                text,
            );
        }
        page.blank();
    }
    page.blank();
    for remark in &sheet.remarks {
        page.paragraph(PLAIN, "• ", remark);
    }
    page.blank();
    for line in &sheet.legend {
        page.paragraph(DIM, "", line);
    }
    page.finish()
}

/// The columns that fit into every table, as far as columns can be left out.
fn fitting(sheet: &Sheet, width: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..sheet.header.len()).collect();
    for spare in sheet.spare {
        let lines = sheet
            .tables
            .iter()
            .flat_map(|table| grid(sheet, table, &kept));
        if lines
            .map(|line| line.trim_end().chars().count())
            .max()
            .unwrap_or(0)
            <= width
        {
            break;
        }
        kept.retain(|column| column != spare);
    }
    kept
}

fn grid(sheet: &Sheet, table: &SheetTable, kept: &[usize]) -> Vec<String> {
    let mut grid = comfy_table::Table::new();
    grid.load_style(RULED)
        .set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    grid.set_header(kept.iter().map(|&column| sheet.header[column]));
    for line in &table.lines {
        grid.add_row(kept.iter().map(|&column| clean(&line.cells[column])));
    }
    set_gaps(&mut grid);
    grid.lines().collect()
}

/// How a line is coloured.
fn ansi(highlight: Highlight) -> Ansi {
    match highlight {
        Highlight::Slower => RED,
        Highlight::Undecided => YELLOW,
        Highlight::Nothing => PLAIN,
    }
}
