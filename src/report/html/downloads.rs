//! Files that the page carries, compressed: a browser saves them, and the script unpacks them before.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use crate::report::chart::{self, ChartSpec, Picture, RunShown, Theme};
use crate::report::formats::csv::{comparison_csv, summary_csv};
use crate::report::formats::json::summary::summary_json;
use crate::report::formats::markdown::markdown;
use crate::report::view::report::Report;

/// A file in the page.
pub(crate) struct Download {
    /// Its name, such as `summary.csv`.
    pub(crate) name: String,
    /// Its bytes, gzip in base64.
    pub(crate) content: String,
}

/// The run as other formats have it, and its pictures.
pub(crate) fn downloads(report: &Report<'_>, pictures: &[Picture]) -> Vec<Download> {
    let files = [
        ("summary.csv", summary_csv(report)),
        ("comparison.csv", comparison_csv(report)),
        ("summary.json", summary_json(report)),
        ("report.md", markdown(report, &[])),
    ];
    let files = files
        .into_iter()
        .map(|(name, text)| download(name.to_owned(), &text));
    let pictures = pictures
        .iter()
        .map(|picture| download(format!("{}.svg", picture.stem), &picture.svg));
    files.chain(pictures).collect()
}

/// The pictures of the operation that the decision is about: each kind for a light background, the endpoints also for a dark
/// one.
pub(crate) fn pictures(report: &Report<'_>) -> Vec<Picture> {
    let shown = [RunShown {
        run: report.run,
        summary: report.summary,
    }];
    let Some(operation) = report.summary.rows.first().map(|row| row.operation) else {
        return Vec::new();
    };
    let kinds = chart::of_one_run().into_iter();
    let wanted = kinds
        .filter(|kind| KINDS.contains(&kind.name))
        .flat_map(|kind| {
            let themes = [Theme::Light, Theme::Dark].into_iter();
            themes
                .filter(move |theme| *theme == Theme::Light || kind.name == ENDPOINTS)
                .map(move |theme| (kind, theme))
        });
    wanted
        .filter_map(|(kind, theme)| {
            // Having nothing to draw is not an error: the tables show how the calls ended.
            let svg = kind.svg(&shown, &ChartSpec::from(theme).about(operation));
            Some(Picture {
                stem: format!("{kind}-{operation}-{}", theme.as_str()),
                kind,
                operation,
                theme,
                svg: svg.ok()?,
            })
        })
        .collect()
}

/// The kinds of picture that the page carries; `stsbench chart` draws the others.
const KINDS: [&str; 4] = [ENDPOINTS, "percentiles", "phases", "timeline"];
/// The kind of picture that the page begins with.
pub(crate) const ENDPOINTS: &str = "endpoints";

/// A step of leaving out what a page has no room for, least missed first. The page says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thinning {
    /// The file of that name.
    File(&'static str),
    /// Every picture among the files but that of the endpoints.
    Pictures,
    /// The table of who answered, which only very many endpoints make long.
    WhoAnswered,
}

impl Thinning {
    /// Every step, in the order in which they are taken.
    pub(crate) const ALL: [Self; 5] = [
        Self::File("summary.json"),
        Self::File("comparison.csv"),
        Self::Pictures,
        Self::WhoAnswered,
        Self::File("summary.csv"),
    ];

    /// Whether it leaves out the file of that name.
    pub(crate) fn leaves_out(self, file: &str) -> bool {
        match self {
            Self::File(name) => name == file,
            Self::Pictures => file.ends_with(".svg") && !file.starts_with("endpoints-"),
            Self::WhoAnswered => false,
        }
    }
}

/// A file of the page.
pub(crate) fn download(name: String, text: &str) -> Download {
    // Neither a time nor a system in the head: the same text gives the same bytes.
    let mut file: GzEncoder<Vec<u8>> = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    let written = file.write_all(text.as_bytes()).and_then(|()| file.finish());
    Download {
        name,
        content: STANDARD.encode(written.expect("memory takes any bytes")),
    }
}
