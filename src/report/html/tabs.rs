//! Runs beside each other: each against the first, where the two can be compared.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::judge;
use crate::report::comparison::Compared;
use crate::report::view::fact::Fact;
use crate::report::view::report::Report;
use crate::results::Run;

use super::findings::{FindingItem, gates};

/// Two runs compared, or why they are not.
pub(crate) struct ComparedRuns {
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

/// Every run after the first against the first.
pub(crate) fn comparisons(reports: &[Report<'_>]) -> Vec<ComparedRuns> {
    let Some((first, others)) = reports.split_first() else {
        return Vec::new();
    };
    let against = |other: &Report<'_>| comparison(first.run, other.run);
    others.iter().map(against).collect()
}

fn comparison(baseline: &Run, candidate: &Run) -> ComparedRuns {
    // The page of the same runs is the same on every day, so that it does not ask for the time.
    let started = |run: &Run| OffsetDateTime::parse(&run.header.started_at, &Rfc3339).ok();
    let now = started(baseline)
        .max(started(candidate))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let between = match judge::between(baseline, candidate, &[], now) {
        Ok(between) => between,
        Err(error) => return refused(baseline, candidate, &error.to_string()),
    };
    let compared = Compared::Runs {
        baseline,
        candidate,
        between: &between,
    };
    let sheet = compared.sheet();
    ComparedRuns {
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
    }
}

fn refused(baseline: &Run, candidate: &Run, why: &str) -> ComparedRuns {
    ComparedRuns {
        title: format!(
            "{} and {} cannot be compared",
            baseline.header.run_id, candidate.header.run_id
        ),
        notices: vec![why.to_owned()],
        gates: Vec::new(),
        facts: Vec::new(),
        header: Vec::new(),
        tables: Vec::new(),
        remarks: Vec::new(),
        legend: Vec::new(),
    }
}
