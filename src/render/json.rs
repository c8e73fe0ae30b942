//! The summary for programs: versioned JSON, integer nanoseconds, `null` for what is not known. Fields are only ever added
//! within a version.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compare::{Answered, CheckVerdict, Figures, PERCENTILES, Place, Row};
use crate::operation::Operation;
use crate::plan::{Connection, Resolver};
use crate::record::{Contradiction, Counts, Lookups};
use crate::results::{Caller, Certificate, Completion, Run, Tool, Vantage};
use crate::sample::Phase;

use super::answered::sentence;
use super::facts::client;
use super::report::Report;
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
            signing_p50_ns: summary.signing.percentile(0.5).map(|p50| p50.round() as u64),
            measuring_cpu_ratio: run.measuring_cpu_ratio,
            spin_cpu_ratio: run.spin_cpu_ratio,
            clock: run.plan.clock,
            lateness: distribution(&summary.lateness),
            client_overhead: distribution(&summary.client_overhead),
            seed: run.plan.seed,
            certificate: run.certificate.as_ref(),
        },
        targets: summary.rows.iter().map(target).collect(),
        endpoints: summary.answered.iter().map(|answered| endpoint(run, answered)).collect(),
        comparisons: summary
            .comparisons
            .iter()
            .map(|c| Compared {
                endpoint: &c.endpoint,
                operation: c.operation,
                connection: c.connection,
                percentile: percentile_name(c.percentile),
                ratio: c.ratio.value,
                difference_ns: c.difference.value.round() as i64,
            })
            .collect(),
        checks: summary
            .checks
            .iter()
            .map(|check| Checked { name: &check.name, verdict: verdict(check.verdict), text: &check.text })
            .collect(),
        notices: &report.notices,
    };
    let mut text = serde_json::to_string_pretty(&document).expect("strings and numbers have a JSON form");
    text.push('\n');
    text
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
    checks: Vec<Checked<'a>>,
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
    certificate: Option<&'a Certificate>,
}

#[derive(Serialize)]
struct TargetFigures<'a> {
    endpoint: &'a str,
    region: &'a str,
    place: &'static str,
    operation: Operation,
    connection: Connection,
    counts: &'a Counts,
    service_time: Distribution,
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
    max_ns: Option<u64>,
}

#[derive(Serialize)]
struct Compared<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: Connection,
    percentile: String,
    ratio: f64,
    difference_ns: i64,
}

#[derive(Serialize)]
struct Checked<'a> {
    name: &'a str,
    verdict: &'static str,
    text: &'a str,
}

fn target(row: &Row) -> TargetFigures<'_> {
    TargetFigures {
        endpoint: &row.endpoint,
        region: &row.region,
        place: match row.place {
            Place::Global => "global",
            Place::Regional => "regional",
        },
        operation: row.operation,
        connection: row.connection,
        counts: &row.counts,
        service_time: distribution(&row.service_time),
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
        percentiles_ns: PERCENTILES
            .iter()
            .map(|&p| (percentile_name(p), whole(figures.percentile(p))))
            .collect(),
        max_ns: whole(figures.max),
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
