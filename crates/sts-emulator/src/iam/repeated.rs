//! Lists of names in which something stands twice.

use std::collections::BTreeSet;

/// Whether something is in `list` twice, by its own name or by that of `*`, which is everything.
pub(crate) fn is_repeated<T: Ord + ToString>(list: &[T]) -> bool {
    let names: BTreeSet<String> = list.iter().map(ToString::to_string).collect();
    names.len() < list.len() || (names.len() > 1 && names.contains("*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_repeated_by_itself_and_by_the_star() {
        for (list, expected) in [
            (&[][..], false),
            (&["a"], false),
            (&["*"], false),
            (&["a", "b"], false),
            (&["a", "b", "a"], true),
            (&["*", "*"], true),
            (&["a", "*"], true),
        ] {
            assert_eq!(is_repeated(list), expected, "{list:?}");
        }
    }
}
