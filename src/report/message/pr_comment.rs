//! A comment on a pull request, for a bot that keeps one of them up to date; empty when there is nothing that a reviewer should
//! know.

use crate::report::escape::markdown as clean;
use crate::report::formats::markdown::push;

use super::value::Brief;

/// By this line a bot finds its comment again; GitHub does not show it.
pub(crate) const MARKER: &str = "<!-- stsbench:pr-comment -->";

/// The message as a comment, or nothing at all.
pub(crate) fn pr_comment(message: &Brief) -> String {
    if !message.is_news {
        return String::new();
    }
    let mut text = format!("{MARKER}\n### {}\n\n", clean(&message.headline));
    if let Some(it) = message.not_of_aws {
        push(
            &mut text,
            format_args!("> **{}:** {}\n\n", it.label(), it.sentence()),
        );
    }
    for line in message.lines.iter().take(MOST_LINES) {
        push(&mut text, format_args!("- {}\n", clean(line)));
    }
    if message.lines.len() > MOST_LINES {
        push(
            &mut text,
            format_args!("- … {} more\n", message.lines.len() - MOST_LINES),
        );
    }
    push(
        &mut text,
        format_args!("\n<sub>{}</sub>\n", clean(&message.context)),
    );
    text
}

/// A comment is read between others.
const MOST_LINES: usize = 12;
