//! One run against another: two builds, settings or Regions that were measured at the same time, or in turn in an order that lets trends cancel. Of runs that were
//! measured one after the other nothing is decided.

#[cfg(test)]
mod between_tests;
mod changes;
mod compare;
mod design;
#[cfg(test)]
mod in_turn_tests;
mod notices;
mod order;
mod refusal;
mod result;
mod sides;

pub(crate) use compare::{between, describe};
pub(crate) use design::Design;
pub(crate) use notices::{RunNotice, Setting};
pub(crate) use refusal::BetweenError;
pub(crate) use result::{Between, Matched, Standing};

pub(super) use notices::{future, other_settings};
pub(super) use refusal::{require_comparable, require_same_load, require_valid};
