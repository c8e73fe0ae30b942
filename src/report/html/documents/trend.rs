//! Runs over time as a page.

use crate::judge::{HistoryOutcome, Trend};
use crate::report::chart::{ChartKind, ChartSpec, over_time};
use crate::report::trend::{
    ShownTrend, TrendDetail, TrendRow, sparkline, trend_csv, trend_json, trend_markdown,
};
use crate::report::words::names::caption;
use crate::report::words::side_by_side::trend::LEGEND;

use super::document::{SeveralRuns, SortableLine, SortableTable};

/// Runs of one vantage over time, as one page that needs nothing beside it; `left_out` says which runs are not in it, and why.
pub(crate) fn trend_page(trend: &Trend, left_out: &[String]) -> String {
    let shown = ShownTrend::new(trend, left_out, TrendDetail::Full);
    let marks = shown.marks.iter();
    let mut document = SeveralRuns {
        eyebrow: vec![trend.vantage.clone(), shown.runs.clone()],
        title: shown.title.clone(),
        origin: shown.origin.clone(),
        tables: shown
            .tables
            .iter()
            .map(|table| {
                let lines = table.rows.iter().map(line).collect();
                SortableTable::new(table.caption.clone(), HEADS, lines)
            })
            .collect(),
        marks: marks
            .map(|mark| (mark.started_at.clone(), mark.text.clone()))
            .collect(),
        remarks: shown.remarks.clone(),
        legend: vec![LEGEND.to_owned()],
        ..SeveralRuns::default()
    };
    add_strips(&mut document, trend);
    document.add_file("trend.csv", &trend_csv(trend));
    document.add_file("trend.json", &trend_json(trend, left_out));
    document.add_file("trend.md", &trend_markdown(&shown));
    document.page()
}

/// One picture for each operation and kind of connection.
pub(super) fn add_strips(document: &mut SeveralRuns, trend: &Trend) {
    let Some(kind) = ChartKind::all().find(|kind| kind.name == "trend") else {
        return;
    };
    for group in trend.groups() {
        let mut spec = ChartSpec::default().about(group.operation);
        spec.selection.connection = Some(group.connection);
        let stem = format!("{kind}-{}-{}", group.operation, group.connection);
        let question = format!("{} {}", kind.question, caption(group));
        document.add_figure(&stem, question, &spec, |spec| over_time(kind, trend, spec));
    }
}

const HEADS: [&str; 8] = [
    "endpoint",
    "first",
    "latest",
    "interval",
    "vs global",
    "limit",
    "p50 of each run",
    "outcome",
];

fn line(row: &TrendRow<'_>) -> SortableLine {
    SortableLine::of(
        vec![
            row.line.endpoint.clone(),
            row.first.clone(),
            row.latest.clone(),
            row.interval.clone(),
            row.against_global.clone(),
            row.limit.clone(),
            sparkline(row.line, MOST_BARS),
            row.outcome.to_owned(),
        ],
        row.line.latest().map(|at| at.outcome) == Some(HistoryOutcome::Slower),
    )
}

/// A bar for each of so many runs at most: the latest.
const MOST_BARS: usize = 30;
