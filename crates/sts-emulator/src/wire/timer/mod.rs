//! Waking connections at the moment that is asked for, not at the next tick of a coarse timer.

pub(crate) mod precise_sleep;
pub(crate) mod wake_lead;
