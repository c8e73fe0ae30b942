//! Options from a TOML file, under the long names of the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::operation::Value;

use super::options::{
    ArrivalsName, ClientName, ClockName, LoadOptions, TargetOptions, connection, duration, operation, resolver,
};
use super::text_file;
use super::toml_mistakes::complaints;

/// What a plan file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PlanFile {
    endpoints: Option<Vec<String>>,
    twin: Option<String>,
    operations: Option<Vec<String>>,
    parameters: Option<BTreeMap<String, BTreeMap<String, Value>>>,
    connections: Option<Vec<String>>,
    rounds: Option<u32>,
    rate: Option<f64>,
    arrivals: Option<ArrivalsName>,
    concurrency: Option<u16>,
    duration: Option<String>,
    warmup_rounds: Option<u32>,
    blocks: Option<u16>,
    connections_per_target: Option<u16>,
    rate_per_endpoint: Option<f64>,
    max_rate_per_endpoint: Option<f64>,
    max_requests: Option<u64>,
    timeout: Option<String>,
    seed: Option<u64>,
    resolver: Option<String>,
    client: Option<ClientName>,
    clock: Option<ClockName>,
    spin: Option<String>,
}

/// Why a plan file cannot be used.
#[derive(Debug, Error)]
pub(super) enum PlanFileError {
    #[error("plan file: {0:#}")]
    Unreadable(anyhow::Error),
    #[error("plan file {path} {}", complaints.join("; "))]
    Syntax { path: PathBuf, complaints: Vec<String> },
    #[error("plan file {path}: {field} {value:?}: {message}")]
    Value { path: PathBuf, field: &'static str, value: String, message: String },
    #[error("plan file {path}: {field} is empty; leave it out or name at least one")]
    Empty { path: PathBuf, field: &'static str },
}

/// Fills what the command line left open from the file at `path`.
pub(super) fn fill(path: &Path, targets: &mut TargetOptions, load: &mut LoadOptions) -> Result<(), PlanFileError> {
    let text = text_file::read(path).map_err(PlanFileError::Unreadable)?;
    let file: PlanFile = toml::from_str(&text).map_err(|error| PlanFileError::Syntax {
        path: path.to_owned(),
        complaints: complaints::<PlanFile>(&text, &error),
    })?;
    let value = |field, value: &String, message| PlanFileError::Value {
        path: path.to_owned(),
        field,
        value: value.clone(),
        message,
    };
    let lists = [("endpoints", &file.endpoints), ("operations", &file.operations), ("connections", &file.connections)];
    for (field, list) in lists {
        if list.as_ref().is_some_and(Vec::is_empty) {
            return Err(PlanFileError::Empty { path: path.to_owned(), field });
        }
    }
    if let (None, Some(list)) = (&targets.endpoints, file.endpoints) {
        targets.endpoints = Some(list.join(","));
    }
    targets.twin = targets.twin.take().or(file.twin);
    if let (true, Some(list)) = (targets.operations.is_empty(), file.operations) {
        let parse = |name: &String| operation(name).map_err(|message| value("operations", name, message));
        targets.operations = list.iter().map(parse).collect::<Result<_, _>>()?;
    }
    if let (true, Some(list)) = (targets.connections.is_empty(), file.connections) {
        let parse = |name: &String| connection(name).map_err(|message| value("connections", name, message));
        targets.connections = list.iter().map(parse).collect::<Result<_, _>>()?;
    }
    for (name, parameters) in file.parameters.unwrap_or_default() {
        let called = operation(&name).map_err(|message| value("parameters", &name, message))?;
        targets.plan_parameters.insert(called, parameters);
    }
    if let (None, Some(text)) = (targets.resolver, &file.resolver) {
        targets.resolver = Some(resolver(text).map_err(|message| value("resolver", text, message))?);
    }
    let time = |field, text: Option<String>| {
        text.map(|text| duration(&text).map_err(|message| value(field, &text, message))).transpose()
    };
    load.duration = load.duration.or(time("duration", file.duration)?);
    load.spin = load.spin.or(time("spin", file.spin)?);
    load.timeout = load.timeout.or(time("timeout", file.timeout)?);
    load.rounds = load.rounds.or(file.rounds);
    load.rate = load.rate.or(file.rate);
    load.arrivals = load.arrivals.or(file.arrivals);
    load.concurrency = load.concurrency.or(file.concurrency);
    load.warmup_rounds = load.warmup_rounds.or(file.warmup_rounds);
    load.blocks = load.blocks.or(file.blocks);
    load.connections_per_target = load.connections_per_target.or(file.connections_per_target);
    load.rate_per_endpoint = load.rate_per_endpoint.or(file.rate_per_endpoint);
    load.max_rate_per_endpoint = load.max_rate_per_endpoint.or(file.max_rate_per_endpoint);
    load.max_requests = load.max_requests.or(file.max_requests);
    load.seed = load.seed.or(file.seed);
    load.client = load.client.or(file.client);
    load.clock = load.clock.or(file.clock);
    Ok(())
}
