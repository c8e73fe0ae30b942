//! A run against another, or against those before it, for people and for programs.

mod between;
mod csv;
mod history;
mod json;
#[cfg(test)]
mod tests;

pub use csv::compared_csv;
pub use json::compared_json;

use crate::judge::{Between, GateResult, History};
use crate::plan::ConnectionMode;
use crate::results::Run;
use sts_model::Operation;

use super::Style;
use super::escape::{markdown as clean_markdown, terminal as clean};
use super::facts::Fact;
use super::markdown::{gates as gates_markdown, push};
use super::report::simulated;
use super::table::over;
use super::terminal::{
    Ansi, BOLD, DIM, PLAIN, Page, RED, RULED, YELLOW, gates as gates_terminal, set_gaps,
};

/// What was set against what, and what came of it.
#[derive(Debug, Clone, Copy)]
pub enum Compared<'a> {
    /// A run against another.
    Runs {
        /// What is compared against.
        baseline: &'a Run,
        /// What is judged.
        candidate: &'a Run,
        /// What came of it.
        between: &'a Between,
    },
    /// A run against those before it.
    History {
        /// What is judged.
        candidate: &'a Run,
        /// What came of it.
        history: &'a History,
    },
}

impl<'a> Compared<'a> {
    fn candidate(self) -> &'a Run {
        match self {
            Self::Runs { candidate, .. } | Self::History { candidate, .. } => candidate,
        }
    }

    fn gates(self) -> &'a [GateResult] {
        match self {
            Self::Runs { between, .. } => &between.gates,
            Self::History { .. } => &[],
        }
    }

    fn notices(self) -> &'a [String] {
        match self {
            Self::Runs { between, .. } => &between.notices,
            Self::History { history, .. } => &history.notices,
        }
    }

    fn sheet(self) -> Sheet {
        match self {
            Self::Runs {
                baseline,
                candidate,
                between,
            } => between::sheet(baseline, candidate, between),
            Self::History { candidate, history } => history::sheet(candidate, history),
        }
    }

    fn simulation(self) -> Option<String> {
        self.candidate().vantage.simulation.as_ref().map(simulated)
    }
}

/// What people are shown. Texts are not escaped; that is each format's part.
struct Sheet {
    title: String,
    facts: Vec<Fact>,
    header: &'static [&'static str],
    /// Columns that a narrow terminal can do without, the first one first; none is the first column.
    spare: &'static [usize],
    tables: Vec<SheetTable>,
    /// Sentences below the table.
    remarks: Vec<String>,
    legend: Vec<String>,
}

/// The targets of one operation and kind of connection.
struct SheetTable {
    caption: String,
    lines: Vec<SheetLine>,
}

struct SheetLine {
    cells: Vec<String>,
    mood: Mood,
}

/// How a line is coloured.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Bad,
    Open,
    Good,
}

impl Mood {
    fn ansi(self) -> Ansi {
        match self {
            Self::Bad => RED,
            Self::Open => YELLOW,
            Self::Good => PLAIN,
        }
    }
}

/// The lines in tables of one operation and kind of connection each, in order of first appearance.
fn tables(
    lines: impl IntoIterator<Item = (Operation, ConnectionMode, SheetLine)>,
) -> Vec<SheetTable> {
    let mut tables: Vec<SheetTable> = Vec::new();
    for (operation, connection, line) in lines {
        let caption = format!("{operation} {}", over(connection));
        match tables.iter_mut().find(|table| table.caption == caption) {
            Some(table) => table.lines.push(line),
            None => tables.push(SheetTable {
                caption,
                lines: vec![line],
            }),
        }
    }
    tables
}

/// The comparison as text of at most `width` characters a line, down to 40.
pub fn compared_terminal(compared: Compared<'_>, style: Style, width: usize) -> String {
    let sheet = compared.sheet();
    let mut page = Page::new(style, width);
    page.paragraph(BOLD, "", &sheet.title);
    page.blank();
    if let Some(simulation) = compared.simulation() {
        page.paragraph(YELLOW, "SIMULATED: ", &simulation);
        page.blank();
    }
    gates_terminal(&mut page, compared.gates());
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
        page.paragraph(YELLOW, "warning: ", notice);
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
                    .map_or(DIM, |line| line.mood.ansi()),
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

/// The columns for which every table has room, as far as any can be spared.
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

/// The comparison as GitHub-flavoured Markdown.
pub fn compared_markdown(compared: Compared<'_>) -> String {
    let clean = clean_markdown;
    let sheet = compared.sheet();
    let mut text = format!("# {}\n\n", clean(&sheet.title));
    if let Some(simulation) = compared.simulation() {
        push(
            &mut text,
            format_args!("> **Simulated:** {}\n\n", clean(&simulation)),
        );
    }
    gates_markdown(&mut text, compared.gates());
    text.push_str("| | |\n|:--|:--|\n");
    for fact in &sheet.facts {
        push(
            &mut text,
            format_args!("| {} | {} |\n", fact.name, clean(&fact.value)),
        );
    }
    text.push('\n');
    for notice in compared.notices() {
        push(
            &mut text,
            format_args!("- **Warning:** {}\n", clean(notice)),
        );
    }
    for table in &sheet.tables {
        let (header, rule) = (sheet.header.join(" | "), ":--|".repeat(sheet.header.len()));
        push(
            &mut text,
            format_args!("\n## {}\n\n| {header} |\n|{rule}\n", clean(&table.caption)),
        );
        for line in &table.lines {
            let cells: Vec<String> = line.cells.iter().map(|cell| clean(cell)).collect();
            match line.mood {
                Mood::Bad => push(
                    &mut text,
                    format_args!("| **{}** |\n", cells.join("** | **")),
                ),
                Mood::Open | Mood::Good => {
                    push(&mut text, format_args!("| {} |\n", cells.join(" | ")))
                }
            }
        }
    }
    text.push('\n');
    for remark in &sheet.remarks {
        push(&mut text, format_args!("- {}\n", clean(remark)));
    }
    text.push('\n');
    for line in &sheet.legend {
        push(&mut text, format_args!("{}\n\n", clean(line)));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// `1 target`, `3 targets`.
fn plural(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// A p50, or a dash.
fn time(nanoseconds: Option<f64>) -> String {
    nanoseconds.map_or_else(|| "–".to_owned(), super::units::duration)
}

/// Which run, from when.
fn named(run: &Run) -> String {
    format!("run {}, started {}", run.run_id, run.started_at)
}
