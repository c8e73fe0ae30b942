//! What stands below the table: gates, checks, what to do next, files.

use crate::judge::{CheckVerdict, GateOutcome};
use crate::report::formats::page::{DIM, PLAIN, Page, RED, Style, YELLOW};
use crate::report::view::overview::screen::Overview;
use crate::report::words::overview::doubts::short;
use crate::report::words::overview::text::tight;
use crate::report::words::overview::{cells, lines, next};

use super::fitting::{count_lines, one_line};
use super::grid::{Grid, wide};

/// What stands below the table.
pub(super) struct Tail {
    pub(super) gates: Vec<(&'static str, String)>,
    /// How many checks passed.
    trust: String,
    /// What each of the others found, and what happened during the run.
    doubts: Vec<(&'static str, String)>,
    rest: Vec<Paragraph>,
    /// That the endpoints are not in the order that was asked for.
    unsorted: Option<String>,
    /// That the column `vs global` is empty.
    uncompared: Option<&'static str>,
    pub(super) width: usize,
}

/// A text behind a label, as many lines as it needs.
struct Paragraph {
    ansi: &'static str,
    label: &'static str,
    text: String,
}

impl Paragraph {
    /// The text, or as many of its words as go into [`MOST_LINES`] lines of `width` columns.
    fn new(ansi: &'static str, label: &'static str, text: &str, width: usize) -> Self {
        let of = |text: String| Self { ansi, label, text };
        let words: Vec<&str> = text.split_whitespace().collect();
        let shorter = (1..words.len()).rev();
        let shorter = shorter.map(|number| of(format!("{} …", words[..number].join(" "))));
        std::iter::once(of(text.to_owned()))
            .chain(shorter)
            .find(|paragraph| paragraph.lines(width) <= MOST_LINES)
            .unwrap_or_else(|| of(text.to_owned()))
    }

    fn lines(&self, width: usize) -> usize {
        let mut trial = Page::new(Style::Plain, width);
        trial.paragraph(PLAIN, self.label, &self.text);
        count_lines(&trial.finish())
    }
}

impl Tail {
    pub(super) fn new(overview: &Overview<'_>, files: Option<&str>, width: usize) -> Self {
        let mut rest = Vec::new();
        if let Some(told) = &overview.judged_anew {
            rest.push(Paragraph::new(YELLOW, "Note:  ", &tight(told), width));
        }
        rest.push(Paragraph::new(
            PLAIN,
            NEXT,
            &next_steps(overview, width),
            width,
        ));
        rest.push(match files {
            Some(files) => Paragraph::new(PLAIN, "Files: ", files, width),
            None => Paragraph::new(DIM, "Run:   ", &lines::run_name(overview.run), width),
        });
        Self {
            gates: gates(overview),
            trust: format!("Trust: {}", lines::passed(&overview.trust)),
            doubts: doubts(overview),
            rest,
            unsorted: overview.unsorted.map(lines::unsorted),
            uncompared: overview
                .asks_in_vain_for_the_global()
                .then_some(lines::NO_GLOBAL),
            width,
        }
    }

    /// Lines that it takes whatever is left out.
    pub(super) fn least_lines(&self) -> usize {
        let rest = self.rest.iter().map(|it| it.lines(self.width));
        let more = [
            !self.gates.is_empty(),
            self.unsorted.is_some(),
            self.uncompared.is_some(),
        ];
        1 + rest.sum::<usize>() + more.into_iter().filter(|it| *it).count()
    }

    /// Lines that it takes beyond those for `shown` doubts.
    pub(super) fn lines_of_doubts(&self, shown: usize) -> usize {
        if self.only_doubt().is_some() {
            0
        } else {
            shown.min(self.doubts.len())
        }
    }

    /// The whole line where a single doubt fits into it.
    fn only_doubt(&self) -> Option<String> {
        let [(_, doubt)] = self.doubts.as_slice() else {
            return None;
        };
        let line = format!("{}; {doubt}.", self.trust);
        (wide(&line) <= self.width).then_some(line)
    }

    pub(super) fn lay_out(&self, page: &mut Page, grid: &Grid, doubts: Shown) {
        for line in legend(grid, page.width()) {
            one_line(page, DIM, &line);
        }
        if let Some(text) = left_out(grid) {
            page.paragraph(DIM, "", &text);
        }
        if let Some(text) = self.uncompared {
            one_line(page, YELLOW, text);
        }
        if let Some(text) = &self.unsorted {
            one_line(page, YELLOW, text);
        }
        for (ansi, line) in self.gates.iter().take(1 + doubts.gates) {
            one_line(page, ansi, line);
        }
        if let Some(line) = self.only_doubt() {
            one_line(page, YELLOW, &line);
        } else {
            let hidden = self.doubts.len().saturating_sub(doubts.checks);
            let more = match hidden {
                0 => ".".to_owned(),
                hidden => format!("; {}", lines::more(hidden)),
            };
            one_line(page, PLAIN, &format!("{}{more}", self.trust));
            for (ansi, line) in self.doubts.iter().take(doubts.checks) {
                one_line(page, ansi, &format!("  {line}"));
            }
        }
        for paragraph in &self.rest {
            page.paragraph(paragraph.ansi, paragraph.label, &paragraph.text);
        }
    }
}

/// What the checks that did not pass found, then what happened during the run.
fn doubts(overview: &Overview<'_>) -> Vec<(&'static str, String)> {
    let checks = overview.trust.doubts.iter().map(|check| {
        let (ansi, mark) = match check.verdict {
            CheckVerdict::Invalid => (RED, "✗"),
            _ => (YELLOW, "!"),
        };
        let (label, found) = short(check, overview.run);
        (ansi, format!("{mark} {label}: {found}"))
    });
    let notices = &overview.run.notices;
    checks
        .chain(
            notices
                .iter()
                .map(|notice| (YELLOW, format!("! {}", notice.text))),
        )
        .collect()
}

/// What the marks in the table mean, in as few lines as they fit into.
pub(super) fn legend(grid: &Grid, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for meaning in cells::legend(&grid.texts) {
        match lines.last_mut() {
            Some(line) if wide(line) + wide(&meaning) + 3 <= width => {
                line.push_str(" · ");
                line.push_str(&meaning);
            }
            _ => lines.push(meaning),
        }
    }
    lines
}

/// How many lines are spent on what gates and checks found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) gates: usize,
    pub(super) checks: usize,
}

/// What came of the gates: how many of each, and those that are not proven.
fn gates(overview: &Overview<'_>) -> Vec<(&'static str, String)> {
    let Some(counts) = lines::gates(overview.gates) else {
        return Vec::new();
    };
    let color = |outcome: GateOutcome| match outcome {
        GateOutcome::Proven => PLAIN,
        GateOutcome::Inconclusive => YELLOW,
        GateOutcome::Violated | GateOutcome::Invalid => RED,
    };
    let mut unproven: Vec<_> = overview
        .gates
        .iter()
        .filter(|gate| gate.outcome != GateOutcome::Proven)
        .collect();
    unproven.sort_by_key(|gate| gate.outcome == GateOutcome::Inconclusive);
    std::iter::once((PLAIN, format!("Gates: {counts}.")))
        .chain(unproven.into_iter().map(|gate| {
            let text = format!("  {}: {}", gate.outcome.as_str(), gate.gate);
            (color(gate.outcome), text)
        }))
        .collect()
}

/// As many of the next steps as a line has room for.
fn next_steps(overview: &Overview<'_>, width: usize) -> String {
    let mut steps = String::new();
    for clause in overview.next.iter().map(next::clause) {
        let is_first = steps.is_empty();
        if !is_first && wide(NEXT) + wide(&steps) + wide(" · ") + wide(&clause) > width {
            continue;
        }
        if !is_first {
            steps.push_str(" · ");
        }
        steps.push_str(&clause);
    }
    if steps.is_empty() {
        steps.push_str("intervals, ranks and every check: --full");
    }
    steps
}

/// Which columns that were asked for do not fit.
pub(super) fn left_out(grid: &Grid) -> Option<String> {
    let columns = grid.left_out.join(", ");
    (!columns.is_empty()).then(|| format!("Left out to fit {} columns: {columns}.", grid.width))
}

/// Lines of a text below the table.
const MOST_LINES: usize = 3;
/// Before what to do next.
const NEXT: &str = "Next:  ";
