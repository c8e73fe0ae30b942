//! The advice as a page of Markdown that a team can keep.

use crate::report::escape;
use crate::report::words::advice as words;

use super::sheet::AdviceSheet;

/// The advice as Markdown.
pub(crate) fn markdown(sheet: &AdviceSheet<'_>) -> String {
    let escaped = escape::markdown_sentence;
    let mut text = format!(
        "# Global or Regional STS endpoint\n\n**{}**\n",
        escaped(&sheet.decision)
    );
    for caution in &sheet.cautions {
        text += &format!("\n> {}\n", escaped(caution));
    }
    text += "\n| | |\n|---|---|\n";
    for (name, fact) in &sheet.facts {
        text += &format!("| {name} | {} |\n", escaped(fact));
    }
    text += "\n## What they call here\n\n| endpoint | because | clients |\n|---|---|---|\n";
    for group in &sheet.groups {
        text += &format!(
            "| {} | {} | {} |\n",
            escape::markdown(&group.called),
            escape::markdown(&group.why),
            escape::markdown(&group.names())
        );
    }
    let Some(region) = &sheet.advice.region else {
        return text;
    };
    if sheet.has_changes() {
        text += "\n## What else changes with the Region's endpoint\n\n";
        for change in words::changes(region) {
            text += &format!("- {}\n", escaped(&change.sentence));
        }
    }
    if sheet.has_snippets() {
        text += "\n## To set it\n";
        for snippet in words::snippets(region, &sheet.callers) {
            text += &format!(
                "\n{}\n\n```{}\n{}```\n",
                escape::markdown(&snippet.title),
                snippet.language,
                snippet.text
            );
        }
    }
    text
}
