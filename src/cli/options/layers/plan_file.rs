//! Options from a TOML file, under the long names of the command line.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use sts_model::ParameterValue;

use crate::cli::options::judging::{JudgingOptions, margin, on_or_off, precision};
use crate::cli::options::layers::toml_error::first_error;
use crate::cli::options::names::{AddressFamilyName, ArrivalsName, ClientName, ClockName};
use crate::cli::options::run::{LoadOptions, RunOptions, TargetOptions};
use crate::cli::options::values::{connection, duration, operation, resolver};
use crate::cli::text_file;

/// What a plan file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PlanFile {
    #[serde(default, deserialize_with = "listed")]
    endpoints: Option<Vec<String>>,
    twin: Option<String>,
    #[serde(default, deserialize_with = "listed")]
    operations: Option<Vec<String>>,
    parameters: Option<BTreeMap<String, BTreeMap<String, ParameterValue>>>,
    #[serde(default, deserialize_with = "listed")]
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
    address_family: Option<AddressFamilyName>,
    client: Option<ClientName>,
    clock: Option<ClockName>,
    spin: Option<String>,
    windows: Option<u16>,
    every: Option<String>,
    precision: Option<String>,
    max_duration: Option<String>,
    margin: Option<String>,
    confidence: Option<f64>,
    simultaneous: Option<String>,
    #[serde(default, deserialize_with = "one_or_more")]
    gate: Option<Vec<String>>,
}

/// Why a plan file cannot be used.
#[derive(Debug, Error)]
pub(crate) enum PlanFileError {
    #[error("plan file: {0:#}")]
    Unreadable(anyhow::Error),
    #[error("plan file {path} {error}")]
    Syntax { path: PathBuf, error: String },
    #[error("plan file {path}: {field} {value:?}: {message}")]
    Value {
        path: PathBuf,
        field: &'static str,
        value: String,
        message: String,
    },
    #[error("plan file {path}: {field} is empty; leave it out or name at least one")]
    Empty { path: PathBuf, field: &'static str },
}

/// A text or a list of texts.
fn one_or_more<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    struct Texts;
    impl<'de> Visitor<'de> for Texts {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a list of texts")
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            std::iter::from_fn(|| list.next_element().transpose()).collect()
        }
    }
    deserializer.deserialize_any(Texts).map(Some)
}

/// The same, in which a text can name several as an option does: with commas between them.
fn listed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let texts = one_or_more(deserializer)?;
    Ok(texts.map(|texts| {
        texts
            .iter()
            .flat_map(|text| text.split(','))
            .map(|name| name.trim().to_owned())
            .collect()
    }))
}

/// Fills what the command line left open from the file at `path`.
pub(crate) fn fill(path: &Path, options: &mut RunOptions) -> Result<(), PlanFileError> {
    let text = text_file::read(path).map_err(PlanFileError::Unreadable)?;
    let mut file: PlanFile = toml::from_str(&text).map_err(|error| PlanFileError::Syntax {
        path: path.to_owned(),
        error: first_error(&text, &error),
    })?;
    fill_targets(Place(path), &mut options.targets, &mut file)?;
    fill_judging(Place(path), &mut options.judging, &mut file)?;
    fill_load(Place(path), &mut options.load, file)
}

/// The names of the options that the file at `path` gives; none where it cannot be read, which [`fill`] then says.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let Ok(text) = text_file::read(path) else {
        return Vec::new();
    };
    let table: toml::Table = toml::from_str(&text).unwrap_or_default();
    let option = |key: String| match key.as_str() {
        "parameters" => "param".to_owned(),
        _ => key,
    };
    table.into_iter().map(|(key, _)| option(key)).collect()
}

fn fill_targets(
    place: Place<'_>,
    targets: &mut TargetOptions,
    file: &mut PlanFile,
) -> Result<(), PlanFileError> {
    let lists = [
        ("endpoints", &file.endpoints),
        ("operations", &file.operations),
        ("connections", &file.connections),
    ];
    for (field, list) in lists {
        if list.as_ref().is_some_and(Vec::is_empty) {
            return Err(PlanFileError::Empty {
                path: place.0.to_owned(),
                field,
            });
        }
    }
    if let (None, Some(list)) = (&targets.endpoints, &file.endpoints) {
        targets.endpoints = Some(list.join(","));
    }
    targets.address_family = targets.address_family.or(file.address_family);
    targets.twin = targets.twin.take().or_else(|| file.twin.take());
    if let (true, Some(list)) = (targets.operations.is_empty(), &file.operations) {
        targets.operations = list
            .iter()
            .map(|name| place.read("operations", name, operation))
            .collect::<Result<_, _>>()?;
    }
    if let (true, Some(list)) = (targets.connections.is_empty(), &file.connections) {
        targets.connections = list
            .iter()
            .map(|name| place.read("connections", name, connection))
            .collect::<Result<_, _>>()?;
    }
    for (name, parameters) in file.parameters.take().unwrap_or_default() {
        targets
            .plan_parameters
            .insert(place.read("parameters", &name, operation)?, parameters);
    }
    place.fill(
        "resolver",
        &mut targets.resolver,
        file.resolver.take(),
        resolver,
    )
}

fn fill_judging(
    place: Place<'_>,
    judging: &mut JudgingOptions,
    file: &mut PlanFile,
) -> Result<(), PlanFileError> {
    place.fill(
        "precision",
        &mut judging.precision,
        file.precision.take(),
        precision,
    )?;
    place.fill(
        "max-duration",
        &mut judging.max_duration,
        file.max_duration.take(),
        duration,
    )?;
    place.fill(
        "margin",
        &mut judging.measure.margin,
        file.margin.take(),
        margin,
    )?;
    place.fill(
        "simultaneous",
        &mut judging.measure.simultaneous,
        file.simultaneous.take(),
        on_or_off,
    )?;
    judging.measure.confidence = judging.measure.confidence.or(file.confidence);
    if judging.gate.is_empty() {
        judging.gate = file.gate.take().unwrap_or_default();
    }
    Ok(())
}

fn fill_load(
    place: Place<'_>,
    load: &mut LoadOptions,
    file: PlanFile,
) -> Result<(), PlanFileError> {
    place.fill("duration", &mut load.duration, file.duration, duration)?;
    place.fill("spin", &mut load.spin, file.spin, duration)?;
    place.fill("timeout", &mut load.timeout, file.timeout, duration)?;
    place.fill("every", &mut load.every, file.every, duration)?;
    load.windows = load.windows.or(file.windows);
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

/// The file, for values that are texts there and have a form of their own.
#[derive(Clone, Copy)]
struct Place<'a>(&'a Path);

impl Place<'_> {
    fn read<T>(
        self,
        field: &'static str,
        text: &str,
        form: fn(&str) -> Result<T, String>,
    ) -> Result<T, PlanFileError> {
        let (path, value) = (self.0.to_owned(), text.to_owned());
        form(text).map_err(|message| PlanFileError::Value {
            path,
            field,
            value,
            message,
        })
    }

    /// Reads what the file says, be it needed or not, and puts it where the command line said nothing.
    fn fill<T>(
        self,
        field: &'static str,
        slot: &mut Option<T>,
        text: Option<String>,
        form: fn(&str) -> Result<T, String>,
    ) -> Result<(), PlanFileError> {
        if let Some(text) = text {
            let value = self.read(field, &text, form)?;
            slot.get_or_insert(value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Parser)]
    struct Run {
        #[command(flatten)]
        options: RunOptions,
    }

    /// Lines with the fields of a plan file, and right and wrong values.
    fn lines() -> impl Strategy<Value = String> {
        let field = prop::sample::select(
            &[
                "endpoints",
                "twin",
                "operations",
                "parameters",
                "connections",
                "rounds",
                "rate",
                "arrivals",
                "concurrency",
                "duration",
                "warmup-rounds",
                "blocks",
                "max-requests",
                "timeout",
                "seed",
                "resolver",
                "client",
                "spin",
                "windows",
                "every",
                "precision",
                "margin",
                "confidence",
                "gate",
                "other",
                "[parameters.assume-role]",
            ][..],
        );
        let value = prop::sample::select(
            &[
                "0",
                "-1",
                "1e400",
                "nan",
                "99999999999999999999",
                "true",
                "\"\"",
                "\"\\u0000\"",
                "\"a,,b\"",
                "\"1h\"",
                "\"off\"",
                "[]",
                "[[]]",
                "[\"a\", 1]",
                "{}",
                "{ a = { b = 1 } }",
                "{ assume-role = { role-arn = \"x\" } }",
                "1979-05-27",
                "=",
            ][..],
        );
        prop::collection::vec((field, value), 0..6).prop_map(|lines| {
            lines
                .iter()
                .map(|(field, value)| format!("{field} = {value}\n"))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn every_text_is_a_plan_or_a_short_refusal_that_names_the_file(text in prop_oneof![lines(), any::<String>()]) {
            let home = tempfile::tempdir().expect("a directory");
            let path = home.path().join("plan.toml");
            std::fs::write(&path, &text).expect("written");
            let mut run = Run::parse_from(["run"]);
            if let Err(error) = fill(&path, &mut run.options) {
                let said = error.to_string();
                prop_assert!(said.starts_with("plan file ") && said.contains("plan.toml"), "{said}");
            }
        }
    }
}
