//! Whose clock times a request: the kernel's timestamps where the system has them, and the thread's own.

#[cfg_attr(not(target_os = "linux"), path = "no_kernel_clock.rs")]
pub(crate) mod kernel_clock;
mod timestamp_error;
pub(crate) mod timestamped_stream;
pub(crate) mod timestamps;

pub(crate) use timestamp_error::{TimestampError, timestamp_error};
