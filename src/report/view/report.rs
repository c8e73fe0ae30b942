//! What every format shows of a run, in order.

use crate::judge::{Check, Summary};
use crate::plan::Judging;
use crate::results::Run;

use super::fact::Fact;
use super::facts::facts;
use super::failures::{FailureLine, failures};
use super::headline::{headline, place, verdicts};
use super::served_by::{self, ServedByLine};
use super::table::Table;
use super::tables::{columns, tables};
use crate::report::advice::sentence;
use crate::report::words;
use crate::report::words::legend::legend;
use crate::report::words::simulation::simulated;

/// A run ready to be laid out. Texts are not escaped; each format escapes them for itself.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The run itself, for formats that programs read.
    pub run: &'a Run,
    /// The run in numbers.
    pub summary: &'a Summary,
    /// The finding in one sentence.
    pub title: String,
    /// What the finding leaves open about the Region of the place, in one sentence.
    pub place: Option<String>,
    /// The same as the finding for every other operation and kind of connection.
    pub verdicts: Vec<String>,
    /// That the run was simulated, and how, when it was.
    pub simulation: Option<String>,
    /// Where, when, by whom and how much.
    pub facts: Vec<Fact>,
    /// One table per operation and kind of connection.
    pub tables: Vec<Table>,
    /// The Regions and addresses behind each endpoint.
    pub served_by: Vec<ServedByLine>,
    /// Calls that failed, by endpoint and code.
    pub failures: Vec<FailureLine>,
    /// The run's notices, in order of time.
    pub notices: Vec<String>,
    /// How to read the tables.
    pub legend: Vec<String>,
    /// What the plan laid down, where the run is judged by something else.
    pub planned_judging: Option<&'a Judging>,
}

impl<'a> Report<'a> {
    /// The view of `run`, whose numbers are `summary`.
    pub fn new(run: &'a Run, summary: &'a Summary) -> Self {
        let (columns, title) = (columns(run, summary), headline(run, summary));
        Self {
            run,
            summary,
            verdicts: verdicts(run, summary)
                .into_iter()
                .filter(|sentence| !title.starts_with(sentence))
                .collect(),
            title,
            place: place(run, summary),
            simulation: run.header.vantage.simulation.as_ref().map(simulated),
            facts: facts(run, summary),
            tables: tables(summary, &columns),
            served_by: served_by::lines(run, summary),
            failures: failures(summary),
            notices: words::sharing::redaction::note(run.header.redaction)
                .map(str::to_owned)
                .into_iter()
                .chain(run.notices.iter().map(|notice| notice.text.clone()))
                .collect(),
            legend: legend(run, summary, &columns),
            planned_judging: None,
        }
    }

    /// Says so where `planned`, which was laid down before the run, is not what the run's plan judges by now.
    #[must_use]
    pub fn planned(mut self, planned: &'a Judging) -> Self {
        if self.run.plan.judging.differs_from(planned) {
            self.planned_judging = Some(planned);
        }
        if let Some(told) = self.judged_anew() {
            self.notices.insert(0, told);
        }
        self
    }

    /// That the run is judged otherwise than its plan laid down, where it is.
    pub(crate) fn judged_anew(&self) -> Option<String> {
        let judging = &self.run.plan.judging;
        self.planned_judging
            .map(|planned| words::judging::judged_anew(judging, planned))
    }

    /// The run's checks, the most serious first.
    pub fn checks(&self) -> Vec<&'a Check> {
        let mut checks: Vec<&Check> = self.summary.checks.iter().collect();
        checks.sort_by_key(|check| std::cmp::Reverse(check.verdict));
        checks
    }

    /// Which checks forbid what the run is about: `invalid: V9 throttling`; `None` where none does.
    pub(crate) fn invalid(&self) -> Option<String> {
        words::checks::invalid(self.summary)
    }

    /// What to do about the global endpoint where the run was measured, in one sentence; `None` where the run does not ask.
    pub fn advice(&self) -> Option<String> {
        sentence(self.run, self.summary)
    }

    /// What a check says, in a sentence.
    pub(crate) fn sentence(&self, check: &Check) -> String {
        words::checks::sentence(check, self.run)
    }
}
