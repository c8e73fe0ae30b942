//! The text inside a bundle for people who open it without stsbench.

use crate::results::{Redaction, Run};

use super::redaction::note;
use crate::report::words::simulation::NotOfAws;

/// The text of its `README.txt`.
pub(crate) fn readme(run: &Run) -> String {
    let mut lines = vec![
        format!(
            "A measurement of AWS STS endpoints: run {}.",
            run.header.run_id
        ),
        String::new(),
    ];
    if let Some(it) = NotOfAws::of(run) {
        let said = format!("{}: {}", it.capitals(), it.details(run));
        lines.extend([said, String::new()]);
    }
    lines.extend(FILES.map(|(name, is)| format!("{name:<16}{is}")));
    lines.extend([
        String::new(),
        "stsbench view FILE.zip compares every file with manifest.json and shows the run; stsbench"
            .to_owned(),
        "compare, chart and report take FILE.zip as a run.".to_owned(),
        String::new(),
        "The digests in manifest.json show damage. They do not show who made this file.".to_owned(),
    ]);
    lines.extend([String::new(), redaction(run.header.redaction)]);
    lines.join("\n") + "\n"
}

fn redaction(redaction: Redaction) -> String {
    let text = note(redaction).unwrap_or(
        "Not redacted: it names the place that measured, and addresses. stsbench report --redact takes them out.",
    );
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("at least one line");
        if line.len() + word.len() >= COLUMNS {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}

const COLUMNS: usize = 90;
const FILES: [(&str, &str); 8] = [
    (
        "report.html",
        "everything, for a browser; it loads nothing from the network",
    ),
    ("report.md", "the tables in Markdown"),
    ("charts/", "pictures"),
    (
        "summary.csv",
        "one row for each target, times in nanoseconds",
    ),
    (
        "comparison.csv",
        "one row for each comparison with the global endpoint",
    ),
    ("summary.json", "the same for programs"),
    (
        "run.json",
        "the run itself: counts and histograms, from which all of the above is made",
    ),
    (
        "samples.csv",
        "one row for each call, where the rows were kept",
    ),
];
