//! What can be wrong with a configuration: each mistake with its place in the file.

use std::collections::BTreeSet;

use thiserror::Error;

use sts_model::SelectorError;

use crate::iam::identities::Complaint;

/// Why a configuration describes no emulator.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The selector of endpoints is wrong.
    #[error("fleet endpoints: {0}")]
    Endpoints(#[from] SelectorError),
    /// No Region has that name.
    #[error("fleet vantage: unknown Region {0:?}")]
    Vantage(String),
    /// A name that none of the selected endpoints has.
    #[error("fleet {field}: no selected endpoint is called {name:?}")]
    UnknownEndpoint {
        /// Where the name stands.
        field: &'static str,
        /// The name.
        name: String,
    },
    /// A value out of its range.
    #[error("fleet {field}: {complaint}")]
    Range {
        /// Where the value stands.
        field: String,
        /// The rule that it breaks.
        complaint: String,
    },
}

/// Something in the configuration that breaks a rule, and where.
#[derive(Debug)]
pub struct Mistake {
    /// The way to it from the top of the file: names of fields, keys of tables, numbers of entries counted from 0.
    pub place: Vec<String>,
    /// The rule.
    pub error: ConfigError,
}

impl ConfigError {
    pub(super) fn unknown(field: &'static str, name: &str) -> Self {
        Self::UnknownEndpoint {
            field,
            name: name.escape_debug().to_string(),
        }
    }
}

/// Mistakes, as they are found.
#[derive(Default)]
pub(crate) struct Mistakes(pub(crate) Vec<Mistake>);

impl Mistakes {
    pub(super) fn add<const N: usize>(&mut self, place: [&str; N], error: ConfigError) {
        self.0.push(Mistake {
            place: place.map(str::to_owned).into(),
            error,
        });
    }

    pub(super) fn range<const N: usize>(
        &mut self,
        place: [&str; N],
        field: String,
        complaint: Option<&str>,
    ) {
        if let Some(complaint) = complaint {
            self.add(
                place,
                ConfigError::Range {
                    field,
                    complaint: complaint.to_owned(),
                },
            );
        }
    }

    pub(super) fn endpoint(&mut self, field: &'static str, name: &str, is_known: bool) {
        if !is_known {
            self.add([field, name], ConfigError::unknown(field, name));
        }
    }

    /// The entries of a table of accounts or of what is in them: each with its identity, which must be its own, and its
    /// complaints.
    pub(super) fn entries<'a>(
        &mut self,
        table: &str,
        entries: impl Iterator<Item = ((&'a str, &'a str), Vec<Complaint>)>,
    ) {
        let singular = table.strip_suffix('s').unwrap_or(table);
        let mut seen = BTreeSet::new();
        for (position, (identity, complaints)) in entries.enumerate() {
            let (index, label) = (position.to_string(), format!("{singular} {}", position + 1));
            for (field, rule) in complaints {
                self.range(
                    [table, &index, field],
                    format!("{label} {field}"),
                    Some(&rule),
                );
            }
            // Names in IAM differ without regard to case.
            let (account, name) = identity;
            let again = !seen.insert((account, name.to_lowercase()));
            self.range([table, &index], label, again.then_some("is there twice"));
        }
    }
}
