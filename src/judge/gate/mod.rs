//! Conditions that a run has to prove. Three ends are possible, because an interval can lie on either side of a limit or
//! across it: proven, violated, or inconclusive.

mod claims;
mod condition;
mod definition;
mod error;
mod evaluator;
mod evidence;
#[cfg(test)]
mod gate_tests;
mod grammar;
mod provable;
mod result;

pub use condition::TimeStatistic;
pub use definition::Gate;
pub use error::{GateError, MeaninglessGate};
pub use provable::check_provable;
pub use result::{GateClaim, GateFinding, GateOutcome, GateResult, GateSubject, Undecidable};

pub(super) use claims::among_both;
pub(super) use evaluator::{Evaluator, gate_between, judge};
