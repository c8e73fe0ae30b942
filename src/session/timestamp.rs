//! Moments as the run file holds them.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment as RFC 3339 in UTC, to the second; empty for a year beyond 9999.
pub(crate) fn rfc3339(moment: SystemTime) -> String {
    let moment = OffsetDateTime::from(moment)
        .replace_nanosecond(0)
        .expect("zero is a nanosecond");
    moment.format(&Rfc3339).unwrap_or_default()
}
