//! What the machine does to the measuring while it goes on.

mod heartbeat;
mod machine_monitor;

pub(super) use heartbeat::Heartbeat;
pub(super) use machine_monitor::MachineMonitor;
