//! Every picture of a run.

use crate::judge::Summary;
use crate::results::Run;
use sts_model::Operation;

use super::drawing::theme::Theme;
use super::kind::{Chart, ChartError};
use super::view::View;
use super::{dumbbell, percentiles, phases, timeline};

/// A finished picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of its file without the ending, such as `dumbbell-get-caller-identity-light`.
    pub stem: String,
    /// Which chart it is.
    pub chart: Chart,
    /// What it is about.
    pub operation: Operation,
    /// On which background it is to be seen.
    pub theme: Theme,
    /// The picture.
    pub svg: String,
}

impl Chart {
    /// The chart of one operation as SVG.
    ///
    /// # Errors
    /// [`ChartError::NoData`] when no call of the operation succeeded.
    pub fn svg(
        self,
        run: &Run,
        summary: &Summary,
        operation: Operation,
        theme: Theme,
    ) -> Result<String, ChartError> {
        let chart = self;
        View::of(run, summary, operation)
            .and_then(|view| self.of_view(&view, theme))
            .ok_or(ChartError::NoData { chart, operation })
    }

    fn of_view(self, view: &View<'_>, theme: Theme) -> Option<String> {
        match self {
            Self::Dumbbell => dumbbell::svg(view, theme),
            Self::Percentiles => percentiles::svg(view, theme),
            Self::Phases => phases::svg(view, theme),
            Self::Timeline => timeline::svg(view, theme),
        }
    }
}

/// Every chart of every operation of the run in both themes; an operation without a successful call has no picture.
pub fn draw(run: &Run, summary: &Summary) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for operation in Operation::ALL {
        for chart in Chart::ALL {
            for theme in Theme::ALL {
                // Having nothing to draw is not an error: the tables show how the calls ended.
                let Ok(svg) = chart.svg(run, summary, operation, theme) else {
                    continue;
                };
                let stem = format!("{chart}-{operation}-{}", theme.as_str());
                pictures.push(Picture {
                    stem,
                    chart,
                    operation,
                    theme,
                    svg,
                });
            }
        }
    }
    pictures
}
