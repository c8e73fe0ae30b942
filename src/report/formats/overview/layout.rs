//! A run on one screen, line by line. What is always there is laid out first; the endpoints get the lines that are left.

use crate::judge::{CheckVerdict, GateOutcome, Place};
use crate::report::escape::terminal as clean;
use crate::report::formats::page::{BOLD, DIM, PLAIN, Page, RED, Style, YELLOW};
use crate::report::view::overview::endpoints::{Folded, fold};
use crate::report::view::overview::screen::Overview;
use crate::report::view::overview::selection::{Folding, ScreenSelection};
use crate::report::view::report::Report;
use crate::report::words::overview::doubts::short;
use crate::report::words::overview::text::tight;
use crate::report::words::overview::{cells, decision, lines, next};

use super::grid::{Grid, grid, medians, pad_right, wide};

/// Lines of the screen, and the columns that it has at least.
pub(crate) const SCREEN_LINES: usize = 24;

/// The run on one screen: at most [`SCREEN_LINES`] lines at 80 columns or more, unless every endpoint or further facts are
/// asked for. Without a width every column that was asked for is there. `files` is where the files of the run are, where they have just been written.
pub(crate) fn overview(
    report: &Report<'_>,
    selection: &ScreenSelection,
    style: Style,
    width: impl Into<Option<usize>>,
    files: Option<&str>,
) -> String {
    let width = width.into();
    let Some(overview) = Overview::new(report, selection) else {
        let mut page = Page::with_text(style, width, USUAL_TEXT);
        page.paragraph(BOLD, "", "The run has no targets.");
        return page.finish();
    };
    let page = |width: usize| Page::new(style, width);
    // Columns without a limit are those of the table alone.
    let text_width = width.map_or(USUAL_TEXT, |width| width.min(WIDEST_TEXT));
    let width = Page::with_text(style, width, text_width).width();
    let all = selection.folding == Folding::None;
    let mut head = page(text_width);
    lay_out_head(&mut head, &overview);
    let tail = Tail::new(&overview, files, text_width);
    let head = head.finish();
    let lines = if all {
        usize::MAX
    } else {
        SCREEN_LINES.saturating_sub(count_lines(&head) + FRAME_LINES)
    };
    let (table, doubts) = Table::fitting(&overview, &tail, width, lines);
    let mut body = page(width);
    table.lay_out(&mut body);
    let mut end = page(text_width);
    tail.lay_out(&mut end, &table.grid, doubts);
    if !overview.facts.is_empty() {
        end.blank();
        facts(&mut end, &overview);
    }
    [head, body.finish(), end.finish()].join("\n")
}

/// The blank lines around the table and its two headings.
const FRAME_LINES: usize = 4;
/// Columns of running text that are good to read.
const WIDEST_TEXT: usize = 100;
/// Columns of running text where nothing limits the table's.
const USUAL_TEXT: usize = 80;
/// Lines of the decision.
const MOST_HEADLINES: usize = 4;
/// Lines about the Region of the place.
const MOST_PLACE_LINES: usize = 2;
/// The endpoint of the decision and the global one.
const INDISPENSABLE_ENDPOINTS: usize = 2;
/// Endpoints that have a line however much there is to say.
const FEWEST_ENDPOINTS: usize = 4;
/// Lines for what checks found, and for gates.
const MOST_DOUBTS: usize = 4;
const MOST_GATES: usize = 3;
/// Lines of a text below the table.
const MOST_LINES: usize = 3;
/// Before what to do next.
const NEXT: &str = "Next:  ";

fn count_lines(text: &str) -> usize {
    text.lines().count()
}

/// Which columns that were asked for do not fit.
fn left_out(grid: &Grid) -> Option<String> {
    let columns = grid.left_out.join(", ");
    (!columns.is_empty()).then(|| format!("Left out to fit {} columns: {columns}.", grid.width))
}

/// Lines that a paragraph takes.
fn wrapped(text: &str, width: usize) -> usize {
    let mut trial = Page::new(Style::Plain, width);
    trial.paragraph(PLAIN, "", text);
    count_lines(&trial.finish())
}

/// The decision, and what to know before reading it.
fn lay_out_head(page: &mut Page, overview: &Overview<'_>) {
    let sentences = decision::sentences(&overview.decision);
    let number = (1..=sentences.len())
        .rev()
        .find(|&number| wrapped(&sentences[..number].join(" "), page.width()) <= MOST_HEADLINES)
        .unwrap_or(1);
    page.paragraph(BOLD, "", &sentences[..number].join(" "));
    if let Some(place) = overview.place.as_deref().map(lines::place) {
        if wrapped(&place, page.width()) <= MOST_PLACE_LINES {
            page.paragraph(PLAIN, "", &place);
        } else {
            one_line(page, PLAIN, &place);
        }
    }
    if let Some(early) = &overview.early {
        let text = lines::early(early);
        one_line(page, YELLOW, &text);
    }
    // Of all sentences this one must not lose its end.
    if let Some(simulated) = lines::simulated(overview.run) {
        page.paragraph(YELLOW, "", &simulated);
    }
}

/// A line that ends with whole words.
fn one_line(page: &mut Page, ansi: &'static str, text: &str) {
    let line = whole_words(&clean(text), page.width());
    page.line(ansi, &line);
}

/// `text`, or as many of its words as fit into `width` and `…`.
fn whole_words(text: &str, width: usize) -> String {
    if wide(text) <= width {
        return text.to_owned();
    }
    let inside = text.trim_start();
    let indent = text.len() - inside.len();
    let mut kept = " ".repeat(indent);
    let mut words = inside.split(' ').peekable();
    while let Some(word) = words.next() {
        // A number and its unit are one word.
        let unit =
            words.next_if(|next| UNITS.contains(&next.trim_end_matches([',', ';', ':', ')'])));
        let word = unit.map_or_else(|| word.to_owned(), |unit| format!("{word} {unit}"));
        if wide(&kept) + wide(&word) + 3 > width {
            break;
        }
        if kept.len() > indent {
            kept.push(' ');
        }
        kept.push_str(&word);
    }
    kept + " …"
}

const UNITS: [&str; 6] = ["ns", "µs", "ms", "s", "min", "h"];

/// What stands below the table.
struct Tail {
    gates: Vec<(&'static str, String)>,
    /// How many checks passed.
    trust: String,
    /// What each of the others found, and what happened during the run.
    doubts: Vec<(&'static str, String)>,
    rest: Vec<Paragraph>,
    /// That the endpoints are not in the order that was asked for.
    unsorted: Option<String>,
    /// That the column `vs global` is empty.
    uncompared: Option<&'static str>,
    width: usize,
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
    fn new(overview: &Overview<'_>, files: Option<&str>, width: usize) -> Self {
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
    fn least_lines(&self) -> usize {
        let rest = self.rest.iter().map(|it| it.lines(self.width));
        let more = [
            !self.gates.is_empty(),
            self.unsorted.is_some(),
            self.uncompared.is_some(),
        ];
        1 + rest.sum::<usize>() + more.into_iter().filter(|it| *it).count()
    }

    /// Lines that it takes beyond those for `shown` doubts.
    fn lines_of_doubts(&self, shown: usize) -> usize {
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

    fn lay_out(&self, page: &mut Page, grid: &Grid, doubts: Shown) {
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
fn legend(grid: &Grid, width: usize) -> Vec<String> {
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
struct Shown {
    gates: usize,
    checks: usize,
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

/// The table with the lines below it.
struct Table {
    grid: Grid,
    below: Vec<String>,
}

impl Table {
    /// The table with as many endpoints as `lines` lines leave room for beside the tail, and what is shown of that.
    fn fitting(overview: &Overview<'_>, tail: &Tail, width: usize, lines: usize) -> (Self, Shown) {
        let fewest = overview.endpoints.len().min(FEWEST_ENDPOINTS);
        let mut number = overview.endpoints.len();
        loop {
            let table = Self::of(overview, width, number);
            let below = table.below.len()
                + legend(&table.grid, tail.width).len()
                + left_out(&table.grid).map_or(0, |text| wrapped(&text, tail.width));
            let taken = table.grid.lines.len() + below + tail.least_lines();
            let room = lines.saturating_sub(taken);
            let gates = tail.gates.len().saturating_sub(1).min(MOST_GATES);
            let checks = tail.lines_of_doubts(MOST_DOUBTS);
            let is_enough = gates + checks <= room || number <= fewest;
            if is_enough && (taken <= lines || number <= INDISPENSABLE_ENDPOINTS) {
                let checks = checks.min(room);
                let gates = gates.min(room - checks);
                return (table, Shown { gates, checks });
            }
            number -= 1;
        }
    }

    fn of(overview: &Overview<'_>, width: usize, number: usize) -> Self {
        let (positions, folded) = fold(
            &overview.endpoints,
            overview.first_connection(),
            number,
            |endpoint| overview.is_kept(endpoint),
        );
        let grid = grid(overview, &positions, width);
        let limited = Some(width).filter(|width| *width < usize::MAX);
        let text_width = limited.unwrap_or(USUAL_TEXT);
        let below = below(overview, folded.as_ref(), grid.names, text_width);
        Self { grid, below }
    }

    fn lay_out(&self, page: &mut Page) {
        for heading in &self.grid.headings {
            page.line(DIM, heading);
        }
        for (place, line) in &self.grid.lines {
            let ansi = match place {
                Place::Global => YELLOW,
                Place::Regional | Place::Twin => PLAIN,
            };
            page.line(ansi, line);
        }
        for line in &self.below {
            page.line(DIM, line);
        }
    }
}

/// The endpoints without a line, and the other operations: in one line where that has room for both.
fn below(
    overview: &Overview<'_>,
    folded: Option<&Folded>,
    names: usize,
    width: usize,
) -> Vec<String> {
    let others = lines::others(&overview.others);
    let folded = folded.map(|folded| {
        let (number, range) = lines::folded(folded, medians(overview));
        format!("{}  {range}", pad_right(&format!("  {number}"), names))
    });
    match (folded, others) {
        (Some(folded), Some(others)) => {
            let together = format!("{folded}   {others}");
            if wide(&together) <= width {
                vec![together]
            } else {
                vec![folded, format!("  {others}")]
            }
        }
        (folded, others) => folded
            .into_iter()
            .chain(others.map(|others| format!("  {others}")))
            .map(|line| whole_words(&line, width))
            .collect(),
    }
}

/// The facts of the machine and the measuring.
fn facts(page: &mut Page, overview: &Overview<'_>) {
    let names = overview
        .facts
        .iter()
        .map(|fact| fact.name.len())
        .max()
        .unwrap_or(0);
    for fact in &overview.facts {
        page.paragraph(
            PLAIN,
            &format!("{:names$}  ", fact.name),
            &tight(&fact.value),
        );
    }
}
