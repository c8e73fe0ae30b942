//! HdrHistogram's percentile distribution, one for each target, in milliseconds, as read by its plotter, gnuplot and many
//! scripts. All of them ignore lines that start with `#`.

use crate::judge::{CheckVerdict, Row};
use crate::results::percentile_distribution;

use crate::report::escape::terminal as printable;
use crate::report::view::exportable;
use crate::report::view::report::Report;

/// Every target with answers, one after the other, each under a comment with its name.
pub(crate) fn hgrm(report: &Report<'_>) -> String {
    hgrm_files(report)
        .into_iter()
        .map(|(_, text)| text + "\n")
        .collect()
}

/// One file for each target: its name and its contents.
pub(crate) fn hgrm_files(report: &Report<'_>) -> Vec<(String, String)> {
    let answered = report
        .summary
        .rows
        .iter()
        .filter(|row| row.service_time.count > 0);
    answered
        .filter_map(|row| Some((file_name(row), file(report, row)?)))
        .collect()
}

fn file_name(row: &Row) -> String {
    format!("{}.{}.{}.hgrm", row.endpoint, row.operation, row.connection)
}

fn file(report: &Report<'_>, row: &Row) -> Option<String> {
    let series = report
        .run
        .measured
        .series
        .iter()
        .find(|series| series.target == row.target)?;
    let mut text = format!(
        "# {}; service times, ms; run {}\n",
        exportable::name(report, row),
        printable(&report.run.header.run_id)
    );
    text.push_str(&warnings(report));
    Some(text + &percentile_distribution(&series.service_time))
}

/// The warnings that belong with every number of the run, as comments.
pub(crate) fn warnings(report: &Report<'_>) -> String {
    let simulated = report
        .simulation
        .iter()
        .map(|simulation| format!("# SIMULATED: {}\n", printable(simulation)));
    let invalid = report
        .summary
        .checks
        .iter()
        .filter(|check| check.verdict == CheckVerdict::Invalid);
    let invalid = invalid.map(|check| {
        format!(
            "# INVALID: {}: {}\n",
            printable(&check.title()),
            printable(&report.sentence(check))
        )
    });
    simulated.chain(invalid).collect()
}
