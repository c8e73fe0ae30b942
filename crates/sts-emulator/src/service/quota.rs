//! AWS's request quota: one token bucket per account and Region, shared by the signed operations.
//!
//! The global endpoint has a bucket of its own (AWS, "IAM and STS quotas"). The bucket's depth is not published; here it
//! is a parameter. Pure but for its own state: the time is an argument.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// The rate that an account may call one Region at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quota {
    /// Sustained rate. Unit: requests per second, above 0 and up to 1,000,000. AWS's default is 600.
    pub requests_per_second: f64,
    /// Requests that may come at once after a pause. Range: 1–1,000,000.
    pub burst: u32,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            requests_per_second: 600.0,
            burst: 600,
        }
    }
}

impl Quota {
    /// The highest that can be set, which no test reaches.
    pub const HIGHEST: Self = Self {
        requests_per_second: 1e6,
        burst: 1_000_000,
    };

    /// What is wrong with the numbers, if anything.
    pub(crate) fn complaint(self) -> Option<&'static str> {
        if !(self.requests_per_second > 0.0 && self.requests_per_second <= 1e6) {
            Some("requests_per_second must be above 0 and up to 1000000")
        } else if !(1..=1_000_000).contains(&self.burst) {
            Some("burst must be 1 to 1000000")
        } else {
            None
        }
    }
}

/// The buckets of an emulator.
#[derive(Debug)]
pub(crate) struct Buckets {
    quota: Quota,
    levels: Mutex<HashMap<(String, String), Level>>,
}

/// Whether a request fits the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It does, and has been counted.
    Admitted,
    /// It does not; a refused request uses nothing up.
    Throttled,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    tokens: f64,
    at: Instant,
}

impl Buckets {
    /// Full buckets.
    pub(crate) fn new(quota: Quota) -> Self {
        Self {
            quota,
            levels: Mutex::default(),
        }
    }

    /// Takes a token from the bucket of `account` in `place`: a Region, or the global endpoint.
    pub(crate) fn admit(&self, account: &str, place: &str, now: Instant) -> Admission {
        let burst = f64::from(self.quota.burst);
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account.to_owned(), place.to_owned());
        let level = levels.entry(key).or_insert(Level {
            tokens: burst,
            at: now,
        });
        let elapsed = now.saturating_duration_since(level.at).as_secs_f64();
        level.tokens = (level.tokens + elapsed * self.quota.requests_per_second).min(burst);
        level.at = level.at.max(now);
        if level.tokens < 1.0 {
            return Admission::Throttled;
        }
        level.tokens -= 1.0;
        Admission::Admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock;

    #[test]
    fn a_second_admits_the_burst_and_then_the_rate() {
        let buckets = Buckets::new(Quota {
            requests_per_second: 600.0,
            burst: 10,
        });
        let start = clock::monotonic();
        let admitted = (0..10_000_u32)
            .filter(|i| {
                let now = start + Duration::from_micros(100) * *i;
                buckets.admit("111122223333", "eu-west-1", now) == Admission::Admitted
            })
            .count();
        assert!(
            (608..=610).contains(&admitted),
            "{admitted} admitted in one second"
        );
    }

    #[test]
    fn accounts_and_regions_have_buckets_of_their_own() {
        let buckets = Buckets::new(Quota {
            requests_per_second: 1.0,
            burst: 1,
        });
        let now = clock::monotonic();
        for (account, place) in [("1", "us-east-1"), ("1", "global"), ("2", "us-east-1")] {
            assert_eq!(
                buckets.admit(account, place, now),
                Admission::Admitted,
                "{account} {place}"
            );
            assert_eq!(
                buckets.admit(account, place, now),
                Admission::Throttled,
                "{account} {place}"
            );
        }
    }

    #[test]
    fn a_clock_that_does_not_advance_gives_no_tokens() {
        let buckets = Buckets::new(Quota {
            requests_per_second: 1000.0,
            burst: 1,
        });
        let now = clock::monotonic();
        let later = now + Duration::from_millis(10);
        assert_eq!(buckets.admit("1", "a", later), Admission::Admitted);
        assert_eq!(buckets.admit("1", "a", now), Admission::Throttled);
        assert_eq!(buckets.admit("1", "a", later), Admission::Throttled);
    }
}
