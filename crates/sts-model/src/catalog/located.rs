//! `here` and `near`: what they mean at the caller's place.

use super::endpoint::Scope;
use super::region::{Activation, Coordinates, Partition, Region};
use super::regions::{PARTITIONS, REGIONS};
use super::select::Catalog;
use super::selector::{Pattern, Regions, Selector, SelectorError, Term};

impl Catalog {
    /// The same selector with the names of Regions, or of a partition, instead of `here` and `near`. `near` has only Regions that every account
    /// has, and fewer than asked for where the partition has no more. An unknown place is in the commercial partition.
    ///
    /// # Errors
    /// [`SelectorError::NoRegion`] when the caller's Region is not known, [`SelectorError::NoCoordinates`] when nobody knows
    /// where it is.
    pub fn located(&self, selector: &Selector) -> Result<Selector, SelectorError> {
        let mut terms = Vec::new();
        for term in &selector.terms {
            match term {
                Term::Here(Scope::Regional) if self.custom_named("here").is_some() => {
                    terms.push(Term::Named("here".to_owned()));
                }
                Term::Here(scope) => terms.push(term_of(self.known_here(term)?, *scope)),
                Term::Near(scope, number) => {
                    let nearest = nearest_to(self.known_here(term)?, *number, term)?;
                    terms.extend(nearest.into_iter().map(|region| term_of(region, *scope)));
                }
                Term::NearWherePlaced(number) => {
                    // Nobody knows where some Regions are.
                    let nearest = nearest_to(self.known_here(term)?, *number, term);
                    let named = nearest.unwrap_or_default().into_iter();
                    terms.extend(named.map(|region| term_of(region, Scope::Regional)));
                }
                Term::GlobalOfPlace => terms.extend(self.has_global().then_some(Term::Global)),
                Term::DefaultOfPlace => {
                    terms.push(self.default_of_place());
                    let own = self.own_beside_default();
                    terms.extend(own.map(|region| Term::Named(region.name.to_owned())));
                }
                other => terms.push(other.clone()),
            }
        }
        Ok(Selector { terms })
    }

    fn partition(&self) -> &'static Partition {
        self.here
            .as_deref()
            .map_or(&PARTITIONS[0], Partition::of_region)
    }

    /// Whether a caller here has a global endpoint: credentials of one partition are unknown in the others.
    fn has_global(&self) -> bool {
        self.custom_named("global").is_some() || self.partition().has_global_endpoint()
    }

    fn default_of_place(&self) -> Term {
        let partition = self.partition();
        let pattern = Pattern::Activated(Activation::Default);
        let is_meant = |region: &Region| region.partition == partition.id && pattern.means(region);
        match &self.here {
            Some(here) if !REGIONS.iter().any(is_meant) => Term::Named(here.clone()),
            _ => Term::Regions(Regions {
                scope: Scope::Regional,
                partition: (!partition.has_global_endpoint()).then_some(partition.id),
                pattern,
            }),
        }
    }

    /// The caller's Region where not every account has it: who is there has enabled it.
    fn own_beside_default(&self) -> Option<&'static Region> {
        let region = Region::named(self.here.as_deref()?)?;
        (region.activation != Activation::Default).then_some(region)
    }

    fn known_here(&self, term: &Term) -> Result<&str, SelectorError> {
        let here = self.here.as_deref();
        let here = here.ok_or_else(|| SelectorError::NoRegion {
            term: term.to_string(),
        })?;
        if self.is_admitted(here) || Region::named(here).is_some() {
            return Ok(here);
        }
        let city = Region::in_city(here).map(|region| region.name.to_owned());
        let hint = city.or_else(|| Region::nearest_name(here));
        let hint = hint.map(|meant| format!("; did you mean {meant}?"));
        Err(SelectorError::NoSuchRegion {
            term: term.to_string(),
            region: here.escape_debug().to_string(),
            hint: hint.unwrap_or_else(|| ".".to_owned()),
        })
    }
}

fn term_of(region: &str, scope: Scope) -> Term {
    match scope {
        Scope::Regional => Term::Named(region.to_owned()),
        scope => Term::Regions(Regions {
            scope,
            partition: Some(Partition::of_region(region).id),
            pattern: Pattern::Glob(region.to_owned()),
        }),
    }
}

/// The names of the Regions of the same partition that are nearest to `here`, the nearest first.
fn nearest_to(here: &str, number: usize, term: &Term) -> Result<Vec<&'static str>, SelectorError> {
    let place = |region: &Region| region.coordinates;
    let from = Region::named(here)
        .and_then(place)
        .ok_or_else(|| SelectorError::NoCoordinates {
            term: term.to_string(),
            region: here.to_owned(),
        })?;
    let partition = Partition::of_region(here).id;
    let mut others: Vec<(&'static str, Coordinates)> = REGIONS
        .iter()
        .filter(|region| region.partition == partition && region.name != here)
        .filter(|region| region.activation == Activation::Default)
        .filter_map(|region| Some((region.name, region.coordinates?)))
        .collect();
    others.sort_by(|(_, a), (_, b)| from.kilometres_to(*a).total_cmp(&from.kilometres_to(*b)));
    Ok(others
        .into_iter()
        .map(|(name, _)| name)
        .take(number)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(here: Option<&str>) -> Catalog {
        Catalog {
            here: here.map(str::to_owned),
            ..Catalog::default()
        }
    }

    fn names(here: &str, selector: &str) -> Result<Vec<String>, SelectorError> {
        let selected = at(Some(here)).select(&selector.parse()?)?;
        Ok(selected.into_iter().map(|it| it.name).collect())
    }

    #[test]
    fn here_is_the_regions_own_endpoint_in_each_variant() {
        assert_eq!(names("us-west-2", "here").expect("valid"), ["us-west-2"]);
        assert_eq!(
            names("us-gov-west-1", "fips:here,dualstack:here").expect("valid"),
            ["fips-us-gov-west-1", "dualstack-us-gov-west-1"]
        );
        let catalog = at(Some("cn-north-1"));
        let selected = catalog
            .select(&"here".parse().expect("valid"))
            .expect("valid");
        assert_eq!(selected[0].origin.host(), "sts.cn-north-1.amazonaws.com.cn");
    }

    #[test]
    fn the_global_endpoint_and_the_default_regions_are_those_of_the_places_partition() {
        let quick = |here: &str| names(here, "global:here,here,near:2").expect("valid");
        assert_eq!(
            quick("eu-central-1"),
            ["global", "eu-central-1", "eu-west-3", "eu-west-2"]
        );
        assert_eq!(quick("us-gov-west-1"), ["us-gov-west-1", "us-gov-east-1"]);
        assert_eq!(quick("cn-north-1"), ["cn-north-1", "cn-northwest-1"]);
        assert_eq!(quick("eusc-de-east-1"), ["eusc-de-east-1"]);
        let usual = |here: Option<&str>| {
            let selector = "global:here,default:here".parse().expect("valid");
            at(here).located(&selector).expect("located").to_string()
        };
        assert_eq!(usual(None), "global,default");
        assert_eq!(usual(Some("eu-west-9")), "global,default");
        assert_eq!(usual(Some("us-gov-east-1")), "aws-us-gov:default");
        assert_eq!(
            names("cn-northwest-1", "global:here,default:here").expect("valid"),
            ["cn-north-1", "cn-northwest-1"]
        );
    }

    #[test]
    fn the_default_regions_of_a_place_have_its_own_region_among_them_where_that_is_an_opt_in_one() {
        let usual: Selector = "global:here,default:here".parse().expect("valid");
        let here = |region: &str| at(Some(region)).located(&usual).expect("located");
        assert_eq!(
            here("eu-central-2").to_string(),
            "global,default,eu-central-2"
        );
        for region in REGIONS {
            let called = names(region.name, "global:here,default:here").expect("valid");
            let own = called.iter().filter(|name| *name == region.name);
            assert_eq!(own.count(), 1, "{}", region.name);
        }
    }

    #[test]
    fn near_are_the_nearest_regions_that_every_account_has() {
        assert_eq!(
            names("eu-central-1", "global,here,near:2").expect("valid"),
            ["global", "eu-central-1", "eu-west-3", "eu-west-2"]
        );
        // From an opt-in Region too.
        assert_eq!(
            names("eu-central-2", "near:1").expect("valid"),
            ["eu-central-1"]
        );
        assert_eq!(
            names("us-west-2", "near:2").expect("valid"),
            ["us-west-1", "us-east-2"]
        );
    }

    #[test]
    fn near_stays_within_the_partition_and_takes_what_there_is() {
        assert_eq!(
            names("us-gov-west-1", "near:5").expect("valid"),
            ["us-gov-east-1"]
        );
        assert_eq!(
            names("cn-north-1", "fips:near:2").expect("valid"),
            ["fips-cn-northwest-1"]
        );
        assert_eq!(
            names("eusc-de-east-1", "here,near:2").expect("valid"),
            ["eusc-de-east-1"]
        );
        let alone = names("eusc-de-east-1", "near:2").expect_err("no other Region");
        assert!(alone.to_string().contains("has no other Region"), "{alone}");
    }

    #[test]
    fn without_a_place_the_refusal_says_what_to_set() {
        for selector in ["here", "global,near:2", "fips:here"] {
            let error = at(None)
                .select(&selector.parse().expect("valid"))
                .expect_err("nowhere");
            let said = error.to_string();
            assert!(
                said.contains("--region") && said.contains("AWS_REGION"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_region_that_is_newer_than_the_table_is_here_but_has_no_neighbours() {
        assert_eq!(names("eu-north-9", "here").expect("valid"), ["eu-north-9"]);
        let error = names("eu-north-9", "near:2").expect_err("no coordinates");
        assert!(error.to_string().contains("eu-north-9"), "{error}");
        let secret = names("us-iso-east-1", "near:1").expect_err("no coordinates");
        assert!(secret.to_string().contains("us-iso-east-1"), "{secret}");
    }

    #[test]
    fn what_is_near_where_nobody_knows_the_place_is_nothing_beside_what_there_is() {
        let quick = |here: &str| names(here, "global:here,here,near:2:here").expect("valid");
        assert_eq!(
            quick("eu-central-1"),
            ["global", "eu-central-1", "eu-west-3", "eu-west-2"]
        );
        assert_eq!(quick("eu-north-9"), ["global", "eu-north-9"]);
        let placeless = REGIONS.iter().filter(|it| it.coordinates.is_none());
        for region in placeless {
            assert!(
                quick(region.name).contains(&region.name.to_owned()),
                "{}",
                region.name
            );
        }
        let error = at(None).select(&"near:2:here".parse().expect("valid"));
        assert!(matches!(error, Err(SelectorError::NoRegion { .. })));
    }

    #[test]
    fn here_is_no_host_of_what_is_named_like_no_region() {
        for (here, hint) in [
            ("frankfurt", "did you mean eu-central-1?"),
            ("eu-cental-1", "did you mean eu-central-1?"),
            ("garage", "--allow-region"),
        ] {
            for selector in ["here", "fips:here", "global:here,here,near:2:here"] {
                let error = names(here, selector).expect_err("no Region").to_string();
                assert!(
                    error.contains(hint) && error.contains("--region"),
                    "{error}"
                );
            }
        }
        // A city stays a city where the environment has it for a Region.
        assert_eq!(
            names("frankfurt", "frankfurt").expect("valid"),
            ["eu-central-1"]
        );
        let admitted = Catalog {
            extra_regions: vec!["garage".to_owned()],
            ..at(Some("garage"))
        };
        let here = admitted.select(&"here".parse().expect("valid"));
        assert_eq!(here.expect("admitted")[0].name, "garage");
    }

    #[test]
    fn an_endpoint_by_url_called_here_is_that_endpoint() {
        let origin = "https://sts.eu-west-1.amazonaws.com";
        let origin = super::super::origin::Origin::parse(origin).expect("a URL");
        let own = super::super::endpoint::Endpoint::custom("here", origin).expect("a name");
        let catalog = Catalog {
            custom: vec![own.clone()],
            ..Catalog::default()
        };
        let selected = catalog.select(&"here".parse().expect("valid"));
        assert_eq!(selected, Ok(vec![own]));
    }

    #[test]
    fn a_selector_is_written_as_it_is_typed() {
        for text in [
            "global,all,default,opt-in,eu-*,here,near:3",
            "global:here,here,near:2:here",
            "fips:aws-us-gov:*,dualstack:here,fips-dualstack:near:64,aws-cn:all",
        ] {
            let selector: Selector = text.parse().expect("valid");
            assert_eq!(selector.to_string(), text);
            assert!(selector.depends_on_place());
        }
    }

    #[test]
    fn what_here_and_near_cannot_be_is_refused_by_name() {
        for (text, words) in [
            ("near:0", "from 1 to 64"),
            ("near:", "from 1 to 64"),
            ("near:99", "from 1 to 64"),
            ("near:0:here", "from 1 to 64"),
            ("fips:near:2:here", "from 1 to 64"),
            ("fips:near:two", "such as near:2"),
            ("aws-cn:here", "without aws-cn:"),
            ("fips:aws-cn:near:2", "without aws-cn:"),
        ] {
            let error = text.parse::<Selector>().expect_err("refused");
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }
}
