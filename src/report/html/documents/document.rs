//! What pages about several runs have in common.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::report::chart::{ChartError, ChartSpec, Theme};
use crate::report::escape;
use crate::report::html::downloads::{Download, download};
use crate::report::html::findings::FindingItem;
use crate::report::html::section::Hero;
use crate::report::html::shell::{Shell, TABLES};
use crate::report::view::fact::Fact;
use crate::report::words::numbers::NOTHING;
use crate::report::words::simulation::NotOfAws;

/// What a page about several runs shows. Texts are not escaped; the template does that.
#[derive(Default)]
pub(crate) struct SeveralRuns {
    /// What it is about, above the title.
    pub(crate) eyebrow: Vec<String>,
    /// The finding.
    pub(crate) title: String,
    /// That the numbers are not AWS's, where that is known: the label, and what it means.
    pub(crate) origin: Option<(NotOfAws, String)>,
    /// What to know before believing it.
    pub(crate) warnings: Vec<String>,
    /// What else belongs to the finding.
    pub(crate) more: Vec<String>,
    pub(crate) gates: Vec<FindingItem>,
    pub(crate) figures: Vec<Hero>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) tables: Vec<SortableTable>,
    /// When something happened, and what.
    pub(crate) marks: Vec<(String, String)>,
    pub(crate) remarks: Vec<String>,
    pub(crate) legend: Vec<String>,
    pub(crate) files: Vec<Download>,
}

/// A table whose heads sort it.
pub(crate) struct SortableTable {
    pub(crate) caption: String,
    pub(crate) columns: Vec<SortableColumn>,
    pub(crate) lines: Vec<SortableLine>,
}

/// The head of a column.
pub(crate) struct SortableColumn {
    pub(crate) title: String,
    /// Whether its cells are numbers.
    pub(crate) is_number: bool,
}

/// One row.
pub(crate) struct SortableLine {
    pub(crate) cells: Vec<SortableCell>,
    /// Whether the eye should find it first.
    pub(crate) stands_out: bool,
}

/// What stands in a cell.
pub(crate) struct SortableCell {
    pub(crate) text: String,
    /// What a click shows of it, each part with its name.
    pub(crate) details: Vec<(String, String)>,
}

impl From<String> for SortableCell {
    fn from(text: String) -> Self {
        Self {
            text,
            details: Vec::new(),
        }
    }
}

impl SortableLine {
    /// A row of texts.
    pub(crate) fn of(cells: Vec<String>, stands_out: bool) -> Self {
        Self {
            cells: cells.into_iter().map(SortableCell::from).collect(),
            stands_out,
        }
    }
}

impl SortableTable {
    /// A table of lines with those heads.
    pub(crate) fn new<'a>(
        caption: String,
        heads: impl IntoIterator<Item = &'a str>,
        lines: Vec<SortableLine>,
    ) -> Self {
        let column = |(column, title): (usize, &str)| {
            let mut known = lines
                .iter()
                .map(|line| line.cells[column].text.as_str())
                .filter(|cell| !cell.is_empty() && *cell != NOTHING)
                .peekable();
            SortableColumn {
                title: title.to_owned(),
                is_number: known.peek().is_some() && known.all(is_number),
            }
        };
        Self {
            columns: heads.into_iter().enumerate().map(column).collect(),
            caption,
            lines,
        }
    }
}

/// Whether a cell begins with a number; names and days are none.
fn is_number(cell: &str) -> bool {
    let cell = cell.trim_start_matches(['−', '+', '≈', '✗', ' ']);
    cell.starts_with(|letter: char| letter.is_ascii_digit()) && !cell.contains('-')
}

impl SeveralRuns {
    /// Adds the picture that `draw` draws, for a light page and for a dark one; none where there is nothing to draw.
    pub(crate) fn add_figure(
        &mut self,
        stem: &str,
        description: String,
        spec: &ChartSpec,
        draw: impl Fn(&ChartSpec) -> Result<String, ChartError>,
    ) {
        let in_theme = |theme: Theme| {
            let mut spec = spec.clone();
            spec.look.appearance = theme.into();
            draw(&spec)
        };
        // Having nothing to draw is not an error: the tables say what there is.
        let (Ok(light), Ok(dark)) = (in_theme(Theme::Light), in_theme(Theme::Dark)) else {
            return;
        };
        let [light_name, dark_name] = ["light", "dark"].map(|theme| format!("{stem}-{theme}.svg"));
        self.figures.push(Hero {
            light: STANDARD.encode(&light),
            dark: dark_name.clone(),
            description,
        });
        self.files.push(download(light_name, &light));
        self.files.push(download(dark_name, &dark));
    }

    /// Adds a file.
    pub(crate) fn add_file(&mut self, name: &str, text: &str) {
        self.files.push(download(name.to_owned(), text));
    }

    /// The page.
    pub(crate) fn page(&self) -> String {
        let page = SeveralRunsPage {
            shell: Shell::of(&self.title, &json!({}), TABLES),
            document: self,
        };
        escape::page(&page.render().expect("a string takes any text"))
    }
}

#[derive(Template)]
#[template(path = "document.html")]
struct SeveralRunsPage<'a> {
    shell: Shell<'a>,
    document: &'a SeveralRuns,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_numbers_is_told_from_one_of_names_or_days() {
        for number in ["12.3 ms", "−4 ms (−5–−3 ms)", "1.29×", "96", "✗ 5.80 ms"] {
            assert!(is_number(number), "{number}");
        }
        for other in ["eu-west-1", "2026-11-22", "set it", "same"] {
            assert!(!is_number(other), "{other}");
        }
    }
}
