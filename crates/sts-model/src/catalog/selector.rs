//! Which endpoints a run is about: a comma list of names, groups and globs.

use std::str::FromStr;

use thiserror::Error;

use super::resolve::{ResolveError, resolve};
use super::{Activation, Catalog, Endpoint, PARTITIONS, REGIONS, Region, Scope, is_endpoint_name};

/// A parsed `--endpoints` value. Terms: `global`, `default`, `opt-in`, `all`, a Region or a name given by URL, a glob such
/// as `eu-*`, and `PREFIX:GLOB` with a partition (`aws-cn:*`) or a variant (`fips:us-*`, `dualstack:*`,
/// `fips-dualstack:*`) as the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Global,
    Activated(Activation),
    All,
    Named(String),
    Variant(Scope, String),
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
    #[error(
        "endpoint {0:?} may hold lower-case letters, digits, hyphens and * only, 1 to 64 of them"
    )]
    Name(String),
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
    /// The SDK's rules refused.
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

pub(super) fn select(
    catalog: &Catalog,
    selector: &Selector,
) -> Result<Vec<Endpoint>, SelectorError> {
    if let Some(name) = catalog
        .extra_regions
        .iter()
        .find(|name| !is_endpoint_name(name))
    {
        return Err(SelectorError::Name(name.escape_debug().to_string()));
    }
    for (position, endpoint) in catalog.custom.iter().enumerate() {
        if catalog.custom[..position]
            .iter()
            .any(|earlier| earlier.name == endpoint.name)
        {
            return Err(SelectorError::Duplicate(endpoint.name.clone()));
        }
    }
    let mut chosen: Vec<Endpoint> = Vec::new();
    for term in &selector.terms {
        for endpoint in expand(catalog, term)? {
            if !chosen.iter().any(|e| e.name == endpoint.name) {
                chosen.push(endpoint);
            }
        }
    }
    Ok(chosen)
}

const MAX_SELECTOR_BYTES: usize = 4096;

const VARIANTS: [(&str, Scope); 3] = [
    ("fips", Scope::Fips),
    ("dualstack", Scope::DualStack),
    ("fips-dualstack", Scope::FipsDualStack),
];

fn parse_term(term: &str) -> Result<Term, SelectorError> {
    let pattern_ok =
        |p: &str| (1..=64).contains(&p.len()) && is_endpoint_name(&p.replace('*', "x"));
    match term.split_once(':') {
        None => Ok(match term {
            "" => return Err(SelectorError::Empty),
            "global" => Term::Global,
            "default" => Term::Activated(Activation::Default),
            "opt-in" => Term::Activated(Activation::OptIn),
            "all" => Term::All,
            name if pattern_ok(name) => Term::Named(name.to_owned()),
            name => return Err(SelectorError::Name(name.escape_debug().to_string())),
        }),
        Some((_, glob)) if !pattern_ok(glob) => {
            Err(SelectorError::Name(glob.escape_debug().to_string()))
        }
        Some((prefix, glob)) => {
            if let Some((_, scope)) = VARIANTS.iter().find(|(word, _)| *word == prefix) {
                return Ok(Term::Variant(*scope, glob.to_owned()));
            }
            if let Some(partition) = PARTITIONS.iter().find(|partition| partition.id == prefix) {
                return Ok(Term::Partition(partition.id, glob.to_owned()));
            }
            let words = VARIANTS
                .iter()
                .map(|(word, _)| *word)
                .chain(PARTITIONS.iter().map(|p| p.id));
            Err(SelectorError::Prefix {
                term: term.escape_debug().to_string(),
                prefix: prefix.escape_debug().to_string(),
                nearest: nearest(prefix, words),
            })
        }
    }
}

fn expand(catalog: &Catalog, term: &Term) -> Result<Vec<Endpoint>, SelectorError> {
    let regional = |region: &Region, scope| {
        resolve(
            &name_of(region.name, scope),
            region.partition,
            region.name,
            scope,
        )
    };
    let matching = |glob: &str,
                    scope,
                    keep: &dyn Fn(&Region) -> bool|
     -> Result<Vec<Endpoint>, SelectorError> {
        let found: Result<Vec<_>, _> = REGIONS
            .iter()
            .filter(|region| matches_glob(glob, region.name))
            // A pattern means what can be called; a Region that is only announced has to be named.
            .filter(|region| {
                keep(region) && (region.activation != Activation::Announced || glob == region.name)
            })
            .map(|region| regional(region, scope))
            .collect();
        match found {
            Ok(found) if found.is_empty() => Err(SelectorError::NoMatch(glob.to_owned())),
            other => Ok(other?),
        }
    };
    match term {
        Term::Global => match catalog.custom.iter().find(|e| e.name == "global") {
            Some(endpoint) => Ok(vec![endpoint.clone()]),
            None => Ok(vec![resolve("global", "aws", "aws-global", Scope::Global)?]),
        },
        Term::Activated(activation) => matching("*", Scope::Regional, &|r| {
            r.partition == "aws" && r.activation == *activation
        }),
        Term::All => matching("*", Scope::Regional, &|r| r.partition == "aws"),
        Term::Variant(scope, glob) => {
            // Every partition is meant only when the name says so in full.
            matching(glob, *scope, &|r| r.partition == "aws" || glob == r.name)
        }
        Term::Partition(partition, glob) => {
            matching(glob, Scope::Regional, &|r| r.partition == *partition)
        }
        Term::Named(glob) if glob.contains('*') => {
            let custom: Vec<_> = catalog
                .custom
                .iter()
                .filter(|e| matches_glob(glob, &e.name))
                .cloned()
                .collect();
            match matching(glob, Scope::Regional, &|r| r.partition == "aws") {
                Ok(found) => Ok(custom.into_iter().chain(found).collect()),
                Err(SelectorError::NoMatch(_)) if !custom.is_empty() => Ok(custom),
                Err(error) => Err(error),
            }
        }
        Term::Named(name) => {
            if let Some(endpoint) = catalog.custom.iter().find(|e| e.name == *name) {
                return Ok(vec![endpoint.clone()]);
            }
            if let Some(region) = Region::named(name) {
                return Ok(vec![regional(region, Scope::Regional)?]);
            }
            if catalog.extra_regions.contains(name) {
                return Ok(vec![resolve(name, "aws", name, Scope::Regional)?]);
            }
            let words = ["global", "default", "opt-in", "all"].into_iter();
            let names = words
                .chain(REGIONS.iter().map(|r| r.name))
                .chain(catalog.custom.iter().map(|e| e.name.as_str()));
            Err(SelectorError::Unknown {
                name: name.clone(),
                nearest: nearest(name, names),
            })
        }
    }
}

fn name_of(region: &str, scope: Scope) -> String {
    match scope {
        Scope::Fips | Scope::DualStack | Scope::FipsDualStack => format!("{scope}-{region}"),
        Scope::Global | Scope::Regional | Scope::Custom => region.to_owned(),
    }
}

fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> String {
    words
        .max_by(|a, b| strsim::jaro_winkler(word, a).total_cmp(&strsim::jaro_winkler(word, b)))
        .unwrap_or("global")
        .to_owned()
}

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

    fn names(selector: &str) -> Result<Vec<String>, SelectorError> {
        let selected = Catalog::default().select(&selector.parse()?)?;
        Ok(selected.into_iter().map(|e| e.name).collect())
    }

    #[test]
    fn the_default_selector_is_the_global_endpoint_and_seventeen_regions() {
        let all = names("global,default").expect("valid");
        assert_eq!((all.len(), all[0].as_str()), (18, "global"));
    }

    #[test]
    fn globs_match_whole_names() {
        assert_eq!(
            names("eu-west-*").expect("valid"),
            ["eu-west-1", "eu-west-2", "eu-west-3"]
        );
        assert_eq!(names("*-central-2").expect("valid"), ["eu-central-2"]);
        assert_eq!(names("us-*,us-west-2").expect("valid").len(), 4);
        assert_eq!(
            names("aws-cn:*").expect("valid"),
            ["cn-north-1", "cn-northwest-1"]
        );
        assert!(!matches_glob("a*a", "a"), "one letter cannot be both ends");
    }

    #[test]
    fn variants_and_partitions_resolve_to_the_sdks_hosts() {
        let hosts = |s: &str| {
            let selected = Catalog::default()
                .select(&s.parse().expect("parses"))
                .expect("selects");
            selected
                .into_iter()
                .map(|e| format!("{} {}", e.origin.host(), e.signing_region))
                .collect::<Vec<_>>()
        };
        assert_eq!(hosts("global"), ["sts.amazonaws.com us-east-1"]);
        assert_eq!(
            hosts("us-east-1"),
            ["sts.us-east-1.amazonaws.com us-east-1"]
        );
        assert_eq!(
            hosts("fips:us-west-2"),
            ["sts-fips.us-west-2.amazonaws.com us-west-2"]
        );
        assert_eq!(
            hosts("dualstack:eu-west-1"),
            ["sts.eu-west-1.api.aws eu-west-1"]
        );
        assert_eq!(
            hosts("cn-north-1"),
            ["sts.cn-north-1.amazonaws.com.cn cn-north-1"]
        );
    }

    #[test]
    fn bad_31_to_37_regions_are_refused_with_the_nearest_right_word() {
        assert!(
            names("eu-central1")
                .expect_err("typo")
                .to_string()
                .contains("did you mean eu-central-1")
        );
        assert!(names("xx-north-9").is_err());
        for name in [
            "EU-CENTRAL-1",
            " eu-central-1 ",
            "eu-central-1.evil.com/",
            "../../etc",
            "eu-central-1\0",
            "",
            "a,,b",
        ] {
            assert!(names(name).is_err(), "{name:?}");
        }
        assert!(
            names("fipps:us-*")
                .expect_err("typo")
                .to_string()
                .contains("did you mean fips")
        );
        assert!(names("zz-*").is_err());
    }

    #[test]
    fn a_region_that_the_user_vouches_for_resolves_by_the_same_rules() {
        let catalog = Catalog {
            extra_regions: vec!["eu-north-9".to_owned()],
            ..Catalog::default()
        };
        let selected = catalog
            .select(&"eu-north-9".parse().expect("parses"))
            .expect("selects");
        assert_eq!(selected[0].origin.host(), "sts.eu-north-9.amazonaws.com");
    }
}
