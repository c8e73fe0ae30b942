//! Reads the environment and a run, and shows what follows from both.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use sts_model::{CLIENTS, Client};

use crate::advice::{Advice, CallersProfile, RegionFrom, client_calls, local_region};
use crate::credentials;
use crate::judge;
use crate::place::{PlaceSearch, RegionSource};
use crate::report::advice::{AdviceSheet, json, markdown, terminal};
use crate::results::{self, Run};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::charset::displayable;
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::layers::Combined;
use crate::cli::options::values::{NonEmptyPath, by_name, callers_region};

/// `stsbench advise`.
#[derive(Debug, clap::Args)]
pub(crate) struct AdviseOptions {
    /// A saved run that called the global endpoint and the Region's: a run.json, the directory that holds it, or a bundle
    #[arg(value_name = "RUN", value_parser = NonEmptyPath)]
    run: Option<PathBuf>,
    /// Region of the callers, as if AWS_REGION and AWS_DEFAULT_REGION named it; without it what they name, the profile's, or that
    /// of the run
    #[arg(long, value_name = "REGION", value_parser = callers_region)]
    region: Option<String>,
    /// Profile of the callers, as if AWS_PROFILE named it
    #[arg(long, value_name = "PROFILE", value_parser = NonEmptyStringValueParser::new())]
    profile: Option<String>,
    /// Only this client, such as python or go-2; repeatable
    #[arg(long, value_name = "CLIENT", value_parser = client)]
    client: Vec<&'static Client>,
    /// Calls to STS per hour by everything that shares the environment: shows hours saved per month
    #[arg(long, value_name = "N", value_parser = calls_per_hour, allow_hyphen_values = true)]
    calls_per_hour: Option<f64>,
    /// What is printed on stdout
    #[arg(long, short, value_enum, default_value_t = AdviceFormat::Text)]
    format: AdviceFormat,
}

/// How an advice is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AdviceFormat {
    /// For people, at most 80 columns.
    Text,
    /// For programs.
    Json,
    /// For a page.
    Markdown,
}

/// Shows what to do about the global endpoint in this environment. `combined` knows which options came from a variable or a
/// configuration file.
pub(crate) fn advise(options: &AdviseOptions, combined: &Combined) -> Result<Exit, CommandError> {
    if options.calls_per_hour.is_some() && options.run.is_none() {
        let error =
            anyhow!("--calls-per-hour has no effect without a RUN, which says what a call takes");
        return Err(CommandError::usage(error));
    }
    let read = credentials::client_environment(options.profile.as_deref());
    let mut environment = match options.profile {
        Some(_) => read.context("--profile"),
        None => read.map_err(Into::into),
    }
    .or_exit(Exit::Usage)?;
    let run = options.run.as_deref().map(results::read);
    let run = run.transpose().or_exit(Exit::Usage)?;
    if let Some(region) = &options.region {
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            environment
                .variables
                .insert(name.to_owned(), region.clone());
        }
    }
    let place = place(options, combined, run.as_ref())?;
    let region = place.as_ref().map(|(region, _)| region.as_str());
    let calls = client_calls(&environment, region, &options.client);
    let summary = run.as_ref().map(judge::summarise);
    let advice = match &summary {
        Some(summary) => crate::advice::advise(summary, region),
        None => Advice::without_run(region),
    };
    let advice = advice.for_clients(&calls);
    let sheet = AdviceSheet::new(
        &advice,
        place.as_ref().map(|(_, from)| from),
        &calls,
        run.as_ref().zip(summary.as_ref()),
        options.calls_per_hour,
    )
    .for_callers(CallersProfile::of(&environment, credentials::config_file()));
    let text = match options.format {
        AdviceFormat::Text => displayable(terminal(&sheet)),
        AdviceFormat::Json => json(&sheet).or_exit(Exit::Unexpected)?,
        AdviceFormat::Markdown => markdown(&sheet),
    };
    print(text.as_bytes())
}

/// The Region of the callers, and where it is from.
fn place(
    options: &AdviseOptions,
    combined: &Combined,
    run: Option<&Run>,
) -> Result<Option<(String, RegionFrom)>, CommandError> {
    let search = PlaceSearch {
        region: options.region.clone(),
        profile: options.profile.clone(),
        ..PlaceSearch::default()
    };
    let here = search.find().or_exit(Exit::Usage)?.region;
    let of_run = || Some((local_region(run?)?.to_owned(), RegionFrom::Run));
    Ok(match here {
        Some(region) => {
            let source = match (region.source, combined.origin_of("region")) {
                (RegionSource::Option, Some(origin)) => RegionSource::Variable(origin),
                (source, _) => source,
            };
            Some((region.name, RegionFrom::Here(source)))
        }
        None => of_run(),
    })
}

fn client(id: &str) -> Result<&'static Client, String> {
    by_name(id, CLIENTS.iter().map(|client| (client.id, client)))
}

fn calls_per_hour(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.replace(',', "").parse().ok();
    number
        .filter(|number| (1.0..=1e12).contains(number))
        .ok_or_else(|| "allowed: a number from 1 to 1000000000000, such as 10000".to_owned())
}
