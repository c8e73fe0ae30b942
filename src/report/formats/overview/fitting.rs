//! Texts that fit a width.

use crate::report::escape::terminal as clean;
use crate::report::formats::page::{PLAIN, Page, Style};

use super::grid::wide;

/// How many lines a text has.
pub(super) fn count_lines(text: &str) -> usize {
    text.lines().count()
}

/// Lines that a paragraph takes.
pub(super) fn wrapped(text: &str, width: usize) -> usize {
    let mut trial = Page::new(Style::Plain, width);
    trial.paragraph(PLAIN, "", text);
    count_lines(&trial.finish())
}

/// A line that ends with whole words.
pub(super) fn one_line(page: &mut Page, ansi: &'static str, text: &str) {
    let line = whole_words(&clean(text), page.width());
    page.line(ansi, &line);
}

/// `text`, or as many of its words as fit into `width` and `…`.
pub(super) fn whole_words(text: &str, width: usize) -> String {
    if wide(text) <= width {
        return text.to_owned();
    }
    let inside = text.trim_start();
    let indent = text.len() - inside.len();
    let mut kept = " ".repeat(indent);
    let mut words = inside.split(' ').peekable();
    while let Some(word) = words.next() {
        // A number and its unit are one word.
        let unit =
            words.next_if(|next| UNITS.contains(&next.trim_end_matches([',', ';', ':', ')'])));
        let word = unit.map_or_else(|| word.to_owned(), |unit| format!("{word} {unit}"));
        if wide(&kept) + wide(&word) + 3 > width {
            break;
        }
        if kept.len() > indent {
            kept.push(' ');
        }
        kept.push_str(&word);
    }
    kept + " …"
}

const UNITS: [&str; 6] = ["ns", "µs", "ms", "s", "min", "h"];
