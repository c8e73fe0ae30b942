//! The document with its parts in order.

use serde::Serialize;

use crate::judge::{self, Check, Claims, Ranking, Summary};
use crate::plan::{ConnectionMode, Judging, Level, TargetId};
use crate::results::{Caller, Certificate, Completion, Tool, Vantage, Window};
use sts_model::Operation;

use super::comparisons::{ComparisonRow, NotCompared, compared, not_compared};
use super::figures::{Distribution, distribution};
use super::gates::{Gated, gated};
use super::precision::PrecisionFields;
use super::targets::{EndpointAnswers, TargetFigures, endpoint, target};
use super::text::indented;
use crate::report::view::report::Report;
use crate::report::words::checks::reference;
use crate::report::words::numbers::percentile_name;
use crate::report::words::side_by_side::comparisons;

/// The summary as JSON, indented, with a line end.
pub fn summary_json(report: &Report<'_>) -> String {
    let (run, summary) = (report.run, report.summary);
    let document = Document {
        schema: "stsbench-summary",
        schema_version: VERSION,
        title: &report.title,
        simulated: run.header.vantage.simulation.is_some(),
        run: About {
            run_id: &run.header.run_id,
            tool: &run.header.tool,
            vantage: &run.header.vantage,
            caller: run.header.caller.as_ref(),
            started_at: &run.header.started_at,
            elapsed_ns: run.measured.elapsed_ns,
            completion: run.measured.completion,
            client: run.plan.client.as_str(),
            signing_p50_ns: summary
                .signing
                .percentile(Level::P50)
                .map(|p50| p50.round() as u64),
            measuring_cpu_ratio: run.conditions.measuring_cpu_ratio,
            spin_cpu_ratio: run.conditions.spin_cpu_ratio,
            clock: run.plan.clock,
            lateness: distribution(&summary.lateness),
            client_overhead: distribution(&summary.client_overhead),
            seed: run.plan.seed,
            windows: &run.measured.windows,
            precision: PrecisionFields::of(run, summary),
            certificate: run.conditions.certificate.as_ref(),
        },
        targets: summary.rows.iter().map(target).collect(),
        endpoints: summary
            .served_by
            .iter()
            .map(|answered| endpoint(run, answered))
            .collect(),
        comparisons: summary.comparisons.iter().map(compared).collect(),
        uncompared: summary.uncompared.iter().map(not_compared).collect(),
        rankings: summary
            .rankings
            .iter()
            .map(|ranking| ranked(summary, ranking))
            .collect(),
        checks: summary
            .checks
            .iter()
            .map(|check| checked(check, report.sentence(check)))
            .collect(),
        gates: summary
            .gates
            .iter()
            .map(|gate| gated(gate, &[run]))
            .collect(),
        notices: &report.notices,
        planned_judging: report.planned_judging,
    };
    indented(&document)
}

/// Version of this schema.
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
    comparisons: Vec<ComparisonRow<'a>>,
    uncompared: Vec<NotCompared<'a>>,
    rankings: Vec<Ranked<'a>>,
    checks: Vec<Checked<'a>>,
    gates: Vec<Gated<'a>>,
    notices: &'a [String],
    /// What the plan laid down, where the run is judged by something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    planned_judging: Option<&'a Judging>,
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
    precision: Option<PrecisionFields<'a>>,
    certificate: Option<&'a Certificate>,
}

#[derive(Serialize)]
struct Ranked<'a> {
    operation: Operation,
    connection: ConnectionMode,
    places: Vec<Placed<'a>>,
    ties: Vec<Vec<&'a str>>,
    unranked: Vec<Unranked<'a>>,
}

#[derive(Serialize)]
struct Unranked<'a> {
    endpoint: &'a str,
    reason: String,
}

#[derive(Serialize)]
struct Placed<'a> {
    endpoint: &'a str,
    rank_low: usize,
    rank_high: usize,
}

#[derive(Serialize)]
struct Checked<'a> {
    rule: Option<&'a str>,
    name: &'a str,
    verdict: &'static str,
    formula: &'a str,
    statistic: Option<f64>,
    threshold: &'a str,
    text: String,
    /// Where the reference describes it, for a warning or a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Positions in `targets`; none of them means all.
    targets: &'a [TargetId],
    from_percentile: Option<String>,
    claims: Claims,
}

fn checked(check: &Check, text: String) -> Checked<'_> {
    Checked {
        rule: check.rule.as_deref(),
        name: &check.name,
        verdict: check.verdict.as_str(),
        formula: &check.formula,
        statistic: check.statistic,
        threshold: &check.threshold,
        text,
        reference: reference(check),
        targets: &check.reach.targets,
        from_percentile: check.reach.from_percentile.map(percentile_name),
        claims: check.reach.claims,
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
    let placed = |ranked: &judge::Ranked| {
        Some(Placed {
            endpoint: name(ranked.target)?,
            rank_low: ranked.rank.low,
            rank_high: ranked.rank.high,
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
        unranked: ranking
            .unranked
            .iter()
            .filter_map(|(target, why)| {
                Some(Unranked {
                    endpoint: name(*target)?,
                    reason: comparisons::obstacle(why),
                })
            })
            .collect(),
    }
}
