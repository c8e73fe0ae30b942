//! Text in lines of a width.

/// The widest line of a terminal that nothing is known of, characters.
pub(super) const WIDTH: usize = 80;

/// `text` in lines of at most [`WIDTH`] characters: the first begins with `first`, the others with as many blanks. A word that
/// is longer stands alone.
pub(super) fn wrapped(first: &str, text: &str) -> String {
    let indent = first.chars().count();
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut length = indent;
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let more = word.chars().count();
        if !is_empty && length + 1 + more > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            length = indent;
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += more;
        is_empty = false;
    }
    lines.push(line);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_and_no_word_is_lost() {
        let text = "word ".repeat(60);
        let lines = wrapped("  Name  ", &text);
        assert!(lines.lines().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(lines.split_whitespace().count(), 61);
        assert!(
            lines
                .lines()
                .skip(1)
                .all(|line| line.starts_with("        word"))
        );
    }
}
