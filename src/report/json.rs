//! The summary for programs: versioned JSON, integer nanoseconds, `null` for what is not known. Fields are only ever added
//! within a version.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::judge::{
    Answered, Check, CheckVerdict, Claims, Comparison, ComparisonMethod, Estimate, Figures,
    GateClaim, GateResult, InGeneral, Interval, Method, Percentile, Place, Ranking, Row, Summary,
    Uncompared,
};
use crate::plan::{ConnectionMode, Level, Resolver, TargetId};
use crate::record::{Contradiction, Counts, Lookups};
use crate::results::{Caller, Certificate, Completion, Run, Tool, Vantage, Window};
use crate::sample::Phase;
use sts_model::Operation;

use super::answered::sentence;
use super::facts::client;
use super::report::Report;
use super::stretches::Precision;
use super::units::percentile_name;

/// The summary as JSON, indented, with a line end.
pub fn summary_json(report: &Report<'_>) -> String {
    let (run, summary) = (report.run, report.summary);
    let document = Document {
        schema: "stsbench-summary",
        schema_version: VERSION,
        title: &report.title,
        simulated: run.vantage.simulation.is_some(),
        run: About {
            run_id: &run.run_id,
            tool: &run.tool,
            vantage: &run.vantage,
            caller: run.caller.as_ref(),
            started_at: &run.started_at,
            elapsed_ns: run.elapsed_ns,
            completion: run.completion,
            client: client(run),
            signing_p50_ns: summary
                .signing
                .percentile(Level::P50)
                .map(|p50| p50.round() as u64),
            measuring_cpu_ratio: run.measuring_cpu_ratio,
            spin_cpu_ratio: run.spin_cpu_ratio,
            clock: run.plan.clock,
            lateness: distribution(&summary.lateness),
            client_overhead: distribution(&summary.client_overhead),
            seed: run.plan.seed,
            windows: &run.windows,
            precision: Precision::of(run, summary),
            certificate: run.certificate.as_ref(),
        },
        targets: summary.rows.iter().map(target).collect(),
        endpoints: summary
            .answered
            .iter()
            .map(|answered| endpoint(run, answered))
            .collect(),
        comparisons: summary
            .comparisons
            .iter()
            .map(|one| compared(one, run.plan.judging.confidence))
            .collect(),
        uncompared: summary.uncompared.iter().map(not_compared).collect(),
        rankings: summary
            .rankings
            .iter()
            .map(|ranking| ranked(summary, ranking))
            .collect(),
        checks: summary.checks.iter().map(checked).collect(),
        gates: summary.gates.iter().map(gated).collect(),
        notices: &report.notices,
    };
    indented(&document)
}

/// Any such document: indented, with a line end, and nothing in it that a CI system would obey.
pub(super) fn indented(document: &impl Serialize) -> String {
    let text =
        serde_json::to_string_pretty(document).expect("strings and numbers have a JSON form");
    super::escape::json(&text) + "\n"
}

/// Version of this form.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    schema_version: u32,
    title: &'a str,
    simulated: bool,
    run: About<'a>,
    targets: Vec<TargetFigures<'a>>,
    endpoints: Vec<EndpointAnswers<'a>>,
    comparisons: Vec<Compared<'a>>,
    uncompared: Vec<NotCompared<'a>>,
    rankings: Vec<Ranked<'a>>,
    checks: Vec<Checked<'a>>,
    gates: Vec<Gated<'a>>,
    notices: &'a [String],
}

#[derive(Serialize)]
struct About<'a> {
    run_id: &'a str,
    tool: &'a Tool,
    vantage: &'a Vantage,
    caller: Option<&'a Caller>,
    started_at: &'a str,
    elapsed_ns: u64,
    completion: Completion,
    client: &'static str,
    signing_p50_ns: Option<u64>,
    measuring_cpu_ratio: Option<f64>,
    spin_cpu_ratio: Option<f64>,
    clock: crate::plan::Clock,
    lateness: Distribution,
    client_overhead: Distribution,
    seed: u64,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    windows: &'a [Window],
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<Precision<'a>>,
    certificate: Option<&'a Certificate>,
}

#[derive(Serialize)]
struct TargetFigures<'a> {
    endpoint: &'a str,
    region: &'a str,
    place: &'static str,
    operation: Operation,
    connection: ConnectionMode,
    counts: &'a Counts,
    service_time: Distribution,
    /// Of all calls, where a failed one is never answered: `null` also where the percentile is a failure.
    percentiles_with_failures_ns: BTreeMap<String, Option<u64>>,
    response_time: Distribution,
    lateness: Distribution,
    client_overhead: Distribution,
    phase_means_ns: BTreeMap<&'static str, Option<u64>>,
    served_by: &'a BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct EndpointAnswers<'a> {
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

#[derive(Serialize)]
struct Distribution {
    count: u64,
    mean_ns: Option<u64>,
    stddev_ns: Option<u64>,
    min_ns: Option<u64>,
    percentiles_ns: BTreeMap<String, Option<u64>>,
    intervals_ns: BTreeMap<String, Option<Ends<u64>>>,
    max_ns: Option<u64>,
}

/// The ends of an interval; the upper one is absent where nothing bounds it.
#[derive(Serialize)]
struct Ends<T> {
    low: T,
    high: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    /// How many independent answers the answers are worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<u64>,
}

#[derive(Serialize)]
struct Compared<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    percentile: String,
    ratio: f64,
    ratio_interval: Option<Ends<f64>>,
    robust_ratio: Option<f64>,
    unpaired_ratio_interval: Option<Ends<f64>>,
    difference_ns: i64,
    difference_interval_ns: Option<Ends<i64>>,
    confidence: f64,
    verdict: &'static str,
    reason: Option<&'a str>,
    more_rounds: Option<u64>,
    method: ComparedBy,
    beats_share: Option<f64>,
    beats_share_interval: Option<Ends<f64>>,
    in_general: Option<General>,
}

#[derive(Serialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
enum ComparedBy {
    PairedBlocks {
        blocks: usize,
        lag_one: f64,
    },
    BlockBootstrap {
        blocks: usize,
        draws: usize,
        seed: u64,
        lag_one: f64,
    },
    PairedWindows {
        windows: usize,
    },
    Nothing,
}

#[derive(Serialize)]
struct General {
    windows: usize,
    ratio: f64,
    ratio_interval: Option<Ends<f64>>,
    difference_ns: i64,
    difference_interval_ns: Option<Ends<i64>>,
    verdict: &'static str,
}

#[derive(Serialize)]
struct NotCompared<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    percentile: String,
    verdict: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Ranked<'a> {
    operation: Operation,
    connection: ConnectionMode,
    places: Vec<Placed<'a>>,
    ties: Vec<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Placed<'a> {
    endpoint: &'a str,
    rank_low: usize,
    rank_high: usize,
}

#[derive(Serialize)]
pub(super) struct Gated<'a> {
    gate: &'a str,
    outcome: &'static str,
    claims: Vec<Claimed<'a>>,
}

#[derive(Serialize)]
struct Claimed<'a> {
    subject: &'a str,
    outcome: &'static str,
    text: &'a str,
    more_samples: Option<u64>,
}

#[derive(Serialize)]
struct Checked<'a> {
    rule: Option<&'a str>,
    name: &'a str,
    verdict: &'static str,
    formula: &'a str,
    statistic: Option<f64>,
    threshold: &'a str,
    text: &'a str,
    /// Positions in `targets`; none of them means all.
    targets: &'a [TargetId],
    from_percentile: Option<String>,
    claims: Claims,
}

fn target(row: &Row) -> TargetFigures<'_> {
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
            .zip(row.with_failures)
            .map(|(level, all)| (level.to_string(), whole(all)))
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

fn endpoint<'a>(run: &Run, answered: &'a Answered) -> EndpointAnswers<'a> {
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

fn distribution(figures: &Figures) -> Distribution {
    Distribution {
        count: figures.count,
        mean_ns: whole(figures.mean),
        stddev_ns: whole(figures.stddev),
        min_ns: whole(figures.min),
        percentiles_ns: Level::ALL
            .iter()
            .map(|&level| (level.to_string(), whole(figures.percentile(level))))
            .collect(),
        intervals_ns: Level::ALL
            .iter()
            .map(|&level| (level.to_string(), figures.estimate(level).map(around)))
            .collect(),
        max_ns: whole(figures.max),
    }
}

fn around(percentile: &Percentile) -> Ends<u64> {
    let Percentile {
        interval,
        method,
        effective,
        ..
    } = percentile;
    Ends {
        low: interval.low.round() as u64,
        high: whole(Some(interval.high)),
        method: Some(match method {
            Method::BatchWoodruff { .. } => "batch-woodruff",
            Method::OrderStatistics => "order-statistics",
        }),
        effective: whole(Some(*effective)),
    }
}

fn compared(found: &Comparison, confidence: f64) -> Compared<'_> {
    Compared {
        endpoint: &found.endpoint,
        operation: found.operation,
        connection: found.connection,
        percentile: found.level.to_string(),
        ratio: found.ratio.value,
        ratio_interval: ends(found.ratio, |end| end),
        robust_ratio: found.robust_ratio,
        unpaired_ratio_interval: found
            .unpaired_ratio
            .map(|interval| between(interval, |end| end)),
        difference_ns: signed(found.difference.value),
        difference_interval_ns: ends(found.difference, signed),
        confidence,
        verdict: found.verdict.as_str(),
        reason: found.reason.as_deref(),
        more_rounds: found.more_rounds,
        method: method(found.method),
        beats_share: found.beats.map(|beats| beats.value),
        beats_share_interval: found.beats.and_then(|beats| ends(beats, |end| end)),
        in_general: found.in_general.map(in_general),
    }
}

fn not_compared(pair: &Uncompared) -> NotCompared<'_> {
    NotCompared {
        endpoint: &pair.endpoint,
        operation: pair.operation,
        connection: pair.connection,
        percentile: pair.level.to_string(),
        verdict: pair.verdict.as_str(),
        reason: &pair.reason,
    }
}

fn checked(check: &Check) -> Checked<'_> {
    Checked {
        rule: check.rule.as_deref(),
        name: &check.name,
        verdict: verdict(check.verdict),
        formula: &check.formula,
        statistic: check.statistic,
        threshold: &check.threshold,
        text: &check.text,
        targets: &check.reach.targets,
        from_percentile: check.reach.from_percentile.map(percentile_name),
        claims: check.reach.claims,
    }
}

fn ends<T>(estimate: Estimate, number: impl Fn(f64) -> T) -> Option<Ends<T>> {
    estimate.interval.map(|interval| between(interval, number))
}

fn between<T>(interval: Interval, number: impl Fn(f64) -> T) -> Ends<T> {
    let high = interval.high.is_finite().then(|| number(interval.high));
    Ends {
        low: number(interval.low),
        high,
        method: None,
        effective: None,
    }
}

fn signed(value: f64) -> i64 {
    value.round() as i64
}

fn method(method: ComparisonMethod) -> ComparedBy {
    match method {
        ComparisonMethod::PairedBlocks { blocks, lag_one } => {
            ComparedBy::PairedBlocks { blocks, lag_one }
        }
        ComparisonMethod::BlockBootstrap {
            blocks,
            draws,
            seed,
            lag_one,
        } => ComparedBy::BlockBootstrap {
            blocks,
            draws,
            seed,
            lag_one,
        },
        ComparisonMethod::PairedWindows { windows } => ComparedBy::PairedWindows { windows },
        ComparisonMethod::Nothing => ComparedBy::Nothing,
    }
}

fn in_general(general: InGeneral) -> General {
    General {
        windows: general.windows,
        ratio: general.ratio.value,
        ratio_interval: ends(general.ratio, |end| end),
        difference_ns: signed(general.difference.value),
        difference_interval_ns: ends(general.difference, signed),
        verdict: general.verdict.as_str(),
    }
}

pub(super) fn gated(gate: &GateResult) -> Gated<'_> {
    Gated {
        gate: &gate.gate,
        outcome: gate.outcome.as_str(),
        claims: gate.claims.iter().map(claimed).collect(),
    }
}

fn claimed(claim: &GateClaim) -> Claimed<'_> {
    let GateClaim {
        subject,
        outcome,
        text,
        more_samples,
    } = claim;
    Claimed {
        subject,
        outcome: outcome.as_str(),
        text,
        more_samples: *more_samples,
    }
}

fn ranked<'a>(summary: &'a Summary, ranking: &Ranking) -> Ranked<'a> {
    let name = |target: TargetId| {
        summary
            .rows
            .iter()
            .find(|row| row.target == target)
            .map(|row| row.endpoint.as_str())
    };
    let placed = |&(target, rank_low, rank_high): &(TargetId, usize, usize)| {
        Some(Placed {
            endpoint: name(target)?,
            rank_low,
            rank_high,
        })
    };
    Ranked {
        operation: ranking.operation,
        connection: ranking.connection,
        places: ranking.places.iter().filter_map(placed).collect(),
        ties: ranking
            .ties
            .iter()
            .map(|set| set.iter().filter_map(|&target| name(target)).collect())
            .collect(),
    }
}

fn whole(value: Option<f64>) -> Option<u64> {
    value.filter(|v| v.is_finite()).map(|v| v.round() as u64)
}

fn verdict(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Ok => "ok",
        CheckVerdict::Unknown => "unknown",
        CheckVerdict::Warn => "warn",
        CheckVerdict::Invalid => "invalid",
    }
}
