//! `stsbench advise`: what to do about the global endpoint in this environment.

mod command;

pub(crate) use command::{AdviseOptions, advise};
