//! Options about stores: which one, how its server is reached, and which of its runs are wanted.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::store::StoreUri;

use super::values::{NonEmptyPath, duration, vantage, whole};

/// How the server of a store's bucket is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreAccessOptions {
    /// Profile whose credentials call the bucket of a store [default: what the AWS CLI would take here]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) store_profile: Option<String>,
    /// Region of the bucket [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, or what S3 says]
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) store_region: Option<String>,
    /// Server of the bucket when it is not AWS's, such as <https://minio.lab:9000>
    #[arg(
        long,
        value_name = "URL",
        value_parser = NonEmptyStringValueParser::new(),
        help = "Server of the bucket when it is not AWS's, such as https://minio.lab:9000 \
                [default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS]"
    )]
    pub(crate) store_endpoint: Option<String>,
    /// Certificates (PEM) to trust besides the public roots, for a server that is not AWS's [default: AWS_CA_BUNDLE]
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    pub(crate) store_ca_file: Option<PathBuf>,
    /// Lets the server be http:// at another machine; anyone on the network path can read what is sent
    #[arg(long)]
    pub(crate) store_insecure_http: bool,
}

impl StoreAccessOptions {
    /// The options that were given, by name.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--store-profile", self.store_profile.is_some()),
            ("--store-region", self.store_region.is_some()),
            ("--store-endpoint", self.store_endpoint.is_some()),
            ("--store-ca-file", self.store_ca_file.is_some()),
            ("--store-insecure-http", self.store_insecure_http),
        ];
        let given = options.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(name, _)| name).collect()
    }
}

/// Where runs are stored.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreOptions {
    /// Also stores the run: a directory, s3://BUCKET or s3://BUCKET/PREFIX. Nothing in a store is ever replaced
    #[arg(long, value_name = "URI", value_parser = store_uri)]
    pub(crate) store: Option<StoreUri>,
    #[command(flatten)]
    pub(crate) access: StoreAccessOptions,
}

/// Which runs are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Runs")]
pub(crate) struct SelectionOptions {
    /// Only runs that began then or later: a date such as 2026-11-01, or an age such as 30d
    #[arg(long, value_name = "DATE|AGE", allow_hyphen_values = true, value_parser = since)]
    pub(crate) since: Option<Since>,
    /// Only runs of this vantage point; repeatable
    #[arg(long, value_name = "NAME", value_parser = vantage)]
    pub(crate) vantage: Vec<String>,
    /// Only the latest N runs of each vantage point
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(1..=MOST_RUNS))]
    pub(crate) limit: Option<usize>,
}

/// From when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// A day in UTC.
    Day(Date),
    /// So long ago.
    Age(Duration),
}

impl Since {
    /// The moment, seen from `now`.
    pub(crate) fn moment(self, now: OffsetDateTime) -> OffsetDateTime {
        match self {
            Self::Day(date) => date.midnight().assume_utc(),
            Self::Age(age) => now - age,
        }
    }
}

/// The address of a store.
pub(crate) fn store_uri(text: &str) -> Result<StoreUri, String> {
    text.parse()
        .map_err(|error: crate::store::StoreError| error.to_string())
}

fn since(text: &str) -> Result<Since, String> {
    let form = format_description!("[year]-[month]-[day]");
    if let Ok(date) = Date::parse(text, form) {
        return Ok(Since::Day(date));
    }
    match duration(text) {
        Ok(age) if age <= OLDEST => Ok(Since::Age(age)),
        _ => Err(
            "allowed: a date such as 2026-11-01, or an age up to 100 years such as 30d or 12h"
                .to_owned(),
        ),
    }
}

/// As many runs as are looked at.
const MOST_RUNS: usize = 10_000;
const OLDEST: Duration = Duration::from_hours(100 * 366 * 24);

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn since_is_a_day_or_an_age() {
        let now = datetime!(2026-11-29 12:00 UTC);
        let of = |text: &str| since(text).map(|it| it.moment(now));
        assert_eq!(of("2026-11-01"), Ok(datetime!(2026-11-01 00:00 UTC)));
        assert_eq!(of("36h"), Ok(datetime!(2026-11-28 00:00 UTC)));
        for text in ["", "yesterday", "2026-13-01", "30", "-3d", "200years"] {
            assert!(of(text).expect_err(text).contains("30d"), "{text}");
        }
    }
}
