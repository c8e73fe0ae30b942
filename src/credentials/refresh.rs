//! Keeps credentials fresh while a run is under way, on a runtime that measures nothing. One task renews, so there is
//! never more than one renewal in flight. Stops with the reason when that is no longer possible.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::account::of_key_id;
use super::error::CredentialsError;
use super::found::FoundCredentials;
use super::keyring::Keyring;
use super::mask::{Disclosure, account as shown_account};
use super::search::{Search, find};
use super::wall_clock::WallClock;

/// Why the run must stop: the credentials in force are of no more use.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// They have expired, and renewing them failed to the last.
    #[error("the credentials of {source_name} expired and could not be renewed: {cause}")]
    Expired {
        /// Where they had been found.
        source_name: String,
        /// Why the last attempt failed.
        cause: CredentialsError,
    },
    /// The renewed ones belong to another account, so that their calls would be another measurement.
    #[error("the renewed credentials of {source_name} belong to account {now} instead of {before}")]
    AccountChanged {
        /// Where both were found.
        source_name: String,
        /// The account of those in force, masked.
        before: String,
        /// The account of the renewed ones, masked.
        now: String,
    },
}

/// A way to credentials that are fresher than those in force.
pub(crate) trait Renewal: Send + 'static {
    /// Finds credentials that have not expired.
    fn renew(&mut self) -> impl Future<Output = Result<FoundCredentials, CredentialsError>> + Send;
}

impl Renewal for Search {
    async fn renew(&mut self) -> Result<FoundCredentials, CredentialsError> {
        find(self).await
    }
}

/// The task that renews a [`Keyring`]; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Refresher {
    task: JoinHandle<()>,
    lost: watch::Receiver<Option<Arc<Lost>>>,
}

impl Refresher {
    /// Starts on `runtime`, which must have I/O and time enabled and must not be the one that measures.
    pub(crate) fn start(
        runtime: &Handle,
        keyring: Keyring,
        renewal: impl Renewal,
        clock: WallClock,
    ) -> Self {
        let (report, lost) = watch::channel(None);
        let task = runtime.spawn(async move {
            let reason = keep_fresh(&keyring, renewal, &clock).await;
            report.send_replace(Some(Arc::new(reason)));
            // A receiver must be able to read the reason after the task has ended.
            report.closed().await;
        });
        Self { task, lost }
    }

    /// Becomes `Some` once, when the credentials are lost.
    pub(crate) fn lost(&self) -> watch::Receiver<Option<Arc<Lost>>> {
        self.lost.clone()
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// When credentials that end at `expires` are due for renewal, seen from `now`: five minutes before their end, or after
/// half of what is left when that is later.
pub(crate) fn due(expires: SystemTime, now: SystemTime) -> SystemTime {
    let left = expires.duration_since(now).unwrap_or_default();
    expires - AHEAD.min(left / 2)
}

/// How long before their end credentials are renewed.
const AHEAD: Duration = Duration::from_secs(300);
/// The wait after the first failure; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest sleep without a look at the clock, because a machine that was suspended wakes up later than it slept.
const NAP: Duration = Duration::from_secs(30);

/// Renews for as long as it can; never ends for credentials that never expire.
async fn keep_fresh(keyring: &Keyring, mut renewal: impl Renewal, clock: &WallClock) -> Lost {
    loop {
        let held = keyring.current();
        let Some(expires) = held.expires else {
            std::future::pending().await
        };
        sleep_until(due(expires, clock.now()), clock).await;
        match renewed(&held, expires, &mut renewal, clock).await {
            Ok(fresh) => keyring.replace(fresh),
            Err(lost) => return lost,
        }
    }
}

/// Tries until there are credentials that last longer than those held, or those have expired.
async fn renewed(
    held: &FoundCredentials,
    expires: SystemTime,
    renewal: &mut impl Renewal,
    clock: &WallClock,
) -> Result<FoundCredentials, Lost> {
    let mut wait = FIRST_WAIT;
    loop {
        let left = expires.duration_since(clock.now()).unwrap_or_default();
        // The last attempt may not outlive the credentials by more than one wait.
        let attempt = tokio::time::timeout(left.max(LONGEST_WAIT), renewal.renew()).await;
        let cause = match attempt {
            Ok(Ok(fresh)) => match changed_account(held, &fresh) {
                Some(lost) => return Err(lost),
                None if fresh.expires.is_none_or(|end| end > expires) => return Ok(fresh),
                None => CredentialsError::Unavailable {
                    source_name: held.source.clone(),
                    reason: None,
                },
            },
            Ok(Err(cause)) => cause,
            Err(_) => CredentialsError::TimedOut {
                source_name: held.source.clone(),
                limit: left.max(LONGEST_WAIT),
                reason: None,
            },
        };
        let now = clock.now();
        if now >= expires {
            return Err(Lost::Expired {
                source_name: held.source.clone(),
                cause,
            });
        }
        sleep_until(expires.min(now + wait), clock).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

fn changed_account(held: &FoundCredentials, fresh: &FoundCredentials) -> Option<Lost> {
    let before = of_key_id(held.access_key_id.expose())?;
    let now = of_key_id(fresh.access_key_id.expose())?;
    (before != now).then(|| Lost::AccountChanged {
        source_name: held.source.clone(),
        before: shown_account(&before, Disclosure::Masked),
        now: shown_account(&now, Disclosure::Masked),
    })
}

async fn sleep_until(moment: SystemTime, clock: &WallClock) {
    while let Ok(left) = moment.duration_since(clock.now()) {
        if left.is_zero() {
            return;
        }
        // The timer counts in milliseconds, so a shorter nap would spin.
        tokio::time::sleep(left.clamp(Duration::from_millis(1), NAP)).await;
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "the paused clock of tokio is the clock of these tests"
)]
#[path = "refresh_tests.rs"]
mod tests;
