//! The file: one page with its style, its script and its data, which may load nothing and says so by its policy.

use askama::Template;
use serde::Serialize;

use super::downloads::Thinning;
use super::section::{Section, SectionData};
use super::shell::{REPORT, Shell};
use super::tabs::{ComparedRuns, comparisons};
use crate::report::escape;
use crate::report::view::report::Report;

/// The runs as one page, each in a tab of its own, with the comparisons that the runs allow.
pub(crate) fn page(reports: &[Report<'_>]) -> String {
    let mut runs: Vec<Section<'_>> = reports.iter().zip(1..).map(Section::of).collect();
    let most = MOST_BYTES * runs.len().max(1);
    let text = laid_out(reports, &runs);
    if text.len() <= most {
        return text;
    }
    runs.iter_mut().for_each(Section::thin_curves);
    let mut bytes = laid_out(reports, &runs).len();
    for thinning in Thinning::ALL {
        if bytes > most {
            let freed: usize = runs.iter_mut().map(|run| run.thin(thinning)).sum();
            bytes = bytes.saturating_sub(freed);
        }
    }
    laid_out(reports, &runs)
}

/// A page is opened, mailed and kept: for each run it has at most so many bytes, where leaving out can help.
const MOST_BYTES: usize = 400_000;

fn laid_out(reports: &[Report<'_>], runs: &[Section<'_>]) -> String {
    let data = Data {
        runs: runs.iter().map(Section::data).collect(),
    };
    let title = runs.first().map_or("stsbench", |run| &run.title);
    let page = Page {
        shell: Shell::of(title, &data, REPORT),
        comparisons: comparisons(reports),
        runs,
    };
    escape::page(&page.render().expect("a string takes any text"))
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    shell: Shell<'a>,
    runs: &'a [Section<'a>],
    comparisons: Vec<ComparedRuns>,
}

impl Page<'_> {
    /// Whether there is more than one thing to choose from.
    fn has_tabs(&self) -> bool {
        self.runs.len() > 1
    }
}

/// What the script reads.
#[derive(Serialize)]
struct Data<'a> {
    runs: Vec<SectionData<'a>>,
}
