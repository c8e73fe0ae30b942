//! What keys and values of tags are made of (service model, `tagKeyType` and `tagValueType`; IAM has the same).

use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

/// The characters, as the model has them.
pub(crate) const TAG_CHARACTERS: &str = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]";

/// Whether a tag's key or value can have that text.
pub(crate) fn is_tag_text(text: &str) -> bool {
    text.chars().all(|letter| {
        let ranges = ALLOWED.ranges();
        let at = ranges.partition_point(|range| range.end() < letter);
        ranges.get(at).is_some_and(|range| range.start() <= letter)
    })
}

/// Whether a key or value begins with what is kept for AWS itself (IAM user guide, "Rules for tagging in IAM and AWS STS": no key or
/// value can).
pub(crate) fn is_reserved(text: &str) -> bool {
    let prefix = text.as_bytes().get(..4);
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"aws:"))
}

static ALLOWED: LazyLock<ClassUnicode> = LazyLock::new(|| {
    let parsed = regex_syntax::parse(TAG_CHARACTERS).expect("the model's pattern");
    match parsed.into_kind() {
        HirKind::Class(Class::Unicode(class)) => class,
        other => unreachable!("the pattern is a class and not {other:?}"),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_separators_and_numbers_are_taken_and_marks_symbols_and_controls_are_not() {
        for text in [
            "",
            "cost center",
            "a_.:/=+-@",
            "Straße",
            "数",
            "Ⅷ½٣",
            "\u{2003}\u{2028}",
        ] {
            assert!(is_tag_text(text), "{text}");
        }
        for text in [
            "Ⓐ", "x\u{93E}", "e\u{301}", "🄰", "a\tb", "\u{85}", "a*", "#", "\u{200B}",
        ] {
            assert!(!is_tag_text(text), "{}", text.escape_unicode());
        }
    }
}
