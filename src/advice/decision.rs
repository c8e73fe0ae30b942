//! What a run says about `AWS_STS_REGIONAL_ENDPOINTS=regional` for callers in one Region.

use sts_model::{Operation, Partition, Region, SettingPlace};

use crate::judge::{
    Comparison, Estimate, MoreRounds, Obstacle, Place, Row, ServedBy, Summary, Verdict,
};
use crate::plan::{ConnectionMode, Level};
use crate::results::Run;

use super::clients::ClientCall;
use super::failing::{FailsMore, Favoured, OneKind};
use super::served::ServedGlobal;

/// What to do about the global endpoint in one Region, and the numbers that say so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Advice {
    /// The Region that a Regional client calls from here; `None` where none is known.
    pub region: Option<String>,
    /// What to do.
    pub decision: Recommendation,
    /// What was called.
    pub operation: Option<Operation>,
    /// What the Region's endpoint saves on a new connection, where the two were compared.
    pub new_connection: Option<Saving>,
    /// What it saves on a connection that is kept open.
    pub kept_connection: Option<Saving>,
    /// Who served the calls to the global endpoint, where the run called it.
    pub global: Option<ServedGlobal>,
}

/// What to do about `AWS_STS_REGIONAL_ENDPOINTS=regional`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Recommendation {
    /// The Region's own endpoint is faster by more than the margin, on at least one kind of connection, and slower on none.
    SetIt,
    /// The same, and it is set: it alone keeps clients off the global endpoint.
    KeepIt,
    /// The same, but a URL is set that names the global endpoint, whatever the setting says.
    RemoveUrl {
        /// Where the URL is set.
        place: SettingPlace,
        /// How many clients call it.
        calling: usize,
        /// Of so many.
        of: usize,
    },
    /// Setting it changes nothing that matters.
    NoNeed(NoNeed),
    /// The global endpoint is faster by more than the margin on at least one kind of connection, and slower on none.
    MakesSlower,
    /// The same, and it is set: it alone keeps clients off the global endpoint.
    MadeSlower,
    /// The run does not say.
    NotShown(NotShown),
    /// The Region's partition has no global endpoint.
    NothingToDecide,
    /// The Region's partition has no global endpoint, and some clients call that of another partition, where its keys are not
    /// valid.
    OtherPartition {
        /// How many clients do.
        calling: usize,
        /// Of so many.
        of: usize,
    },
}

/// Why setting it changes nothing that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoNeed {
    /// The Region itself served every call to the global endpoint, and neither endpoint was shown to be faster.
    ServedHere,
    /// The two are as fast as each other within the margin.
    AsFast,
    /// No client that was asked about calls the global endpoint in this environment.
    AlreadyRegional,
    /// Those that call the global endpoint in this environment would go on to do so.
    NotRead,
}

/// Why the run does not say what to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NotShown {
    /// There is no run.
    NoRun,
    /// No Region is known for the place of the run.
    NoRegion,
    /// The run did not call the global endpoint.
    GlobalNotMeasured,
    /// The run did not call the Region's endpoint.
    RegionNotMeasured,
    /// The run called both and did not compare them: another endpoint is its baseline.
    NotCompared,
    /// The run called both, but measured neither new connections nor kept ones.
    OtherConnections,
    /// The two cannot be compared.
    Obstacle(Obstacle),
    /// The Region is faster on one kind of connection and slower on another.
    Mixed,
    /// An endpoint that the times speak for, or not against, fails more often over some kind of connection, by
    /// [`Row::fails_more_than`].
    FailsMore(FailsMore),
    /// A difference is there, but not one that is proven to be larger than the margin.
    WithinMargin,
    /// The interval reaches both sides.
    Undecided {
        /// How many more rounds would decide it, where that is known.
        more_rounds: Option<MoreRounds>,
    },
}

/// One kind of connection: the Region's endpoint against the global one, by p50.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Saving {
    /// The kind.
    pub connection: ConnectionMode,
    /// The p50 of the global endpoint minus that of the Region's, ns: what a call saves.
    pub difference: Estimate,
    /// The confidence of its interval, 0–1.
    pub confidence: f64,
    /// What follows from the comparison for the Region's endpoint.
    pub verdict: Verdict,
    /// The p50 of the Region's endpoint, ns.
    pub regional_p50: Option<f64>,
    /// The p50 of the global endpoint, ns.
    pub global_p50: Option<f64>,
}

/// A time in a month, in hours; positive where the Region's endpoint saves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hours {
    /// The estimate.
    pub value: f64,
    /// The ends of its interval, where there is one.
    pub interval: Option<(f64, f64)>,
}

impl Saving {
    /// What so many calls an hour save in a month, which has 730 hours.
    pub(crate) fn hours_a_month(&self, calls_per_hour: f64) -> Hours {
        let hours = |nanoseconds: f64| nanoseconds / 1e9 / 3600.0 * calls_per_hour * 730.0;
        Hours {
            value: hours(self.difference.value),
            interval: self
                .difference
                .interval
                .map(|interval| (hours(interval.low), hours(interval.high))),
        }
    }
}

impl Advice {
    /// Of a place without a run.
    pub(crate) fn without_run(region: Option<&str>) -> Self {
        let decision = match region {
            Some(region) if !has_global_endpoint(region) => Recommendation::NothingToDecide,
            Some(_) | None => Recommendation::NotShown(NotShown::NoRun),
        };
        Self {
            region: region.map(str::to_owned),
            decision,
            operation: None,
            new_connection: None,
            kept_connection: None,
            global: None,
        }
    }

    /// The same for these clients: what none of them would notice need not be set, and none of them is to call another
    /// partition.
    #[must_use]
    pub(crate) fn for_clients(mut self, calls: &[ClientCall]) -> Self {
        let calling = calls.iter().filter(|call| call.now.is_global()).count();
        if self.decision == Recommendation::NothingToDecide && calling > 0 {
            let of = calls.len();
            self.decision = Recommendation::OtherPartition { calling, of };
        }
        let is_moved = |call: &ClientCall| call.is_changed() || call.is_repaired();
        if !calls.iter().any(is_moved) {
            self.decision = match self.decision {
                Recommendation::SetIt => without_a_move(calls),
                Recommendation::MakesSlower => without_a_loss(calls),
                other => other,
            };
        }
        self
    }

    /// What the Region's endpoint saves over that kind of connection, where it was compared.
    pub(crate) fn saving(&self, connection: ConnectionMode) -> Option<&Saving> {
        self.savings()
            .find(|saving| saving.connection == connection)
    }

    /// The kinds of connection that were compared.
    pub(crate) fn savings(&self) -> impl Iterator<Item = &Saving> {
        self.new_connection.iter().chain(&self.kept_connection)
    }
}

/// The Region that a Regional client at the place of the run calls. Runs of versions that did not look for it have the
/// vantage's name.
pub(crate) fn local_region(run: &Run) -> Option<&str> {
    let vantage = &run.header.vantage;
    match (&vantage.local_region, &vantage.simulation) {
        (Some(region), _) => Some(&region.name),
        (None, Some(simulation)) => Some(&simulation.region),
        (None, None) => Region::named(&vantage.name).map(|region| region.name),
    }
}

/// What the run says for callers in that Region.
pub(crate) fn advise(summary: &Summary, region: Option<&str>) -> Advice {
    let global = global_of(summary);
    let Some(region) = region else {
        return Advice {
            decision: Recommendation::NotShown(NotShown::NoRegion),
            global: global.map(|it| served(summary, it)),
            ..Advice::without_run(None)
        };
    };
    let operation = operation_of(summary, region);
    let saving =
        |connection| operation.and_then(|operation| saving(summary, region, operation, connection));
    let new_connection = saving(ConnectionMode::Cold);
    let kept_connection = saving(ConnectionMode::Warm);
    let verdicts: Vec<Verdict> = new_connection
        .iter()
        .chain(&kept_connection)
        .map(|saving| saving.verdict)
        .collect();
    let served = global.map(|it| served(summary, it));
    let decision = if has_global_endpoint(region) {
        let by_time = decide(summary, region, &verdicts, served.as_ref());
        let failing = operation.and_then(|operation| failing(summary, region, operation, &by_time));
        failing.map_or(by_time, |it| {
            Recommendation::NotShown(NotShown::FailsMore(it))
        })
    } else {
        Recommendation::NothingToDecide
    };
    Advice {
        region: Some(region.to_owned()),
        decision,
        operation,
        new_connection,
        kept_connection,
        global: served,
    }
}

/// What to do where the Region's endpoint is faster and the setting would move no client.
fn without_a_move(calls: &[ClientCall]) -> Recommendation {
    let by_url = |call: &&ClientCall| call.global_url().is_some();
    let first = calls.iter().find_map(ClientCall::global_url);
    if calls.iter().any(ClientCall::is_kept) {
        Recommendation::KeepIt
    } else if let Some(place) = first {
        Recommendation::RemoveUrl {
            place: place.clone(),
            calling: calls.iter().filter(by_url).count(),
            of: calls.len(),
        }
    } else {
        unmoved(calls)
    }
}

/// That there is no need of a setting that moves none of these.
fn unmoved(calls: &[ClientCall]) -> Recommendation {
    let is_any_global = calls.iter().any(|call| call.now.is_global());
    Recommendation::NoNeed(if is_any_global {
        NoNeed::NotRead
    } else {
        NoNeed::AlreadyRegional
    })
}

/// What to do where the Region's endpoint is slower and the setting would move no client.
fn without_a_loss(calls: &[ClientCall]) -> Recommendation {
    let is_kept = calls.iter().any(ClientCall::is_kept);
    if is_kept {
        Recommendation::MadeSlower
    } else {
        unmoved(calls)
    }
}

fn has_global_endpoint(region: &str) -> bool {
    Partition::of_region(region).has_global_endpoint()
}

fn decide(
    summary: &Summary,
    region: &str,
    verdicts: &[Verdict],
    global: Option<&ServedGlobal>,
) -> Recommendation {
    let is_any = |verdict| verdicts.contains(&verdict);
    match (is_any(Verdict::Faster), is_any(Verdict::Slower)) {
        (true, true) => return Recommendation::NotShown(NotShown::Mixed),
        (true, false) => return Recommendation::SetIt,
        (false, true) => return Recommendation::MakesSlower,
        (false, false) => {}
    }
    if !verdicts.is_empty() && verdicts.iter().all(|it| *it == Verdict::Equivalent) {
        let here = global.is_some_and(|global| global.is_all_by(region));
        return Recommendation::NoNeed(if here {
            NoNeed::ServedHere
        } else {
            NoNeed::AsFast
        });
    }
    let told = |verdict: &Verdict| !matches!(verdict, Verdict::Invalid | Verdict::NoData);
    if verdicts.iter().any(told) && global.is_some_and(|global| global.is_all_by(region)) {
        return Recommendation::NoNeed(NoNeed::ServedHere);
    }
    Recommendation::NotShown(why_not_shown(summary, region, verdicts))
}

/// The endpoint that the times speak for, or not against, and that fails more often over some kind of connection, compared or
/// not.
fn failing(
    summary: &Summary,
    region: &str,
    operation: Operation,
    by_time: &Recommendation,
) -> Option<FailsMore> {
    let mut kinds = Vec::new();
    for regional in summary.rows.iter().filter(|row| is_of(row, region)) {
        let is_global = |row: &&Row| row.place == Place::Global && row.group() == regional.group();
        let global = summary.rows.iter().find(is_global);
        let by_p50 = comparison(summary, region, operation, regional.connection);
        if let Some(global) = global.filter(|_| regional.operation == operation) {
            kinds.push(OneKind {
                regional,
                global,
                verdict: by_p50.map(|it| it.verdict),
            });
        }
    }
    let favoured = match by_time {
        Recommendation::NoNeed(_) => Favoured::BOTH,
        _ => Favoured::by_times(&kinds),
    };
    favoured.that_fail(&kinds).into_iter().next()
}

fn why_not_shown(summary: &Summary, region: &str, verdicts: &[Verdict]) -> NotShown {
    if global_of(summary).is_none() {
        return NotShown::GlobalNotMeasured;
    }
    if !summary.rows.iter().any(|row| is_of(row, region)) {
        return NotShown::RegionNotMeasured;
    }
    let of_region = || {
        summary
            .comparisons
            .iter()
            .filter(|it| it.endpoint == region && it.level == Level::P50)
    };
    let measured = || summary.rows.iter().filter(|row| is_of(row, region));
    if !measured().any(|row| CONNECTIONS.contains(&row.connection)) {
        return NotShown::OtherConnections;
    }
    if let Some(reason) = of_region().find_map(|it| it.reason.clone()) {
        return NotShown::Obstacle(reason);
    }
    if verdicts.is_empty() {
        let obstacle = summary
            .uncompared
            .iter()
            .find(|it| it.endpoint == region && it.level == Level::P50);
        return obstacle.map_or(NotShown::NotCompared, |it| {
            NotShown::Obstacle(it.reason.clone())
        });
    }
    if verdicts
        .iter()
        .any(|it| matches!(it, Verdict::SlightlyFaster | Verdict::SlightlySlower))
    {
        return NotShown::WithinMargin;
    }
    NotShown::Undecided {
        more_rounds: of_region().find_map(|it| it.more_rounds),
    }
}

/// The operation that the Region's endpoint was compared by: the first of the plan.
fn operation_of(summary: &Summary, region: &str) -> Option<Operation> {
    let rows = summary.rows.iter().filter(|row| is_of(row, region));
    let mut operations = rows.map(|row| row.operation);
    let first = operations.next()?;
    let compared = |operation: &Operation| {
        CONNECTIONS
            .into_iter()
            .any(|connection| comparison(summary, region, *operation, connection).is_some())
    };
    Some(
        std::iter::once(first)
            .chain(operations)
            .find(compared)
            .unwrap_or(first),
    )
}

const CONNECTIONS: [ConnectionMode; 2] = [ConnectionMode::Cold, ConnectionMode::Warm];

fn is_of(row: &Row, region: &str) -> bool {
    // A Region's plain endpoint is named like the Region.
    row.place == Place::Regional && row.endpoint == region
}

/// The comparison that holds by itself, as the summary's table has it: the Region was not picked because it is fast.
fn comparison<'a>(
    summary: &'a Summary,
    region: &str,
    operation: Operation,
    connection: ConnectionMode,
) -> Option<&'a Comparison> {
    summary.comparisons.iter().find(|it| {
        it.endpoint == region
            && it.operation == operation
            && it.connection == connection
            && it.level == Level::P50
            && is_global(summary, it)
    })
}

fn is_global(summary: &Summary, comparison: &Comparison) -> bool {
    let baseline = summary
        .rows
        .iter()
        .find(|row| row.target == comparison.baseline);
    baseline.is_some_and(|row| row.place == Place::Global)
}

fn saving(
    summary: &Summary,
    region: &str,
    operation: Operation,
    connection: ConnectionMode,
) -> Option<Saving> {
    let found = comparison(summary, region, operation, connection)?;
    let p50 = |target| {
        let row = summary.rows.iter().find(|row| row.target == target)?;
        row.service_time.percentile(Level::P50)
    };
    Some(Saving {
        connection,
        difference: found.difference,
        confidence: found.confidence,
        verdict: found.verdict,
        regional_p50: p50(found.candidate),
        global_p50: p50(found.baseline),
    })
}

fn global_of(summary: &Summary) -> Option<&ServedBy> {
    summary
        .served_by
        .iter()
        .find(|endpoint| endpoint.place == Place::Global)
}

fn served(summary: &Summary, global: &ServedBy) -> ServedGlobal {
    let rows = summary.rows.iter();
    let of_global = rows.filter(|row| row.endpoint == global.endpoint);
    let issued = of_global.fold(0_u64, |sum, row| sum.saturating_add(row.counts.issued));
    ServedGlobal {
        // An answer can be there of which a damaged file has no call.
        calls: issued.max(global.calls),
        answers: global.calls,
        by: global.served_by.clone(),
    }
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
