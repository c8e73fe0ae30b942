//! From a client and an environment to what is called.

use crate::catalog::{Partition, Scope, resolve, without_secrets};

use super::called::{Because, Called, Refusal, SettingPlace};
use super::environment::ClientEnvironment;
use super::facts::{Client, DefaultMode, LegacyReach, UrlRule, WithoutRegion};
use super::families::LEGACY_REGIONS;
use super::settings::{Mode, Settings, no_label};

impl Client {
    /// What this client calls in that environment, and why.
    pub fn called(&self, environment: &ClientEnvironment) -> Called {
        self.endpoint(environment)
            .unwrap_or_else(|refused| Called::Refused { refused })
    }

    fn endpoint(&self, environment: &ClientEnvironment) -> Result<Called, Refusal> {
        let settings = Settings::of(self, environment)?;
        let found = settings.region()?;
        let mode = settings.mode()?;
        let plain_name = found
            .filter(|_| self.region.fips_names)
            .and_then(without_fips);
        let region = plain_name.as_deref().or(found);
        let variant = self.variant(&settings, found.filter(|_| plain_name.is_some()))?;
        if region.is_none() && settings.refuses_no_region(mode.as_ref().map(|(mode, _)| *mode)) {
            return Err(Refusal::NoRegion);
        }
        if let Some((url, place)) = settings.url()? {
            if self.urls == UrlRule::ReadWithoutVariants && variant.is_some() {
                return Err(Refusal::VariantBesideUrl { place });
            }
            return Ok(by_url(url, region, place));
        }
        match (region, self.without_region, variant) {
            (None, WithoutRegion::GlobalUnlessRegional, Some(_)) => Err(Refusal::NoRegion),
            (None, WithoutRegion::UsEast1, None) => {
                self.plain(US_EAST_1, mode, Some(&Because::NoRegion))
            }
            (None, WithoutRegion::UsEast1, Some((scope, because))) => at(US_EAST_1, scope, because),
            (None, _, None) => global(Because::NoRegion),
            (Some(region), _, None) => self.plain(region, mode, None),
            // It has taken us-east-1 for the name of the global endpoint before it looks further.
            (Some(AWS_GLOBAL), _, Some((scope, because))) if self.reach != LegacyReach::Listed => {
                at(US_EAST_1, scope, because)
            }
            (region, without, Some((scope, because))) => {
                let called = at(region.unwrap_or(AWS_GLOBAL), scope, because)?;
                Ok(match without {
                    WithoutRegion::Global => signed_in_a_region(called),
                    _ => called,
                })
            }
        }
    }

    /// FIPS, dual stack or both, where they are switched on, and why; FIPS also by the name of a Region.
    fn variant(
        &self,
        settings: &Settings<'_>,
        fips_region: Option<&str>,
    ) -> Result<Option<(Scope, Because)>, Refusal> {
        let of = |place| Because::Variant { place };
        let fips = settings.switched_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?;
        let named = fips_region.map(|region| Because::FipsRegion {
            region: region.to_owned(),
        });
        let fips = fips.map(of).or(named);
        let dual_stack =
            settings.switched_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?;
        Ok(match (fips, dual_stack.map(of)) {
            (Some(because), Some(_)) => Some((Scope::FipsDualStack, because)),
            (Some(because), None) => Some((Scope::Fips, because)),
            (None, Some(because)) => Some((Scope::DualStack, because)),
            (None, None) => None,
        })
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
const GLOBAL_HOST: &str = "sts.amazonaws.com";

/// The Region that a name such as `fips-us-east-1` or `us-east-1-fips` means; `None` where it is no such name.
fn without_fips(name: &str) -> Option<String> {
    let plain = name
        .strip_prefix("fips-")
        .or_else(|| name.strip_suffix("-fips"))?;
    Some(plain.to_owned())
}

/// The same call, in whose signature us-east-1 stands for `aws-global`.
fn signed_in_a_region(mut called: Called) -> Called {
    if let Called::Endpoint { signing_region, .. } = &mut called
        && signing_region == AWS_GLOBAL
    {
        US_EAST_1.clone_into(signing_region);
    }
    called
}

/// What a configured URL makes a client call: the global endpoint where the host is its name. Who calls, and what is asked, may
/// be secret, and is not shown.
fn by_url(url: &str, region: Option<&str>, place: SettingPlace) -> Called {
    let url = url.trim_end_matches('/');
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())];
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let is_global = host
        .trim_end_matches(":443")
        .trim_end_matches('.')
        .eq_ignore_ascii_case(GLOBAL_HOST);
    let signing_region = match region {
        None | Some(AWS_GLOBAL) => US_EAST_1,
        Some(region) => region,
    };
    Called::Endpoint {
        url: without_secrets(url),
        signing_region: signing_region.to_owned(),
        scope: if is_global {
            Scope::Global
        } else {
            Scope::Custom
        },
        because: Because::Url { place },
    }
}

fn global(because: Because) -> Result<Called, Refusal> {
    at(AWS_GLOBAL, Scope::Global, because)
}

fn at(region: &str, scope: Scope, because: Because) -> Result<Called, Refusal> {
    let bad = || no_label(region);
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
