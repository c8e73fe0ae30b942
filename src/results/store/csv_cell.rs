//! Text in CSV cells that no spreadsheet takes for a formula. Quoting is the csv crate's; this is only about the first
//! character.

use std::borrow::Cow;

/// `text` as a cell: with a leading apostrophe where a spreadsheet would otherwise compute instead of show.
///
/// Formulas begin with `=`, `+`, `-` or `@`, also in full width, and some programs skip control characters before them
/// (OWASP ASVS 1.2.10, CWE-1236). An apostrophe at the start is doubled, so that reading back can undo it.
pub(crate) fn csv_cell(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some(first) if is_active(first) || first == '\'' => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

/// The text that [`csv_cell`] made `cell` from.
pub(crate) fn plain_text(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn is_active(first: char) -> bool {
    first.is_control() || matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a spreadsheet does to a cell: an apostrophe hides itself and makes the rest text.
    fn shown_by_a_spreadsheet(cell: &str) -> Option<&str> {
        match cell.chars().next() {
            Some('\'') => Some(&cell[1..]),
            Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠') => {
                None
            }
            _ => Some(cell),
        }
    }

    #[test]
    fn rule_16_formulas_become_text() {
        for text in [
            "=HYPERLINK(\"http://evil\",\"x\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\0=1",
            "＝1",
            "'=1",
        ] {
            assert_eq!(shown_by_a_spreadsheet(&csv_cell(text)), Some(text));
            assert!(csv_cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(csv_cell("eu-central-1"), "eu-central-1");
        assert_eq!(csv_cell(""), "");
    }

    proptest! {
        #[test]
        fn rule_16_every_text_is_shown_as_it_is(text in any::<String>()) {
            let cell = csv_cell(&text);
            prop_assert_eq!(shown_by_a_spreadsheet(&cell), Some(text.as_str()));
            prop_assert_eq!(plain_text(&cell), &text);
        }
    }
}
