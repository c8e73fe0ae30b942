//! Single values of options: how each is read, and what is said of one that cannot be.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;

use crate::plan::{self, ConnectionMode, Resolver};
#[cfg(feature = "simulate")]
use sts_emulator::Link;
use sts_model::Operation;

/// A path that is not empty; clap's own parser takes the empty one.
#[derive(Debug, Clone)]
pub(crate) struct NonEmptyPath;

impl clap::builder::TypedValueParser for NonEmptyPath {
    type Value = PathBuf;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<PathBuf, clap::Error> {
        NonEmptyStringValueParser::new()
            .parse_ref(command, argument, value)
            .map(PathBuf::from)
    }
}

pub(crate) fn resolver(text: &str) -> Result<Resolver, String> {
    text.parse()
        .map_err(|error: plan::ResolverError| error.to_string())
}

/// An operation by its AWS CLI name.
pub(crate) fn operation(name: &str) -> Result<Operation, String> {
    by_name(
        name,
        Operation::ALL
            .iter()
            .map(|operation| (operation.cli_name(), *operation)),
    )
}

/// A kind of connection by name.
pub(crate) fn connection(name: &str) -> Result<ConnectionMode, String> {
    by_name(
        name,
        ConnectionMode::ALL
            .iter()
            .map(|connection| (connection.as_str(), *connection)),
    )
}

#[cfg(feature = "simulate")]
pub(crate) fn link(name: &str) -> Result<Link, String> {
    by_name(name, Link::ALL.iter().map(|link| (link.name(), *link)))
}

pub(crate) fn format(name: &str) -> Result<crate::report::Format, String> {
    name.parse().map_err(|error| format!("{error}"))
}

/// A whole number in its range.
pub(crate) fn whole<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: FromStr + PartialOrd + Display + Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            format!(
                "allowed: a whole number from {} to {}",
                range.start(),
                range.end()
            )
        })
    }
}

/// A number; its range depends on other options, so the plan judges it.
pub(crate) fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| {
        "allowed: a number of requests per second above 0, such as 2 or 0.5".to_owned()
    })
}

/// A time with its unit.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|error| format!("{error}; give a number with its unit, such as 30s or 5m"))
}

/// How long a `credential_process` may take: a second at least, and not for ever.
pub(crate) fn credential_timeout(text: &str) -> Result<Duration, String> {
    let limit = duration(text)?;
    let allowed = Duration::from_secs(1)..=Duration::from_secs(3600);
    if !allowed.contains(&limit) {
        return Err("allowed: 1s to 1h".to_owned());
    }
    Ok(limit)
}

fn by_name<T: Copy>(
    name: &str,
    all: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Result<T, String> {
    if let Some((_, value)) = all.clone().find(|(known, _)| *known == name) {
        return Ok(value);
    }
    let known: Vec<_> = all.map(|(known, _)| known).collect();
    let hint = sts_model::nearest(name, known.iter().copied())
        .map(|nearest| format!("did you mean {nearest}? "))
        .unwrap_or_default();
    Err(format!("{hint}allowed: {}", known.join(", ")))
}
