//! Options from a TOML file, under the long names of the command line.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use super::options::{ArrivalsName, ClientName, LoadOptions, TargetOptions, connection, duration, operation};

/// What a plan file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PlanFile {
    endpoints: Option<Vec<String>>,
    operations: Option<Vec<String>>,
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
    client: Option<ClientName>,
}

/// Why a plan file cannot be used.
#[derive(Debug, Error)]
pub(super) enum PlanFileError {
    #[error("cannot read plan file {path}: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    #[error("plan file {path} line {line} column {column}: {message}")]
    Syntax { path: PathBuf, line: usize, column: usize, message: String },
    #[error("plan file {path}: {field} {value:?}: {message}")]
    Value { path: PathBuf, field: &'static str, value: String, message: String },
    #[error("plan file {path}: {field} is empty; leave it out or name at least one")]
    Empty { path: PathBuf, field: &'static str },
}

/// Fills what the command line left open from the file at `path`.
pub(super) fn fill(path: &Path, targets: &mut TargetOptions, load: &mut LoadOptions) -> Result<(), PlanFileError> {
    let text = read(path)?;
    let file: PlanFile = toml::from_str(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = &text[..text.floor_char_boundary(at)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        PlanFileError::Syntax { path: path.to_owned(), line, column, message: error.message().to_owned() }
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
    if let (true, Some(list)) = (targets.operations.is_empty(), file.operations) {
        let parse = |name: &String| operation(name).map_err(|message| value("operations", name, message));
        targets.operations = list.iter().map(parse).collect::<Result<_, _>>()?;
    }
    if let (true, Some(list)) = (targets.connections.is_empty(), file.connections) {
        let parse = |name: &String| connection(name).map_err(|message| value("connections", name, message));
        targets.connections = list.iter().map(parse).collect::<Result<_, _>>()?;
    }
    let time = |field, text: Option<String>| {
        text.map(|text| duration(&text).map_err(|message| value(field, &text, message))).transpose()
    };
    load.duration = load.duration.or(time("duration", file.duration)?);
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
    Ok(())
}

/// A plan file is a page, not a book; also keeps a device file from being read for ever.
const MAX_BYTES: u64 = 1 << 20;

fn read(path: &Path) -> Result<String, PlanFileError> {
    let refuse = |reason: String| PlanFileError::Unreadable { path: path.to_owned(), reason };
    let metadata = path.metadata().map_err(|e| refuse(e.to_string()))?;
    if !metadata.is_file() {
        return Err(refuse("it is not a regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| refuse(e.to_string()))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| refuse(e.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refuse(format!("it is larger than {MAX_BYTES} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8".to_owned()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
