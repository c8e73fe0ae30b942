//! A run on one screen, line by line. What is always there is laid out first; the endpoints get the lines that are left.

use crate::judge::Place;
use crate::report::formats::page::{BOLD, DIM, PLAIN, Page, Style, YELLOW};
use crate::report::view::overview::endpoints::{Folded, fold};
use crate::report::view::overview::screen::Overview;
use crate::report::view::overview::selection::{Folding, ScreenSelection};
use crate::report::view::report::Report;
use crate::report::words::overview::text::tight;
use crate::report::words::overview::{decision, lines};

use super::fitting::{count_lines, one_line, whole_words, wrapped};
use super::grid::{Grid, grid, medians, pad_right, wide};
use super::tail::{Shown, Tail, left_out, legend};

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
