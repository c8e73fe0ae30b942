//! What one picture shows: one operation of a run, its rows ordered by endpoint and connection. It chooses and sorts; it
//! computes nothing.

use crate::judge::{
    Check, CheckVerdict, Claims, Comparison, GateClaim, GateFinding, GateSubject, Place, Ranking,
    Row, Summary, TimeStatistic,
};
use crate::plan::{ConnectionMode, Group, Level, TargetId};
use crate::record::Series;
use crate::results::{Completion, Run};
use sts_model::{Operation, Region};

use super::drawing::theme::Palette;
use super::kind::{ChartError, RunShown};
use super::selection::SelectedTargets;
use super::spec::ChartSpec;
use crate::report::view::headline;
use crate::report::view::overview::foremost::FOREMOST;
use crate::report::view::table::Soundness;
use crate::report::words::chart::{self as words, ChartWords, fill};
use crate::report::words::language::Language;
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

    /// Its rows, one for each kind of connection.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().copied()
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
        let selection = SelectedTargets::of(summary, spec)?;
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
            return Err(view.nothing_to_draw(kind));
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

    /// Why no endpoint has the percentile that is shown.
    fn nothing_to_draw(&self, kind: &'static str) -> ChartError {
        let (operation, level) = (self.operation, self.level());
        let answers = |row: &Row| row.service_time.count;
        let few = self.rows().filter(|row| !row.service_time.is_never(level));
        match (few.map(answers).max(), self.rows().map(answers).max()) {
            (_, None | Some(0)) => ChartError::NoData { kind, operation },
            (None | Some(0), _) => ChartError::MostFailed {
                kind,
                operation,
                level,
            },
            (Some(most), _) => ChartError::TooFewAnswers {
                kind,
                operation,
                level,
                most,
            },
        }
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

    /// Whether the percentile of `row` that is shown may be used.
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

    /// What was found about these endpoints over the leading kind of connection, in the words of the report's headline.
    pub(crate) fn claim(&self, shown: &[&Lane<'_>]) -> Option<String> {
        let group = Group {
            operation: self.operation,
            connection: self.leading(),
        };
        headline::claim(self.run, self.summary, group, |row| {
            shown.iter().any(|lane| lane.name == row.endpoint)
        })
    }

    /// A warning where nothing here was measured at AWS.
    pub(crate) fn badge(&self) -> Option<&'static str> {
        match self.run.header.vantage.simulation {
            Some(_) => Some(self.words().simulated),
            None => self.is_not_aws().then_some(self.words().not_aws),
        }
    }

    /// Whether a check forbids the percentile of `row` that is shown.
    pub(crate) fn is_forbidden(&self, row: &Row) -> bool {
        self.soundness_of(row) == Soundness::Invalid
    }

    /// Whether `row` has a time that a check forbids, so that something is drawn in grey.
    pub(crate) fn is_grey(&self, row: &Row) -> bool {
        self.time(row).is_some() && self.is_forbidden(row)
    }

    /// Whether it is the endpoint of the Region that was measured from.
    pub(crate) fn is_local(&self, lane: &Lane<'_>) -> bool {
        let vantage = &self.run.header.vantage;
        let simulated = vantage.simulation.as_ref().map(|it| it.region.as_str());
        let local = vantage.local_region.as_ref().map(|it| it.name.as_str());
        let region = lane.rows.first().map(|row| row.region.as_str());
        lane.place == Place::Regional && region.is_some() && region == local.or(simulated)
    }

    /// The percentile of the endpoint that is shown over that kind of connection, ns.
    pub(crate) fn time_of(&self, lane: &Lane<'_>, connection: ConnectionMode) -> Option<f64> {
        self.time(lane.over(connection)?)
    }

    /// How the p50 of `row` compares with the global endpoint's, holding together with the others.
    pub(crate) fn picked(&self, row: &Row) -> Option<&'a Comparison> {
        self.summary.picked(row.target)
    }

    /// The colours.
    pub(crate) fn palette(&self) -> &'static Palette {
        self.spec.look.appearance.palette()
    }

    /// The ticks of an axis of times in the unit of the greatest, in the language.
    pub(crate) fn ticks(&self, ticks: &[f64]) -> Vec<String> {
        self.language().ticks(ticks)
    }

    /// From one time to another, in the language.
    pub(crate) fn span(&self, low: f64, high: f64) -> String {
        self.language().number(&numbers::span(low, high))
    }

    /// The language of the picture.
    pub(crate) fn language(&self) -> Language {
        self.spec.wording.language
    }

    /// The fixed words in it.
    pub(crate) fn words(&self) -> &'static ChartWords {
        words::words(self.language())
    }

    /// A time in it.
    pub(crate) fn duration(&self, nanoseconds: f64) -> String {
        self.language().number(&numbers::duration(nanoseconds))
    }

    /// The percentile that is shown, as it is called: `median (p50)`, `p99`.
    pub(crate) fn level_name(&self) -> String {
        let name = self.language().number(&self.level().to_string());
        match self.level() {
            Level::P50 => format!("{} ({name})", self.words().median),
            _ => name,
        }
    }

    /// Whether AWS's names resolved to this machine: the pictures would look like measurements of AWS.
    fn is_not_aws(&self) -> bool {
        self.summary
            .checks
            .iter()
            .any(|check| check.name == NOT_AWS && check.verdict >= CheckVerdict::Warn)
    }

    /// Sets of endpoints whose medians cannot be distinguished over that kind of connection, as names; of another percentile
    /// nothing is known.
    pub(crate) fn ties(&self, connection: ConnectionMode) -> Vec<Vec<&'a str>> {
        let of_kind = |r: &&Ranking| {
            self.level() == Level::P50
                && (r.operation, r.connection) == (self.operation, connection)
        };
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
        let (vantage, words) = (&self.run.header.vantage, self.words());
        let mut parts = vec![match &vantage.simulation {
            Some(simulation) => fill(words.seen_from, &[&simulation.region]),
            None => fill(words.from, &[&vantage.name]),
        }];
        let counts = || {
            self.rows()
                .map(|row| row.service_time.count)
                .filter(|&n| n > 0)
        };
        if let (Some(least), Some(most)) = (counts().min(), counts().max()) {
            parts.push(if least == most {
                format!("n = {}", self.count(most))
            } else {
                format!("n = {}–{}", self.count(least), self.count(most))
            });
        }
        let started = &self.run.header.started_at;
        parts.push(started.get(..10).unwrap_or(started).to_owned());
        parts
    }

    /// Tool, run, failed calls and warnings, as parts of a footer.
    pub(crate) fn provenance(&self) -> Vec<String> {
        let (run, words) = (self.run, self.words());
        let failed: u64 = self
            .rows()
            .map(|row| row.counts.faults + row.counts.failures)
            .sum();
        let issued: u64 = self.rows().map(|row| row.counts.issued).sum();
        let mut parts = vec![
            format!("{} {}", run.header.tool.name, run.header.tool.version),
            run.header.run_id.clone(),
            fill(
                words.calls_failed,
                &[&self.count(failed), &self.count(issued)],
            ),
        ];
        if run.header.vantage.simulation.is_some() {
            parts.push(words.simulated_note.to_owned());
        } else if self.is_not_aws() {
            parts.push(words.not_aws_note.to_owned());
        }
        match run.measured.completion {
            Completion::Complete => {}
            Completion::Interrupted => parts.push(words.interrupted.to_owned()),
            Completion::Recovered => parts.push(words.recovered.to_owned()),
        }
        parts.extend(self.check_counts());
        parts
    }

    /// A whole number in the language.
    pub(crate) fn count(&self, number: u64) -> String {
        self.language().number(&numbers::count(number))
    }

    /// How many checks forbid something, and how many warn.
    fn check_counts(&self) -> Option<String> {
        let words = self.words();
        let of = |verdict| {
            let has = |check: &&Check| check.verdict == verdict;
            self.summary.checks.iter().filter(has).count()
        };
        let invalid = match of(CheckVerdict::Invalid) {
            0 => None,
            n => Some(fill(words.invalid_checks, &[&n.to_string()])),
        };
        let warnings = match of(CheckVerdict::Warn) {
            0 => None,
            1 => Some(words.one_warning.to_owned()),
            n => Some(fill(words.warnings, &[&n.to_string()])),
        };
        let parts: Vec<String> = invalid.into_iter().chain(warnings).collect();
        (!parts.is_empty()).then(|| fill(words.see_report, &[&parts.join(", ")]))
    }

    /// Why the numbers must not be used, when none of them must, or some that are drawn in grey.
    pub(crate) fn invalidity(&self, has_grey: bool) -> Option<String> {
        let names: Vec<String> = self.summary.refusals().map(Check::title).collect();
        let mut timed = self.rows().filter(|row| self.time(row).is_some());
        let words = match timed.all(|row| self.is_forbidden(row)) {
            true => self.words().do_not_use,
            false if has_grey => self.words().do_not_use_grey,
            false => return None,
        };
        (!names.is_empty()).then(|| fill(words, &[&names.join(", ")]))
    }

    /// What is said where the row has no time.
    pub(crate) fn missing(&self, row: Option<&Row>) -> &'static str {
        match row {
            Some(row) if row.service_time.is_never(self.level()) => self.words().most_failed,
            Some(row) if row.service_time.count > 0 => self.words().too_few,
            _ => self.words().no_data,
        }
    }

    /// The city of the endpoint's Region, or who served the global one.
    pub(crate) fn whereabouts(&self, lane: &Lane<'_>) -> String {
        let region = lane.rows.first().map_or("", |row| row.region.as_str());
        let city = |region: &str| Region::named(region).and_then(|region| region.city);
        match lane.place {
            Place::Global => {
                let served = self
                    .summary
                    .served_by
                    .iter()
                    .find(|served| served.endpoint == lane.name);
                let most = served.and_then(|served| {
                    let calls = |(_, calls): &(&String, &u64)| **calls;
                    served.served_by.iter().max_by_key(calls)
                });
                most.map_or(String::new(), |(region, _)| {
                    fill(self.words().served_by, &[region])
                })
            }
            Place::Regional | Place::Twin => city(region).unwrap_or_default().to_owned(),
        }
    }

    /// The limits of gates on percentiles of the row: each with its percentile as a share, and the time, ns.
    pub(crate) fn limits(&self, row: &Row) -> Vec<(f64, f64)> {
        let claims = self.summary.gates.iter().flat_map(|gate| &gate.claims);
        let of_row = |claim: &&GateClaim| match &claim.subject {
            GateSubject::Target(name) => name.endpoint == row.endpoint && name.group == row.group(),
            GateSubject::Pair { .. } | GateSubject::Gate => false,
        };
        claims
            .filter(of_row)
            .filter_map(|claim| match claim.finding {
                GateFinding::Time {
                    statistic: TimeStatistic::Percentile(share),
                    limit_ns,
                    ..
                } => Some((share, limit_ns)),
                _ => None,
            })
            .collect()
    }

    /// Those on the percentile that is shown, ns.
    pub(crate) fn limits_of_level(&self, row: &Row) -> Vec<f64> {
        let level = self.level().share();
        let of_level = |&(share, _): &(f64, f64)| share == level;
        let limits = self.limits(row).into_iter().filter(of_level);
        limits.map(|(_, limit)| limit).collect()
    }
}

/// The check that finds AWS's names at addresses of this machine.
const NOT_AWS: &str = "not-aws";
