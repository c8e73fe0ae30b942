//! Text of limited width, line by line, plain or coloured.

use comfy_table::{LineStyle, TableStyle};

use crate::report::escape::{at_most, terminal as clean};

/// Whether a report may colour its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// With ANSI colours.
    Colour,
}

/// Text while it is written, and its width.
pub(crate) struct Page {
    text: String,
    style: Style,
    /// Columns of a line; `None` where nothing limits them.
    width: Option<usize>,
    /// Columns of running text.
    text_width: usize,
}

impl Page {
    pub(crate) fn new(style: Style, width: usize) -> Self {
        Self::with_text(style, Some(width), width)
    }

    /// With lines as long as they are where `width` is `None`, and running text of `text_width` columns.
    pub(crate) fn with_text(style: Style, width: Option<usize>, text_width: usize) -> Self {
        Self {
            text: String::new(),
            style,
            width: width.map(|width| width.max(NARROWEST)),
            text_width: text_width.max(NARROWEST),
        }
    }

    /// Columns of a line.
    pub(crate) fn width(&self) -> usize {
        self.width.unwrap_or(usize::MAX)
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// An empty line, unless there is one already.
    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// One line, cut to the width.
    pub(crate) fn line(&mut self, ansi: Ansi, text: &str) {
        let text = at_most(self.width(), text.trim_end());
        match (self.style, ansi) {
            (Style::Plain, _) | (Style::Colour, PLAIN) => self.text.push_str(&text),
            (Style::Colour, ansi) => {
                self.text.push_str(ansi);
                self.text.push_str(&text);
                self.text.push_str(RESET);
            }
        }
        self.text.push('\n');
    }

    /// Words wrapped to the width; further lines are indented under the first word after `label`.
    pub(crate) fn paragraph(&mut self, ansi: Ansi, label: &str, text: &str) {
        let text = clean(text);
        let indent = label.chars().count();
        let mut line = label.to_owned();
        let mut filled = indent;
        for word in words(&text) {
            let length = word.chars().count();
            if filled > indent && filled + 1 + length > self.text_width {
                self.line(ansi, &line);
                line = " ".repeat(indent);
                filled = indent;
            }
            if filled > indent {
                line.push(' ');
                filled += 1;
            }
            line.push_str(&word);
            filled += length;
        }
        self.line(ansi, &line);
    }
}

/// The words of a sentence; a number and its unit are one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let unit = word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '%');
        match words.last_mut() {
            Some(number)
                if UNITS.contains(&unit) && number.ends_with(|c: char| c.is_ascii_digit()) =>
            {
                number.push(' ');
                number.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

const UNITS: [&str; 5] = ["%", "ns", "µs", "ms", "s"];

/// The narrowest width that holds the columns which no table does without.
pub(crate) const NARROWEST: usize = 40;

pub(crate) type Ansi = &'static str;
pub(crate) const PLAIN: Ansi = "";
pub(crate) const BOLD: Ansi = "\x1b[1m";
pub(crate) const DIM: Ansi = "\x1b[2m";
pub(crate) const RED: Ansi = "\x1b[1;31m";
pub(crate) const YELLOW: Ansi = "\x1b[33m";
pub(crate) const RESET: Ansi = "\x1b[0m";

/// A heading with a rule below, and no other lines.
pub(crate) const RULED: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Puts two spaces between columns: the library's separator is one.
pub(crate) fn set_gaps(table: &mut comfy_table::Table) {
    table.column_iter_mut().for_each(|column| {
        column.set_padding((0, 1));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_unit_stay_on_one_line() {
        assert_eq!(
            words("p50 25.6 ms, or 3 % (in s)"),
            ["p50", "25.6 ms,", "or", "3 %", "(in", "s)"]
        );
    }
}
