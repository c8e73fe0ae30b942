//! The grammar of `--endpoints`: a comma list of names, groups and globs.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::endpoint::{InvalidEndpointName, Scope, is_endpoint_name};
use super::region::{Activation, Region};
use super::regions::PARTITIONS;
use super::resolve::ResolveError;
use crate::nearest::nearest;

/// A parsed `--endpoints` value. Terms: `global`, `all`, a name given by URL, and `[VARIANT:][PARTITION:]REGIONS`, in which
/// REGIONS is a Region's name, a glob such as `eu-*`, or `default`, `opt-in` or `all`; VARIANT is `fips`, `dualstack` or
/// `fips-dualstack`; and PARTITION such as `aws-cn`. `[VARIANT:]here` is the Region of the caller's place, and
/// `[VARIANT:]near:N` the N Regions nearest to it. `global:here` and `default:here` are the global endpoint and the default
/// Regions of that Region's partition, of which only the commercial one has a global endpoint, and with the default Regions
/// that Region itself, also where it is an opt-in one; `near:N:here` is `near:N`, and
/// nothing where nobody knows where that Region is. A Region can be named by its city; case and blanks beside commas do not
/// matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    pub(super) terms: Vec<Term>,
}

/// One part of a selector, between commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// `global`.
    Global,
    /// `all`: the global endpoint and every Region of the commercial partition.
    All,
    /// A name or a glob, of endpoints by URL too.
    Named(String),
    /// Endpoints of Regions.
    Regions(Regions),
    /// An endpoint of the Region of the caller's place.
    Here(Scope),
    /// Endpoints of so many Regions that are nearest to it.
    Near(Scope, usize),
    /// Those of so many Regions that are nearest to it, and none where nobody knows where it is.
    NearWherePlaced(usize),
    /// The global endpoint of its partition, where that has one.
    GlobalOfPlace,
    /// The endpoints of the Regions of its partition that every account has, and its own.
    DefaultOfPlace,
}

/// The endpoints of some Regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Regions {
    /// Which endpoint of each.
    pub scope: Scope,
    /// The partition's identifier, when the term says so.
    pub partition: Option<&'static str>,
    /// Which of them.
    pub pattern: Pattern,
}

/// Which Regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Those that accounts have, or can have.
    Activated(Activation),
    /// Both of these.
    All,
    /// Those of that name.
    Glob(String),
}

/// Why a selector selects nothing, or not what was meant.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SelectorError {
    /// No terms, or an empty one.
    #[error("empty endpoint selector; give a comma list such as global,default or eu-*")]
    Empty,
    /// Blanks where commas have to be.
    #[error("endpoints are separated by commas: {0}")]
    Blanks(String),
    /// More than any plan can use.
    #[error("endpoint selector of {0} bytes; the limit is 4096")]
    TooLong(usize),
    /// A term that cannot be a name or glob.
    #[error(
        "endpoint {name:?} may hold lower-case letters, digits, hyphens and * only, 1 to 64 of them{}",
        hint(by_host(.name).as_deref())
    )]
    Pattern {
        /// The name.
        name: String,
    },
    /// The name of an endpoint that is none.
    #[error(transparent)]
    Name(#[from] InvalidEndpointName),
    /// A prefix that is neither a variant nor a partition.
    #[error("unknown prefix {prefix:?} in {term:?}; {advice}")]
    Prefix {
        /// The term as typed.
        term: String,
        /// Its prefix.
        prefix: String,
        /// What was probably meant, or what there is.
        advice: String,
    },
    /// Two variants before one name.
    #[error("{term:?} has two variants; both at once are fips-dualstack:")]
    Variants {
        /// The term as typed.
        term: String,
    },
    /// A name that nothing has.
    #[error(
        "unknown endpoint {name:?}{hint} (`stsbench endpoints` lists them; --allow-region admits a new Region)"
    )]
    Unknown {
        /// The name as typed.
        name: String,
        /// `; did you mean …?` where a word is near, or nothing.
        hint: String,
    },
    /// Two endpoints by URL under one name.
    #[error("two endpoints given by URL are called {0:?}; names must be unique")]
    Duplicate(String),
    /// Prefixes the wrong way round.
    #[error("in {term:?} the variant has to stand before the partition; write {right}")]
    Order {
        /// The term as typed.
        term: String,
        /// As it has to be.
        right: String,
    },
    /// `near` without a number that it can have.
    #[error("{term:?} must say how many Regions, from 1 to {MOST_NEAR}, such as near:2")]
    Near {
        /// The term as typed.
        term: String,
    },
    /// A partition before `here` or `near`, which have one already.
    #[error(
        "{term:?}: {word} is in the partition of this place's Region; write it without {partition}:"
    )]
    OwnPartition {
        /// The term as typed.
        term: String,
        /// `here` or `near`.
        word: &'static str,
        /// The partition as typed.
        partition: &'static str,
    },
    /// A term that means a Region relative to the caller's, which is not known.
    #[error(
        "{term:?} needs the Region of this place, and none is configured here; set --region, AWS_REGION or the profile's region"
    )]
    NoRegion {
        /// The term as typed.
        term: String,
    },
    /// The caller's Region is not named as AWS names Regions.
    #[error(
        "{term:?}: the Region of this place is {region}, which AWS does not have{hint} Set --region, or admit it with --allow-region"
    )]
    NoSuchRegion {
        /// The term as typed.
        term: String,
        /// The caller's Region.
        region: String,
        /// `; did you mean …?`, or a full stop.
        hint: String,
    },
    /// The caller's Region has no coordinates in the table.
    #[error(
        "{term:?} needs to know where {region} is, which this build does not; name the Regions instead"
    )]
    NoCoordinates {
        /// The term as typed.
        term: String,
        /// The caller's Region.
        region: String,
    },
    /// A pattern that matches nothing.
    #[error("endpoint pattern {pattern:?} matches nothing; {advice}")]
    NoMatch {
        /// As typed.
        pattern: String,
        /// What would match.
        advice: String,
    },
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
            .map(|term| in_any_case(term.trim()))
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

/// More Regions than any partition has.
const MOST_NEAR: usize = 64;

/// Terms with a colon that is no prefix's.
const OF_PLACE: [&str; 2] = ["global:here", "default:here"];

/// The term as it is typed, or else in the lower case that every name has.
fn in_any_case(term: &str) -> Result<Term, SelectorError> {
    let typed = parse_term(term);
    let lower = term.to_ascii_lowercase();
    match typed {
        Err(error) if lower != term => parse_term(&lower).map_err(|_| error),
        typed => typed,
    }
}

fn parse_term(term: &str) -> Result<Term, SelectorError> {
    if let Some(relative) = parse_relative(term)? {
        return Ok(relative);
    }
    if let Some((prefix, rest)) = term.split_once(':').filter(|_| !OF_PLACE.contains(&term)) {
        return parse_prefixed(term, prefix, rest).map(Term::Regions);
    }
    Ok(match term {
        "" => return Err(SelectorError::Empty),
        "global" => Term::Global,
        "all" => Term::All,
        "global:here" => Term::GlobalOfPlace,
        "default:here" => Term::DefaultOfPlace,
        "default" | "opt-in" => Term::Regions(Regions {
            scope: Scope::Regional,
            partition: None,
            pattern: parse_pattern(term)?,
        }),
        name => Term::Named(pattern_or_city(name)?),
    })
}

/// The name or glob itself; a city that is written otherwise than a name stands for its Region.
fn pattern_or_city(text: &str) -> Result<String, SelectorError> {
    let Err(error) = check_pattern(text) else {
        return Ok(text.to_owned());
    };
    if let Some(region) = Region::in_city(text) {
        return Ok(region.name.to_owned());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| check_pattern(word).is_ok()) {
        return Err(SelectorError::Blanks(words.join(",")));
    }
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.');
    match Region::nearest_name(text).filter(|_| text.chars().all(is_word)) {
        Some(nearest) => Err(SelectorError::Unknown {
            name: text.escape_debug().to_string(),
            hint: hint(Some(&nearest)),
        }),
        None => Err(error),
    }
}

/// `[VARIANT:]here` and `[VARIANT:]near:N`; `None` for every other term.
fn parse_relative(term: &str) -> Result<Option<Term>, SelectorError> {
    let (scope, rest) = match term.split_once(':') {
        Some((word, rest)) if variant(word).is_some() => (variant(word), rest),
        _ => (None, term),
    };
    let (partition, rest) = match rest.split_once(':') {
        Some((word, rest)) if partition(word).is_some() => (partition(word), rest),
        _ => (None, rest),
    };
    let scope = scope.unwrap_or(Scope::Regional);
    let (word, relative) = match rest.split_once(':') {
        None if rest == "here" => ("here", Term::Here(scope)),
        Some(("near", number)) => {
            let where_placed = number.strip_suffix(":here").filter(|_| rest == term);
            let count = where_placed.unwrap_or(number);
            let number = count.parse().ok().filter(|n| (1..=MOST_NEAR).contains(n));
            let number = number.ok_or_else(|| SelectorError::Near {
                term: term.escape_debug().to_string(),
            })?;
            let near = match where_placed {
                Some(_) => Term::NearWherePlaced(number),
                None => Term::Near(scope, number),
            };
            ("near", near)
        }
        _ => return Ok(None),
    };
    match partition {
        Some(partition) => Err(SelectorError::OwnPartition {
            term: term.escape_debug().to_string(),
            word,
            partition,
        }),
        None => Ok(Some(relative)),
    }
}

fn parse_pattern(text: &str) -> Result<Pattern, SelectorError> {
    Ok(match text {
        "default" => Pattern::Activated(Activation::Default),
        "opt-in" => Pattern::Activated(Activation::OptIn),
        "all" => Pattern::All,
        glob => Pattern::Glob(pattern_or_city(glob)?),
    })
}

fn check_pattern(glob: &str) -> Result<(), SelectorError> {
    if is_endpoint_name(&glob.replace('*', "x")) {
        Ok(())
    } else {
        Err(SelectorError::Pattern {
            name: glob.escape_debug().to_string(),
        })
    }
}

fn parse_prefixed(term: &str, prefix: &str, rest: &str) -> Result<Regions, SelectorError> {
    let (scope, prefix, rest) = match (variant(prefix), rest.split_once(':')) {
        (Some(scope), None) => {
            return Ok(Regions {
                scope,
                partition: None,
                pattern: parse_pattern(rest)?,
            });
        }
        (Some(scope), Some((partition, rest))) => (scope, partition, rest),
        (None, _) => (Scope::Regional, prefix, rest),
    };
    let partition = partition(prefix).ok_or_else(|| unknown_prefix(term, prefix))?;
    if let Some((second, regions)) = rest.split_once(':')
        && scope == Scope::Regional
        && variant(second).is_some()
    {
        check_pattern(regions)?;
        return Err(SelectorError::Order {
            term: term.escape_debug().to_string(),
            right: format!("{second}:{partition}:{regions}"),
        });
    }
    Ok(Regions {
        scope,
        partition: Some(partition),
        pattern: parse_pattern(rest)?,
    })
}

impl Selector {
    /// Whether it selects nothing without the Region of the caller's place.
    pub fn depends_on_place(&self) -> bool {
        let mut terms = self.terms.iter();
        terms.any(|term| {
            matches!(
                term,
                Term::Here(_) | Term::Near(..) | Term::NearWherePlaced(_)
            )
        })
    }
}

/// As it is typed.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, term) in self.terms.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            write!(f, "{comma}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("global"),
            Self::All => f.write_str("all"),
            Self::Named(name) => f.write_str(name),
            Self::Regions(regions) => write!(
                f,
                "{}{}",
                prefix(regions.scope, regions.partition),
                regions.pattern.as_str()
            ),
            Self::Here(scope) => write!(f, "{}here", prefix(*scope, None)),
            Self::Near(scope, number) => write!(f, "{}near:{number}", prefix(*scope, None)),
            Self::NearWherePlaced(number) => write!(f, "near:{number}:here"),
            Self::GlobalOfPlace => f.write_str("global:here"),
            Self::DefaultOfPlace => f.write_str("default:here"),
        }
    }
}

impl Pattern {
    /// As it is typed.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Activated(activation) => activation.as_str(),
            Self::All => "all",
            Self::Glob(glob) => glob,
        }
    }
}

/// What an error says behind an unknown word.
pub(super) fn hint(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"))
}

/// The name of the endpoint whose host was given in its place.
fn by_host(name: &str) -> Option<String> {
    let host = name.to_ascii_lowercase();
    if host == "sts.amazonaws.com" {
        return Some("global".to_owned());
    }
    let (variant, rest) = match host.strip_prefix("sts-fips.") {
        Some(rest) => ("fips:", rest),
        None => ("", host.strip_prefix("sts.")?),
    };
    let (region, suffix) = rest.split_once('.')?;
    let is_plain = ["amazonaws.com", "amazonaws.com.cn"].contains(&suffix);
    let region = Region::named(region).filter(|_| is_plain)?;
    Some(format!("{variant}{}", region.name))
}

/// What stands before the Regions of a term, with its colons.
pub(super) fn prefix(scope: Scope, partition: Option<&str>) -> String {
    let variant = match scope {
        Scope::Fips | Scope::DualStack | Scope::FipsDualStack => format!("{scope}:"),
        Scope::Global | Scope::Regional | Scope::Custom => String::new(),
    };
    let partition = partition.map(|id| format!("{id}:")).unwrap_or_default();
    variant + &partition
}

fn variant(word: &str) -> Option<Scope> {
    VARIANTS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, scope)| *scope)
}

fn partition(word: &str) -> Option<&'static str> {
    PARTITIONS
        .iter()
        .map(|partition| partition.id)
        .find(|id| *id == word)
}

fn unknown_prefix(term: &str, prefix: &str) -> SelectorError {
    let shown = term.escape_debug().to_string();
    if variant(prefix).is_some() {
        return SelectorError::Variants { term: shown };
    }
    let variants = VARIANTS.iter().map(|(word, _)| *word);
    let words = variants
        .chain(PARTITIONS.iter().map(|partition| partition.id))
        .chain(["near"]);
    let advice = match nearest(prefix, words) {
        _ if term.contains("://") => "give a URL as --endpoint-url NAME=URL".to_owned(),
        Some(nearest) => format!("did you mean {nearest}?"),
        None => {
            "allowed: fips, dualstack, fips-dualstack, or a partition such as aws-cn; and near:N, global:here, default:here"
                .to_owned()
        }
    };
    SelectorError::Prefix {
        term: shown,
        prefix: prefix.escape_debug().to_string(),
        advice,
    }
}
