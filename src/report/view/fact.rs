//! One line above the tables.

/// A fact about the run, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// A word or two.
    pub name: &'static str,
    /// The text.
    pub value: String,
}

impl Fact {
    /// A fact of that name.
    pub(crate) fn new(name: &'static str, value: String) -> Self {
        Self { name, value }
    }
}
