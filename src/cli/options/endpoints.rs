//! Which endpoints the options name, and which hosts may be sent signed requests.

use anyhow::{Context as _, anyhow, bail};

use sts_model::{Catalog, Endpoint, Origin, Scheme, Selector, SelectorError};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::run::{RunOptions, TargetOptions};
use crate::credentials::{CallerWords, missing_profile};
use crate::place::{LocalRegion, MeasuringPlace, MetadataUse, Observation, PlaceSearch};

/// From where `options` measure. Services are asked for the Region only where a run calls AWS anyway or the selector needs
/// to know it.
pub(crate) fn place(options: &RunOptions) -> Result<MeasuringPlace, CommandError> {
    let (targets, caller) = (&options.targets, &options.caller);
    let needed = selector(targets).is_ok_and(|selector| selector.depends_on_place());
    let search = PlaceSearch {
        region: caller.region.clone(),
        vantage: caller.vantage.clone(),
        profile: caller.profile.clone(),
        simulated: targets.simulate.clone(),
        metadata: if options.load.dry_run && !needed {
            MetadataUse::NotAsked
        } else {
            MetadataUse::Asked
        },
        observation: if caller.require_vantage {
            Observation::Required
        } else if options.load.dry_run {
            Observation::None
        } else {
            Observation::Recorded
        },
        options: CallerWords::Run,
    };
    search.find().or_exit(Exit::Usage)
}

/// `error` with the reason why a Region is none that was given, or why the profile says none.
pub(crate) fn explained(
    error: CommandError,
    place: &MeasuringPlace,
    profile: Option<&str>,
) -> CommandError {
    let Some(SelectorError::NoRegion { term }) = error.error.downcast_ref() else {
        return error;
    };
    let needs = format!("--endpoints: {term:?} needs the Region of this place");
    if let Some((name, source)) = &place.pseudo_region {
        return CommandError::usage(anyhow!(
            "{needs}, and {source} says {name}, which is the global endpoint and no Region; set --region"
        ));
    }
    match missing_profile(profile) {
        Some(missing) => CommandError::usage(anyhow!("{needs}, and {missing}")),
        None => error,
    }
}

/// The selector of `options` with Regions instead of `here` and `near:N`, for programs that are in no place.
#[cfg(feature = "simulate")]
pub(crate) fn located(
    options: &TargetOptions,
    region: Option<&LocalRegion>,
) -> Result<String, CommandError> {
    let catalog = Catalog {
        extra_regions: options.allow_region.clone(),
        here: region.map(|region| region.name.clone()),
        ..Catalog::default()
    };
    let located = catalog
        .located(&selector(options)?)
        .context("--endpoints")
        .or_exit(Exit::Usage)?;
    Ok(located.to_string())
}

fn selector(options: &TargetOptions) -> Result<Selector, CommandError> {
    parsed(options.endpoints.as_deref())
}

fn parsed(selector: Option<&str>) -> Result<Selector, CommandError> {
    let selector = selector.unwrap_or(DEFAULT_ENDPOINTS);
    selector.parse().context("--endpoints").or_exit(Exit::Usage)
}

/// The endpoints asked for; every host that is not AWS's own has to be on this machine or named in full.
pub(super) fn select(
    options: &TargetOptions,
    region: Option<&LocalRegion>,
) -> Result<Vec<Endpoint>, CommandError> {
    if options.simulate.is_some() && !options.endpoint_url.is_empty() {
        return Err(CommandError::usage(anyhow!(
            "--simulate and --endpoint-url exclude each other"
        )));
    }
    if let (Some(_), Some(place)) = (&options.simulate, region)
        && !place.is_known()
        && selector(options)?.depends_on_place()
    {
        return Err(CommandError::usage(anyhow!(
            "{}: {} is no Region of this build's table, and the simulated fleet has no other; name one with --region, or the endpoints without here and near:N",
            place.source,
            place.name
        )));
    }
    let choice = EndpointChoice {
        selector: options.endpoints.as_deref(),
        urls: &options.endpoint_url,
        allowed_hosts: &options.allow_host,
        plaintext_hosts: &options.insecure_http,
        allowed_regions: &options.allow_region,
    };
    choose(&choice, region)
}

/// Which endpoints are asked for, and which hosts are admitted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EndpointChoice<'a> {
    /// `--endpoints`, or what is called without it.
    pub(crate) selector: Option<&'a str>,
    /// `--endpoint-url`.
    pub(crate) urls: &'a [String],
    /// `--allow-host`.
    pub(crate) allowed_hosts: &'a [String],
    /// `--insecure-http`.
    pub(crate) plaintext_hosts: &'a [String],
    /// `--allow-region`.
    pub(crate) allowed_regions: &'a [String],
}

/// The endpoints of `choice` at a place in `region`.
pub(crate) fn choose(
    choice: &EndpointChoice<'_>,
    region: Option<&LocalRegion>,
) -> Result<Vec<Endpoint>, CommandError> {
    let given = choice.urls.iter();
    let catalog = Catalog {
        custom: given
            .map(|text| given_by_url(text, choice))
            .collect::<Result<_, _>>()?,
        extra_regions: choice.allowed_regions.to_vec(),
        here: region.map(|region| region.name.clone()),
    };
    let idle = |host: &&String| {
        let mut called = catalog.custom.iter().map(|endpoint| &endpoint.origin);
        !called.any(|origin| origin.is_plaintext_elsewhere() && origin.host() == **host)
    };
    if let Some(host) = choice.plaintext_hosts.iter().find(idle) {
        return Err(CommandError::usage(anyhow!(
            "--insecure-http {host}: no --endpoint-url begins with http://{host}"
        )));
    }
    catalog
        .select(&parsed(choice.selector)?)
        .context("--endpoints")
        .or_exit(Exit::Usage)
}

/// The endpoint of `NAME=URL[@REGION]`.
fn given_by_url(text: &str, choice: &EndpointChoice<'_>) -> Result<Endpoint, CommandError> {
    let (name, url) = text
        .split_once('=')
        .with_context(|| {
            format!("--endpoint-url {text:?} must be NAME=URL[@REGION], such as moto=http://127.0.0.1:5000")
        })
        .or_exit(Exit::Usage)?;
    if RESERVED.contains(&name) {
        return Err(CommandError::usage(anyhow!(
            "--endpoint-url {name}: the name means other endpoints in --endpoints; give another than {}",
            RESERVED.join(", ")
        )));
    }
    let (url, region) = split_region(url);
    let origin = Origin::parse_admitting(url, choice.plaintext_hosts)
        .with_context(|| format!("--endpoint-url {name}"))
        .or_exit(Exit::Usage)?;
    let endpoint = Endpoint::custom(name, origin)
        .context("--endpoint-url")
        .or_exit(Exit::Usage)?;
    admit(&endpoint, choice)
        .with_context(|| format!("--endpoint-url {name}"))
        .or_exit(Exit::Usage)?;
    match region {
        Some(region) => endpoint
            .signed_for(region)
            .with_context(|| format!("--endpoint-url {name}"))
            .or_exit(Exit::Usage),
        None => Ok(endpoint),
    }
}

/// The URL and the Region behind it. A Region has none of the characters that follow a user name, which an endpoint cannot
/// have either: there the URL stays whole and is refused.
fn split_region(url: &str) -> (&str, Option<&str>) {
    match url.rsplit_once('@') {
        Some((url, region)) if !region.contains(['.', ':', '/']) => (url, Some(region)),
        _ => (url, None),
    }
}

/// A host that a typo made must not receive a signed request.
fn admit(endpoint: &Endpoint, choice: &EndpointChoice<'_>) -> anyhow::Result<()> {
    let origin = &endpoint.origin;
    let host = origin.host();
    if endpoint.belongs_to_aws() && origin.scheme() == Scheme::Http {
        bail!("AWS serves STS over https:// only");
    }
    if Endpoint::is_aws_host(host) && origin.path() != "/" {
        bail!(
            "AWS serves STS at the path / only, not at {}",
            origin.path()
        );
    }
    let mut named = choice.allowed_hosts.iter().chain(choice.plaintext_hosts);
    if origin.is_loopback_name() || named.any(|named| named == host) {
        return Ok(());
    }
    if Endpoint::is_aws_host(host) {
        if origin.port() == 443 {
            return Ok(());
        }
        bail!("AWS serves STS on port 443 only, not {}", origin.port());
    }
    bail!(
        "{host} is no STS endpoint of AWS's; --allow-host {host} would send signed requests there"
    )
}

/// Words of `--endpoints` that an endpoint by URL can never be called by. `global` can.
const RESERVED: [&str; 5] = ["all", "default", "opt-in", "here", "near"];

/// What is called unless endpoints are named.
const DEFAULT_ENDPOINTS: &str = "global:here,default:here";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_stands_behind_the_last_at_sign_and_a_user_name_stays_in_the_url() {
        for (text, url, region) in [
            (
                "https://ceph:8000@zone-1",
                "https://ceph:8000",
                Some("zone-1"),
            ),
            (
                "https://minio/sts/minio@eu-west-1",
                "https://minio/sts/minio",
                Some("eu-west-1"),
            ),
            ("http://[::1]:80@x", "http://[::1]:80", Some("x")),
            (
                "https://sts.amazonaws.com@",
                "https://sts.amazonaws.com",
                Some(""),
            ),
            (
                "https://sts.amazonaws.com@evil.io/",
                "https://sts.amazonaws.com@evil.io/",
                None,
            ),
            ("https://user@host:443", "https://user@host:443", None),
            ("https://user@host/", "https://user@host/", None),
            ("https://host", "https://host", None),
        ] {
            assert_eq!(split_region(text), (url, region), "{text}");
        }
    }
}
