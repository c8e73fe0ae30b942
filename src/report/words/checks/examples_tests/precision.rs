//! Findings about precision.

use super::example::{Example, FIRST, SECOND};
use crate::results::CheckVerdict::{Ok, Unknown, Warn};
use crate::results::finding::PrecisionFinding as Found;

pub(super) fn precision() -> Vec<Example> {
    let supported = Found::TailsSupported {
        fewest_answers: 45.5,
        wanted_answers: 30.0,
    };
    let thin = Found::ThinTail {
        percentile: 0.95,
        answers: 15.0,
        wanted_answers: 30.0,
        worst: FIRST,
        times_as_long: 2,
    };
    let resolution = |half_width_ns| Found::Resolution {
        step_ns: 65_536.0,
        half_width_ns,
        worst: SECOND,
    };
    vec![
        (Found::NoPercentile.into(), Unknown, ""),
        (supported.into(), Ok, "46"),
        (thin.into(), Warn, "15.0"),
        (Found::NoMedian.into(), Unknown, ""),
        (resolution(0.0).into(), Ok, "0.0655 ms"),
        (resolution(1e5).into(), Warn, "0.1000 ms"),
    ]
}
