//! The pictures of a report.

use sts_model::Operation;

use super::drawing::theme::Theme;
use super::kind::{ChartKind, RunShown, RunsShown};
use super::spec::{ChartOption, ChartSpec};

/// A finished picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of its file without the ending, such as `endpoints-get-caller-identity-light`.
    pub stem: String,
    /// Which chart it is.
    pub kind: ChartKind,
    /// What it is about.
    pub operation: Operation,
    /// On which background it is to be seen.
    pub theme: Theme,
    /// The picture.
    pub svg: String,
}

/// Those charts of every operation of the run, on light and on dark; an operation without a successful call has no picture.
pub fn draw(shown: RunShown<'_>, kinds: &[ChartKind]) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for operation in Operation::ALL {
        for &kind in kinds {
            for theme in [Theme::Light, Theme::Dark] {
                let spec = ChartSpec::from(theme).about(operation);
                // Having nothing to draw is not an error: the tables show how the calls ended.
                let Ok(svg) = kind.svg(&[shown], &spec) else {
                    continue;
                };
                pictures.push(Picture {
                    stem: format!("{kind}-{operation}-{}", theme.as_str()),
                    kind,
                    operation,
                    theme,
                    svg,
                });
            }
        }
    }
    pictures
}

/// The kinds that are of one run and one operation, which a report can have.
pub fn of_one_run() -> Vec<ChartKind> {
    ChartKind::all()
        .filter(|kind| {
            kind.runs == RunsShown::One && kind.options.contains(&ChartOption::Operation)
        })
        .collect()
}
