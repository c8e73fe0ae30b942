//! Durations as integer nanoseconds on disk.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

/// Writes whole nanoseconds; saturates at 584 years.
///
/// # Errors
/// The serialiser's own.
pub(super) fn serialize<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
}

/// Reads whole nanoseconds.
///
/// # Errors
/// The deserialiser's own, also for negative numbers and fractions.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_nanos)
}
