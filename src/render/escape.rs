//! Text from elsewhere, made harmless for where it is shown. Whatever came over the network or out of a file may hold
//! commands for a terminal, a spreadsheet, a CI system or a Markdown renderer.

/// One line for a terminal: control characters become spaces, invisible direction marks go, and what GitHub Actions would
/// take for a command (`::` or `##[` at the start) stops being one.
pub fn terminal(text: &str) -> String {
    let line: String = text.chars().filter(|&c| !is_direction_mark(c)).map(blank_control).collect();
    let start = line.trim_start();
    // A runner trims spaces before it looks for a command, so that only a character which is no space helps.
    if start.starts_with("::") || start.starts_with("##[") { format!("{ZERO_WIDTH_SPACE}{line}") } else { line }
}

/// One inline piece of Markdown that renders as the text itself, in a table as well.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '|' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            // A mention would call a person; GitHub takes it for one only without anything between.
            '@' => {
                escaped.push('@');
                escaped.push(ZERO_WIDTH_SPACE);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

const ZERO_WIDTH_SPACE: char = '\u{200B}';

/// Marks that reorder or hide what stands beside them: bidirectional embeddings, overrides and isolates, and the rest of
/// Unicode's invisible format characters that a name could be forged with.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// C0, DEL and C1 (`char::is_control`) and the two Unicode line ends, as a space.
fn blank_control(c: char) -> char {
    if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rule_18_nothing_remote_moves_the_cursor_or_reorders_the_line() {
        assert_eq!(terminal("a\x1b[31mred\x1b]8;;http://x\x07\u{9b}1m"), "a [31mred ]8;;http://x  1m");
        assert_eq!(terminal("user\u{202E}gpj.exe\u{2066}\u{200F}"), "usergpj.exe");
        assert_eq!(terminal("two\r\nlines\u{2028}three"), "two  lines three");
    }

    #[test]
    fn rule_18_no_line_is_a_command_of_a_ci_system() {
        for command in ["::error::gone", "  ::set-output name=a::b", "##[command]x", "\u{200B}::warning::x"] {
            let line = terminal(command);
            assert!(line.starts_with(ZERO_WIDTH_SPACE), "{line:?}");
        }
        assert_eq!(terminal("2001:db8::1"), "2001:db8::1");
    }

    #[test]
    fn rule_19_markdown_shows_the_text_itself() {
        assert_eq!(markdown("a|b`c`\n<img src=x>"), "a\\|b\\`c\\` &lt;img src=x&gt;");
        assert_eq!(markdown("![x](http://y) ****1234"), "\\!\\[x\\](http://y) \\*\\*\\*\\*1234");
        assert_eq!(markdown("@octocat"), "@\u{200B}octocat");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn rule_18_and_19_no_string_keeps_a_control_or_opens_a_tag(text in any::<String>()) {
            let shown = terminal(&text);
            prop_assert!(!shown.contains(char::is_control), "{shown:?}");
            let inline = markdown(&text);
            prop_assert!(!inline.contains(['<', '\n', '\r']), "{inline:?}");
        }
    }
}
