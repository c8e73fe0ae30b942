//! A file for the textfile collector of Prometheus' node exporter, which is OpenMetrics as well: no timestamps, `# EOF` at the
//! end.
//!
//! Every family is a gauge or a summary, because only for these do both formats accept the same text: the name of a
//! counter's family ends in `_total` in one and must not in the other. Calls of a run are no counter anyway; each run starts
//! from 0.

use std::fmt::Write;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::judge::{CheckVerdict, GateOutcome, Percentile, Row};
use crate::plan::Level;

use crate::report::document::Document;
use crate::report::escape::label;
use crate::report::view::exportable::{self, Exported, seconds};
use crate::report::view::report::Report;

/// The run as metrics. Percentiles without support, or forbidden by a check, are left out; the upper end of an interval may
/// be `+Inf`.
pub(crate) fn openmetrics(report: &Report<'_>) -> Document {
    let (numbers, remarks) = exportable::percentiles(report, &Level::ALL);
    let mut page = Page {
        text: String::new(),
        vantage: label(&exportable::vantage(report)),
    };
    about(&mut page, report);
    summary(
        &mut page,
        "service_time",
        "Service times. Quantiles are of all calls, a failed call counts as never answered.",
        &numbers,
        |p| p.value,
    );
    summary(
        &mut page,
        "service_time_low",
        "Lower ends of the intervals around them.",
        &numbers,
        |p| p.interval.low,
    );
    summary(
        &mut page,
        "service_time_high",
        "Upper ends of the intervals around them.",
        &numbers,
        |p| p.interval.high,
    );
    calls(&mut page, report);
    judgements(&mut page, report);
    page.text.push_str("# EOF\n");
    Document {
        text: page.text,
        remarks,
    }
}

fn about(page: &mut Page, report: &Report<'_>) {
    let run = report.run;
    page.family(
        "simulated",
        "gauge",
        "Whether a simulated service was measured, and not AWS.",
    );
    page.sample(
        "simulated",
        "",
        f64::from(u8::from(report.simulation.is_some())),
    );
    page.family("run_info", "gauge", "The run that these numbers are of.");
    let (run_id, version) = (label(&run.header.run_id), label(&run.header.tool.version));
    let confidence = run.plan.judging.confidence;
    let labels = format!(",run_id=\"{run_id}\",version=\"{version}\",confidence=\"{confidence}\"");
    page.sample("run_info", &labels, 1.0);
    if let Ok(started) = OffsetDateTime::parse(&run.header.started_at, &Rfc3339) {
        page.family(
            "start_time_seconds",
            "gauge",
            "When the run began, since 1970.",
        );
        page.sample("start_time_seconds", "", started.unix_timestamp() as f64);
    }
    page.family("elapsed_seconds", "gauge", "How long the run took.");
    page.sample(
        "elapsed_seconds",
        "",
        seconds(run.measured.elapsed_ns as f64),
    );
}

fn summary(
    page: &mut Page,
    name: &str,
    help: &str,
    numbers: &[Exported<'_>],
    value: impl Fn(&Percentile) -> f64,
) {
    let family = format!("{name}_seconds");
    page.family(&family, "summary", help);
    for Exported {
        row,
        level,
        percentile,
    } in numbers
    {
        page.sample(
            &family,
            &format!("{},quantile=\"{}\"", target(row), level.share()),
            seconds(value(percentile)),
        );
    }
}

fn calls(page: &mut Page, report: &Report<'_>) {
    page.family(
        "calls",
        "gauge",
        "Measured calls of the run by how they ended.",
    );
    for row in &report.summary.rows {
        let counts = &row.counts;
        for (outcome, number) in [
            ("succeeded", counts.succeeded),
            ("fault", counts.faults),
            ("failure", counts.failures),
            ("redialled", counts.redialled),
            ("withheld", counts.withheld),
        ] {
            page.sample(
                "calls",
                &format!("{},outcome=\"{outcome}\"", target(row)),
                number as f64,
            );
        }
    }
}

fn judgements(page: &mut Page, report: &Report<'_>) {
    let summary = report.summary;
    page.family(
        "checks",
        "gauge",
        "What the run says against itself: checks by verdict.",
    );
    for verdict in [
        CheckVerdict::Ok,
        CheckVerdict::Unknown,
        CheckVerdict::Warn,
        CheckVerdict::Invalid,
    ] {
        let number = summary
            .checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .count();
        page.sample(
            "checks",
            &format!(",verdict=\"{}\"", verdict.as_str()),
            number as f64,
        );
    }
    page.family(
        "gates",
        "gauge",
        "Conditions that the run had to prove, by outcome.",
    );
    for outcome in [
        GateOutcome::Proven,
        GateOutcome::Inconclusive,
        GateOutcome::Violated,
        GateOutcome::Invalid,
    ] {
        let number = summary
            .gates
            .iter()
            .filter(|gate| gate.outcome == outcome)
            .count();
        page.sample(
            "gates",
            &format!(",outcome=\"{}\"", outcome.as_str()),
            number as f64,
        );
    }
}

/// The labels of a target, each after a comma.
fn target(row: &Row) -> String {
    format!(
        ",endpoint=\"{}\",operation=\"{}\",connection=\"{}\"",
        label(&row.endpoint),
        row.operation,
        row.connection
    )
}

/// The file while it is written.
struct Page {
    text: String,
    /// The label that every sample has, escaped.
    vantage: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.push(format_args!(
            "# HELP stsbench_{name} {help}\n# TYPE stsbench_{name} {kind}\n"
        ));
        if name.ends_with("_seconds") {
            self.push(format_args!("# UNIT stsbench_{name} seconds\n"));
        }
    }

    /// One line; `labels` are those after the vantage, each after a comma.
    fn sample(&mut self, name: &str, labels: &str, value: f64) {
        let vantage = self.vantage.clone();
        if value == f64::INFINITY {
            self.push(format_args!(
                "stsbench_{name}{{vantage=\"{vantage}\"{labels}}} +Inf\n"
            ));
        } else {
            self.push(format_args!(
                "stsbench_{name}{{vantage=\"{vantage}\"{labels}}} {value}\n"
            ));
        }
    }

    fn push(&mut self, line: std::fmt::Arguments<'_>) {
        self.text.write_fmt(line).expect("a string takes any text");
    }
}
