//! Patterns of names, with `*` as the only wildcard.

/// Whether `name` is the one that `glob` means; `*` stands for any run of characters, also none.
pub fn matches_glob(glob: &str, name: &str) -> bool {
    let mut pieces = glob.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_whole_names() {
        for (glob, name, expected) in [
            ("eu-west-*", "eu-west-1", true),
            ("eu-west-*", "eu-central-1", false),
            ("*-central-*", "eu-central-1", true),
            ("*", "", true),
            ("eu-west-1", "eu-west-1", true),
            ("eu-west-1", "eu-west-11", false),
        ] {
            assert_eq!(matches_glob(glob, name), expected, "{glob} {name}");
        }
        assert!(!matches_glob("a*a", "a"), "one letter cannot be both ends");
    }
}
