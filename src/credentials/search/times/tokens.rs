//! A text as the words, numbers and signs that stand in it.

/// Runs of letters and of digits, and everything else character by character.
pub(super) struct Tokens(pub(super) Vec<String>);

impl Tokens {
    pub(super) fn of(text: &str) -> Self {
        let mut tokens = Vec::new();
        let mut rest = text.chars().filter(|c| *c != '\0').peekable();
        while let Some(first) = rest.next() {
            if !first.is_alphabetic() && !first.is_ascii_digit() {
                let shown = if first.is_whitespace() { ' ' } else { first };
                tokens.push(shown.to_string());
                continue;
            }
            let mut token = String::from(first);
            let (mut of_letters, mut dotted, mut has_letters) =
                (first.is_alphabetic(), false, false);
            while let Some(&next) = rest.peek() {
                has_letters |= of_letters;
                let after_dot = dotted && token.ends_with('.');
                let continues = if of_letters {
                    next.is_alphabetic() || next == '.' || (next.is_ascii_digit() && after_dot)
                } else {
                    let comma = next == ',' && !dotted && token.len() >= 2;
                    next.is_ascii_digit()
                        || next == '.'
                        || comma
                        || (next.is_alphabetic() && after_dot)
                };
                if !continues {
                    break;
                }
                dotted |= matches!(next, '.' | ',');
                if after_dot && next != '.' {
                    of_letters = next.is_alphabetic();
                }
                token.push(next);
                rest.next();
            }
            let apart =
                has_letters || token.matches('.').count() > 1 || token.ends_with(['.', ',']);
            if dotted && apart {
                tokens.extend(split_at_points(&token));
            } else {
                tokens.push(token.replace(',', "."));
            }
        }
        Self(tokens)
    }

    pub(super) fn at(&self, at: usize) -> Option<&str> {
        self.0.get(at).map(String::as_str)
    }
}

fn split_at_points(token: &str) -> impl Iterator<Item = String> + '_ {
    token
        .split_inclusive(['.', ','])
        .flat_map(|part| match part.strip_suffix(['.', ',']) {
            Some(word) => [word, &part[word.len()..]],
            None => [part, ""],
        })
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
}
