//! Ctrl-C and its kin: the first asks for a clean end, the second insists.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::credentials::end_families;
use crate::parallel::{runtime, start_thread};
use crate::session::StopSwitch;

use crate::cli::console::diagnostics::say;
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
    purpose: Purpose,
    /// Rung by SIGHUP in a server.
    reload: Arc<Notify>,
}

/// What signals are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A run, which they cut short.
    Run,
    /// Something short, which they end at once.
    Examination,
    /// A server, which they end as it is meant to end; SIGHUP makes it read its plan again.
    Server,
}

#[derive(Debug)]
struct State {
    stage: SignalStage,
    received: Option<Exit>,
    /// Goes where a run ends before it has begun, if nothing is in it.
    made: Option<PathBuf>,
}

impl Signals {
    /// Starts listening, for a run.
    pub(crate) fn listen() -> std::io::Result<Self> {
        Self::listen_for(Purpose::Run)
    }

    /// Starts listening, for a server.
    pub(crate) fn listen_for_server() -> std::io::Result<Self> {
        Self::listen_for(Purpose::Server)
    }

    /// Starts listening, for what measures nothing and may start a `credential_process`, which ends with it.
    pub(crate) fn listen_for_examination() -> std::io::Result<Self> {
        Self::listen_for(Purpose::Examination)
    }

    fn listen_for(purpose: Purpose) -> std::io::Result<Self> {
        let state = State {
            stage: SignalStage::Preparing,
            received: None,
            made: None,
        };
        let signals = Self {
            state: Arc::new(Mutex::new(state)),
            stop: StopSwitch::default(),
            purpose,
            reload: Arc::default(),
        };
        let runtime = runtime(LISTENING)?;
        let listener = signals.clone();
        start_thread(LISTENING, move || {
            // A system without these signals has none to listen for.
            runtime.block_on(listener.serve()).ok();
        })?;
        Ok(signals)
    }

    /// Tells how far the run has come.
    pub(crate) fn enter(&self, stage: SignalStage) {
        self.lock().stage = stage;
    }

    /// Tells which directory was made for the run: it goes with a run that a signal ends before its first call.
    pub(crate) fn clears(&self, directory: Option<&Path>) {
        self.lock().made = directory.map(Path::to_owned);
    }

    /// What stops the calls.
    pub(crate) fn stop_switch(&self) -> StopSwitch {
        self.stop.clone()
    }

    /// Waits for the next SIGHUP; one that came before and was not waited for counts.
    pub(crate) async fn reload(&self) {
        self.reload.notified().await;
    }

    /// The exit code of the signal that cut the run short.
    pub(crate) fn received(&self) -> Option<Exit> {
        self.lock().received
    }

    async fn serve(self) -> std::io::Result<()> {
        let ignored = ignored_signals();
        let listen = |kind: SignalKind| {
            let is_ignored = ignored & (1 << (kind.as_raw_value() - 1)) != 0;
            (!is_ignored).then(|| signal(kind)).transpose()
        };
        let mut interrupt = listen(SignalKind::interrupt())?;
        let mut terminate = listen(SignalKind::terminate())?;
        let mut hang_up = listen(SignalKind::hangup())?;
        loop {
            let exit = tokio::select! {
                () = received(&mut interrupt) => Exit::Interrupted,
                () = received(&mut terminate) => Exit::Terminated,
                () = received(&mut hang_up) => {
                    if self.purpose == Purpose::Server {
                        self.reload.notify_one();
                        continue;
                    }
                    Exit::Terminated
                }
            };
            self.receive(exit);
        }
    }

    fn receive(&self, exit: Exit) {
        let mut state = self.lock();
        if state.received.is_some() {
            leave(exit);
        }
        if state.stage == SignalStage::Preparing {
            leave(match self.purpose {
                Purpose::Run => {
                    if let Some(made) = state.made.take() {
                        // The system refuses to remove a directory with anything in it, which then stays.
                        drop(std::fs::remove_dir(made));
                    }
                    say(match exit {
                        Exit::Terminated => "terminated before the first call; nothing is saved",
                        _ => "interrupted before the first call; nothing is saved",
                    });
                    exit
                }
                Purpose::Examination => exit,
                Purpose::Server => Exit::Success,
            });
        }
        state.received = Some(exit);
        self.stop.stop_calls();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the limit on file sizes (`ulimit -f`) an error of the write that reaches it, as a full disk is. Its signal would end
/// the process otherwise, and what is in memory with it.
pub(crate) fn survive_file_limit() -> std::io::Result<()> {
    let runtime = runtime(LISTENING)?;
    let _inside = runtime.enter();
    // Nobody has to hear it: from now on the system does not end the process, for as long as that lasts.
    signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())).map(drop)
}

const LISTENING: &str = "signals";

/// Waits for the signal; never returns where it is ignored.
async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// The signals that the parent process set to be ignored, as `nohup` and shells do: bit n − 1 is signal n. None where the
/// system does not say.
fn ignored_signals() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| ignored_of(&status))
        .unwrap_or_default()
}

fn ignored_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[expect(
    clippy::exit,
    reason = "the user insists; files are written whole or not at all, and a fleet ends with its parent"
)]
fn leave(exit: Exit) -> ! {
    // Nobody else hears of it in time, and what a search for credentials has started would stay.
    end_families();
    std::process::exit(exit as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_from_what_the_kernel_tells() {
        let status = "Name:\tstsbench\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000004002\n";
        assert_eq!(ignored_of(status), Some(1 | 1 << 12));
        assert_eq!(ignored_of("Name:\tother"), None);
        assert_eq!(ignored_of("SigIgn:\tmany"), None);
    }
}
