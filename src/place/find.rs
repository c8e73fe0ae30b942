//! The search for the Region and the name of the place, in order.

use std::cell::OnceCell;

use sts_model::{Partition, Region};

use crate::credentials::CallerWords;

use super::error::PlaceError;
use super::machine::ThisMachine;
use super::observed::{PlaceFact, PlaceKind, ReportedByServices, observed};
use super::region::{LocalRegion, is_label, region_of_zone};
use super::source::RegionSource;
use super::surroundings::Surroundings;
use super::vantage::VantageName;

/// What to search for, and what was given.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceSearch {
    /// `--region`.
    pub region: Option<String>,
    /// `--vantage`.
    pub vantage: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// The Region from which a simulated service is called.
    pub simulated: Option<String>,
    /// Whether services of the container and the instance are asked.
    pub metadata: MetadataUse,
    /// Whether the machine is asked where it is, besides where it was said to be.
    pub observation: Observation,
    /// The options of who asks, for messages.
    pub options: CallerWords,
}

/// Whether a search may ask services for the Region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum MetadataUse {
    /// It may.
    #[default]
    Asked,
    /// Nothing is sent.
    NotAsked,
}

/// Whether a machine is asked where it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Observation {
    /// It is not.
    #[default]
    None,
    /// It is, and what it says is recorded.
    Recorded,
    /// It is, and one of the things it says has to be the name that was given to the place.
    Required,
}

/// From where a run measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuringPlace {
    /// The Region that an AWS SDK here would call; `None` where none is configured, or the name of a global endpoint.
    pub region: Option<LocalRegion>,
    /// What stands where the Region is said, and is the name of a global endpoint: `aws-global`.
    pub pseudo_region: Option<(String, RegionSource)>,
    /// What stands where the Region is said, if it is an older name of the Region's FIPS endpoint: `fips-us-east-1`.
    pub fips_name: Option<String>,
    /// The name under which runs from here are kept together.
    pub vantage: VantageName,
    /// What the machine says about where it is, the most exact first.
    pub observed: Vec<PlaceFact>,
}

impl MeasuringPlace {
    /// The same place, if AWS has its Region or could have one of that name.
    ///
    /// # Errors
    /// [`PlaceError::NoSuchRegion`] otherwise.
    pub fn with_real_region(self) -> Result<Self, PlaceError> {
        let is_real = |it: &LocalRegion| it.is_known() || Region::is_named_like_one(&it.name);
        match &self.region {
            Some(region) if !is_real(region) => Err(PlaceError::NoSuchRegion {
                source_name: region.source.clone(),
                value: region.name.clone(),
                hint: Region::nearest_name(&region.name)
                    .map(|meant| format!("; did you mean {meant}?"))
                    .unwrap_or_default(),
            }),
            _ => Ok(self),
        }
    }
}

impl PlaceSearch {
    /// The place of this machine. It takes at most 1.5 s, and nothing is sent where no metadata can be.
    ///
    /// # Errors
    /// [`PlaceError`] when a value that counts is malformed.
    pub(crate) fn find(&self) -> Result<MeasuringPlace, PlaceError> {
        self.find_in(&ThisMachine)
    }

    fn find_in(&self, surroundings: &dyn Surroundings) -> Result<MeasuringPlace, PlaceError> {
        let services = Services::new(self, surroundings);
        let mut fips_name = None;
        let (region, pseudo_region) = match self.first_region(surroundings, &services)? {
            // It says which endpoint is called, not where.
            Some((text, source)) if Partition::is_pseudo_region(&text) => {
                (None, Some((text, source)))
            }
            Some((text, source)) => {
                let is_of_profile = matches!(source, RegionSource::Profile(_));
                let region = LocalRegion::new(&text, source).map_err(|error| {
                    let place = || surroundings.profile_region_place(self.profile.as_deref());
                    let error = error.for_options(self.options);
                    match is_of_profile.then(place).flatten() {
                        Some(place) => {
                            let error = Box::new(error);
                            PlaceError::InFile { error, place }
                        }
                        None => error,
                    }
                })?;
                fips_name = (region.name != text).then_some(text);
                (Some(region), None)
            }
            None => (None, None),
        };
        let vantage = VantageName::of(
            self.vantage.as_deref(),
            self.simulated.as_deref(),
            region.as_ref(),
            surroundings,
        )?;
        let observed = self.observed(&vantage, surroundings, &services)?;
        Ok(MeasuringPlace {
            region,
            pseudo_region,
            fips_name,
            vantage,
            observed,
        })
    }

    fn observed(
        &self,
        vantage: &VantageName,
        surroundings: &dyn Surroundings,
        services: &Services<'_>,
    ) -> Result<Vec<PlaceFact>, PlaceError> {
        if self.observation == Observation::None {
            return Ok(Vec::new());
        }
        let mut observed = observed(surroundings, &services.reported());
        if self.observation == Observation::Required {
            vantage.require_among(&observed)?;
        }
        // What a simulated service answers does not depend on the host.
        observed.retain(|fact| fact.kind != PlaceKind::Host || self.simulated.is_none());
        Ok(observed)
    }

    /// The first text that stands where a Region is said.
    fn first_region(
        &self,
        around: &dyn Surroundings,
        services: &Services<'_>,
    ) -> Result<Option<(String, RegionSource)>, PlaceError> {
        if let Some(region) = &self.region {
            return Ok(Some((region.clone(), RegionSource::Option)));
        }
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if let Some(region) = around.variable(name) {
                return Ok(Some((region, RegionSource::Variable(name.to_owned()))));
            }
        }
        if let Some(region) = &self.simulated {
            return Ok(Some((region.clone(), RegionSource::Simulation)));
        }
        let of_profile = around.profile_region(self.profile.as_deref());
        let of_profile = of_profile.map_err(|reason| PlaceError::UnreadProfile {
            options: self.options,
            reason,
        });
        if let Some((profile, region)) = of_profile? {
            return Ok(Some((region, RegionSource::Profile(profile))));
        }
        let zone = services.zone();
        let region = zone.as_deref().and_then(region_of_zone);
        if let Some(region) = region.filter(|region| is_label(region)) {
            return Ok(Some((region.to_owned(), RegionSource::ContainerMetadata)));
        }
        let of_instance = services.region();
        Ok(of_instance.map(|region| (region, RegionSource::InstanceMetadata)))
    }
}

/// The services of the container and the instance, each asked at most once, and only where that is allowed.
struct Services<'a> {
    around: Option<&'a dyn Surroundings>,
    profile: Option<&'a str>,
    zone: OnceCell<Option<String>>,
    region: OnceCell<Option<String>>,
}

impl<'a> Services<'a> {
    fn new(search: &'a PlaceSearch, around: &'a dyn Surroundings) -> Self {
        let is_asked = search.metadata == MetadataUse::Asked && search.simulated.is_none();
        Self {
            around: is_asked.then_some(around),
            profile: search.profile.as_deref(),
            zone: OnceCell::new(),
            region: OnceCell::new(),
        }
    }

    fn zone(&self) -> Option<String> {
        let ask = || self.around?.container_zone();
        self.zone.get_or_init(ask).clone()
    }

    /// What only imitates such a service may answer with anything.
    fn region(&self) -> Option<String> {
        let ask = || {
            let reported = self.around?.instance_region(self.profile);
            reported.filter(|it| is_label(it))
        };
        self.region.get_or_init(ask).clone()
    }

    fn reported(&self) -> ReportedByServices {
        ReportedByServices {
            zone: self.zone(),
            region: self.region(),
        }
    }
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
