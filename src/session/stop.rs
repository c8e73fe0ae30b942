//! The switch that ends a session's calls early.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

use crate::load::Stop;
use crate::parallel::runtime;

/// Why a wait is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The moment has come.
    InTime,
    /// No more calls are to be made.
    Stopped,
    /// What was waited for beside the moment has happened.
    ByEvent,
}

/// Ends the calls of a session, for a signal handler, for credentials that are lost or for a fleet that is gone; what was
/// measured until then is kept. Cheap to clone, all clones are one switch.
#[derive(Debug, Clone)]
pub struct StopSwitch {
    calls: watch::Sender<Stop>,
    cause: Arc<OnceLock<&'static str>>,
    follower: Arc<Mutex<Option<StopSwitch>>>,
}

impl Default for StopSwitch {
    fn default() -> Self {
        Self {
            calls: watch::Sender::new(Stop::AtEnd),
            cause: Arc::default(),
            follower: Arc::default(),
        }
    }
}

impl StopSwitch {
    /// Stops the calls.
    pub fn stop_calls(&self) {
        self.calls.send_replace(Stop::Now);
        if let Some(follower) = self.lock().as_ref() {
            self.pass_on(follower);
        }
    }

    /// A switch of its own that this one turns too, but that does not turn this one: for one of several sessions in turn.
    /// Only the last one that was made follows.
    #[must_use]
    pub fn follower(&self) -> Self {
        let follower = Self::default();
        *self.lock() = Some(follower.clone());
        if self.state() == Stop::Now {
            self.pass_on(&follower);
        }
        follower
    }

    fn pass_on(&self, follower: &Self) {
        match self.cause() {
            Some(cause) => follower.stop_calls_because(cause),
            None => follower.stop_calls(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Self>> {
        self.follower.lock().unwrap_or_else(PoisonError::into_inner)
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
    pub(crate) fn cause(&self) -> Option<&'static str> {
        self.cause.get().copied()
    }

    /// What the engine listens to.
    pub(super) fn listener(&self) -> watch::Receiver<Stop> {
        self.calls.subscribe()
    }

    /// Waits until `moment`, or until no more calls are to be made.
    pub(super) fn wait_until(&self, moment: Instant) -> std::io::Result<Stop> {
        Ok(match self.wait(moment, std::future::pending())? {
            Woken::Stopped => Stop::Now,
            Woken::InTime | Woken::ByEvent => Stop::AtEnd,
        })
    }

    /// Waits until `moment`, until no more calls are to be made, or until `event` has happened.
    ///
    /// # Errors
    /// When the system refuses what it takes to wait.
    pub fn wait(&self, moment: Instant, event: impl Future<Output = ()>) -> std::io::Result<Woken> {
        let runtime = runtime("waiting")?;
        let mut listener = self.listener();
        Ok(runtime.block_on(async {
            tokio::select! {
                biased;
                Ok(_) = listener.wait_for(|stop| *stop == Stop::Now) => Woken::Stopped,
                () = event => Woken::ByEvent,
                () = tokio::time::sleep_until(moment.into()) => Woken::InTime,
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_turns_its_follower_and_no_follower_turns_its_switch() {
        let all = StopSwitch::default();
        let first = all.follower();
        first.stop_calls_because("the first one's own reason");
        assert_eq!(all.state(), Stop::AtEnd);
        let second = all.follower();
        assert_eq!(second.state(), Stop::AtEnd);
        all.stop_calls_because("everything ends");
        assert_eq!(second.state(), Stop::Now);
        assert_eq!(second.cause(), Some("everything ends"));
        assert_eq!(all.follower().state(), Stop::Now, "too late to begin");
    }

    #[test]
    fn a_wait_ends_with_whatever_comes_first() {
        let (switch, now) = (StopSwitch::default(), crate::load::Epoch::now());
        let later = now + std::time::Duration::from_secs(3600);
        let never = std::future::pending::<()>;
        let call = std::future::ready(());
        assert_eq!(switch.wait(now, never()).expect("waited"), Woken::InTime);
        assert_eq!(switch.wait(later, call).expect("waited"), Woken::ByEvent);
        switch.stop_calls();
        assert_eq!(switch.wait(later, never()).expect("waited"), Woken::Stopped);
    }
}
