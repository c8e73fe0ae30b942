//! Checks of the service: whether it was the same from beginning to end, and each answer new information.

mod independence;
mod route_change;
mod service_clock;
mod stationarity;

pub(super) use independence::INDEPENDENCE;
pub(super) use route_change::ROUTE_CHANGE;
pub(super) use service_clock::SERVICE_CLOCK;
pub(super) use stationarity::STATIONARITY;
