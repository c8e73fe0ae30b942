//! What AWS answered against what the emulator answers.

use std::collections::{BTreeMap, BTreeSet};

use hyper::header::HeaderName;
use serde::Deserialize;

use super::case::{AnswerSpec, Recorded, data, read};
use super::template::{matches, names, written_out};
use crate::clock;
use crate::emulator::tests::Received;

/// The forms that answers have, by name.
pub(super) struct Forms(BTreeMap<String, Form>);

/// What all answers of one form have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    body: String,
    headers: BTreeMap<String, String>,
}

impl Forms {
    /// `forms.toml`.
    pub(super) fn read() -> Self {
        Self(read(&data("forms.toml")))
    }

    /// Panics when the form of the case called `name` has no place for something that was recorded, or does not exist.
    pub(super) fn check(&self, answer: &AnswerSpec, name: &str) {
        if answer.form == "members" {
            let names: Vec<&String> = answer.values.keys().collect();
            assert_eq!(names, ["members"], "{name}");
            return;
        }
        let form = self.form(answer);
        let text: Vec<&str> = form
            .headers
            .values()
            .chain([&form.body])
            .map(String::as_str)
            .collect();
        let places: BTreeSet<&str> = text.iter().flat_map(|text| names(text)).collect();
        for (value, recorded) in &answer.values {
            let place = match recorded {
                Recorded::Seconds(_) => "time",
                _ => value.as_str(),
            };
            assert!(places.contains(place), "{name}: {value} is never compared");
        }
    }

    fn form(&self, answer: &AnswerSpec) -> &Form {
        let form = self.0.get(&answer.form);
        form.unwrap_or_else(|| panic!("forms.toml has no {:?}", answer.form))
    }

    /// In what `received` is not the recorded `answer`: one clause each, nothing when it is.
    pub(super) fn differences(&self, answer: &AnswerSpec, received: &Received) -> Vec<String> {
        let status = received.status.as_u16();
        if status != answer.status {
            let code = leaf(&received.body, "Code").unwrap_or_default();
            return vec![format!("status {status} {code}").trim_end().to_owned()];
        }
        if let Some(Recorded::Members(members)) = answer.values.get("members") {
            return member_differences(members, received);
        }
        let form = self.form(answer);
        let mut known = known(answer);
        let mut found = header_differences(&form.headers, received, &mut known);
        let message = leaf(&received.body, "Message").unwrap_or_default();
        if !was_recorded(answer, message) {
            found.push(format!("message {:?}", shortened(message)));
            return found;
        }
        known.insert("message".to_owned(), message.to_owned());
        if !matches(&form.body, &received.body, &mut known) {
            found.push(format!("body {:?}", shortened(&received.body)));
        } else if let Some(wrong) = duration_difference(answer, received, &known) {
            found.push(wrong);
        }
        found
    }
}

/// What was recorded as always the same.
fn known(answer: &AnswerSpec) -> BTreeMap<String, String> {
    let text = |(name, recorded): (&String, &Recorded)| match recorded {
        Recorded::Text(text) => Some((name.clone(), written_out(text))),
        _ => None,
    };
    answer.values.iter().filter_map(text).collect()
}

/// Whether `message` is the recorded one, or one of those.
fn was_recorded(answer: &AnswerSpec, message: &str) -> bool {
    match answer.values.get("message") {
        None => true,
        Some(Recorded::Text(text)) => written_out(text) == message,
        Some(Recorded::Either(texts)) => texts.iter().any(|text| written_out(text) == message),
        Some(Recorded::Seconds(_) | Recorded::Members(_)) => false,
    }
}

/// Headers that are missing, too many or others, but for those that no client's behaviour depends on.
fn header_differences(
    recorded: &BTreeMap<String, String>,
    received: &Received,
    known: &mut BTreeMap<String, String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, template) in recorded {
        let values: Vec<&str> = received
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().expect("ASCII"))
            .collect();
        match values[..] {
            [] => found.push(format!("no {name}")),
            [value] if matches(template, value, known) => {}
            [..] => found.push(format!("{name} {:?}", values.join(", "))),
        }
    }
    let others: BTreeSet<&str> = received.headers.keys().map(HeaderName::as_str).collect();
    let uncounted = |name: &&str| !recorded.contains_key(*name) && !UNCOUNTED.contains(name);
    found.extend(
        others
            .into_iter()
            .filter(uncounted)
            .map(|name| format!("{name} is sent")),
    );
    found
}

/// Whether the answer's time is not where it was recorded to be, seen from the answer's date.
fn duration_difference(
    answer: &AnswerSpec,
    received: &Received,
    known: &BTreeMap<String, String>,
) -> Option<String> {
    let Some(Recorded::Seconds(seconds)) = answer.values.get("duration") else {
        return None;
    };
    let date = clock::read_http(received.header("date")).expect("a date");
    let time = clock::read_extended(known.get("time")?).expect("a time");
    let found = (time - date).whole_seconds();
    // A second may begin between the two.
    let right = found == *seconds || found == seconds - 1;
    (!right).then(|| format!("{found} s after its date"))
}

/// In what the members of a result are not the recorded ones.
fn member_differences(members: &BTreeMap<String, String>, received: &Received) -> Vec<String> {
    let mut found = Vec::new();
    let leaves = leaves(&received.body);
    for (name, template) in members {
        match leaves.get(name.as_str()) {
            None => found.push(format!("no {name}")),
            Some(value) if matches(template, value, &mut BTreeMap::new()) => {}
            Some(value) => found.push(format!("{name} {:?}", shortened(value))),
        }
    }
    let more = leaves
        .keys()
        .filter(|name| **name != "RequestId" && !members.contains_key(**name));
    found.extend(more.map(|name| format!("{name} is sent")));
    found
}

/// The elements of `body` that hold text, by name.
fn leaves(body: &str) -> BTreeMap<&str, &str> {
    let after_bracket = body.split('<').skip(1);
    after_bracket
        .filter(|part| !part.starts_with('/'))
        .filter_map(|part| part.split_once('>'))
        .filter(|(name, _)| !name.contains([' ', '/']))
        .filter(|(name, text)| {
            !text.trim().is_empty() || body.contains(&format!("<{name}></{name}>"))
        })
        .collect()
}

/// The text of the first element called `name`.
fn leaf<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = body.split_once(&format!("<{name}>"))?;
    Some(after.split_once(&format!("</{name}>"))?.0)
}

/// The beginning and the end of a long text.
fn shortened(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    match letters.len() {
        0..=80 => text.to_owned(),
        length => {
            let part = |letters: &[char]| letters.iter().collect::<String>();
            format!("{}…{}", part(&letters[..30]), part(&letters[length - 50..]))
        }
    }
}

/// The framing, and what the recorders did not compare.
const UNCOUNTED: [&str; 5] = [
    "connection",
    "content-length",
    "date",
    "server",
    "transfer-encoding",
];
