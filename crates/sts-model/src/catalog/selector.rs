//! The grammar of `--endpoints`: a comma list of names, groups and globs.

use std::str::FromStr;

use thiserror::Error;

use super::endpoint::{InvalidEndpointName, Scope, is_endpoint_name};
use super::region::Activation;
use super::regions::PARTITIONS;
use super::resolve::ResolveError;
use crate::nearest::most_alike;

/// A parsed `--endpoints` value. Terms: `global`, `default`, `opt-in`, `all`, a Region or a name given by URL, a glob such
/// as `eu-*`, and `PREFIX:GLOB` with a partition (`aws-cn:*`) or a variant (`fips:us-*`, `dualstack:*`,
/// `fips-dualstack:*`) as the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    pub(super) terms: Vec<Term>,
}

/// One part of a selector, between commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// `global`.
    Global,
    /// `default` and `opt-in`.
    Activated(Activation),
    /// `all`.
    All,
    /// A name or a glob.
    Named(String),
    /// A variant's prefix and a glob.
    Variant(Scope, String),
    /// A partition's prefix and a glob.
    Partition(&'static str, String),
}

/// Why a selector selects nothing, or not what was meant.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SelectorError {
    /// No terms, or an empty one.
    #[error("empty endpoint selector; give a comma list such as global,default or eu-*")]
    Empty,
    /// More than any plan can use.
    #[error("endpoint selector of {0} bytes; the limit is 4096")]
    TooLong(usize),
    /// A term that cannot be a name or glob.
    #[error(transparent)]
    Name(#[from] InvalidEndpointName),
    /// A prefix that is neither a variant nor a partition.
    #[error("unknown prefix {prefix:?} in {term:?}; did you mean {nearest}?")]
    Prefix {
        /// The term as typed.
        term: String,
        /// Its prefix.
        prefix: String,
        /// The nearest right word.
        nearest: String,
    },
    /// A name that nothing has.
    #[error(
        "unknown endpoint {name:?}; did you mean {nearest}? (`stsbench endpoints` lists them; --allow-region admits a new Region)"
    )]
    Unknown {
        /// The name as typed.
        name: String,
        /// The nearest right word.
        nearest: String,
    },
    /// Two endpoints by URL under one name.
    #[error("two endpoints given by URL are called {0:?}; names must be unique")]
    Duplicate(String),
    /// A glob that matches nothing.
    #[error("endpoint pattern {0:?} matches nothing; `stsbench endpoints` lists what there is")]
    NoMatch(String),
    /// AWS's rules refused.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_SELECTOR_BYTES {
            return Err(SelectorError::TooLong(text.len()));
        }
        let terms = text
            .split(',')
            .map(parse_term)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { terms })
    }
}

const MAX_SELECTOR_BYTES: usize = 4096;

const VARIANTS: [(&str, Scope); 3] = [
    ("fips", Scope::Fips),
    ("dualstack", Scope::DualStack),
    ("fips-dualstack", Scope::FipsDualStack),
];

fn parse_term(term: &str) -> Result<Term, SelectorError> {
    if let Some((prefix, glob)) = term.split_once(':') {
        check_pattern(glob)?;
        return parse_prefixed(term, prefix, glob);
    }
    Ok(match term {
        "" => return Err(SelectorError::Empty),
        "global" => Term::Global,
        "default" => Term::Activated(Activation::Default),
        "opt-in" => Term::Activated(Activation::OptIn),
        "all" => Term::All,
        name => {
            check_pattern(name)?;
            Term::Named(name.to_owned())
        }
    })
}

fn check_pattern(glob: &str) -> Result<(), InvalidEndpointName> {
    if is_endpoint_name(&glob.replace('*', "x")) {
        Ok(())
    } else {
        Err(InvalidEndpointName(glob.escape_debug().to_string()))
    }
}

fn parse_prefixed(term: &str, prefix: &str, glob: &str) -> Result<Term, SelectorError> {
    if let Some((_, scope)) = VARIANTS.iter().find(|(word, _)| *word == prefix) {
        return Ok(Term::Variant(*scope, glob.to_owned()));
    }
    if let Some(partition) = PARTITIONS.iter().find(|partition| partition.id == prefix) {
        return Ok(Term::Partition(partition.id, glob.to_owned()));
    }
    let variants = VARIANTS.iter().map(|(word, _)| *word);
    let words = variants.chain(PARTITIONS.iter().map(|partition| partition.id));
    Err(SelectorError::Prefix {
        term: term.escape_debug().to_string(),
        prefix: prefix.escape_debug().to_string(),
        nearest: most_alike(prefix, words).unwrap_or("global").to_owned(),
    })
}
