//! What keeps a secret out of a dump or a panic message. Nothing here runs by itself: the program asks for it before it does
//! anything else.

use std::io::Write;
use std::panic::PanicHookInfo;

/// The process could not be hardened; the run may go on, with a warning.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HardeningError {
    /// The limit on core files could not be set.
    #[error("core dumps could not be switched off: {0}")]
    CoreLimit(std::io::Error),
    /// The process could not be made undumpable.
    #[error("the process could not be hidden from debuggers: {0}")]
    Dumpable(std::io::Error),
}

/// Makes this process leave no core dump and, on Linux, forbids other processes of the same user to read its memory.
///
/// # Errors
/// Either step was refused by the kernel; the first refusal ends it.
pub(crate) fn forbid_dumps() -> Result<(), HardeningError> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )
    .map_err(|errno| HardeningError::CoreLimit(errno.into()))?;
    // A core pattern that pipes to a program ignores the limit, and obeys this.
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .map_err(|errno| HardeningError::Dumpable(errno.into()))?;
    Ok(())
}

/// Makes panics say where they happened and, when it was written in the source as it stands, what they say.
///
/// A message that was put together at run time may hold anything, so it is left out.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        // When nobody listens there is nobody to tell.
        let _ = writeln!(std::io::stderr().lock(), "{}", account_of(panic));
    }));
}

fn account_of(panic: &PanicHookInfo<'_>) -> String {
    let message = panic
        .payload()
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("(message withheld)");
    match panic.location() {
        Some(at) => format!(
            "internal error at {}:{}:{}: {message}",
            at.file(),
            at.line(),
            at.column()
        ),
        None => format!("internal error: {message}"),
    }
}
