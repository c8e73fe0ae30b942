//! Everything that can be selected, and what a selector selects of it.

use super::endpoint::{Endpoint, InvalidEndpointName, Scope, is_endpoint_name};
use super::lookup::as_typed;
use super::region::{Activation, Region};
use super::regions::REGIONS;
use super::resolve::{ResolveError, resolve};
use super::selector::{Pattern, Regions, Selector, SelectorError, Term, hint, prefix};
use crate::glob::matches_glob;
use crate::nearest::nearest_slip;

/// Everything that can be selected: AWS's endpoints and the user's own.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Endpoints by URL, in the order in which they were given; their names shadow AWS's.
    pub custom: Vec<Endpoint>,
    /// Regions that the table lacks and the user admits; their hosts follow the same rules.
    pub extra_regions: Vec<String>,
    /// The Region of the caller's place, which `here` means and `near` is about; it may be one that the table lacks.
    pub here: Option<String>,
}

impl Catalog {
    /// The endpoints that `selector` names, each once, in the selector's order.
    ///
    /// # Errors
    /// [`SelectorError`] when a term matches nothing (with the nearest right word) or AWS's rules refuse a Region.
    pub fn select(&self, selector: &Selector) -> Result<Vec<Endpoint>, SelectorError> {
        self.check()?;
        let mut chosen: Vec<Endpoint> = Vec::new();
        let located = self.located(selector)?;
        for term in &located.terms {
            for endpoint in self.expand(term)? {
                if !chosen.iter().any(|earlier| earlier.name == endpoint.name) {
                    chosen.push(endpoint);
                }
            }
        }
        if chosen.is_empty() {
            return Err(SelectorError::NoMatch {
                pattern: selector.to_string(),
                advice: "the partition of this place's Region has no other Region".to_owned(),
            });
        }
        Ok(chosen)
    }

    fn check(&self) -> Result<(), SelectorError> {
        let mut extra = self.extra_regions.iter().chain(&self.here);
        if let Some(name) = extra.find(|name| !is_endpoint_name(name)) {
            return Err(InvalidEndpointName(name.escape_debug().to_string()).into());
        }
        for (position, endpoint) in self.custom.iter().enumerate() {
            let mut earlier = self.custom[..position].iter();
            if earlier.any(|earlier| earlier.name == endpoint.name) {
                return Err(SelectorError::Duplicate(endpoint.name.clone()));
            }
        }
        Ok(())
    }

    fn expand(&self, term: &Term) -> Result<Vec<Endpoint>, SelectorError> {
        match term {
            Term::Global => self.global().map(|endpoint| vec![endpoint]),
            Term::All => {
                let regional = Regions::plain(Pattern::All).endpoints()?;
                Ok(std::iter::once(self.global()?).chain(regional).collect())
            }
            Term::Regions(regions) => match &regions.pattern {
                Pattern::Glob(name) if self.is_admitted(name) => {
                    Ok(vec![endpoint_of(name, regions.scope)?])
                }
                _ => regions.endpoints(),
            },
            relative @ (Term::Here(_)
            | Term::Near(..)
            | Term::NearWherePlaced(_)
            | Term::GlobalOfPlace
            | Term::DefaultOfPlace) => Err(SelectorError::NoRegion {
                term: relative.to_string(),
            }),
            Term::Named(glob) if glob.contains('*') => self.by_glob(glob),
            Term::Named(name) => Ok(vec![self.by_name(name)?]),
        }
    }

    fn global(&self) -> Result<Endpoint, SelectorError> {
        match self.custom_named("global") {
            Some(endpoint) => Ok(endpoint.clone()),
            None => Ok(resolve("global", "aws-global", Scope::Global)?),
        }
    }

    pub(super) fn is_admitted(&self, region: &str) -> bool {
        // A Region of this place that is not named like one may be a city's name or a slip, and its host somebody's.
        let here = self.here.iter().filter(|it| Region::is_named_like_one(it));
        let mut admitted = self.extra_regions.iter().chain(here);
        admitted.any(|admitted| admitted == region)
    }

    fn by_glob(&self, glob: &str) -> Result<Vec<Endpoint>, SelectorError> {
        let mut found: Vec<_> = self
            .custom
            .iter()
            .filter(|endpoint| matches_glob(glob, &endpoint.name))
            .cloned()
            .collect();
        match Regions::plain(Pattern::Glob(glob.to_owned())).endpoints() {
            Err(SelectorError::NoMatch { .. }) if !found.is_empty() => {}
            regional => found.extend(regional?),
        }
        Ok(found)
    }

    fn by_name(&self, name: &str) -> Result<Endpoint, SelectorError> {
        if let Some(endpoint) = self.custom_named(name) {
            return Ok(endpoint.clone());
        }
        if Region::named(name).is_some() || self.is_admitted(name) {
            return Ok(endpoint_of(name, Scope::Regional)?);
        }
        if let Some(region) = Region::in_city(name) {
            return Ok(endpoint_of(region.name, Scope::Regional)?);
        }
        let cities: Vec<String> = REGIONS
            .iter()
            .filter_map(|region| region.city.map(as_typed))
            .collect();
        let groups = ["global", "default", "opt-in", "all", "here", "near:2"].into_iter();
        let words = groups
            .chain(REGIONS.iter().map(|region| region.name))
            .chain(cities.iter().map(String::as_str))
            .chain(self.custom.iter().map(|endpoint| endpoint.name.as_str()));
        Err(SelectorError::Unknown {
            name: name.to_owned(),
            hint: hint(nearest_slip(name, words)),
        })
    }

    pub(super) fn custom_named(&self, name: &str) -> Option<&Endpoint> {
        self.custom.iter().find(|endpoint| endpoint.name == name)
    }
}

impl Regions {
    fn plain(pattern: Pattern) -> Self {
        Self {
            scope: Scope::Regional,
            partition: None,
            pattern,
        }
    }

    /// The endpoints of the Regions that are meant. Without a partition those are the commercial ones; a name or glob that
    /// none of these has is looked for in every partition, so that `us-gov-*` says enough and `us-*` means no Region of GovCloud.
    fn endpoints(&self) -> Result<Vec<Endpoint>, SelectorError> {
        let mut found = self.within(self.partition.unwrap_or(COMMERCIAL));
        if found.is_empty() && self.partition.is_none() && matches!(self.pattern, Pattern::Glob(_))
        {
            found = REGIONS
                .iter()
                .filter(|region| self.pattern.means(region))
                .collect();
        }
        if found.is_empty()
            && let Pattern::Glob(name) = &self.pattern
        {
            let partition =
                |region: &&Region| self.partition.is_none_or(|id| id == region.partition);
            found.extend(Region::in_city(name).filter(partition));
        }
        if found.is_empty() {
            return Err(self.no_match());
        }
        let endpoints = found
            .into_iter()
            .map(|region| endpoint_of(region.name, self.scope));
        Ok(endpoints.collect::<Result<_, _>>()?)
    }

    fn within(&self, partition: &str) -> Vec<&'static Region> {
        REGIONS
            .iter()
            .filter(|region| region.partition == partition && self.pattern.means(region))
            .collect()
    }

    /// Names a form that would match.
    fn no_match(&self) -> SelectorError {
        let glob = self.pattern.as_str();
        let elsewhere = || REGIONS.iter().find(|region| self.pattern.means(region));
        let announced = || {
            REGIONS.iter().find(|region| {
                matches_glob(glob, region.name)
                    && self
                        .partition
                        .is_none_or(|partition| partition == region.partition)
            })
        };
        let advice = if glob == "global" {
            "the global endpoint has one form, global".to_owned()
        } else if let Some(region) = announced() {
            format!(
                "{} is only announced: name it in full to call it",
                self.written(self.partition, region.name)
            )
        } else if let (Some(_), Some(region)) = (self.partition, elsewhere()) {
            format!(
                "did you mean {}?",
                self.written(Some(region.partition), glob)
            )
        } else if let Some(partition) = self.partition {
            format!(
                "{} is every Region of that partition",
                self.written(Some(partition), "*")
            )
        } else {
            "`stsbench endpoints` lists what there is".to_owned()
        };
        SelectorError::NoMatch {
            pattern: self.written(self.partition, glob),
            advice,
        }
    }

    /// The same variant of other Regions, as in a selector.
    fn written(&self, partition: Option<&str>, regions: &str) -> String {
        prefix(self.scope, partition) + regions
    }
}

impl Pattern {
    /// A pattern means what can be called; a Region that is only announced has to be named.
    pub(super) fn means(&self, region: &Region) -> bool {
        match self {
            Self::Activated(activation) => region.activation == *activation,
            Self::All => region.activation != Activation::Announced,
            Self::Glob(glob) => {
                matches_glob(glob, region.name)
                    && (region.activation != Activation::Announced || glob == region.name)
            }
        }
    }
}

/// The endpoint of a Region, named after both.
fn endpoint_of(region: &str, scope: Scope) -> Result<Endpoint, ResolveError> {
    let name = match scope {
        Scope::Fips | Scope::DualStack | Scope::FipsDualStack => format!("{scope}-{region}"),
        Scope::Global | Scope::Regional | Scope::Custom => region.to_owned(),
    };
    resolve(&name, region, scope)
}

/// The partition that is meant unless another one is named.
const COMMERCIAL: &str = "aws";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::regions::PARTITIONS;

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
    fn cities_name_regions_and_blanks_beside_commas_do_not_matter() {
        assert_eq!(
            names(" global, frankfurt ,\tHong Kong,fips:ohio, aws-cn:beijing").expect("valid"),
            [
                "global",
                "eu-central-1",
                "ap-east-1",
                "fips-us-east-2",
                "cn-north-1"
            ]
        );
        assert_eq!(names("frankfurt,eu-central-1").expect("valid").len(), 1);
        for (typo, meant) in [("frankfrut", "frankfurt"), ("Frankfrut", "frankfurt")] {
            let error = names(typo).expect_err(typo).to_string();
            assert!(error.contains(&format!("did you mean {meant}?")), "{error}");
        }
        for far in ["3", "x", "xyz", "mars"] {
            let error = names(far).expect_err(far).to_string();
            assert!(!error.contains("did you mean"), "{error}");
        }
        let error = names("nearest:2").expect_err("no prefix").to_string();
        assert!(error.contains("did you mean near?"), "{error}");
        let error = names("zzz:2").expect_err("no prefix").to_string();
        assert!(error.contains("global:here, default:here"), "{error}");
        let error = names("global eu-west-1").expect_err("one word").to_string();
        assert!(error.contains("global,eu-west-1"), "{error}");
        for empty in ["global, ,eu-west-1", " ", "a,,b"] {
            assert_eq!(names(empty), Err(SelectorError::Empty), "{empty}");
        }
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
    }

    /// What a pattern has to select, told from the table alone.
    fn meant(partition: Option<&str>, regions: &str) -> Vec<&'static str> {
        let of = |id: &str| {
            REGIONS
                .iter()
                .filter(|region| region.partition == id)
                .filter(|region| match regions {
                    "all" => region.activation != Activation::Announced,
                    "default" => region.activation == Activation::Default,
                    "opt-in" => region.activation == Activation::OptIn,
                    glob => {
                        matches_glob(glob, region.name)
                            && (region.activation != Activation::Announced || glob == region.name)
                    }
                })
                .map(|region| region.name)
                .collect::<Vec<_>>()
        };
        let commercial = of(partition.unwrap_or("aws"));
        let everywhere = || {
            PARTITIONS
                .iter()
                .flat_map(|partition| of(partition.id))
                .collect()
        };
        match (partition, commercial.is_empty(), regions) {
            (None, true, regions) if !["all", "default", "opt-in"].contains(&regions) => {
                everywhere()
            }
            _ => commercial,
        }
    }

    #[test]
    fn every_variant_of_every_partition_and_pattern_is_the_sdks_or_a_refusal_that_says_what_would_match()
     {
        let mut patterns: Vec<String> = [
            "*", "all", "default", "opt-in", "*-1", "zz-*", "*-gov-*", "us-*", "us-iso*",
        ]
        .map(str::to_owned)
        .to_vec();
        for region in REGIONS {
            patterns.push(region.name.to_owned());
            let (before, _) = region.name.rsplit_once('-').expect("a number at the end");
            patterns.push(format!("{before}-*"));
            let (area, _) = before.rsplit_once('-').expect("a direction");
            patterns.push(format!("{area}-*"));
        }
        let partitions = PARTITIONS.iter().map(|partition| Some(partition.id));
        for partition in partitions.chain([None]) {
            for regions in &patterns {
                for (variant, scope) in [
                    ("", Scope::Regional),
                    ("fips:", Scope::Fips),
                    ("dualstack:", Scope::DualStack),
                    ("fips-dualstack:", Scope::FipsDualStack),
                ] {
                    let id = partition.map(|id| format!("{id}:")).unwrap_or_default();
                    let term = format!("{variant}{id}{regions}");
                    let selected = Catalog::default().select(&term.parse().expect("a selector"));
                    let expected = meant(partition, regions);
                    match selected {
                        Err(SelectorError::NoMatch { pattern, advice }) => {
                            assert!(expected.is_empty() && !advice.is_empty(), "{term}");
                            assert_eq!(pattern, term);
                        }
                        Err(other) => panic!("{term}: {other}"),
                        Ok(mut found) => {
                            if term == "all" {
                                assert_eq!(found.remove(0).name, "global", "all is all");
                            }
                            let names: Vec<_> = found.iter().map(|e| e.region.as_str()).collect();
                            assert_eq!(names, expected, "{term}");
                            // What `resolve` gives is compared with the AWS SDK's resolver for every Region and variant.
                            for endpoint in found {
                                let as_the_sdk = resolve(&endpoint.name, &endpoint.region, scope);
                                assert_eq!(Ok(endpoint), as_the_sdk, "{term}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_pattern_without_a_match_names_the_form_that_has_one() {
        for (term, advice) in [
            ("aws:us-gov-*", "did you mean aws-us-gov:us-gov-*?"),
            ("fips:aws-cn:eu-*", "did you mean fips:aws:eu-*?"),
            (
                "aws-cn:us-gov-west-1",
                "did you mean aws-us-gov:us-gov-west-1?",
            ),
            (
                "dualstack:aws-cn:zz-*",
                "dualstack:aws-cn:* is every Region",
            ),
            ("aws-cn:opt-in", "did you mean aws:opt-in?"),
            ("fips:global", "has one form, global"),
            ("zz-*", "`stsbench endpoints` lists"),
            ("aws-us-gov:fips:*", "write fips:aws-us-gov:*"),
        ] {
            let refused = names(term).expect_err(term).to_string();
            assert!(refused.contains(advice), "{term}: {refused}");
        }
        for term in [
            "fips:dualstack:*",
            "fips:fips:*",
            "aws:aws:*",
            "fips:aws:aws:*",
            ":",
            "fips:",
            "aws:",
            "fips:aws:",
        ] {
            assert!(names(term).is_err(), "{term}");
        }
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
            "eu-central-1.evil.com/",
            "../../etc",
            "eu-central-1\0",
            "",
            "a,,b",
        ] {
            assert!(names(name).is_err(), "{name:?}");
        }
        for (selector, advice) in [
            ("fipps:us-*", "did you mean fips?"),
            ("dualstack:fips:us-east-1", "are fips-dualstack:"),
            ("https://sts.amazonaws.com", "--endpoint-url NAME=URL"),
            ("x:us-*", "allowed: fips, dualstack"),
        ] {
            let error = names(selector).expect_err(selector).to_string();
            assert!(error.contains(advice), "{error}");
        }
        assert!(names("zz-*").is_err());
    }

    #[test]
    fn capitals_do_not_matter() {
        assert_eq!(
            names("GLOBAL,EU-West-1,Frankfurt,FIPS:us-east-1").expect("names"),
            ["global", "eu-west-1", "eu-central-1", "fips-us-east-1"]
        );
        let error = names("EU-CENTRAL1").expect_err("a slip").to_string();
        assert!(error.contains("did you mean eu-central-1?"), "{error}");
    }

    #[test]
    fn a_region_that_the_user_admits_resolves_by_the_same_rules() {
        let catalog = Catalog {
            extra_regions: vec!["eu-north-9".to_owned()],
            here: None,
            ..Catalog::default()
        };
        let selected = catalog
            .select(&"eu-north-9".parse().expect("parses"))
            .expect("selects");
        assert_eq!(selected[0].origin.host(), "sts.eu-north-9.amazonaws.com");
        let fips = catalog.select(&"fips:eu-north-9".parse().expect("parses"));
        assert_eq!(
            fips.expect("selects")[0].origin.host(),
            "sts-fips.eu-north-9.amazonaws.com"
        );
    }
}
