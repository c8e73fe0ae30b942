//! A message for a Slack webhook: blocks of mrkdwn within Slack's limits, and the same as plain text for notifications.

use serde_json::json;

use crate::report::escape::{at_most, json as harmless, terminal as clean};

use super::value::{Brief, Mood};

/// The message as the body of a call to a webhook, with a line end.
pub(crate) fn slack(message: &Brief) -> String {
    let not_of_aws = message.not_of_aws.map(|it| format!("{}: ", it.capitals()));
    let not_of_aws = not_of_aws.unwrap_or_default();
    let icon = match message.mood {
        Mood::Good => "✅",
        Mood::Neutral => "ℹ️",
        Mood::Open => "⚠️",
        Mood::Bad => "❌",
    };
    let headline = without_icon(&message.headline);
    let header = at_most(
        MOST_OF_A_HEADER,
        &format!("{icon} {not_of_aws}{}", clean(headline)),
    );
    let mut text = String::new();
    let mut left_out = 0;
    for line in &message.lines {
        let line = format!("• {}\n", at_most(MOST_OF_A_LINE, &escaped(line)));
        if text.len() + line.len() <= ROOM {
            text.push_str(&line);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        text.push_str(&format!("… {left_out} more\n"));
    }
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": header, "emoji": true },
    })];
    if !text.is_empty() {
        blocks.push(json!({
            "type": "section",
            "text": { "type": "mrkdwn", "text": text.trim_end() },
        }));
    }
    blocks.push(json!({
        "type": "context",
        "elements": [{ "type": "mrkdwn", "text": at_most(MOST_OF_A_LINE, &escaped(&message.context)) }],
    }));
    let body = json!({ "text": escaped(&header), "blocks": blocks });
    let body = serde_json::to_string_pretty(&body).expect("strings have a JSON form");
    harmless(&body) + "\n"
}

/// The icon is that of the mood.
fn without_icon(headline: &str) -> &str {
    headline.trim_start_matches(['✅', '⚠', '❌', '\u{fe0f}', ' '])
}

/// Slack's three characters, and those that would make a text bold, struck out, code or a mention.
fn escaped(text: &str) -> String {
    let text = clean(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    // A character without width beside it keeps each of them a character.
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        plain.push(letter);
        if matches!(letter, '*' | '~' | '`' | '_') {
            plain.push('\u{200b}');
        }
    }
    plain
}

/// Slack's limit for the text of a header, in characters.
const MOST_OF_A_HEADER: usize = 150;
/// Enough for a sentence.
const MOST_OF_A_LINE: usize = 300;
/// Bytes for the lines of a section, below Slack's limit of 3,000 characters.
const ROOM: usize = 2900;
