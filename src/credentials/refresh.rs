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
use super::found::Found;
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
pub trait Renewal: Send + 'static {
    /// Finds credentials that have not expired.
    fn renew(&mut self) -> impl Future<Output = Result<Found, CredentialsError>> + Send;
}

impl Renewal for Search {
    async fn renew(&mut self) -> Result<Found, CredentialsError> {
        find(self).await
    }
}

/// The task that renews a [`Keyring`]; it ends when this is dropped.
#[derive(Debug)]
pub struct Refresher {
    task: JoinHandle<()>,
    lost: watch::Receiver<Option<Arc<Lost>>>,
}

impl Refresher {
    /// Starts on `runtime`, which must have I/O and time enabled and must not be the one that measures.
    pub fn start(
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
    pub fn lost(&self) -> watch::Receiver<Option<Arc<Lost>>> {
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
pub fn due(expires: SystemTime, now: SystemTime) -> SystemTime {
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
    held: &Found,
    expires: SystemTime,
    renewal: &mut impl Renewal,
    clock: &WallClock,
) -> Result<Found, Lost> {
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
                },
            },
            Ok(Err(cause)) => cause,
            Err(_) => CredentialsError::TimedOut {
                source_name: held.source.clone(),
                limit: left.max(LONGEST_WAIT),
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

fn changed_account(held: &Found, fresh: &Found) -> Option<Lost> {
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
mod tests {
    use super::*;
    use crate::credentials::secret::Secret;
    use std::sync::atomic::{AtomicU32, Ordering};

    const OURS: &str = "ASIAQNZGKIQY56JQ7WML";
    const THEIRS: &str = "ASIAXNZGKIQY56JQ7WML";

    fn start() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    /// A clock that goes with tokio's paused one.
    fn clock() -> WallClock {
        let origin = tokio::time::Instant::now();
        WallClock::new(move || start() + origin.elapsed())
    }

    fn found(id: &str, life: Duration) -> Found {
        Found {
            access_key_id: Secret::new(id.to_owned()),
            secret_access_key: Secret::new("CANARYCANARYCANARYCANARY".to_owned()),
            session_token: Some(Secret::new("CANARY".to_owned())),
            source: "profile `x`".to_owned(),
            expires: Some(start() + life),
        }
    }

    /// Answers with the function's answer to the number of the attempt, from 1.
    struct Scripted<F>(F, Arc<AtomicU32>);

    impl<F: Fn(u32) -> Result<Found, CredentialsError> + Send + 'static> Renewal for Scripted<F> {
        async fn renew(&mut self) -> Result<Found, CredentialsError> {
            (self.0)(self.1.fetch_add(1, Ordering::SeqCst) + 1)
        }
    }

    fn failed() -> CredentialsError {
        CredentialsError::Unavailable {
            source_name: "profile `x`".to_owned(),
        }
    }

    fn minutes(count: u64) -> Duration {
        Duration::from_secs(60 * count)
    }

    #[test]
    fn credentials_are_due_five_minutes_ahead_or_at_half_of_a_short_life() {
        let now = start();
        assert_eq!(due(now + minutes(60), now), now + minutes(55));
        assert_eq!(due(now + minutes(2), now), now + minutes(1));
        assert_eq!(due(now, now + minutes(1)), now);
    }

    #[tokio::test(start_paused = true)]
    async fn fault_29_they_are_renewed_once_and_before_they_expire() {
        let keyring = Keyring::new(found(OURS, minutes(60)));
        let attempts = Arc::new(AtomicU32::new(0));
        let renewal = Scripted(|_| Ok(found(OURS, minutes(600))), Arc::clone(&attempts));
        let refresher = Refresher::start(&Handle::current(), keyring.clone(), renewal, clock());
        tokio::time::sleep(minutes(54)).await;
        assert_eq!(attempts.load(Ordering::SeqCst), 0);
        tokio::time::sleep(minutes(2)).await;
        assert_eq!(keyring.current().expires, Some(start() + minutes(600)));
        tokio::time::sleep(minutes(60)).await;
        assert_eq!(attempts.load(Ordering::SeqCst), 1);
        assert!(refresher.lost().borrow().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn fault_29_a_failure_is_tried_again_and_the_old_ones_stay_in_force() {
        let keyring = Keyring::new(found(OURS, minutes(60)));
        let attempts = Arc::new(AtomicU32::new(0));
        let script = |attempt| {
            if attempt < 4 {
                Err(failed())
            } else {
                Ok(found(OURS, minutes(600)))
            }
        };
        let _refresher = Refresher::start(
            &Handle::current(),
            keyring.clone(),
            Scripted(script, Arc::clone(&attempts)),
            clock(),
        );
        tokio::time::sleep(minutes(55) + Duration::from_secs(5)).await;
        assert_eq!(
            (attempts.load(Ordering::SeqCst), keyring.current().expires),
            (3, Some(start() + minutes(60)))
        );
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(
            (attempts.load(Ordering::SeqCst), keyring.current().expires),
            (4, Some(start() + minutes(600)))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn fault_29_when_every_attempt_fails_they_are_lost_at_their_end_and_not_before() {
        let keyring = Keyring::new(found(OURS, minutes(60)));
        let attempts = Arc::new(AtomicU32::new(0));
        let refresher = Refresher::start(
            &Handle::current(),
            keyring,
            Scripted(|_| Err(failed()), Arc::clone(&attempts)),
            clock(),
        );
        let mut lost = refresher.lost();
        let began = tokio::time::Instant::now();
        let reason = lost
            .wait_for(Option::is_some)
            .await
            .expect("the task runs")
            .clone()
            .expect("just waited for");
        assert!(matches!(*reason, Lost::Expired { .. }), "{reason}");
        assert_eq!(began.elapsed().as_secs(), 3600);
        assert!(
            attempts.load(Ordering::SeqCst) < 20,
            "the wait between attempts grows"
        );
        assert!(!format!("{reason} {reason:?}").contains("CANARY"));
    }

    #[tokio::test(start_paused = true)]
    async fn credentials_that_come_back_unchanged_are_asked_for_again_and_finally_lost() {
        let keyring = Keyring::new(found(OURS, minutes(10)));
        let renewal = Scripted(|_| Ok(found(OURS, minutes(10))), Arc::default());
        let lost = keep_fresh(&keyring, renewal, &clock()).await;
        assert!(matches!(lost, Lost::Expired { .. }), "{lost}");
    }

    #[tokio::test(start_paused = true)]
    async fn fault_30_renewed_credentials_of_another_account_are_not_put_in_force() {
        let keyring = Keyring::new(found(OURS, minutes(10)));
        let lost = keep_fresh(
            &keyring,
            Scripted(|_| Ok(found(THEIRS, minutes(20))), Arc::default()),
            &clock(),
        )
        .await;
        assert!(
            matches!(&lost, Lost::AccountChanged { before, now, .. } if before == "****4753" && now != before),
            "{lost}"
        );
        assert_eq!(keyring.current().access_key_id.expose(), OURS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_never_answers_does_not_keep_the_loss_to_itself() {
        struct Silent;
        impl Renewal for Silent {
            async fn renew(&mut self) -> Result<Found, CredentialsError> {
                std::future::pending().await
            }
        }
        let keyring = Keyring::new(found(OURS, minutes(10)));
        let lost = keep_fresh(&keyring, Silent, &clock()).await;
        assert!(
            matches!(
                lost,
                Lost::Expired {
                    cause: CredentialsError::TimedOut { .. },
                    ..
                }
            ),
            "{lost}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn credentials_without_an_end_are_never_renewed() {
        let keyring = Keyring::new(Found {
            expires: None,
            ..found(OURS, minutes(0))
        });
        let attempts = Arc::new(AtomicU32::new(0));
        let _refresher = Refresher::start(
            &Handle::current(),
            keyring,
            Scripted(|_| Err(failed()), Arc::clone(&attempts)),
            clock(),
        );
        tokio::time::sleep(minutes(10_000)).await;
        assert_eq!(attempts.load(Ordering::SeqCst), 0);
    }
}
