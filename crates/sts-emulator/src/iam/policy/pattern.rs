//! The wildcards of policies, `*` for any run of characters and `?` for any one, and their variables.

use crate::iam::policy::context::Context;

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Any run of characters.
    Run,
    /// Any one character.
    One,
    /// This character.
    Is(char),
}

/// A text of a policy whose variables have been replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

impl Pattern {
    /// `text` with its policy variables, such as `${aws:username}`, replaced by what `context` has of them, or by their default
    /// behind a comma. One that has neither stays, and so matches nothing. `${*}`, `${?}` and `${$}` are these characters
    /// themselves (IAM user guide, "Policy variables").
    pub(super) fn with_variables(text: &str, context: &Context) -> Self {
        let mut pieces = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, variable)) = rest.split_once("${") {
            pieces.extend(before.chars().map(Piece::of));
            let Some((name, after)) = variable.split_once('}') else {
                pieces.extend("${".chars().map(Piece::Is));
                rest = variable;
                continue;
            };
            let value = value(name, context);
            let value = value.unwrap_or_else(|| format!("${{{name}}}"));
            pieces.extend(value.chars().map(Piece::Is));
            rest = after;
        }
        pieces.extend(rest.chars().map(Piece::of));
        Self(pieces)
    }

    /// `text` as it stands, without variables.
    pub(super) fn plain(text: &str) -> Self {
        Self(text.chars().map(Piece::of).collect())
    }

    /// The text, in which nothing is a wildcard.
    pub(super) fn text(&self) -> String {
        let letters = self.0.iter().map(|piece| match piece {
            Piece::Run => '*',
            Piece::One => '?',
            Piece::Is(letter) => *letter,
        });
        letters.collect()
    }

    /// Whether `text` matches the whole of the pattern.
    pub(super) fn matches(&self, text: &str) -> bool {
        matches(&self.0, text)
    }

    /// Whether each of the six parts of an ARN matches on its own: a star in one does not reach into the next.
    pub(super) fn matches_arn(&self, arn: &str) -> bool {
        let wanted: Vec<_> = self.0.splitn(6, |piece| *piece == Piece::Is(':')).collect();
        let found: Vec<_> = arn.splitn(6, ':').collect();
        let mut parts = wanted.iter().zip(&found);
        wanted.len() == found.len() && parts.all(|(wanted, found)| matches(wanted, found))
    }
}

impl Piece {
    fn of(letter: char) -> Self {
        match letter {
            '*' => Self::Run,
            '?' => Self::One,
            letter => Self::Is(letter),
        }
    }
}

/// What stands for a variable: `aws:username`, or `aws:PrincipalTag/team, 'everybody'` with its default.
fn value(variable: &str, context: &Context) -> Option<String> {
    if matches!(variable, "*" | "?" | "$") {
        return Some(variable.to_owned());
    }
    let (name, default) = match variable.split_once(',') {
        Some((name, default)) => (name.trim(), Some(default.trim())),
        None => (variable, None),
    };
    if let [value] = context.values(name) {
        return Some(value.clone());
    }
    let default = default?.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(default.to_owned())
}

/// Time is linear in the product of the lengths at worst.
fn matches(pattern: &[Piece], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last star stands, and how far the text had been matched when it began to match nothing.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Piece::Run) => {
                star = Some((p, t));
                p += 1;
            }
            Some(piece) if matches!(piece, Piece::One) || *piece == Piece::Is(text[t]) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                t = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|piece| *piece == Piece::Run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match_as_in_policies() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("sts:*", "sts:AssumeRole", true),
            ("sts:Get*Info", "sts:GetAccessKeyInfo", true),
            ("sts:Get*Info", "sts:GetAccessKeyInfos", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "abxb", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(
                Pattern::plain(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_hostile_pattern_ends_in_time() {
        assert!(!Pattern::plain(&"*a".repeat(500)).matches(&"b".repeat(2_000)));
    }

    #[test]
    fn variables_stand_for_what_the_request_has_or_for_their_default() {
        let mut context = Context::default();
        context.set("aws:username", "al*ce");
        context.set_all("aws:TagKeys", ["a".to_owned(), "b".to_owned()]);
        for (text, value, expected) in [
            ("user/${aws:username}", "user/al*ce", true),
            // What a request has is no wildcard.
            ("user/${aws:username}", "user/alice", false),
            ("${AWS:UserName}-?", "al*ce-1", true),
            ("${aws:PrincipalTag/team, 'all'}/*", "all/x", true),
            ("${aws:username, 'all'}", "al*ce", true),
            ("${aws:PrincipalTag/team,all}", "all", false),
            ("${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}", true),
            ("${aws:TagKeys}", "a", false),
            ("a${*}c", "a*c", true),
            ("a${*}c", "abc", false),
            ("a${?}", "ab", false),
            ("${$}{x}", "${x}", true),
            ("${open", "${open", true),
        ] {
            let pattern = Pattern::with_variables(text, &context);
            assert_eq!(pattern.matches(value), expected, "{text} {value}");
        }
        let pattern = Pattern::with_variables("*${*}?", &context);
        assert_eq!(pattern.text(), "**?");
    }
}
