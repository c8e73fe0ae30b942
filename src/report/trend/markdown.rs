//! Runs over time as GitHub-flavoured Markdown.

use crate::judge::HistoryOutcome;
use crate::report::escape::markdown as clean;
use crate::report::formats::markdown::push;
use crate::report::words::side_by_side::trend::LEGEND;

use super::shown::{ShownTrend, TrendTable};
use super::terminal::sparkline;

/// As GitHub-flavoured Markdown.
pub(crate) fn trend_markdown(shown: &ShownTrend<'_>) -> String {
    let mut text = format!("# {}\n\n", clean(&shown.title));
    if let Some((not_of_aws, origin)) = &shown.origin {
        push(
            &mut text,
            format_args!("> **{}:** {}\n\n", not_of_aws.label(), clean(origin)),
        );
    }
    push(
        &mut text,
        format_args!("{}, {}\n", clean(&shown.trend.vantage), clean(&shown.runs)),
    );
    for table in &shown.tables {
        lay_out(&mut text, table);
    }
    if !shown.marks.is_empty() {
        text.push_str("\n## What happened when\n\n");
    }
    for mark in &shown.marks {
        push(
            &mut text,
            format_args!("- {}: {}\n", clean(&mark.started_at), clean(&mark.text)),
        );
    }
    text.push('\n');
    for remark in &shown.remarks {
        push(&mut text, format_args!("- {}\n", clean(remark)));
    }
    if !shown.remarks.is_empty() {
        text.push('\n');
    }
    push(&mut text, format_args!("{}\n", clean(LEGEND)));
    text
}

fn lay_out(text: &mut String, table: &TrendTable<'_>) {
    push(
        text,
        format_args!(
            "\n## {}\n\n| endpoint | first | latest | interval | vs global | limit | p50 of each run | outcome |\n\
                 |:--|--:|--:|--:|--:|--:|:--|:--|\n",
            clean(&table.caption)
        ),
    );
    for row in &table.rows {
        let cells = [
            &row.line.endpoint,
            &row.first,
            &row.latest,
            &row.interval,
            &row.against_global,
            &row.limit,
            &sparkline(row.line, MOST_BARS),
            &row.outcome.to_owned(),
        ]
        .map(|cell| clean(cell));
        let is_slower = row.line.latest().map(|at| at.outcome) == Some(HistoryOutcome::Slower);
        let (between, end) = if is_slower {
            ("** | **", "**")
        } else {
            (" | ", "")
        };
        push(
            text,
            format_args!("| {end}{}{end} |\n", cells.join(between)),
        );
    }
}

/// A bar for each of so many runs at most: the latest.
const MOST_BARS: usize = 30;
