//! What one picture shows: one operation of a run, its rows ordered by endpoint and connection. It chooses and sorts; it
//! computes nothing.

use crate::judge::{Check, CheckVerdict, Claims, Comparison, Place, Ranking, Row, Summary};
use crate::plan::{ConnectionMode, Level, TargetId};
use crate::record::Series;
use crate::results::{Completion, Run};
use sts_model::Operation;

use super::kind::{ChartError, RunShown};
use super::selection::Selection;
use super::spec::ChartSpec;
use crate::report::view::headline::{self, FOREMOST};
use crate::report::view::table::Soundness;
use crate::report::words::numbers;

/// One operation of a run.
pub(crate) struct View<'a> {
    /// Where it comes from.
    pub run: &'a Run,
    /// What is shown.
    pub operation: Operation,
    /// The kinds of connection, in the order of reports.
    pub connections: Vec<ConnectionMode>,
    /// The endpoints, fastest first, those without a figure last.
    pub lanes: Vec<Lane<'a>>,
    /// What was asked for.
    pub spec: &'a ChartSpec,
    summary: &'a Summary,
}

/// One endpoint.
pub(crate) struct Lane<'a> {
    /// The endpoint's name.
    pub name: &'a str,
    /// Which side it is on.
    pub place: Place,
    rows: Vec<&'a Row>,
}

impl<'a> Lane<'a> {
    /// The endpoint over that kind of connection.
    pub(crate) fn over(&self, connection: ConnectionMode) -> Option<&'a Row> {
        self.rows
            .iter()
            .copied()
            .find(|row| row.connection == connection)
    }

    /// Median service time over that kind of connection, ns.
    pub(crate) fn median(&self, connection: ConnectionMode) -> Option<f64> {
        median(self.over(connection)?)
    }
}

impl<'a> View<'a> {
    /// What a chart of that name shows of the run.
    ///
    /// # Errors
    /// [`ChartError`] when the selection names nothing of the run, or when nothing of it succeeded.
    pub(crate) fn of(
        kind: &'static str,
        shown: RunShown<'a>,
        spec: &'a ChartSpec,
    ) -> Result<Self, ChartError> {
        let RunShown { run, summary } = shown;
        let selection = Selection::of(summary, spec)?;
        let operation = selection.operation;
        let mut lanes: Vec<Lane<'_>> = Vec::new();
        for row in selection.rows {
            match lanes.iter_mut().find(|lane| lane.name == row.endpoint) {
                Some(lane) => lane.rows.push(row),
                None => lanes.push(Lane {
                    name: &row.endpoint,
                    place: row.place,
                    rows: vec![row],
                }),
            }
        }
        let mut view = Self {
            run,
            operation,
            connections: selection.connections,
            lanes,
            spec,
            summary,
        };
        if view.rows().all(|row| view.time(row).is_none()) {
            return Err(ChartError::NoData { kind, operation });
        }
        let leading = view.leading();
        let key = |lane: &Lane<'_>| {
            let time = lane.over(leading).and_then(|row| view.time(row));
            time.unwrap_or(f64::INFINITY)
        };
        let mut keyed: Vec<(f64, usize)> = view.lanes.iter().map(key).zip(0..).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut unsorted: Vec<Option<Lane<'_>>> = std::mem::take(&mut view.lanes)
            .into_iter()
            .map(Some)
            .collect();
        view.lanes = keyed
            .into_iter()
            .filter_map(|(_, place)| unsorted[place].take())
            .collect();
        Ok(view)
    }

    /// The percentile that is shown.
    pub(crate) fn level(&self) -> Level {
        self.spec.selection.percentile.unwrap_or(Level::P50)
    }

    /// The percentile of the row that is shown, ns.
    pub(crate) fn time(&self, row: &Row) -> Option<f64> {
        row.service_time.percentile(self.level())
    }

    /// The kind of connection that orders the endpoints, which is the one that the report's headline is about.
    pub(crate) fn leading(&self) -> ConnectionMode {
        FOREMOST
            .into_iter()
            .find(|&connection| {
                self.rows()
                    .any(|row| row.connection == connection && self.time(row).is_some())
            })
            .unwrap_or(ConnectionMode::Cold)
    }

    /// The global endpoint.
    pub(crate) fn global(&self) -> Option<&Lane<'a>> {
        self.lanes.iter().find(|lane| lane.place == Place::Global)
    }

    /// The other endpoints, fastest first.
    pub(crate) fn regional(&self) -> impl DoubleEndedIterator<Item = &Lane<'a>> {
        self.lanes
            .iter()
            .filter(|lane| lane.place == Place::Regional)
    }

    /// Every row of the operation.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'a Row> {
        self.lanes.iter().flat_map(|lane| lane.rows.iter().copied())
    }

    /// How the median of `row` compares with the global endpoint's.
    pub(crate) fn comparison(&self, row: &Row) -> Option<&'a Comparison> {
        self.summary
            .comparisons
            .iter()
            .find(|c| c.candidate == row.target && c.level == self.level())
    }

    /// Whether the median of `row` may be used.
    pub(crate) fn soundness_of(&self, row: &Row) -> Soundness {
        match self
            .summary
            .forbidden(row.target, self.level(), Claims::OneEndpoint)
        {
            Some(_) => Soundness::Invalid,
            None => Soundness::Sound,
        }
    }

    /// The lowest percentile of `row` that a check forbids, as a share; it forbids those above it too.
    pub(crate) fn forbidden_from(&self, row: &Row) -> Option<f64> {
        let forbids = |check: &&Check| check.forbids(row.target, 1.0, Claims::OneEndpoint);
        let from = |check: &Check| check.reach.from_percentile.unwrap_or(0.0);
        self.summary
            .checks
            .iter()
            .filter(forbids)
            .map(from)
            .min_by(f64::total_cmp)
    }

    /// What was found, in the words of the report's headline.
    pub(crate) fn claim(&self) -> Option<String> {
        headline::claim(self.run, self.summary, self.operation)
    }

    /// A short warning where nothing here was measured at AWS.
    pub(crate) fn badge(&self) -> Option<&'static str> {
        match self.run.header.vantage.simulation {
            Some(_) => Some("SIMULATED – not a measurement of AWS"),
            None => self
                .is_not_aws()
                .then_some("NOT AWS – answered by this machine"),
        }
    }

    /// Whether AWS's names resolved to this machine: the pictures would look like measurements of AWS.
    fn is_not_aws(&self) -> bool {
        self.summary
            .checks
            .iter()
            .any(|check| check.name == NOT_AWS && check.verdict >= CheckVerdict::Warn)
    }

    /// Sets of endpoints that cannot be distinguished over that kind of connection, as names.
    pub(crate) fn ties(&self, connection: ConnectionMode) -> Vec<Vec<&'a str>> {
        let of_kind = |r: &&Ranking| r.operation == self.operation && r.connection == connection;
        let name = |target: &TargetId| {
            self.rows()
                .find(|row| row.target == *target)
                .map(|row| row.endpoint.as_str())
        };
        let sets = self
            .summary
            .rankings
            .iter()
            .filter(of_kind)
            .flat_map(|ranking| &ranking.ties);
        sets.filter(|set| set.len() > 1)
            .map(|set| set.iter().filter_map(name).collect())
            .collect()
    }

    /// The confidence of its intervals, such as `95 %`.
    pub(crate) fn confidence(&self) -> String {
        numbers::percent_as_set(self.run.plan.judging.confidence)
    }

    /// The recorded calls of the row.
    pub(crate) fn series(&self, row: &Row) -> Option<&'a Series> {
        self.run
            .measured
            .series
            .iter()
            .find(|series| series.target == row.target)
    }

    /// Whether no check forbids the run's numbers.
    pub(crate) fn soundness(&self) -> Soundness {
        if self.summary.refusals().next().is_some() {
            Soundness::Invalid
        } else {
            Soundness::Sound
        }
    }

    /// From where, with how many calls and when, as parts of a subtitle.
    pub(crate) fn circumstances(&self) -> Vec<String> {
        let vantage = &self.run.header.vantage;
        let mut parts = vec![match &vantage.simulation {
            Some(simulation) => format!("simulated fleet seen from {}", simulation.region),
            None => format!("from {}", vantage.name),
        }];
        let counts = || {
            self.rows()
                .map(|row| row.service_time.count)
                .filter(|&n| n > 0)
        };
        if let (Some(least), Some(most)) = (counts().min(), counts().max()) {
            parts.push(if least == most {
                format!("n = {}", numbers::count(most))
            } else {
                format!("n = {}–{}", numbers::count(least), numbers::count(most))
            });
        }
        parts.push(
            self.run
                .header
                .started_at
                .get(..10)
                .unwrap_or(&self.run.header.started_at)
                .to_owned(),
        );
        parts
    }

    /// Tool, run, failed calls and warnings, as parts of a footer.
    pub(crate) fn provenance(&self) -> Vec<String> {
        let run = self.run;
        let failed: u64 = self
            .rows()
            .map(|row| row.counts.faults + row.counts.failures)
            .sum();
        let issued: u64 = self.rows().map(|row| row.counts.issued).sum();
        let mut parts = vec![
            format!("{} {}", run.header.tool.name, run.header.tool.version),
            format!("run {}", run.header.run_id),
            format!(
                "{} of {} calls failed",
                numbers::count(failed),
                numbers::count(issued)
            ),
        ];
        if run.header.vantage.simulation.is_some() {
            parts.push("simulated, not AWS".to_owned());
        } else if self.is_not_aws() {
            parts.push("answered by this machine, not AWS".to_owned());
        }
        match run.measured.completion {
            Completion::Complete => {}
            Completion::Interrupted => parts.push("run was interrupted".to_owned()),
            Completion::Recovered => parts.push("run was recovered from its journal".to_owned()),
        }
        parts.extend(self.check_counts());
        parts
    }

    /// How many checks forbid something, and how many warn.
    fn check_counts(&self) -> Option<String> {
        let of = |verdict| {
            self.summary
                .checks
                .iter()
                .filter(|check| check.verdict == verdict)
                .count()
        };
        let invalid = Some(of(CheckVerdict::Invalid))
            .filter(|&n| n > 0)
            .map(|n| format!("{n} INVALID"));
        let warnings = Some(of(CheckVerdict::Warn))
            .filter(|&n| n > 0)
            .map(|n| numbers::plural(n as u64, "warning"));
        let parts: Vec<String> = invalid.into_iter().chain(warnings).collect();
        (!parts.is_empty()).then(|| format!("{}, see the report", parts.join(", ")))
    }

    /// Why the numbers must not be used, when they must not.
    pub(crate) fn invalidity(&self) -> Option<String> {
        let names: Vec<String> = self.summary.refusals().map(Check::title).collect();
        (!names.is_empty()).then(|| {
            format!(
                "Do not use these numbers; failed checks: {}",
                names.join(", ")
            )
        })
    }
}

/// The check that finds AWS's names at addresses of this machine.
const NOT_AWS: &str = "not-aws";

/// What a call over that kind of connection finds.
pub(crate) fn described(connection: ConnectionMode) -> (&'static str, &'static str) {
    match connection {
        ConnectionMode::Cold => ("Cold", "a new connection for every call"),
        ConnectionMode::Warm => ("Warm", "a connection kept open"),
        ConnectionMode::Resumed => ("Resumed", "a new connection, TLS resumed"),
    }
}

fn median(row: &Row) -> Option<f64> {
    row.service_time.percentile(Level::P50)
}
