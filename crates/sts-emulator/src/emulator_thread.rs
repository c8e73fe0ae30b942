//! An emulator on a thread of its own, for callers without a runtime and for measurements that must not share one.

use std::ops::Deref;
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::config::emulator_config::EmulatorConfig;
use crate::emulator::Emulator;
use crate::emulator_error::EmulatorError;
use crate::emulator_view::EmulatorView;
use crate::ledger::counts::Ledger;

/// An emulator that serves until it is shut down or dropped.
#[derive(Debug)]
pub struct EmulatorThread {
    view: EmulatorView,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl EmulatorThread {
    /// Starts an emulator on a thread and a runtime of its own; dropping the result ends it.
    ///
    /// # Errors
    /// As [`Emulator::start`].
    pub fn start(config: EmulatorConfig) -> Result<Self, EmulatorError> {
        let (report, reported) = mpsc::sync_channel(1);
        let (stop, stopped) = oneshot::channel();
        let refuse = |what| move |reason| EmulatorError::Thread { what, reason };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(refuse("runtime"))?;
        let body = move || {
            runtime.block_on(async move {
                let started = Emulator::start(config).await;
                let (outcome, emulator) = match started {
                    Ok(emulator) => (Ok(emulator.view()), Some(emulator)),
                    Err(error) => (Err(error), None),
                };
                if report.send(outcome).is_err() {
                    return;
                }
                if let Some(emulator) = emulator {
                    // A dropped sender is a stop as well.
                    let _ = stopped.await;
                    emulator.shutdown().await;
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("sts-emulator".to_owned())
            .spawn(body)
            .map_err(refuse("thread"))?;
        let outcome = reported
            .recv()
            .expect("the emulator's thread reports before it ends");
        Ok(Self {
            view: outcome?,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// What can be known from outside, also after the emulator has ended.
    pub fn view(&self) -> EmulatorView {
        self.view.clone()
    }

    /// Ends every connection and returns the final ledger, in which no request is in progress.
    pub fn shutdown(mut self) -> Ledger {
        self.end();
        self.view.ledger()
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of that thread has already been reported on its own; there is nothing to add here.
            let _ = thread.join();
        }
    }
}

impl Deref for EmulatorThread {
    type Target = EmulatorView;

    fn deref(&self) -> &EmulatorView {
        &self.view
    }
}

impl Drop for EmulatorThread {
    fn drop(&mut self) {
        self.end();
    }
}
