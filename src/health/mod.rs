//! NOUN: what the measuring machine did to the measuring while a run lasted: stalls, processor time, steal, clocks. Pure
//! arithmetic over readings that others take; it reads no clock and no file, and judges nothing.

mod model;
mod readings;
mod sum;

pub use model::{
    CLOCK_STEP, Clocks, Event, Health, HostShare, MAX_EVENTS, Processor, STALL, SUSPENSION, Stalls,
    Step, WINDOW_STEPS,
};
pub use readings::{HostTime, Reading, Readings, ThreadTime};
