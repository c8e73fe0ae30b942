//! What the measuring machine did to the measuring while a run lasted: stalls, processor time, steal, clocks. Pure
//! arithmetic over readings that others take; it reads no clock and no file, and judges nothing.

mod model;
mod readings;
mod sum;

pub(crate) use model::{CLOCK_STEP, MAX_EVENTS, STALL, SUSPENSION, WINDOW_STEPS};
pub use model::{ClockStep, Clocks, Event, Health, HostShare, Processor, Stalls};
pub(crate) use readings::{HostTime, Reading, Readings, ThreadTime};
