//! Places side by side as GitHub-flavoured Markdown.

use crate::report::escape::markdown as clean;
use crate::report::formats::markdown::push;
use crate::report::words::side_by_side::matrix::LEGEND;

use super::shown::ShownMatrix;

/// As GitHub-flavoured Markdown.
pub(crate) fn matrix_markdown(shown: &ShownMatrix<'_>) -> String {
    let mut text = format!("# {}\n\n", clean(&shown.title));
    if let Some(simulation) = &shown.simulation {
        push(
            &mut text,
            format_args!("> **Simulated:** {}\n\n", clean(simulation)),
        );
    }
    push(&mut text, format_args!("{}\n\n", clean(&shown.subject)));
    text.push_str(
        "| place | Region | global | own Region | saved | decision | answers | day |\n|:--|:--|--:|--:|--:|:--|--:|:--|\n",
    );
    for row in &shown.rows {
        let cells = [
            row.vantage.as_str(),
            &row.region,
            &row.global,
            &row.own,
            &row.saved,
            row.decision,
            &row.answers,
            &row.day,
        ]
        .map(clean);
        push(&mut text, format_args!("| {} |\n", cells.join(" | ")));
    }
    every_cell(&mut text, shown);
    for remark in &shown.remarks {
        push(&mut text, format_args!("- {}\n", clean(remark)));
    }
    text
}

fn every_cell(text: &mut String, shown: &ShownMatrix<'_>) {
    text.push_str("\n## Every endpoint (p50)\n\n| endpoint |");
    for row in &shown.rows {
        push(text, format_args!(" {} |", clean(&row.vantage)));
    }
    text.push_str("\n|:--|");
    text.push_str(&"--:|".repeat(shown.rows.len()));
    text.push('\n');
    for (column, endpoint) in shown.matrix.endpoints.iter().enumerate() {
        push(text, format_args!("| {} |", clean(&endpoint.name)));
        for row in &shown.rows {
            push(text, format_args!(" {} |", clean(&row.cells[column])));
        }
        text.push('\n');
    }
    push(text, format_args!("\n{}\n\n", clean(LEGEND)));
}
