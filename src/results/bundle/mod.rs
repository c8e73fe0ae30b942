//! A run with its report in one ZIP file, to be passed on: written with the same bytes every time, and read as a stranger's.

mod archive_end;
pub(crate) mod contents;
pub(crate) mod fault;
pub(crate) mod limits;
pub(crate) mod manifest;
pub(crate) mod read;
#[cfg(test)]
mod read_tests;
pub(crate) mod samples;
pub(crate) mod write;
