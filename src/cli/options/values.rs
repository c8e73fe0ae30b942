//! Single values of options: how each is read, and what is said of one that cannot be.

use std::fmt::Display;
#[cfg(feature = "simulate")]
use std::net::Ipv4Addr;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;

use crate::place::{MOST_CHARACTERS, REGION_NAMES, is_region_name, is_vantage_name};
use crate::plan::{self, ConnectionMode, Preset, Resolver};
use crate::report::{ComparisonFormat, Format};
use crate::results::NamedBaseline;
#[cfg(feature = "simulate")]
use sts_emulator::Link;
use sts_model::{Operation, Origin, Region, nearest};

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

/// An operation by its name in the AWS CLI or in the API.
pub(crate) fn operation(name: &str) -> Result<Operation, String> {
    let name = name.trim();
    if let Some(operation) = Operation::named(name) {
        return Ok(operation);
    }
    by_name(
        &with_hyphens(name),
        Operation::ALL
            .iter()
            .map(|operation| (operation.cli_name(), *operation)),
    )
}

/// The words of `GetCallerIdentity` with hyphens between them, as the AWS CLI writes them.
fn with_hyphens(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && words.ends_with(|it: char| it.is_ascii_lowercase()) {
            words.push('-');
        }
        words.push(if letter == '_' { '-' } else { letter });
    }
    words
}

/// A preset by name.
pub(crate) fn preset(name: &str) -> Result<Preset, String> {
    by_name(
        name.trim(),
        Preset::ALL.iter().map(|preset| (preset.as_str(), *preset)),
    )
}

/// A kind of connection by name.
pub(crate) fn connection(name: &str) -> Result<ConnectionMode, String> {
    by_name(
        name.trim(),
        ConnectionMode::ALL
            .iter()
            .map(|connection| (connection.as_str(), *connection)),
    )
}

#[cfg(feature = "simulate")]
pub(crate) fn link(name: &str) -> Result<Link, String> {
    by_name(name, Link::ALL.iter().map(|link| (link.name(), *link)))
}

pub(crate) fn format(name: &str) -> Result<Format, String> {
    name.parse().map_err(|_| match name {
        "png" | "svg" | "chart" | "charts" => {
            "charts are files: `stsbench chart RUN --kind endpoints --out FILE.png` draws one, and a run writes those of --charts \
             to its directory"
                .to_owned()
        }
        _ => {
            let names = Format::ALL.map(Format::as_str);
            format!("{}allowed: {}", meant(name, names), Format::names())
        }
    })
}

/// The name of a baseline.
pub(crate) fn baseline_name(text: &str) -> Result<String, String> {
    if NamedBaseline::is_name(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "allowed: letters, digits, '.', '_' and '-', at most {}, a letter or digit first",
        NamedBaseline::MOST_CHARACTERS
    ))
}

/// A format of a comparison.
pub(crate) fn comparison_format(name: &str) -> Result<ComparisonFormat, String> {
    ComparisonFormat::named(name).ok_or_else(|| {
        let names = ComparisonFormat::ALL.map(ComparisonFormat::as_str);
        format!(
            "{}allowed: {}",
            meant(name, names),
            ComparisonFormat::names()
        )
    })
}

/// `FORMAT=PATH` of a comparison.
pub(crate) fn comparison_export(text: &str) -> Result<(ComparisonFormat, PathBuf), String> {
    format_and_path(text, comparison_format)
}

/// `FORMAT=PATH`, the format as `read` reads it.
pub(crate) fn format_and_path<F: Display>(
    text: &str,
    read: fn(&str) -> Result<F, String>,
) -> Result<(F, PathBuf), String> {
    let (format, path) = text
        .split_once('=')
        .ok_or("give FORMAT=PATH, such as junit=stsbench.xml")?;
    let format = read(format.trim())?;
    match path.trim() {
        "" => Err(format!("{format} has no path")),
        "-" => Err(format!("stdout is for --format {format}")),
        path => Ok((format, PathBuf::from(path))),
    }
}

/// A Region by its name or its city.
pub(crate) fn region(text: &str) -> Result<String, String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if let Some(region) = Region::named(&lower).or_else(|| Region::in_city(text)) {
        return Ok(region.name.to_owned());
    }
    let hint = Region::nearest_name(text)
        .map(|nearest| format!("did you mean {nearest}? "))
        .unwrap_or_default();
    Err(format!(
        "{hint}allowed: a Region's name or city, such as eu-central-1 or frankfurt; `stsbench endpoints` lists the Regions"
    ))
}

/// A Region by name or city, one that is newer than this build's table, or `aws-global`.
pub(crate) fn callers_region(text: &str) -> Result<String, String> {
    let lower = text.trim().to_ascii_lowercase();
    if let Some(plain) = Region::of_fips_name(&lower).filter(|plain| Region::named(plain).is_some())
    {
        return Ok(plain.to_owned());
    }
    if lower == "aws-global" || is_region_name(&lower) && Region::is_named_like_one(&lower) {
        return Ok(lower);
    }
    region(text)
}

/// A Region that this build's table need not have.
pub(crate) fn newer_region(text: &str) -> Result<String, String> {
    if is_region_name(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("{REGION_NAMES} eu-central-1"))
    }
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

/// Requests per second; the range depends on other options, so the plan judges it.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| {
        "allowed: a number of requests per second above 0, such as 2 or 0.5".to_owned()
    })
}

/// A time with its unit, or several, each unit once.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let whole = humantime::parse_duration(text)
        .map_err(|error| format!("{error}; give a number with its unit, such as 30s or 5m"))?;
    // humantime reads it as months, which no option takes.
    if let Some(number) = text.trim().strip_suffix('M') {
        return Err(format!("M is a month; did you mean {number}m, minutes?"));
    }
    let mut units: Vec<_> = text
        .split(|c: char| c.is_ascii_digit() || c.is_whitespace())
        .filter(|unit| !unit.is_empty())
        .filter_map(|unit| humantime::parse_duration(&format!("1{unit}")).ok())
        .collect();
    let parts = units.len();
    units.sort_unstable();
    units.dedup();
    if units.len() < parts {
        return Err("a unit stands there twice; give each once, such as 1h30m".to_owned());
    }
    Ok(whole)
}

/// A share: `0.05` or `5%`.
#[cfg(feature = "simulate")]
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse().map(|percent: f64| percent / 100.0),
        None => text.parse(),
    };
    let share = number.ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| {
        "allowed: a share from 0 to 1, such as 0.05, or a percentage, such as 5%".to_owned()
    })
}

/// How long a `credential_process` may take: a second at least, and not forever.
pub(crate) fn credential_timeout(text: &str) -> Result<Duration, String> {
    let limit = duration(text)?;
    let allowed = Duration::from_secs(1)..=Duration::from_secs(3600);
    if !allowed.contains(&limit) {
        return Err("allowed: 1s to 1h".to_owned());
    }
    Ok(limit)
}

/// The name of a host, whole and nothing else.
pub(crate) fn host(text: &str) -> Result<String, String> {
    let named = || {
        let origin = Origin::parse(&format!("https://{text}")).ok()?;
        Some(origin.host().to_owned()).filter(|host| host.eq_ignore_ascii_case(text))
    };
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = || match bare {
        Some(bare) => bare.parse::<Ipv6Addr>().ok().map(|ip| ip.to_string()),
        None => text.parse::<IpAddr>().ok().map(|ip| ip.to_string()),
    };
    address().or_else(named).ok_or_else(|| {
        "allowed: an exact host name or an IP address, without scheme, port, path or wildcard, such as sts.lab.example"
            .to_owned()
    })
}

/// An IP address and a port to listen on.
pub(crate) fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "allowed: an IP address and a port, such as 127.0.0.1:10778 or [::1]:10778".to_owned()
    })
}

/// The IPv4 address of the first of several endpoints.
#[cfg(feature = "simulate")]
pub(crate) fn ipv4(text: &str) -> Result<Ipv4Addr, String> {
    text.parse()
        .map_err(|_| "allowed: an IPv4 address without a port, such as 127.0.1.1".to_owned())
}

/// The name of the place that is measured from.
pub(crate) fn vantage(text: &str) -> Result<String, String> {
    if is_vantage_name(text) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "allowed: 1 to {MOST_CHARACTERS} characters, more than blanks and none of them a control character"
        ))
    }
}

/// What a name of the list stands for, or else what was probably meant and what there is.
pub(crate) fn by_name<T: Copy>(
    name: &str,
    all: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Result<T, String> {
    if let Some((_, value)) = all.clone().find(|(known, _)| *known == name) {
        return Ok(value);
    }
    let known: Vec<_> = all.map(|(known, _)| known).collect();
    let hint = meant(name, known.iter().copied());
    Err(format!("{hint}allowed: {}", known.join(", ")))
}

/// `did you mean …? `, in whatever case it was typed, where one of the names resembles it.
pub(crate) fn meant<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let given = given.trim().to_lowercase();
    nearest(&given, names)
        .map(|nearest| format!("did you mean {nearest}? "))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_of_callers_is_known_or_numbered_as_regions_are() {
        for (text, name) in [
            ("frankfurt", "eu-central-1"),
            ("FRANKFURT", "eu-central-1"),
            ("EU-Central-1", "eu-central-1"),
            (" eu-west-9 ", "eu-west-9"),
            ("EU-WEST-9", "eu-west-9"),
            ("AWS-Global", "aws-global"),
            ("eu-west-9", "eu-west-9"),
            ("nz-north-1", "nz-north-1"),
            ("us-gov-northeast-2", "us-gov-northeast-2"),
            ("aws-global", "aws-global"),
        ] {
            assert_eq!(callers_region(text).as_deref(), Ok(name));
        }
        for text in [
            "nope",
            "eu-west",
            "eu-1",
            "-eu-west-1",
            "eu-west-1b",
            "eu-cental-1",
            "north-1",
        ] {
            assert!(callers_region(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_told_what_is_one() {
        let refused = listen("localhost:1234").expect_err("a name");
        assert!(refused.contains("such as 127.0.0.1:10778"), "{refused}");
        assert!(listen("[::1]:0").is_ok());
        #[cfg(feature = "simulate")]
        assert!(ipv4("::1").is_err_and(|error| error.contains("an IPv4 address")));
    }

    #[cfg(feature = "simulate")]
    #[test]
    fn a_share_is_a_number_or_a_percentage_and_a_month_no_minute() {
        for (text, expected) in [("0.05", 0.05), ("5%", 0.05), (" 100 % ", 1.0), ("0", 0.0)] {
            assert_eq!(share(text), Ok(expected), "{text}");
        }
        for text in ["5", "150%", "-1%", "x", "%", "NaN"] {
            share(text).expect_err(text);
        }
        let error = duration("5M").expect_err("a month");
        assert!(error.contains("did you mean 5m"), "{error}");
    }

    #[test]
    fn a_unit_of_time_stands_once() {
        for text in [
            "1h1h", "1h 1h", "1h1hr", "30s30s", "1m 2min", "1h30m1h", "1ms1ms",
        ] {
            assert!(duration(text).expect_err(text).contains("twice"), "{text}");
        }
        for (text, seconds) in [("1h30m", 5400), ("30m 1h", 5400), ("90s", 90), ("1m1s", 61)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn operations_and_regions_are_understood_by_the_names_that_people_use() {
        for text in [
            "get-caller-identity",
            "GetCallerIdentity",
            " get_caller_identity ",
        ] {
            assert_eq!(operation(text), Ok(Operation::GetCallerIdentity), "{text}");
        }
        let error = operation("get-caller-identiti").expect_err("a typo");
        assert!(
            error.starts_with("did you mean get-caller-identity?"),
            "{error}"
        );
        for text in ["eu-central-1", "frankfurt", "Frankfurt "] {
            assert_eq!(region(text).as_deref(), Ok("eu-central-1"), "{text}");
        }
        let error = region("frankfrut").expect_err("a typo");
        assert!(
            error.starts_with("did you mean frankfurt? allowed: "),
            "{error}"
        );
        assert!(
            region("mars")
                .expect_err("no Region")
                .starts_with("allowed: ")
        );
        for (text, hint) in [
            ("GetCalerIdentity", "get-caller-identity"),
            ("AssumRole", "assume-role"),
            ("ASSUME-ROLL", "assume-role"),
        ] {
            let error = operation(text).expect_err("a slip");
            assert!(
                error.starts_with(&format!("did you mean {hint}?")),
                "{error}"
            );
        }
        for (text, hint) in [("JSON", "json"), ("html5", "html"), ("Juint", "junit")] {
            let hint = format!("did you mean {hint}? allowed: ");
            let error = format(text).expect_err("no format");
            assert!(error.starts_with(&hint), "{error}");
            if text != "html5" {
                let error = comparison_format(text).expect_err("no format");
                assert!(error.starts_with(&hint), "{error}");
            }
        }
        for text in ["png", "svg"] {
            assert!(format(text).expect_err(text).contains("stsbench chart RUN"));
        }
    }

    #[test]
    fn a_host_is_a_whole_name_or_address() {
        for text in [
            "*",
            ".com",
            "*.com",
            "com.",
            "https://evil.io",
            "evil.io:443",
            "evil.io/",
            "[::1",
            "[10.0.0.1]",
            "a b",
            "",
            "user@evil.io",
            "a..b",
            "1.2.3",
            "évil.io",
            "evil.io\n",
        ] {
            assert!(
                host(text).expect_err(text).contains("an exact host name"),
                "{text}"
            );
        }
        for (text, read) in [
            ("stack", "stack"),
            ("STS.Lab.example", "sts.lab.example"),
            ("10.0.0.1", "10.0.0.1"),
            ("FD00::0:1", "fd00::1"),
            ("[FD00::0:1]", "fd00::1"),
        ] {
            assert_eq!(host(text).as_deref(), Ok(read));
        }
    }

    #[test]
    fn a_vantage_is_taken_as_it_is_or_not_at_all() {
        assert!(vantage("  ").is_err_and(|error| error.contains("more than blanks")));
        for text in [
            "",
            " ",
            "a\u{1b}[31m",
            "a\nb",
            "\u{9b}",
            &"x".repeat(65),
            &"x".repeat(100 << 10),
        ] {
            assert!(vantage(text).is_err(), "{:.70?}", text);
        }
        for text in ["Zürich, \"DC1\"", &"é".repeat(64)] {
            assert_eq!(vantage(text).as_deref(), Ok(text));
        }
    }
}
