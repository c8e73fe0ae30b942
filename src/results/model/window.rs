//! Several windows of one plan in one run: which blocks were measured when.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A stretch of time that was measured without a break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The run that it was.
    pub run_id: String,
    /// When its epoch was, RFC 3339 in UTC.
    pub started_at: String,
    /// From its epoch to its last answer, ns.
    pub elapsed_ns: u64,
    /// Its first block in the series.
    pub first_block: u16,
    /// How many blocks it has, at least 1.
    pub blocks: u16,
}

impl Window {
    /// The numbers of its blocks.
    pub fn range(&self) -> Range<usize> {
        let first = usize::from(self.first_block);
        first..first + usize::from(self.blocks)
    }
}

/// When each of the windows, which stand in order of time, began, ns since the first one's epoch. Dates count in whole
/// seconds, by which two windows can seem to overlap: none begins before the one ahead of it has ended.
pub(crate) fn offsets(windows: &[Window]) -> Vec<u64> {
    let epoch = windows.first().and_then(|first| moment(&first.started_at));
    let mut end = 0_u64;
    let mut offsets = Vec::with_capacity(windows.len());
    for window in windows {
        let since = epoch
            .zip(moment(&window.started_at))
            .map_or(0, |(epoch, start)| nanoseconds(start - epoch));
        let offset = since.max(end);
        end = offset.saturating_add(window.elapsed_ns);
        offsets.push(offset);
    }
    offsets
}

/// Whether `earlier` was still measured when `later` began, by more than the second in which dates count.
pub(crate) fn overlap(earlier: &Window, later: &Window) -> bool {
    let starts = moment(&earlier.started_at).zip(moment(&later.started_at));
    starts.is_some_and(|(first, second)| {
        nanoseconds(second - first).saturating_add(A_SECOND) <= earlier.elapsed_ns
    })
}

/// A date as it stands in files; `None` for what is no RFC 3339 date.
pub(crate) fn moment(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

fn nanoseconds(time: time::Duration) -> u64 {
    let nanoseconds = time.whole_nanoseconds().max(0);
    u64::try_from(nanoseconds).unwrap_or(u64::MAX)
}

const A_SECOND: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn window(started_at: &str, elapsed_ns: u64) -> Window {
        Window {
            run_id: "a".into(),
            started_at: started_at.into(),
            elapsed_ns,
            first_block: 0,
            blocks: 1,
        }
    }

    #[test]
    fn windows_begin_by_their_dates_and_never_before_the_one_ahead_has_ended() {
        let windows = [
            window("2026-11-22T12:00:00Z", 59_400_000_000),
            window("2026-11-22T12:01:00Z", 60_300_000_000),
            window("2026-11-22T12:02:00Z", 5),
            window("2026-11-22T13:02:00+01:00", 5),
        ];
        assert_eq!(
            offsets(&windows),
            [0, 60_000_000_000, 120_300_000_000, 120_300_000_005]
        );
        assert!(offsets(&[]).is_empty());
    }

    #[test]
    fn windows_overlap_when_no_rounding_of_their_dates_explains_it() {
        let overlapping = |second: &str, elapsed_ns| {
            overlap(
                &window("2026-11-22T12:00:00Z", elapsed_ns),
                &window(second, 0),
            )
        };
        assert!(!overlapping("2026-11-22T12:01:00Z", 60_999_999_999));
        assert!(overlapping("2026-11-22T12:01:00Z", 61_000_000_000));
        assert!(overlapping("2026-11-22T12:00:00Z", 1_000_000_000));
    }
}
