//! What a kind of chart is, and why there is no picture.

use std::fmt;

use thiserror::Error;

use crate::judge::{Summary, Trend};
use crate::matrix::Matrix;
use crate::plan::Level;
use crate::results::Run;
use sts_model::Operation;

use super::spec::{ChartOption, ChartSpec};

/// A kind of picture: one question. Each has a file in `kinds`.
#[derive(Clone, Copy)]
pub struct ChartKind {
    /// As on the command line and in file names.
    pub name: &'static str,
    /// The question that the chart answers, for the text beside the picture.
    pub question: &'static str,
    /// Of how many runs it is.
    pub runs: RunsShown,
    /// Which options it has beside those of every chart.
    pub options: &'static [ChartOption],
    /// Draws it as SVG.
    pub(super) draw: Draw,
}

/// What draws a kind, by what it is of.
#[derive(Clone, Copy)]
pub(super) enum Draw {
    /// Of one run or two.
    Runs(fn(&[RunShown<'_>], &ChartSpec) -> Result<String, ChartError>),
    /// Of runs over time.
    OverTime(fn(&Trend, &ChartSpec) -> Result<String, ChartError>),
    /// Of places side by side.
    Places(fn(&Matrix, &ChartSpec) -> Result<String, ChartError>),
}

/// Of how many runs a chart is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsShown {
    /// Of one.
    One,
    /// Of two, the earlier one first.
    Two,
    /// Of any number from two on, which are read one after the other: see [`over_time`](super::over_time).
    OverTime,
    /// Of any number, each of another place, which are judged together: see [`side_by_side`](super::side_by_side).
    Places,
}

/// A run and its numbers.
#[derive(Debug, Clone, Copy)]
pub struct RunShown<'a> {
    /// The run.
    pub run: &'a Run,
    /// What it amounts to.
    pub summary: &'a Summary,
}

impl RunsShown {
    fn holds(self, runs: usize) -> bool {
        match self {
            Self::One => runs == 1,
            Self::Two => runs == 2,
            Self::OverTime | Self::Places => false,
        }
    }
}

impl fmt::Display for RunsShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "one run",
            Self::Two => "two runs",
            Self::OverTime => "two runs or more",
            Self::Places => "runs of one place each",
        })
    }
}

impl ChartKind {
    /// The picture that was asked for, as SVG.
    ///
    /// # Errors
    /// [`ChartError`] when it does not go with the kind or the runs, or when there is nothing to draw.
    pub fn svg(self, runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
        self.require(runs, spec)?;
        match self.draw {
            Draw::Runs(draw) => fitted(spec, |spec| draw(runs, spec)),
            Draw::OverTime(_) | Draw::Places(_) => Err(self.not_of(runs.len())),
        }
    }

    /// That the chart is not of so many runs.
    pub(super) fn not_of(self, runs: usize) -> ChartError {
        ChartError::Runs { kind: self, runs }
    }

    /// # Errors
    /// [`ChartError`] when the chart is not of so many runs, and those of [`require_effect`](Self::require_effect).
    pub(super) fn require(self, runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<(), ChartError> {
        if !self.runs.holds(runs.len()) {
            return Err(self.not_of(runs.len()));
        }
        self.require_effect(spec)
    }

    /// # Errors
    /// [`ChartError`] when the chart is not of `shown`, of which there are so many, and those of
    /// [`require_effect`](Self::require_effect).
    pub(super) fn require_of(
        self,
        shown: RunsShown,
        runs: usize,
        spec: &ChartSpec,
    ) -> Result<(), ChartError> {
        if self.runs != shown {
            return Err(self.not_of(runs));
        }
        self.require_effect(spec)
    }

    /// # Errors
    /// [`ChartError`] for an option that the kind does not have, and for a background on which nothing can be read.
    fn require_effect(self, spec: &ChartSpec) -> Result<(), ChartError> {
        if let Some(option) = spec.given().find(|option| !self.options.contains(option)) {
            return Err(ChartError::NoEffect { kind: self, option });
        }
        let appearance = spec.look.appearance;
        if !appearance.is_legible() {
            return Err(ChartError::Background(appearance.theme.as_str()));
        }
        Ok(())
    }
}

/// What `draw` draws, wider where the chart needs it and the look allows it.
///
/// # Errors
/// Those of `draw`.
pub(super) fn fitted(
    spec: &ChartSpec,
    draw: impl Fn(&ChartSpec) -> Result<String, ChartError>,
) -> Result<String, ChartError> {
    let mut spec = spec.clone();
    loop {
        match draw(&spec) {
            Err(ChartError::TooNarrow { given, least }) if spec.look.widens && least > given => {
                spec.look.width = f64::from(least);
            }
            Err(ChartError::TooNarrow { given, least }) => {
                let least = wide_enough(&spec, &draw, least.max(given + 1));
                return Err(ChartError::TooNarrow { given, least });
            }
            drawn => return drawn,
        }
    }
}

/// The first width from `least` on that is enough: what a chart needs grows where its words break into other lines.
fn wide_enough(
    spec: &ChartSpec,
    draw: impl Fn(&ChartSpec) -> Result<String, ChartError>,
    least: u32,
) -> u32 {
    let mut wider = spec.clone();
    wider.look.width = f64::from(least);
    match draw(&wider) {
        Err(ChartError::TooNarrow { given, least }) if least > given => {
            wide_enough(spec, draw, least)
        }
        _ => least,
    }
}

impl PartialEq for ChartKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ChartKind {}

impl fmt::Debug for ChartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ChartKind").field(&self.name).finish()
    }
}

impl fmt::Display for ChartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// Why there is no picture.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ChartError {
    /// Nothing to draw.
    #[error("no {kind} chart of {operation}: no call of it succeeded")]
    NoData {
        /// The picture that was asked for.
        kind: &'static str,
        /// The operation.
        operation: Operation,
    },
    /// No endpoint has answers enough for the percentile.
    #[error(
        "no {kind} chart of {operation}: {level} needs {} answers, and no endpoint has more than {most}",
        level.answers_needed()
    )]
    TooFewAnswers {
        /// The picture that was asked for.
        kind: &'static str,
        /// The operation.
        operation: Operation,
        /// The percentile.
        level: Level,
        /// The most answers of an endpoint over one kind of connection.
        most: u64,
    },
    /// So many calls failed that the percentile of all calls is no time.
    #[error(
        "no {kind} chart of {operation}: so many calls failed that {level} of all calls is no time"
    )]
    MostFailed {
        /// The picture that was asked for.
        kind: &'static str,
        /// The operation.
        operation: Operation,
        /// The percentile.
        level: Level,
    },
    /// The run has nothing of the kind that the chart is about.
    #[error("no {kind} chart: {reason}")]
    Nothing {
        /// The picture that was asked for.
        kind: &'static str,
        /// What is missing.
        reason: String,
    },
    /// Too few or too many runs.
    #[error("chart {kind} is of {of}, not of {runs}", of = kind.runs)]
    Runs {
        /// The picture that was asked for.
        kind: ChartKind,
        /// How many there are.
        runs: usize,
    },
    /// An option that the kind does not have.
    #[error("{option} has no effect on chart {kind}; it has {has}", has = has(*kind))]
    NoEffect {
        /// The picture that was asked for.
        kind: ChartKind,
        /// The option.
        option: ChartOption,
    },
    /// More endpoints than the picture has distinct colours for.
    #[error(
        "chart {kind} tells {most} Regional endpoints apart, and --endpoints names {given} that have a time"
    )]
    TooMany {
        /// The picture that was asked for.
        kind: &'static str,
        /// How many were asked for.
        given: usize,
        /// How many it can show.
        most: usize,
    },
    /// A word that names nothing of the run.
    #[error("{option} {given:?} names nothing of this run; {hint}it has {known}", hint = hint(nearest.as_deref()))]
    Unknown {
        /// The option.
        option: ChartOption,
        /// Its value.
        given: String,
        /// The word that was probably meant.
        nearest: Option<String>,
        /// What there is.
        known: String,
    },
    /// Less height than the chart needs.
    #[error("--height {given} is too low for this chart, which needs {least}")]
    TooLow {
        /// What was asked for, px.
        given: u32,
        /// What it needs, px.
        least: u32,
    },
    /// Less width than the chart needs.
    #[error("--width {given} is too narrow for this chart, which needs {least}")]
    TooNarrow {
        /// What was asked for, px.
        given: u32,
        /// What it needs, px.
        least: u32,
    },
    /// A background on which the theme cannot be read.
    #[error(
        "--background: text and marks of theme {0} would be hard to see on it; choose a lighter or a darker one, or another --theme"
    )]
    Background(&'static str),
}

impl ChartError {
    /// Refuses a picture of `width` px in which something has less than the `least` px that it needs: its `room` grows with
    /// the picture by one px of each `share`.
    ///
    /// # Errors
    /// [`ChartError::TooNarrow`], with a width that is enough.
    pub(super) fn require_width(width: f64, room: f64, least: f64, share: f64) -> Result<(), Self> {
        if room >= least {
            return Ok(());
        }
        Err(Self::TooNarrow {
            given: width as u32,
            least: (width + (least - room) * share).ceil() as u32,
        })
    }

    /// Whether the run has nothing to show, rather than that the wish is wrong.
    pub fn is_no_data(&self) -> bool {
        match self {
            Self::NoData { .. }
            | Self::TooFewAnswers { .. }
            | Self::MostFailed { .. }
            | Self::Nothing { .. } => true,
            Self::Runs { .. }
            | Self::NoEffect { .. }
            | Self::TooMany { .. }
            | Self::Unknown { .. }
            | Self::TooLow { .. }
            | Self::TooNarrow { .. }
            | Self::Background(_) => false,
        }
    }
}

pub(super) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |word| format!("did you mean {word}? "))
}

fn has(kind: ChartKind) -> String {
    let options: Vec<&str> = kind.options.iter().map(|option| option.as_str()).collect();
    options.join(", ")
}
