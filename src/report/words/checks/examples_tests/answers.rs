//! Findings about the answers.

use super::example::{Example, FIRST, SECOND};
use crate::results::CheckVerdict::{Invalid, Ok, Unknown, Warn};
use crate::results::finding::{AnswersFinding as Found, ShownPercentile};

pub(super) fn answers() -> Vec<Example> {
    let failed = |issued, ratio, highest_shown, reached_from| Found::SomeFailed {
        failed: 12,
        issued,
        ratio,
        worst: SECOND,
        highest_shown,
        reached_from,
    };
    let shown = |all_calls_ns| {
        Some(ShownPercentile {
            percentile: 0.99,
            answers_ns: 91.25e6,
            all_calls_ns,
        })
    };
    let throttled = |more_endpoints| Found::SomeThrottled {
        throttled: 7,
        issued: 1_000,
        ratio: 0.007,
        limit_ratio: 0.001,
        worst: SECOND,
        more_endpoints,
    };
    let differ = Found::RegionsDiffer {
        answers: 90,
        differing: 4,
        worst: FIRST,
        header_region: "us-east-1".into(),
        token_region: "us-west-2".into(),
        calls: 3,
    };
    let silent = Found::SomeTargetsSilent {
        silent: 1,
        targets: 2,
        first: FIRST,
    };
    let repeat = |more_targets| Found::AnswersRepeat {
        repeated: 33,
        issued: 34,
        worst: FIRST,
        more_targets,
    };
    vec![
        (Found::EveryTargetAnswered { targets: 2 }.into(), Ok, "2"),
        (Found::NoTargetAnswered.into(), Invalid, "no target"),
        (silent.into(), Warn, "1 of 2"),
        (Found::NothingToBias.into(), Unknown, ""),
        (Found::NoneFailed.into(), Ok, "no call"),
        (failed(2_000, 0.006, None, None).into(), Ok, "12 of 2000"),
        (failed(1_000, 0.012, None, None).into(), Warn, "1.2 %"),
        (
            failed(100, 0.12, shown(Some(99e6)), Some(0.9)).into(),
            Invalid,
            "99.0 ms",
        ),
        (
            failed(100, 0.12, shown(None), Some(0.999)).into(),
            Invalid,
            "p99.9",
        ),
        (Found::NoneThrottled.into(), Ok, "no call"),
        (throttled(0).into(), Warn, "0.7 %"),
        (throttled(3).into(), Invalid, "3 more"),
        (Found::RegionsAgree { answers: 90 }.into(), Ok, "90"),
        (differ.into(), Warn, "4"),
        (repeat(0).into(), Warn, "33 of 34"),
        (repeat(2).into(), Invalid, "33 of 34"),
    ]
}
