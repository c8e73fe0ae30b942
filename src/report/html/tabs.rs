//! Runs beside each other: each against the first, where the two can be compared.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::judge;
use crate::report::comparison::Compared;
use crate::report::view::fact::Fact;
use crate::report::view::report::Report;
use crate::results::Run;

use super::findings::{FindingItem, gates};

/// Two runs compared.
pub(crate) struct ComparedRuns {
    /// Which runs, by their numbers on the page.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) notices: Vec<String>,
    pub(crate) gates: Vec<FindingItem>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) header: Vec<&'static str>,
    pub(crate) tables: Vec<ComparisonTable>,
    pub(crate) remarks: Vec<String>,
    pub(crate) legend: Vec<String>,
}

/// The targets of one operation and kind of connection.
pub(crate) struct ComparisonTable {
    pub(crate) caption: String,
    pub(crate) lines: Vec<Vec<String>>,
}

/// Every run after the first against the first of those before it with which it can be compared.
pub(crate) fn comparisons(reports: &[Report<'_>]) -> Vec<ComparedRuns> {
    let against_earlier = |(number, candidate): (usize, &Report<'_>)| {
        let mut earlier = reports.iter().take(number).zip(1..);
        earlier.find_map(|(baseline, of)| {
            let name = format!("{} against {of}", number + 1);
            comparison(name, baseline.run, candidate.run)
        })
    };
    reports
        .iter()
        .enumerate()
        .filter_map(against_earlier)
        .collect()
}

/// `None` where the two cannot be compared.
fn comparison(name: String, baseline: &Run, candidate: &Run) -> Option<ComparedRuns> {
    // The page of the same runs is the same on every day, so that it does not ask for the time.
    let started = |run: &Run| OffsetDateTime::parse(&run.header.started_at, &Rfc3339).ok();
    let now = started(baseline)
        .max(started(candidate))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let between = judge::between(baseline, candidate, &[], now).ok()?;
    let compared = Compared::Runs {
        baseline,
        candidate,
        between: &between,
    };
    let sheet = compared.sheet();
    Some(ComparedRuns {
        name,
        title: sheet.title,
        notices: compared.notices(),
        gates: gates(compared.gates(), &compared.runs()),
        facts: sheet.facts,
        header: sheet.header.to_vec(),
        tables: sheet
            .tables
            .into_iter()
            .map(|table| ComparisonTable {
                caption: table.caption,
                lines: table.lines.into_iter().map(|line| line.cells).collect(),
            })
            .collect(),
        remarks: sheet.remarks,
        legend: sheet.legend,
    })
}
