//! How the machine disturbs a measurement while it runs.

mod heartbeat;
mod machine_monitor;

pub(super) use heartbeat::Heartbeat;
pub(super) use machine_monitor::MachineMonitor;
