//! The most that a run can have. A file that exceeds a limit is refused.

/// Bytes of a run file.
pub(crate) const MAX_RUN_BYTES: u64 = 64 * 1024 * 1024;
/// Targets of a plan. A recovery allocates memory for each.
pub(crate) const MAX_TARGETS: usize = 1000;
/// Blocks of a plan. A recovery allocates memory for each.
pub(crate) const MAX_BLOCKS: u16 = 1024;
/// Bytes of a text that is shown.
pub(crate) const MAX_TEXT_BYTES: usize = 1024;
/// Notices of a run. One of every call that can go wrong is fewer.
pub(crate) const MAX_NOTICES: usize = 100_000;
/// A million times the largest budget: any number of runs can be merged below it, and no sum of counts overflows.
pub(crate) const MAX_CALLS: u64 = 1_000_000_000_000_000;
