//! Findings about the instrument.

use super::example::{Example, FIRST, SECOND};
use crate::results::CheckVerdict::{Ok, Unknown, Warn};
use crate::results::ItemVerdict;
use crate::results::finding::InstrumentFinding as Found;

pub(super) fn instrument() -> Vec<Example> {
    let twin = Found::Twin {
        worst: SECOND,
        ratio: 1.1,
        low_ratio: 1.05,
        high_ratio: 1.15,
        pairs: 2,
    };
    let delay = Found::InjectedDelay {
        worst: FIRST,
        excess_ns: -13.2e6,
        limit_ns: 5e6,
    };
    let certified = |verdict| Found::Certified { verdict };
    let some = Found::SomeStamped {
        stamped: 1_900,
        answers: 2_000,
        limit_ratio: 0.999,
    };
    let all = Found::AllStamped {
        stamped: 2_000,
        answers: 2_000,
    };
    vec![
        (Found::NoTwin.into(), Unknown, ""),
        (Found::TwinUntested { blocks: 8 }.into(), Unknown, "8"),
        (twin.clone().into(), Ok, "1.1000"),
        (twin.into(), Warn, "1.1000"),
        (Found::NothingInjected.into(), Unknown, ""),
        (delay.clone().into(), Ok, "-13.2 ms"),
        (delay.into(), Warn, "-13.2 ms"),
        (Found::NoCertificate.into(), Unknown, ""),
        (certified(ItemVerdict::Pass).into(), Ok, "400 µs"),
        (certified(ItemVerdict::Warn).into(), Warn, "400 µs"),
        (certified(ItemVerdict::Fail).into(), Warn, "400 µs"),
        (Found::NoneStamped.into(), Warn, "no packet"),
        (some.into(), Warn, "1900 of 2000"),
        (all.into(), Ok, "2000 of 2000"),
    ]
}
