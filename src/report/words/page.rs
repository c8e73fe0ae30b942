//! What the page says beside its pictures: to a reader of the screen, and where a pointer or the keyboard is.

use crate::judge::{Figures, Percentile};
use crate::plan::Level;
use crate::report::words::numbers::{count, percent_as_set, time_with_span};

/// A percentile with its interval and the answers behind it: `p50 61.2 ms, 95 % interval 60.1–62.3 ms, n = 96`.
pub(crate) fn spoken(figures: &Figures, level: Level, confidence: f64) -> String {
    let answers = format!("n = {}", count(figures.count));
    let Some(Percentile {
        value, interval, ..
    }) = figures.estimate(level)
    else {
        return format!("no {level}, {answers}");
    };
    let (time, span) = time_with_span(*value, interval.low, interval.high);
    format!(
        "{level} {time}, {} interval {span}, {answers}",
        percent_as_set(confidence)
    )
}

/// What a page without the curves of most endpoints leaves out.
pub(crate) const CURVES_LEFT_OUT: &str =
    "the curves of all endpoints but the fastest, the slowest and those of the decision";

/// The table of who answered.
pub(crate) const WHO_ANSWERED: &str = "who answered each endpoint";

/// What a page leaves out because it would be too large, and where it is.
pub(crate) fn left_out(what: &[String]) -> String {
    format!(
        "Left out to keep this page small: {}. `stsbench report RUN --out DIR` writes the files, and `stsbench chart` draws the pictures.",
        what.join(", ")
    )
}

/// That a check forbids what is drawn in grey.
pub(crate) fn forbidden(check: &str) -> String {
    format!("grey: check {check} forbids it")
}

/// How many calls failed, which have no time and stand as crosses at the upper edge.
pub(crate) fn failed(calls: usize) -> String {
    format!("{} failed (×)", count(calls as u64))
}

/// How many calls one dot of a timeline stands for, where it is not one.
pub(crate) fn stride(stride: u64) -> String {
    match stride {
        1 => "Each dot is one call.".to_owned(),
        more => format!("Each dot is one call of {}.", count(more)),
    }
}
