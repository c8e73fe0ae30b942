//! Reading a gate's text from left to right, with the column for whatever does not fit.

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// In characters, from 1; one behind the last where something is missing at the end.
    pub(crate) column: usize,
    /// A fragment of a sentence.
    pub(crate) message: String,
}

impl Mistake {
    pub(crate) fn at(column: usize, message: String) -> Self {
        Self { column, message }
    }
}

/// A place in the text. What is asked for is looked for behind any spaces.
pub(crate) struct Cursor<'a> {
    rest: &'a str,
    column: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            column: 1,
        }
    }

    /// The column of the next character that is no space.
    pub(crate) fn column(&mut self) -> usize {
        self.take_while(char::is_whitespace);
        self.column
    }

    pub(crate) fn is_at_end(&mut self) -> bool {
        self.column();
        self.rest.is_empty()
    }

    pub(crate) fn is_at_number(&mut self) -> bool {
        self.column();
        self.rest
            .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))
    }

    /// Steps over `wanted`, if it comes next.
    pub(crate) fn take(&mut self, wanted: char) -> bool {
        self.column();
        let found = self.rest.starts_with(wanted);
        if found {
            self.advance(wanted.len_utf8());
        }
        found
    }

    /// Letters, digits and what names and units hold; may be empty.
    pub(crate) fn word(&mut self) -> String {
        self.column();
        if self.take('%') {
            return "%".to_owned();
        }
        self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
            .to_owned()
    }

    /// A name or a glob; may be empty.
    pub(crate) fn name(&mut self) -> String {
        self.column();
        self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*'))
            .to_owned()
    }

    /// Signs of comparison; may be empty.
    pub(crate) fn signs(&mut self) -> String {
        self.column();
        self.take_while(|c| matches!(c, '<' | '>' | '=' | '!' | '≤' | '≥'))
            .to_owned()
    }

    /// A decimal number at or above 0.
    pub(crate) fn number(&mut self) -> Result<f64, Mistake> {
        let column = self.column();
        if self.rest.starts_with(['-', '+']) {
            return Err(Mistake::at(
                column,
                "numbers have no sign; a limit or factor has to be above 0".to_owned(),
            ));
        }
        let digits = self.take_while(|c| c.is_ascii_digit() || c == '.');
        if let (false, Some(after)) = (digits.is_empty(), self.rest.strip_prefix(','))
            && after.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(Mistake::at(
                self.column,
                "decimals follow a point, not a comma".to_owned(),
            ));
        }
        if digits.is_empty() {
            return Err(self.expected("a number"));
        }
        // A sensible number has no more digits, and a number with so few is finite.
        let number = digits.parse().ok().filter(|_| digits.len() <= MAX_DIGITS);
        number.ok_or_else(|| {
            Mistake::at(
                column,
                format!("{} is no number; write it as 0.8 or 500", quoted(digits)),
            )
        })
    }

    /// That something else should stand here.
    pub(crate) fn expected(&mut self, what: &str) -> Mistake {
        let column = self.column();
        self.expected_at(column, what)
    }

    /// The same of a place that has been passed.
    pub(crate) fn expected_at(&self, column: usize, what: &str) -> Mistake {
        let found = match self.rest.chars().next() {
            None => "the gate ends".to_owned(),
            Some(found) => format!("there is {found:?}"),
        };
        Mistake::at(column, format!("expected {what}, but {found}"))
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let length = self
            .rest
            .find(|c: char| !wanted(c))
            .unwrap_or(self.rest.len());
        let taken = &self.rest[..length];
        self.advance(length);
        taken
    }

    fn advance(&mut self, bytes: usize) {
        self.column += self.rest[..bytes].chars().count();
        self.rest = &self.rest[bytes..];
    }
}

/// `; did you mean …?` when one of `words` is like `word`.
pub(crate) fn did_you_mean<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    sts_model::nearest(&word.to_lowercase(), words)
        .map(|known| format!("; did you mean {known}?"))
        .unwrap_or_default()
}

/// The beginning of `text` between quotes, on one line.
pub(crate) fn quoted(text: &str) -> String {
    // Precision does not cut what Debug shows.
    let mut beginning: String = text.chars().take(MAX_SHOWN).collect();
    if beginning.len() < text.len() {
        beginning.push('…');
    }
    format!("{beginning:?}")
}

const MAX_SHOWN: usize = 80;
const MAX_DIGITS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so_and_an_ordinary_gate_is_whole() {
        let gate = "p90{connection:warm, endpoint:eu-*} < 200 ms";
        assert_eq!(quoted(gate), format!("{gate:?}"));
        let long = format!("{gate} {}", " ".repeat(MAX_SHOWN));
        assert!(quoted(&long).ends_with("…\""), "{}", quoted(&long));
        assert_eq!(
            quoted(&"é".repeat(MAX_SHOWN)),
            format!("{:?}", "é".repeat(MAX_SHOWN))
        );
    }
}
