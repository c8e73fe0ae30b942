//! JSON for a badge by shields.io's endpoint, whose schema has the version 1.

use serde::Serialize;

use crate::report::escape::terminal as clean;

use crate::report::words::simulation::NotOfAws;

use super::value::{Brief, Mood};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Badge {
    schema_version: u32,
    label: String,
    message: String,
    color: &'static str,
}

/// The message as a badge, with a line end.
pub(crate) fn badge(message: &Brief) -> String {
    let badge = Badge {
        schema_version: 1,
        label: format!("STS{}", message.not_of_aws.map_or("", NotOfAws::aside)),
        message: clean(&message.short)
            .chars()
            .take(MOST_CHARACTERS)
            .collect(),
        color: match message.mood {
            Mood::Good => "brightgreen",
            Mood::Neutral => "blue",
            Mood::Open => "yellow",
            Mood::Bad => "red",
        },
    };
    serde_json::to_string(&badge).expect("strings have a JSON form") + "\n"
}

/// A badge is as wide as its text.
const MOST_CHARACTERS: usize = 60;
