//! Reads a configuration from TOML. An error names the field and what it takes.
//!
//! The parser knows types alone. What a field takes is found by putting a value of the right type, out of every range, where the
//! wrong one stands: the rule that this breaks is the field's.

use serde::Deserialize as _;
use serde_path_to_error::{Path, Segment};
use thiserror::Error;
use toml::{Table, Value};

use super::emulator_config::EmulatorConfig;

/// Why a text is no configuration.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct ReadError {
    /// The way from the top of the file to what cannot be read: names of fields, keys of tables, numbers of entries counted from 0.
    pub place: Vec<String>,
    /// Where it stands, if it is no value: what is wrong with TOML, an unknown field, a table that lacks one. Unit: bytes.
    pub at: Option<usize>,
    /// What is wrong, in one line.
    pub message: String,
}

impl EmulatorConfig {
    /// Reads the TOML of a configuration. Whether its values describe an emulator is for [`mistakes`](Self::mistakes).
    ///
    /// # Errors
    /// The first thing that is no TOML, no field, or of a wrong type.
    pub fn from_toml(text: &str) -> Result<Self, ReadError> {
        let parsed = toml::Deserializer::parse(text).map_err(|error| ReadError {
            place: Vec::new(),
            at: error.span().map(|span| span.start),
            message: error.message().to_owned(),
        })?;
        serde_path_to_error::deserialize(parsed).map_err(|error| {
            let place = steps(error.path());
            let span = error.inner().span();
            explained(text, place, span, error.inner().message())
        })
    }
}

/// The error with its field's name and, for a wrong value, what the field takes.
fn explained(
    text: &str,
    mut place: Vec<String>,
    span: Option<std::ops::Range<usize>>,
    message: &str,
) -> ReadError {
    let is_value = message.starts_with("invalid ") || message.starts_with("wanted ");
    let table: Option<Table> = toml::from_str(text).ok();
    if let (true, Some(table)) = (is_value, &table) {
        place = narrowed(table, place);
    }
    let last = place.last().map(|last| format!("unknown field `{last}`"));
    if last.is_some_and(|unknown| message.starts_with(&unknown)) {
        // What is wrong is the table around it.
        place.pop();
    }
    let rule = if is_value {
        taken(table.as_ref(), &place, message)
    } else {
        Rule::Of(message.to_owned())
    };
    let message = match rule {
        Rule::Whole(text) => text,
        Rule::Of(rule) if place.is_empty() => rule,
        Rule::Of(rule) => format!("fleet {}: {rule}", label(&place)),
    };
    ReadError {
        at: span.filter(|_| !is_value).map(|span| span.start),
        place,
        message,
    }
}

/// What a value breaks.
enum Rule {
    /// A sentence that has the field's name.
    Whole(String),
    /// The rule alone.
    Of(String),
}

/// What the field at `place` takes, where the parser's `message` says only which type.
fn taken(table: Option<&Table>, place: &[String], message: &str) -> Rule {
    let expected = message.rsplit_once("expected ").map_or("", |(_, it)| it);
    let (highest, rule) = match expected {
        "u8" => (Some(255.into()), "must be a whole number, 0 to 255"),
        "u16" => (Some(65_535.into()), "must be a whole number, 0 to 65535"),
        "u32" => (
            Some(4_294_967_295_i64.into()),
            "must be a whole number, 0 to 4294967295",
        ),
        "u64" => (
            Some(i64::MAX.into()),
            "must be a whole number, 0 to 18446744073709551615",
        ),
        "i64" => (Some(i64::MAX.into()), "must be a whole number"),
        "f64" => (Some(f64::INFINITY.into()), "must be a number"),
        "a boolean" => (None, "must be true or false"),
        "a string" | "path string" => (None, "must be text in quotes"),
        "a sequence" if place.len() == 1 => {
            return Rule::Of(format!("must be tables, each under [[{}]]", place[0]));
        }
        "a sequence" => (None, "must be a list in square brackets"),
        _ if message.starts_with("invalid IPv4") => {
            (None, "must be an IPv4 address such as 127.0.1.1")
        }
        _ if message.starts_with("invalid socket") => {
            (None, "must be an address and a port such as 127.0.0.1:8470")
        }
        _ => return chosen(table, place),
    };
    let out_of_range = highest.and_then(|value| broken(table?, place, value));
    out_of_range.map_or(Rule::Of(rule.to_owned()), Rule::Whole)
}

/// The rule that `value` breaks at `place`, in its own words.
fn broken(table: &Table, place: &[String], value: Value) -> Option<String> {
    let config = read(&replaced(table, place, Some(value))?).ok()?;
    let name = place.last()?;
    let its_own = |rule: &String, at: &[String]| place.starts_with(at) && rule.contains(name);
    let mut found = config.mistakes().into_iter();
    found.find_map(|mistake| {
        let rule = mistake.error.to_string();
        its_own(&rule, &mistake.place).then_some(rule)
    })
}

/// The names of which one is to be chosen at `place`, or that a table must be there.
fn chosen(table: Option<&Table>, place: &[String]) -> Rule {
    let without_name = table.and_then(|table| replaced(table, place, Some(String::new().into())));
    let error = without_name.and_then(|table| read(&table).err());
    let names = error.and_then(|(_, message)| {
        let names = message.strip_prefix("unknown variant ``, expected ")?;
        Some(format!("must be {names}"))
    });
    Rule::Of(names.unwrap_or_else(|| "must be a table".to_owned()))
}

/// `place`, and the way on from it to the value without which the error would be another. The parser says no more than which
/// table holds it where one field decides about the others.
fn narrowed(table: &Table, mut place: Vec<String>) -> Vec<String> {
    let Err((_, message)) = read(table) else {
        return place;
    };
    let is_elsewhere = |place: &[String]| {
        let without = replaced(table, place, None).map(|table| read(&table));
        without.is_some_and(|read| !matches!(read, Err((_, other)) if other == message))
    };
    'deeper: loop {
        let children: Vec<String> = match found(table, &place) {
            // `kind` decides about the others: without it, every error is another.
            Some(Value::Table(fields)) => {
                let (kind, others): (Vec<_>, Vec<_>) =
                    fields.keys().cloned().partition(|key| key == "kind");
                others.into_iter().chain(kind).collect()
            }
            Some(Value::Array(items)) => (0..items.len()).map(|at| at.to_string()).collect(),
            _ => return place,
        };
        if children.len() > MOST_CHILDREN {
            return place;
        }
        for child in children {
            place.push(child);
            if is_elsewhere(&place) {
                continue 'deeper;
            }
            place.pop();
        }
        return place;
    }
}

/// Each of them costs a reading of the whole; beyond, the table or list is named as one.
const MOST_CHILDREN: usize = 50;

/// The configuration that `table` is, or where and why it is none.
fn read(table: &Table) -> Result<EmulatorConfig, (Vec<String>, String)> {
    serde_path_to_error::deserialize(Value::Table(table.clone()))
        .map_err(|error| (steps(error.path()), error.inner().message().to_owned()))
}

/// What stands at `place`.
fn found<'a>(table: &'a Table, place: &[String]) -> Option<&'a Value> {
    let (first, rest) = place.split_first()?;
    rest.iter()
        .try_fold(table.get(first)?, |value, step| match value {
            Value::Table(table) => table.get(step),
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
}

/// `table` with `value` at `place`, or with nothing there.
fn replaced(table: &Table, place: &[String], value: Option<Value>) -> Option<Table> {
    let mut whole = Value::Table(table.clone());
    let (last, way) = place.split_last()?;
    let parent = way.iter().try_fold(&mut whole, |at, step| match at {
        Value::Table(table) => table.get_mut(step),
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })?;
    match (parent, value) {
        (Value::Table(table), Some(value)) => drop(table.insert(last.clone(), value)),
        (Value::Table(table), None) => drop(table.remove(last)?),
        (Value::Array(items), Some(value)) => *items.get_mut(last.parse::<usize>().ok()?)? = value,
        (Value::Array(items), None) => {
            let at = last.parse().ok().filter(|at| *at < items.len())?;
            drop(items.remove(at));
        }
        _ => return None,
    }
    Table::deserialize(whole).ok()
}

/// The steps of a path, as in [`ReadError::place`].
fn steps(path: &Path) -> Vec<String> {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(step).collect()
}

/// The place as a reader counts: `user 1 policy`.
fn label(place: &[String]) -> String {
    let numbered = |step: &str| step.parse::<usize>().ok().map(|at| at + 1);
    let mut words = Vec::new();
    for (at, step) in place.iter().enumerate() {
        let is_counted = place
            .get(at + 1)
            .is_some_and(|next| numbered(next).is_some());
        let singular = step.strip_suffix('s').filter(|_| is_counted && at == 0);
        let number = numbered(step)
            .filter(|_| at > 0)
            .map(|number| number.to_string());
        words.push(number.unwrap_or_else(|| singular.unwrap_or(step).to_owned()));
    }
    words.join(" ")
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
