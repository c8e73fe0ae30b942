//! The terminal: what is said on stderr, what is printed on stdout, progress and signals.

pub(crate) mod browser;
pub(crate) mod charset;
pub(crate) mod clap_error;
pub(crate) mod confirm;
pub(crate) mod diagnostics;
pub(crate) mod headline;
pub(crate) mod live;
pub(crate) mod observer;
pub(crate) mod live_text;
pub(crate) mod progress;
pub(crate) mod signals;
pub(crate) mod stdout;
