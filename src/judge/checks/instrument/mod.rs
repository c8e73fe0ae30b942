//! Checks of the instrument: whether it finds again what is known.

mod injected_delay;
mod twin;
mod wire_clock;

pub(super) use injected_delay::INJECTED_DELAY;
pub(super) use twin::TWIN;
pub(super) use wire_clock::WIRE_CLOCK;
