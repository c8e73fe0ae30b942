//! Bencher Metric Format: one benchmark for each percentile, with Bencher's measure `latency`, in nanoseconds.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::Level;

use crate::report::document::Document;
use crate::report::formats::json::text::indented;
use crate::report::view::exportable;
use crate::report::view::report::Report;

/// The run's percentiles, by name.
pub(crate) fn bencher(report: &Report<'_>) -> Document {
    let (numbers, remarks) = exportable::percentiles(report, &Level::COMPARED);
    let benchmarks: BTreeMap<String, Measures> = numbers
        .iter()
        .map(|number| {
            let name = format!("{}/{}", exportable::name(report, number.row), number.level);
            let interval = number.percentile.interval;
            let latency = Metric {
                value: number.percentile.value,
                lower_value: interval.low,
                upper_value: Some(interval.high).filter(|high| high.is_finite()),
            };
            (name, Measures { latency })
        })
        .collect();
    Document {
        text: indented(&benchmarks),
        remarks,
    }
}

#[derive(Serialize)]
struct Measures {
    latency: Metric,
}

#[derive(Serialize)]
struct Metric {
    value: f64,
    lower_value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}
