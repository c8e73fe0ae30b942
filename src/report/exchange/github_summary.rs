//! Markdown for `$GITHUB_STEP_SUMMARY`: the verdict first, then gates, warnings and tables; details are collapsed. GitHub
//! shows nothing of a summary above its size limit, so whole sections are left out to stay below it.

use std::cmp::Reverse;
use std::fmt::Write;

use crate::judge::{CheckVerdict, GateOutcome, GateResult};

use crate::report::escape::{html, markdown as clean};
use crate::report::formats::markdown::{failures, lay_out, served_by, short_title};
use crate::report::view::claims::{finding, foremost, subject_with_others};
use crate::report::view::report::Report;
use crate::report::view::table::Table;
use crate::report::words::gates::headline;

/// The report in at most `limit` bytes. Sections come in order of importance; one that does not fit is left out, and the
/// last line names it.
pub(crate) fn github_summary(report: &Report<'_>, limit: usize) -> String {
    let (verdict, sections) = (verdict(report), sections(report));
    if verdict.len()
        + sections
            .iter()
            .map(|section| section.body.len())
            .sum::<usize>()
        <= limit
    {
        return sections
            .iter()
            .fold(verdict, |text, section| text + &section.body);
    }
    let room = limit.saturating_sub(left_out_note(sections.iter()).len());
    let mut text = within(&verdict, room).to_owned();
    let mut left_out: Vec<&Section> = Vec::new();
    for section in &sections {
        if text.len() + section.body.len() <= room {
            text.push_str(&section.body);
        } else {
            left_out.push(section);
        }
    }
    text + within(&left_out_note(left_out.into_iter()), limit - room)
}

/// A part that is shown whole or not at all.
struct Section {
    name: String,
    body: String,
}

fn sections(report: &Report<'_>) -> Vec<Section> {
    let mut sections = vec![
        Section {
            name: "gates".to_owned(),
            body: gates(report),
        },
        Section {
            name: "verdicts".to_owned(),
            body: verdicts(report),
        },
        Section {
            name: "doubts".to_owned(),
            body: warnings(report),
        },
    ];
    sections.extend(report.tables.iter().map(|table| Section {
        name: table.caption.clone(),
        body: titled(table),
    }));
    let folded = |name: &str, body: String| Section {
        name: name.to_owned(),
        body: fold(name, &body),
    };
    if !report.failures.is_empty() {
        sections.push(folded("failed calls", failures(report)));
    }
    if !report.served_by.is_empty() {
        sections.push(folded("who answered", served_by(report)));
    }
    sections.push(folded("about this run", about(report)));
    sections.push(folded(
        "how to read this",
        report
            .legend
            .iter()
            .map(|line| format!("{}\n\n", clean(line)))
            .collect(),
    ));
    sections.retain(|section| !section.body.is_empty());
    sections
}

fn verdict(report: &Report<'_>) -> String {
    let simulated = report
        .simulation
        .iter()
        .map(|text| format!("> **Simulated:** {}\n\n", clean(text)));
    let place = report
        .place
        .iter()
        .map(|text| format!("{}.\n\n", clean(text)));
    let title = clean(&report.title);
    let heading = match headline(&report.summary.gates) {
        Some((outcome, gates)) if outcome != GateOutcome::Proven => {
            format!("## {gates}\n\n")
        }
        _ => match report.invalid() {
            Some(invalid) => format!("## ❌ {}\n\n", clean(&invalid)),
            None => format!("## {}\n\n", clean(&short_title(report))),
        },
    };
    let title = format!("{title}.\n\n");
    let parts = std::iter::once(heading).chain(simulated).chain([title]);
    parts.chain(place).collect()
}

/// The verdict sentences of the other operations and kinds of connection.
fn verdicts(report: &Report<'_>) -> String {
    let text: String = report
        .verdicts
        .iter()
        .map(|sentence| format!("- {}\n", clean(sentence)))
        .collect();
    if text.is_empty() { text } else { text + "\n" }
}

/// One row for each gate, the worst first, with the worst of its claims.
fn gates(report: &Report<'_>) -> String {
    if report.summary.gates.is_empty() {
        return String::new();
    }
    let mut gates: Vec<&GateResult> = report.summary.gates.iter().collect();
    gates.sort_by_key(|gate| Reverse(gate.outcome));
    let mut text = "| gate | outcome | of | finding |\n|:--|:--|:--|:--|\n".to_owned();
    for gate in gates {
        let (of, found) = foremost(gate).map_or_else(Default::default, |(claim, others)| {
            let of = subject_with_others(claim, others);
            (of, finding(claim, &[report.run]))
        });
        let cells = [
            clean(&gate.gate),
            emphasised(gate.outcome),
            clean(&of),
            clean(&found),
        ];
        push(&mut text, format_args!("| {} |\n", cells.join(" | ")));
    }
    text + "\n"
}

fn emphasised(outcome: GateOutcome) -> String {
    match outcome {
        GateOutcome::Proven => outcome.as_str().to_owned(),
        GateOutcome::Inconclusive | GateOutcome::Violated | GateOutcome::Invalid => {
            format!("**{}**", outcome.as_str())
        }
    }
}

/// The checks that warn or fail, and the run's notices.
fn warnings(report: &Report<'_>) -> String {
    let mut text = String::new();
    for check in report.checks() {
        let word = match check.verdict {
            CheckVerdict::Ok | CheckVerdict::Unknown => continue,
            CheckVerdict::Warn => "Warning",
            CheckVerdict::Invalid => "INVALID",
        };
        push(
            &mut text,
            format_args!(
                "- **{word}, {}:** {}\n",
                clean(&check.title()),
                clean(&report.sentence(check))
            ),
        );
    }
    for notice in &report.notices {
        push(&mut text, format_args!("- Note: {}\n", clean(notice)));
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn titled(table: &Table) -> String {
    let mut rows = String::new();
    lay_out(&mut rows, table);
    if table.lines.len() > MAX_OPEN_LINES {
        return fold(
            &format!("{}, {} endpoints", table.caption, table.lines.len()),
            &rows,
        );
    }
    format!("### {}\n\n{rows}", clean(&table.caption))
}

fn about(report: &Report<'_>) -> String {
    let mut text = "| | |\n|:--|:--|\n".to_owned();
    for fact in &report.facts {
        push(
            &mut text,
            format_args!("| {} | {} |\n", fact.name, clean(&fact.value)),
        );
    }
    for (word, verdict) in [
        ("checks passed", CheckVerdict::Ok),
        ("checks not available", CheckVerdict::Unknown),
    ] {
        let names: Vec<String> = report
            .summary
            .checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .map(|check| clean(&check.title()))
            .collect();
        if !names.is_empty() {
            push(
                &mut text,
                format_args!("| {word} | {} |\n", names.join(", ")),
            );
        }
    }
    text + "\n"
}

fn fold(summary: &str, body: &str) -> String {
    // GitHub renders Markdown between the tags only after an empty line.
    format!(
        "<details><summary>{}</summary>\n\n{body}</details>\n\n",
        html(summary)
    )
}

fn left_out_note<'a>(left_out: impl Iterator<Item = &'a Section>) -> String {
    let names: Vec<String> = left_out.map(|section| clean(&section.name)).collect();
    format!(
        "Left out, because GitHub shows no summary above 1 MiB: {}.\n",
        names.join("; ")
    )
}

/// The text, cut to at most `limit` bytes at a character boundary.
fn within(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Longer tables are collapsed.
const MAX_OPEN_LINES: usize = 12;

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes any text");
}
