//! The series of a run's file, parsed independently and in parallel: they make up nearly all of a large file.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::parallel::Workers;
use crate::record::Series;
use crate::results::model::limits::MAX_TARGETS;

use super::wrong_field::wrong_field;

/// For a field of text that stays in memory meanwhile.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Cow<'static, [Series]>, D::Error> {
    let texts = deserializer.deserialize_seq(Texts)?;
    let series = Workers::available().map(&texts, |text| {
        serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text.get()))
    });
    let numbered = series.into_iter().zip(0..);
    let understood = numbered.map(|(one, number)| {
        one.map_err(|error| {
            D::Error::custom(format_args!("number {number}: {}", wrong_field(&error)))
        })
    });
    understood.collect::<Result<_, _>>().map(Cow::Owned)
}

/// The elements as they stand there, and no more of them than a run has.
struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MAX_TARGETS} series")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            if texts.len() == MAX_TARGETS {
                return Err(A::Error::invalid_length(MAX_TARGETS + 1, &self));
            }
            texts.push(text);
        }
        Ok(texts)
    }
}
