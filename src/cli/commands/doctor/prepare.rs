//! From the options and the environment to what is examined.

use std::time::Duration;

use anyhow::{Context as _, anyhow};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::endpoints::{EndpointChoice, choose};
use crate::cli::options::no_effect::AdmittedOptions;
use crate::cli::text_file;
use crate::credentials::mask::Disclosure;
use crate::doctor::{Connectivity, Examination, Uncallable};
use crate::load::Epoch;
use crate::place::{LocalRegion, MeasuringPlace, MetadataUse, PlaceSearch};
use crate::plan::Resolver;
use crate::session::{self, Authority, TrustSpec};
use sts_model::{Endpoint, Operation, SelectorError};

use super::options::DoctorOptions;

/// What `options` want examined.
pub(super) fn examination(options: &DoctorOptions) -> Result<Examination, CommandError> {
    let reach = if options.offline {
        Connectivity::Offline
    } else {
        Connectivity::Online
    };
    let place = PlaceSearch {
        region: options.region.clone(),
        profile: options.profile.clone(),
        metadata: match reach {
            Connectivity::Online => MetadataUse::Asked,
            Connectivity::Offline => MetadataUse::NotAsked,
        },
        ..PlaceSearch::default()
    }
    .find()
    .and_then(MeasuringPlace::with_real_region);
    let region = place.as_ref().ok().and_then(|place| place.region.as_ref());
    let endpoints = targets(options, region)?;
    let (callee, from_variable) = callee(options, region)?;
    refuse_without_effect(options, &endpoints, callee.as_ref().ok())?;
    let operations = match options.operations.as_slice() {
        [] => Operation::DEFAULT.to_vec(),
        operations => operations.to_vec(),
    };
    let trust = trust(options, from_variable)?;
    Ok(Examination {
        profile: options.profile.clone(),
        credential_limit: options.credential_timeout.unwrap_or(CREDENTIAL_LIMIT),
        endpoints,
        operations,
        callee,
        authority: trust.authority.as_ref().map(|_| authority_name(options)),
        trust: session::trusted(trust, None)?,
        resolver: options.resolver.unwrap_or_default(),
        disclosure: if options.show_identity {
            Disclosure::Whole
        } else {
            Disclosure::Masked
        },
        epoch: Epoch::start_checked().or_exit(Exit::Usage)?,
        reach,
        place,
    })
}

/// How long credentials may take to be found: a program that asks people for a code is not waited for.
const CREDENTIAL_LIMIT: Duration = Duration::from_millis(1_500);

/// Refuses what would change nothing, as a run does.
fn refuse_without_effect(
    options: &DoctorOptions,
    endpoints: &[Endpoint],
    callee: Option<&Endpoint>,
) -> Result<(), CommandError> {
    let called: Vec<Endpoint> = endpoints.iter().chain(callee).cloned().collect();
    let resolver = options.resolver.unwrap_or_default();
    let named = resolver != Resolver::System;
    let offline = [
        ("--resolver", named),
        ("--show-identity", options.show_identity),
        ("--credential-timeout", options.credential_timeout.is_some()),
    ];
    let offline = offline
        .into_iter()
        .find(|(_, given)| options.offline && *given)
        .map(|(option, _)| format!("{option} has no effect: --offline asks nobody"));
    let by_address = named && called.iter().all(|endpoint| endpoint.origin.ip().is_some());
    let admitted = AdmittedOptions {
        hosts: &options.allow_host,
        ca_file: options.ca_file.as_deref(),
        resolver,
    };
    let idle = offline
        .or_else(|| admitted.without_effect(&called))
        .or_else(|| {
            by_address
                .then(|| format!("--resolver {resolver}: every endpoint is given by its address"))
        });
    // Each names its option first. One that a file or the environment keeps for runs need not concern this examination.
    let is_typed = |message: &String| {
        let option = message.split(' ').next().unwrap_or_default();
        !options.untyped.has(option)
    };
    match idle.filter(is_typed) {
        Some(message) => Err(CommandError::new(Exit::Usage, anyhow!(message))),
        None => Ok(()),
    }
}

/// What a run would call; nothing where that depends on a Region that is not known, which is found to be so.
fn targets(
    options: &DoctorOptions,
    region: Option<&LocalRegion>,
) -> Result<Vec<Endpoint>, CommandError> {
    let choice = EndpointChoice {
        selector: options.endpoints.as_deref(),
        urls: &options.endpoint_url,
        allowed_hosts: &options.allow_host,
        ..EndpointChoice::default()
    };
    choose(&choice, region).or_else(|error| match error.error.downcast_ref() {
        Some(SelectorError::NoRegion { .. }) => Ok(Vec::new()),
        _ => Err(of_doctor(error)),
    })
}

/// Whether the endpoint that is called is one that a variable names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FromVariable {
    Yes,
    No,
}

/// The endpoint that is asked who calls: the first by URL, that of the variables which AWS's tools follow, that of the
/// Region, or the global one. What a variable names and must not be called is a finding, not an error.
fn callee(
    options: &DoctorOptions,
    region: Option<&LocalRegion>,
) -> Result<(Result<Endpoint, Uncallable>, FromVariable), CommandError> {
    let chosen = |selector: &str, urls: &[String]| {
        let choice = EndpointChoice {
            selector: Some(selector),
            urls,
            allowed_hosts: &options.allow_host,
            ..EndpointChoice::default()
        };
        choose(&choice, region).map(|mut chosen| chosen.remove(0))
    };
    if let Some((name, _)) = options
        .endpoint_url
        .first()
        .and_then(|url| url.split_once('='))
    {
        return Ok((Ok(chosen(name, &options.endpoint_url)?), FromVariable::No));
    }
    if let Some((variable, url)) = endpoint_variable() {
        let region = region.map_or("us-east-1", |region| &region.name);
        let given = format!("{CONFIGURED}={}@{region}", url.trim_end_matches('/'));
        let endpoint = chosen(CONFIGURED, &[given]).map_err(|error| {
            let text = format!("{variable}: {error}").replace(GIVEN, "");
            match text.split_once(INSECURE) {
                Some((why, _)) => Uncallable::Plaintext(why.to_owned()),
                None => Uncallable::Otherwise(text),
            }
        });
        return Ok((endpoint, FromVariable::Yes));
    }
    let selector = if region.is_some() { "here" } else { "global" };
    Ok((Ok(chosen(selector, &[])?), FromVariable::No))
}

/// The name of the endpoint that a variable gives.
const CONFIGURED: &str = "configured";
/// What an error says of an option that was not typed.
const GIVEN: &str = "--endpoint-url configured: ";

/// What an error advises that is an option of other commands.
const INSECURE: &str = "; use https://, or --insecure-http";

/// `error` without advice that this command cannot follow.
fn of_doctor(error: CommandError) -> CommandError {
    match error.to_string().split_once(INSECURE) {
        Some((why, _)) => CommandError::new(
            error.exit,
            anyhow!("{why}; use https:// (`stsbench run` has --insecure-http)"),
        ),
        None => error,
    }
}

/// The variable that leads AWS's tools to another STS, and its value.
fn endpoint_variable() -> Option<(&'static str, String)> {
    let value = |name: &str| std::env::var(name).ok().filter(|it| !it.trim().is_empty());
    let is_ignored = value("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    if is_ignored.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return None;
    }
    ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]
        .into_iter()
        .find_map(|name| Some((name, value(name)?)))
}

fn trust(options: &DoctorOptions, from_variable: FromVariable) -> Result<TrustSpec, CommandError> {
    let bundle = || match from_variable {
        FromVariable::Yes => std::env::var_os("AWS_CA_BUNDLE").map(Into::into),
        FromVariable::No => None,
    };
    let authority = match options.ca_file.clone().or_else(bundle) {
        Some(path) => {
            let name = authority_name(options);
            let pem = text_file::read(&path).context(name).or_exit(Exit::Usage)?;
            Some(Authority { path, pem })
        }
        None => None,
    };
    Ok(TrustSpec {
        authority,
        hosts: options.allow_host.clone(),
        // As in a run. An authority that a variable names is for the service that a variable names.
        local_names: options.ca_file.is_some() && options.resolver.unwrap_or_default().is_local(),
        ..TrustSpec::default()
    })
}

/// What names the authority, where one is named.
fn authority_name(options: &DoctorOptions) -> &'static str {
    if options.ca_file.is_some() {
        "--ca-file"
    } else {
        "AWS_CA_BUNDLE"
    }
}
