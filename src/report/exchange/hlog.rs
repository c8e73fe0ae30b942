//! HdrHistogram's interval log as stored with every run, preceded by the warnings about its numbers.

use std::path::Path;

use crate::results::{ResultsError, interval_log};

use super::hgrm::warnings;
use crate::report::escape::terminal as printable;
use crate::report::view::report::Report;

/// The run's log. Its readers ignore lines that start with `#`.
///
/// # Errors
/// [`ResultsError::Impossible`] when the run's start is not a date or an endpoint's name cannot be a tag.
pub(crate) fn hlog(report: &Report<'_>) -> Result<String, ResultsError> {
    let log = interval_log(report.run, Path::new("hlog"))?;
    let log = String::from_utf8(log).expect("tags and comments are text, histograms are base64");
    // This changes nothing except hostile names of runs and endpoints.
    Ok(log.lines().fold(warnings(report), |text, line| {
        text + &printable(line) + "\n"
    }))
}
