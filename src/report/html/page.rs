//! The file: one page with its style, its script and its data, which may load nothing and says so by its policy.

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::section::{Section, SectionData};
use super::tabs::{ComparedRuns, comparisons};
use crate::report::escape;
use crate::report::view::report::Report;

/// The runs as one page, each in a tab of its own, with the comparisons that the runs allow.
pub(crate) fn page(reports: &[Report<'_>]) -> String {
    let runs: Vec<Section<'_>> = reports.iter().zip(1..).map(Section::of).collect();
    let data = Data {
        runs: runs.iter().map(Section::data).collect(),
    };
    let (style, script) = (packed(STYLE), packed(SCRIPT));
    let page = Page {
        title: runs.first().map_or("stsbench", |run| &run.title),
        policy: policy(&style, &script),
        style,
        uplot: UPLOT,
        script,
        // Within a script element only `<` could end it.
        data: serde_json::to_string(&data)
            .expect("numbers and texts have a JSON form")
            .replace('<', "\\u003c"),
        comparisons: comparisons(reports),
        version: env!("CARGO_PKG_VERSION"),
        runs: &runs,
    };
    escape::page(&page.render().expect("a string takes any text"))
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    title: &'a str,
    policy: String,
    style: String,
    uplot: &'static str,
    script: String,
    data: String,
    runs: &'a [Section<'a>],
    comparisons: Vec<ComparedRuns>,
    version: &'static str,
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

/// A style or a script without indentation and without the lines that only explain it.
fn packed(source: &str) -> String {
    let lines = source.lines().map(str::trim_start);
    let says = |line: &&str| !(line.is_empty() || line.starts_with("//") || line.starts_with("/*"));
    lines.filter(says).collect::<Vec<_>>().join("\n")
}

/// What the browser lets the page do: show what is in it. The style and the two scripts are known by their digests.
fn policy(style: &str, script: &str) -> String {
    let known = |text: &str| {
        let digest = STANDARD.encode(digest(&SHA256, text.as_bytes()));
        format!("'sha256-{digest}'")
    };
    format!(
        "default-src 'none'; style-src {}; script-src {} {}; img-src data:; base-uri 'none'; form-action 'none'",
        known(style),
        known(UPLOT),
        known(script)
    )
}

const STYLE: &str = concat!(
    include_str!("../../../assets/uplot/uPlot.min.css"),
    "\n",
    include_str!("static/page.css")
);
/// uPlot 1.6.32, by which the script draws.
const UPLOT: &str = include_str!("../../../assets/uplot/uPlot.iife.min.js");
const SCRIPT: &str = include_str!("static/page.js");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_carries_less_than_fifteen_kilobytes_of_script_of_its_own() {
        let script = packed(SCRIPT);
        assert!(script.len() < 15_000, "{} bytes", script.len());
    }
}
