//! A run.

use std::ops::Range;

use crate::plan::Plan;
use crate::results::check::Check;

use super::conditions::Conditions;
use super::header::Header;
use super::measured::Measured;
use super::notice::Notice;
use super::window::{Window, offsets};

/// A run: enough to compute every number again and to draw every chart. Its JSON form is flat.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Which run this is: what measured, from where, as whom and when.
    pub header: Header,
    /// What was planned.
    pub plan: Plan,
    /// What was measured.
    pub measured: Measured,
    /// What the measuring machine did meanwhile.
    pub conditions: Conditions,
    /// The checks as they were judged when the run was written. Readers judge again.
    pub checks: Vec<Check>,
    /// What happened on the way, in order of time.
    pub notices: Vec<Notice>,
}

impl Run {
    /// The blocks of each window, in order of time; one range of all for a run that was measured at one time.
    pub fn window_ranges(&self) -> Vec<Range<usize>> {
        if self.measured.windows.is_empty() {
            vec![self.as_window().range()]
        } else {
            self.measured.windows.iter().map(Window::range).collect()
        }
    }

    /// Time that was spent with measuring, ns: the windows' without the pauses between them.
    pub fn measuring_ns(&self) -> u64 {
        match self.measured.windows.as_slice() {
            [] => self.measured.elapsed_ns,
            windows => windows
                .iter()
                .fold(0, |sum, window| sum.saturating_add(window.elapsed_ns)),
        }
    }

    /// What was measured without a break, in order of time: the windows, or else the stages, or else the whole.
    pub(crate) fn continuous_windows(&self) -> Vec<Window> {
        let stages = self
            .measured
            .precision
            .as_ref()
            .map_or(&[][..], |outcome| &outcome.stages);
        match (self.measured.windows.as_slice(), stages) {
            ([], []) => vec![self.as_window()],
            ([], stages) => stages.to_vec(),
            (windows, _) => windows.to_vec(),
        }
    }

    /// The same, each with when it began, ns since the run's epoch.
    pub(crate) fn windows_in_time(&self) -> Vec<(u64, Window)> {
        let windows = self.continuous_windows();
        offsets(&windows).into_iter().zip(windows).collect()
    }

    /// The whole run as one window.
    pub(crate) fn as_window(&self) -> Window {
        Window {
            run_id: self.header.run_id.clone(),
            started_at: self.header.started_at.clone(),
            elapsed_ns: self.measured.elapsed_ns,
            first_block: 0,
            blocks: self.plan.blocks,
        }
    }
}
