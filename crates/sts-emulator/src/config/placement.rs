//! Every selected endpoint with its place in the simulated world.

use std::collections::BTreeMap;
use std::time::Duration;

use sts_model::{Activation, Catalog, Endpoint, Region, Scope, Selector};

use super::callers::CallerSpec;
use super::emulator_config::EmulatorConfig;
use super::geography;
use super::link::{GlobalServing, Link, TlsVersion};
use super::mistakes::{ConfigError, Mistakes};
use super::path::PathSpec;

/// A selected endpoint with its place in the simulated world.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placement {
    pub endpoint: Endpoint,
    /// The Region that serves its calls.
    pub served_by: String,
    pub round_trip: Duration,
    pub path: PathSpec,
    pub newest_tls: TlsVersion,
}

impl Placement {
    /// Whether it is the global endpoint.
    pub(crate) fn is_global(&self) -> bool {
        self.endpoint.scope == Scope::Global
    }

    /// The Region in which CloudTrail records its calls: us-east-1 for the global endpoint, wherever it is served.
    pub(crate) fn recorded_in(&self) -> &str {
        if self.is_global() {
            &self.endpoint.signing_region
        } else {
            &self.endpoint.region
        }
    }

    /// The same endpoint at its second address, if it has one in `config`.
    pub(crate) fn second(&self, config: &EmulatorConfig) -> Option<Self> {
        if self.endpoint.scope == Scope::Global
            && config.global_endpoint == GlobalServing::ByResolver
        {
            return Some(self.for_amazons_resolver(config));
        }
        let millis = for_endpoint(&config.second_rtt_ms, &self.endpoint.name)?;
        let round_trip = if config.link == Link::Undelayed {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(millis / 1e3)
        };
        Some(Self {
            round_trip,
            ..self.clone()
        })
    }

    /// The global endpoint as those meet it who ask Amazon's resolver.
    fn for_amazons_resolver(&self, config: &EmulatorConfig) -> Self {
        let Some(vantage) = Region::named(&config.vantage)
            .filter(|region| region.activation == Activation::Default)
        else {
            return self.clone();
        };
        let given = for_endpoint(&config.second_rtt_ms, &self.endpoint.name);
        let round_trip = match given {
            _ if config.link == Link::Undelayed => Duration::ZERO,
            Some(millis) => Duration::from_secs_f64(millis / 1e3),
            None => geography::round_trip(vantage, vantage),
        };
        Self {
            served_by: vantage.name.to_owned(),
            round_trip,
            ..self.clone()
        }
    }
}

impl EmulatorConfig {
    /// What can be served; `here` is the vantage.
    pub(super) fn catalog(&self) -> Catalog {
        Catalog {
            here: Region::named(&self.vantage).map(|region| region.name.to_owned()),
            ..Catalog::default()
        }
    }

    /// Every address that the emulator listens at: each of [`Self::placements`], followed by its second address if it has one.
    pub(crate) fn all_placements(&self) -> Result<Vec<Placement>, ConfigError> {
        let pair = |first: Placement| {
            let second = first.second(self);
            std::iter::once(first).chain(second)
        };
        Ok(self.placements()?.into_iter().flat_map(pair).collect())
    }

    /// The same as seen by a caller.
    fn seen_by(&self, caller: &CallerSpec) -> Self {
        Self {
            vantage: caller.from.clone(),
            callers: Vec::new(),
            global_endpoint: caller.global_endpoint.unwrap_or(self.global_endpoint),
            // Where it listens is the same for all.
            listen_address: Self::default().listen_address,
            listen_port: 0,
            ..self.clone()
        }
    }

    /// Every address once more for each caller, as seen from the caller's Region, in the order of [`Self::all_placements`].
    pub(crate) fn placements_by_caller(
        &self,
    ) -> Result<Vec<(&CallerSpec, Vec<Placement>)>, ConfigError> {
        // Which endpoints there are does not depend on who calls.
        let endpoints = self
            .catalog()
            .located(&self.endpoints.parse::<Selector>()?)?
            .to_string();
        self.callers
            .iter()
            .map(|caller| {
                let seen = Self {
                    endpoints: endpoints.clone(),
                    ..self.seen_by(caller)
                };
                Ok((caller, seen.all_placements()?))
            })
            .collect()
    }

    /// The endpoints and where they are, after everything in the config has been checked.
    pub(crate) fn placements(&self) -> Result<Vec<Placement>, ConfigError> {
        let vantage = Region::named(&self.vantage)
            .ok_or_else(|| ConfigError::Vantage(self.vantage.escape_debug().to_string()))?;
        let endpoints = self
            .catalog()
            .select(&self.endpoints.parse::<Selector>()?)?;
        let mut found = Mistakes::default();
        self.check(&endpoints, &mut found);
        if let Some(first) = found.0.into_iter().next() {
            return Err(first.error);
        }
        let place = |endpoint: Endpoint| {
            let served_by = self.served_by(&endpoint, vantage);
            let round_trip = self.round_trip(&endpoint, vantage, &served_by);
            let path = for_endpoint(&self.path, &endpoint.name)
                .copied()
                .unwrap_or_default();
            let newest_tls = for_endpoint(&self.newest_tls, &endpoint.name)
                .copied()
                .unwrap_or_default();
            Placement {
                endpoint,
                served_by,
                round_trip,
                path,
                newest_tls,
            }
        };
        Ok(endpoints.into_iter().map(place).collect())
    }

    fn served_by(&self, endpoint: &Endpoint, vantage: &Region) -> String {
        if endpoint.scope != Scope::Global {
            return endpoint.region.clone();
        }
        let local = self.global_endpoint == GlobalServing::LocalServing
            && vantage.activation == Activation::Default;
        if local {
            vantage.name.to_owned()
        } else {
            endpoint.signing_region.clone()
        }
    }

    fn round_trip(&self, endpoint: &Endpoint, vantage: &Region, served_by: &str) -> Duration {
        if self.link == Link::Undelayed {
            return Duration::ZERO;
        }
        match (
            for_endpoint(&self.rtt_ms, &endpoint.name),
            Region::named(served_by),
        ) {
            (Some(millis), _) => Duration::from_secs_f64(millis / 1e3),
            (None, Some(region)) => geography::round_trip(vantage, region),
            (None, None) => geography::UNPLACED_ROUND_TRIP,
        }
    }
}

/// What `map` says for the endpoint called `name`, or for every one.
fn for_endpoint<'a, T>(map: &'a BTreeMap<String, T>, name: &str) -> Option<&'a T> {
    map.get(name).or_else(|| map.get("*"))
}

#[cfg(test)]
#[path = "placement_tests.rs"]
mod tests;
