//! Ids of requests that come back: an answer that was made for another call.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::{Deserialize, Serialize};

/// Measured calls that were answered with the request id of an earlier answer. An id is given once, so such an answer was
/// kept for an earlier call and sent again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedIds {
    /// All whose id one of the last 1,024 calls of the target had, those of the warm-up included.
    pub answers: u64,
    /// Those of them whose id is a UUID, as AWS's are.
    pub uuids: u64,
}

impl RepeatedIds {
    /// Whether no id came twice.
    pub fn is_none(&self) -> bool {
        self.answers == 0
    }

    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            answers: self.answers.saturating_add(other.answers),
            uuids: self.uuids.saturating_add(other.uuids),
        }
    }

    /// Counts one more.
    pub(super) fn count(&mut self, id: &str) {
        self.answers += 1;
        self.uuids += u64::from(is_uuid(id));
    }
}

/// The ids of a target's last calls, as numbers, so that memory does not grow with the run.
#[derive(Debug, Default)]
pub(super) struct RecentIds {
    /// How many of those calls had the id.
    known: HashMap<u64, u32>,
    in_order: VecDeque<u64>,
}

impl RecentIds {
    /// Whether one of the last calls had the id; this call is one of them from now on.
    pub(super) fn repeats(&mut self, id: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let id = hasher.finish();
        let calls = self.known.entry(id).or_default();
        let repeats = *calls > 0;
        *calls += 1;
        self.in_order.push_back(id);
        if self.in_order.len() > MOST_RECENT
            && let Some(oldest) = self.in_order.pop_front()
            && let Entry::Occupied(mut calls) = self.known.entry(oldest)
        {
            *calls.get_mut() -= 1;
            if *calls.get() == 0 {
                calls.remove();
            }
        }
        repeats
    }
}

const MOST_RECENT: usize = 1024;

/// Whether it is written as a UUID: 8-4-4-4-12 hexadecimal digits.
fn is_uuid(id: &str) -> bool {
    let groups = id.split('-');
    groups.clone().map(str::len).eq([8, 4, 4, 4, 12])
        && groups.flat_map(str::bytes).all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "11111111-2222-3333-4444-555555555555";

    #[test]
    fn an_id_that_comes_again_is_counted_and_by_its_form() {
        let (mut recent, mut ids) = (RecentIds::default(), RepeatedIds::default());
        for id in [UUID, "r", UUID, "other", "r", UUID] {
            if recent.repeats(id) {
                ids.count(id);
            }
        }
        assert_eq!((ids.answers, ids.uuids), (3, 2));
        assert_eq!((ids.and(ids).answers, ids.and(ids).uuids), (6, 4));
        for odd in [
            "",
            "r",
            "11111111222233334444555555555555",
            &UUID.replace('5', "x"),
        ] {
            assert!(!is_uuid(odd), "{odd}");
        }
    }

    #[test]
    fn memory_holds_the_last_ids_and_no_more() {
        let mut recent = RecentIds::default();
        for number in 0..10 * MOST_RECENT {
            assert!(!recent.repeats(&number.to_string()));
        }
        assert_eq!(
            (recent.known.len(), recent.in_order.len()),
            (MOST_RECENT, MOST_RECENT)
        );
        assert!(
            recent.repeats(&(10 * MOST_RECENT - 1).to_string()),
            "the last one"
        );
        assert!(!recent.repeats("0"), "long ago");
    }

    #[test]
    fn an_id_that_keeps_coming_is_a_repetition_each_time() {
        let mut recent = RecentIds::default();
        let repeats = (0..10 * MOST_RECENT).filter(|number| {
            let id = if number % 10 == 0 {
                "kept".to_owned()
            } else {
                number.to_string()
            };
            recent.repeats(&id)
        });
        assert_eq!(repeats.count(), MOST_RECENT - 1);
    }
}
