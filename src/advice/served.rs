//! Who served the global endpoint.

use std::collections::BTreeMap;

/// Who served the calls to the global endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServedGlobal {
    /// Calls that were made.
    pub calls: u64,
    /// Those that were answered, also by an error.
    pub answers: u64,
    /// Answers by the Region that they name.
    pub by: BTreeMap<String, u64>,
}

impl ServedGlobal {
    /// Whether that Region gave every answer.
    pub(crate) fn is_all_by(&self, region: &str) -> bool {
        self.answers > 0 && self.by.get(region) == Some(&self.answers)
    }
}
