//! What the sentences of a screen share.

use crate::plan::ConnectionMode;

/// `text` with percentages as they are written in running text: `95%`.
pub(crate) fn tight(text: &str) -> String {
    text.replace(" %", "%")
}

/// An endpoint's name that is short enough for a sentence: the middle of a very long one is left out.
pub(crate) fn short_name(name: &str) -> String {
    if name.chars().count() <= MOST_NAME {
        return name.to_owned();
    }
    let half = (MOST_NAME - 1) / 2;
    let head: String = name.chars().take(half).collect();
    let tail: Vec<char> = name.chars().rev().take(half).collect();
    format!("{head}…{}", tail.into_iter().rev().collect::<String>())
}

/// The kind of connection of one call: `per new connection`.
pub(crate) fn each(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "per new connection",
        ConnectionMode::Warm => "per call on a kept-open connection",
        ConnectionMode::Resumed => "per resumed connection",
    }
}

/// Characters of a name that a sentence has room for.
const MOST_NAME: usize = 31;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_name_keeps_its_beginning_and_its_end() {
        assert_eq!(
            short_name("us-gov-west-1-fips-dualstack"),
            "us-gov-west-1-fips-dualstack"
        );
        let long = short_name(&format!("a{}z", "-".repeat(62)));
        assert!(
            long.chars().count() <= MOST_NAME && long.starts_with('a') && long.ends_with('z'),
            "{long}"
        );
    }
}
