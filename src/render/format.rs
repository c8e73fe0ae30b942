//! The names of the text formats.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A text format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Tables for a terminal; see [`super::terminal()`].
    Terminal,
    /// GitHub-flavoured Markdown; see [`super::markdown()`].
    Markdown,
    /// One row per target; see [`super::summary_csv`].
    Csv,
    /// The summary for programs; see [`super::summary_json`].
    Json,
}

/// A name that is no format's.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("format {0:?} is unknown; allowed: terminal, markdown, csv, json")]
pub struct FormatError(String);

impl Format {
    /// Every format, in the order of the help text.
    pub const ALL: [Self; 4] = [Self::Terminal, Self::Markdown, Self::Csv, Self::Json];

    /// As on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or_else(|| FormatError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name_and_no_other_is() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        let error = "html5".parse::<Format>().expect_err("unknown").to_string();
        assert!(Format::ALL.iter().all(|format| error.contains(format.as_str())), "{error}");
    }
}
