//! Runs over time for a terminal, with a line of bars for each endpoint.

use crate::judge::{HistoryOutcome, TrendLine};
use crate::report::escape::terminal as clean;
use crate::report::formats::page::{
    Ansi, BOLD, DIM, PLAIN, Page, RED, RULED, Style, YELLOW, set_gaps,
};
use crate::report::words::side_by_side::trend::LEGEND;

use super::shown::{DAY, ShownTrend, TrendDetail, TrendRow, TrendTable};

/// As text of at most `width` characters a line, down to 40.
pub(crate) fn trend_terminal(
    shown: &ShownTrend<'_>,
    detail: TrendDetail,
    style: Style,
    width: usize,
) -> String {
    let mut page = Page::new(style, width);
    page.paragraph(BOLD, "", &shown.title);
    if let Some((not_of_aws, origin)) = &shown.origin {
        let text = match detail {
            TrendDetail::Full => origin.as_str(),
            TrendDetail::Screen => "These are not measurements of AWS.",
        };
        page.paragraph(YELLOW, &format!("{}: ", not_of_aws.capitals()), text);
    }
    page.paragraph(DIM, "", &format!("{}, {}", shown.trend.vantage, shown.runs));
    for table in &shown.tables {
        page.blank();
        page.paragraph(BOLD, "", &table.caption);
        lay_out(&mut page, table);
        if table.left_out > 0 {
            let more = format!("… {} more endpoints; --full shows all", table.left_out);
            page.line(DIM, &more);
        }
    }
    page.blank();
    let (marks, remarks) = match detail {
        TrendDetail::Full => (usize::MAX, usize::MAX),
        TrendDetail::Screen => (3, 2),
    };
    for mark in shown.marks.iter().take(marks) {
        let day = mark.started_at.get(..DAY).unwrap_or(&mark.started_at);
        let bullet = match detail {
            TrendDetail::Full => "• ",
            TrendDetail::Screen => "",
        };
        page.paragraph(PLAIN, bullet, &format!("{day}  {}", mark.text));
    }
    for remark in shown.remarks.iter().take(remarks) {
        page.paragraph(DIM, "• ", remark);
    }
    let more = shown.remarks.len().saturating_sub(remarks);
    if more > 0 {
        page.line(DIM, &format!("• … {more} more notes; --full shows all"));
    }
    if detail == TrendDetail::Full {
        page.blank();
        page.paragraph(DIM, "", LEGEND);
    }
    page.finish()
}

const HEADER: [&str; 7] = [
    "endpoint",
    "first",
    "latest",
    "vs global",
    "limit",
    "p50 of each run",
    "outcome",
];
/// The columns that a narrow page does without, the first one first.
const SPARE: [usize; 3] = [4, 1, 3];

fn lay_out(page: &mut Page, table: &TrendTable<'_>) {
    let mut kept: Vec<usize> = (0..HEADER.len()).collect();
    // Without any judgement there are no limits.
    if table
        .rows
        .iter()
        .all(|row| row.line.points.iter().all(|at| at.change.is_none()))
    {
        kept.retain(|column| *column != 4);
    }
    let runs = table.rows.first().map_or(0, |row| row.line.points.len());
    let mut bars = runs.min(MOST_BARS);
    for spare in SPARE {
        if widest(table, &kept, bars) <= page.width() {
            break;
        }
        kept.retain(|column| *column != spare);
    }
    let excess = widest(table, &kept, bars).saturating_sub(page.width());
    bars = bars.saturating_sub(excess).max(1);
    for (i, text) in grid(table, &kept, bars).iter().enumerate() {
        let row = i.checked_sub(2).and_then(|row| table.rows.get(row));
        page.line(row.map_or(DIM, colour), text);
    }
}

/// A bar for each of so many runs at most: the latest.
const MOST_BARS: usize = 30;

fn widest(table: &TrendTable<'_>, kept: &[usize], bars: usize) -> usize {
    let lines = grid(table, kept, bars);
    let lengths = lines.iter().map(|line| line.trim_end().chars().count());
    lengths.max().unwrap_or(0)
}

fn grid(table: &TrendTable<'_>, kept: &[usize], bars: usize) -> Vec<String> {
    let mut grid = comfy_table::Table::new();
    grid.load_style(RULED)
        .set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    grid.set_header(kept.iter().map(|&column| HEADER[column]));
    for row in &table.rows {
        let cells = cells(row, bars);
        grid.add_row(kept.iter().map(|&column| clean(&cells[column])));
    }
    set_gaps(&mut grid);
    grid.lines().collect()
}

fn cells(row: &TrendRow<'_>, bars: usize) -> [String; HEADER.len()] {
    [
        row.line.endpoint.clone(),
        row.first.clone(),
        row.latest.clone(),
        row.against_global.clone(),
        row.limit.clone(),
        sparkline(row.line, bars),
        row.outcome.to_owned(),
    ]
}

/// The p50 of the latest so many runs, each a bar from the least of them to the most.
pub(crate) fn sparkline(line: &TrendLine, bars: usize) -> String {
    let latest = line.points.len().saturating_sub(bars);
    let values: Vec<Option<f64>> = line.points[latest..]
        .iter()
        .map(|point| point.p50.map(|p50| p50.value))
        .collect();
    let known = || values.iter().flatten().copied();
    let least = known().fold(f64::INFINITY, f64::min);
    let most = known().fold(0.0, f64::max).max(least * LEAST_SPAN);
    let bar = |value: f64| {
        let share = (value - least) / (most - least);
        BAR[((share * (BAR.len() - 1) as f64).round() as usize).min(BAR.len() - 1)]
    };
    values.iter().map(|value| value.map_or('·', bar)).collect()
}

/// So much more than the least fills a bar at least, so that noise does not look like change.
const LEAST_SPAN: f64 = 1.1;
const BAR: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

fn colour(row: &TrendRow<'_>) -> Ansi {
    match row.line.latest().map(|at| at.outcome) {
        Some(HistoryOutcome::Slower) => RED,
        Some(HistoryOutcome::BeyondOnce) => YELLOW,
        _ => PLAIN,
    }
}
