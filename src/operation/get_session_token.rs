//! GetSessionToken: short-lived credentials for the caller's own long-term ones.

use serde::{Deserialize, Serialize};

/// The call's parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetSessionToken {
    /// How long the issued credentials live, 900–129,600 seconds. The default is the shortest: credentials that are
    /// issued only to be timed should die soonest, and they cannot be revoked one by one.
    pub duration_seconds: u32,
}

impl GetSessionToken {
    /// The durations that STS accepts, in seconds (service model 2011-06-15).
    pub const DURATION_SECONDS: std::ops::RangeInclusive<u32> = 900..=129_600;

    pub(super) fn parameters(&self) -> String {
        format!("&DurationSeconds={}", self.duration_seconds)
    }
}

impl Default for GetSessionToken {
    fn default() -> Self {
        Self { duration_seconds: *Self::DURATION_SECONDS.start() }
    }
}
