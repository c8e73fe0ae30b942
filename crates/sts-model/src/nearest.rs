//! The word that was probably meant, for "did you mean".

/// Words that are less alike than this are not offered (Jaro-Winkler, 0 to 1).
const LEAST_LIKENESS: f64 = 0.8;

/// What has more bytes than this resembles no word, and is not compared with any.
const LONGEST: usize = 200;

/// The word of `words` that most resembles `given`; `None` where none resembles it.
pub fn nearest<'a>(given: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if given.len() > LONGEST {
        return None;
    }
    most_alike(given, words).filter(|word| likeness(given, word) >= LEAST_LIKENESS)
}

/// Whether one was probably typed for the other: one slip for every four letters (Damerau-Levenshtein), or a beginning.
pub fn is_slip_of(given: &str, word: &str) -> bool {
    if given.len() > LONGEST {
        return false;
    }
    let slips = strsim::damerau_levenshtein(given, word);
    let begins = given.len() >= 3 && word.starts_with(given);
    begins || slips <= (word.chars().count() / 4).max(1)
}

/// The word of `words` for which `given` was probably typed by a slip: [`is_slip_of`]. Of a short word a slip is a large part,
/// and so need not be near.
pub fn nearest_slip<'a>(given: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let slips = words.into_iter().filter(|word| is_slip_of(given, word));
    most_alike(given, slips)
}

/// The word of `words` that most resembles `given`, however little; the last of several that are as like it.
pub(crate) fn most_alike<'a>(
    given: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    words
        .into_iter()
        .max_by(|a, b| likeness(given, a).total_cmp(&likeness(given, b)))
}

fn likeness(given: &str, word: &str) -> f64 {
    strsim::jaro_winkler(word, given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        for (given, word) in [
            ("round", "rounds"),
            ("endpoint", "endpoints"),
            ("ednpoints", "endpoints"),
            ("sead", "seed"),
            ("out", "output"),
        ] {
            assert!(is_slip_of(given, word), "{given} {word}");
        }
        for (given, word) in [
            ("font", "format"),
            ("region", "precision"),
            ("png", "json"),
            ("x", "seed"),
        ] {
            assert!(!is_slip_of(given, word), "{given} {word}");
        }
    }

    #[test]
    fn the_nearest_word_is_offered_only_where_it_is_near() {
        let words = ["eu-central-1", "eu-west-1", "global"];
        assert_eq!(nearest("eu-central1", words), Some("eu-central-1"));
        assert_eq!(nearest("glob", words), Some("global"));
        let long = format!("global{}", "l".repeat(LONGEST));
        assert_eq!(nearest(&long, words), None);
        assert!(!is_slip_of(&long, &long));
        assert_eq!(nearest("zzz", words), None);
        assert_eq!(nearest_slip("rnu", ["run", "report"]), Some("run"));
        assert_eq!(nearest_slip("zzz", ["run", "report"]), None);
        assert_eq!(nearest("global", []), None);
        assert!(most_alike("zzz", words).is_some() && most_alike("zzz", []).is_none());
    }
}
