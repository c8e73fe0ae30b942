//! A comparison as JUnit XML: each gate on each pair is a case; without gates each target, which fails when it is slower.

use crate::judge::{HistoryLine, HistoryOutcome, Matched, Standing, Verdict};
use crate::report::escape::xml as clean;
use crate::report::exchange::junit_suite::{Case, End, Suite, document, of_gate};
use crate::report::view::exportable;
use crate::report::words::simulation::NotOfAws;

use super::compared::Compared;
use super::sheet::SheetLine;

/// The comparison as one suite.
pub(crate) fn compared_junit(compared: Compared<'_>) -> String {
    let run = compared.candidate();
    let header = &run.header;
    let runs = compared.runs();
    let gates = compared.gates().iter();
    let gates: Vec<Case> = gates
        .flat_map(|gate| of_gate(&header.vantage.name, gate, &runs))
        .collect();
    let (what, cases) = if gates.is_empty() {
        ("comparison", targets(compared))
    } else {
        ("gates", gates)
    };
    let simulated = header.vantage.simulation.is_some();
    document(&[Suite {
        name: format!(
            "stsbench compare {what}, {}{}",
            clean(&header.vantage.name),
            compared.not_of_aws().map_or("", NotOfAws::aside)
        ),
        properties: vec![
            ("simulated", simulated.to_string()),
            ("run_id", clean(&header.run_id)),
            ("vantage", clean(&header.vantage.name)),
            ("version", clean(&header.tool.version)),
        ],
        time: exportable::seconds(run.measured.elapsed_ns as f64),
        // The schema allows no time zone.
        timestamp: clean(header.started_at.trim_end_matches('Z')),
        hostname: clean(&header.vantage.name),
        cases,
    }])
}

/// A case for each target, with the cells of its line on the sheet.
fn targets(compared: Compared<'_>) -> Vec<Case> {
    let sheet = compared.sheet();
    let case = |name: String, line: &SheetLine, end: fn(String) -> End| {
        let cells = sheet.header.iter().zip(&line.cells).skip(1);
        let cells: Vec<String> = cells
            .map(|(name, cell)| format!("{name}: {cell}"))
            .collect();
        Case {
            class: clean(&format!(
                "{}.{}",
                compared.candidate().header.vantage.name,
                line.cells[0]
            )),
            name: clean(&name),
            end: end(clean(&cells.join("; "))),
        }
    };
    let lines = sheet.tables.iter().flat_map(|table| {
        let lines = table.lines.iter();
        lines.map(move |line| (table.caption.clone(), line))
    });
    let ends = ends(compared);
    lines
        .map(|(caption, line)| {
            let known = ends
                .iter()
                .find(|(endpoint, group, _)| *endpoint == line.cells[0] && *group == caption);
            case(caption, line, known.map_or(End::Skipped, |known| known.2))
        })
        .collect()
}

/// Makes the end of a case of its sentence.
type MakeEnd = fn(String) -> End;

/// How each target's case ends, by its endpoint and the caption of its table.
fn ends(compared: Compared<'_>) -> Vec<(String, String, MakeEnd)> {
    use crate::report::words::names::caption;
    match compared {
        Compared::Runs { between, .. } => {
            let end = |target: &Matched| {
                let name = target.name();
                (name.endpoint, caption(name.group), of_target(target))
            };
            between.targets.iter().map(end).collect()
        }
        Compared::History { history, .. } => {
            let end = |line: &HistoryLine| {
                let name = line.name();
                (name.endpoint, caption(name.group), of_line(line))
            };
            history.lines.iter().map(end).collect()
        }
    }
}

fn of_target(target: &Matched) -> fn(String) -> End {
    if target.fails_more && target.verdict().is_some() {
        return |text| End::Failed("fails more often", text);
    }
    match (target.verdict(), &target.standing) {
        (Some(Verdict::Slower), _) => |text| End::Failed("slower", text),
        (Some(Verdict::Invalid), _) => |text| End::Error("invalid", text),
        (Some(Verdict::NoData), _) => |text| End::Error("no data", text),
        (Some(Verdict::Inconclusive) | None, _)
        | (_, Standing::NoBaseline | Standing::NoCandidate) => End::Skipped,
        (Some(_), _) => End::Passed,
    }
}

fn of_line(line: &HistoryLine) -> fn(String) -> End {
    if line.fails_more() {
        return |text| End::Failed("fails more often", text);
    }
    match line.outcome {
        HistoryOutcome::Slower => |text| End::Failed("slower", text),
        HistoryOutcome::Steady | HistoryOutcome::BeyondOnce => End::Passed,
        HistoryOutcome::NoData => |text| End::Error("no data", text),
        HistoryOutcome::TooFewRuns | HistoryOutcome::NoControl | HistoryOutcome::NotMeasured => {
            End::Skipped
        }
    }
}
