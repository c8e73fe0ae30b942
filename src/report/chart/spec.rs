//! What was asked of a picture.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::plan::{ConnectionMode, Level};
use crate::report::words::language::Language;
use sts_model::{Operation, Region};

use super::drawing::canvas::TextMode;
use super::drawing::theme::{Appearance, Theme};

/// What was asked of a picture: how it looks, what it shows, what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSpec {
    /// How it looks.
    pub look: ChartLook,
    /// What it shows.
    pub selection: ChartSelection,
    /// What it says.
    pub wording: ChartWording,
}

/// How a picture looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartLook {
    /// Theme and background.
    pub appearance: Appearance,
    /// Width, px.
    pub width: f64,
    /// Whether a chart that needs more width takes it, because none was asked for.
    pub widens: bool,
    /// Height, px; `None` takes what the chart needs.
    pub height: Option<f64>,
    /// How letters are written.
    pub text: TextMode,
}

/// What a picture shows; what is not given is chosen by the chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChartSelection {
    /// The operation; `None` takes that of the report's headline.
    pub operation: Option<Operation>,
    /// The only kind of connection.
    pub connection: Option<ConnectionMode>,
    /// The only endpoints, as patterns of their names; empty takes all.
    pub endpoints: Vec<EndpointPattern>,
    /// How many of the fastest Regional endpoints; the others are folded into a line.
    pub top: Option<usize>,
    /// The percentile of the times.
    pub percentile: Option<Level>,
}

/// What a picture says beside its numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartWording {
    /// Instead of the finding.
    pub title: Option<String>,
    /// Below the picture.
    pub caption: Option<String>,
    /// For who cannot see the picture, instead of the finding and the numbers.
    pub alt: Option<String>,
    /// The language of numbers and of the fixed words.
    pub language: Language,
}

impl Default for ChartSpec {
    fn default() -> Self {
        Theme::Light.into()
    }
}

impl From<Theme> for ChartSpec {
    fn from(theme: Theme) -> Self {
        Self {
            look: ChartLook {
                appearance: theme.into(),
                width: WIDTH,
                widens: true,
                height: None,
                text: TextMode::default(),
            },
            selection: ChartSelection::default(),
            wording: ChartWording::default(),
        }
    }
}

impl ChartSpec {
    /// The same about that operation.
    #[must_use]
    pub fn about(mut self, operation: Operation) -> Self {
        self.selection.operation = Some(operation);
        self
    }

    /// The options that were given of those that not every chart has.
    pub(crate) fn given(&self) -> impl Iterator<Item = ChartOption> {
        let selection = &self.selection;
        let given = [
            (ChartOption::Height, self.look.height.is_some()),
            (ChartOption::Operation, selection.operation.is_some()),
            (ChartOption::Connection, selection.connection.is_some()),
            (ChartOption::Endpoints, !selection.endpoints.is_empty()),
            (ChartOption::Top, selection.top.is_some()),
            (ChartOption::Percentile, selection.percentile.is_some()),
        ];
        given
            .into_iter()
            .filter_map(|(option, given)| given.then_some(option))
    }
}

/// Width of a picture where none is asked for, px: what fits into a page of GitHub.
pub(crate) const WIDTH: f64 = 800.0;

/// An option that not every chart has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartOption {
    /// `--height`.
    Height,
    /// `--operation`.
    Operation,
    /// `--connection`.
    Connection,
    /// `--endpoints`.
    Endpoints,
    /// `--top`.
    Top,
    /// `--percentile`.
    Percentile,
}

impl ChartOption {
    /// As typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Height => "--height",
            Self::Operation => "--operation",
            Self::Connection => "--connection",
            Self::Endpoints => "--endpoints",
            Self::Top => "--top",
            Self::Percentile => "--percentile",
        }
    }
}

impl fmt::Display for ChartOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of an endpoint, with `*` for any letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPattern(String);

impl EndpointPattern {
    /// Whether the endpoint's name fits, or is that of the Region of the city. Names have no capitals.
    pub(crate) fn fits(&self, name: &str) -> bool {
        let region = Region::in_city(&self.0);
        let pattern = self.0.to_ascii_lowercase();
        fits_glob(&pattern, name) || region.is_some_and(|region| region.name == name)
    }

    /// As typed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn fits_glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl FromStr for EndpointPattern {
    type Err = EmptyPattern;

    fn from_str(text: &str) -> Result<Self, EmptyPattern> {
        match text.trim() {
            "" => Err(EmptyPattern),
            text => Ok(Self(text.to_owned())),
        }
    }
}

/// A pattern without a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("allowed: names of the run's endpoints with commas between them, such as global,eu-*")]
pub struct EmptyPattern;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        let fits =
            |pattern: &str, name| pattern.parse::<EndpointPattern>().expect("fits").fits(name);
        for (pattern, name) in [
            ("global", "global"),
            ("eu-*", "eu-west-1"),
            ("*-1", "eu-west-1"),
            ("*", "anything"),
            ("eu*1", "eu-west-1"),
            ("*-*-1", "eu-west-1"),
            ("Frankfurt", "eu-central-1"),
            ("EU-West-*", "eu-west-1"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("glob", "global"),
            ("eu-*", "us-east-1"),
            ("*-2", "eu-west-1"),
            ("eu*eu", "eu"),
        ] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}
