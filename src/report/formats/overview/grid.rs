//! The endpoints side by side as lines of text: as many columns as fit, one precision in each.

use crate::judge::Place;
use crate::plan::{ConnectionMode, Level};
use crate::report::escape::terminal as clean;
use crate::report::view::overview::screen::Overview;
use crate::report::view::overview::selection::ScreenStatistic;
use crate::report::view::overview::table::{Cell, Mark, Measure, ScreenColumn};
use crate::report::view::tables::{THIN, reason};
use crate::report::words::overview::cells::{self, Medians};
use crate::report::words::overview::text::short_name;

/// The lines of a table, and what is known of their columns.
pub(crate) struct Grid {
    /// The headings, one or two lines.
    pub headings: Vec<String>,
    /// The lines of the endpoints, each with its side of the comparison.
    pub lines: Vec<(Place, String)>,
    /// The width of the names.
    pub names: usize,
    /// The texts in the cells and above them.
    pub texts: Vec<String>,
    /// Headings of columns that were asked for and do not fit.
    pub left_out: Vec<String>,
    /// The columns of text that they do not fit into.
    pub width: usize,
}

/// One column as text.
#[derive(Clone)]
struct TextColumn {
    column: ScreenColumn,
    heading: String,
    cells: Vec<String>,
    /// The width without the gap before it.
    width: usize,
}

/// The endpoints at `positions` side by side, at most `width` columns wide.
pub(crate) fn grid(overview: &Overview<'_>, positions: &[usize], width: usize) -> Grid {
    let names: Vec<String> = positions
        .iter()
        .map(|&i| {
            let endpoint = &overview.endpoints[i];
            let mark = match endpoint.place {
                Place::Global => "▸",
                Place::Regional | Place::Twin => " ",
            };
            format!("{mark} {}", clean(&short_name(endpoint.name)))
        })
        .collect();
    let all: Vec<TextColumn> = overview
        .columns
        .iter()
        .map(|&column| text_column(overview, positions, column))
        .collect();
    let name_width = names.iter().map(|name| wide(name)).max().unwrap_or(0);
    let kept = fitting(overview, &all, name_width, width);
    let name_width = name_width.max(caption_width(overview, &all, &kept));
    let left_out = (0..all.len())
        .filter(|i| !kept.contains(i) && overview.is_asked(all[*i].column))
        .map(|i| named(&all[i]))
        .collect();
    let shown = under_their_names(&all, &kept);
    let lines = positions
        .iter()
        .enumerate()
        .map(|(line, &i)| {
            let endpoint = &overview.endpoints[i];
            let mut text = pad_right(&names[line], name_width);
            match endpoint.is_silent() {
                true => {
                    let why = reason(endpoint.targets.iter().copied());
                    text.push_str(&format!("  no data ({})", clean(&why)));
                }
                false => shown.iter().for_each(|column| {
                    text.push_str(&" ".repeat(column.gap()));
                    text.push_str(&column.aligned(&column.cells[line]));
                }),
            }
            (endpoint.place, text)
        })
        .collect();
    Grid {
        headings: headings(overview, &shown, name_width),
        width,
        lines,
        names: name_width,
        texts: shown
            .iter()
            .flat_map(|column| column.cells.iter().chain([&column.heading]))
            .cloned()
            .collect(),
        left_out,
    }
}

fn text_column(overview: &Overview<'_>, positions: &[usize], column: ScreenColumn) -> TextColumn {
    let values: Vec<Cell<'_>> = positions
        .iter()
        .map(|&i| overview.cell(&overview.endpoints[i], column))
        .collect();
    let mut cells: Vec<String> = cells::texts(&values)
        .iter()
        .map(|text| clean(text))
        .collect();
    let mut heading = cells::heading(column.measure, medians(overview));
    // A mark that every number of the column has stands once, above them.
    if is_thin(&values) {
        heading = format!("{THIN}{heading}");
        for cell in &mut cells {
            *cell = cell.trim_start_matches(THIN).to_owned();
        }
    }
    let width = cells
        .iter()
        .map(|cell| wide(cell))
        .chain([wide(&heading)])
        .max()
        .unwrap_or(0);
    TextColumn {
        column,
        heading,
        cells,
        width,
    }
}

/// Whether the p50s are among the columns.
pub(super) fn medians(overview: &Overview<'_>) -> Medians {
    if overview.has_medians() {
        Medians::Shown
    } else {
        Medians::Absent
    }
}

/// Whether every number of the column rests on few calls.
fn is_thin(cells: &[Cell<'_>]) -> bool {
    let mut times = cells.iter().filter_map(|cell| match cell {
        Cell::Time { mark, .. } => Some(*mark),
        _ => None,
    });
    let first = times.next();
    first == Some(Some(Mark::Thin)) && times.all(|mark| mark == Some(Mark::Thin))
}

impl TextColumn {
    /// Blanks before it. Texts that are aligned to the right rarely fill their column, so one is enough.
    fn gap(&self) -> usize {
        match self.column.measure {
            Measure::City | Measure::AgainstGlobal | Measure::Errors => 1,
            _ => 2,
        }
    }

    /// Columns that it takes, with the blanks before it.
    fn taken(&self) -> usize {
        self.width + self.gap()
    }

    fn aligned(&self, text: &str) -> String {
        match self.column.measure {
            Measure::City | Measure::ServedBy => pad_right(text, self.width),
            _ => pad_left(text, self.width),
        }
    }

    /// Whether nothing stands in it.
    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell == "–")
    }
}

/// A column with its kind of connection, as it is named where it is left out.
fn named(column: &TextColumn) -> String {
    let heading = match column.column.measure {
        Measure::City => "city".to_owned(),
        _ => column.heading.clone(),
    };
    match column.column.connection {
        Some(connection) => format!("{heading} ({})", cells::connection(connection)),
        None => heading,
    }
}

/// The positions of the columns that are shown: the usual ones, or those that were asked for, without the least needed ones
/// where they do not fit, and with further ones where there is room.
fn fitting(
    overview: &Overview<'_>,
    all: &[TextColumn],
    name_width: usize,
    width: usize,
) -> Vec<usize> {
    let usual = overview.usual_columns.unwrap_or(all.len());
    let is_needless = |column: &TextColumn| column.is_empty() && !overview.is_asked(column.column);
    let mut kept: Vec<usize> = (0..usual).filter(|&i| !is_needless(&all[i])).collect();
    let total = |kept: &[usize]| -> usize {
        let columns: usize = under_their_names(all, kept)
            .iter()
            .map(TextColumn::taken)
            .sum();
        name_width.max(caption_width(overview, all, kept)) + columns
    };
    while total(&kept) > width {
        let Some(position) = least_needed(overview, all, &kept) else {
            break;
        };
        kept.remove(position);
    }
    // Where nothing limits the columns there are those that were asked for and the usual ones.
    let further = if width == usize::MAX {
        usual
    } else {
        all.len()
    };
    for i in usual..further {
        let mut with = kept.clone();
        let at = place_of(all, &kept, i);
        with.insert(at, i);
        if !is_needless(&all[i]) && total(&with) <= width {
            kept = with;
        }
    }
    kept
}

/// The columns that are kept, the first of each kind of connection but the last so wide that the kind's name stands above its
/// columns alone.
fn under_their_names(all: &[TextColumn], kept: &[usize]) -> Vec<TextColumn> {
    let mut shown: Vec<TextColumn> = kept.iter().map(|&i| all[i].clone()).collect();
    let last = shown.iter().rev().find_map(|it| it.column.connection);
    for of_kind in shown.chunk_by_mut(|a, b| a.column.connection == b.column.connection) {
        let span: usize = of_kind.iter().map(TextColumn::taken).sum();
        let [first, ..] = of_kind else { continue };
        if let Some(kind) = first.column.connection.filter(|kind| Some(*kind) != last) {
            first.width += (wide(cells::connection(kind)) + first.gap()).saturating_sub(span);
        }
    }
    shown
}

/// Where a further column stands: after the last one of its kind of connection.
fn place_of(all: &[TextColumn], kept: &[usize], further: usize) -> usize {
    let connection = all[further].column.connection;
    kept.iter()
        .rposition(|&i| all[i].column.connection == connection)
        .map_or(kept.len(), |at| at + 1)
}

/// The width that the names need so that the caption stands left of the first kind of connection.
fn caption_width(overview: &Overview<'_>, all: &[TextColumn], kept: &[usize]) -> usize {
    let before: usize = kept
        .iter()
        .take_while(|&&i| all[i].column.connection.is_none())
        .map(|&i| all[i].taken())
        .sum();
    wide(&caption(overview)).saturating_sub(before)
}

fn caption(overview: &Overview<'_>) -> String {
    format!("{} (ms)", overview.operation.api_name())
}

/// The position of the least needed column; `None` when only indispensable ones are left.
fn least_needed(overview: &Overview<'_>, all: &[TextColumn], kept: &[usize]) -> Option<usize> {
    let first = overview.first_connection();
    let need = |column: ScreenColumn| -> u8 {
        let is_first = column.connection == Some(first);
        match (column.measure, is_first) {
            (Measure::Time(_), true) if overview.statistics_are_asked => 10,
            (Measure::Time(_), false) if overview.statistics_are_asked => 9,
            (Measure::Time(ScreenStatistic::Percentile(Level::P50)), true) => u8::MAX,
            // Without it nobody could see the order.
            _ if overview.sorted_by == Some(column) => u8::MAX - 1,
            (Measure::ServedBy | Measure::Answers | Measure::Rank, _) => 0,
            (Measure::Time(ScreenStatistic::Percentile(Level::P50)), false) => 7,
            (Measure::Time(_), false) => 1,
            (Measure::Interval, false) => 2,
            (Measure::City, _) => 3,
            (Measure::Time(_) | Measure::Interval, true) => 4,
            (Measure::AgainstGlobal, false) => 5,
            (Measure::Errors, _) => 6,
            (Measure::AgainstGlobal, true) => 8,
        }
    };
    kept.iter()
        .enumerate()
        .map(|(position, &i)| (need(all[i].column), position))
        .filter(|(need, _)| *need < u8::MAX)
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)))
        .map(|(_, position)| position)
}

/// The caption with the kinds of connection, and the headings of the columns.
fn headings(overview: &Overview<'_>, shown: &[TextColumn], name_width: usize) -> Vec<String> {
    let mut above = caption(overview);
    let mut below = " ".repeat(name_width);
    let mut last: Option<ConnectionMode> = None;
    for (i, column) in shown.iter().enumerate() {
        let begins = wide(&below) + column.gap();
        below.push_str(&" ".repeat(column.gap()));
        below.push_str(&column.aligned(&column.heading));
        let connection = column.column.connection;
        if let Some(kind) = connection.filter(|kind| Some(*kind) != last) {
            let span: usize = shown[i..]
                .iter()
                .take_while(|column| column.column.connection == Some(kind))
                .map(TextColumn::taken)
                .sum::<usize>()
                .saturating_sub(column.gap());
            let name = cells::connection(kind);
            let indent = span.saturating_sub(wide(name)) / 2;
            let at = begins + indent;
            // Never so far left that two kinds touch, nor so far right that the line grows beyond its columns.
            above = pad_right(&above, at.max(wide(&above) + 1).min(begins + span));
            above.push_str(name);
        }
        last = connection.or(last);
    }
    vec![above, below]
}

/// Columns that `text` takes on a terminal: every character of these tables takes one.
pub(crate) fn wide(text: &str) -> usize {
    text.chars().count()
}

pub(crate) fn pad_right(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(wide(text))))
}

fn pad_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(wide(text))))
}
