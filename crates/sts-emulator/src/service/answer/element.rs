//! One field of an answer: a name with a text, a number, a time or more fields. How it is written is the writers' matter.

use std::borrow::Cow;

use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::clock;

/// A field of an answer. Names and types are those of the service model; the order of fields is that of the XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    pub(super) name: Cow<'static, str>,
    pub(super) content: Content,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Text(String),
    Integer(usize),
    /// Whole seconds.
    Time(OffsetDateTime),
    Elements(Vec<Element>),
    /// Is there in JSON only, as `null`.
    Absent,
    /// Is in no answer.
    Note(Map<String, Value>),
}

/// A part of an audit record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    Request,
    Response,
    More,
}

impl Element {
    /// A text.
    pub(crate) fn text(name: &'static str, text: &str) -> Self {
        Self::new(name, Content::Text(text.to_owned()))
    }

    /// A number.
    pub(crate) fn integer(name: &'static str, number: usize) -> Self {
        Self::new(name, Content::Integer(number))
    }

    /// A time, of which seconds are shown.
    pub(crate) fn time(name: &'static str, time: OffsetDateTime) -> Self {
        Self::new(name, Content::Time(time))
    }

    /// A structure of others.
    pub(crate) fn group(name: impl Into<Cow<'static, str>>, elements: Vec<Element>) -> Self {
        Self::new(name, Content::Elements(elements))
    }

    /// A member that the answer lacks.
    pub(super) fn absent(name: &'static str) -> Self {
        Self::new(name, Content::Absent)
    }

    /// What the audit record shows in `part` and the answer does not.
    pub(crate) fn note(part: Noted, note: Map<String, Value>) -> Self {
        Self::new(part.name(), Content::Note(note))
    }

    /// Whether it is in answers.
    pub(super) fn is_answered(&self) -> bool {
        !matches!(self.content, Content::Note(_))
    }

    fn new(name: impl Into<Cow<'static, str>>, content: Content) -> Self {
        Self {
            name: name.into(),
            content,
        }
    }
}

impl Noted {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "requestParameters",
            Self::Response => "responseElements",
            Self::More => "additionalEventData",
        }
    }
}

/// What operations have noted among `elements` for `part` of the audit record.
pub(crate) fn notes(elements: &[Element], part: Noted) -> Map<String, Value> {
    let of_part = elements.iter().filter(|it| it.name == part.name());
    let notes = of_part.filter_map(|element| match &element.content {
        Content::Note(note) => Some(note.clone()),
        _ => None,
    });
    notes.flatten().collect()
}

/// `elements` as the fields of an audit record: names with a small first letter, numbers where the model has numbers.
pub(crate) fn json_fields(elements: &[Element]) -> Map<String, Value> {
    let field = |element: &Element| {
        let value = match &element.content {
            Content::Elements(elements) => Value::Object(json_fields(elements)),
            Content::Integer(number) => Value::from(*number),
            Content::Time(time) => Value::String(clock::extended(*time)),
            Content::Text(text) => Value::String(text.clone()),
            Content::Absent | Content::Note(_) => Value::Null,
        };
        (lower_camel(&element.name), value)
    };
    let answered = elements.iter().filter(|element| element.is_answered());
    answered.map(field).collect()
}

/// `RoleArn` is `roleArn` in records, and `SAMLAssertion` is `sAMLAssertion`.
pub(crate) fn lower_camel(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}
