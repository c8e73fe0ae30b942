//! HdrHistogram's interval log, as it lies beside every run, with what has to be said of the numbers before them.

use std::path::Path;

use crate::results::{ResultsError, interval_log};

use super::hgrm::warnings;
use crate::report::escape::terminal as printable;
use crate::report::view::report::Report;

/// The run's log; lines with `#` are comments to its readers.
///
/// # Errors
/// [`ResultsError::Impossible`] when the run's start is no date or an endpoint's name cannot be a tag.
pub(crate) fn hlog(report: &Report<'_>) -> Result<String, ResultsError> {
    let log = interval_log(report.run, Path::new("hlog"))?;
    let log = String::from_utf8(log).expect("tags and comments are text, histograms are base64");
    // Only a hostile name of a run or endpoint is changed by this.
    Ok(log.lines().fold(warnings(report), |text, line| {
        text + &printable(line) + "\n"
    }))
}
