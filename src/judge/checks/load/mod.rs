//! Checks of the load: calls that were not made, made late, made to wait by the client itself, or badly spaced.

mod achieved_calls;
mod arrival_law;
mod pace;
mod saturation;
mod schedule_slip;
mod waits;

pub(super) use achieved_calls::ACHIEVED_CALLS;
pub(super) use arrival_law::ARRIVAL_LAW;
pub(super) use saturation::SATURATION;
pub(super) use schedule_slip::SCHEDULE_SLIP;
