//! The search for the Region and the name of the place, in order.

use super::error::PlaceError;
use super::machine::ThisMachine;
use super::region::{LocalRegion, is_label, region_of_zone};
use super::source::RegionSource;
use super::surroundings::Surroundings;
use super::vantage::VantageName;

/// What to search for, and what was given.
#[derive(Debug, Clone, Default)]
pub struct PlaceSearch {
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
}

/// Whether a search may ask services for the Region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MetadataUse {
    /// It may.
    #[default]
    Asked,
    /// Nothing is sent.
    NotAsked,
}

/// From where a run measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuringPlace {
    /// The Region that an AWS SDK here would call; `None` where none is configured.
    pub region: Option<LocalRegion>,
    /// The name under which runs from here are kept together.
    pub vantage: VantageName,
}

impl PlaceSearch {
    /// The place of this machine. It takes at most 1.5 s, and nothing is sent where no metadata can be.
    ///
    /// # Errors
    /// [`PlaceError`] when a value that counts is malformed.
    pub fn find(&self) -> Result<MeasuringPlace, PlaceError> {
        self.find_in(&ThisMachine)
    }

    fn find_in(&self, surroundings: &dyn Surroundings) -> Result<MeasuringPlace, PlaceError> {
        let region = match self.first_region(surroundings) {
            Some((text, source)) => Some(LocalRegion::new(&text, source)?),
            None => None,
        };
        let vantage = VantageName::of(
            self.vantage.as_deref(),
            self.simulated.as_deref(),
            region.as_ref(),
            surroundings,
        )?;
        Ok(MeasuringPlace { region, vantage })
    }

    /// The first text that stands where a Region is said.
    fn first_region(&self, around: &dyn Surroundings) -> Option<(String, RegionSource)> {
        if let Some(region) = &self.region {
            return Some((region.clone(), RegionSource::Option));
        }
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if let Some(region) = around.variable(name) {
                return Some((region, RegionSource::Variable(name.to_owned())));
            }
        }
        if let Some(region) = &self.simulated {
            return Some((region.clone(), RegionSource::Simulation));
        }
        if let Some((profile, region)) = around.profile_region(self.profile.as_deref()) {
            return Some((region, RegionSource::Profile(profile)));
        }
        if self.metadata == MetadataUse::NotAsked {
            return None;
        }
        // What only imitates such a service may answer with anything.
        let zone = around.container_zone();
        let region = zone.as_deref().and_then(region_of_zone);
        if let Some(region) = region.filter(|region| is_label(region)) {
            return Some((region.to_owned(), RegionSource::ContainerMetadata));
        }
        let region = around.instance_region();
        let region = region.filter(|region| is_label(region))?;
        Some((region, RegionSource::InstanceMetadata))
    }
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
