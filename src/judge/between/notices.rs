//! What to know before believing a comparison of runs.

use std::fmt;

use time::OffsetDateTime;

use crate::judge::side::Side;
use crate::plan::{Judging, Plan};
use crate::results::{Run, moment};

/// What to know before believing a comparison of runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RunNotice {
    /// A run is dated later than the clock that reads it.
    DatedInFuture {
        /// Which of the runs.
        side: Side,
        /// Its id.
        run_id: String,
        /// When it says that it started.
        started_at: String,
    },
    /// Two runs that are compared have different settings.
    OtherSetting(Setting),
    /// The baseline's plan lays down another margin than the candidate's, by which the two are judged.
    OtherMargin {
        /// The baseline's.
        baseline: Box<Judging>,
        /// The candidate's.
        candidate: Box<Judging>,
    },
    /// Earlier runs have another setting than the candidate.
    OtherSettingBefore {
        /// What they set differently.
        setting: Setting,
        /// How many they are.
        runs: usize,
    },
}

/// What plans of comparable runs may set differently.
///
/// Displayed as in sentences: `rate per endpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Setting {
    /// How long each phase may take.
    Deadlines,
    /// How many connections a target keeps.
    ConnectionsPerTarget,
    /// Most requests per second to one endpoint.
    RatePerEndpoint,
    /// Who is asked for addresses.
    Resolver,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deadlines => "deadlines",
            Self::ConnectionsPerTarget => "number of connections per target",
            Self::RatePerEndpoint => "rate per endpoint",
            Self::Resolver => "resolver",
        })
    }
}

pub(crate) fn notices(baseline: &Run, candidate: &Run, now: OffsetDateTime) -> Vec<RunNotice> {
    let sides = [(Side::Baseline, baseline), (Side::Candidate, candidate)];
    let future = sides
        .into_iter()
        .filter_map(|(side, run)| future(side, run, now));
    let other = other_settings(&baseline.plan, &candidate.plan)
        .into_iter()
        .map(RunNotice::OtherSetting);
    let [a, b] = [baseline, candidate].map(|run| &run.plan.judging);
    let same = (a.margin_ratio, a.margin) == (b.margin_ratio, b.margin);
    let margin = (!same).then(|| RunNotice::OtherMargin {
        baseline: Box::new(a.clone()),
        candidate: Box::new(b.clone()),
    });
    future.chain(other).chain(margin).collect()
}

/// What two plans that can be compared set differently.
pub(crate) fn other_settings(a: &Plan, b: &Plan) -> Vec<Setting> {
    let settings = [
        (Setting::Resolver, a.resolver != b.resolver),
        (Setting::Deadlines, a.deadlines != b.deadlines),
        (
            Setting::ConnectionsPerTarget,
            a.connections_per_target != b.connections_per_target,
        ),
        (
            Setting::RatePerEndpoint,
            a.rate_per_endpoint != b.rate_per_endpoint,
        ),
    ];
    settings
        .into_iter()
        .filter_map(|(setting, differs)| differs.then_some(setting))
        .collect()
}

/// That the run is dated later than `now`, if it is.
pub(crate) fn future(side: Side, run: &Run, now: OffsetDateTime) -> Option<RunNotice> {
    let started = moment(&run.header.started_at)?;
    (started > now + LEEWAY).then(|| RunNotice::DatedInFuture {
        side,
        run_id: run.header.run_id.clone(),
        started_at: run.header.started_at.clone(),
    })
}

/// How far clocks of different machines may be apart without a notice.
const LEEWAY: time::Duration = time::Duration::minutes(1);
