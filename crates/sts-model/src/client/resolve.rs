//! From a client and an environment to what is called.

use crate::catalog::{Partition, Scope, resolve};

use super::called::{Because, Called, Refusal, SettingPlace};
use super::environment::ClientEnvironment;
use super::facts::{Client, DefaultMode, LegacyReach, UrlRule, WithoutRegion};
use super::settings::{Mode, Settings};
use super::table::LEGACY_REGIONS;

impl Client {
    /// What this client calls in that environment, and why.
    pub fn called(&self, environment: &ClientEnvironment) -> Called {
        self.endpoint(environment)
            .unwrap_or_else(|refused| Called::Refused { refused })
    }

    fn endpoint(&self, environment: &ClientEnvironment) -> Result<Called, Refusal> {
        let settings = Settings::of(self, environment)?;
        let region = settings.region()?;
        let mode = settings.mode()?;
        let fips = settings.switched_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
        let dual_stack =
            settings.switched_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
        if region.is_none() && settings.refuses_no_region(mode.as_ref().map(|(mode, _)| *mode)) {
            return Err(Refusal::NoRegion);
        }
        let variant = fips.clone().or_else(|| dual_stack.clone());
        if self.urls != UrlRule::NotRead
            && let Some((url, place)) = settings.url()
        {
            if self.urls == UrlRule::ReadWithoutVariants && variant.is_some() {
                return Err(Refusal::VariantBesideUrl { place });
            }
            return Ok(Called::Endpoint {
                url: url.trim_end_matches('/').to_owned(),
                signing_region: signed_for(region),
                scope: Scope::Custom,
                because: Because::Url { place },
            });
        }
        let Some(region) = region else {
            return match self.without_region {
                WithoutRegion::UsEast1 => self.plain(US_EAST_1, mode, Some(&Because::NoRegion)),
                WithoutRegion::Global
                | WithoutRegion::GlobalUnlessRegional
                | WithoutRegion::Refused => global(Because::NoRegion),
            };
        };
        match (variant, fips.is_some(), dual_stack.is_some()) {
            (Some(place), true, true) => {
                at(region, Scope::FipsDualStack, Because::Variant { place })
            }
            (Some(place), true, false) => at(region, Scope::Fips, Because::Variant { place }),
            (Some(place), false, _) => at(region, Scope::DualStack, Because::Variant { place }),
            (None, ..) => self.plain(region, mode, None),
        }
    }

    /// The endpoint of a Region, or the global one in its place.
    fn plain(
        &self,
        region: &str,
        mode: Option<(Mode, SettingPlace)>,
        instead: Option<&Because>,
    ) -> Result<Called, Refusal> {
        let because = |reason| instead.cloned().unwrap_or(reason);
        let whole_partition = self.reach != LegacyReach::Listed;
        if region == AWS_GLOBAL {
            return match mode {
                // It has taken us-east-1 for the name before it looks at the setting.
                Some((Mode::Regional, place)) if whole_partition => {
                    at(US_EAST_1, Scope::Regional, Because::SetRegional { place })
                }
                Some(_) | None => global(Because::AwsGlobal),
            };
        }
        if !self.knows_as_commercial(region) {
            return at(region, Scope::Regional, because(Because::NoGlobalEndpoint));
        }
        let (is_legacy, place) = match mode {
            Some((mode, place)) => (mode == Mode::Legacy, Some(place)),
            None => (self.default == DefaultMode::Legacy, None),
        };
        let reached = whole_partition || LEGACY_REGIONS.contains(&region);
        match (is_legacy, reached, place) {
            (true, true, Some(place)) => global(because(Because::SetLegacy { place })),
            (true, true, None) => global(because(Because::DefaultLegacy)),
            (true, false, _) => at(region, Scope::Regional, because(Because::BeyondLegacy)),
            (false, _, Some(place)) => at(
                region,
                Scope::Regional,
                because(Because::SetRegional { place }),
            ),
            (false, _, None) => at(region, Scope::Regional, because(Because::DefaultRegional)),
        }
    }

    /// Whether the client takes the Region for one of the partition that has the global endpoint.
    fn knows_as_commercial(&self, region: &str) -> bool {
        match self.reach {
            LegacyReach::Listed => Partition::of_region(region).has_global_endpoint(),
            LegacyReach::AllButPartitions(prefixes) => {
                !prefixes.iter().any(|prefix| region.starts_with(prefix))
            }
        }
    }
}

const AWS_GLOBAL: &str = "aws-global";
const US_EAST_1: &str = "us-east-1";

/// The Region in the signature of a call to a URL.
fn signed_for(region: Option<&str>) -> String {
    match region {
        None | Some(AWS_GLOBAL) => US_EAST_1.to_owned(),
        Some(region) => region.to_owned(),
    }
}

fn global(because: Because) -> Result<Called, Refusal> {
    at(AWS_GLOBAL, Scope::Global, because)
}

fn at(region: &str, scope: Scope, because: Because) -> Result<Called, Refusal> {
    let bad = || Refusal::BadRegion {
        region: region.to_owned(),
    };
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if region.is_empty() || !region.bytes().all(is_label) {
        return Err(bad());
    }
    let endpoint = resolve("called", region, scope).map_err(|_| bad())?;
    Ok(Called::Endpoint {
        url: endpoint.origin.to_string(),
        signing_region: endpoint.signing_region,
        scope,
        because,
    })
}
