//! A comparison as GitHub-flavoured Markdown.

use super::compared::Compared;
use super::sheet::Highlight;
use crate::judge::GateOutcome;
use crate::report::escape::markdown as clean;
use crate::report::formats::markdown::{gates, push};
use crate::report::words::gates::headline;

/// The comparison for `$GITHUB_STEP_SUMMARY`: gates that are not proven come before anything else, or else what was `found`
/// in a few words; what the runs decide follows as a sentence.
pub(crate) fn compared_summary(compared: Compared<'_>, found: &str) -> String {
    let text = compared_markdown(compared);
    let heading = match headline(compared.gates()) {
        Some((outcome, gates)) if outcome != GateOutcome::Proven => gates,
        _ => clean(found),
    };
    let (title, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let sentence = title.trim_start_matches("# ");
    let text = format!("# {heading}\n\n{sentence}\n{rest}");
    text[..text.floor_char_boundary(MAX_SUMMARY_BYTES)].to_owned()
}

/// The comparison as GitHub-flavoured Markdown.
pub(crate) fn compared_markdown(compared: Compared<'_>) -> String {
    let sheet = compared.sheet();
    let mut text = format!("# {}\n\n", clean(&sheet.title));
    if let Some((not_of_aws, origin)) = compared.origin() {
        push(
            &mut text,
            format_args!("> **{}:** {}\n\n", not_of_aws.label(), clean(&origin)),
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

/// GitHub's limit for the summary of one step; it shows nothing of a larger one.
const MAX_SUMMARY_BYTES: usize = 1024 * 1024;
