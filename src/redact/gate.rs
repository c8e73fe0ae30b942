//! Gates name endpoints. A gate stays where it asks the same of the same targets under their new names, and is left out where
//! it holds any word that is not this program's, AWS's, or one of those names.

use sts_model::{Operation, REGIONS, Region};

use crate::judge::Gate;
use crate::plan::Plan;

use super::endpoint::{GLOBAL, Names};

/// The gate with the new names of endpoints, or `None` where it has to be left out. `original` and `redacted` are the plan
/// before and after.
pub(super) fn gate(text: &str, names: &Names, original: &Plan, redacted: &Plan) -> Option<String> {
    let renamed = with_names(text, names);
    let plain = words(&renamed).all(|word| is_plain(word, names)) && selectors_are_names(&renamed);
    let asks_the_same = || {
        let before = Gate::parse(text).ok()?.selected(original);
        let after = Gate::parse(&renamed).ok()?.selected(redacted);
        (before == after && !before.is_empty()).then_some(())
    };
    (plain && asks_the_same().is_some()).then_some(renamed)
}

/// Whether no selector holds a bare number, which may be an account or an address. A percentile stands in brackets too.
fn selectors_are_names(text: &str) -> bool {
    let in_brackets = text
        .split('(')
        .skip(1)
        .filter_map(|after| after.split(')').next());
    let is_percentile = |inside: &str| {
        let number = inside.trim().parse::<f64>();
        number.is_ok_and(|number| (0.0..=100.0).contains(&number))
    };
    let is_number = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    in_brackets
        .filter(|inside| !is_percentile(inside))
        .all(|inside| !words(inside).any(is_number))
}

/// The text with each endpoint's name in the place of the old one.
fn with_names(text: &str, names: &Names) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        match names.known_endpoint(word) {
            Some(name) => renamed.push_str(&name),
            None => renamed.push_str(word),
        }
        let sign = after.chars().next().map_or(0, char::len_utf8);
        renamed.push_str(&after[..sign]);
        rest = &after[sign..];
    }
    renamed
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_name(c))
        .filter(|word| !word.is_empty())
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Whether the word says nothing of the user: the grammar's own, a number with or without its unit, an operation, a city of AWS's,
/// a name that stands for an endpoint, or a part of the name of an AWS endpoint.
fn is_plain(word: &str, names: &Names) -> bool {
    let of_number = || {
        let unit = word
            .trim_start_matches('p')
            .trim_start_matches(|c: char| c.is_ascii_digit());
        word.contains(|c: char| c.is_ascii_digit())
            && ["", "ns", "us", "µs", "μs", "ms", "s"].contains(&unit)
    };
    let of_public_name = || {
        let bare = ["fips-dualstack-", "fips-", "dualstack-"]
            .iter()
            .find_map(|scope| word.strip_prefix(scope))
            .unwrap_or(word);
        REGIONS.iter().any(|region| region.name.contains(bare)) || GLOBAL.contains(word)
    };
    WORDS.contains(&word)
        || of_number()
        || names.is_stand_in(word)
        || Operation::named(word).is_some()
        || Region::in_city(word).is_some()
        || of_public_name()
}

const WORDS: [&str; 24] = [
    "p",
    "med",
    "median",
    "avg",
    "mean",
    "error_rate",
    "count",
    "ns",
    "us",
    "µs",
    "μs",
    "ms",
    "s",
    "endpoint",
    "operation",
    "connection",
    "baseline",
    "candidate",
    "global",
    "regional",
    "cold",
    "warm",
    "resumed",
    "twin",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_a_selector_may_be_an_account_or_an_address() {
        for kept in [
            "p(99.9)(eu-*) < 1s",
            "p50(global) < 800ms",
            "error_rate < 5%",
            "p(50) < 1s",
        ] {
            assert!(selectors_are_names(kept), "{kept}");
        }
        for left_out in [
            "p50(123456789012) < 1s",
            "p50(10.20.30.40) < 1s",
            "p50(global,7391*) < 1s",
            "p50(7391*) < 1s",
        ] {
            assert!(!selectors_are_names(left_out), "{left_out}");
        }
    }
}
