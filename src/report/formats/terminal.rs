//! A report for a terminal: as wide as asked for, plain unless colour is asked for.

use comfy_table::{Cell, CellAlignment, ContentArrangement};

use super::page::{BOLD, DIM, PLAIN, Page, RED, RULED, Style, YELLOW, set_gaps};
use crate::judge::{CheckVerdict, GateOutcome, GateResult, Place};
use crate::plan::Level;
use crate::report::escape::terminal as clean;
use crate::report::view::claims::{claims_to_show, sentence};
use crate::report::view::report::Report;
use crate::report::view::table::{Column, Content, Soundness, Table};
use crate::report::words::checks::reference;
use crate::results::Run;

/// The report as text of at most `width` characters a line, down to 40; columns that do not fit are left out, and the text
/// says which. Without a width every column is there.
pub fn terminal(report: &Report<'_>, style: Style, width: impl Into<Option<usize>>) -> String {
    let width = width.into();
    let mut page = Page::with_text(style, width, width.unwrap_or(READABLE_COLUMNS));
    page.paragraph(BOLD, "", &report.title);
    let place = report.place.iter();
    place.for_each(|place| page.paragraph(PLAIN, "", place));
    page.blank();
    for verdict in &report.verdicts {
        page.paragraph(PLAIN, "• ", verdict);
    }
    page.blank();
    if let Some(simulation) = &report.simulation {
        page.paragraph(YELLOW, "SIMULATED: ", simulation);
        page.blank();
    }
    gates(&mut page, &report.summary.gates, &[report.run]);
    facts(&mut page, report);
    checks(&mut page, report);
    let kept = fitting(&report.tables, page.width());
    for table in &report.tables {
        page.paragraph(BOLD, "", &table.caption);
        lay_out(&mut page, table, &kept);
        page.blank();
    }
    if !report.failures.is_empty() {
        failures(&mut page, report);
        page.blank();
    }
    for line in &report.legend {
        page.paragraph(DIM, "", line);
    }
    let columns = report
        .tables
        .first()
        .map_or(&[][..], |table| &table.columns);
    let left_out: Vec<String> = columns
        .iter()
        .enumerate()
        .filter(|(i, _)| !kept.contains(i))
        .map(|(_, column)| column.title())
        .collect();
    if !left_out.is_empty() {
        page.paragraph(
            DIM,
            "",
            &format!(
                "Left out to fit {} columns: {}.",
                page.width(),
                left_out.join(", ")
            ),
        );
    }
    page.finish()
}

/// Columns of running text that are good to read, where nothing limits them.
const READABLE_COLUMNS: usize = 110;

fn facts(page: &mut Page, report: &Report<'_>) {
    let lengths = report.facts.iter().map(|fact| fact.name.len());
    let names = lengths.max().unwrap_or(0);
    for fact in &report.facts {
        page.paragraph(PLAIN, &format!("{:names$}  ", fact.name), &fact.value);
    }
    page.blank();
}

fn checks(page: &mut Page, report: &Report<'_>) {
    let (mut passed, mut unknown) = (Vec::new(), Vec::new());
    for check in report.checks() {
        match check.verdict {
            CheckVerdict::Ok => passed.push(check.title()),
            CheckVerdict::Unknown => unknown.push(check.title()),
            CheckVerdict::Warn => page.paragraph(
                YELLOW,
                "warning: ",
                &format!("{} — {}", check.title(), report.sentence(check)),
            ),
            CheckVerdict::Invalid => page.paragraph(
                RED,
                "INVALID: ",
                &format!("{} — {}", check.title(), report.sentence(check)),
            ),
        }
    }
    let explained: Vec<String> = report
        .checks()
        .into_iter()
        .filter(|check| reference(check).is_some())
        .map(|check| format!("#{}", check.name))
        .collect();
    if !explained.is_empty() {
        let sections = format!("docs/reference/checks.md, {}", explained.join(" "));
        page.paragraph(DIM, "explained in: ", &sections);
    }
    for notice in &report.notices {
        page.paragraph(PLAIN, "note: ", notice);
    }
    if !passed.is_empty() {
        page.paragraph(DIM, "passed: ", &passed.join(", "));
    }
    if !unknown.is_empty() {
        page.paragraph(DIM, "not available: ", &unknown.join(", "));
    }
    page.blank();
}

/// The gates, each with its claims to show.
pub(crate) fn gates(page: &mut Page, gates: &[GateResult], runs: &[&Run]) {
    for gate in gates {
        let ansi = match gate.outcome {
            GateOutcome::Proven => PLAIN,
            GateOutcome::Inconclusive => YELLOW,
            GateOutcome::Violated | GateOutcome::Invalid => RED,
        };
        page.paragraph(
            ansi,
            &format!("gate {}: ", gate.outcome.as_str()),
            &gate.gate,
        );
        for claim in claims_to_show(gate) {
            page.paragraph(PLAIN, "  ", &sentence(claim, runs));
        }
    }
    page.blank();
}

fn failures(page: &mut Page, report: &Report<'_>) {
    page.paragraph(BOLD, "", "failed calls");
    let mut table = comfy_table::Table::new();
    table
        .load_style(RULED)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["  endpoint", "code", "calls"]);
    for line in &report.failures {
        table.add_row([
            format!("  {}", clean(&line.endpoint)),
            clean(&line.code),
            line.calls.clone(),
        ]);
    }
    set_gaps(&mut table);
    for (i, line) in table.lines().enumerate() {
        page.line(if i < 2 { DIM } else { PLAIN }, &line);
    }
}

/// The positions of the columns that fit into every table; the same for all tables, so that they line up.
fn fitting(tables: &[Table], width: usize) -> Vec<usize> {
    let Some(first) = tables.first() else {
        return Vec::new();
    };
    let mut kept: Vec<usize> = (0..first.columns.len()).collect();
    while tables
        .iter()
        .any(|table| widest(&grid(table, &kept)) > width)
    {
        let Some(position) = least_needed(first, &kept) else {
            break;
        };
        kept.remove(position);
    }
    kept
}

fn lay_out(page: &mut Page, table: &Table, kept: &[usize]) {
    let name_width = table
        .lines
        .iter()
        .map(|line| name(line.place, &line.endpoint).chars().count())
        .max()
        .unwrap_or(0);
    for (i, text) in grid(table, kept).iter().enumerate() {
        // The heading and its rule come before the rows.
        let Some(line) = i.checked_sub(2).and_then(|row| table.lines.get(row)) else {
            page.line(DIM, text);
            continue;
        };
        match (&line.content, line.place) {
            (Content::NoData(reason), _) => {
                let name = name(line.place, &line.endpoint);
                page.line(
                    DIM,
                    &format!("{name:name_width$}  no data ({})", clean(reason)),
                );
            }
            (Content::Cells(_), _) if line.soundness == Soundness::Invalid => page.line(DIM, text),
            (Content::Cells(_), Place::Global) => page.line(YELLOW, text),
            (Content::Cells(_), Place::Regional | Place::Twin) => page.line(PLAIN, text),
        }
    }
}

fn grid(table: &Table, kept: &[usize]) -> Vec<String> {
    let mut grid = comfy_table::Table::new();
    grid.load_style(RULED)
        .set_content_arrangement(ContentArrangement::Disabled);
    let aligned = |column: Column, text: String| {
        Cell::new(text).set_alignment(if column.is_text() {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        })
    };
    grid.set_header(kept.iter().map(|&i| {
        let column = table.columns[i];
        aligned(
            column,
            if i == 0 {
                format!("  {}", column.title())
            } else {
                column.title()
            },
        )
    }));
    for line in &table.lines {
        grid.add_row(kept.iter().map(|&i| {
            let text = match (&line.content, i.checked_sub(1)) {
                (_, None) => name(line.place, &line.endpoint),
                (Content::Cells(cells), Some(at)) => {
                    cells.get(at).map(|cell| clean(cell)).unwrap_or_default()
                }
                (Content::NoData(_), Some(_)) => String::new(),
            };
            aligned(table.columns[i], text)
        }));
    }
    set_gaps(&mut grid);
    grid.lines().collect()
}

fn name(place: Place, endpoint: &str) -> String {
    match place {
        Place::Global => format!("▸ {}", clean(endpoint)),
        Place::Regional | Place::Twin => format!("  {}", clean(endpoint)),
    }
}

/// The position of the least important column; `None` when only indispensable ones are left.
fn least_needed(table: &Table, kept: &[usize]) -> Option<usize> {
    let need = |column: Column| match column {
        Column::ServedBy | Column::ServiceTime(Level::P95) => 0,
        Column::ResponseTime(level) if level < Level::P99 => 1,
        Column::ServiceTime(level) if level != Level::P50 => 2,
        Column::ResponseTime(_) => 3,
        Column::Answers => 4,
        Column::Interval => 5,
        Column::Rank => 6,
        Column::Errors => 7,
        Column::Endpoint | Column::ServiceTime(_) | Column::AgainstGlobal => u8::MAX,
    };
    // Among equally important columns the last, so that higher percentiles go first.
    let candidates = kept
        .iter()
        .enumerate()
        .map(|(position, &i)| (need(table.columns[i]), position));
    candidates
        .filter(|(need, _)| *need < u8::MAX)
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)))
        .map(|(_, p)| p)
}

fn widest(lines: &[String]) -> usize {
    lines
        .iter()
        .map(|line| line.trim_end().chars().count())
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::judge::summarise;
    use crate::judge::synthetic_run::Fixture;

    use super::*;
    use crate::report::formats::page::{NARROWEST, RESET};

    #[test]
    fn no_line_is_wider_than_the_terminal_and_colour_changes_no_letter() {
        let run = Fixture::realistic_of("global,default").simulated_run();
        let summary = summarise(&run);
        let report = Report::new(&run, &summary);
        for width in [0, 40, 57, 80, 100, 200] {
            let plain = terminal(&report, Style::Plain, width);
            for line in plain.lines() {
                assert!(
                    line.chars().count() <= width.max(NARROWEST),
                    "{width}: {line}"
                );
            }
            let colour = terminal(&report, Style::Colour, width);
            let bare = [BOLD, DIM, RED, YELLOW, RESET]
                .iter()
                .fold(colour, |text, ansi| text.replace(ansi, ""));
            assert_eq!(bare, plain);
        }
    }

    #[test]
    fn every_column_appears_when_there_is_room() {
        let run = Fixture::realistic_of("global,eu-west-1").run();
        let summary = summarise(&run);
        for width in [Some(140), None] {
            let text = terminal(&Report::new(&run, &summary), Style::Plain, width);
            assert!(
                text.contains("served by") && !text.contains("Left out to fit"),
                "{width:?}: {text}"
            );
        }
    }
}
