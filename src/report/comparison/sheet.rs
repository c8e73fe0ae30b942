//! A comparison for people, not yet laid out for any format.

use crate::plan::Group;
use crate::results::Run;

use crate::report::view::fact::Fact;
use crate::report::words::names::caption;
use crate::report::words::numbers::{NOTHING, duration};

/// What people are shown. Texts are not escaped; each format escapes them for itself.
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) header: &'static [&'static str],
    /// Columns that a narrow terminal can do without, the first one first; none is the first column.
    pub(crate) spare: &'static [usize],
    pub(crate) tables: Vec<SheetTable>,
    /// Sentences below the table.
    pub(crate) remarks: Vec<String>,
    pub(crate) legend: Vec<String>,
}

/// The targets of one operation and kind of connection.
pub(crate) struct SheetTable {
    pub(crate) caption: String,
    pub(crate) lines: Vec<SheetLine>,
}

pub(crate) struct SheetLine {
    pub(crate) cells: Vec<String>,
    pub(crate) highlight: Highlight,
}

/// What a line stands out for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Highlight {
    /// Something became slower.
    Slower,
    /// Nothing could be decided.
    Undecided,
    /// Nothing to look at.
    Nothing,
}

/// The lines in tables of one operation and kind of connection each, in order of first appearance.
pub(crate) fn tables(lines: impl IntoIterator<Item = (Group, SheetLine)>) -> Vec<SheetTable> {
    let mut tables: Vec<SheetTable> = Vec::new();
    for (group, line) in lines {
        let caption = caption(group);
        match tables.iter_mut().find(|table| table.caption == caption) {
            Some(table) => table.lines.push(line),
            None => tables.push(SheetTable {
                caption,
                lines: vec![line],
            }),
        }
    }
    tables
}

/// A p50, or a dash.
pub(crate) fn time(nanoseconds: Option<f64>) -> String {
    nanoseconds.map_or_else(|| NOTHING.to_owned(), duration)
}

/// A run by its id and start.
pub(crate) fn named(run: &Run) -> String {
    format!(
        "run {}, started {}",
        run.header.run_id, run.header.started_at
    )
}
