//! Every kind of chart, by its name.

use std::str::FromStr;

use sts_model::nearest;
use thiserror::Error;

use super::kind::{ChartKind, hint};
use super::kinds::ALL;

impl ChartKind {
    /// Every kind, in the order of reports.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|kind| **kind)
    }

    /// Every name, in the order of reports.
    pub fn names() -> String {
        let names: Vec<&str> = Self::all().map(|kind| kind.name).collect();
        names.join(", ")
    }
}

impl FromStr for ChartKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let word = text.trim();
        Self::all()
            .find(|kind| kind.name == word)
            .ok_or_else(|| UnknownKind {
                nearest: nearest(word, Self::all().map(|kind| kind.name)).map(str::to_owned),
            })
    }
}

/// A word that names no kind of chart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{hint}allowed: {known}", hint = hint(nearest.as_deref()), known = ChartKind::names())]
pub struct UnknownKind {
    nearest: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_a_slip_gets_a_hint() {
        for kind in ChartKind::all() {
            assert_eq!(kind.name.parse(), Ok(kind));
        }
        let error = "endpoint"
            .parse::<ChartKind>()
            .expect_err("a slip")
            .to_string();
        assert!(
            error.starts_with("did you mean endpoints? allowed: endpoints, "),
            "{error}"
        );
    }
}
