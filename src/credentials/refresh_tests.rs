//! Renewal under a paused clock.

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

fn found(id: &str, life: Duration) -> FoundCredentials {
    FoundCredentials {
        access_key_id: Secret::new(id.to_owned()),
        secret_access_key: Secret::new("CANARYCANARYCANARYCANARY".to_owned()),
        session_token: Some(Secret::new("CANARY".to_owned())),
        source: "profile `x`".to_owned(),
        expires: Some(start() + life),
    }
}

/// Answers with the function's answer to the number of the attempt, from 1.
struct Scripted<F>(F, Arc<AtomicU32>);

impl<F: Fn(u32) -> Result<FoundCredentials, CredentialsError> + Send + 'static> Renewal
    for Scripted<F>
{
    async fn renew(&mut self) -> Result<FoundCredentials, CredentialsError> {
        (self.0)(self.1.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

fn failed() -> CredentialsError {
    CredentialsError::Unavailable {
        source_name: "profile `x`".to_owned(),
        reason: None,
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
        async fn renew(&mut self) -> Result<FoundCredentials, CredentialsError> {
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
    let keyring = Keyring::new(FoundCredentials {
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
