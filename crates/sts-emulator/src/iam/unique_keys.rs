//! Keys of JSON's objects that are there twice, of which readers silently keep the last.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A key that an object in `text` has twice; `None` also where `text` is no JSON.
pub(crate) fn repeated_key(text: &str) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let Keys(repeated) = Keys::deserialize(&mut reader).ok()?;
    repeated
}

/// A value of JSON of which nothing is kept but the first key that is repeated in it.
struct Keys(Option<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
        let (mut seen, mut repeated) = (BTreeSet::new(), None);
        while let Some((key, Keys(inside))) = map.next_entry::<String, Keys>()? {
            repeated = repeated.or(inside);
            if repeated.is_none() && seen.contains(&key) {
                repeated = Some(key);
            } else {
                seen.insert(key);
            }
        }
        Ok(Keys(repeated))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Keys, A::Error> {
        let mut repeated = None;
        while let Some(Keys(inside)) = list.next_element()? {
            repeated = repeated.or(inside);
        }
        Ok(Keys(repeated))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Keys, E> {
        Ok(Keys(None))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Keys, E> {
        Ok(Keys(None))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Keys, E> {
        Ok(Keys(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Keys, E> {
        Ok(Keys(None))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Keys, E> {
        Ok(Keys(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Keys, E> {
        Ok(Keys(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_that_an_object_has_twice_wherever_it_is() {
        for (text, expected) in [
            (r#"{"a": 1, "b": [true, null, 1.5, -1, "x", {}]}"#, None),
            (r#"{"a": {"b": 1}, "b": [{"a": 1}, {"a": 2}]}"#, None),
            (r#"{"a": 1, "A": 2}"#, None),
            (r#"{"a": 1, "a": 1}"#, Some("a")),
            (r#"{"a": 1, "\u0061": 1}"#, Some("a")),
            (r#"[{"x": [{"b": {"c": 1, "d": 2, "c": 3}}]}]"#, Some("c")),
            (r#"{"a": 1, "a": "#, None),
            ("1", None),
        ] {
            assert_eq!(repeated_key(text).as_deref(), expected, "{text}");
        }
    }
}
