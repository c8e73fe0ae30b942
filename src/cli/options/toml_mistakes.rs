//! Everything that is wrong in a TOML file, each mistake with its line and column, so that one reading mends them all.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What keeps `text` from being a `T`, from the top of the file. A text that is no TOML has only the one `error`.
pub(crate) fn complaints<T: DeserializeOwned>(text: &str, error: &toml::de::Error) -> Vec<String> {
    let whole = || {
        vec![complaint(
            text,
            error.span().map_or(0, |span| span.start),
            error.message(),
        )]
    };
    let Ok(table) = DeTable::parse(text) else {
        return whole();
    };
    let mut found = Vec::new();
    for (key, value) in table.get_ref() {
        let wrap =
            |value: toml::Value| toml::Table::from_iter([(key.get_ref().to_string(), value)]);
        let judge = |value| {
            T::deserialize(wrap(value))
                .err()
                .map(|error| error.message().to_owned())
        };
        found.extend(judged(key.span().start, value, &judge));
    }
    if found.is_empty() {
        whole()
    } else {
        worded(text, found)
    }
}

/// The same for mistakes that were found in the value: each has the way to it from the top, keys and numbers of entries, and
/// what is wrong. What the file does not speak of has no place in it.
pub(crate) fn located(
    text: &str,
    mistakes: impl IntoIterator<Item = (Vec<String>, String)>,
) -> Vec<String> {
    let table = DeTable::parse(text).ok();
    let place = |way: &[String]| {
        table
            .as_ref()
            .and_then(|table| position(table.get_ref(), way))
    };
    let (mut placed, mut unplaced) = (Vec::new(), Vec::new());
    for (way, message) in mistakes {
        match place(&way) {
            Some(at) => placed.push((at, message)),
            None => unplaced.push(message),
        }
    }
    let mut all = worded(text, placed);
    all.extend(unplaced);
    all
}

/// The `T` that is left of `text` without the fields at its top that are malformed, and their names; `None` when it is no TOML.
pub(crate) fn well_formed<T: DeserializeOwned>(text: &str) -> Option<(T, Vec<String>)> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let alone = |(key, value): &(String, toml::Value)| {
        T::deserialize(toml::Table::from_iter([(key.clone(), value.clone())])).is_ok()
    };
    let (right, wrong): (Vec<_>, Vec<_>) = table.into_iter().partition(alone);
    let value = T::deserialize(toml::Table::from_iter(right)).ok()?;
    Some((value, wrong.into_iter().map(|(key, _)| key).collect()))
}

/// What `judge` has against `value`, as deep inside it as it can be told. Judged alone, a part of a table may lack its
/// siblings; that is no mistake of its own.
fn judged(
    key_at: usize,
    value: &Spanned<DeValue<'_>>,
    judge: &dyn Fn(toml::Value) -> Option<String>,
) -> Vec<(usize, String)> {
    let Some(message) = plain(value).and_then(judge) else {
        return Vec::new();
    };
    let parts: Vec<(usize, String)> = match value.get_ref() {
        DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_table()) => {
            let alone = |item: toml::Value| judge(toml::Value::Array(vec![item]));
            items
                .iter()
                .flat_map(|item| judged(item.span().start, item, &alone))
                .collect()
        }
        DeValue::Table(fields) => {
            let fields = fields.iter().flat_map(|(key, field)| {
                let alone = |field| {
                    let table = toml::Table::from_iter([(key.get_ref().to_string(), field)]);
                    judge(toml::Value::Table(table))
                        .filter(|message| !message.starts_with("missing field"))
                };
                judged(key.span().start, field, &alone)
            });
            fields.collect()
        }
        _ => Vec::new(),
    };
    if parts.is_empty() {
        let at = if message.starts_with("unknown field") {
            key_at
        } else {
            value.span().start
        };
        return vec![(at, message)];
    }
    parts
}

/// Where the end of `way` stands, or as much of it as there is.
fn position(table: &DeTable<'_>, way: &[String]) -> Option<usize> {
    let (first, rest) = way.split_first()?;
    let mut value = table.get(first.as_str())?;
    for step in rest {
        let next = match value.get_ref() {
            DeValue::Table(table) => table.get(step.as_str()),
            DeValue::Array(items) => step
                .parse()
                .ok()
                .and_then(|number: usize| items.get(number)),
            _ => None,
        };
        let Some(next) = next else { break };
        value = next;
    }
    Some(value.span().start)
}

fn plain(value: &Spanned<DeValue<'_>>) -> Option<toml::Value> {
    use serde::Deserialize as _;
    toml::Value::deserialize(toml::de::ValueDeserializer::from(value.clone())).ok()
}

/// Keys come in the order of the alphabet; a reader goes through the file from the top.
fn worded(text: &str, mut found: Vec<(usize, String)>) -> Vec<String> {
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|(at, message)| complaint(text, at, &message))
        .take(MAX_COMPLAINTS)
        .collect()
}

fn complaint(text: &str, at: usize, message: &str) -> String {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    // The list of all fields would bury the complaints that follow.
    let message = message
        .split(", expected one of")
        .next()
        .unwrap_or_default();
    format!("line {line} column {column}: {message}")
}

/// More than these nobody mends at once.
const MAX_COMPLAINTS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use sts_emulator::EmulatorConfig;

    fn wrong(text: &str) -> Vec<String> {
        let error = toml::from_str::<EmulatorConfig>(text).expect_err(text);
        complaints::<EmulatorConfig>(text, &error)
    }

    #[test]
    fn every_mistake_of_a_file_is_told_with_its_place() {
        let text = "vantage = 7\n[[users]]\nname = \"a\"\nacount = \"1\"\nactive = \"yes\"\n[[users]]\nname = 3\n\n\
                    [[faults]]\nendpoints = [\"*\"]\nfault = { kind = \"flood\" }\n[quota]\nburst = -1\n";
        let found = wrong(text);
        let starts = [
            "line 1 column 11: ",
            "line 4 column 1: ",
            "line 5 column 10: ",
            "line 7 column 8: ",
            "line 11 ",
            "line 13 ",
        ];
        assert_eq!(found.len(), starts.len(), "{found:#?}");
        for (complaint, start) in found.iter().zip(starts) {
            assert!(
                complaint.starts_with(start),
                "{complaint} is not at {start}"
            );
        }
        assert!(found[1].contains("unknown field `acount`"), "{}", found[1]);
    }

    #[test]
    fn a_text_that_is_no_toml_has_one_mistake() {
        let found = wrong("vantage = \"x\"\nseed = = 3\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("line 2 column 8: "), "{found:?}");
    }

    #[test]
    fn mistakes_of_the_value_are_found_in_the_file() {
        let text = "[[users]]\nname = \"a/b\"\n[[users]]\n\tpolicy = '{'\n[rtt_ms]\nnowhere = 1\n";
        let spec: EmulatorConfig = toml::from_str(text).expect("the form is right");
        let mistakes = spec
            .mistakes()
            .into_iter()
            .map(|mistake| (mistake.place, mistake.error.to_string()));
        let found = located(text, mistakes);
        assert!(
            found[0].starts_with("line 2 column 8: fleet user 1 name: must be 1 to 64"),
            "{found:#?}"
        );
        assert!(
            found[1].starts_with(
                "line 4 column 11: fleet user 2 policy: must be the JSON of a policy: EOF"
            ),
            "{found:#?}"
        );
        assert_eq!(
            found[2],
            "line 6 column 11: fleet rtt_ms: no selected endpoint is called \"nowhere\""
        );
        assert_eq!(found.len(), 3);
        assert_eq!(
            located(text, [(vec!["vantage".to_owned()], "left out".to_owned())]),
            ["left out"]
        );
    }

    #[test]
    fn what_is_well_formed_is_left() {
        let text = "vantage = 3\nseed = 7\n[[users]]\nname = \"a/b\"\n";
        let (spec, malformed) = well_formed::<EmulatorConfig>(text).expect("TOML");
        assert_eq!(
            (spec.seed, spec.users[0].name.as_str(), malformed),
            (7, "a/b", vec!["vantage".to_owned()])
        );
        assert!(well_formed::<EmulatorConfig>("= 3").is_none());
    }
}
