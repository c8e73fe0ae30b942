//! How far the service's clock is from ours.

use std::time::{Duration, SystemTime};

/// How far the service's clock is from ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skew {
    /// The service's clock is ahead of ours.
    ServiceAhead(Duration),
    /// The service's clock is behind ours.
    ServiceBehind(Duration),
}

impl Skew {
    /// What the `Date` of an answer says that came at `now`; `None` where it is no date.
    pub(super) fn of_date(date: &str, now: SystemTime) -> Option<Self> {
        let theirs = httpdate::parse_http_date(date).ok()?;
        Some(match theirs.duration_since(now) {
            Ok(ahead) => Self::ServiceAhead(ahead),
            Err(behind) => Self::ServiceBehind(behind.duration()),
        })
    }

    /// By how much the service's clock is ahead, s; negative where it is behind.
    pub fn ahead_seconds(self) -> i64 {
        let seconds = i64::try_from(self.distance().as_secs()).unwrap_or(i64::MAX);
        match self {
            Self::ServiceAhead(_) => seconds,
            Self::ServiceBehind(_) => -seconds,
        }
    }

    /// The distance, whichever way.
    pub fn distance(self) -> Duration {
        match self {
            Self::ServiceAhead(distance) | Self::ServiceBehind(distance) => distance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_tells_how_far_the_clocks_are_apart() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 + 3600);
        assert_eq!(
            Skew::of_date("Sun, 06 Nov 1994 08:49:37 GMT", now),
            Some(Skew::ServiceBehind(Duration::from_secs(3600)))
        );
    }

    #[test]
    fn bad_115_an_unreadable_date_is_no_skew() {
        for date in ["", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(Skew::of_date(date, SystemTime::UNIX_EPOCH), None);
        }
    }
}
