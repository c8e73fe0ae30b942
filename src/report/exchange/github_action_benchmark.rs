//! JSON for github-action-benchmark's tool `customSmallerIsBetter`: one entry for each percentile, in milliseconds.
//!
//! The action draws one chart for each name, and understands a range only as `± n` (its extractRangeInfo.ts).

use serde::Serialize;

use crate::plan::Level;

use crate::report::document::Document;
use crate::report::formats::json::text::indented;
use crate::report::view::exportable::{self, Exported, milliseconds};
use crate::report::view::report::Report;

/// The run's percentiles, as an array.
pub(crate) fn github_action_benchmark(report: &Report<'_>) -> Document {
    let (numbers, remarks) = exportable::percentiles(report, &Level::COMPARED);
    let entries: Vec<Entry> = numbers
        .iter()
        .map(|exported| entry(report, exported))
        .collect();
    Document {
        text: indented(&entries),
        remarks,
    }
}

#[derive(Serialize)]
struct Entry {
    name: String,
    unit: &'static str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

fn entry(report: &Report<'_>, exported: &Exported<'_>) -> Entry {
    let half_width = exported.percentile.interval.half_width();
    Entry {
        name: format!(
            "{}/{}",
            exportable::name(report, exported.row),
            exported.level
        ),
        unit: "ms",
        value: milliseconds(exported.percentile.value),
        range: half_width.map(|half| format!("± {}", milliseconds(half))),
        extra: exportable::about(report, exported).join("\n"),
    }
}
