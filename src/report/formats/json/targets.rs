//! The targets with their figures, and the endpoints with the Regions and addresses behind them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::judge::{Place, Row, ServedBy};
use crate::plan::{ConnectionMode, Level, Resolver};
use crate::record::{Contradiction, Counts, Lookups};
use crate::results::Run;
use crate::sample::Phase;
use sts_model::Operation;

use super::figures::{Distribution, distribution, whole};
use crate::report::view::served_by::sentence;

#[derive(Serialize)]
pub(crate) struct TargetFigures<'a> {
    endpoint: &'a str,
    region: &'a str,
    place: &'static str,
    operation: Operation,
    connection: ConnectionMode,
    counts: &'a Counts,
    service_time: Distribution,
    /// The percentiles of `service_time`, which are of all calls too. They have stood here since before they were.
    percentiles_with_failures_ns: BTreeMap<String, Option<u64>>,
    response_time: Distribution,
    lateness: Distribution,
    client_overhead: Distribution,
    phase_means_ns: BTreeMap<&'static str, Option<u64>>,
    served_by: &'a BTreeMap<String, u64>,
}

#[derive(Serialize)]
pub(crate) struct EndpointAnswers<'a> {
    endpoint: &'a str,
    sentence: String,
    calls: u64,
    served_by: &'a BTreeMap<String, u64>,
    served_by_unknown: u64,
    origins: &'a BTreeMap<String, u64>,
    contradictions: &'a [Contradiction],
    addresses: &'a BTreeMap<String, u64>,
    resolver: Option<Resolver>,
    lookups: Lookups,
}

pub(crate) fn target(row: &Row) -> TargetFigures<'_> {
    TargetFigures {
        endpoint: &row.endpoint,
        region: &row.region,
        place: match row.place {
            Place::Global => "global",
            Place::Regional => "regional",
            Place::Twin => "twin",
        },
        operation: row.operation,
        connection: row.connection,
        counts: &row.counts,
        service_time: distribution(&row.service_time),
        percentiles_with_failures_ns: Level::ALL
            .iter()
            .map(|&level| (level.to_string(), whole(row.service_time.percentile(level))))
            .collect(),
        response_time: distribution(&row.response_time),
        lateness: distribution(&row.lateness),
        client_overhead: distribution(&row.client_overhead),
        phase_means_ns: Phase::ALL
            .iter()
            .zip(row.phase_means)
            .map(|(phase, mean)| (phase.as_str(), whole(mean)))
            .collect(),
        served_by: &row.served_by,
    }
}

pub(crate) fn endpoint<'a>(run: &Run, answered: &'a ServedBy) -> EndpointAnswers<'a> {
    EndpointAnswers {
        endpoint: &answered.endpoint,
        sentence: sentence(run, answered),
        calls: answered.calls,
        served_by: &answered.served_by,
        served_by_unknown: answered.unknown,
        origins: &answered.origins,
        contradictions: &answered.contradictions,
        addresses: &answered.addresses,
        resolver: (!answered.fixed_address).then_some(run.plan.resolver),
        lookups: answered.lookups,
    }
}
