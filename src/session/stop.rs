//! The switch that ends a session's calls early.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::watch;

use crate::load::Stop;
use crate::parallel::runtime;

/// Ends the calls of a session, for a signal handler, for credentials that are lost or for a fleet that is gone; what was
/// measured until then is kept. Cheap to clone, all clones are one switch.
#[derive(Debug, Clone)]
pub struct StopSwitch {
    calls: watch::Sender<Stop>,
    cause: Arc<OnceLock<&'static str>>,
}

impl Default for StopSwitch {
    fn default() -> Self {
        Self {
            calls: watch::Sender::new(Stop::AtEnd),
            cause: Arc::default(),
        }
    }
}

impl StopSwitch {
    /// Stops the calls.
    pub fn stop_calls(&self) {
        self.calls.send_replace(Stop::Now);
    }

    /// Stops the calls; a run that this cuts short tells `cause`, the first one if there are several.
    pub fn stop_calls_because(&self, cause: &'static str) {
        self.cause.get_or_init(|| cause);
        self.stop_calls();
    }

    /// Whether calls are to go on being made.
    pub fn state(&self) -> Stop {
        *self.calls.borrow()
    }

    /// Why the calls were stopped, if a cause was given.
    pub(super) fn cause(&self) -> Option<&'static str> {
        self.cause.get().copied()
    }

    /// What the engine listens to.
    pub(super) fn listener(&self) -> watch::Receiver<Stop> {
        self.calls.subscribe()
    }

    /// Waits until `moment`, or until no more calls are to be made.
    pub(super) fn wait_until(&self, moment: Instant) -> std::io::Result<Stop> {
        let runtime = runtime("waiting")?;
        let mut listener = self.listener();
        let stopped = async { listener.wait_for(|stop| *stop == Stop::Now).await.is_ok() };
        let ended =
            runtime.block_on(async { tokio::time::timeout_at(moment.into(), stopped).await });
        Ok(if ended == Ok(true) {
            Stop::Now
        } else {
            Stop::AtEnd
        })
    }
}
