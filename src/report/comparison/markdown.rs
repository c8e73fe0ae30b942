//! A comparison as GitHub-flavoured Markdown.

use super::compared::Compared;
use super::sheet::Highlight;
use crate::report::escape::markdown as clean;
use crate::report::formats::markdown::{gates, push};

/// The comparison as GitHub-flavoured Markdown.
pub(crate) fn compared_markdown(compared: Compared<'_>) -> String {
    let sheet = compared.sheet();
    let mut text = format!("# {}\n\n", clean(&sheet.title));
    if let Some(simulation) = compared.simulation() {
        push(
            &mut text,
            format_args!("> **Simulated:** {}\n\n", clean(&simulation)),
        );
    }
    gates(&mut text, compared.gates(), &compared.runs());
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
            format_args!("- **Warning:** {}\n", clean(&notice)),
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
            match line.highlight {
                Highlight::Slower => push(
                    &mut text,
                    format_args!("| **{}** |\n", cells.join("** | **")),
                ),
                Highlight::Undecided | Highlight::Nothing => {
                    push(&mut text, format_args!("| {} |\n", cells.join(" | ")));
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
