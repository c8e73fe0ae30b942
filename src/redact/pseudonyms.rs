//! Names that mean nothing in the place of names that do: the same one for the same name, numbered by first appearance.

use std::collections::BTreeMap;

/// Names by what they stand for.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms {
    given: BTreeMap<String, String>,
}

impl Pseudonyms {
    /// The name for `original`; `make` is asked for a new one, with its number from 1 on.
    pub(super) fn of(&mut self, original: &str, make: impl FnOnce(usize) -> String) -> String {
        if let Some(known) = self.given.get(original) {
            return known.clone();
        }
        let name = make(self.given.len() + 1);
        self.given.insert(original.to_owned(), name.clone());
        name
    }

    /// The name for `original`, where one has been given.
    pub(super) fn known(&self, original: &str) -> Option<&str> {
        self.given.get(original).map(String::as_str)
    }

    /// Whether a name has been given for anything.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.given.values().any(|given| given == name)
    }
}

/// In the place of a text that has no number.
pub(super) const WORD: &str = "redacted";
