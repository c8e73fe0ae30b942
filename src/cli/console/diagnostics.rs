//! Talk on stderr: one line each, bounded, with nothing in it that a terminal would obey.

use std::io::Write as _;

use crate::cli::console::charset::displayable;
use crate::report::printable;
use sts_model::without_secrets;

/// Says a line on stderr, or some, without passwords in URLs; a closed stderr is no reason to stop. No line is one that a CI system would obey.
pub(crate) fn say(text: &str) {
    let text = without_secrets(text);
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    writeln!(std::io::stderr(), "{}", displayable(lines.join("\n"))).ok();
}

/// Says a warning.
pub(crate) fn warn(text: &str) {
    say(&format!("warning: {}", one_line(text)));
}

/// `text` as one line: what a terminal or a CI system would obey is taken out, and what is too long to read is cut.
pub(crate) fn one_line(text: &str) -> String {
    let words = printable(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match words.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => {
            let kept = &words[..whole_words(&words[..at])];
            format!("{kept}… ({} bytes)", words.len())
        }
        None => words,
    }
}

/// The length of `text` without its last word, and without a number that would lose its unit; all of it where that leaves
/// little.
fn whole_words(text: &str) -> usize {
    let blanks = text.rmatch_indices(' ').map(|(at, _)| at);
    let mut ends = blanks.filter(|&at| !text[..at].ends_with(|c: char| c.is_ascii_digit()));
    ends.next()
        .filter(|&at| at > text.len() / 2)
        .unwrap_or(text.len())
}

const MAX_CHARS: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_between_words_and_never_between_a_number_and_its_unit() {
        for before in 590..605 {
            let text = format!("{} 12 ms {}", "x ".repeat(before / 2), "y".repeat(600));
            let line = one_line(&text);
            let kept = line.split('…').next().unwrap_or_default();
            assert!(kept.ends_with(" x") || kept.ends_with("12 ms"), "{kept:?}");
        }
    }

    #[test]
    fn an_endless_or_hostile_text_becomes_one_short_line() {
        let text = one_line(&format!("a\u{1b}[31m\nb\r{}", "x".repeat(2 << 20)));
        assert!(
            text.starts_with("a [31m b x") && text.len() < 700 && !text.contains('\n'),
            "{text:.40}"
        );
        let told = one_line("no such file: x\n::error::gone ##[add-mask]y");
        assert!(
            !told.contains(" ::error") && !told.contains("##["),
            "{told}"
        );
    }
}
