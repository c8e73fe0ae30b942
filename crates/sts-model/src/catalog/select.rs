//! Everything that can be selected, and what a selector selects of it.

use super::endpoint::{Endpoint, InvalidEndpointName, Scope, is_endpoint_name};
use super::region::{Activation, Region};
use super::regions::REGIONS;
use super::resolve::{ResolveError, resolve};
use super::selector::{Selector, SelectorError, Term};
use crate::glob::matches_glob;
use crate::nearest::most_alike;

/// Everything that can be selected: AWS's endpoints and the user's own.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Endpoints by URL, in the order in which they were given; their names shadow AWS's.
    pub custom: Vec<Endpoint>,
    /// Regions that the table lacks and the user admits; their hosts follow the same rules.
    pub extra_regions: Vec<String>,
}

impl Catalog {
    /// The endpoints that `selector` names, each once, in the selector's order.
    ///
    /// # Errors
    /// [`SelectorError`] when a term matches nothing (with the nearest right word) or AWS's rules refuse a Region.
    pub fn select(&self, selector: &Selector) -> Result<Vec<Endpoint>, SelectorError> {
        self.check()?;
        let mut chosen: Vec<Endpoint> = Vec::new();
        for term in &selector.terms {
            for endpoint in self.expand(term)? {
                if !chosen.iter().any(|earlier| earlier.name == endpoint.name) {
                    chosen.push(endpoint);
                }
            }
        }
        Ok(chosen)
    }

    fn check(&self) -> Result<(), SelectorError> {
        let mut extra = self.extra_regions.iter();
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
            Term::Global => match self.custom_named("global") {
                Some(endpoint) => Ok(vec![endpoint.clone()]),
                None => Ok(vec![resolve("global", "aws-global", Scope::Global)?]),
            },
            Term::Activated(activation) => matching("*", Scope::Regional, |region| {
                is_commercial(region) && region.activation == *activation
            }),
            Term::All => matching("*", Scope::Regional, is_commercial),
            // Every partition is meant only when the name says so in full.
            Term::Variant(scope, glob) => matching(glob, *scope, |region| {
                is_commercial(region) || glob == region.name
            }),
            Term::Partition(partition, glob) => matching(glob, Scope::Regional, |region| {
                region.partition == *partition
            }),
            Term::Named(glob) if glob.contains('*') => self.by_glob(glob),
            Term::Named(name) => Ok(vec![self.by_name(name)?]),
        }
    }

    fn by_glob(&self, glob: &str) -> Result<Vec<Endpoint>, SelectorError> {
        let mut found: Vec<_> = self
            .custom
            .iter()
            .filter(|endpoint| matches_glob(glob, &endpoint.name))
            .cloned()
            .collect();
        match matching(glob, Scope::Regional, is_commercial) {
            Err(SelectorError::NoMatch(_)) if !found.is_empty() => {}
            regional => found.extend(regional?),
        }
        Ok(found)
    }

    fn by_name(&self, name: &str) -> Result<Endpoint, SelectorError> {
        if let Some(endpoint) = self.custom_named(name) {
            return Ok(endpoint.clone());
        }
        if let Some(region) = Region::named(name) {
            return Ok(variant(region, Scope::Regional)?);
        }
        if self.extra_regions.iter().any(|extra| extra == name) {
            return Ok(resolve(name, name, Scope::Regional)?);
        }
        let groups = ["global", "default", "opt-in", "all"].into_iter();
        let words = groups
            .chain(REGIONS.iter().map(|region| region.name))
            .chain(self.custom.iter().map(|endpoint| endpoint.name.as_str()));
        Err(SelectorError::Unknown {
            name: name.to_owned(),
            nearest: most_alike(name, words).unwrap_or("global").to_owned(),
        })
    }

    fn custom_named(&self, name: &str) -> Option<&Endpoint> {
        self.custom.iter().find(|endpoint| endpoint.name == name)
    }
}

/// The endpoints of the Regions that `glob` matches and `keep` keeps.
fn matching(
    glob: &str,
    scope: Scope,
    keep: impl Fn(&Region) -> bool,
) -> Result<Vec<Endpoint>, SelectorError> {
    let found = REGIONS
        .iter()
        .filter(|region| matches_glob(glob, region.name))
        // A pattern means what can be called; a Region that is only announced has to be named.
        .filter(|region| region.activation != Activation::Announced || glob == region.name)
        .filter(|region| keep(region))
        .map(|region| variant(region, scope))
        .collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() {
        return Err(SelectorError::NoMatch(glob.to_owned()));
    }
    Ok(found)
}

fn variant(region: &Region, scope: Scope) -> Result<Endpoint, ResolveError> {
    let name = match scope {
        Scope::Fips | Scope::DualStack | Scope::FipsDualStack => format!("{scope}-{}", region.name),
        Scope::Global | Scope::Regional | Scope::Custom => region.name.to_owned(),
    };
    resolve(&name, region.name, scope)
}

fn is_commercial(region: &Region) -> bool {
    region.partition == "aws"
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
    fn a_region_that_the_user_admits_resolves_by_the_same_rules() {
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
