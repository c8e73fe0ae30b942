//! The switch that ends a session's calls early.

use std::time::Instant;

use tokio::sync::watch;

use crate::load::Stop;

/// Ends the calls of a session, for a signal handler or for credentials that are lost; what was measured until then is
/// kept. Cheap to clone, all clones are one switch.
#[derive(Debug, Clone)]
pub struct StopSwitch(watch::Sender<Stop>);

impl Default for StopSwitch {
    fn default() -> Self {
        Self(watch::Sender::new(Stop::AtEnd))
    }
}

impl StopSwitch {
    /// Stops the calls.
    pub fn stop_calls(&self) {
        self.0.send_replace(Stop::Now);
    }

    /// Whether calls are to go on being made.
    pub fn state(&self) -> Stop {
        *self.0.borrow()
    }

    /// What the engine listens to.
    pub(super) fn listener(&self) -> watch::Receiver<Stop> {
        self.0.subscribe()
    }

    /// Waits until `moment`, or until no more calls are to be made.
    pub(super) fn wait_until(&self, moment: Instant) -> std::io::Result<Stop> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
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
