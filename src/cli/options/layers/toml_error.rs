//! What is wrong in a TOML file, with its line and column.

use sts_model::{is_slip_of, nearest};

/// The parser's first error, in one line.
pub(crate) fn first_error(text: &str, error: &toml::de::Error) -> String {
    located(
        text,
        error.span().map_or(0, |span| span.start),
        error.message(),
    )
}

/// `message` about what stands at that byte of `text`.
pub(crate) fn located(text: &str, at: usize, message: &str) -> String {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    // A list of many fields would bury the rest of the line; the one that was probably meant stays. Values are few.
    let (about, known) = message
        .split_once(", expected one of")
        .unwrap_or((message, ""));
    let is_value = about.contains("unknown variant");
    let hint = match meant(about, known) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None if !known.is_empty() && (is_value || known.split(',').count() <= MOST_LISTED) => {
            format!("; allowed: {}", known.trim().replace('`', ""))
        }
        None => String::new(),
    };
    format!("line {line} column {column}: {about}{hint}")
}

/// The longest list of names that is worth printing.
const MOST_LISTED: usize = 16;

/// The field that an unknown one was probably typed for.
fn meant<'a>(about: &str, known: &'a str) -> Option<&'a str> {
    let given = about.split('`').nth(1)?;
    let fields = known.split('`').skip(1).step_by(2);
    nearest(given, fields).filter(|field| is_slip_of(given, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> String {
        let error = toml::from_str::<toml::Table>(text).expect_err(text);
        first_error(text, &error)
    }

    #[test]
    fn the_first_error_is_named_with_its_place() {
        let told = first("vantage = \"x\"\nseed = = 3\n");
        assert!(told.starts_with("line 2 column 8: "), "{told}");
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        assert_eq!(
            located("é = 1\nü = x", 12, "wrong"),
            "line 2 column 5: wrong"
        );
        assert_eq!(
            located("a", 99, "unknown field `x`, expected one of `y`, `z`"),
            "line 1 column 2: unknown field `x`; allowed: y, z"
        );
        let many = vec!["`field`"; 17].join(", ");
        assert_eq!(
            located(
                "a",
                0,
                &format!("unknown field `x`, expected one of {many}")
            ),
            "line 1 column 1: unknown field `x`"
        );
        assert_eq!(
            located(
                "a",
                0,
                "unknown variant `x`, expected one of `stall`, `reset`"
            ),
            "line 1 column 1: unknown variant `x`; allowed: stall, reset"
        );
        assert_eq!(
            located(
                "a",
                0,
                "unknown field `endpoint`, expected one of `twin`, `endpoints`"
            ),
            "line 1 column 1: unknown field `endpoint`; did you mean `endpoints`?"
        );
    }
}
