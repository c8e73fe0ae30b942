//! The two runs as one, so that the same arithmetic compares a target with itself in the other run as compares two targets of
//! one run.

use crate::plan::{Group, Level, TargetId};
use crate::record::Series;
use crate::results::{Check, Claims, Run};
use latency_stats::Counted;

use crate::judge::comparison::{Comparison, ComparisonMethod, InGeneral, Obstacle, Uncompared};
use crate::judge::estimate::{Pair, Times, calls, over_windows};
use crate::judge::gate::among_both;
use crate::judge::row::Row;
use crate::judge::summary::Summary;

use super::result::Standing;

/// Baseline and candidate, the candidate's targets numbered on from the baseline's.
pub(crate) struct Sides<'a> {
    runs: [&'a Run; 2],
    together: Run,
    rows: Vec<Row>,
    checks: Vec<Check>,
}

/// How often at most any of the verdicts of one comparison is wrong.
const FAMILY_WISE_ERROR: f64 = 0.01;

impl<'a> Sides<'a> {
    /// The two runs with their summaries, of which that many pairs will be compared.
    pub(crate) fn of(runs: [&'a Run; 2], summaries: &[Summary; 2], pairs: usize) -> Self {
        let [baseline, candidate] = runs;
        let first = baseline.plan.targets.len();
        let mut together = candidate.clone();
        together.plan.judging.confidence = 1.0 - FAMILY_WISE_ERROR / pairs.max(1) as f64;
        together
            .plan
            .targets
            .splice(0..0, baseline.plan.targets.iter().cloned());
        together
            .measured
            .series
            .splice(0..0, baseline.measured.series.iter().cloned());
        for (number, series) in (0..).map(TargetId).zip(&mut together.measured.series) {
            series.target = number;
        }
        let [ours, theirs] = summaries;
        let named = |side: &'static str| {
            move |row: &Row| Row {
                endpoint: format!("{side} {}", row.endpoint),
                ..row.clone()
            }
        };
        let mut rows: Vec<Row> = ours
            .rows
            .iter()
            .map(named("baseline"))
            .chain(theirs.rows.iter().map(named("candidate")))
            .collect();
        for (number, row) in (0..).map(TargetId).zip(&mut rows) {
            row.target = number;
        }
        let checks_of = |summary: &Summary, from: usize| -> Vec<Check> {
            let moved = |id: TargetId| among_both(id, from);
            let all = || summary.rows.iter().map(|row| moved(row.target)).collect();
            let of = |check: &Check| {
                let mut check = check.clone();
                let targets = &check.reach.targets;
                check.reach.targets = if targets.is_empty() {
                    all()
                } else {
                    targets.iter().map(|&id| moved(id)).collect()
                };
                check
            };
            summary.checks.iter().map(of).collect()
        };
        let checks = [checks_of(ours, 0), checks_of(theirs, first)].concat();
        Self {
            runs,
            together,
            rows,
            checks,
        }
    }

    pub(crate) fn run(&self) -> &Run {
        &self.together
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// For each row the id of its run.
    pub(crate) fn run_ids(&self) -> Vec<String> {
        self.runs
            .iter()
            .flat_map(|run| std::iter::repeat_n(run.header.run_id.clone(), run.plan.targets.len()))
            .collect()
    }

    /// Of each interval.
    pub(crate) fn confidence(&self) -> f64 {
        self.together.plan.judging.confidence
    }

    /// The rows of a target of the baseline and of one of the candidate.
    fn pair(&self, one: TargetId, other: TargetId) -> [&Row; 2] {
        let other = among_both(other, self.runs[0].plan.targets.len());
        [one, other].map(|id| &self.rows[usize::from(id.0)])
    }

    /// Block by block.
    pub(crate) fn by_blocks(&self, times: &Times<'_>, one: TargetId, other: TargetId) -> Standing {
        let [one, other] = self.pair(one, other);
        match Pair::of(times, one, other).compare(&self.checks, [1; Level::COMPARED.len()]) {
            (_, Some(obstacle)) => Standing::Uncompared(obstacle),
            (comparisons, None) => Standing::Compared(comparisons),
        }
    }

    /// Window by window.
    pub(crate) fn by_windows(&self, one: TargetId, other: TargetId) -> Standing {
        let [baseline, candidate] = self.pair(one, other);
        let general = match self.obstacle([baseline, candidate]) {
            Some(obstacle) => Err(obstacle),
            None => self.in_general(one, other),
        };
        match general {
            Err(reason) => uncompared([baseline, candidate], reason),
            Ok(general) => Standing::Compared(vec![Comparison {
                baseline: baseline.target,
                candidate: candidate.target,
                endpoint: candidate.endpoint.clone(),
                operation: candidate.operation,
                connection: candidate.connection,
                level: Level::P50,
                together: 1,
                confidence: self.confidence(),
                ratio: general.ratio,
                equivalence: general.equivalence,
                margin: general.margin,
                robust_ratio: None,
                unpaired_ratio: None,
                difference: general.difference,
                verdict: general.verdict,
                reason: None,
                more_rounds: None,
                method: ComparisonMethod::PairedWindows {
                    windows: general.windows,
                },
                beats: None,
                in_general: Some(general),
            }]),
        }
    }

    /// How much longer the candidate's p50 of all calls is than the baseline's, as a ratio, or why it cannot be said.
    pub(crate) fn change(&self, one: TargetId, other: TargetId) -> Result<(Group, f64), Standing> {
        let rows = self.pair(one, other);
        if let Some(obstacle) = self.obstacle(rows) {
            return Err(uncompared(rows, obstacle));
        }
        let p50 = |row: &Row| {
            row.service_time.percentile(Level::P50).ok_or_else(|| {
                let lacking = Obstacle::TooFewAnswers {
                    endpoint: row.endpoint.clone(),
                    missing_answers: row.service_time.missing(Level::P50).unwrap_or_default(),
                };
                uncompared(rows, lacking)
            })
        };
        let [baseline, candidate] = rows;
        Ok((candidate.group(), p50(candidate)? / p50(baseline)?))
    }

    /// Why the medians of the two cannot be compared in any window.
    fn obstacle(&self, rows: [&Row; 2]) -> Option<Obstacle> {
        if let Some(unanswered) = rows.into_iter().find(|row| row.service_time.count == 0) {
            return Some(Obstacle::NoAnswers {
                endpoint: unanswered.endpoint.clone(),
            });
        }
        let forbids = |check: &&Check| {
            rows.iter()
                .any(|row| check.forbids(row.target, MEDIAN, Claims::All))
        };
        if let Some(check) = self.checks.iter().find(forbids) {
            return Some(Obstacle::Forbidden {
                check: check.name.to_string(),
            });
        }
        rows.iter()
            .any(|row| row.failures_reach(MEDIAN))
            .then_some(Obstacle::FailuresReach { endpoint: None })
    }

    /// The claim from how the windows differ among themselves, or why there is none.
    fn in_general(&self, one: TargetId, other: TargetId) -> Result<InGeneral, Obstacle> {
        let [baseline, candidate] =
            [(self.runs[0], one), (self.runs[1], other)].map(|(run, id)| window_medians(run, id));
        let sides: Vec<(f64, f64)> = baseline
            .into_iter()
            .zip(candidate)
            .filter_map(|(a, b)| a.zip(b))
            .collect();
        if sides
            .iter()
            .any(|(a, b)| a.is_infinite() || b.is_infinite())
        {
            return Err(Obstacle::FailuresReach { endpoint: None });
        }
        let baseline_ns = sides.iter().map(|(a, _)| a).sum::<f64>() / sides.len() as f64;
        over_windows(
            &sides,
            baseline_ns,
            &self.together.plan.judging,
            self.confidence(),
        )
        .ok_or(Obstacle::TooFewWindows)
    }
}

/// That the two have no comparison, and why.
fn uncompared([baseline, candidate]: [&Row; 2], reason: Obstacle) -> Standing {
    Standing::Uncompared(Uncompared::of(baseline, candidate, reason))
}

/// The p50 of each window, where its calls support one; infinite where it is a failure.
fn window_medians(run: &Run, target: TargetId) -> Vec<Option<f64>> {
    let series: &Series = &run.measured.series[usize::from(target.0)];
    let median = |range: std::ops::Range<usize>| {
        let blocks = series.blocks.get(range)?;
        let counted: Vec<Counted> = blocks
            .iter()
            .map(|block| calls(block, &block.service_time))
            .collect();
        let all = Counted::merged(&counted);
        (all.total() >= Level::P50.answers_needed())
            .then(|| all.quantile(MEDIAN))
            .flatten()
    };
    run.window_ranges().into_iter().map(median).collect()
}

const MEDIAN: f64 = Level::P50.share();
