//! A run in numbers.

use crate::plan::{Level, TargetId};
use crate::results::{Check, Claims, Reached};

use super::comparison::{Comparison, Uncompared};
use super::gate::GateResult;
use super::ranking::Ranking;
use super::row::{Figures, Row};
use super::served_by::ServedBy;

/// A run in numbers, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// One row per target, in the plan's order.
    pub rows: Vec<Row>,
    /// Each endpoint against the global one, same operation and connection; empty without a global endpoint.
    pub comparisons: Vec<Comparison>,
    /// Those by p50 once more, holding together, where each of `comparisons` holds by itself; empty otherwise. Who picks one of
    /// many has to pick of these.
    pub together: Vec<Comparison>,
    /// Pairs without a comparison, and why there is none.
    pub uncompared: Vec<Uncompared>,
    /// The endpoints in order, for each operation and kind of connection.
    pub rankings: Vec<Ranking>,
    /// Who served the calls to each endpoint, in the plan's order.
    pub served_by: Vec<ServedBy>,
    /// What signing one request cost, outside every measured time.
    pub signing: Figures,
    /// How much later than the schedule wanted calls were sent, over all targets.
    pub lateness: Figures,
    /// What the program's own clock would have added to the kernel's, over all targets.
    pub client_overhead: Figures,
    /// What to know before believing the numbers.
    pub checks: Vec<Check>,
    /// The gates of the plan, and what became of them.
    pub gates: Vec<GateResult>,
    /// How precise each target became, of a run that chose its own length by that.
    pub precision: Vec<Reached>,
}

impl Summary {
    /// The check that forbids that percentile of the target's answers for such claims, if any does.
    pub fn forbidden(&self, target: TargetId, level: Level, claims: Claims) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.forbids(target, level.share(), claims))
    }

    /// The targets whose p50 is missing although they were called often enough for one; where no target has a p50, all.
    pub fn without_median(&self) -> impl Iterator<Item = &Row> {
        let has_none = |row: &Row| row.service_time.percentile(Level::P50).is_none();
        let all = self.rows.iter().all(has_none);
        self.rows.iter().filter(move |row| {
            has_none(row) && (all || row.counts.issued >= Level::P50.answers_needed())
        })
    }

    /// The comparison of the target by p50, holding together with those of its group.
    pub fn picked(&self, candidate: TargetId) -> Option<&Comparison> {
        self.together
            .iter()
            .chain(&self.comparisons)
            .find(|comparison| comparison.candidate == candidate && comparison.level == Level::P50)
    }

    /// The ranking that the target is in.
    pub fn ranking_of(&self, row: &Row) -> Option<&Ranking> {
        self.rankings
            .iter()
            .find(|ranking| ranking.group() == row.group())
    }

    /// The checks that forbid what the run is first of all about: the p50 of some target, against others where any are
    /// compared. Others forbid tails, or claims about one endpoint where endpoints are compared.
    pub fn refusals(&self) -> impl Iterator<Item = &Check> {
        let claims = if self.comparisons.is_empty() {
            Claims::OneEndpoint
        } else {
            Claims::All
        };
        let forbids = move |check: &&Check| {
            self.rows
                .iter()
                .any(|row| check.forbids(row.target, Level::P50.share(), claims))
        };
        self.checks.iter().filter(forbids)
    }
}
