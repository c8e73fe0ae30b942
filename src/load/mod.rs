//! Arrivals in, samples out. Pacing, fair order, the pool of connections, back-off towards the service. It knows no
//! histogram, no file and no terminal.
//!
//! Everything here runs on one thread of its own, on a current-thread runtime, so that nothing else can delay a send.

mod calling;
mod echo;
mod engine;
mod epoch;
mod event;
mod event_batcher;
mod generator;
mod monitor;
mod precise_sleep;
mod preflight;
mod refusal;
mod schedule;
mod skew;
#[cfg(test)]
mod generator_tests;

pub use engine::{Engine, EngineError, EngineThread};
pub use epoch::Epoch;
pub(crate) use event::Ended;
pub use event::{LoadEvent, Stop};
pub(crate) use precise_sleep::PreciseSleeper;
pub(crate) use preflight::{Identified, PreflightError};
pub(crate) use refusal::RefusalCause;
pub use schedule::Pacer;
pub(crate) use skew::Skew;
