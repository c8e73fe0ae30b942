//! What the checks' tests share.

use crate::compare::fixture::{Fixture, answer};
use crate::compare::{Check, CheckVerdict, summarise};
use crate::results::Run;

/// A run in which nothing happens.
pub fn quiet() -> Run {
    Fixture::small().calls(1000, |_, _| answer(20)).simulated_run()
}

/// What the check of that name says of the run.
pub fn check(run: &Run, name: &str) -> Option<Check> {
    summarise(run).checks.into_iter().find(|check| check.name == name)
}

/// Its verdict alone.
pub fn verdict(run: &Run, name: &str) -> Option<CheckVerdict> {
    check(run, name).map(|check| check.verdict)
}
