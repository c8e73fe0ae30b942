//! The advice for people at a terminal: lines of at most 80 columns.

use crate::report::escape;
use crate::report::words::advice as words;

use super::lines::wrapped;
use super::sheet::AdviceSheet;

/// The advice as text.
pub(crate) fn terminal(sheet: &AdviceSheet<'_>) -> String {
    let mut text = shown("", &sheet.decision);
    for caution in &sheet.cautions {
        text += &shown("", caution);
    }
    text.push('\n');
    for (name, fact) in &sheet.facts {
        text += &shown(&format!("{name:<15}"), fact);
    }
    text += "\nWhat they call here\n";
    for group in &sheet.groups {
        text += &shown("  ", &format!("{}, because {}:", group.called, group.why));
        text += &shown("    ", &group.names());
    }
    let Some(region) = &sheet.advice.region else {
        return text;
    };
    if sheet.has_changes() {
        text += "\nWhat else changes with the Region's endpoint\n";
        for change in words::changes(region) {
            text += &wrapped("  - ", &change.sentence);
        }
    }
    if sheet.has_snippets() {
        for snippet in words::snippets(region, &sheet.callers) {
            text += &format!("\n{}\n", escape::terminal(&snippet.title));
            for line in snippet.text.lines() {
                text += &format!("  {}\n", escape::terminal(line));
            }
        }
    }
    text
}

/// Text of which a part may come from a file or a variable, in lines.
fn shown(first: &str, text: &str) -> String {
    wrapped(first, &escape::terminal(text))
}
