//! MANY: arrivals in, samples out. Pacing, fair order, connections' turns, manners towards the service. It knows no
//! histogram, no file and no terminal.
//!
//! Everything here runs on one thread of its own, on a current-thread runtime, so that nothing else can delay a send.

mod alarm;
mod calls;
mod engine;
mod epoch;
mod generator;
mod governor;
mod handover;
mod lanes;
mod order;
mod pacer;
mod preflight;
mod pulse;
mod queue;
mod reading;
#[cfg(test)]
mod simulation;
mod watch;

pub use alarm::Alarm;
pub use engine::{Engine, EngineError, EngineThread};
pub use epoch::Epoch;
pub use generator::{Ended, Event, Generator, Stop};
pub use governor::Governor;
pub use pacer::{Opening, Pacer, PlannedCall};
pub use preflight::{Identified, PreflightError, Skew};
