//! Findings about the service.

use super::example::{Example, FIRST, SECOND};
use crate::results::CheckVerdict::{Invalid, Ok, Unknown, Warn};
use crate::results::finding::{LevelChange, ServiceFinding as Found};

pub(super) fn service() -> Vec<Example> {
    let change = |moved, spikes_ratio| LevelChange {
        moved,
        spikes_ratio,
        effect_ratio: 0.345,
    };
    let changed = |change, more_targets| Found::Changed {
        worst: FIRST,
        change,
        more_targets,
    };
    let some = Found::SomeChanged {
        changed: 3,
        tested: 8,
        worst: SECOND,
        change: change(true, 0.0),
        by_chance: 1,
    };
    let independence = |independent, ratio| Found::Independence {
        answers: 3_200.0,
        independent,
        ratio,
        limit_ratio: 0.1,
        least_independent: 16.0,
    };
    let moved = |more_targets| Found::Moved {
        worst: FIRST,
        answers: 192.0,
        independent: 3.7,
        typical: 140.0,
        more_targets,
    };
    let untested = Found::ChangeUntested {
        blocks: 16,
        answers: 6,
    };
    let memory = Found::MemoryUntested {
        answers: 160,
        blocks: 8,
    };
    let moved_to = |more_endpoints| Found::AddressesChanged {
        first: FIRST,
        more_endpoints,
    };
    let clock = |ahead_seconds| Found::Clock {
        ahead_seconds,
        limit_seconds: 60,
    };
    vec![
        (untested.into(), Unknown, "16 blocks"),
        (changed(change(true, 0.0), 0).into(), Invalid, "34.5 %"),
        (changed(change(false, 0.125), 2).into(), Invalid, "12.5 %"),
        (changed(change(true, 0.125), 0).into(), Invalid, "34.5 %"),
        (Found::NoneChanged { tested: 8 }.into(), Ok, "8"),
        (some.clone().into(), Ok, "3 of 8"),
        (some.into(), Warn, "3 of 8"),
        (memory.into(), Unknown, "160"),
        (independence(1_600.0, 0.5).into(), Ok, "50.0 %"),
        (independence(80.0, 0.025).into(), Warn, "2.5 %"),
        (independence(9.0, 0.003).into(), Invalid, "16"),
        (moved(0).into(), Invalid, "3.7"),
        (moved(2).into(), Invalid, "2 more"),
        (Found::AddressesNotKept.into(), Unknown, ""),
        (Found::SameAddresses.into(), Ok, "kept its addresses"),
        (moved_to(0).into(), Warn, "global"),
        (moved_to(2).into(), Warn, "2 more"),
        (Found::TimeUnknown.into(), Unknown, ""),
        (clock(61).into(), Warn, "61 s ahead"),
        (clock(-5).into(), Ok, "5 s behind"),
    ]
}
