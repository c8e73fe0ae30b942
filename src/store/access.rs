//! How a bucket is reached, and how long it is waited for.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::credentials::{FoundCredentials, WallClock};

/// How an S3 store is reached; a directory needs none of it.
#[derive(Debug, Default)]
pub struct S3Access {
    /// The Region of the bucket; without it that of the environment, and then what S3 says.
    pub region: Option<String>,
    /// The server, when it is not AWS's.
    pub endpoint: Option<String>,
    /// Whether the server may be called in plaintext at an address that is not of this machine.
    pub plaintext: bool,
    /// Further certificate authorities in PEM form, for servers that are not AWS's.
    pub authorities: Option<Vec<u8>>,
    /// Who calls; nothing is signed without.
    pub caller: Option<Arc<S3Caller>>,
    /// How long the store is waited for in all; without it each request has its own limits.
    pub patience: Option<Arc<Patience>>,
}

/// Who calls a bucket.
#[derive(Debug)]
pub struct S3Caller {
    /// The credentials that sign.
    pub credentials: FoundCredentials,
    /// The time of the signatures.
    pub clock: WallClock,
}

/// How long a store is waited for, over all its requests: so long in all, and a little while after the program was asked to end.
pub struct Patience {
    is_asked_to_end: Box<dyn Fn() -> bool + Send + Sync>,
    /// How many more times it is looked.
    left: AtomicU32,
    left_after_signal: AtomicU32,
}

impl Patience {
    /// How long a store is waited for after the program was asked to end: within the 30 s that Kubernetes and Docker give.
    pub const AFTER_SIGNAL: Duration = Duration::from_secs(10);

    /// At most `in_all`, and [`Self::AFTER_SIGNAL`] once `is_asked_to_end`.
    pub fn new(
        in_all: Duration,
        is_asked_to_end: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            is_asked_to_end: Box::new(is_asked_to_end),
            left: AtomicU32::new(looks(in_all)),
            left_after_signal: AtomicU32::new(looks(Self::AFTER_SIGNAL)),
        }
    }

    /// Looks once; to be called every 100 ms while a store is waited for.
    ///
    /// # Errors
    /// Why it is not waited for any longer.
    pub fn look(&self) -> Result<(), &'static str> {
        if (self.is_asked_to_end)() && is_used_up(&self.left_after_signal) {
            return Err("the program was asked to end");
        }
        if is_used_up(&self.left) {
            return Err("it took too long");
        }
        Ok(())
    }
}

fn looks(time: Duration) -> u32 {
    u32::try_from(time.as_millis() / LOOK.as_millis()).unwrap_or(u32::MAX)
}

fn is_used_up(left: &AtomicU32) -> bool {
    let used = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(1)
    });
    used.is_err()
}

/// How often it is looked whether a store is still waited for.
pub(super) const LOOK: Duration = Duration::from_millis(100);

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_waited_for_so_long_in_all_and_a_while_after_a_signal() {
        let patience = Patience::new(LOOK * 3, || false);
        let looks: Vec<bool> = (0..5).map(|_| patience.look().is_ok()).collect();
        assert_eq!(looks, [true, true, true, false, false]);

        let patience = Patience::new(Duration::MAX, || true);
        let most = Patience::AFTER_SIGNAL.as_millis() / LOOK.as_millis();
        let granted = (0..10 * most).filter(|_| patience.look().is_ok()).count();
        assert_eq!(granted as u128, most);
        assert_eq!(patience.look(), Err("the program was asked to end"));
    }
}
