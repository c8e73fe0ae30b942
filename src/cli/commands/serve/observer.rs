//! What a server says of its windows: warnings, each once for as long as it lasts.

use std::collections::BTreeSet;

use crate::cli::console::diagnostics::warn;
use crate::cli::console::signals::{SignalStage, Signals};
use crate::session::{SessionNotice, SessionObserver};

/// Hears the sessions of all windows.
pub(super) struct ServeObserver {
    signals: Signals,
    /// What the window before had to say.
    before: BTreeSet<String>,
    now: BTreeSet<String>,
    /// Calls before the window, and those of them to hosts with AWS's names.
    preflight_calls: (u64, u64),
}

impl ServeObserver {
    pub(super) fn new(signals: Signals) -> Self {
        Self {
            signals,
            before: BTreeSet::new(),
            now: BTreeSet::new(),
            preflight_calls: (0, 0),
        }
    }

    /// Calls that were made before the window to find out who calls, and those of them to hosts with AWS's names; none
    /// from then on.
    pub(super) fn take_preflight_calls(&mut self) -> (u64, u64) {
        std::mem::take(&mut self.preflight_calls)
    }

    /// A window is over: what it had to say is not said again in the next one.
    pub(super) fn next_window(&mut self) {
        self.before = std::mem::take(&mut self.now);
        // From here on a signal ends the wait.
        self.signals.enter(SignalStage::Writing);
    }
}

impl SessionObserver for ServeObserver {
    fn notice(&mut self, notice: &SessionNotice) {
        let text = notice.to_string();
        if !self.before.contains(&text) && !self.now.contains(&text) {
            warn(&text);
        }
        if self.now.len() < MOST_NOTICES {
            self.now.insert(text);
        }
    }

    fn asked_who_calls(&mut self, calls: u64, to_aws: u64) {
        self.preflight_calls = (calls, to_aws);
    }

    fn measuring(&mut self) {
        self.signals.enter(SignalStage::Measuring);
    }

    fn writing(&mut self) {
        self.signals.enter(SignalStage::Writing);
    }
}

const MOST_NOTICES: usize = 256;
