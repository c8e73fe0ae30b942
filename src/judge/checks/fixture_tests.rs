//! What the checks' tests share.

use std::time::Duration;

use crate::judge::synthetic_run::{Fixture, SplitMix, answer, answer_after};
use crate::judge::{Check, CheckVerdict, judge};
use crate::report::words::checks::write_texts;
use crate::results::Run;

/// A run in which nothing happens.
pub(super) fn quiet() -> Run {
    Fixture::small()
        .calls(1_000, |_, _| answer(20))
        .simulated_run()
}

/// A run with times as a steady service might have them, none like the other.
pub(super) fn steady() -> Run {
    let mut random = SplitMix::new(6);
    let mut time = || Duration::from_secs_f64(0.02 * (0.15 * random.normal()).exp());
    Fixture::small()
        .calls(1_600, |_, _| answer_after(time()))
        .simulated_run()
}

/// What the run's checks say, each with its sentence.
pub(super) fn checks(run: &Run) -> Vec<Check> {
    let mut run = run.clone();
    let summary = judge(&mut run);
    assert!(
        summary.checks.iter().all(|check| check.text.is_empty()),
        "sentences are written elsewhere"
    );
    write_texts(&mut run);
    run.checks
}

/// What the check of that name says of the run; the gravest, where it says several things.
pub(super) fn check(run: &Run, name: &str) -> Option<Check> {
    let found = checks(run).into_iter().filter(|check| check.name == name);
    found.max_by_key(|check| check.verdict)
}

/// Its verdict alone.
pub(super) fn verdict(run: &Run, name: &str) -> Option<CheckVerdict> {
    check(run, name).map(|check| check.verdict)
}
