//! A comparison as a page.

use sts_model::Operation;

use crate::judge::{Row, summarise};
use crate::report::chart::{ChartKind, ChartSpec, RunShown};
use crate::report::comparison::{
    Compared, Highlight, compared_csv, compared_json, compared_markdown,
};
use crate::report::html::findings::gates;

use super::document::{SeveralRuns, SortableLine, SortableTable};
use super::trend::add_strips;

/// A run against another or against those before it, as one page that needs nothing beside it.
pub(crate) fn comparison_page(compared: Compared<'_>) -> String {
    let sheet = compared.sheet();
    let mut document = SeveralRuns {
        eyebrow: compared
            .runs()
            .iter()
            .map(|run| run.header.run_id.clone())
            .collect(),
        title: sheet.title,
        origin: compared.origin(),
        warnings: compared.notices(),
        gates: gates(compared.gates(), &compared.runs()),
        facts: sheet.facts,
        remarks: sheet.remarks,
        legend: sheet.legend,
        ..SeveralRuns::default()
    };
    for table in sheet.tables {
        let lines = table.lines.into_iter().map(|line| {
            let stands_out = line.highlight == Highlight::Slower;
            SortableLine::of(line.cells, stands_out)
        });
        let heads = sheet.header.iter().copied();
        let table = SortableTable::new(table.caption, heads, lines.collect());
        document.tables.push(table);
    }
    add_figures(&mut document, compared);
    document.add_file("compare.csv", &compared_csv(compared));
    document.add_file("compare.json", &compared_json(compared));
    document.add_file("compare.md", &compared_markdown(compared));
    document.page()
}

/// One picture for each operation of two runs, and the strips of a history.
fn add_figures(document: &mut SeveralRuns, compared: Compared<'_>) {
    let (baseline, candidate) = match compared {
        Compared::Runs {
            baseline,
            candidate,
            ..
        } => (baseline, candidate),
        Compared::History { trend, .. } => {
            if let Some(trend) = trend {
                add_strips(document, trend);
            }
            return;
        }
    };
    let summaries = [summarise(baseline), summarise(candidate)];
    let shown = [
        RunShown {
            run: baseline,
            summary: &summaries[0],
        },
        RunShown {
            run: candidate,
            summary: &summaries[1],
        },
    ];
    let Some(kind) = ChartKind::all().find(|kind| kind.name == "compare") else {
        return;
    };
    let is_called = |operation: &Operation| {
        let mut rows = summaries[1].rows.iter();
        rows.any(|row: &Row| row.operation == *operation)
    };
    for operation in Operation::ALL.into_iter().filter(is_called) {
        let spec = ChartSpec::default().about(operation);
        let stem = format!("{kind}-{operation}");
        let question = format!("{} {}", kind.question, operation.api_name());
        document.add_figure(&stem, question, &spec, |spec| kind.svg(&shown, spec));
    }
}
