//! A run: what was planned, what was measured, and what a reader should know of both.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::health::Health;
use crate::plan::Plan;
use crate::record::{Histogram, Pace, Series};
use crate::results::check::Check;

use super::certificate::Certificate;
use super::header::{Caller, Tool, Vantage};
use super::precision::PrecisionOutcome;
use super::series;
use super::window::Window;

/// A run: enough to recompute and redraw every number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`super::SCHEMA_VERSION`] of the writer.
    pub schema_version: u32,
    /// Unique: `yyyymmdd-hhmmss-` and eight hexadecimal digits; a window or stage adds a hyphen and its number.
    pub run_id: String,
    /// What measured.
    pub tool: Tool,
    /// From where.
    pub vantage: Vantage,
    /// As whom.
    pub caller: Option<Caller>,
    /// When the epoch was, RFC 3339 in UTC.
    pub started_at: String,
    /// From the epoch to the last answer, ns.
    pub elapsed_ns: u64,
    /// Whether the plan was carried out to its end.
    pub completion: Completion,
    /// What was planned.
    pub plan: Plan,
    /// What was measured, in the order of the plan's targets.
    #[serde(deserialize_with = "series::deserialize")]
    pub series: Vec<Series>,
    /// What signing one request cost, ns.
    pub signing: Histogram,
    /// How the calls of an open load with random arrivals were spaced; absent for other loads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// Share of one core that the measuring thread used, 0–1, when the system tells; the highest of several windows.
    pub measuring_cpu_ratio: Option<f64>,
    /// The part of it that was spent with nothing but watching the clock before sends, 0–1.
    #[serde(default)]
    pub spin_cpu_ratio: Option<f64>,
    /// What the measuring machine did meanwhile; absent where nobody watched, as in a run that was recovered.
    #[serde(default)]
    pub health: Option<Health>,
    /// What the self-test said about the instrument on this host, when it had been asked.
    #[serde(default)]
    pub certificate: Option<Certificate>,
    /// By how much the service's clock is ahead of this machine's, s; negative when it is behind; absent where no answer
    /// told, before the run or in it.
    #[serde(default)]
    pub service_clock_ahead_seconds: Option<i64>,
    /// The stretches of time that were measured, when there were several; empty for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Window>,
    /// How the run chose its length, when it had to become precise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionOutcome>,
    /// What the run says against itself, as it was judged when it was written; whoever reads the run judges anew.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// What was noticed on the way, in order of time.
    pub notices: Vec<Notice>,
}

impl Run {
    /// The blocks of each window, in order of time; one range of all for a run that was measured at one time.
    pub fn window_ranges(&self) -> Vec<Range<usize>> {
        if self.windows.is_empty() {
            vec![self.as_window().range()]
        } else {
            self.windows.iter().map(Window::range).collect()
        }
    }

    /// Time that was spent with measuring, ns: the windows' without the pauses between them.
    pub fn measuring_ns(&self) -> u64 {
        match self.windows.as_slice() {
            [] => self.elapsed_ns,
            windows => windows
                .iter()
                .fold(0, |sum, window| sum.saturating_add(window.elapsed_ns)),
        }
    }

    /// What was measured without a break, in order of time: the windows, or else the stages, or else the whole.
    pub(crate) fn continuous_windows(&self) -> Vec<Window> {
        let stages = self
            .precision
            .as_ref()
            .map_or(&[][..], |outcome| &outcome.stages);
        match (self.windows.as_slice(), stages) {
            ([], []) => vec![self.as_window()],
            ([], stages) => stages.to_vec(),
            (windows, _) => windows.to_vec(),
        }
    }

    /// The whole run as one window.
    pub(crate) fn as_window(&self) -> Window {
        Window {
            run_id: self.run_id.clone(),
            started_at: self.started_at.clone(),
            elapsed_ns: self.elapsed_ns,
            first_block: 0,
            blocks: self.plan.blocks,
        }
    }
}

/// Whether the plan was carried out to its end, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completion {
    /// To its end.
    Complete,
    /// Stopped early by a signal or by the loss of its credentials; what was measured is here.
    Interrupted,
    /// Rebuilt from the journal of a run that was cut off.
    Recovered,
}

/// Something that a reader of the numbers should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When, ns since the epoch; 0 before the first request.
    pub at_ns: u64,
    /// One sentence, safe to show.
    pub text: String,
}
