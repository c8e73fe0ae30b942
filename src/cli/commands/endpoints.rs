//! `stsbench endpoints`: the catalogue as a table, JSON or CSV.

use anyhow::anyhow;
use clap::builder::NonEmptyStringValueParser;
use comfy_table::Table;
use serde::Serialize;

use sts_model::{
    Activation, Catalog, Endpoint, PARTITIONS, REGION_TABLE_DATE, REGION_TABLE_SOURCE, Region,
    Scope, Selector,
};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::charset::displayable;
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::output::ListFormat;
use crate::cli::options::values::callers_region;
use crate::place::PlaceSearch;
use crate::report::counted;

/// `stsbench endpoints`.
#[derive(Debug, clap::Args)]
pub(crate) struct EndpointsOptions {
    /// Which endpoints, as in `stsbench run --endpoints`; without it all that AWS has published
    #[arg(value_name = "SELECTOR", default_value = "global,all,aws-cn:*,aws-us-gov:*,aws-eusc:*,aws-iso:*,aws-iso-b:*,aws-iso-e:*,aws-iso-f:*", hide_default_value = true, value_parser = NonEmptyStringValueParser::new())]
    selector: String,
    /// Region that here and near:N in SELECTOR go by [default: as in `stsbench run`]
    #[arg(long, value_name = "REGION", value_parser = callers_region)]
    region: Option<String>,
    /// How they are listed
    #[arg(long, short, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
}

/// One line of the list.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    name: &'a str,
    scope: Scope,
    host: &'a str,
    signing_region: &'a str,
    partition: &'a str,
    activation: &'static str,
    note: String,
}

pub(crate) fn list(options: &EndpointsOptions) -> Result<Exit, CommandError> {
    let selector: Selector = options.selector.parse().or_exit(Exit::Usage)?;
    if options.region.is_some() && !selector.depends_on_place() {
        return Err(CommandError::usage(anyhow!(
            "--region has no effect: SELECTOR has neither here nor near:N"
        )));
    }
    let endpoints = catalog(options, &selector)?
        .select(&selector)
        .or_exit(Exit::Usage)?;
    let listed: Vec<_> = endpoints.iter().map(describe).collect();
    let text = match options.format {
        ListFormat::Table => table(&listed),
        ListFormat::Json => serde_json::to_vec_pretty(&listed).or_exit(Exit::Unexpected)?,
        ListFormat::Csv => csv_of(&listed).or_exit(Exit::Unexpected)?,
    };
    print(&text)
}

/// The catalogue, which knows the Region of this place where `selector` depends on it.
fn catalog(options: &EndpointsOptions, selector: &Selector) -> Result<Catalog, CommandError> {
    let here = if selector.depends_on_place() {
        let search = PlaceSearch {
            region: options.region.clone(),
            ..PlaceSearch::default()
        };
        let place = search.find().or_exit(Exit::Usage)?;
        place.region.map(|region| region.name)
    } else {
        None
    };
    Ok(Catalog {
        here,
        ..Catalog::default()
    })
}

fn describe(endpoint: &Endpoint) -> Listed<'_> {
    let region = Region::named(&endpoint.region);
    let (activation, note) = match region {
        None if endpoint.scope == Scope::Global => {
            let known = "served by the caller's Region if that is enabled by default and Amazon's resolver was asked, else \
                         by us-east-1; a quota of its own";
            ("default", known.to_owned())
        }
        None => ("unknown", "no Region of this table".to_owned()),
        Some(region) => (region.activation.as_str(), known_of(endpoint.scope, region)),
    };
    Listed {
        name: &endpoint.name,
        scope: endpoint.scope,
        host: endpoint.origin.host(),
        signing_region: &endpoint.signing_region,
        partition: &endpoint.partition,
        activation,
        note,
    }
}

/// What AWS's tables and the SDK's rules leave open about an endpoint of `region`.
fn known_of(scope: Scope, region: &Region) -> String {
    let has_global = PARTITIONS
        .iter()
        .any(|p| p.id == region.partition && p.has_global_endpoint());
    let fips = match (scope, region.listed_fips) {
        (Scope::Fips | Scope::FipsDualStack, true) => Some("FIPS host listed by AWS"),
        (Scope::Fips | Scope::FipsDualStack, false) => {
            Some("AWS lists no FIPS host there, the name is only constructed")
        }
        _ => None,
    };
    let dual_stack = matches!(scope, Scope::DualStack | Scope::FipsDualStack)
        .then_some("dual-stack name by the SDK's rules, not verified to answer");
    let announced = (region.activation == Activation::Announced)
        .then_some("announced, no STS endpoint published");
    let alone = (!has_global).then_some("this partition has no global endpoint");
    let doubts = [fips, dual_stack, announced, alone].into_iter().flatten();
    std::iter::once(region.description)
        .chain(doubts)
        .collect::<Vec<_>>()
        .join("; ")
}

fn table(listed: &[Listed<'_>]) -> Vec<u8> {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header([
        "NAME",
        "SCOPE",
        "HOST",
        "SIGNED FOR",
        "PARTITION",
        "ENABLED",
        "WHERE, AND WHAT IS KNOWN",
    ]);
    for l in listed {
        let scope = l.scope.to_string();
        table.add_row([
            l.name,
            &scope,
            l.host,
            l.signing_region,
            l.partition,
            l.activation,
            &l.note,
        ]);
    }
    let lines: Vec<_> = table
        .to_string()
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    let count = listed.len() as u64;
    let text = format!(
        "{}\n\n{count} {}; Regions from {REGION_TABLE_SOURCE} ({REGION_TABLE_DATE}), hosts from the AWS SDK's rules\n",
        lines.join("\n"),
        counted(count, "endpoint")
    );
    displayable(text).into_bytes()
}

fn csv_of(listed: &[Listed<'_>]) -> Result<Vec<u8>, anyhow::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for l in listed {
        writer.serialize(l)?;
    }
    Ok(writer.into_inner()?)
}
