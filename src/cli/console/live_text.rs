//! Lines on a terminal that take the place of those before them.

use std::io::Write as _;

/// A text of several lines at the bottom of the terminal behind stderr.
#[derive(Debug, Default)]
pub(crate) struct LiveText {
    /// Lines that are there now; the cursor stands at the end of the last.
    lines: usize,
}

impl LiveText {
    /// Draws `text` in the place of what was drawn before. No line of it may be as wide as the terminal.
    pub(crate) fn draw(&mut self, text: &str) {
        let replaced = self.replacing(text);
        // A terminal that has gone away is no reason to stop.
        std::io::stderr().write_all(replaced.as_bytes()).ok();
    }

    /// Takes it away; what is written next stands where it began.
    pub(crate) fn clear(&mut self) {
        if self.lines > 0 {
            self.draw("");
            self.lines = 0;
        }
    }

    /// What makes a terminal show `text` (ECMA-48: CUU moves the cursor up, ED erases from there to the end).
    fn replacing(&mut self, text: &str) -> String {
        let up = match self.lines {
            0 | 1 => String::new(),
            lines => format!("\x1b[{}A", lines - 1),
        };
        self.lines = text.split('\n').count();
        // Carriage returns, because a terminal in raw mode does not add them.
        format!("\r{up}\x1b[J{}", text.replace('\n', "\r\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_takes_the_place_of_the_one_before_it() {
        let mut picture = LiveText::default();
        assert_eq!(picture.replacing("a\nb\nc"), "\r\x1b[Ja\r\nb\r\nc");
        assert_eq!(picture.replacing("d"), "\r\x1b[2A\x1b[Jd");
        assert_eq!(picture.replacing("e\nf"), "\r\x1b[Je\r\nf");
        assert_eq!(picture.replacing(""), "\r\x1b[1A\x1b[J");
    }
}
