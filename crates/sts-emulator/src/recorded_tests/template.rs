//! Short notations of the recorded data: repetitions in what is sent, and names for what differs from call to call.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::clock;

/// `text` with each repetition, such as `{3×ab}`, written out: `ababab`.
pub(super) fn written_out(text: &str) -> String {
    let (mut written, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('{') {
        written.push_str(before);
        let repetition = after.split_once('}').and_then(|(inside, after)| {
            let (count, what) = inside.split_once('×')?;
            Some((count.parse::<usize>().ok()?, what, after))
        });
        if let Some((count, what, after)) = repetition {
            written.push_str(&what.repeat(count));
            rest = after;
        } else {
            written.push('{');
            rest = after;
        }
    }
    written.push_str(rest);
    written
}

/// The names in braces in `template`.
pub(super) fn names(template: &str) -> Vec<&str> {
    let mut parts = template.split('{');
    parts.next();
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// Whether `text` is `template`, with what is `known` in the place of its names. A name that is not known stands for
/// a value of its own kind, which is added.
pub(super) fn matches(template: &str, text: &str, known: &mut BTreeMap<String, String>) -> bool {
    let mut parts = template.split('{');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    for part in parts {
        let (name, literal) = part.split_once('}').expect("a brace is closed");
        if let Some(value) = known.get(name) {
            let Some(after) = rest
                .strip_prefix(value.as_str())
                .and_then(|after| after.strip_prefix(literal))
            else {
                return false;
            };
            rest = after;
            continue;
        }
        let end = if literal.is_empty() {
            Some(rest.len())
        } else {
            rest.find(literal)
        };
        let Some((value, after)) = end.and_then(|end| rest.split_at_checked(end)) else {
            return false;
        };
        if !is_a(name, value) {
            return false;
        }
        known.insert(name.to_owned(), value.to_owned());
        rest = after.strip_prefix(literal).unwrap_or_default();
    }
    rest.is_empty()
}

/// Whether `value` has the form of what `kind` names.
fn is_a(kind: &str, value: &str) -> bool {
    let id = |prefix: &str, length: usize| {
        value.len() == length
            && value.starts_with(prefix)
            && value
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    match kind {
        "request-id" => {
            let groups: Vec<usize> = value.split('-').map(str::len).collect();
            groups == [8, 4, 4, 4, 12]
                && value.bytes().all(|byte| {
                    byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
                })
        }
        "extended-request-id" => !value.is_empty() && STANDARD.decode(value).is_ok(),
        "front-end-request-id" => {
            (1..=16).contains(&value.len())
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
        }
        "access-key-id" => id("ASIA", 20),
        "secret-access-key" => value.len() == 40 && STANDARD.decode(value).is_ok(),
        "session-token" => value.len() >= 100 && STANDARD.decode(value).is_ok(),
        "role-id" => id("AROA", 21),
        "user-id" => id("AIDA", 21),
        "time" => clock::read_extended(value).is_some(),
        _ => false,
    }
}

#[test]
fn repetitions_are_written_out_and_other_braces_are_kept() {
    for (short, long) in [
        ("a{3×xy}b{2×é}", "axyxyxybéé"),
        (r#"{"a": {"b": 1}}"#, r#"{"a": {"b": 1}}"#),
        ("{0×x}{x×1}{", "{x×1}{"),
    ] {
        assert_eq!(written_out(short), long);
    }
}

#[test]
fn a_template_matches_what_it_knows_and_values_of_the_right_kind() {
    let template = "<Id>{role-id}:{session}</Id>\n";
    let known = || BTreeMap::from([("session".to_owned(), "mine".to_owned())]);
    let is = |text: &str| matches(template, text, &mut known());
    assert!(is("<Id>AROA23456789012345678:mine</Id>\n"));
    for wrong in [
        "<Id>AROA23456789012345678:thine</Id>\n",
        "<Id>AIDA23456789012345678:mine</Id>\n",
        "<Id>AROA2345678901234567:mine</Id>\n",
        "<Id>AROA23456789012345678:mine</Id>",
        "<Id>AROA23456789012345678:mine</Id>\n\n",
        " <Id>AROA23456789012345678:mine</Id>\n",
        "",
    ] {
        assert!(!is(wrong), "{wrong:?}");
    }
    let mut seen = BTreeMap::new();
    let twice = "{front-end-request-id}={front-end-request-id}";
    assert!(matches(twice, "A1=A1", &mut seen), "{seen:?}");
    assert!(!matches(twice, "A2=A2", &mut seen), "it was another before");
}
