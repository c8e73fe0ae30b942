//! That a run is redacted, and what stands in the place of what was left out.

use crate::results::Redaction;

use crate::notice::SourceFault;
use crate::notice::{ClockOffset, SessionNotice};
use crate::report::words::numbers::plural;

/// What a reader has to know of a run that something was taken out of.
pub(crate) fn note(redaction: Redaction) -> Option<&'static str> {
    match redaction {
        Redaction::None => None,
        Redaction::Identity => Some(NOTE),
    }
}

const NOTE: &str = "redacted: place, caller, addresses, names that AWS has not published, ids and texts were left out or replaced, and \
     dates moved to the hour; measured times and counts are as they were";

/// The notice, where it can name nobody, or else that there was one.
pub(crate) fn notice(text: &str) -> &str {
    if names_nobody(text) { text } else { LEFT_OUT }
}

const LEFT_OUT: &str = "redacted: a notice that may name a file, a profile, a host or an endpoint";

/// That gates of the plan are not shown.
pub(crate) fn gates_left_out(number: usize) -> String {
    format!(
        "redacted: {} of the plan, in words that may name an endpoint",
        plural(number as u64, "gate")
    )
}

/// Whether the text is one of those sentences that have nothing but numbers filled in.
fn names_nobody(text: &str) -> bool {
    let skew = |offset| SessionNotice::ClockSkew { seconds: 0, offset };
    let fixed = [
        SessionNotice::Source(SourceFault::UnreadExpiry),
        SessionNotice::Anonymous,
        SessionNotice::CallerUnknown,
        SessionNotice::RootKeys,
        SessionNotice::KeptAgain,
        skew(ClockOffset::Behind),
        skew(ClockOffset::Ahead),
        SessionNotice::WindowsMissing {
            measured: 0,
            planned: 0,
        },
    ];
    let ours = [LEFT_OUT.to_owned(), gates_left_out(1), gates_left_out(2)];
    let known = fixed.iter().map(ToString::to_string).chain(ours);
    let form = without_numbers(text);
    form.is_some()
        && known
            .map(|text| without_numbers(&text))
            .any(|known| known == form)
}

/// The text with a 0 for every number; `None` where one is so long that it may be an account's.
fn without_numbers(text: &str) -> Option<String> {
    let mut form = String::with_capacity(text.len());
    let mut digits = 0;
    for c in text.chars() {
        if !c.is_ascii_digit() {
            digits = 0;
            form.push(c);
            continue;
        }
        digits += 1;
        match digits {
            1 => form.push('0'),
            2..=MOST_DIGITS => {}
            _ => return None,
        }
    }
    Some(form)
}

const MOST_DIGITS: u32 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sentences_with_nothing_but_numbers_in_them_stay() {
        let stays = |notice: &SessionNotice| notice_of(&notice.to_string());
        fn notice_of(text: &str) -> bool {
            notice(text) == text
        }
        assert!(stays(&SessionNotice::ClockSkew {
            seconds: 1234,
            offset: ClockOffset::Ahead
        }));
        assert!(stays(&SessionNotice::WindowsMissing {
            measured: 3,
            planned: 12
        }));
        assert!(stays(&SessionNotice::Anonymous));
        for text in [
            "acme: slowed down after 3 throttled calls",
            "123456789012 of 12 windows were measured",
            "3 of 12 windows were measured at acme",
            "",
        ] {
            assert_eq!(notice(text), LEFT_OUT, "{text}");
        }
    }
}
