//! A line split into words as Python's `shlex.split` does, by which the AWS CLI reads the names of sections and the
//! command of a `credential_process`: quotes and backslashes as in a shell, and nothing else of a shell.

/// The words, or `None` when a quotation does not end or nothing follows a backslash.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            // Within double quotes a backslash protects only what would end them, or itself.
            (Some('"'), '\\') => match characters.next()? {
                protected @ ('"' | '\\') => word.get_or_insert_default().push(protected),
                other => word.get_or_insert_default().extend(['\\', other]),
            },
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().push(characters.next()?),
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_are_those_of_shlex() {
        for (text, words) in [
            ("profile dev", &["profile", "dev"][..]),
            ("profile \"my prod\"", &["profile", "my prod"]),
            ("a'b c'd \"\" ''", &["ab cd", "", ""]),
            (r#""a\"b\c\\" \ x"#, &[r#"a"b\c\"#, " x"]),
            (
                "x?a=1&b=2 $HOME `id` ;#c",
                &["x?a=1&b=2", "$HOME", "`id`", ";#c"],
            ),
            ("  ", &[]),
        ] {
            assert_eq!(split(text).expect("whole"), words, "{text}");
        }
        for text in ["a 'b", "\"", "a\\", "\"a\\"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
