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
}

impl ServeObserver {
    pub(super) fn new(signals: Signals) -> Self {
        Self {
            signals,
            before: BTreeSet::new(),
            now: BTreeSet::new(),
        }
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

    fn measuring(&mut self) {
        self.signals.enter(SignalStage::Measuring);
    }

    fn writing(&mut self) {
        self.signals.enter(SignalStage::Writing);
    }
}

const MOST_NOTICES: usize = 256;
