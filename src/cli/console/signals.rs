//! Ctrl-C and its kin: the first asks for a clean end, the second insists.

use std::sync::{Arc, Mutex, PoisonError};

use crate::session::StopSwitch;

use crate::cli::exit_code::Exit;

/// How far a run has come; rules what a signal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignalStage {
    /// Nothing measured yet: a signal ends the process at once.
    Preparing,
    /// A signal stops the calls; what was measured is reported.
    Measuring,
    /// The report is being written: the first signal waits for it.
    Writing,
}

/// Listens for signals on a thread of its own.
#[derive(Debug, Clone)]
pub(crate) struct Signals {
    state: Arc<Mutex<State>>,
    stop: StopSwitch,
}

#[derive(Debug)]
struct State {
    stage: SignalStage,
    received: Option<Exit>,
}

impl Signals {
    /// Starts listening.
    pub(crate) fn listen() -> std::io::Result<Self> {
        let state = State {
            stage: SignalStage::Preparing,
            received: None,
        };
        let signals = Self {
            state: Arc::new(Mutex::new(state)),
            stop: StopSwitch::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = signals.clone();
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                // A system without these signals has none to listen for.
                runtime.block_on(listener.serve()).ok();
            })?;
        Ok(signals)
    }

    /// Tells how far the run has come.
    pub(crate) fn enter(&self, stage: SignalStage) {
        self.lock().stage = stage;
    }

    /// What stops the calls.
    pub(crate) fn stop_switch(&self) -> StopSwitch {
        self.stop.clone()
    }

    /// The exit code of the signal that cut the run short.
    pub(crate) fn received(&self) -> Option<Exit> {
        self.lock().received
    }

    async fn serve(self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        loop {
            let exit = tokio::select! {
                _ = interrupt.recv() => Exit::Interrupted,
                _ = terminate.recv() => Exit::Terminated,
                _ = hang_up.recv() => Exit::Terminated,
            };
            self.receive(exit);
        }
    }

    fn receive(&self, exit: Exit) {
        let mut state = self.lock();
        if state.stage == SignalStage::Preparing || state.received.is_some() {
            leave(exit);
        }
        state.received = Some(exit);
        self.stop.stop_calls();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(
    clippy::exit,
    reason = "the user insists; files are written whole or not at all, and a fleet ends with its parent"
)]
fn leave(exit: Exit) -> ! {
    std::process::exit(exit as i32)
}
