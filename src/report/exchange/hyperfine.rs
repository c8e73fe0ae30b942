//! JSON as hyperfine exports it, in seconds: each target takes the place of a command. hyperfine's own scripts read it, and so
//! does Bencher's adapter `shell_hyperfine`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::judge::{Row, median, service_times};

use crate::report::document::Document;
use crate::report::escape::terminal as printable;
use crate::report::formats::json::text::indented;
use crate::report::view::exportable::{self, seconds};
use crate::report::view::report::Report;

/// Every target with answers, except those of which a check forbids any part: the times are the whole distribution.
pub(crate) fn hyperfine(report: &Report<'_>) -> Document {
    let answered = report
        .summary
        .rows
        .iter()
        .filter(|row| row.service_time.count > 0);
    let (kept, forbidden): (Vec<&Row>, Vec<&Row>) =
        answered.partition(|row| exportable::all_stand(report, row));
    let results = kept
        .into_iter()
        .filter_map(|row| result(report, row))
        .collect();
    Document {
        text: indented(&Results { results }),
        remarks: exportable::remark(report, forbidden.len(), "target"),
    }
}

/// Most times that are listed; of more answers, this many quantiles are listed instead.
const MAX_TIMES: usize = 10_000;

#[derive(Serialize)]
struct Results {
    results: Vec<Target>,
}

#[derive(Serialize)]
struct Target {
    command: String,
    mean: f64,
    stddev: Option<f64>,
    median: f64,
    /// Always 0, like `system`: the processor time of a call is not measured, and readers require a number.
    user: f64,
    system: f64,
    min: f64,
    max: f64,
    times: Vec<f64>,
    exit_codes: Vec<i32>,
    parameters: BTreeMap<&'static str, String>,
}

fn result(report: &Report<'_>, row: &Row) -> Option<Target> {
    let series = report
        .run
        .measured
        .series
        .iter()
        .find(|series| series.target == row.target)?;
    let times = service_times(&series.service_time, MAX_TIMES);
    let figures = &row.service_time;
    Some(Target {
        command: format!("stsbench {}", exportable::name(report, row)),
        mean: seconds(figures.mean?),
        stddev: figures.stddev.filter(|_| figures.count > 1).map(seconds),
        median: seconds(median(&times)?),
        user: 0.0,
        system: 0.0,
        min: seconds(figures.min?),
        max: seconds(figures.max?),
        exit_codes: vec![0; times.len()],
        times: times.into_iter().map(seconds).collect(),
        parameters: BTreeMap::from([
            ("vantage", printable(&report.run.header.vantage.name)),
            ("endpoint", printable(&row.endpoint)),
            ("operation", row.operation.to_string()),
            ("connection", row.connection.to_string()),
            ("simulated", report.simulation.is_some().to_string()),
            ("run_id", printable(&report.run.header.run_id)),
            ("answers", figures.count.to_string()),
        ]),
    })
}
