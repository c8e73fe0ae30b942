//! Escapes untrusted text for the place where it is shown: text from the network or a file may contain commands for a
//! terminal, a spreadsheet, a CI system or a Markdown renderer.

/// One line for a terminal: control characters become spaces, invisible direction marks go, and what a CI system would take
/// for a command stops being one.
///
/// GitHub's runner obeys `::` at the start of a line, and a wrapped text can begin a line with any of its words; it obeys
/// `##[` and Azure's `##vso[` anywhere (actions/runner, ActionCommand.cs). It trims whitespace first, so only another
/// character in between helps.
pub(crate) fn terminal(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(blank_control)
    {
        let opens_a_command = match c {
            ':' => line
                .strip_suffix(':')
                .is_some_and(|before| !before.ends_with(|c: char| !c.is_whitespace())),
            '#' => line.ends_with('#'),
            _ => false,
        };
        if opens_a_command {
            line.push(ZERO_WIDTH_SPACE);
        }
        line.push(c);
    }
    line
}

/// The text, or its beginning and `…` where it has more than so many characters.
pub(crate) fn at_most(characters: usize, text: &str) -> String {
    match text.char_indices().nth(characters) {
        Some(_) => text.chars().take(characters - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Text of an HTML element, or of an attribute between double quotes.
pub(crate) fn html(text: &str) -> String {
    terminal(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A page of HTML whose texts have been quoted: [`terminal`]'s for each of its lines, wherever they came from.
pub(crate) fn page(html: &str) -> String {
    let lines: Vec<String> = html.split('\n').map(terminal).collect();
    lines.join("\n")
}

/// Characters of an XML 1.0 document that is shown as text: [`terminal`]'s without those that no XML may hold. Quoting is
/// the writer's.
pub(crate) fn xml(text: &str) -> String {
    terminal(text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

/// A label's value in OpenMetrics, to stand between quotes.
pub(crate) fn label(text: &str) -> String {
    terminal(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// A JSON document for a terminal or a CI system's log: what they would obey within its strings is escaped without changing
/// the value. (A line of JSON cannot begin with `::`.)
pub(crate) fn json(document: &str) -> String {
    let mut harmless = String::with_capacity(document.len());
    for c in document.chars() {
        let obeyed =
            (c == '#' && harmless.ends_with('#')) || is_invisible(c) || blank_control(c) != c;
        // Between strings there are line ends and nothing else of this kind; within them serde has escaped those.
        if obeyed && c != '\n' {
            harmless.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            harmless.push(c);
        }
    }
    harmless
}

/// One inline piece of Markdown that renders as the text itself, in a table as well.
pub(crate) fn markdown(text: &str) -> String {
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
            // A mention would notify a person; GitHub recognizes one only without a character in between.
            '@' => {
                escaped.push('@');
                escaped.push(ZERO_WIDTH_SPACE);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// The same of a sentence of this program, which puts commands between backquotes: those stay code.
pub(crate) fn markdown_sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_code = |part: &str| !part.is_empty() && !part.contains(['|', '\n', '\r']);
    let are_paired = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|it| is_code(it));
    if !are_paired {
        return markdown(text);
    }
    let parts = parts.iter().enumerate().map(|(at, part)| {
        if at % 2 == 0 {
            markdown(part)
        } else {
            format!("`{}`", terminal(part))
        }
    });
    parts.collect()
}

const ZERO_WIDTH_SPACE: char = '\u{200B}';

/// Marks that reorder or hide what stands beside them: bidirectional embeddings, overrides and isolates, and the rest of
/// Unicode's invisible format characters that a name could be forged with.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// C0, DEL and C1 (`char::is_control`) and the two Unicode line ends, as a space.
fn blank_control(c: char) -> char {
    if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
        ' '
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commands_of_a_sentence_stay_code_and_unpaired_or_hostile_backquotes_are_text() {
        for (sentence, page) in [
            ("`a_b --c *` measures_it", "`a_b --c *` measures\\_it"),
            ("a ` alone", "a \\` alone"),
            ("`a|b` in a table", "\\`a\\|b\\` in a table"),
            ("`` <b>", "\\`\\` &lt;b&gt;"),
            ("`<b>` <b>", "`<b>` &lt;b&gt;"),
        ] {
            assert_eq!(markdown_sentence(sentence), page);
        }
    }

    #[test]
    fn rule_18_nothing_remote_moves_the_cursor_or_reorders_the_line() {
        assert_eq!(
            terminal("a\x1b[31mred\x1b]8;;http://x\x07\u{9b}1m"),
            "a [31mred ]8;;http://x  1m"
        );
        assert_eq!(
            terminal("user\u{202E}gpj.exe\u{2066}\u{200F}"),
            "usergpj.exe"
        );
        assert_eq!(terminal("two\r\nlines\u{2028}three"), "two  lines three");
    }

    /// Whether GitHub's runner would obey a line: `::` at its start after spaces, or `##[` anywhere.
    fn is_command(line: &str) -> bool {
        line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")
    }

    #[test]
    fn rule_18_no_line_is_a_command_of_a_ci_system() {
        for command in [
            "::error::gone",
            "  ::set-output name=a::b",
            "##[command]x",
            "before ##[add-mask]x",
            "x ###[group]",
            "##vso[task.setvariable]x",
            "\u{200B}::warning::x",
            ":\u{202E}:error::x",
            "#\u{200B}#[error]x",
        ] {
            let line = terminal(command);
            assert!(!is_command(&line), "{line:?}");
            assert!(
                is_command(command) || command.contains(['\u{200B}', '\u{202E}']),
                "{command:?} is a fair test"
            );
        }
        assert_eq!(terminal("2001:db8::1"), "2001:db8::1");
        assert_eq!(terminal("std::fmt, a:: b #1"), "std::fmt, a:: b #1");
    }

    #[test]
    fn rule_19_markdown_shows_the_text_itself() {
        assert_eq!(
            markdown("a|b`c`\n<img src=x>"),
            "a\\|b\\`c\\` &lt;img src=x&gt;"
        );
        assert_eq!(
            markdown("![x](http://y) ****1234"),
            "\\!\\[x\\](http://y) \\*\\*\\*\\*1234"
        );
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

        #[test]
        fn rule_18_no_wrapping_makes_a_command(text in "([:# \\[a-z\\]]|::|##\\[|\u{202E}|\u{200B}|\t){0,24}") {
            let shown = terminal(&text);
            // Wherever a line breaks: before any character that follows a space.
            let breaks = shown.char_indices().filter(|(at, _)| *at == 0 || shown[..*at].ends_with(char::is_whitespace));
            for (at, _) in breaks {
                prop_assert!(!is_command(&shown[at..]), "{shown:?} from {at}");
            }
        }

        #[test]
        fn rule_18_json_says_the_same_and_commands_nothing(
            text in prop_oneof![any::<String>(), "[#\\[\"\\\\a\u{7f}-\u{9f}\u{202e}\u{2028}]{0,12}"]
        ) {
            let written = json(&serde_json::to_string(&text).expect("a string has a JSON form"));
            prop_assert!(!is_command(&written) && !written.contains(char::is_control), "{written:?}");
            prop_assert_eq!(serde_json::from_str::<String>(&written).expect("still JSON"), text);
        }

        #[test]
        fn no_string_is_more_than_text_in_xml_or_a_label(text in any::<String>()) {
            let inside = xml(&text);
            let allowed = |c: char| matches!(c, '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
            prop_assert!(inside.chars().all(allowed), "{inside:?}");
            let value = label(&text);
            let unescaped = value.replace("\\\\", "").replace("\\\"", "");
            prop_assert!(!unescaped.contains(['"', '\\', '\n']), "{value:?}");
        }
    }
}
