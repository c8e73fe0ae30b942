//! A report as GitHub-flavoured Markdown, for a pull request or a repository.

use std::fmt::Write;

use crate::judge::{CheckVerdict, GateResult, Place};

use crate::report::escape::{html, markdown as clean};
use crate::report::view::claims::{claims_to_show, sentence};
use crate::report::view::overview::screen::Overview;
use crate::report::view::overview::selection::ScreenSelection;
use crate::report::view::report::Report;
use crate::report::view::table::{Content, Table};
use crate::report::words::checks::FORBIDDEN;
use crate::report::words::overview::decision::heading;
use crate::results::Run;

/// A chart to show: the files `charts/<stem>-light.png` and `charts/<stem>-dark.png` beside the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartLink {
    /// The files' common stem; `[a-z0-9-]`.
    pub stem: String,
    /// A text alternative for the chart.
    pub description: String,
}

/// The decision in at most twelve words.
pub(crate) fn short_title(report: &Report<'_>) -> String {
    let screen = Overview::new(report, &ScreenSelection::default());
    screen.map_or_else(|| report.title.clone(), |screen| heading(&screen.decision))
}

/// What a reader knows before the numbers: whether they may be used, and what was found.
fn lead(text: &mut String, report: &Report<'_>) {
    if let Some(simulation) = &report.simulation {
        push(
            text,
            format_args!("> **Simulated:** {}\n\n", clean(simulation)),
        );
    }
    if let Some(invalid) = report.invalid() {
        push(
            text,
            format_args!("> **{}:** {FORBIDDEN}\n\n", clean(&invalid)),
        );
    }
    push(text, format_args!("{}.\n\n", clean(&report.title)));
    if let Some(place) = &report.place {
        push(text, format_args!("{}.\n\n", clean(place)));
    }
}

/// The report as Markdown, with the charts after the findings.
pub fn markdown(report: &Report<'_>, charts: &[ChartLink]) -> String {
    let mut text = format!("# {}\n\n", clean(&short_title(report)));
    lead(&mut text, report);
    gates(&mut text, &report.summary.gates, &[report.run]);
    // The foremost picture and table come first, so that they are seen without scrolling; the rest follows the facts.
    charts
        .iter()
        .take(1)
        .for_each(|chart| picture(&mut text, chart));
    tables(&mut text, report.tables.iter().take(1));
    for verdict in &report.verdicts {
        push(&mut text, format_args!("- {}\n", clean(verdict)));
    }
    if !report.verdicts.is_empty() {
        text.push('\n');
    }
    text.push_str("| | |\n|:--|:--|\n");
    for fact in &report.facts {
        push(
            &mut text,
            format_args!("| {} | {} |\n", fact.name, clean(&fact.value)),
        );
    }
    text.push('\n');
    checks(&mut text, report);
    charts
        .iter()
        .skip(1)
        .for_each(|chart| picture(&mut text, chart));
    tables(&mut text, report.tables.iter().skip(1));
    if !report.served_by.is_empty() {
        push(
            &mut text,
            format_args!("## who answered\n\n{}", served_by(report)),
        );
    }
    if !report.failures.is_empty() {
        push(
            &mut text,
            format_args!("## failed calls\n\n{}", failures(report)),
        );
    }
    for line in &report.legend {
        push(&mut text, format_args!("{}\n\n", clean(line)));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The gates, each with its claims to show.
pub(crate) fn gates(text: &mut String, gates: &[GateResult], runs: &[&Run]) {
    for gate in gates {
        push(
            text,
            format_args!(
                "- **Gate {}:** {}\n",
                gate.outcome.as_str(),
                clean(&gate.gate)
            ),
        );
        for claim in claims_to_show(gate) {
            push(
                text,
                format_args!("  - {}\n", clean(&sentence(claim, runs))),
            );
        }
    }
    if !gates.is_empty() {
        text.push('\n');
    }
}

/// The Regions and addresses behind each endpoint, as a table.
pub(crate) fn served_by(report: &Report<'_>) -> String {
    let mut text =
        "| endpoint | served by | by session tokens | addresses | told by |\n|:--|:--|:--|:--|:--|\n".to_owned();
    for line in &report.served_by {
        let cells = [
            &line.endpoint,
            &line.served_by,
            &line.origins,
            &line.addresses,
            &line.resolver,
        ];
        push(
            &mut text,
            format_args!("| {} |\n", cells.map(|cell| clean(cell)).join(" | ")),
        );
    }
    text + "\n"
}

/// The calls that failed, as a table.
pub(crate) fn failures(report: &Report<'_>) -> String {
    let mut text = "| endpoint | code | calls |\n|:--|:--|--:|\n".to_owned();
    for line in &report.failures {
        push(
            &mut text,
            format_args!(
                "| {} | {} | {} |\n",
                clean(&line.endpoint),
                clean(&line.code),
                line.calls
            ),
        );
    }
    text + "\n"
}

fn checks(text: &mut String, report: &Report<'_>) {
    let (mut passed, mut unknown) = (Vec::new(), Vec::new());
    for check in report.checks() {
        let word = match check.verdict {
            CheckVerdict::Ok => {
                passed.push(check.title());
                continue;
            }
            CheckVerdict::Unknown => {
                unknown.push(check.title());
                continue;
            }
            CheckVerdict::Warn => "Warning",
            CheckVerdict::Invalid => "INVALID",
        };
        push(
            text,
            format_args!(
                "- **{word}, {}:** {}\n",
                check.title(),
                clean(&report.sentence(check))
            ),
        );
    }
    for notice in &report.notices {
        push(text, format_args!("- Note: {}\n", clean(notice)));
    }
    if !passed.is_empty() {
        push(text, format_args!("- Passed: {}\n", passed.join(", ")));
    }
    if !unknown.is_empty() {
        push(
            text,
            format_args!("- Not available: {}\n", unknown.join(", ")),
        );
    }
    text.push('\n');
}

fn picture(text: &mut String, chart: &ChartLink) {
    // Attributes are HTML, not Markdown: only quotes and ampersands need escaping.
    let (stem, description) = (html(&chart.stem), html(&chart.description));
    push(
        text,
        format_args!(
            "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"charts/{stem}-dark.png\">\n  \
             <img alt=\"{description}\" src=\"charts/{stem}-light.png\">\n</picture>\n\n"
        ),
    );
}

fn tables<'a>(text: &mut String, tables: impl Iterator<Item = &'a Table>) {
    for table in tables {
        push(text, format_args!("## {}\n\n", clean(&table.caption)));
        lay_out(text, table);
    }
}

/// The rows of a table.
pub(crate) fn lay_out(text: &mut String, table: &Table) {
    let titles: Vec<String> = table
        .columns
        .iter()
        .map(|column| clean(&column.title()))
        .collect();
    push(text, format_args!("| {} |\n|", titles.join(" | ")));
    for column in &table.columns {
        text.push_str(if column.is_text() { ":--|" } else { "--:|" });
    }
    text.push('\n');
    for line in &table.lines {
        let mut cells = vec![clean(&line.endpoint)];
        match &line.content {
            Content::Cells(texts) => cells.extend(texts.iter().map(|text| clean(text))),
            Content::NoData(reason) => cells.push(format!("no data ({})", clean(reason))),
        }
        cells.resize(table.columns.len(), String::new());
        if line.place == Place::Global {
            for cell in cells.iter_mut().filter(|cell| !cell.is_empty()) {
                *cell = format!("**{cell}**");
            }
        }
        push(text, format_args!("| {} |\n", cells.join(" | ")));
    }
    text.push('\n');
}

pub(crate) fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes any text");
}
